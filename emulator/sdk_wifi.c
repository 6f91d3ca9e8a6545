/* Wi-Fi's natives for both interfaces: modes, events, addresses, and what is
 * only kept. Rules and defaults: Espressif's API guide and public headers. */
#include "emulator/sdk_wifi.h"

#include <string.h>

#include "emulator/sdk_wifi_private.h"

#define EVENT_SIZE 48u
#define NAME_AT 4u /* of connected and disconnected; their name is 32 bytes */
#define MODEM_SLEEP 2u
#define PHY_11N 3u

/* ---- guest memory -------------------------------------------------------- */

/* On the chip this is an exception inside the SDK. */
static void no_memory(struct chip *chip, uint32_t address)
{
    const struct native *native = native_find(chip->cpu.pc);
    char place[SDK_PLACE];
    sdk_place(chip, chip->cpu.a[0], place, sizeof(place));
    chip_stop(chip, "%s was given 0x%08x, which is not memory; called from %s",
              native ? native->name : "Wi-Fi", address, place);
}

void sdk_wifi_get(struct chip *chip, uint32_t from, uint8_t *to, size_t size)
{
    if (bus_copy_out(chip->bus, from, to, size))
        return;
    memset(to, 0, size);
    no_memory(chip, from);
}

bool sdk_wifi_put(struct chip *chip, uint32_t to, const uint8_t *from,
                  size_t size)
{
    if (bus_copy_in(chip->bus, to, from, size))
        return true;
    no_memory(chip, to);
    return false;
}

void sdk_wifi_put_word(uint8_t *to, uint32_t value)
{
    for (unsigned i = 0; i < 4; i++)
        to[i] = (uint8_t)(value >> 8 * i);
}

uint32_t sdk_wifi_word(const uint8_t *from)
{
    return from[0] | (uint32_t)from[1] << 8 | (uint32_t)from[2] << 16 |
           (uint32_t)from[3] << 24;
}

static void put_ip(uint8_t *to, uint32_t ip)
{
    for (unsigned i = 0; i < 4; i++)
        to[i] = (uint8_t)(ip >> (24 - 8 * i));
}

uint32_t sdk_wifi_get_ip(struct chip *chip, uint32_t from)
{
    uint8_t b[4];
    sdk_wifi_get(chip, from, b, 4);
    return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 |
           b[3];
}

void sdk_wifi_put_ip(struct chip *chip, uint32_t to, uint32_t ip)
{
    uint8_t b[4];
    put_ip(b, ip);
    (void)sdk_wifi_put(chip, to, b, 4);
}

size_t sdk_wifi_text_size(const uint8_t *text, size_t room)
{
    const uint8_t *end = memchr(text, 0, room);
    return end ? (size_t)(end - text) : room;
}

bool sdk_wifi_has_station(const struct chip *chip)
{
    return chip->wifi.mode & WIFI_STATION_MODE;
}

bool sdk_wifi_has_ap(const struct chip *chip)
{
    return chip->wifi.mode & WIFI_AP_MODE;
}

enum native_result sdk_wifi_no_flash(struct chip *chip, const char *name)
{
    char place[SDK_PLACE];
    sdk_place(chip, chip->cpu.a[0], place, sizeof(place));
    chip_stop(chip,
              "%s keeps its settings on the SDK's own flash sectors, which the "
              "bench does not model; %s_current lasts until the next start; "
              "called from %s",
              name, name, place);
    return NATIVE_STOP;
}

/* ---- events -------------------------------------------------------------- */

static void write_event(const struct wifi_event *event, uint8_t *to)
{
    sdk_wifi_put_word(to, event->kind);
    switch (event->kind) {
    case WIFI_EVENT_CONNECTED:
    case WIFI_EVENT_DISCONNECTED:
        memcpy(to + NAME_AT, event->name, event->name_size);
        to[36] = event->name_size;
        memcpy(to + 37, event->mac, 6);
        to[43] = event->kind == WIFI_EVENT_CONNECTED ? event->channel
                                                     : event->reason;
        return;
    case WIFI_EVENT_AUTH_CHANGE:
    case WIFI_EVENT_OPMODE:
        to[4] = event->before;
        to[5] = event->after;
        return;
    case WIFI_EVENT_GOT_IP:
        put_ip(to + 4, event->ip);
        put_ip(to + 8, event->mask);
        put_ip(to + 12, event->gateway);
        return;
    case WIFI_EVENT_STA_JOINED:
    case WIFI_EVENT_STA_LEFT:
        memcpy(to + 4, event->mac, 6);
        to[10] = event->aid;
        return;
    case WIFI_EVENT_PROBE:
        sdk_wifi_put_word(to + 4, (uint32_t)event->rssi);
        memcpy(to + 8, event->mac, 6);
        return;
    case WIFI_EVENT_STA_IP:
        memcpy(to + 4, event->mac, 6);
        put_ip(to + 12, event->ip);
        to[16] = event->aid;
        return;
    case WIFI_EVENT_DHCP_TIMEOUT:
        return;
    }
}

/* Whoever is the handler when its turn comes. The event is on the heap as long
 * as the handler runs: one that keeps the pointer breaks heap-freed. */
static bool before_event(struct chip *chip, struct sdk_call *call)
{
    struct sdk_wifi *sdk = &chip->sdk.wifi;
    const struct wifi_event *event = &sdk->events[sdk->event_head];
    uint8_t bytes[EVENT_SIZE] = {0};
    sdk->event_head = (sdk->event_head + 1) % SDK_WIFI_EVENTS;
    sdk->event_count--;
    call->fn = sdk->handler;
    call->argument[0] = call->fn ? sdk_heap_alloc(chip, EVENT_SIZE) : 0;
    if (call->argument[0] == 0)
        return false;
    write_event(event, bytes);
    return sdk_wifi_put(chip, call->argument[0], bytes, sizeof(bytes));
}

static void after_event(struct chip *chip, const struct sdk_call *call)
{
    sdk_heap_free(chip, call->argument[0]);
}

void sdk_wifi_tell(struct chip *chip, const struct wifi_event *event)
{
    struct sdk_wifi *sdk = &chip->sdk.wifi;
    const struct sdk_call call = {
        .name = "Wi-Fi event", .before = before_event, .after = after_event};
    if (!chip->sdk.is_running || chip->stop_reason[0])
        return;
    if (sdk->event_count == SDK_WIFI_EVENTS) {
        chip_stop(chip,
                  "%u Wi-Fi events are waiting; does a callback run for "
                  "ever?",
                  SDK_WIFI_EVENTS);
        return;
    }
    sdk->events[(sdk->event_head + sdk->event_count) % SDK_WIFI_EVENTS] =
        *event;
    sdk->event_count++;
    (void)sdk_call_later(chip, &call);
}

/* void fn(handler) */
enum native_result sdk_native_wifi_handler(struct chip *chip)
{
    chip->sdk.wifi.handler = chip->cpu.a[2];
    return NATIVE_RETURN;
}

/* ---- start --------------------------------------------------------------- */

void sdk_wifi_start(struct chip *chip)
{
    uint8_t name[SSID_SIZE + 1] = {0};
    chip->sdk.wifi.kept =
        (struct sdk_wifi_kept){.sleep_type = MODEM_SLEEP,
                               .listen_interval = 1,
                               .phy_mode = PHY_11N,
                               .broadcast_if = AP_IF + 1,
                               .offer_router = 1,
                               .lease_minutes = SDK_WIFI_LEASE_MINUTES,
                               .country = {'C', 'N'}};
    sdk_wifi_scan_init(chip);
    wifi_start(chip);
    memcpy(name, chip->wifi.ap.name, chip->wifi.ap.name_size);
    (void)sdk_wifi_put(chip, SDK_WIFI_HOSTNAME, name, sizeof(name));
}

/* ---- mode ---------------------------------------------------------------- */

/* uint8 fn(void) */
enum native_result sdk_native_get_opmode(struct chip *chip)
{
    return sdk_return(chip, chip->wifi.mode);
}

/* What a blank flash says. */
enum native_result sdk_native_get_opmode_default(struct chip *chip)
{
    return sdk_return(chip, WIFI_AP_MODE);
}

enum native_result sdk_native_set_opmode(struct chip *chip)
{
    return sdk_wifi_no_flash(chip, "wifi_set_opmode");
}

/* bool fn(mode) */
enum native_result sdk_native_opmode(struct chip *chip)
{
    unsigned mode = chip->cpu.a[2] & 0xFFu;
    if (mode > WIFI_BOTH_MODE)
        return sdk_return(chip, 0);
    if (!(mode & WIFI_STATION_MODE))
        sdk_wifi_scan_stop(chip);
    wifi_set_mode(chip, mode);
    return sdk_return(chip, 1);
}

/* ---- addresses ----------------------------------------------------------- */

/* bool fn(interface, struct ip_info *) */
enum native_result sdk_native_get_ip_info(struct chip *chip)
{
    const uint32_t *a = chip->cpu.a;
    const struct wifi_ap *ap = &chip->wifi.ap;
    uint32_t ip = ap->ip, mask = ap->mask, gateway = ap->gateway;
    if (a[2] > AP_IF || a[3] == 0)
        return sdk_return(chip, 0);
    if (a[2] == STATION_IF)
        wifi_station_ip(chip, &ip, &mask, &gateway);
    sdk_wifi_put_ip(chip, a[3], ip);
    sdk_wifi_put_ip(chip, a[3] + 4, mask);
    sdk_wifi_put_ip(chip, a[3] + 8, gateway);
    return sdk_return(chip, 1);
}

static enum native_result set_ap_ip(struct chip *chip, uint32_t info)
{
    struct wifi_ap *ap = &chip->wifi.ap;
    if (ap->is_dhcps_on && sdk_wifi_has_ap(chip))
        return sdk_rule_broken(chip, RULE_WIFI_DHCPS_ON,
                               "wifi_set_ip_info of the soft AP");
    ap->ip = sdk_wifi_get_ip(chip, info);
    ap->mask = sdk_wifi_get_ip(chip, info + 4);
    ap->gateway = sdk_wifi_get_ip(chip, info + 8);
    wifi_ap_restart(chip);
    return sdk_return(chip, 1);
}

static enum native_result set_station_ip(struct chip *chip, uint32_t info)
{
    struct wifi_station *station = &chip->wifi.station;
    if (station->is_dhcp_on && sdk_wifi_has_station(chip))
        return sdk_rule_broken(chip, RULE_WIFI_DHCPC_ON,
                               "wifi_set_ip_info of the station");
    station->fixed_ip = sdk_wifi_get_ip(chip, info);
    station->fixed_mask = sdk_wifi_get_ip(chip, info + 4);
    station->fixed_gateway = sdk_wifi_get_ip(chip, info + 8);
    if (station->step == WIFI_STEP_DHCP) {
        wifi_station_set_dhcp(chip, true);
        wifi_station_set_dhcp(chip, false);
    }
    return sdk_return(chip, 1);
}

/* bool fn(interface, struct ip_info *) */
enum native_result sdk_native_set_ip_info(struct chip *chip)
{
    const uint32_t *a = chip->cpu.a;
    if (a[2] > AP_IF || a[3] == 0)
        return sdk_return(chip, 0);
    return a[2] == AP_IF ? set_ap_ip(chip, a[3]) : set_station_ip(chip, a[3]);
}

/* bool fn(interface, 6 bytes) */
enum native_result sdk_native_macaddr(struct chip *chip)
{
    const uint32_t *a = chip->cpu.a;
    return sdk_return(chip,
                      a[2] <= AP_IF &&
                          sdk_wifi_put(chip, a[3], chip->wifi.mac[a[2]], 6));
}

/* bool fn(interface, 6 bytes) */
enum native_result sdk_native_set_macaddr(struct chip *chip)
{
    const uint32_t *a = chip->cpu.a;
    uint8_t mac[6];
    if (chip->wifi.is_ready)
        return sdk_rule_broken(chip, RULE_WIFI_MAC_LATE, "wifi_set_macaddr");
    sdk_wifi_get(chip, a[3], mac, sizeof(mac));
    if (a[2] > AP_IF || mac[0] & 1 ||
        memcmp(mac, chip->wifi.mac[a[2] ^ 1], sizeof(mac)) == 0)
        return sdk_return(chip, 0);
    memcpy(chip->wifi.mac[a[2]], mac, sizeof(mac));
    return sdk_return(chip, 1);
}

/* uint8 fn(void): where the radio is. */
enum native_result sdk_native_get_channel(struct chip *chip)
{
    const struct wifi *wifi = &chip->wifi;
    return sdk_return(chip, wifi_station_is_joined(chip)
                                ? wifi_air(chip)->ap[wifi->station.ap].channel
                                : wifi->ap.channel);
}

/* ---- what is only kept --------------------------------------------------- */

/* bool fn(value) */
static enum native_result keep(struct chip *chip, uint8_t *kept, uint32_t least,
                               uint32_t most)
{
    uint32_t value = chip->cpu.a[2];
    if (value < least || value > most)
        return sdk_return(chip, 0);
    *kept = (uint8_t)value;
    return sdk_return(chip, 1);
}

enum native_result sdk_native_set_sleep_type(struct chip *chip)
{
    return keep(chip, &chip->sdk.wifi.kept.sleep_type, 0, MODEM_SLEEP);
}

enum native_result sdk_native_get_sleep_type(struct chip *chip)
{
    return sdk_return(chip, chip->sdk.wifi.kept.sleep_type);
}

enum native_result sdk_native_set_sleep_level(struct chip *chip)
{
    return keep(chip, &chip->sdk.wifi.kept.sleep_level, 0, 1);
}

enum native_result sdk_native_get_sleep_level(struct chip *chip)
{
    return sdk_return(chip, chip->sdk.wifi.kept.sleep_level);
}

enum native_result sdk_native_set_listen(struct chip *chip)
{
    return keep(chip, &chip->sdk.wifi.kept.listen_interval, 1, 10);
}

enum native_result sdk_native_get_listen(struct chip *chip)
{
    return sdk_return(chip, chip->sdk.wifi.kept.listen_interval);
}

enum native_result sdk_native_set_phy_mode(struct chip *chip)
{
    return keep(chip, &chip->sdk.wifi.kept.phy_mode, 1, PHY_11N);
}

enum native_result sdk_native_get_phy_mode(struct chip *chip)
{
    return sdk_return(chip, chip->sdk.wifi.kept.phy_mode);
}

enum native_result sdk_native_set_broadcast(struct chip *chip)
{
    return keep(chip, &chip->sdk.wifi.kept.broadcast_if, 1, 3);
}

enum native_result sdk_native_get_broadcast(struct chip *chip)
{
    return sdk_return(chip, chip->sdk.wifi.kept.broadcast_if);
}

/* bool fn(wifi_country_t *): cc[3], first channel, channels, policy */
enum native_result sdk_native_set_country(struct chip *chip)
{
    uint8_t b[6];
    struct wifi *wifi = &chip->wifi;
    sdk_wifi_get(chip, chip->cpu.a[2], b, sizeof(b));
    if (b[3] == 0 || b[4] == 0 || b[3] + b[4] > 15 || b[5] > 1)
        return sdk_return(chip, 0);
    memcpy(chip->sdk.wifi.kept.country, b, 3);
    chip->sdk.wifi.kept.country[3] = b[5];
    wifi->first_channel = b[3];
    wifi->channels = b[4];
    return sdk_return(chip, 1);
}

enum native_result sdk_native_get_country(struct chip *chip)
{
    const uint8_t *kept = chip->sdk.wifi.kept.country;
    const uint8_t b[6] = {kept[0],
                          kept[1],
                          kept[2],
                          (uint8_t)chip->wifi.first_channel,
                          (uint8_t)chip->wifi.channels,
                          kept[3]};
    return sdk_return(chip, sdk_wifi_put(chip, chip->cpu.a[2], b, sizeof(b)));
}
