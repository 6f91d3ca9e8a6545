"""The cities on the page's list of places, and whether a device has their clocks: the
browser knows the time zones of the world."""

import json

CITIES = {
    "Honolulu": "Pacific/Honolulu", "Anchorage": "America/Anchorage",
    "Los Angeles": "America/Los_Angeles", "Seattle": "America/Los_Angeles",
    "Phoenix": "America/Phoenix", "Denver": "America/Denver", "Calgary": "America/Edmonton",
    "Mexico City": "America/Mexico_City", "San Jos\u00e9": "America/Costa_Rica",
    "Chicago": "America/Chicago", "Dallas": "America/Chicago", "Bogot\u00e1": "America/Bogota",
    "Lima": "America/Lima", "Panama": "America/Panama", "New York": "America/New_York",
    "Toronto": "America/Toronto", "Miami": "America/New_York", "Caracas": "America/Caracas",
    "La Paz": "America/La_Paz", "Halifax": "America/Halifax", "St. John's": "America/St_Johns",
    "S\u00e3o Paulo": "America/Sao_Paulo", "Buenos Aires": "America/Argentina/Buenos_Aires",
    "Reykjav\u00edk": "Atlantic/Reykjavik", "Accra": "Africa/Accra", "London": "Europe/London",
    "Dublin": "Europe/Dublin", "Lisbon": "Europe/Lisbon", "Lagos": "Africa/Lagos",
    "Algiers": "Africa/Algiers", "Berlin": "Europe/Berlin", "Paris": "Europe/Paris",
    "Rome": "Europe/Rome", "Madrid": "Europe/Madrid", "Johannesburg": "Africa/Johannesburg",
    "Athens": "Europe/Athens", "Helsinki": "Europe/Helsinki", "Bucharest": "Europe/Bucharest",
    "Istanbul": "Europe/Istanbul", "Moscow": "Europe/Moscow", "Nairobi": "Africa/Nairobi",
    "Dubai": "Asia/Dubai", "Karachi": "Asia/Karachi", "Tashkent": "Asia/Tashkent",
    "Delhi": "Asia/Kolkata", "Mumbai": "Asia/Kolkata", "Colombo": "Asia/Colombo",
    "Kathmandu": "Asia/Kathmandu", "Dhaka": "Asia/Dhaka", "Bangkok": "Asia/Bangkok",
    "Jakarta": "Asia/Jakarta", "Hanoi": "Asia/Bangkok", "Beijing": "Asia/Shanghai",
    "Singapore": "Asia/Singapore", "Perth": "Australia/Perth", "Tokyo": "Asia/Tokyo",
    "Seoul": "Asia/Seoul", "Darwin": "Australia/Darwin", "Adelaide": "Australia/Adelaide",
    "Brisbane": "Australia/Brisbane", "Sydney": "Australia/Sydney",
    "Melbourne": "Australia/Melbourne", "Auckland": "Pacific/Auckland"}

# Where the device's clock is not the browser's own for a place's cities, right
# before and after each change in two years.
CLOCKS = """(async (cities, place) => {
  const wrong = [], DAY = 86400, begin = Date.UTC(2026, 0, 1) / 1000;
  const [number, winter, summer] = zoneOf(place).split(';');
  if (winter) {
    await command('TimeStd ' + winter);
    await command('TimeDst ' + summer);
  }
  await command('Timezone ' + number);
  for (const city of place[0].replace(' (UTC)', '').split(', ')) {
    const look = new Intl.DateTimeFormat('sv', { timeZone: cities[city] || 'x/' + city,
      dateStyle: 'short', timeStyle: 'medium' });
    const local = (s) => look.format(s * 1000).replace(' ', 'T');
    const offset = (s) => Date.parse(local(s) + 'Z') / 1000 - s;
    const moments = [begin + 14 * DAY, begin + 195 * DAY];
    for (let day = begin; day < begin + 730 * DAY; day += DAY)
      for (let s = day; offset(day) !== offset(day + DAY) && s < day + DAY; s += 900)
        if (offset(s) !== offset(s + 900))
          moments.push(s + 900 - 30, s + 900 + 5);
    for (const moment of moments) {
      await command('Time ' + moment);
      const is = (await command('Status 7')).StatusTIM.Local;
      if (is.slice(0, 16) !== local(moment).slice(0, 16))
        wrong.push([city, local(moment), is].join(' '));
    }
  }
  return wrong;
})"""


def question(number):
    """Asks the page, for the place of this number: what is wrong."""
    return "%s(%s, places[%d])" % (CLOCKS, json.dumps(CITIES), number)
