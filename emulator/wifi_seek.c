/* Which access point the station takes, and when on its way through the
 * channels it meets it. */
#include <string.h>

#include "emulator/chip.h"
#include "emulator/wifi_private.h"

static bool fits(struct chip *chip, unsigned index, struct air_state *now)
{
    const struct wifi_target *target = &chip->wifi.station.target;
    const struct air_ap *ap = &wifi_air(chip)->ap[index];
    enum wifi_auth auth = wifi_auth_of(ap);
    bool is_weak = auth == WIFI_AUTH_OPEN || auth == WIFI_AUTH_WEP;
    if (ap->name_size != target->name_size ||
        memcmp(ap->name, target->name, ap->name_size) != 0 ||
        !wifi_hears(chip, index, now))
        return false;
    if (target->has_bssid && memcmp(ap->bssid, target->bssid, 6) != 0)
        return false;
    if (auth < target->least_auth || (is_weak && target->is_open_refused) ||
        (target->least_rssi && now->rssi < target->least_rssi))
        return false;
    /* "If want to connect an open AP, please Do Not set password": the public
     * header. With one it is taken for another network. */
    return auth != WIFI_AUTH_OPEN || !target->password[0];
}

unsigned wifi_place_of(const struct chip *chip, unsigned channel)
{
    unsigned first = chip->wifi.station.target.channel;
    if (first == 0 || channel == first)
        return channel == first ? 0 : channel - chip->wifi.first_channel;
    return channel - chip->wifi.first_channel + (channel < first ? 1 : 0);
}

bool wifi_find(struct chip *chip, unsigned *out)
{
    bool has_one = false, is_choosing = chip->wifi.station.target.is_choosing;
    unsigned best_place = 0;
    int best_rssi = 0;
    for (unsigned i = 0; i < wifi_air(chip)->ap_count; i++) {
        struct air_state now;
        if (!fits(chip, i, &now))
            continue;
        unsigned place = wifi_place_of(chip, wifi_air(chip)->ap[i].channel);
        bool is_nearer = !is_choosing && place < best_place;
        bool is_equal = is_choosing || place == best_place;
        if (!has_one || is_nearer || (is_equal && now.rssi > best_rssi)) {
            has_one = true;
            best_place = place;
            best_rssi = now.rssi;
            *out = i;
        }
    }
    return has_one;
}
