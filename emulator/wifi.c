/* The radio of one chip: its modes, its place in the air, and what people are
 * told about it. */
#include "emulator/wifi.h"

#include <stdio.h>
#include <string.h>

#include "emulator/chip.h"
#include "emulator/net.h"
#include "emulator/wifi_private.h"
#include "format/word.h"

/* Weaker ones are noise: Espressif's data sheet gives -91 dBm for 11g at
 * 6 Mbit/s and -98 for 11b at 1 Mbit/s. */
#define FLOOR_DBM (-95)
/* What the SDK does with a blank flash: known from modules out of the box. */
#define FIRST_MODE WIFI_AP_MODE
#define FIRST_CHANNELS 13u /* the SDK's default country, CN */

const struct air wifi_empty_air;

const struct air *wifi_air(const struct chip *chip)
{
    return chip->config.air ? chip->config.air : &wifi_empty_air;
}

uint64_t wifi_now_ms(const struct chip *chip)
{
    return chip->clock.now / CYCLES_PER_MS;
}

const char *wifi_quote(const void *name, size_t size, char *out)
{
    word_quote(name, size, out, WIFI_QUOTED);
    return out;
}

const char *wifi_ip_text(uint32_t ip, char *out)
{
    snprintf(out, 16, "%u.%u.%u.%u", ip >> 24, ip >> 16 & 255, ip >> 8 & 255,
             ip & 255);
    return out;
}

/* The chip has a receiver for 2.4 GHz, and no code for SAE and protected
 * management frames. Such networks are left out as a whole, as issue 3 has it;
 * what a real chip lists of them was not seen. */
static bool can_understand(const struct air_ap *ap)
{
    return !ap->is_5ghz && !ap->is_pmf_required && ap->security != AIR_WPA3;
}

bool wifi_hears(const struct chip *chip, unsigned ap, struct air_state *state)
{
    const struct air_ap *row = &wifi_air(chip)->ap[ap];
    unsigned first = chip->wifi.first_channel;
    air_state(wifi_air(chip), ap, wifi_now_ms(chip), state);
    return can_understand(row) && state->is_up && state->rssi >= FLOOR_DBM &&
           row->channel >= first && row->channel - first < chip->wifi.channels;
}

enum wifi_auth wifi_auth_of(const struct air_ap *ap)
{
    static const enum wifi_auth auths[] = {
        [AIR_OPEN] = WIFI_AUTH_OPEN,         [AIR_WEP] = WIFI_AUTH_WEP,
        [AIR_WPA] = WIFI_AUTH_WPA,           [AIR_WPA2] = WIFI_AUTH_WPA2,
        [AIR_WPA_WPA2] = WIFI_AUTH_WPA_WPA2, [AIR_WPA2_WPA3] = WIFI_AUTH_WPA2,
        [AIR_WPA3] = WIFI_AUTH_WPA2,
    };
    return auths[ap->security];
}

/* ---- life ---------------------------------------------------------------- */

static void set_defaults(struct chip *chip)
{
    struct wifi *wifi = &chip->wifi;
    wifi->mode = WIFI_NULL_MODE;
    wifi->is_ready = false;
    wifi->first_channel = 1;
    wifi->channels = FIRST_CHANNELS;
    memcpy(wifi->mac[0], chip->config.mac, 6);
    memcpy(wifi->mac[1], chip->config.mac, 6);
    wifi->mac[1][0] |= 2;
    wifi_station_init(chip);
    wifi_ap_init(chip);
}

void wifi_init(struct chip *chip)
{
    set_defaults(chip);
}

void wifi_reset(struct chip *chip)
{
    wifi_phone_drop(chip, "the device restarts");
    clock_cancel(&chip->clock, &chip->wifi.station.due);
    clock_cancel(&chip->clock, &chip->wifi.station.change);
    clock_cancel(&chip->clock, &chip->wifi.phone.due);
    clock_cancel(&chip->clock, &chip->wifi.scan.due);
    memset(&chip->wifi, 0, sizeof(chip->wifi));
    set_defaults(chip);
}

void wifi_start(struct chip *chip)
{
    chip->wifi.mode = FIRST_MODE;
}

void wifi_ready(struct chip *chip)
{
    struct wifi *wifi = &chip->wifi;
    wifi->is_ready = true;
    if (wifi->mode & WIFI_STATION_MODE && wifi->station.is_auto &&
        wifi->station.step == WIFI_STEP_OFF &&
        wifi->station.target.name_size > 0)
        wifi_station_connect(chip);
}

void wifi_set_mode(struct chip *chip, unsigned mode)
{
    struct wifi *wifi = &chip->wifi;
    unsigned before = wifi->mode;
    if (mode == before)
        return;
    if (before & ~mode & WIFI_STATION_MODE)
        wifi_station_disconnect(chip);
    wifi->mode = mode;
    if (before & ~mode & WIFI_AP_MODE)
        wifi_ap_restart(chip);
    if (wifi_station_is_joined(chip))
        wifi_ap_follow(chip, wifi_air(chip)->ap[wifi->station.ap].channel);
    const struct wifi_event event = {.kind = WIFI_EVENT_OPMODE,
                                     .before = (uint8_t)before,
                                     .after = (uint8_t)mode};
    sdk_wifi_tell(chip, &event);
}

void wifi_air_changed(struct chip *chip)
{
    wifi_station_watch(chip);
}

/* ---- for net ------------------------------------------------------------- */

bool wifi_station_is_up(const struct chip *chip, uint32_t *ip)
{
    if (ip)
        *ip = chip->config.address ? chip->config.address : WIFI_ADDRESS;
    return chip->wifi.station.step == WIFI_STEP_UP;
}

bool wifi_phone_is_joined(const struct chip *chip, uint32_t *ap_ip,
                          uint32_t *phone_ip)
{
    if (ap_ip)
        *ap_ip = chip->wifi.ap.ip;
    if (phone_ip)
        *phone_ip = chip->wifi.phone.ip;
    return chip->wifi.phone.has_ip;
}
