#!/bin/bash
# Recorded expectations: test/commands/*.txt, the same answers from the core in
# process, the posix device and the image on the bench. A row:
#
#     LINE => REPLY       it is carried out, and answered so
#     LINE =! REPLY       it is refused, and answered so
#     => REPLY            and then this comes
#     wait MS             from 3000 on: it may restart or join again, and is back
#     console LINE        on the console over every transport; whatever is answered
#
# A reply is what stat/RESULT gets; `POWER = ON` names another topic, HEARD what the
# broker's clients hear. `...` at its end stands for anything, at its beginning too.
# An empty one: nothing is said. live_test.sh runs the rows over HTTP and MQTT; lines
# before them say for what:
#
#     # board: NAME             always the first
#     # not over mqtt: WHY      nor over http, console
#     # needs a broker          also over the console it is live_test.sh that runs it
#     # in the set-up network   HTTP comes from a phone there: it has no network
#
# That no command lacks rows, command_rows_test.c sees to.
cd "$(dirname "$0")/../.." || exit 1
. test/tap.sh

air=test/commands/rows.air

# console FILE: the rows as lines of a scenario (format/control.h).
console() {
    awk 'function expect(reply,  topic) {
             topic = "RSL: RESULT = "
             if (reply == "") { print "refute console RSL within 150"; return }
             if (reply ~ /^\.\.\./) topic = ""
             else if (match(reply, /^[A-Z0-9]+ = /)) topic = "RSL: "
             sub(/^\.\.\./, "", reply)
             sub(/\.\.\.$/, "", reply)
             print "expect console " topic reply " within 2000"
         }
         BEGIN { print "expect console Version within 5000" }
         /^#/ || /^$/ { next }
         /^wait / { print "sleep " $2; next }
        /^console / { print; print "sleep 200"; next }
         /^=> / { expect(substr($0, 4)); next }
         match($0, / =[>!]( |$)/) {
             reply = substr($0, RSTART + 4)
             if (reply == "") print "sleep 100" # what is still being said
             print "console " substr($0, 1, RSTART - 1)
             expect(reply)
             next
         }
         { print "error: no row: " $0 }' "$1"
}

# run WORLD BOARD SCRIPT
run() {
    rm -f "$work/flash.bin"
    case $1 in
    core) set -- "$B/test/scenario/core_runner" "$2" "$3" "$air" ;;
    posix) set -- "$B/pogo-posix" --board "$2" --virtual --air "$air" \
        --flash "$work/flash.bin" --script "$3" ;;
    bench)
        cp "$B/pogo-bench.bin" "$work/flash.bin"
        set -- "$B/pogo" bench "$2" --virtual --air "$air" \
            --flash "$work/flash.bin" --script "$3"
        ;;
    esac
    timeout 120 "$@" >"$work/log" 2>&1 </dev/null
}

# check TRANSPORT WORLD FILE CODE NAME
check() {
    "$1" "$3" >"$work/script"
    run "$2" "$(sed -n '1s/^# board: //p' "$3")" "$work/script"
    [ $? = "$4" ]
    local is_so=$?
    grep -B4 -E '^(failed|error)' "$work/log" >"$work/why"
    tap $is_so "$5: $2, $1" "$work/why"
}

for file in $(grep -LE '^# (not over ([a-z]*, )*console[,:]|needs a broker)' \
    test/commands/*.txt); do
    for world in core posix bench; do
        check console $world "$file" 0 "$(basename "$file" .txt)"
    done
done

# What can't hold must fail, or the above proves nothing.
while read -r row; do
    printf '# board: basic\n%s\n' "$row" >"$work/false.txt"
    check console posix "$work/false.txt" 1 "a false row fails ($row)"
done <<'ROWS'
Power => {"POWER":"ON"}
Power =>
Power =! {"Command":"Error","Input":"Power"}
Power
ROWS
tap_end
