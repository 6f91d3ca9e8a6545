/* What each form does, and the way between sections. */
const sections = {
  control: 'Control', wifi: 'Wi-Fi', mqtt: 'MQTT', module: 'Module and template',
  names: 'Names', time: 'Time', logging: 'Logging', console: 'Console', info: 'Information',
  update: 'Update', backup: 'Backup, restart', password: 'Password',
};

/* Tasmota's pages: where each is here. */
const pages = {
  wi: 'wifi', mq: 'mqtt', md: 'module', tp: 'module', co: 'names', lg: 'logging', cs: 'console',
  in: 'info', up: 'update', u1: 'update', u2: 'update', rs: 'backup',
};

/* ---- what each form does ---- */

async function setPassword(form, text, done) {
  await ask('/co', { fields: { wp: text } });
  keepWord(text);
  await refresh();
  await enter('password');
  say(form.hidden ? $('own') : form, done, 'good');
}

const actions = {
  login: async (form) => {
    keepWord(form.word.value);
    form.word.value = '';
    const answer = await request('/?m=1');
    if (answer.status !== 200) {
      keepWord('');
      throw new Trouble(answer.status === 401 ? 'That is not the password.'
        : refusals[answer.status] || reasonOf(answer.text));
    }
    say(form, '');
    await start();
  },
  moduleform: (form) => useModule(form, form.module.value),
  template: saveTemplate,
  line: sendLine,
  zone: saveTime,
  upload: sendUpdate,
  url: fetchUpdate,
  save: backup,
  restore,
  restart: async (form) => {
    await command('Restart 1');
    say(form, 'Restarting …');
    await back();
    say(form, 'It is back.', 'good');
  },
  reset: async (form) => {
    await command('Reset 1');
    say(form, 'Erased. The device shows its own Wi-Fi network now, as on the first day.', 'good');
  },
  own: async (form) => {
    if (form.wp.value !== form.again.value)
      throw new Trouble('The two are not the same.');
    await setPassword(form, form.wp.value, 'Set.');
    form.reset();
  },
  keep: (form) => setPassword(form, me.Made, 'Kept: ' + me.Made + ' is this page\'s password '
    + 'now, in your own network too. Nothing shows it again: write it down.'),
  none: async (form) => {
    await setPassword(form, '', 'Removed.');
    form.reset();
  },
};

const actionOf = (form) => actions[form.id] || (form.dataset.kind === 'wifi' ? saveWifi
  : form.closest('section').id === 'login' ? actions.login : saveForm);

async function submit(event) {
  event.preventDefault();
  const form = event.target;
  const button = event.submitter || form.querySelector('button:not([type])');
  button.disabled = true;
  try {
    await actionOf(form)(form);
  } catch (e) {
    say(form, e.message, 'bad');
  }
  button.disabled = false;
}

/* ---- sections ---- */

let here = 'control';

/* What a section needs before it is seen. */
async function enter(section) {
  const special = { module: enterModule, info: enterInfo, time: enterTime }[section];
  if (special)
    await special();
  if (section === 'names')
    $('friendly').replaceChildren(...(at('Status.FriendlyName') || []).map((name, i) => {
      const input = make('input', undefined, { name: 'a' + i, maxLength: 32 });
      input.dataset.of = 'Status.FriendlyName.' + i;
      return make('label', 'Output ' + (i + 1) + ' ', {}, input);
    }));
  for (const form of all('form', $(section)))
    await fill(form);
  $('version').textContent = at('StatusFWR.Version') || me.Version;
  $('more').hidden = me.SetUp;
  $('kind').textContent = {
    made: 'The device still has the password that it made itself. Until you keep it, set your '
      + 'own or remove it, only who is in the device\'s own Wi-Fi network may change anything.',
    own: 'A password is set: the one that you kept or chose. This page asks for it, but not on '
      + 'the device\'s own network after five times power on and off.',
    none: 'There is no password: everybody in your network may change everything.',
  }[me.Password];
  if (section === 'console')
    await readLog();
}

function show(section) {
  here = document.body.dataset.at = section;
  for (const s of all('section'))
    s.hidden = s.id !== section;
  for (const a of all('a', $('nav'))) {
    const isHere = a.hash === '#' + section;
    if (isHere)
      a.setAttribute('aria-current', 'page');
    else
      a.removeAttribute('aria-current');
  }
}

async function go() {
  const wanted = location.hash.slice(1) || pages[location.pathname.slice(1)];
  const section = sections[wanted] && !me.User ? wanted : 'control';
  show(section);
  const title = $(section).querySelector('h2');
  title.tabIndex = -1;
  title.focus({ preventScroll: true });
  scrollTo(0, 0);
  $('all').setAttribute('aria-busy', true);
  try {
    await enter(section);
    $('link').textContent = '';
  } catch (e) {
    $('link').textContent = e.message;
  }
  $('all').setAttribute('aria-busy', false);
}

async function start() {
  try {
    await refresh();
    if (me.May) {
      await go();
      clearTimeout(next);
      await poll();
    }
    /* It takes two seconds to make its password. */
    if (me.SetUp && me.Made === '')
      setTimeout(refresh, 3000);
  } catch (e) {
    $('link').textContent = e.message;
    setTimeout(start, REFRESH_MS);
  }
}

$('nav').append(...Object.entries(sections).map(([id, name]) => make('a', name, { href: '#' + id })));
all('[name^=l]', $('logging')).filter((f) => f.tagName === 'SELECT').forEach((select) => select
  .append(...['none', 'errors', 'information', 'debug', 'more'].map((name, i) => option(i, name))));
all('form').forEach((form) => form.addEventListener('submit', submit));
$('scan').onclick = scan;
$('wifi').querySelector('[name=s1]').oninput = (e) => {
  e.target.form.p1.placeholder = '';
};
$('show').onchange = (e) => {
  e.target.form.p1.type = e.target.checked ? 'text' : 'password';
};
$('first').onchange = (e) => {
  const kind = e.target.form.kind.value;
  $('ownword').hidden = kind !== 'own';
  e.target.form.wp.required = kind === 'own';
  $('nowarn').hidden = kind !== 'none';
};
$('template').t1.oninput = preview;
$('zone').place.onchange = drawOffset;
$('line').c1.onkeydown = recall;
addEventListener('hashchange', go);
pollLog();
start();
