#!/usr/bin/env bash
# pogo boards: the list, one board, and a folder of templates.
cd "$(dirname "$0")/../.." || exit 1
. test/tap.sh

# The mains warning is the first that is said, and nothing but templates, which
# are pasted, is wider than 80 columns.
warned() { # NAME
    [ "$code" = 0 ] && head -1 "$work/said" | grep -q '^Never with mains' &&
        ! grep -v '{' "$work/said" | grep -q '.\{81\}'
    tap $? "$1: warns first, at 80 columns" "$work/said"
}

run "$B/pogo" boards
said "the list" 0 "mini   Sonoff Mini"
warned "the list"
for name in $(sed -n 's/^\([a-z0-9-]*\) .* ESP82.*/\1/p' "$work/said"); do
    run "$B/pogo" boards "$name"
    said "$name" 0 "pogo setup --board $name"
    warned "$name"
done
run "$B/pogo" boards basic
said "a picture has its source" 0 "order of the pads: Tasmota's docs"
said "and its guide" 0 "docs/boards/basic.md, docs/download-mode.md"
run "$B/pogo" boards mini
said "the Mini's pads, from the edge" 0 "Mini V1.2 2019.06.25"
ok "in the order of the photograph" python3 -c "
import re
said = open('$work/said').read()
assert re.findall(r'\\( (GND|3V3|TX|RX) *\\)', said) == ['GND', '3V3', 'TX', 'RX']
assert re.search(r'\\( TX .*adapter RX', said), said"
run "$B/pogo" boards th
said "no source, no picture" 0 "not known here: look for the labels"
run "$B/pogo" boards t1-1
said "a touch key can't be held" 0 "can't be held while power comes"
ok "and nobody is told to" sh -c "! grep -q 'Hold the button' '$work/said'"
run "$B/pogo" boards --help
said "--help" 0 "--templates DIR"
ok "at 80 columns" sh -c "! grep -q '.\{81\}' '$work/said'"
run "$B/pogo" boards toaster
said "an unknown board" 1 "there are basic mini"
run "$B/pogo" boards mini basic
said "two names" 2 "one name"
run "$B/pogo" boards --frob
said "an unknown option" 2 "unknown option: --frob"

"$B/pogo" boards --json >"$work/json"
ok "--json is JSON" python3 -c "
import json
boards = {b['name']: b for b in json.load(open('$work/json'))}
assert boards['th']['picture'] is None and boards['mini']['module'] == 0
assert boards['mini']['can_hold'] and not boards['t1-2']['can_hold']
assert json.loads(boards['mini']['template'])['GPIO'][12] == 1
assert boards['basic']['source'] and boards['basic']['module'] == 1
import os
for b in boards.values():
    assert b['guide'] is None or os.path.exists(b['guide']), b['guide']"

# ---- templates ----

mkdir "$work/t"
old='{"NAME":"2NICE UP111","GPIO":[0,52,0,17,134,132,0,0,131,157,21,0,0],"FLAG":0,"BASE":18}'
printf -- "---\ntitle: 2NICE UP111\ntemplate: '%s' \ncategory: plug\n---\n" \
    "$old" >"$work/t/2nice-UP111"
printf -- '---\ntitle: Other\nmodel: X-1\ntemplate9: %s\n---\n' \
    "'{\"NAME\":\"X\",\"GPIO\":[32,0,0,0,0,0,0,0,224,0,0,0,0,0]}'" >"$work/t/other"
echo "no template" >"$work/t/readme"
run "$B/pogo" boards --templates "$work/t" up111
said "found by its title" 0 "$old"
ok "and only that" sh -c "! grep -q Other '$work/said'"
run "$B/pogo" boards --templates "$work/t" x-1
said "found by its model" 0 "Other  (other)"
run "$B/pogo" boards --templates "$work/t" toaster
said "found nothing" 1 "no template in $work/t is about toaster"
run "$B/pogo" boards --templates "$work/none" x
said "no folder" 1 "no folder that can be read: "
run "$B/pogo" boards --templates "$work/t"
said "no word" 2 "which word"
"$B/pogo" boards --json --templates "$work/t" o >"$work/json"
ok "found, as JSON" python3 -c "
import json
found = json.load(open('$work/json'))
assert sorted(f['file'] for f in found) == ['other'], found
assert json.loads(found[0]['template'])['GPIO'][0] == 32"
tap_end
