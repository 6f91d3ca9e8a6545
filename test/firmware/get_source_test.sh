#!/bin/bash
# scripts/get_source.sh without a network: which of apt's entries it asks, what it
# leaves alone, what it says. A stand-in for apt-get notes what it was asked.
cd "$(dirname "$0")/../.." || exit 1
. test/tap.sh

suite=$(. /etc/os-release && echo "${VERSION_CODENAME:-stable}")
export APT_ETC=$work/etc SOURCE_DIR=$work/bearssl FAKE=$work/fake
mkdir -p "$work/bin" "$APT_ETC/sources.list.d" "$FAKE"
cat >"$work/bin/apt-get" <<'EOF'
#!/bin/bash
for word; do
    case $word in
    Dir::Etc::sourceparts=*) cat "${word#*=}"/* >"$FAKE/entries" ;;
    update) [ ! -e "$FAKE/is_offline" ] || { echo "no way there"; exit 100; } ;;
    bearssl=*)
        echo "$word" >"$FAKE/asked"
        mkdir -p top/src/ec && : >top/src/ec/ec_p256_m31.c
        tar -cJf bearssl_9.orig.tar.xz top ;;
    esac
done
EOF
chmod +x "$work/bin/apt-get"
PATH=$work/bin:$PATH

nothing() {
    ! scripts/get_source.sh bearssl 2>"$work/said" && grep -q "names the suite $suite" "$work/said" &&
        grep -q '^  try: ' "$work/said" && [ ! -e "$SOURCE_DIR" ]
}
ok "without an entry for this release it says what to do" nothing

cat >"$APT_ETC/sources.list.d/a.sources" <<EOF
# a comment
Types: deb
URIs: http://127.0.0.1/one
Suites: $suite $suite-updates
Components: main

Types: deb
URIs: http://127.0.0.1/other
Suites: nodistro
Components: main

Enabled: no
Types: deb
URIs: http://127.0.0.1/off
Suites: $suite
Components: main
EOF
cat >"$APT_ETC/sources.list" <<EOF
#deb http://127.0.0.1/comment $suite main
deb [arch=all] http://127.0.0.1/two $suite main contrib
deb http://127.0.0.1/three $suite-security main
EOF
cat >"$work/wanted" <<EOF
deb-src [arch=all] http://127.0.0.1/two $suite main contrib
Types: deb-src
URIs: http://127.0.0.1/one
Suites: $suite
Components: main

EOF

offline() {
    touch "$FAKE/is_offline"
    ! scripts/get_source.sh bearssl 2>"$work/said" && rm "$FAKE/is_offline" &&
        grep -q 'no way there' "$work/said" && grep -q '^  try: ' "$work/said" &&
        [ ! -e "$SOURCE_DIR" ]
}
ok "when the archive can't be reached it says so and leaves nothing" offline

cp -r "$APT_ETC" "$work/before"
got() {
    scripts/get_source.sh bearssl && [ -f "$SOURCE_DIR/src/ec/ec_p256_m31.c" ] &&
        diff "$work/wanted" "$FAKE/entries" && diff -r "$work/before" "$APT_ETC" &&
        grep -Eqx 'bearssl=[0-9.]+\+dfsg\.[0-9]+-[0-9]+' "$FAKE/asked"
}
ok "it asks the release's own entries for sources, of one pinned version" got

again() { rm "$FAKE/asked" && scripts/get_source.sh bearssl && [ ! -e "$FAKE/asked" ]; }
ok "the second time it does nothing" again

older() {
    echo 0 >"$SOURCE_DIR/version" && scripts/get_source.sh bearssl && [ -e "$FAKE/asked" ]
}
ok "another version is replaced" older

! ls -d build/bearssl.?????? >"$work/left" 2>&1
tap $? "no working folder is left" "$work/left"
tap_end
