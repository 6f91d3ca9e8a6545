#include "firmware/port/posix/radio.h"

#include <stdio.h>
#include <string.h>

#include "format/word.h"

/* As on the bench: emulator/wifi_station.c, with sources. */
#define JOIN_MS 40u
#define DENIED_MS 3100u
#define DHCP_MS 30000u
#define BEACONS_MS 8500u
#define FLOOR_DBM (-95)
#define GATEWAY 0x7F000001u
#define MASK 0xFF000000u
#define REASON_AUTH_EXPIRE 2u
#define REASON_NOT_ASSOCIATED 7u
#define REASON_BEACON 200u
#define REASON_NO_AP 201u
#define REASON_AUTH_FAIL 202u

#define QUOTED (4u * AIR_NAME + 3u)
#define LINE (2u * QUOTED)

void radio_init(struct radio *radio, void (*say)(void *ctx, const char *line),
                void *ctx)
{
    memset(radio, 0, sizeof(*radio));
    radio->say = say;
    radio->ctx = ctx;
    radio->ip[0] = 127;
    radio->ip[3] = 1;
}

static bool read_text(const char *path, char *text, size_t *size)
{
    FILE *file = fopen(path, "r");
    if (!file)
        return false;
    *size = fread(text, 1, RADIO_TEXT, file);
    bool is_whole = *size < RADIO_TEXT && !ferror(file);
    fclose(file);
    return is_whole;
}

enum err radio_load(struct radio *radio, const char *path, char *wrong,
                    size_t room)
{
    static char text[RADIO_TEXT];
    struct air_error why;
    size_t size;
    wrong[0] = 0;
    if (!read_text(path, text, &size))
        return ERR_FILE_OPEN;
    enum err e = air_parse(text, size, &radio->air, &why);
    if (e != ERR_NONE)
        snprintf(wrong, room, ":%u: %s%s%s\n  try: %s", why.line, why.what,
                 why.word[0] ? ": " : "", why.word, why.hint);
    return e;
}

void radio_say(struct radio *radio, const char *before, const char *name,
               const char *after)
{
    char quoted[QUOTED], line[LINE];
    word_quote(name, strlen(name), quoted, sizeof(quoted));
    snprintf(line, sizeof(line), "%s %s%s", before, quoted, after);
    radio->say(radio->ctx, line);
}

static void say_reason(struct radio *radio, const char *before, unsigned reason)
{
    char after[24];
    snprintf(after, sizeof(after), " reason %u", reason);
    radio_say(radio, before, radio->ssid, after);
}

/* ---- the air ------------------------------------------------------------- */

bool radio_hears(const struct radio *radio, unsigned ap, struct air_state *now)
{
    const struct air_ap *row = &radio->air.ap[ap];
    air_state(&radio->air, ap, radio->now_ms, now);
    return now->is_up && now->rssi >= FLOOR_DBM && !row->is_5ghz &&
           !row->is_pmf_required && row->security != AIR_WPA3 &&
           row->channel <= RADIO_CHANNELS;
}

/* An open network is another one than that which has a password. */
static bool fits(const struct radio *radio, unsigned ap)
{
    const struct air_ap *row = &radio->air.ap[ap];
    struct air_state now;
    return strcmp(row->name, radio->ssid) == 0 &&
           radio_hears(radio, ap, &now) &&
           (row->security != AIR_OPEN || !radio->password[0]) &&
           (!radio->channel ||
            memcmp(row->bssid, radio->bssid, sizeof(row->bssid)) == 0);
}

/* The first on the way through the channels; of two there the stronger. */
static bool find(struct radio *radio)
{
    bool has_one = false;
    for (unsigned i = 0; i < radio->air.ap_count; i++) {
        const struct air_ap *row = &radio->air.ap[i];
        const struct air_ap *best = &radio->air.ap[radio->ap];
        if (fits(radio, i) &&
            (!has_one || row->channel < best->channel ||
             (row->channel == best->channel && row->rssi > best->rssi))) {
            has_one = true;
            radio->ap = i;
        }
    }
    return has_one;
}

/* ---- station ------------------------------------------------------------- */

static bool is_joined(const struct radio *radio)
{
    return radio->step == RADIO_ADDRESS || radio->step == RADIO_UP ||
           radio->step == RADIO_SILENT;
}

static void enter(struct radio *radio, enum radio_step step, uint64_t ms)
{
    radio->step = step;
    radio->due_ms = radio->now_ms + ms;
}

void radio_leave(struct radio *radio)
{
    if (is_joined(radio))
        radio_say(radio, "wifi left", radio->ssid, "");
    radio->step = RADIO_OFF;
}

void radio_name(struct radio *radio, const char *name)
{
    snprintf(radio->host, sizeof(radio->host), "%s", name);
}

/* How many channels the station looks on until it meets the network: it begins
 * with the one that it was told. */
static unsigned way_to(struct radio *radio)
{
    unsigned first = radio->channel;
    if (!find(radio))
        return RADIO_CHANNELS;
    unsigned there = radio->air.ap[radio->ap].channel;
    return there == first ? 1 : there < first ? there + 1 : there;
}

static void aim(struct radio *radio, const struct hal_wifi_target *target)
{
    snprintf(radio->ssid, sizeof(radio->ssid), "%s", target->ssid);
    snprintf(radio->password, sizeof(radio->password), "%s", target->password);
    radio->channel = target->channel;
    memcpy(radio->bssid, target->bssid, sizeof(radio->bssid));
    radio->is_fixed = target->fixed != NULL;
    if (target->fixed)
        memcpy(radio->fixed, target->fixed, sizeof(radio->fixed));
}

void radio_join(struct radio *radio, const struct hal_wifi_target *target)
{
    bool is_other = strcmp(radio->ssid, target->ssid) != 0;
    radio_leave(radio);
    if (is_other)
        radio->failure = 0;
    aim(radio, target);
    unsigned channels = way_to(radio);
    enter(radio, RADIO_SEEK, (uint64_t)channels * RADIO_CHANNEL_MS + JOIN_MS);
}

static bool end_attempt(struct radio *radio, enum hal_wifi_change change,
                        unsigned reason, struct hal_wifi_event *out)
{
    radio->step = RADIO_OFF;
    if (radio->failure != reason)
        say_reason(radio, "wifi failed", reason);
    radio->failure = (uint8_t)reason;
    *out = (struct hal_wifi_event){.change = change, .reason = (uint8_t)reason};
    return true;
}

static bool end_connection(struct radio *radio, unsigned reason,
                           struct hal_wifi_event *out)
{
    bool had_address = radio->step != RADIO_ADDRESS;
    radio->step = RADIO_OFF;
    say_reason(radio, "wifi lost", reason);
    *out = (struct hal_wifi_event){.change = had_address ? HAL_WIFI_LOST
                                                         : HAL_WIFI_FAILED,
                                   .reason = (uint8_t)reason};
    return true;
}

static bool found(struct radio *radio, struct hal_wifi_event *out)
{
    struct air_state now;
    if (!find(radio))
        return end_attempt(radio, HAL_WIFI_NOT_FOUND, REASON_NO_AP, out);
    const struct air_ap *ap = &radio->air.ap[radio->ap];
    (void)radio_hears(radio, radio->ap, &now);
    bool is_right =
        !now.is_refusing && strcmp(radio->password, now.password) == 0;
    if (ap->security == AIR_OPEN || is_right) {
        bool is_in_time = ap->has_dhcp && ap->dhcp_ms < DHCP_MS;
        unsigned ms = is_in_time ? ap->dhcp_ms : DHCP_MS;
        radio->since_ms = radio->now_ms;
        enter(radio, RADIO_ADDRESS, radio->is_fixed ? 0 : ms);
    } else if (ap->security == AIR_WEP || !radio->password[0]) {
        return end_attempt(radio, HAL_WIFI_WRONG_PASSWORD, REASON_AUTH_FAIL,
                           out);
    } else {
        enter(radio, RADIO_DENIED, DENIED_MS);
    }
    return false;
}

static bool denied(struct radio *radio, struct hal_wifi_event *out)
{
    unsigned reason = radio->air.ap[radio->ap].wrong_reason;
    return end_attempt(radio,
                       reason == REASON_AUTH_EXPIRE ? HAL_WIFI_FAILED
                                                    : HAL_WIFI_WRONG_PASSWORD,
                       reason, out);
}

static uint32_t number(const uint8_t ip[4])
{
    return (uint32_t)ip[0] << 24 | (uint32_t)ip[1] << 16 |
           (uint32_t)ip[2] << 8 | ip[3];
}

static uint32_t own_address(const struct radio *radio)
{
    return radio->is_fixed ? radio->fixed[HAL_WIFI_IP] : number(radio->ip);
}

static bool address(struct radio *radio, struct hal_wifi_event *out)
{
    const struct air_ap *ap = &radio->air.ap[radio->ap];
    char after[24];
    enter(radio, RADIO_UP, 0);
    if (!radio->is_fixed && (!ap->has_dhcp || ap->dhcp_ms >= DHCP_MS)) {
        enter(radio, RADIO_ADDRESS, DHCP_MS); /* and goes on asking */
        radio_say(radio, "wifi no address from", radio->ssid, "");
        *out = (struct hal_wifi_event){.change = HAL_WIFI_NO_ADDRESS};
        return true;
    }
    radio->failure = 0;
    if (radio->host[0])
        radio_say(radio, "wifi host", radio->host, "");
    snprintf(after, sizeof(after), " %u.%u.%u.%u", radio->ip[0], radio->ip[1],
             radio->ip[2], radio->ip[3]);
    radio_say(radio, "wifi joined", radio->ssid, after);
    if (radio->is_fixed)
        radio->say(radio->ctx, "wifi address of the device's own: this process "
                               "is still reached at that one");
    *out = (struct hal_wifi_event){.change = HAL_WIFI_GOT_IP,
                                   .channel = (uint8_t)ap->channel};
    for (unsigned i = 0; i < sizeof(out->ip); i++)
        out->ip[i] = (uint8_t)(own_address(radio) >> (24 - 8 * i));
    return true;
}

/* What the air does to a station that is joined. */
static bool watch(struct radio *radio, struct hal_wifi_event *out)
{
    struct air_state now;
    unsigned kicked =
        air_kicked(&radio->air, radio->ap, radio->since_ms, radio->now_ms);
    bool hears = radio_hears(radio, radio->ap, &now);
    radio->since_ms = radio->now_ms;
    if (kicked && hears)
        return end_connection(radio, kicked, out);
    if (hears && radio->step == RADIO_SILENT)
        return end_connection(radio, REASON_NOT_ASSOCIATED, out);
    if (!hears && radio->step != RADIO_SILENT)
        enter(radio, RADIO_SILENT, BEACONS_MS);
    return false;
}

static bool station_due(struct radio *radio, struct hal_wifi_event *out)
{
    if (is_joined(radio) && watch(radio, out))
        return true;
    if (radio->step == RADIO_OFF || radio->now_ms < radio->due_ms)
        return false;
    switch (radio->step) {
    case RADIO_SEEK:
        return found(radio, out);
    case RADIO_DENIED:
        return denied(radio, out);
    case RADIO_ADDRESS:
        return address(radio, out);
    case RADIO_SILENT:
        return end_connection(radio, REASON_BEACON, out);
    case RADIO_OFF:
    case RADIO_UP:
        break;
    }
    return false;
}

bool radio_step(struct radio *radio, uint64_t now_ms,
                struct hal_wifi_event *out)
{
    radio->now_ms = now_ms;
    radio_phone_step(radio);
    return radio_scan_step(radio, out) || station_due(radio, out);
}

void radio_reset(struct radio *radio)
{
    radio->step = RADIO_OFF;
    radio->is_scanning = false;
    radio->heard.count = 0;
    radio->failure = 0;
    radio->host[0] = 0;
    radio_hide_because(radio, "the device restarts");
}

bool radio_is_up(const struct radio *radio)
{
    return radio->step == RADIO_UP;
}

/* The addresses of DHCP are the bench's. */
void radio_facts(const struct radio *radio, struct hal_wifi_facts *out)
{
    static const uint32_t dhcp[HAL_WIFI_ADDRESSES] = {
        [HAL_WIFI_GATEWAY] = GATEWAY,
        [HAL_WIFI_MASK] = MASK,
        [HAL_WIFI_DNS1] = GATEWAY};
    memset(out, 0, sizeof(*out));
    if (radio->step != RADIO_UP)
        return;
    memcpy(out->address, radio->is_fixed ? radio->fixed : dhcp,
           sizeof(out->address));
    out->address[HAL_WIFI_IP] = own_address(radio);
    memcpy(out->bssid, radio->air.ap[radio->ap].bssid, sizeof(out->bssid));
}

int radio_signal(const struct radio *radio)
{
    struct air_state now;
    if (radio->step != RADIO_UP)
        return 0;
    (void)radio_hears(radio, radio->ap, &now);
    return now.rssi;
}
