#!/bin/sh
# Get BearSSL's sources into build/bearssl: Debian's source package, unpacked as
# it is. The package lists come from the Debian archive that this machine has,
# with apt's own checks of their signatures; apt's configuration and lists in
# /etc and /var stay as they are. Does nothing when all is there. For tests:
# APT_ETC is read instead of /etc/apt, BEARSSL_DIR is filled.
set -eu
cd "$(dirname "$0")/.."
version=0.6+dfsg.1-3
to=${BEARSSL_DIR:-build/bearssl}
[ "$(cat "$to/version" 2>/dev/null || true)" != $version ] || exit 0

fail() {
    echo "set-up: BearSSL $version: $1" >&2
    echo "  try: $2" >&2
    exit 1
}

mkdir -p build
work=$(mktemp -d "$PWD/build/bearssl.XXXXXX")
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
echo "set-up: getting BearSSL $version (Debian's source package) into $to"
if ! { private update && cd "$work" &&
    private source --download-only bearssl=$version; } >"$work/said" 2>&1; then
    cat "$work/said" >&2
    fail "its source package can't be had from the archive of $suite" \
        "look at the lines above; apt must reach the archive, and offer $version"
fi
cd "$work/../.."
mkdir "$work/bearssl"
tar -xJf "$work"/bearssl_*.orig.tar.xz -C "$work/bearssl" --strip-components=1
[ -f "$work/bearssl/src/ec/ec_p256_m31.c" ] ||
    fail "the package holds no src/ec/ec_p256_m31.c" "tell Pogo's makers"
rm -rf "$to"
mv "$work/bearssl" "$to"
echo $version >"$to/version"
