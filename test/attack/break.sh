#!/bin/bash
# Takes the defences of docs/attacks.md out of the code, one after the other, in a
# copy of the tree: each attack must then succeed, on the posix device and on the
# image on the bench. Prints a table; exit code 1 when one was not noticed, or when
# a defence is not where this script looks for it.
set -u
cd "$(dirname "$0")/../.." || exit 1
. test/mutant.sh
only=${1:-}

core=firmware/core
rules() {
    rule 'another site asks' web/attack_cross_site $core/web_access.c \
        's/^    if (site && !text_same/    if (request)\n        return false;\n&/'
    rule 'the name it is asked for' web/attack_dns_rebinding $core/web_access.c \
        's/    size_t size = host_size(host);/    if (dev) return true;\n&/'
    rule 'password before a file' web/attack_upload_without_password \
        $core/web_routes.c '/"\/u2", ""\|"\/rs", ""/s/WEB_CHANGE/WEB_OPEN/'
    rule 'password before a restart' web/attack_restart_without_password \
        $core/web_routes.c '/"rst"/s/WEB_CHANGE/WEB_OPEN/'
    rule 'wrong passwords count' web/attack_password_guesses $core/web_access.c \
        's/guesser->spent++;/guesser->spent = 0;/'
    rule 'wrong passwords count' virtual/guesses $core/web_access.c \
        's/guesser->spent++;/guesser->spent = 0;/'
    rule "a request's room" web/attack_oversized firmware/net/http.c \
        's/request->used + 1 >= request->room_size/request->used >= 60000/'
    rule "a request's time" web/attack_slow $core/web.c \
        's/ms >= WEB_REQUEST_MS/ms >= 60000u/' 's/age >= WEB_IDLE_MS/age >= 60000u/'
    rule 'idle ones make place' web/attack_connections $core/web.c \
        's/age >= WEB_IDLE_MS/age >= 60000u/' 's/ms >= WEB_REQUEST_MS/ms >= 60000u/'
    rule "a packet's room" attack/packet_over_the_buffer firmware/net/mqtt.c \
        's/reader->size > MQTT_PACKET/reader->size > 0xFFFFFFF/' \
        's/reader->size <= MQTT_PACKET/reader->size <= 0xFFFFFFF/'
    rule 'a group is no owner' attack/group_topic $core/mqtt_command.c \
        's/owner == TOPIC_OF_GROUP;/false;/'
}

# What the tests run with.
build() {
    build_in_tree everything updates build/test/virtual/guesses
}

row() {
    printf '%-26s %-36s %s\n' "$1" "$2" "$3"
}

# In which worlds the test has failed. That of guesses knows the bench only.
failed_in() {
    local world
    for world in posix bench; do
        ! grep -q "^not ok .*$world: " "$tree/said" || printf '%s ' $world
    done
    ! grep -q '^not ok .*10,000 guesses are' "$tree/said" || printf 'bench '
}

# rule NAME TEST FILE SED…
rule() {
    local name=$1 test=$2 file=$3 worlds wanted='posix bench '
    shift 2
    [ -z "$only" ] || [ "$only" = "$test" ] || return
    [ "$test" != virtual/guesses ] || wanted='bench '
    if ! patch "$@"; then
        row "$name" "$test" "no such code in $file"
        bad=1
    elif ! build; then
        row "$name" "$test" "not built"
        bad=1
    else
        (cd "$tree" && B=build bash "test/${test}_test.sh") >"$tree/said" 2>&1
        worlds=$(failed_in; echo .)
        worlds=${worlds%.}
        if [ "$worlds" = "$wanted" ]; then
            row "$name" "$test" "seen: $worlds"
        else
            row "$name" "$test" "NOT SEEN in both, only: $worlds"
            bad=1
        fi
        sed -n '/^not ok/s/^/  /p' "$tree/said" | head -n 3
    fi
    unpatch
}

mkdir -p "$tree/build" && cp -rL build/bearssl build/lzma "$tree/build/"
build || exit 1
rules
exit $bad
