/* The soft AP's natives. */
#include <string.h>

#include "emulator/sdk_wifi_private.h"

/* struct softap_config */
#define CONFIG_SIZE 108u
#define CONFIG_PASSWORD 32u
#define CONFIG_SSID_LEN 96u
#define CONFIG_CHANNEL 97u
#define CONFIG_AUTH 100u
#define CONFIG_HIDDEN 104u
#define CONFIG_ROOM 105u
#define CONFIG_BEACON 106u

/* struct station_info */
#define INFO_SIZE 16u
#define INFO_MAC 4u
#define INFO_IP 12u

#define MOST_STATIONS 4u /* the public header */
#define MOST_LEASES 100u /* the API guide: a range of up to 100 addresses */
#define OFFER_ROUTER 1u

static enum native_result in_wrong_mode(struct chip *chip, const char *name)
{
    return sdk_rule_broken(chip, RULE_WIFI_AP_MODE, "%s in mode %u", name,
                           chip->wifi.mode);
}

/* ---- configuration ------------------------------------------------------- */

static void to_bytes(const struct wifi_ap *ap, uint8_t *b)
{
    memset(b, 0, CONFIG_SIZE);
    memcpy(b, ap->name, ap->name_size);
    memcpy(b + CONFIG_PASSWORD, ap->password,
           sdk_wifi_text_size((const uint8_t *)ap->password, PASSWORD_SIZE));
    b[CONFIG_SSID_LEN] = (uint8_t)ap->name_size;
    b[CONFIG_CHANNEL] = (uint8_t)ap->channel;
    b[CONFIG_AUTH] = (uint8_t)ap->auth;
    b[CONFIG_HIDDEN] = ap->is_hidden;
    b[CONFIG_ROOM] = (uint8_t)ap->room;
    b[CONFIG_BEACON] = (uint8_t)ap->beacon_ms;
    b[CONFIG_BEACON + 1] = (uint8_t)(ap->beacon_ms >> 8);
}

/* bool fn(struct softap_config *) */
enum native_result sdk_native_ap_get_config(struct chip *chip)
{
    uint8_t b[CONFIG_SIZE];
    to_bytes(&chip->wifi.ap, b);
    return sdk_return(chip, sdk_wifi_put(chip, chip->cpu.a[2], b, sizeof(b)));
}

/* What a blank flash gives. */
enum native_result sdk_native_ap_get_default(struct chip *chip)
{
    uint8_t b[CONFIG_SIZE];
    struct wifi_ap ap = {.channel = 1, .room = MOST_STATIONS, .beacon_ms = 100};
    wifi_ap_first_name(chip, &ap);
    to_bytes(&ap, b);
    return sdk_return(chip, sdk_wifi_put(chip, chip->cpu.a[2], b, sizeof(b)));
}

/* False: the SDK does not take this. */
static bool from_bytes(const uint8_t *b, struct wifi_ap *ap)
{
    uint32_t auth = sdk_wifi_word(b + CONFIG_AUTH);
    unsigned beacon = b[CONFIG_BEACON] | (unsigned)b[CONFIG_BEACON + 1] << 8;
    size_t password = sdk_wifi_text_size(b + CONFIG_PASSWORD, PASSWORD_SIZE);
    size_t name = b[CONFIG_SSID_LEN] ? b[CONFIG_SSID_LEN]
                                     : sdk_wifi_text_size(b, SSID_SIZE);
    bool is_open = auth == WIFI_AUTH_OPEN;
    if (name == 0 || name > SSID_SIZE || auth > WIFI_AUTH_WPA_WPA2 ||
        auth == WIFI_AUTH_WEP || b[CONFIG_CHANNEL] == 0 ||
        b[CONFIG_CHANNEL] > 13 || b[CONFIG_ROOM] > MOST_STATIONS ||
        b[CONFIG_HIDDEN] > 1 || beacon < 100 || beacon > 60000 ||
        (!is_open && (password < 8 || password == PASSWORD_SIZE)))
        return false;
    memcpy(ap->name, b, name);
    ap->name_size = name;
    memset(ap->password, 0, sizeof(ap->password));
    if (!is_open)
        memcpy(ap->password, b + CONFIG_PASSWORD, password);
    ap->auth = (enum wifi_auth)auth;
    ap->channel = b[CONFIG_CHANNEL];
    ap->is_hidden = b[CONFIG_HIDDEN];
    ap->room = b[CONFIG_ROOM];
    ap->beacon_ms = beacon;
    return true;
}

/* bool fn(struct softap_config *) */
enum native_result sdk_native_ap_set_config(struct chip *chip)
{
    uint8_t b[CONFIG_SIZE];
    struct wifi_ap ap = chip->wifi.ap;
    if (!sdk_wifi_has_ap(chip))
        return in_wrong_mode(chip, "wifi_softap_set_config_current");
    sdk_wifi_get(chip, chip->cpu.a[2], b, sizeof(b));
    if (chip->is_softap_broken || !from_bytes(b, &ap))
        return sdk_return(chip, 0);
    wifi_ap_restart(chip);
    chip->wifi.ap = ap;
    if (wifi_station_is_joined(chip))
        wifi_ap_follow(chip, wifi_air(chip)->ap[chip->wifi.station.ap].channel);
    return sdk_return(chip, 1);
}

enum native_result sdk_native_ap_keep_config(struct chip *chip)
{
    return sdk_wifi_no_flash(chip, "wifi_softap_set_config");
}

/* ---- stations ------------------------------------------------------------ */

enum native_result sdk_native_ap_station_num(struct chip *chip)
{
    return sdk_return(chip, chip->wifi.phone.is_joined);
}

/* struct station_info *fn(void): those with an address from our DHCP */
enum native_result sdk_native_ap_stations(struct chip *chip)
{
    const struct wifi_phone *phone = &chip->wifi.phone;
    if (!sdk_wifi_has_ap(chip))
        return in_wrong_mode(chip, "wifi_softap_get_station_info");
    if (chip->sdk.wifi.station_list)
        return sdk_rule_broken(chip, RULE_WIFI_LIST_KEPT,
                               "wifi_softap_get_station_info again");
    if (!phone->has_ip)
        return sdk_return(chip, 0);
    uint32_t at = sdk_heap_alloc(chip, INFO_SIZE);
    if (at) {
        sdk_put(chip, at, 0);
        (void)sdk_wifi_put(chip, at + INFO_MAC, phone->mac, 6);
        sdk_wifi_put_ip(chip, at + INFO_IP, phone->ip);
    }
    chip->sdk.wifi.station_list = at;
    return sdk_return(chip, at);
}

enum native_result sdk_native_ap_free_stations(struct chip *chip)
{
    if (chip->sdk.wifi.station_list)
        sdk_heap_free(chip, chip->sdk.wifi.station_list);
    chip->sdk.wifi.station_list = 0;
    return NATIVE_RETURN;
}

/* ---- DHCP server --------------------------------------------------------- */

static enum native_result set_dhcps(struct chip *chip, bool is_on)
{
    if (!sdk_wifi_has_ap(chip))
        return sdk_return(chip, 0);
    chip->wifi.ap.is_dhcps_on = is_on;
    return sdk_return(chip, 1);
}

enum native_result sdk_native_dhcps_start(struct chip *chip)
{
    return set_dhcps(chip, true);
}

enum native_result sdk_native_dhcps_stop(struct chip *chip)
{
    return set_dhcps(chip, false);
}

enum native_result sdk_native_dhcps_status(struct chip *chip)
{
    return sdk_return(chip, chip->wifi.ap.is_dhcps_on);
}

/* Inside the soft AP's net, without its own address. */
static bool is_good_range(const struct wifi_ap *ap, uint32_t first,
                          uint32_t last)
{
    return first <= last && last - first < MOST_LEASES &&
           (first & ap->mask) == (ap->ip & ap->mask) &&
           (last & ap->mask) == (ap->ip & ap->mask) &&
           (ap->ip < first || ap->ip > last);
}

/* bool fn(struct dhcps_lease *): enable, first, last */
enum native_result sdk_native_set_lease(struct chip *chip)
{
    struct wifi_ap *ap = &chip->wifi.ap;
    uint32_t lease = chip->cpu.a[2];
    uint8_t is_enabled = 0;
    if (!sdk_wifi_has_ap(chip))
        return in_wrong_mode(chip, "wifi_softap_set_dhcps_lease");
    if (ap->is_dhcps_on)
        return sdk_rule_broken(chip, RULE_WIFI_DHCPS_ON,
                               "wifi_softap_set_dhcps_lease");
    sdk_wifi_get(chip, lease, &is_enabled, 1);
    uint32_t first = sdk_wifi_get_ip(chip, lease + 4);
    uint32_t last = sdk_wifi_get_ip(chip, lease + 8);
    if (is_enabled && !is_good_range(ap, first, last))
        return sdk_return(chip, 0);
    ap->has_lease = is_enabled;
    ap->first_ip = first;
    ap->last_ip = last;
    return sdk_return(chip, 1);
}

/* bool fn(struct dhcps_lease *) */
enum native_result sdk_native_get_lease(struct chip *chip)
{
    const struct wifi_ap *ap = &chip->wifi.ap;
    uint32_t lease = chip->cpu.a[2];
    if (!sdk_wifi_has_ap(chip))
        return sdk_return(chip, 0);
    sdk_put(chip, lease, ap->has_lease);
    sdk_wifi_put_ip(chip, lease + 4, ap->has_lease ? ap->first_ip : ap->ip + 1);
    sdk_wifi_put_ip(chip, lease + 8,
                    ap->has_lease ? ap->last_ip : ap->ip + MOST_LEASES);
    return sdk_return(chip, 1);
}

enum native_result sdk_native_get_lease_time(struct chip *chip)
{
    return sdk_return(chip, chip->sdk.wifi.kept.lease_minutes);
}

/* bool fn(minutes): 1 to 2880 (the API guide) */
enum native_result sdk_native_set_lease_time(struct chip *chip)
{
    uint32_t minutes = chip->cpu.a[2];
    if (minutes == 0 || minutes > 2880)
        return sdk_return(chip, 0);
    chip->sdk.wifi.kept.lease_minutes = minutes;
    return sdk_return(chip, 1);
}

enum native_result sdk_native_reset_lease_time(struct chip *chip)
{
    chip->sdk.wifi.kept.lease_minutes = SDK_WIFI_LEASE_MINUTES;
    return sdk_return(chip, 1);
}

/* bool fn(what, uint8 *on) */
enum native_result sdk_native_dhcps_offer(struct chip *chip)
{
    uint8_t is_on = 0;
    if (chip->cpu.a[2] != OFFER_ROUTER)
        return sdk_return(chip, 0);
    sdk_wifi_get(chip, chip->cpu.a[3], &is_on, 1);
    chip->sdk.wifi.kept.offer_router = is_on;
    return sdk_return(chip, 1);
}
