/* Asking the device, and what it says of itself. The page's program is ask.js,
 * control.js, wifi.js, module.js, time.js, console.js, files.js and app.js, put
 * together in this order by scripts/pack_page.sh. Nothing that the device says is ever
 * taken for HTML. What is kept: the password, for this tab only.
 *
 * For the packing: comments stand on lines of their own, and every statement
 * ends with its semicolon. */
'use strict';

const $ = (id) => document.getElementById(id);
const all = (what, within) => [...(within || document).querySelectorAll(what)];
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const REFRESH_MS = 2345;
const RESTART_MS = 90000;

/* ---- elements ---- */

function make(tag, text, more, ...within) {
  const element = Object.assign(document.createElement(tag), more);
  element.append(...(text === undefined ? [] : [text]), ...within);
  return element;
}

/* How an answer sounds: good, bad or neither. It is brought into sight. */
function say(within, text, sound) {
  const said = within.querySelector('.said');
  said.className = 'said ' + (sound || '');
  said.textContent = text;
  if (text)
    said.scrollIntoView({ block: 'nearest' });
}

/* ---- asking the device ---- */

class Trouble extends Error {}

let word = '';
try {
  word = sessionStorage.word || '';
} catch (e) {
  /* Captive pages may have no storage: the password lives as long as the page. */
}

function keepWord(text) {
  word = text;
  try {
    sessionStorage.word = text;
  } catch (e) {
    /* as above */
  }
}

/* A form as bytes; only what must be is escaped, for the device has little room. */
const encode = (text) => String(text).replace(/[^ -~]|[%&+=#]/gu, encodeURIComponent)
  .replace(/ /g, '+');
const formText = (fields) => Object.entries(fields)
  .map(([name, value]) => name + '=' + encode(value)).join('&');

/* One request. Fields are posted as a form, a file as a form's file. Status 0:
 * there was no answer. */
function request(path, { fields, file, progress, ms } = {}) {
  return new Promise((resolve) => {
    const x = new XMLHttpRequest();
    let body = null;
    x.open(fields || file ? 'POST' : 'GET', path);
    x.timeout = ms || 10000;
    x.setRequestHeader('X-Requested-With', 'pogo');
    if (word)
      x.setRequestHeader('Authorization', 'Basic '
        + btoa(String.fromCharCode(...new TextEncoder().encode('admin:' + word))));
    if (fields) {
      x.setRequestHeader('Content-Type', 'application/x-www-form-urlencoded');
      body = formText(fields);
    }
    if (file) {
      body = new FormData();
      body.append('u2', file);
      x.upload.onprogress = (e) => progress(e.loaded, e.total);
    }
    x.onloadend = () => resolve({ status: x.status, text: x.responseText });
    x.send(body);
  });
}

const refusals = {
  0: 'No answer from the device. Is it switched on, are you in its network?',
  401: 'The password is needed.',
  429: 'Too many wrong passwords. Wait half a minute.',
  503: 'The device is busy. Try again.',
};

/* What the device says of a refusal, without its wrapping. */
const reasonOf = (text) => (/"WARNING":"(.*)"/.exec(text) || [0, text])[1];

async function ask(path, more) {
  let answer = await request(path, more);
  if (answer.status === 503) {
    await pause(700);
    answer = await request(path, more);
  }
  if (answer.status === 401)
    show('login');
  if (answer.status !== 200)
    throw new Trouble(refusals[answer.status] || reasonOf(answer.text) || 'Error ' + answer.status);
  return answer.text;
}

/* A command's results as one object. */
async function command(line) {
  const text = await ask('/cm', { fields: { cmnd: line } });
  try {
    return JSON.parse(text);
  } catch (e) {
    throw new Trouble('The device answered: ' + text);
  }
}

const isUnknown = (reply) => reply.Command === 'Unknown' || reply.Command === 'Error';

/* Until the device answers again: what it says of itself. */
async function back(ms) {
  const end = Date.now() + (ms || RESTART_MS);
  await pause(3000);
  while (Date.now() < end) {
    const answer = await request('/me', { ms: 4000 });
    if (answer.status === 200)
      return JSON.parse(answer.text);
    await pause(1000);
  }
  throw new Trouble('The device has not come back. Has it moved to another network, '
    + 'or another address?');
}

/* ---- what the device says of itself ---- */

let me = {};
let status = {};

const at = (path) => path.split('.').reduce((o, key) => (o || {})[key], status);

async function refresh() {
  me = JSON.parse(await ask('/me'));
  if (!me.May) {
    show('login');
    return;
  }
  /* User mode: the device only lets the page switch. */
  status = me.User ? { Status: { FriendlyName: me.User } } : await command('Status 0');
  $('nav').hidden = !!me.User;
  const name = at('Status.DeviceName') || me.Name;
  $('title').textContent = document.title = name;
  const isNew = !(at('StatusLOG.SSId') || []).some((s) => s);
  $('welcome').hidden = !me.SetUp || !isNew;
  $('rescue').hidden = !me.SetUp || isNew;
  $('moving').hidden = me.SetUp;
  $('made').hidden = $('first').hidden = $('keep').hidden = !me.Made;
  $('locked').hidden = me.SetUp || me.Password !== 'made';
  all('.word').forEach((e) => {
    e.textContent = me.Made || '';
  });
}

/* Values into a form's fields, each with what it was. */
async function fill(form) {
  for (const field of all('[data-of],[data-ask]', form)) {
    const asked = field.dataset.ask;
    const value = asked ? (await command(asked))[asked] : at(field.dataset.of);
    field.value = field.dataset.was = value === undefined ? '' : value;
  }
  for (const field of all('[data-secret]', form))
    field.placeholder = Object.values(await command(field.dataset.secret))[0]
      ? 'unchanged' : '';
  for (const field of all('[type=password]', form))
    field.value = '';
}
