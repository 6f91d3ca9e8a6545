/* The station's natives but for its scan. */
#include <string.h>

#include "emulator/sdk_wifi_private.h"

/* struct station_config */
#define CONFIG_SIZE 116u
#define CONFIG_PASSWORD 32u
#define CONFIG_CHANNEL 96u
#define CONFIG_BSSID_SET 97u
#define CONFIG_BSSID 98u
#define CONFIG_RSSI 104u
#define CONFIG_AUTH 108u
#define CONFIG_OPEN_REFUSED 112u
#define CONFIG_ALL_CHANNELS 113u

#define NO_RSSI                                                                \
    31u /* wifi_station_get_rssi without a network: the API guide              \
         */
#define NAME_ROOM 33u

static enum native_result in_wrong_mode(struct chip *chip, const char *name)
{
    return sdk_rule_broken(chip, RULE_WIFI_STATION_MODE, "%s in mode %u", name,
                           chip->wifi.mode);
}

/* ---- configuration ------------------------------------------------------- */

static void to_bytes(const struct wifi_target *target, uint8_t *b)
{
    memset(b, 0, CONFIG_SIZE);
    memcpy(b, target->name, target->name_size);
    memcpy(
        b + CONFIG_PASSWORD, target->password,
        sdk_wifi_text_size((const uint8_t *)target->password, PASSWORD_SIZE));
    b[CONFIG_CHANNEL] = (uint8_t)target->channel;
    b[CONFIG_BSSID_SET] = target->has_bssid;
    memcpy(b + CONFIG_BSSID, target->bssid, 6);
    b[CONFIG_RSSI] = (uint8_t)target->least_rssi;
    b[CONFIG_AUTH] = (uint8_t)target->least_auth;
    b[CONFIG_OPEN_REFUSED] = target->is_open_refused;
    b[CONFIG_ALL_CHANNELS] = target->is_choosing;
}

static int signed_byte(uint8_t byte)
{
    return byte < 128 ? byte : byte - 256;
}

static void from_bytes(const uint8_t *b, struct wifi_target *target)
{
    memset(target, 0, sizeof(*target));
    target->name_size = sdk_wifi_text_size(b, SSID_SIZE);
    memcpy(target->name, b, target->name_size);
    memcpy(target->password, b + CONFIG_PASSWORD,
           sdk_wifi_text_size(b + CONFIG_PASSWORD, PASSWORD_SIZE));
    target->channel = b[CONFIG_CHANNEL];
    target->has_bssid = b[CONFIG_BSSID_SET];
    memcpy(target->bssid, b + CONFIG_BSSID, 6);
    target->least_rssi = signed_byte(b[CONFIG_RSSI]);
    target->least_auth = (enum wifi_auth)b[CONFIG_AUTH];
    target->is_open_refused = b[CONFIG_OPEN_REFUSED];
    target->is_choosing = b[CONFIG_ALL_CHANNELS];
}

/* NULL: every field that has a meaning has a possible value. */
static const char *garbage(const uint8_t *b)
{
    if (b[CONFIG_BSSID_SET] > 1)
        return "bssid_set";
    if (b[CONFIG_CHANNEL] > 14)
        return "channel";
    if (sdk_wifi_word(b + CONFIG_AUTH) > WIFI_AUTH_WPA_WPA2)
        return "threshold.authmode";
    if (signed_byte(b[CONFIG_RSSI]) > 0)
        return "threshold.rssi";
    if (b[CONFIG_OPEN_REFUSED] > 1)
        return "open_and_wep_mode_disable";
    return b[CONFIG_ALL_CHANNELS] > 1 ? "all_channel_scan" : NULL;
}

/* bool fn(struct station_config *) */
enum native_result sdk_native_sta_set_config(struct chip *chip)
{
    uint8_t b[CONFIG_SIZE];
    if (!sdk_wifi_has_station(chip))
        return in_wrong_mode(chip, "wifi_station_set_config_current");
    sdk_wifi_get(chip, chip->cpu.a[2], b, sizeof(b));
    const char *field = garbage(b);
    if (field)
        return sdk_rule_broken(chip, RULE_WIFI_GARBAGE,
                               "%s of struct station_config", field);
    from_bytes(b, &chip->wifi.station.target);
    return sdk_return(chip, 1);
}

enum native_result sdk_native_sta_keep_config(struct chip *chip)
{
    return sdk_wifi_no_flash(chip, "wifi_station_set_config");
}

/* bool fn(struct station_config *) */
enum native_result sdk_native_sta_get_config(struct chip *chip)
{
    uint8_t b[CONFIG_SIZE];
    to_bytes(&chip->wifi.station.target, b);
    return sdk_return(chip, sdk_wifi_put(chip, chip->cpu.a[2], b, sizeof(b)));
}

/* A blank flash knows no network. */
enum native_result sdk_native_sta_get_default(struct chip *chip)
{
    static const uint8_t b[CONFIG_SIZE];
    return sdk_return(chip, sdk_wifi_put(chip, chip->cpu.a[2], b, sizeof(b)));
}

/* uint8 fn(struct station_config[5]): how many are kept on flash. */
enum native_result sdk_native_sta_ap_info(struct chip *chip)
{
    return sdk_return(chip, 0);
}

enum native_result sdk_native_sta_ap_id(struct chip *chip)
{
    return sdk_return(chip, 0);
}

/* ---- connection ---------------------------------------------------------- */

/* bool fn(void) */
enum native_result sdk_native_sta_connect(struct chip *chip)
{
    if (!sdk_wifi_has_station(chip))
        return in_wrong_mode(chip, "wifi_station_connect");
    if (wifi_station_is_joined(chip))
        return sdk_rule_broken(chip, RULE_WIFI_JOINED, "wifi_station_connect");
    if (chip->wifi.station.target.name_size == 0)
        return sdk_return(chip, 0);
    sdk_wifi_scan_stop(chip);
    wifi_station_connect(chip);
    return sdk_return(chip, 1);
}

/* bool fn(void) */
enum native_result sdk_native_sta_disconnect(struct chip *chip)
{
    if (!sdk_wifi_has_station(chip))
        return in_wrong_mode(chip, "wifi_station_disconnect");
    if (!chip->wifi.is_ready)
        return sdk_rule_broken(chip, RULE_WIFI_EARLY,
                               "wifi_station_disconnect");
    wifi_station_disconnect(chip);
    return sdk_return(chip, 1);
}

/* uint8 fn(void) */
enum native_result sdk_native_sta_status(struct chip *chip)
{
    return sdk_return(chip, chip->wifi.station.status);
}

/* sint8 fn(void) */
enum native_result sdk_native_sta_rssi(struct chip *chip)
{
    struct air_state now;
    if (!wifi_station_is_joined(chip))
        return sdk_return(chip, NO_RSSI);
    (void)wifi_hears(chip, chip->wifi.station.ap, &now);
    return sdk_return(chip, (uint32_t)now.rssi);
}

/* Kept until the next start only: on the chip it is on flash. */
enum native_result sdk_native_sta_set_auto(struct chip *chip)
{
    chip->wifi.station.is_auto = (chip->cpu.a[2] & 0xFFu) != 0;
    return sdk_return(chip, 1);
}

enum native_result sdk_native_sta_get_auto(struct chip *chip)
{
    return sdk_return(chip, chip->wifi.station.is_auto);
}

/* bool fn(bool) */
enum native_result sdk_native_sta_policy(struct chip *chip)
{
    chip->wifi.station.is_reconnecting = (chip->cpu.a[2] & 0xFFu) != 0;
    return sdk_return(chip, 1);
}

/* ---- DHCP and name ------------------------------------------------------- */

static enum native_result set_dhcp(struct chip *chip, bool is_on)
{
    if (!sdk_wifi_has_station(chip))
        return sdk_return(chip, 0);
    wifi_station_set_dhcp(chip, is_on);
    return sdk_return(chip, 1);
}

enum native_result sdk_native_dhcpc_start(struct chip *chip)
{
    return set_dhcp(chip, true);
}

enum native_result sdk_native_dhcpc_stop(struct chip *chip)
{
    return set_dhcp(chip, false);
}

enum native_result sdk_native_dhcpc_status(struct chip *chip)
{
    return sdk_return(chip, chip->wifi.station.is_dhcp_on);
}

enum native_result sdk_native_dhcpc_tries(struct chip *chip)
{
    chip->sdk.wifi.kept.dhcp_tries = (uint8_t)chip->cpu.a[2];
    return sdk_return(chip, 1);
}

/* char *fn(void) */
enum native_result sdk_native_get_hostname(struct chip *chip)
{
    return sdk_return(chip, SDK_WIFI_HOSTNAME);
}

/* bool fn(char *): up to 32 characters */
enum native_result sdk_native_set_hostname(struct chip *chip)
{
    uint8_t name[NAME_ROOM] = {0};
    uint32_t from = chip->cpu.a[2];
    for (unsigned i = 0; i < NAME_ROOM; i++) {
        sdk_wifi_get(chip, from + i, &name[i], 1);
        if (name[i] == 0)
            break;
    }
    if (name[0] == 0 || name[NAME_ROOM - 1] != 0)
        return sdk_return(chip, 0);
    memcpy(chip->wifi.station.host, name, sizeof(name));
    return sdk_return(
        chip, sdk_wifi_put(chip, SDK_WIFI_HOSTNAME, name, sizeof(name)));
}
