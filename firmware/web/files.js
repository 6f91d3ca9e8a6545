/* Files: updates, backups. */
/* ---- files ---- */

/* What somebody may take for an update, by its first bytes. */
const strangers = [
  ['PGOT', ''],
  ['\xe9', 'This file is for the first installation over a serial cable. Take pogo.ota.'],
  ['\x1f\x8b', 'This is a packed image of another firmware, or a packed pogo.bin. Take pogo.ota.'],
  ['{', 'This is a backup of settings: see Backup.'],
  ['', 'This is no update file for Pogo. Take pogo.ota.'],
];

async function refuseStranger(file) {
  const bytes = new Uint8Array(await file.slice(0, 4).arrayBuffer());
  const head = String.fromCharCode(...bytes);
  const [, why] = strangers.find(([magic]) => head.startsWith(magic));
  if (why)
    throw new Trouble(why);
}

/* Sends a form's file; the device answers when it has looked at all of it. */
async function send(form, path) {
  const bar = form.querySelector('progress');
  bar.hidden = false;
  const answer = await request(path, {
    file: form.u2.files[0],
    ms: 300000,
    progress: (done, total) => {
      bar.value = Math.round(100 * done / total);
      say(form, done < total ? 'Sending: ' + bar.value + ' %'
        : 'Sent. The device checks it …');
    },
  });
  bar.hidden = true;
  if (answer.status === 401)
    show('login');
  if (answer.status === 0)
    throw new Trouble('The connection broke off. The device goes on as before.');
  if (answer.status !== 200)
    throw new Trouble(refusals[answer.status] || reasonOf(answer.text));
  say(form, answer.text);
}

async function sendUpdate(form) {
  await refuseStranger(form.u2.files[0]);
  await send(form, '/u2');
  await afterUpdate(form);
}

async function afterUpdate(form) {
  const before = at('StatusFWR.Slot');
  say(form, 'The device restarts with the new version …');
  await back();
  await refresh();
  await enter('update');
  const isNew = at('StatusFWR.Slot') !== before;
  say(form, (isNew ? 'Updated. It runs ' : 'The device still runs the version from before: ')
    + at('StatusFWR.Version') + (at('StatusFWR.Left') ? '\n' + at('StatusFWR.Left') : ''),
  isNew ? 'good' : 'bad');
}

/* The device tells by its log what becomes of a fetch. */
const logEnd = async () => parseInt(await ask('/cs?c2=1'), 10) || 1;

async function fetchUpdate(form) {
  const since = await logEnd();
  say(form, await ask('/u1', { fields: { o: form.o.value } }));
  for (let i = 0; i < 100; i++) {
    await pause(REFRESH_MS);
    const answer = await request('/cs?c2=' + since, { ms: 4000 });
    if (answer.status !== 200)
      break;
    const lines = answer.text.replace(/\}1$/, '').split('\n').filter((l) => /UPD|UPG|OTA/.test(l));
    say(form, lines.map((l) => l.replace(/^.*?\d\d:\d\d:\d\d\.\d+ /, '')).pop() || 'Started …');
    if (lines.some((l) => /fail|refus|not /i.test(l)))
      return;
  }
  await afterUpdate(form);
}

async function backup(form) {
  const text = await ask('/dl');
  const link = $('file');
  link.href = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
  link.download = 'Config_' + me.Name + '_' + me.Version + '.json';
  link.hidden = false;
  $('text').hidden = false;
  $('text').value = text;
  link.click();
  say(form, 'Here it is. Where nothing can be saved, copy the text.', 'good');
}

async function restore(form) {
  const file = form.u2.files[0];
  if (!/^[{P]/.test(await file.slice(0, 1).text()))
    throw new Trouble('This is no backup of Pogo. What Tasmota saves (.dmp) can\'t be read: '
      + 'enter Wi-Fi and MQTT here by hand, and paste what the command Template says there.');
  await send(form, '/rs');
  await back();
  await refresh();
  say(form, 'Restored.', 'good');
}
