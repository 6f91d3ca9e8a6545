#!/usr/bin/env bash
# The bench's Tasmota: what each version takes as an upload, eboot's copy with and without
# power, and that our firmware runs afterwards. The client is curl.
cd "$(dirname "$0")/../.." || exit 1
. test/tap.sh
pids=""
at_exit() {
    exec 5>&- 6>&- 7>&- 8>&-
    for pid in $pids; do
        kill "$pid" 2>/dev/null && wait "$pid"
    done 2>/dev/null
}
cd "$work" || exit 1
cat >home.air <<'END'
ap "home" password "battery staple" rssi -60
END
cp "$B/pogo-bench.bin" pogo.bin
gzip -9 -k pogo.bin
head -c 500000 /dev/zero | cat pogo.bin - >large.bin
gzip -9 -k large.bin
{ printf '\xe9\x01\x03\x20' && head -c 90000 /dev/zero && printf 'Tasmota 6.6.0(minimal)'; } \
    >sonoff-minimal.bin
cp pogo.bin sonoff.bin
mkfifo in5 in6 in7 in8

start() { # FD VERSION OPTIONS…
    local fd=$1
    shift
    "$B/pogo" bench mini --tasmota "$@" <"in$fd" >"events$fd" 2>&1 &
    pids="$pids $!"
}
start 5 6.6.0
start 6 8.5.1 --air home.air
start 7 14
start 8 8.5.1-minimal --off --pty "$work/tty"
exec 5>in5 6>in6 7>in7 8>in8
echo 'console Backlog SSId1 home; Password1 battery staple' >&6
cat >serve.py <<'END'
import http.server
class Handler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def copyfile(self, *files):
        try:
            super().copyfile(*files)
        except OSError:
            pass  # it was too large for the device
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(server.server_port, flush=True)
server.serve_forever()
END
timeout 300 python3 serve.py >served &
pids="$pids $!"

joined() { # FD TIMES: it has joined so often
    for _ in $(seq 400); do
        [ "$(grep -c '^tasmota joined' "events$1")" -ge "$2" ] && return
        sleep 0.05
    done
    return 1
}
page() { # FD: where its pages are
    sed -n 's/.* joined .*\(http:[^ ]*\).*/\1/p' "events$1" | tail -n 1
}
up() { # FD FILE: what the result page says is in $work/said
    curl -s -m 60 -F "u2=@$2" "$(page "$1")/u2" >"$work/said" 2>&1
    code=$?
}
cm() { # FD COMMAND [CURL OPTIONS]
    curl -s -m 20 -G "$(page "$1")/cm" --data-urlencode "cmnd=$2" "${@:3}"
}
says() { # NAME WORDS FD COMMAND…
    cm "${@:3}" >"$work/said" 2>&1
    grep -qF -- "$2" "$work/said"
    tap $? "$1" "$work/said"
}

for fd in 5 6 7; do
    joined $fd 1 || echo "Bail out! no device"
done
ok "it says first that it is a model" grep -q '^tasmota 14: modelled on' events7

# ---- a minimal image; the button ----

ok "power is off at first" sh -c "! grep -q 'power on' events8"
echo 'power on' >&8
await_words events8 '^tasmota power on'
: >empty
run "$B/pogo" setup -p "$work/tty" -s other --password-file empty --wait 1
ok "setup of a minimal image fails" [ "$code" != 0 ]
ok "and says that it forgets" grep -qF "what it is told is lost" "$work/said"
printf 'press 0\npower cycle\n' >&8
await_words events8 'bench mini ready'
run "$B/pogo" info -p "$work/tty"
said "held, the chip waits at the same port" 0 "ESP8285"

# ---- what they take ----

up 5 pogo.bin.gz
said "6.6.0 knows no gzip" 0 "Magic byte is not 0xE9"
up 5 large.bin
said "6.6.0: what is too large" 0 "Upload buffer miscompare"
up 6 pogo.bin
said "8.5.1 wants Tasmota's marker" 0 "Not compatible"
up 6 large.bin
said "8.5.1: what is too large" 0 "Upload buffer miscompare"
up 7 large.bin
said "14: what is too large" 0 "Not enough space"
up 7 "$work/serve.py"
said "14: what is no image" 0 "Magic byte is not 0xE9"
says "the limit is told" '"Free":364' 7 'Status 4'
cp pogo.bin four.bin
printf '\x40' | dd of=four.bin bs=1 seek=3 conv=notrunc 2>/dev/null
up 7 four.bin
said "an image for 4 MB" 0 "larger than real flash size"

# ---- who may ----

says "a password is set" '"WebPassword":"joker"' 7 'WebPassword joker'
says "14: 401 without it" 'Need user=' 7 'Status 2'
says "14: not with a wrong one" 'Need user=' 7 'Status 2' -u admin:no
says "14: basic authentication" '14.4.1(' 7 'Status 2' -u admin:joker
says "14: or in the query" '14.4.1(' 7 'Status 2' -d user=admin -d password=joker
up 7 pogo.bin.gz
said "an upload without it" 0 "401 Unauthorized"
says "the password goes" '"WebPassword":""' 7 'WebPassword 0' -u admin:joker
cm 6 'WebPassword joker' >/dev/null
says "8.5.1: not by basic authentication" 'Need user=' 6 'Status 2' -u admin:joker -f
says "8.5.1: in the query" '8.5.1(tasmota)' 6 'Status 2' -d user=admin -d password=joker
cm 6 'WebPassword 0' -d user=admin -d password=joker >/dev/null

# ---- power goes ----

echo 'cut upload 50000' >&7
up 7 pogo.bin.gz
await_words events7 '^tasmota power off'
ok "power goes during the upload" grep -q '^tasmota power off' events7
echo 'power on' >&7
joined 7 2
says "the old one runs" '14.4.1(' 7 'Status 2'
up 7 pogo.bin.gz
said "14 takes gzip" 0 "Successful"
echo 'power cycle' >&7
joined 7 3
says "without power before the copy the old one stays" '14.4.1(' 7 'Status 2'
echo 'cut copy 10' >&7
up 7 pogo.bin.gz
await_words events7 'during eboot.s copy, sector 10 of 45: a brick'
ok "power goes during eboot's copy" grep -q 'sector 10 of 45: a brick' events7
echo 'power on' >&7
await_words events7 'bench mini ready'
await_words events7 'no program to start'
ok "that is a brick" grep -q 'a brick, until it is flashed over wires' events7
ok "nothing of it starts" grep -q 'uart pogo: no program to start' events7

# ---- ours ----

curl -s -m 20 "$(page 6)/cs?c2=0" >"$work/said"
code=$?
said "the web log tells of it" 0 "UPL: File"

says "8.5.1: SetOption78" '"SetOption78":"ON"' 6 'SetOption78 1'
up 6 pogo.bin
said "8.5.1 takes it raw then" 0 "Successful"
port=$(cat served)
says "6.6.0: the url" "$port" 5 "OtaUrl http://127.0.0.1:$port/sonoff.bin"
echo 'program 860' >&5
says "6.6.0: Upgrade" 'Version 6.6.0 from' 5 'Upgrade 1'
await_words events6 'Project pogo' || tap 1 "our firmware starts" events6
ok "8.5.1: our firmware starts" grep -q 'uart .*Project pogo' events6
echo 'console Backlog SSId1 home; Password1 battery staple; WebPassword 0' >&6
await_words events6 'wifi joined "home"'
await_words events6 '^net 127.*tcp\|is port 80'
url=$(sed -n 's/^net \(127[^ ]*:80\) tcp.*/http:\/\/\1/p;s/^net \(127[^ ]*\) is port 80.*/http:\/\/\1/p' \
    events6 | tail -n 1)
ok "and answers on HTTP" sh -c "curl -sf -m 20 --compressed '$url/' | grep -qi '<title'"
await_words events5 'Project pogo'
ok "6.6.0: by its minimal image, which fits" grep -q 'fetches .*/sonoff-minimal.bin' events5
ok "which runs" grep -q 'eboot is done: Tasmota 6.6.0(minimal)' events5
ok "and fetches what was meant" grep -q 'uart .*Project pogo' events5
tap_end
