# A copy of the tree to take rules out of, for the scripts that show that the
# tests notice. Sourced, in the tree's top folder. Gives $tree, a folder that
# goes when the script ends, and $bad, the script's exit code.
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
trap 'exit 1' HUP INT PIPE TERM
bad=0
git ls-files -z | xargs -0 cp -p --parents -t "$tree"

# build_in_tree TARGET…: says the last lines when it fails.
build_in_tree() {
    make --no-print-directory -C "$tree" -j2 "$@" >"$tree/log" 2>&1 && return
    tail -n 20 "$tree/log"
    return 1
}

# patch FILE SED…: false when one of them changes nothing. unpatch takes them
# back.
patch() {
    patched=$tree/$1
    local command
    cp "$patched" "$tree/before"
    shift
    for command in "$@"; do
        cp "$patched" "$tree/step"
        sed -i "$command" "$patched"
        ! cmp -s "$patched" "$tree/step" || return 1
    done
}

unpatch() {
    cp "$tree/before" "$patched"
}
