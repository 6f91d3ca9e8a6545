#!/usr/bin/env bash
# The adapter is pulled out at each step of a session: backup, comparison, erase,
# write, reading back; and in the middle of an update over the console. Each time
# pogo ends with two lines, and what they say of the flash is so.
cd "$(dirname "$0")/../.." || exit 1
. test/tap.sh
. test/bench.sh

# until_step N FILE PID: a session's N-th phase has begun, by its --json.
until_step() {
    while kill -0 "$3" 2>/dev/null; do
        [ "$(grep -o '"phase":"[a-z]*"' "$2" | uniq | wc -l)" -lt "$1" ] || return 0
        sleep 0.002
    done
    return 1
}

same() { # FROM TO FILE OFFSET: the flash holds this of FILE from FROM to TO
    cmp -s -n $(($2 - $1)) "$work/flash" "$3" "$1" "$4"
}

# Is the account of the flash true?
account() {
    local flat range from to
    flat=$(tr -s ' \n' ' ' <"$work/talk")
    range=$(grep -oE '0x[0-9a-f]+ to 0x[0-9a-f]+ (hold|may)' <<<"$flat")
    read -r from _ to _ <<<"$range"
    case "$flat" in
    *"nothing was changed yet"*) cmp -s "$work/before" "$work/flash" ;;
    *"hold it, the rest does not"*)
        same "$from" $((to + 1)) "$work/data" $((from - 0x1000)) ;;
    *"may be blank in part"*)
        same 0 $((from)) "$work/before" 0 || [ "$((from))" -gt 4096 ] ;;
    *"no part of it is known"*) true ;;
    *"is whole on the flash"*) same 0x1000 $((0x1000 + size)) "$work/data" 0 ;;
    *) false ;;
    esac
}

size=60000
head -c $size /dev/urandom >"$work/data"
head -c 524288 /dev/zero | tr '\0' '\377' >"$work/blank"
{ head -c 65536 /dev/urandom; tail -c +65537 "$work/blank"; cat "$work/blank"; } \
    >"$work/before"
steps=(backup comparison erase comparison write reading-back)
for step in 1 3 5 6; do
    name=${steps[step - 1]}
    stop_bench
    cp "$work/before" "$work/flash"
    start_bench --virtual --flash "$work/flash"
    rm -f "$work/backup"
    timeout 100 "$B/pogo" -p "$url" --json flash --backup "$work/backup" --erase all \
        --verify-read "$work/data@0x1000" >"$work/out" 2>"$work/talk" &
    flasher=$!
    until_step $step "$work/out" $flasher
    tap $? "$name: it comes"
    echo unplug >&8
    wait "$flasher"
    [ $? = 3 ]
    tap $? "$name: pulled out, and it ends" "$work/talk"
    [ "$(grep -c '^pogo: the port went away' "$work/talk")" = 1 ] &&
        [ "$(grep -c '^  try: ' "$work/talk")" = 1 ]
    tap $? "$name: in two lines" "$work/talk"
    if [ $step = 1 ]; then
        [ ! -e "$work/backup" ] && cmp -s "$work/before" "$work/flash"
        tap $? "$name: no half backup, and the flash is as before"
        continue
    fi
    account
    tap $? "$name: the flash is as is said" "$work/talk"
    cmp -s "$work/before" "$work/backup"
    tap $? "$name: the backup is whole"
done

stop_bench
cp "$B/pogo-bench.bin" "$work/flash"
start_bench --virtual --flash "$work/flash"
timeout 100 "$B/pogo" -p "$url" --json update "$B/update/next.ota" >"$work/out" \
    2>"$work/talk" &
flasher=$!
until_step 1 "$work/out" $flasher
tap $? "update: it comes" "$work/talk"
echo unplug >&8
wait "$flasher"
[ $? = 3 ] && tr -s ' \n' ' ' <"$work/talk" | grep -qF "what ran still runs"
tap $? "update: pulled out, and what runs is named" "$work/talk"
tr -s ' \n' ' ' <"$work/talk" | grep -qF "again, in half a minute"
tap $? "update: and when to try again" "$work/talk"
printf 'plug\nsleep 40000\n' >&8
for _ in 1 2 3 4 5 6; do # the device still waits for the rest of the first one
    run "$B/pogo" -p "$url" --json update "$B/update/next.ota"
    [ "$code" = 0 ] && break
    sleep 2
done
said "update: it did run, and the same command works" 0 '"before":"0.1.0"'
tap_end
