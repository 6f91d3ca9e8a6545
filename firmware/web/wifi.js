/* Wi-Fi: looking for networks, trying a password, and what went wrong. */
/* ---- Wi-Fi ---- */

/* What the device says, and what to do about it. */
const wifiAdvice = [
  [/password|WRONG/i, 'Wrong password: the network refused it. Capital and small letters '
    + 'count; "Show the password" helps.'],
  [/not found|cannot be reached|NO_SSID/i, 'The network was not found. Is it near, is the name '
    + 'exactly right? The device can\'t use 5 GHz or WPA3-only networks.'],
  [/address/i, 'The network took the device, but gave it no address. Is DHCP on in the router?'],
  [/answer|timeout/i, 'The network did not answer. Too far away, or a wrong password?'],
];
const adviceOf = (text) => (wifiAdvice.find(([what]) => what.test(text))
  || [0, 'It did not work: ' + text])[1];

async function scan() {
  const button = $('scan');
  button.disabled = true;
  $('scanned').textContent = 'Looking …';
  try {
    let reply = await command('WifiScan 1');
    for (let i = 0; i < 15 && !isUnknown(reply) && typeof reply.WiFiScan !== 'object'; i++) {
      await pause(1000);
      reply = await command('WifiScan');
    }
    if (isUnknown(reply))
      throw new Trouble('This device can\'t look for networks: type the name.');
    drawNetworks(Object.values(reply.WiFiScan));
  } catch (e) {
    $('scanned').textContent = e.message;
  }
  button.disabled = false;
}

/* The strongest of each name. */
function drawNetworks(found) {
  const names = new Set();
  const best = found.filter((n) => n.SSId).sort((a, b) => b.RSSI - a.RSSI)
    .filter((n) => !names.has(n.SSId) && names.add(n.SSId));
  $('scanned').textContent = best.length
    ? best.length + (best.length > 1 ? ' networks:' : ' network:') : 'None found. Is it hidden?';
  $('networks').replaceChildren(...best.map((n) => make('li', undefined, {},
    make('button', n.SSId, { type: 'button', onclick: () => choose(n.SSId) },
      make('small', n.RSSI + ' %' + (/open|none/i.test(n.Encryption) ? ', open' : ''))))));
}

function choose(name) {
  const form = $('wifi').querySelector('form');
  form.s1.value = name;
  form.p1.focus();
}

/* Does it work? The device tries while its access point stays. An address when
 * it does, else the reason; neither: it can't tell. */
async function tryWifi(name, password, lost) {
  if (name.includes('+'))
    return {};
  let reply = await command('WifiTest3 ' + name + '+' + password);
  if (isUnknown(reply) || reply.WiFiTest === 'Busy')
    return {};
  for (let i = 0; i < 90; i++) {
    await pause(1000);
    try {
      reply = await command('WifiTest');
    } catch (e) {
      /* The access point moves to the network's channel: phones lose it then. */
      lost();
    }
    if (/success/i.test(reply.WiFiTest))
      return { address: reply.IPAddress };
    if (/fail|wrong/i.test(reply.WiFiTest))
      return { reason: reply.WiFiTest };
  }
  return { reason: 'no news from the device. Join its own network again.' };
}

/* After saving: joined, or what the log says. */
async function watchWifi(since) {
  let reason = '';
  for (let i = 0; i < 30; i++) {
    await pause(1500);
    const answer = await request('/cs?c2=' + since, { ms: 4000 });
    const lines = answer.text.split('\n');
    const joined = lines.map((l) => /WIF: Connected to .*address ([\d.]+)/.exec(l)).pop();
    const failed = lines.filter((l) => /WIF: Connect failed/.test(l)).pop();
    if (joined)
      return { address: joined[1] };
    if (failed && !reason)
      reason = adviceOf(failed.replace(/.*failed:? ?/, ''));
    if (reason)
      return { reason };
  }
  return {};
}

/* With the first Wi-Fi goes whose the page's password is from now on. */
function ownWord(form) {
  const kind = form.kind.value;
  return kind === 'keep' ? me.Made : kind === 'own' ? form.wp.value : '';
}

const farewell = (address, own) => (address
  ? 'Done. The device is in your network now, at http://' + address + '/\nIts own network stays while you are on it, for three minutes at most.'
  : 'Saved. The device goes into that network now, and its own one ends. Should it not '
    + 'get in, bring its own back: five times power on for two seconds, off for one.') + '\nGo back to your own Wi-Fi and open ' + (address ? 'that address' :
  'the address that your router shows for it') + ', or http://' + me.Name + '.local/'
  + (own ? '\nIts password there: ' + own : '');

const logEnd = async () => parseInt(await ask('/cs?c2=1'), 10) || 1;

async function saveWifi(form) {
  const name = form.s1.value;
  const password = form.p1.value;
  const fields = { s1: name };
  if (password || name !== form.s1.dataset.was)
    fields.p1 = password;
  say(form, 'Trying ' + name + ' …');
  let end = await tryWifi(name, password, () => say(form, 'The device tries ' + name
    + '; meanwhile its own network may be away. Join it again if your phone does not do so '
    + 'by itself: this page then goes on …'));
  if (end.reason) {
    say(form, adviceOf(end.reason) + '\nNothing was saved.', 'bad');
    form.p1.focus();
    return;
  }
  const since = await logEnd();
  if (me.Made === '')
    await refresh();
  if (me.Made) {
    fields.wp = ownWord(form);
    keepWord(fields.wp);
  }
  await ask('/wi', { fields });
  if (!end.address) {
    say(form, 'Saved. Joining ' + name + ' …');
    end = await watchWifi(since);
  }
  if (end.reason)
    say(form, end.reason + '\nIt was saved, and the device keeps '
      + 'trying. Correct it and save again.', 'bad');
  else
    say(form, farewell(end.address, fields.wp), 'good');
}
