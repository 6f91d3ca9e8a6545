#!/usr/bin/env bash
# The guides for owners: the warning stands first, drawings and text name the pads
# in the order of pogo boards, links lead somewhere, and the settings for S1/S2 do
# on a virtual Mini what the table says.
cd "$(dirname "$0")/../.." || exit 1
. test/tap.sh

# Behind the title, before anything else, in bold: no picture or step above it.
for guide in docs/boards/*.md docs/download-mode.md docs/inputs.md \
    docs/limits.md docs/tried.md; do
    ok "${guide#docs/}: begins with the warning" python3 -c "
import re, sys
text = open('$guide').read()
first = text.split('\n\n')[1]
assert first.startswith('**'), first
assert re.search('[Nn]ever.*with mains connected|with the mains switched off',
                 ' '.join(first.split())), first"
    ok "${guide#docs/}: links and pictures are there" python3 -c "
import os, re
for link in re.findall(r'\]\(([^)#:]+)\)', open('$guide').read()):
    assert os.path.exists(os.path.join(os.path.dirname('$guide'), link)), link"
done
"$B/pogo" boards --json >"$work/boards"
ok "drawings are SVG, warn, and have the order of pogo boards" python3 -c "
import glob, json, re
import xml.etree.ElementTree as xml
boards = {b['name']: b for b in json.load(open('$work/boards'))}
ns = '{http://www.w3.org/2000/svg}'
files = glob.glob('docs/boards/*.svg')
assert len(files) >= 3 and all(b['guide'] or not b['picture'] or n == 's20'
                               for n, b in boards.items())
for file in files:
    root = xml.parse(file).getroot()
    texts = [t.text for t in root.iter(ns + 'text')]
    assert root.find(ns + 'title').text and 'Never with mains' in texts[0], file
    pads = [t for t in texts if t in ('GND', '3V3', 'TX', 'RX')]
    board = boards[re.search(r'(\w+)\.svg', file).group(1)]
    if not board['picture']:
        assert 'no picture of the board' in ' '.join(texts), file
        continue
    order = re.findall(r'[(\[] *(GND|3V3|TX|RX) *[)\]]', board['picture'])
    drawn = [t.text for t in root.iter(ns + 'text')
             if t.get('class') == 'strong' and t.text in order]
    assert drawn == order and len(order) == 4, (file, drawn, order)"

# ---- the table of docs/inputs.md, played ----

python3 - docs/inputs.md >"$work/script" <<'E2'
import re, sys
print('''console Template {"NAME":"Sonoff Mini","GPIO":[32,0,0,0,160,0,0,0,224,320,0,0,1,0],"FLAG":0,"BASE":1}
sleep 500
console Module 0
sleep 8000''')
before = {'on': 'off', 'off': 'on', 'changes': 'off', 'nothing': 'on'}
def play(move, word):
    what, _, rest = word.partition(' for ')
    print(f'console Power {before[what]}\nsleep 300\ns2 {move}')
    if what == 'nothing':
        print('refute relay 1 off within 500')
        return
    print(f"expect relay 1 {'off' if what == 'off' else 'on'} within 300")
    if rest:
        ms = int(rest.split()[0]) * 1000
        print(f'refute relay 1 off within {ms - 1000}')
        print('expect relay 1 off within 2000')
rows = re.findall(r'^\| [^|]+ \| `([^`]+)` \| ([^|]+) \| ([^|]+) \|$',
                  open(sys.argv[1]).read(), re.M)
assert len(rows) >= 7, rows
for command, closes, opens in rows:
    print(f'# {command}\nconsole Backlog PulseTime1 0; SetOption114 0')
    print(f'sleep 300\nconsole {command}\nsleep 500')
    play('close', closes.strip())
    play('open', opens.strip())
print('quit')
E2
timeout 60 "$B/pogo-posix" --board mini --virtual --script "$work/script" \
    >"$work/played" 2>&1
code=$?
grep '^failed' "$work/played" >"$work/failed"
tap "$code" "docs/inputs.md: the settings do what the table says" "$work/failed"
ok "every command of it is known" sh -c "! grep -E 'Unknown|\"Error\"' '$work/played'"
tap_end
