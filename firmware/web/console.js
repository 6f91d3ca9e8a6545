/* The console, and the table of what the device knows of itself. */
/* ---- console ---- */

let place = 0;
let typed = [];
let recalled = 0;

function drawLog(text) {
  const parts = text.split('}1');
  const log = $('log');
  const isAtEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 40;
  const lines = parts.slice(2, -1).join('}1');
  if (parts[1] === '0')
    log.textContent = '';
  if (lines)
    log.append(lines.replace(/\n?$/, '\n'));
  place = parts[0];
  if (isAtEnd)
    log.scrollTop = log.scrollHeight;
}

async function readLog(line) {
  const fields = { c1: line, c2: place };
  drawLog(await ask(line ? '/cs' : '/cs?c2=' + place, line ? { fields } : {}));
}

async function pollLog() {
  if (!document.hidden && here === 'console') {
    const answer = await request('/cs?c2=' + place, { ms: 4000 });
    if (answer.status === 200)
      drawLog(answer.text);
  }
  setTimeout(pollLog, REFRESH_MS);
}

async function sendLine(form) {
  const line = form.c1.value.trim();
  if (!line)
    return;
  typed = typed.filter((l) => l !== line).concat(line);
  recalled = typed.length;
  form.c1.value = '';
  await readLog(line);
}

/* Up and down bring typed lines back. */
function recall(event) {
  const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  if (!step || typed[recalled + step] === undefined)
    return;
  recalled += step;
  event.target.value = typed[recalled];
  event.preventDefault();
}

/* ---- information ---- */

const yes = (n) => (n === undefined ? n : n ? 'Enabled' : 'Disabled');
const kb = (n) => (n === undefined ? n : n + ' KB');

/* Labels as Tasmota's page has them, so that people find them in forums. */
const facts = () => [
  ['Program version', at('StatusFWR.Version')],
  ['Build date and time', at('StatusFWR.BuildDateTime')],
  ['Slot', at('StatusFWR.Slot')],
  ['Left', at('StatusFWR.Left')],
  ['Uptime', at('StatusPRM.Uptime')],
  ['Flash write count', at('StatusPRM.SaveCount')],
  ['Boot count', at('StatusPRM.BootCount')],
  ['Restart reason', at('StatusPRM.RestartReason')],
  ...(at('Status.FriendlyName') || []).map((name, i) => ['Friendly name ' + (i + 1), name]),
  ['AP' + (at('StatusSTS.Wifi.AP') || 1) + ' SSID', at('StatusSTS.Wifi.SSId')],
  ['Signal', at('StatusSTS.Wifi.RSSI') && at('StatusSTS.Wifi.RSSI') + ' %, '
    + at('StatusSTS.Wifi.Signal') + ' dBm'],
  ['Channel', at('StatusSTS.Wifi.Channel')],
  ['BSSID', at('StatusSTS.Wifi.BSSId')],
  ['Hostname', at('StatusNET.Hostname')],
  ['MAC address', at('StatusNET.Mac')],
  ['IP address', at('StatusNET.IPAddress')],
  ['Gateway', at('StatusNET.Gateway')],
  ['Subnet mask', at('StatusNET.Subnetmask')],
  ['DNS server', at('StatusNET.DNSServer1')],
  ['HTTP API', yes(at('StatusNET.HTTP_API'))],
  ['MQTT host', at('StatusMQT.MqttHost')],
  ['MQTT port', at('StatusMQT.MqttPort')],
  ['MQTT user', at('StatusMQT.MqttUser')],
  ['MQTT client', at('StatusMQT.MqttClient')],
  ['MQTT connections', at('StatusMQT.MqttCount')],
  ['MQTT topic', at('Status.Topic')],
  ['MQTT group topic', at('StatusPRM.GroupTopic')],
  ['Local time', /^1970/.test(at('StatusTIM.Local')) ? 'not known yet' : at('StatusTIM.Local')],
  ['Flash chip ID', at('StatusMEM.FlashChipId')],
  ['Flash size', kb(at('StatusMEM.FlashSize'))],
  ['Program size', kb(at('StatusMEM.ProgramSize'))],
  ['Free program space', kb(at('StatusMEM.Free'))],
  ['Free memory', kb(at('StatusMEM.Heap'))],
];

async function enterInfo() {
  await refresh();
  $('rows').replaceChildren(...facts().filter(([, value]) => value !== undefined && value !== '')
    .map(([label, value]) => make('tr', undefined, {},
      make('th', label, { scope: 'row' }), make('td', value))));
}
