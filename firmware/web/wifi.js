/* Wi-Fi: looking for networks, trying a password, and what went wrong. */
/* ---- Wi-Fi ---- */

/* The device tries for 45 s at most, and then joins its network again. */
const TRIAL_MS = 120000;

/* What the device says, and what to do about it. */
const wifiAdvice = [
  [/password|WRONG/i, 'Wrong password: the network refused it. Capital and small letters '
    + 'count; "Show the password" helps.'],
  [/not found|cannot be reached|NO_SSID/i, 'The network was not found. Is it near, is the name '
    + 'exactly right? The device can\'t use 5 GHz or WPA3-only networks.'],
  [/address/i, 'The network took the device, but gave it no address. Is DHCP on in the router?'],
  [/answer|timeout/i, 'The network did not answer. Too far away, or a wrong password?'],
];
const adviceOf = (text, password) => (/wrong pass/i.test(text) && !password
  ? 'This network wants a password.' : (wifiAdvice.find(([what]) => what.test(text))
  || [0, 'It did not work: ' + text])[1]);

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
  form.p1.placeholder = '';
  form.p1.focus();
}

/* Does it work? The device tries it for real, and says afterwards what came of
 * it: an address or a reason. Neither: it was not heard of again. lost: what to
 * do while it does not answer. */
async function tryWifi(line, lost) {
  const reply = await command(line);
  if (reply.WiFiTest !== 'Testing')
    throw new Trouble('The device is busy. Try again in a minute.');
  const end = Date.now() + TRIAL_MS;
  while (Date.now() < end) {
    await pause(1500);
    const answer = await request('/cm', { fields: { cmnd: 'WifiTest' }, ms: 4000 });
    const said = answer.status === 200 ? JSON.parse(answer.text) : {};
    if (!answer.status)
      lost();
    if (/success/i.test(said.WiFiTest))
      return { address: said.IPAddress };
    if (/fail|wrong|not/i.test(said.WiFiTest))
      return { reason: said.WiFiTest };
  }
  return {};
}

/* With the first Wi-Fi goes whose the page's password is from now on. */
function ownWord(form) {
  const kind = form.kind.value;
  return kind === 'keep' ? me.Made : kind === 'own' ? form.wp.value : '';
}

const local = () => (me.Local ? ', or http://' + me.Local + '/' : '');

/* Over the device's own network. */
async function setUp(form, name, password) {
  const isNew = password || name !== form.s1.dataset.was;
  const fields = isNew ? { s1: name, p1: password } : {};
  let end = {};
  if (me.Made === '')
    await refresh();
  say(form, 'Trying ' + name + ' …');
  /* The page's password is kept in the same change. */
  if (isNew)
    end = await tryWifi('WifiTest' + (me.Made ? 3 : 1) + ' ' + name + '\t' + password,
      () => say(form, 'The device tries ' + name + '; meanwhile its own network may be away. '
        + 'Join it again if your phone does not do so by itself: this page then goes on …'));
  if (isNew && !end.address) {
    say(form, (end.reason ? adviceOf(end.reason, password) : 'No news from the device. Join its own '
      + 'network again.') + '\nNothing was saved.', 'bad');
    return;
  }
  if (me.Made) {
    fields.wp = ownWord(form);
    keepWord(fields.wp);
    await ask('/wi', { fields });
  }
  say(form, (isNew ? 'Done. The device is in your network now, at http://' + end.address
    + '/\nIts own network stays while you are on it, for three minutes at most.\nGo back to '
    + 'your own Wi-Fi and open that address' + local() : 'Saved.')
    + (fields.wp ? '\nIts password there: ' + fields.wp : ''), 'good');
}

/* From the network that it is in to another one. */
async function move(form, name, password) {
  const home = at('StatusSTS.Wifi.SSId');
  const wait = 'The device tries ' + name + ' now. Meanwhile there is no answer from it, for up '
    + 'to two minutes.' + (home ? ' If it can\'t get in, it comes back to ' + home
    + ' by itself …' : '');
  say(form, wait);
  const end = await tryWifi('WifiTest1 ' + name + '\t' + password, () => say(form, wait));
  if (end.reason) {
    say(form, adviceOf(end.reason, password) + (home ? '\nThe device is back in ' + home
      + ', and nothing was changed.' : '\nNothing was saved.'), 'bad');
  } else if (end.address) {
    form.s1.dataset.was = name;
    form.p1.value = '';
    say(form, 'Done. The device is in ' + name + ' now, at http://' + end.address + '/' + local(),
      'good');
  } else {
    say(form, 'No answer here any more, so the device is most likely in ' + name + ' now: if not, '
      + 'it would be back. Join ' + name + ' yourself and open the address that the router shows '
      + 'for ' + me.Name + local() + (home ? '. Is it nowhere? Then ' + home + ' is away, too: the '
      + 'device goes on looking for it.' : '.'));
  }
}

async function saveWifi(form) {
  const name = form.s1.value;
  const password = form.p1.value;
  if (name === form.s1.dataset.was && !password && !me.Made)
    say(form, 'Nothing was changed.');
  else if (me.SetUp)
    await setUp(form, name, password);
  else
    await move(form, name, password);
}
