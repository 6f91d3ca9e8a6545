/* What the device is: module, template, extra pins. */
/* ---- module, template, pins ---- */

const pinNumbers = [0, 1, 2, 3, 4, 5, 9, 10, 12, 13, 14, 15, 16, 17];
const isSerial = (name) => /^GPIO[13]$/.test(name);
const pinName = (pin) => (pin === 17 ? 'A0' : 'GPIO' + pin);

/* Old number of the first, how many, today's number, name (tasmota.md D.2). */
const components = [
  [0, 1, 0, 'None'], [255, 1, 1, 'User'],
  [17, 4, 32, 'Button'], [90, 4, 64, 'Button_n'], [122, 4, 96, 'Button_i'],
  [126, 4, 128, 'Button_in'], [9, 8, 160, 'Switch'], [82, 8, 192, 'Switch_n'],
  [21, 8, 224, 'Relay'], [29, 8, 256, 'Relay_i'], [52, 4, 288, 'Led'],
  [56, 4, 320, 'Led_i'], [157, 1, 544, 'LedLink'], [158, 1, 576, 'LedLink_i'],
  [-1, 1, 3840, 'Output Hi'], [-1, 1, 3872, 'Output Lo'],
];

function componentName(number, isOld) {
  const first = isOld ? 0 : 2;
  const row = components.find((r) => number >= r[first] && number < r[first] + r[1]);
  if (!row)
    return 'number ' + number + ', which this device may not know';
  return row[3] + (row[1] > 1 ? number - row[first] + 1 : '');
}

/* What a template makes of the pins: rows of text, or the reason why not. */
function readTemplate(text) {
  let t;
  try {
    t = JSON.parse(text);
  } catch (e) {
    throw new Trouble('This is not a whole template. It begins with { and ends with }.');
  }
  const pins = t.GPIO;
  if (pins !== undefined && (!Array.isArray(pins) || pins.length < 13 || pins.length > 14
      || pins.some((n) => !Number.isInteger(n) || n < 0)))
    throw new Trouble('"GPIO" must be a list of 13 or 14 numbers.');
  const isOld = pins && pins.length === 13 && pins.every((n) => n <= 255);
  const free = isOld ? 255 : 1;
  const used = (pins || []).map((n, i) => [n, pinName(pinNumbers[i])]).filter(([n]) => n);
  return {
    name: String(t.NAME || 'no name'),
    age: pins && (isOld ? 'numbers from before Tasmota 9' : 'today\'s numbers'),
    pins: used.filter(([n]) => n !== free)
      .map(([n, pin]) => pin + ': ' + componentName(n, isOld)),
    free: used.filter(([n, pin]) => n === free && !isSerial(pin)).map(([, pin]) => pin).join(', '),
  };
}

function preview() {
  const box = $('preview');
  const text = $('template').t1.value.trim();
  try {
    const t = text && readTemplate(text);
    box.replaceChildren(...(t ? [
      make('p', t.name + (t.age ? ' (' + t.age + ')' : '')),
      make('ul', undefined, {}, ...t.pins.map((pin) => make('li', pin)),
        ...(t.free ? [make('li', 'Free for you: ' + t.free)] : []))] : []));
  } catch (e) {
    box.replaceChildren(make('p', e.message));
  }
}

async function useModule(form, number) {
  await command('Module ' + number);
  say(form, 'The device restarts …');
  await back();
  await refresh();
  await enter('module');
  say(form, 'It is a ' + Object.values((await command('Module')).Module)[0] + ' now.', 'good');
}

async function saveTemplate(form) {
  const text = form.t1.value.trim().replace(/\s*\n\s*/g, '');
  readTemplate(text);
  const reply = await command('Template ' + text);
  if (!reply.NAME)
    throw new Trouble('The device refuses it: '
      + (reply.Template || reply.Reason || JSON.stringify(reply)));
  await useModule(form, 0);
}

const option = (value, text) => make('option', text, { value });

/* The serial line's pins are shown only when something is on them. */
function drawPins(reply) {
  const free = Object.entries(reply).filter(([name, now]) => /^GPIO\d+$/.test(name)
    && !(isSerial(name) && now[0] !== undefined));
  const choices = components.filter((r) => r[2] !== 1)
    .flatMap((r) => Array.from({ length: r[1] }, (x, i) => r[2] + i));
  $('nopins').hidden = free.length > 0;
  $('pins').querySelector('button').hidden = !free.length;
  $('pinlist').replaceChildren(...free.map(([name, now]) => {
    const value = Object.keys(now)[0];
    const pin = name.slice(4);
    const select = make('select', undefined, { name: 'g' + pin },
      ...choices.map((n) => option(n, componentName(n))));
    select.value = select.dataset.was = value;
    return make('label', pinName(+pin) + ' ', {}, select);
  }));
}

async function enterModule() {
  const form = $('moduleform');
  const list = await command('Modules');
  const now = Object.keys((await command('Module')).Module)[0];
  form.module.replaceChildren(...Object.values(list).flatMap((part) => Object.entries(part))
    .map(([number, name]) => option(number, name + (number === '0' ? ' (template)' : ''))));
  form.module.value = now;
  $('template').t1.value = JSON.stringify(await command('Template'));
  preview();
  drawPins(await command('Gpio'));
}
