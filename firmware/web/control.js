/* Relays, and forms whose fields are settings. */
/* ---- relays ---- */

function drawRelays(states) {
  const names = at('Status.FriendlyName') || [];
  if ($('relays').children.length !== states.length)
    $('relays').replaceChildren(...states.map((state, i) => {
      const button = make('button', undefined, { onclick: () => toggle(i + 1) },
        make('span'), make('b'));
      button.setAttribute('role', 'switch');
      return button;
    }));
  all('button', $('relays')).forEach((button, i) => {
    button.setAttribute('aria-checked', states[i] === 'ON');
    button.firstChild.textContent = names[i] || 'Output ' + (i + 1);
    button.lastChild.textContent = states[i];
  });
}

/* The answer is a table whose cells end in ON or OFF. */
const statesOf = (text) => (text.match(/>(ON|OFF)</g) || []).map((s) => s.slice(1, -1));

async function toggle(number) {
  try {
    drawRelays(statesOf(await ask('/?m=1&o=' + number, { fields: {} })));
    say($('control'), '');
  } catch (e) {
    say($('control'), e.message, 'bad');
  }
}

let next;

async function poll() {
  if (!document.hidden && here === 'control' && me.May) {
    const answer = await request('/?m=1', { ms: 4000 });
    $('link').textContent = answer.status ? '' : 'No answer from the device. Trying again …';
    if (answer.status === 200)
      drawRelays(statesOf(answer.text));
    else if (answer.status === 401)
      show('login');
  }
  next = setTimeout(poll, REFRESH_MS);
}

/* ---- forms of settings ---- */

/* Only what was changed is sent; afterwards the device is asked what it took. */
async function saveForm(form) {
  const changed = all('[name]', form).filter((f) => (f.type === 'password'
    ? f.value : f.value !== f.dataset.was));
  if (!changed.length) {
    say(form, 'Nothing was changed.');
    return;
  }
  const fields = Object.fromEntries(changed.map((f) => [f.name, f.value]));
  const wanted = changed.filter((f) => f.type !== 'password').map((f) => [f, f.value]);
  say(form, 'Saving …');
  await ask(form.getAttribute('action'), { fields });
  await back();
  await refresh();
  await enter(here);
  const refused = wanted.filter(([f, value]) => value !== '' && f.isConnected && f.value !== value);
  if (refused.length)
    say(form, 'The device did not take: ' + refused.map(([f]) => f.labels[0].firstChild
      .textContent.trim()).join(', '), 'bad');
  else
    say(form, 'Saved.', 'good');
}
