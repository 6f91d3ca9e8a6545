/* The air around the board: lines for the phone and the access points, and what
 * `show` says of Wi-Fi. */
#include <stdio.h>
#include <string.h>

#include "emulator/bench_private.h"
#include "format/word.h"

enum err bench_phone(struct bench *bench, const struct control *control)
{
    char name[CONTROL_TEXT], password[CONTROL_TEXT];
    const char *at = control->text, *end = at + strlen(at);
    size_t name_size, password_size;
    if (!control->is_on) {
        wifi_phone_leave(&bench->chip);
        return ERR_NONE;
    }
    if (word_take(&at, end, name, sizeof(name), &name_size) == WORD_BAD ||
        word_take(&at, end, password, sizeof(password), &password_size) ==
            WORD_BAD) {
        return ERR_FORMAT;
    }
    wifi_phone_join(&bench->chip, name, name_size, password);
    return ERR_NONE;
}

enum err bench_air(struct bench *bench, const struct control *control)
{
    struct air_error why;
    if (bench->air.ap_count == 0) {
        return ERR_NO_AIR;
    }
    enum err e = air_add(&bench->air, bench->chip.clock.now / CYCLES_PER_MS,
                         control->text, &why);
    if (e != ERR_NONE) {
        bench_event(bench, "air refused: %s%s%s; %s", why.what,
                    why.word[0] ? ": " : "", why.word, why.hint);
        return e;
    }
    wifi_air_changed(&bench->chip);
    return ERR_NONE;
}

/* ---- show ---------------------------------------------------------------- */

static const char *step_text(enum wifi_step step)
{
    static const char *const texts[] = {
        [WIFI_STEP_OFF] = "off",
        [WIFI_STEP_SEEK] = "looks for",
        [WIFI_STEP_JOIN] = "joins",
        [WIFI_STEP_EXPIRE] = "waits for an answer of",
        [WIFI_STEP_DENIED] = "joins",
        [WIFI_STEP_DHCP] = "waits for an address of",
        [WIFI_STEP_UP] = "is in",
        [WIFI_STEP_SILENT] = "hears nothing of",
        [WIFI_STEP_FORGOTTEN] = "hears nothing of",
        [WIFI_STEP_PAUSE] = "will look for",
    };
    return texts[step];
}

static void show_station(struct bench *bench)
{
    const struct chip *chip = &bench->chip;
    const struct wifi_station *station = &chip->wifi.station;
    char name[WIFI_QUOTED], ip[16];
    uint32_t address;
    struct air_state now;
    if (station->step == WIFI_STEP_OFF) {
        bench_event(bench, "show wifi station off");
        return;
    }
    if (wifi_station_is_joined(chip)) {
        const struct air_ap *ap = &wifi_air(chip)->ap[station->ap];
        wifi_quote(ap->name, ap->name_size, name);
    } else {
        wifi_quote(station->target.name, station->target.name_size, name);
    }
    if (!wifi_station_is_up(chip, &address)) {
        bench_event(bench, "show wifi station %s %s", step_text(station->step),
                    name);
        return;
    }
    (void)wifi_hears(chip, station->ap, &now);
    bench_event(bench, "show wifi station %s %s %s, %d dBm",
                step_text(station->step), name, wifi_ip_text(address, ip),
                now.rssi);
}

static void show_ap(struct bench *bench)
{
    const struct chip *chip = &bench->chip;
    const struct wifi_ap *ap = &chip->wifi.ap;
    char name[WIFI_QUOTED], ip[16];
    uint32_t phone;
    bench_event(bench, "show wifi access point %s %s%s, channel %u",
                wifi_quote(ap->name, ap->name_size, name),
                ap->auth == WIFI_AUTH_OPEN ? "open" : "with password",
                ap->is_hidden ? ", hidden" : "", ap->channel);
    if (wifi_phone_is_joined(chip, NULL, &phone)) {
        bench_event(bench, "show phone %s", wifi_ip_text(phone, ip));
    }
}

void bench_wifi_show(struct bench *bench)
{
    const struct chip *chip = &bench->chip;
    if (!chip_is_alive(chip) || chip->wifi.mode == WIFI_NULL_MODE) {
        bench_event(bench, "show wifi off");
        return;
    }
    if (chip->wifi.mode & WIFI_STATION_MODE) {
        show_station(bench);
    }
    if (chip->wifi.mode & WIFI_AP_MODE) {
        show_ap(bench);
    }
}
