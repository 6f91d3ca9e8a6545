#!/usr/bin/env bash
# An RFC 2217 server that hangs up because it has not seen the end of the client
# before: pogo tries again for two seconds, and then says that it is in use.
cd "$(dirname "$0")/../.." || exit 1
. test/tap.sh
server=""
at_exit() {
    [ -z "$server" ] || { kill "$server" && wait "$server"; } 2>/dev/null
}
cd "$work" || exit 1
cat >server.py <<'E2'
import socket, sys
listener = socket.create_server(("127.0.0.1", 0))
listener.settimeout(50)
print(listener.getsockname()[1], flush=True)
count = 0
while True:
    client, _ = listener.accept()
    count += 1
    print("client", count, flush=True)
    if count > int(sys.argv[1]):  # no server of that kind, but one that stays
        client.settimeout(20)
        try:
            while client.recv(4096):
                pass
        except OSError:
            pass
    client.close()
E2
serve() { # HANG-UPS
    at_exit
    python3 server.py "$1" >served 2>&1 &
    server=$!
    await_words served '^[0-9]'
    run "$B/pogo" info --wait 1 -p "rfc2217://127.0.0.1:$(head -n 1 served)"
}

serve 3
said "hung up on three times, then answered" 3 "no answer in time"
ok "by the fourth" grep -q 'client 4' served
serve 1000
said "hung up on for two seconds" 3 "port is used by another program"
tap_end
