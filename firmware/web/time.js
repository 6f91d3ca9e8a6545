/* The time: where the device is, and whom it asks. */
/* ---- time ---- */

/* When clocks change, as TimeStd and TimeDst have it, by minutes from UTC. */
const europe = (m) => [`0,0,10,1,${m / 60 + 2},${m}`, `0,0,3,1,${m / 60 + 1},${m + 60}`];
const america = (m) => [`0,1,11,1,2,${m}`, `0,2,3,1,2,${m + 60}`];
const australia = (m) => [`1,1,4,1,3,${m}`, `1,1,10,1,2,${m + 60}`];
const zealand = (m) => [`1,1,4,1,3,${m}`, `1,0,9,1,2,${m + 60}`];

/* From west to east: name, minutes from UTC in winter, when clocks change. */
const places = [
  ['Honolulu', -600], ['Anchorage', -540, america], ['Los Angeles, Seattle', -480, america],
  ['Phoenix', -420], ['Denver, Calgary', -420, america], ['Mexico City, San José', -360],
  ['Chicago, Dallas', -360, america], ['Bogotá, Lima, Panama', -300],
  ['New York, Toronto, Miami', -300, america], ['Caracas, La Paz', -240],
  ['Halifax', -240, america], ['St. John\'s', -210, america],
  ['São Paulo, Buenos Aires', -180], ['Reykjavík, Accra (UTC)', 0],
  ['London, Dublin, Lisbon', 0, europe], ['Lagos, Algiers', 60],
  ['Berlin, Paris, Rome, Madrid', 60, europe], ['Johannesburg', 120],
  ['Athens, Helsinki, Bucharest', 120, europe], ['Istanbul, Moscow, Nairobi', 180],
  ['Dubai', 240], ['Karachi, Tashkent', 300], ['Delhi, Mumbai, Colombo', 330],
  ['Kathmandu', 345], ['Dhaka', 360], ['Bangkok, Jakarta, Hanoi', 420],
  ['Beijing, Singapore, Perth', 480], ['Tokyo, Seoul', 540], ['Darwin', 570],
  ['Adelaide', 570, australia], ['Brisbane', 600], ['Sydney, Melbourne', 600, australia],
  ['Auckland', 720, zealand],
];

/* A place as the device has it: "+05:30", or "99" and its two rules. */
const two = (n) => String(n).padStart(2, '0');
const offsetText = (m) => (m < 0 ? '-' : '+') + two(Math.trunc(Math.abs(m) / 60)) + ':'
  + two(Math.abs(m) % 60);
const zoneOf = ([, m, rules]) => (rules ? ['99', ...rules(m)].join(';') : offsetText(m));

async function zoneNow() {
  const zone = String((await command('Timezone')).Timezone);
  if (zone !== '99')
    return zone;
  const rule = async (name) => Object.values((await command(name))[name]).join();
  return ['99', await rule('TimeStd'), await rule('TimeDst')].join(';');
}

/* The place whose clocks go as this browser's do. */
function guess() {
  const offset = (month) => -new Date(new Date().getFullYear(), month, 15).getTimezoneOffset();
  const seen = [offset(0), offset(6)].join();
  const found = places.find(([, m, rules]) => {
    const summer = rules ? m + 60 : m;
    return (rules && rules(m)[0][0] === '1' ? [summer, m] : [m, summer]).join() === seen;
  });
  return found && zoneOf(found);
}

function drawOffset() {
  const form = $('zone');
  $('offset').hidden = form.place.value !== 'other';
  form.z.required = form.place.value === 'other';
}

async function enterTime() {
  const form = $('zone');
  const zone = await zoneNow();
  const isListed = places.some((place) => zoneOf(place) === zone);
  const now = (await command('Status 7')).StatusTIM.Local;
  form.place.replaceChildren(...places.map((place) => option(zoneOf(place), place[0])),
    option('other', 'Elsewhere: hours from UTC'),
    ...(!isListed && zone.includes(';') ? [option(zone, 'As TimeStd and TimeDst say')] : []));
  form.z.value = zone.includes(';') ? '' : zone;
  form.place.value = isListed || zone.includes(';') ? zone : 'other';
  form.place.dataset.was = zone;
  /* What it has before anybody has said where it is. */
  const other = zone === '+01:00' && guess();
  if (other && other !== zone)
    form.place.value = other;
  $('guessed').hidden = form.place.value === zone || form.place.value === 'other';
  $('now').textContent = /^1970/.test(now) ? 'not known yet, no time server has answered'
    : now.replace('T', ' ');
  drawOffset();
}

async function saveTime(form) {
  const zone = form.place.value === 'other' ? form.z.value : form.place.value;
  const [number, winter, summer] = zone.split(';');
  const lines = [];
  if (zone !== form.place.dataset.was)
    lines.push(...(winter ? ['TimeStd ' + winter, 'TimeDst ' + summer] : []), 'Timezone ' + number);
  if (form.n.value !== form.n.dataset.was)
    lines.push('NtpServer1 ' + (form.n.value || 0));
  say(form, 'Saving …');
  for (const line of lines)
    if (isUnknown(await command(line)))
      throw new Trouble('The device did not take: ' + line);
  if (lines.length)
    await enter('time');
  say(form, lines.length ? 'Saved.' : 'Nothing was changed.', lines.length ? 'good' : '');
}
