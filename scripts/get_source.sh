#!/bin/sh
# Get a library's sources into build/NAME: Debian's source package in the version
# below, unpacked as it is. The package lists come from the Debian archive that
# this machine has, with apt's own checks of their signatures; apt's configuration
# and lists in /etc and /var stay as they are. Does nothing when all is there.
# Usage: scripts/get_source.sh bearssl|lzma
# For tests: APT_ETC is read instead of /etc/apt, SOURCE_DIR is filled.
set -eu
cd "$(dirname "$0")/.."
name=$1
case "$name" in
bearssl) title=BearSSL version=0.6+dfsg.1-3 needed=src/ec/ec_p256_m31.c ;;
lzma) title="the LZMA SDK" version=9.22-2.2 needed=C/LzmaDec.c ;;
*) echo "set-up: no source package is known as $name" >&2 && exit 2 ;;
esac
to=${SOURCE_DIR:-build/$name}
[ "$(cat "$to/version" 2>/dev/null || true)" != $version ] || exit 0

fail() {
    echo "set-up: $title $version: $1" >&2
    echo "  try: $2" >&2
    exit 1
}

mkdir -p build
work=$(mktemp -d "$PWD/build/$name.XXXXXX")
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/parts" "$work/lists/partial" "$work/cache/archives/partial"
etc=${APT_ETC:-/etc/apt}
suite=$(. /etc/os-release && echo "${VERSION_CODENAME:-stable}")

# The release's own entries, asked for sources: of .sources files the paragraphs
# that name the suite, of .list files the lines.
for file in "$etc"/sources.list.d/*.sources; do
    [ -e "$file" ] || continue
    sed '/^#/d' "$file" | awk -v RS= -v suite="$suite" '
        {
            is_ours = 0
            count = split($0, line, "\n")
            for (i = 1; i <= count; i++) {
                if (line[i] ~ /^Types:/) line[i] = "Types: deb-src"
                if (line[i] ~ /^Suites:/ && (line[i] " ") ~ ("[: ]" suite " ")) {
                    is_ours = 1
                    line[i] = "Suites: " suite
                }
            }
            if (!is_ours || /(^|\n)Enabled: *no/) next
            for (i = 1; i <= count; i++) print line[i]
            print ""
        }' >>"$work/parts/ours.sources"
done
for file in "$etc"/sources.list "$etc"/sources.list.d/*.list; do
    [ -e "$file" ] || continue
    sed -nE "s/^deb(-src)?[[:space:]](.*[[:space:]]$suite[[:space:]].*)/deb-src \2/p" \
        "$file" | sort -u >>"$work/parts/ours.list"
done
[ -n "$(cat "$work"/parts/* 2>/dev/null || true)" ] ||
    fail "no entry of apt's names the suite $suite" \
        "add the Debian archive with $suite to $etc/sources.list.d"

# As this user: apt's own may not write below build/.
private() {
    apt-get -qq -o Dir::Etc::sourcelist=/dev/null \
        -o Dir::Etc::sourceparts="$work/parts" \
        -o Dir::State::lists="$work/lists" -o Dir::Cache="$work/cache" \
        -o APT::Sandbox::User=root "$@"
}
echo "set-up: getting $title $version (Debian's source package) into $to"
if ! { private update && cd "$work" &&
    private source --download-only "$name=$version"; } >"$work/said" 2>&1; then
    cat "$work/said" >&2
    fail "its source package can't be had from the archive of $suite" \
        "look at the lines above; apt must reach the archive, and offer $version"
fi
cd "$work/../.."
mkdir "$work/source"
tar -xf "$work/${name}"_*.orig.tar.* -C "$work/source" --strip-components=1
[ -f "$work/source/$needed" ] ||
    fail "the package holds no $needed" "tell Pogo's makers"
rm -rf "$to"
mv "$work/source" "$to"
echo $version >"$to/version"
