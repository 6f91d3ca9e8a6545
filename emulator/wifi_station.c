/* The station: from the wish to join a network to its loss, step by step.
 *
 * Times from the field: a search over 13 channels takes 2.35 s
 * (ESP8266_RTOS_SDK issue 475), authentication to association some 40 ms
 * (esp-idf issue 8998), an access point that does not answer is given up after
 * 1 s (esp-idf issue 2359), a lost one after 60 beacons and 5 probes, 8.5 s
 * (esp-idf issue 1076, ESP8266_RTOS_SDK issue 1222); the SDK prints "reconnect
 * after 1s". An access point ends a handshake with the wrong password after
 * 4 tries, 100 ms and 3 times 1 s (hostapd's default). Decided without a
 * source: the DHCP time-out, and how fast an access point that was off throws
 * out a station that it does not know any more. */
#include <string.h>

#include "emulator/chip.h"
#include "emulator/net.h"
#include "emulator/sdk_espconn.h"
#include "emulator/wifi_private.h"

#define CHANNEL_MS 180u
#define JOIN_MS 40u
#define EXPIRE_MS 1000u
#define DENIED_MS 3100u
#define BEACONS_MS 8500u
#define FORGOTTEN_MS 100u
#define PAUSE_MS 1000u
#define DHCP_MS 30000u

static void in_ms(struct chip *chip, struct clock_event *event, uint64_t ms)
{
    clock_in(&chip->clock, event, ms * CYCLES_PER_MS);
}

static void enter(struct chip *chip, enum wifi_step step, uint64_t ms)
{
    chip->wifi.station.step = step;
    in_ms(chip, &chip->wifi.station.due, ms);
}

bool wifi_station_is_joined(const struct chip *chip)
{
    enum wifi_step step = chip->wifi.station.step;
    return step == WIFI_STEP_DHCP || step == WIFI_STEP_UP ||
           step == WIFI_STEP_SILENT || step == WIFI_STEP_FORGOTTEN;
}

bool wifi_station_is_trying(const struct chip *chip)
{
    enum wifi_step step = chip->wifi.station.step;
    return step == WIFI_STEP_SEEK || step == WIFI_STEP_JOIN ||
           step == WIFI_STEP_EXPIRE || step == WIFI_STEP_DENIED;
}

static const struct air_ap *joined_ap(const struct chip *chip)
{
    return &wifi_air(chip)->ap[chip->wifi.station.ap];
}

/* The network in question: the one that is or was joined, or the one that is
 * looked for; the guest may have set another target meanwhile. */
static const void *name_of(const struct chip *chip, bool has_ap, size_t *size)
{
    const struct wifi_target *target = &chip->wifi.station.target;
    *size = has_ap ? joined_ap(chip)->name_size : target->name_size;
    return has_ap ? (const void *)joined_ap(chip)->name : target->name;
}

static struct wifi_event about(struct chip *chip, enum wifi_event_kind kind,
                               bool has_ap)
{
    struct wifi_event event = {.kind = kind};
    size_t size;
    const void *name = name_of(chip, has_ap, &size);
    memcpy(event.name, name, size);
    event.name_size = (uint8_t)size;
    if (has_ap) {
        memcpy(event.mac, joined_ap(chip)->bssid, 6);
        event.channel = (uint8_t)joined_ap(chip)->channel;
    }
    return event;
}

static const char *quoted(const struct chip *chip, bool has_ap, char *out)
{
    size_t size;
    const void *name = name_of(chip, has_ap, &size);
    return wifi_quote(name, size, out);
}

/* ---- seek ---------------------------------------------------------------- */

static void seek(struct chip *chip)
{
    struct wifi_station *station = &chip->wifi.station;
    unsigned ap, count = chip->wifi.channels;
    if (!station->target.is_choosing && wifi_find(chip, &ap))
        count = wifi_place_of(chip, wifi_air(chip)->ap[ap].channel) + 1;
    enter(chip, WIFI_STEP_SEEK, (uint64_t)count * CHANNEL_MS);
}

/* ---- the end of an attempt, of a connection ------------------------------ */

static enum wifi_status status_of(unsigned reason)
{
    switch (reason) {
    case WIFI_REASON_NO_AP:
        return WIFI_NO_AP;
    case WIFI_REASON_HANDSHAKE:
    case WIFI_REASON_AUTH_FAIL:
    case WIFI_REASON_HANDSHAKE_TIMEOUT:
        return WIFI_WRONG_PASSWORD;
    default:
        return WIFI_FAILED;
    }
}

static void stop(struct chip *chip)
{
    struct wifi_station *station = &chip->wifi.station;
    bool was_up = station->step == WIFI_STEP_UP;
    clock_cancel(&chip->clock, &station->due);
    clock_cancel(&chip->clock, &station->change);
    station->step = WIFI_STEP_OFF;
    station->has_ip = false;
    if (was_up)
        net_link_changed(chip);
}

static void tell_end(struct chip *chip, unsigned reason, bool has_ap)
{
    struct wifi_event event = about(chip, WIFI_EVENT_DISCONNECTED, has_ap);
    event.reason = (uint8_t)reason;
    sdk_wifi_tell(chip, &event);
}

static void say(struct chip *chip, const char *what, unsigned reason)
{
    char name[WIFI_QUOTED];
    chip_event(chip, "wifi %s %s reason %u", what,
               quoted(chip, reason != WIFI_REASON_NO_AP, name), reason);
}

/* An attempt has failed. People are told once of each reason in a row. The
 * status stays what it is while the SDK tries again by itself (decided without
 * a source). */
static void end_attempt(struct chip *chip, unsigned reason)
{
    struct wifi_station *station = &chip->wifi.station;
    stop(chip);
    station->status = status_of(reason);
    if (station->failure != reason)
        say(chip, "failed", reason);
    station->failure = (uint8_t)reason;
    tell_end(chip, reason, reason != WIFI_REASON_NO_AP);
    if (station->is_reconnecting)
        enter(chip, WIFI_STEP_PAUSE, PAUSE_MS);
}

static void end_connection(struct chip *chip, unsigned reason)
{
    struct wifi_station *station = &chip->wifi.station;
    stop(chip);
    station->status = station->is_reconnecting ? WIFI_CONNECTING : WIFI_IDLE;
    say(chip, "lost", reason);
    tell_end(chip, reason, true);
    if (station->is_reconnecting)
        seek(chip);
}

/* ---- joined -------------------------------------------------------------- */

static void got_ip(struct chip *chip)
{
    struct wifi_station *station = &chip->wifi.station;
    struct wifi_event event = {.kind = WIFI_EVENT_GOT_IP};
    char name[WIFI_QUOTED], text[16];
    clock_cancel(&chip->clock, &station->due);
    station->has_ip = true;
    station->status = WIFI_GOT_IP;
    station->step = WIFI_STEP_UP;
    station->failure = 0;
    wifi_station_ip(chip, &event.ip, &event.mask, &event.gateway);
    if (station->is_dhcp_on)
        sdk_dns_from_dhcp(chip);
    uint32_t ip;
    (void)wifi_station_is_up(chip, &ip);
    if (station->is_dhcp_on && station->host[0])
        chip_event(chip, "wifi host %s",
                   wifi_quote(station->host,
                              strlen((const char *)station->host), name));
    chip_event(chip, "wifi joined %s %s", quoted(chip, true, name),
               wifi_ip_text(ip, text));
    sdk_wifi_tell(chip, &event);
    net_link_changed(chip);
}

static void begin_dhcp(struct chip *chip)
{
    struct wifi_station *station = &chip->wifi.station;
    const struct air_ap *ap = joined_ap(chip);
    clock_cancel(&chip->clock, &station->due);
    station->step = WIFI_STEP_DHCP;
    station->status = WIFI_CONNECTING;
    station->has_ip = false;
    station->has_dhcp_failed = false;
    if (!station->is_dhcp_on) {
        if (station->fixed_ip)
            got_ip(chip);
        return;
    }
    bool is_in_time = ap->has_dhcp && ap->dhcp_ms < DHCP_MS;
    enter(chip, WIFI_STEP_DHCP, is_in_time ? ap->dhcp_ms : DHCP_MS);
}

static void dhcp_due(struct chip *chip)
{
    struct wifi_station *station = &chip->wifi.station;
    const struct air_ap *ap = joined_ap(chip);
    if (ap->has_dhcp && (ap->dhcp_ms < DHCP_MS || station->has_dhcp_failed)) {
        got_ip(chip);
        return;
    }
    const struct wifi_event event = {.kind = WIFI_EVENT_DHCP_TIMEOUT};
    char name[WIFI_QUOTED];
    station->has_dhcp_failed = true;
    chip_event(chip, "wifi no address from %s", quoted(chip, true, name));
    sdk_wifi_tell(chip, &event);
    if (ap->has_dhcp)
        enter(chip, WIFI_STEP_DHCP, ap->dhcp_ms - DHCP_MS);
}

static void joined(struct chip *chip)
{
    struct wifi_station *station = &chip->wifi.station;
    enum wifi_auth auth = wifi_auth_of(joined_ap(chip));
    struct wifi_event event = about(chip, WIFI_EVENT_CONNECTED, true);
    sdk_wifi_tell(chip, &event);
    if (station->has_joined && station->last_auth != auth) {
        event = about(chip, WIFI_EVENT_AUTH_CHANGE, true);
        event.before = (uint8_t)station->last_auth;
        event.after = (uint8_t)auth;
        sdk_wifi_tell(chip, &event);
    }
    station->has_joined = true;
    station->last_auth = auth;
    station->since_ms = wifi_now_ms(chip);
    wifi_ap_follow(chip, joined_ap(chip)->channel);
    begin_dhcp(chip);
    wifi_station_watch(chip);
}

/* ---- join ---------------------------------------------------------------- */

static void join(struct chip *chip)
{
    const struct wifi_target *target = &chip->wifi.station.target;
    const struct air_ap *ap = joined_ap(chip);
    struct air_state now;
    enum wifi_auth auth = wifi_auth_of(ap);
    if (!wifi_hears(chip, chip->wifi.station.ap, &now)) {
        enter(chip, WIFI_STEP_EXPIRE, EXPIRE_MS);
        return;
    }
    bool is_right =
        !now.is_refusing && strcmp(target->password, now.password) == 0;
    if (auth == WIFI_AUTH_OPEN || is_right)
        joined(chip);
    else if (auth == WIFI_AUTH_WEP || !target->password[0])
        end_attempt(chip, WIFI_REASON_AUTH_FAIL);
    else
        enter(chip, WIFI_STEP_DENIED, DENIED_MS);
}

static void nothing_found(struct chip *chip)
{
    wifi_ap_was_silent(chip);
    end_attempt(chip, WIFI_REASON_NO_AP);
}

static void seek_due(struct chip *chip)
{
    if (wifi_find(chip, &chip->wifi.station.ap))
        enter(chip, WIFI_STEP_JOIN, JOIN_MS);
    else
        nothing_found(chip);
}

static void on_due(void *ctx)
{
    struct chip *chip = ctx;
    switch (chip->wifi.station.step) {
    case WIFI_STEP_SEEK:
        seek_due(chip);
        return;
    case WIFI_STEP_JOIN:
        join(chip);
        return;
    case WIFI_STEP_EXPIRE:
        end_attempt(chip, WIFI_REASON_AUTH_EXPIRE);
        return;
    case WIFI_STEP_DENIED:
        end_attempt(chip, joined_ap(chip)->wrong_reason);
        return;
    case WIFI_STEP_DHCP:
        dhcp_due(chip);
        return;
    case WIFI_STEP_SILENT:
        end_connection(chip, WIFI_REASON_BEACON);
        return;
    case WIFI_STEP_FORGOTTEN:
        end_connection(chip, WIFI_REASON_NOT_ASSOCIATED);
        return;
    case WIFI_STEP_PAUSE:
        seek(chip);
        return;
    case WIFI_STEP_OFF:
    case WIFI_STEP_UP:
        return;
    }
}

/* ---- what the air does --------------------------------------------------- */

/* Nothing is heard of it any more. */
static void fall_silent(struct chip *chip, bool is_down)
{
    struct wifi_station *station = &chip->wifi.station;
    bool was_up = station->step == WIFI_STEP_UP;
    station->was_down = is_down;
    enter(chip, WIFI_STEP_SILENT, BEACONS_MS);
    if (was_up)
        net_link_changed(chip);
}

/* It is heard again: one that was off does not know its stations. */
static void come_back(struct chip *chip)
{
    struct wifi_station *station = &chip->wifi.station;
    if (station->was_down) {
        enter(chip, WIFI_STEP_FORGOTTEN, FORGOTTEN_MS);
    } else if (station->has_ip) {
        clock_cancel(&chip->clock, &station->due);
        station->step = WIFI_STEP_UP;
        net_link_changed(chip);
    } else {
        begin_dhcp(chip);
    }
}

void wifi_station_watch(struct chip *chip)
{
    struct wifi_station *station = &chip->wifi.station;
    uint64_t now_ms = wifi_now_ms(chip);
    struct air_state now;
    if (!wifi_station_is_joined(chip))
        return;
    unsigned reason =
        air_kicked(wifi_air(chip), station->ap, station->since_ms, now_ms);
    station->since_ms = now_ms;
    bool is_heard = wifi_hears(chip, station->ap, &now);
    bool is_silent = station->step == WIFI_STEP_SILENT;
    if (reason && is_heard) {
        end_connection(chip, reason);
        return;
    }
    if (is_silent && is_heard)
        come_back(chip);
    else if (is_silent)
        station->was_down |= !now.is_up;
    else if (!is_heard)
        fall_silent(chip, !now.is_up);
    uint64_t next = air_next(wifi_air(chip), station->ap, now_ms);
    if (next == AIR_NEVER)
        clock_cancel(&chip->clock, &station->change);
    else
        clock_at(&chip->clock, &station->change, next * CYCLES_PER_MS);
}

static void on_change(void *ctx)
{
    wifi_station_watch(ctx);
}

/* ---- what the SDK asks --------------------------------------------------- */

void wifi_station_init(struct chip *chip)
{
    struct wifi_station *station = &chip->wifi.station;
    station->due =
        (struct clock_event){.fn = on_due, .ctx = chip, .is_patient = true};
    station->change =
        (struct clock_event){.fn = on_change, .ctx = chip, .is_patient = true};
    station->is_dhcp_on = true;
    station->is_auto = true;
    station->is_reconnecting = true;
}

void wifi_station_connect(struct chip *chip)
{
    struct wifi_station *station = &chip->wifi.station;
    stop(chip);
    station->failure = 0;
    station->status = WIFI_CONNECTING;
    seek(chip);
}

void wifi_station_disconnect(struct chip *chip)
{
    struct wifi_station *station = &chip->wifi.station;
    bool was_on = station->step != WIFI_STEP_OFF;
    bool was_joined = wifi_station_is_joined(chip);
    char name[WIFI_QUOTED];
    stop(chip);
    station->status = WIFI_IDLE;
    if (was_joined)
        chip_event(chip, "wifi left %s", quoted(chip, true, name));
    if (was_on)
        tell_end(chip, WIFI_REASON_LEAVE, was_joined);
}

void wifi_station_set_dhcp(struct chip *chip, bool is_on)
{
    struct wifi_station *station = &chip->wifi.station;
    bool was_up = station->step == WIFI_STEP_UP;
    if (station->is_dhcp_on == is_on)
        return;
    station->is_dhcp_on = is_on;
    if (was_up || station->step == WIFI_STEP_DHCP) {
        begin_dhcp(chip);
        if (was_up && station->step != WIFI_STEP_UP)
            net_link_changed(chip);
    }
}

void wifi_station_ip(const struct chip *chip, uint32_t *ip, uint32_t *mask,
                     uint32_t *gateway)
{
    const struct wifi_station *station = &chip->wifi.station;
    bool is_fixed = !station->is_dhcp_on;
    bool has_ip = is_fixed ? station->fixed_ip != 0 : station->has_ip;
    *ip = *mask = *gateway = 0;
    if (!has_ip)
        return;
    (void)wifi_station_is_up(chip, ip);
    *ip = is_fixed ? station->fixed_ip : *ip;
    *mask = is_fixed ? station->fixed_mask : WIFI_MASK;
    *gateway = is_fixed ? station->fixed_gateway : WIFI_GATEWAY;
}
