/* wifi_station_scan: what the station hears, as a list in the guest's heap. */
#include <string.h>

#include "emulator/sdk_wifi_private.h"

/* struct scan_config */
#define CONFIG_SIZE 24u
#define CONFIG_BSSID 4u
#define CONFIG_CHANNEL 8u
#define CONFIG_HIDDEN 9u
#define CONFIG_TYPE 12u
#define CONFIG_TIME 16u /* active: least, most; passive: one */

/* struct bss_info */
#define BSS_SIZE 80u
#define BSS_BSSID 4u
#define BSS_SSID 10u
#define BSS_SSID_LEN 42u
#define BSS_CHANNEL 43u
#define BSS_RSSI 44u
#define BSS_AUTH 48u
#define BSS_HIDDEN 52u
#define BSS_PAIRWISE 68u
#define BSS_GROUP 72u
#define BSS_FLAGS 76u
#define PHY_BGN 7u

/* As a search (wifi_station.c): 13 channels take 2.35 s. */
#define CHANNEL_MS 180u
#define LONGEST_MS 1500u /* the public header's advice */

enum { STATUS_OK, STATUS_FAIL };

/* ---- what is listed ------------------------------------------------------ */

static bool is_wanted(const struct wifi_scan *scan, const struct air_ap *ap)
{
    if (scan->channel && ap->channel != scan->channel)
        return false;
    if (scan->has_bssid && memcmp(ap->bssid, scan->bssid, 6) != 0)
        return false;
    if (scan->name_size)
        return ap->name_size == scan->name_size &&
               memcmp(ap->name, scan->name, ap->name_size) == 0 &&
               /* A hidden one answers who asks it by name. */
               !(ap->is_hidden && scan->is_passive);
    return !ap->is_hidden || scan->is_showing_hidden;
}

/* CIPHER_TYPE */
static uint32_t cipher_of(enum air_security security)
{
    static const uint8_t ciphers[] = {
        [AIR_OPEN] = 0,     [AIR_WEP] = 1,       [AIR_WPA] = 3, [AIR_WPA2] = 4,
        [AIR_WPA_WPA2] = 5, [AIR_WPA2_WPA3] = 4, [AIR_WPA3] = 4};
    return ciphers[security];
}

static void to_bytes(const struct chip *chip, const struct air_ap *ap, int rssi,
                     uint8_t *b)
{
    bool is_named = !ap->is_hidden || chip->wifi.scan.name_size;
    memset(b, 0, BSS_SIZE);
    memcpy(b + BSS_BSSID, ap->bssid, 6);
    if (is_named) {
        memcpy(b + BSS_SSID, ap->name, ap->name_size);
        b[BSS_SSID_LEN] = (uint8_t)ap->name_size;
    }
    b[BSS_CHANNEL] = (uint8_t)ap->channel;
    b[BSS_RSSI] = (uint8_t)rssi;
    sdk_wifi_put_word(b + BSS_AUTH, wifi_auth_of(ap));
    b[BSS_HIDDEN] = ap->is_hidden;
    sdk_wifi_put_word(b + BSS_PAIRWISE, cipher_of(ap->security));
    sdk_wifi_put_word(b + BSS_GROUP, cipher_of(ap->security));
    sdk_wifi_put_word(b + BSS_FLAGS, PHY_BGN);
}

static void free_list(struct chip *chip)
{
    uint32_t at = chip->sdk.wifi.scan_list;
    chip->sdk.wifi.scan_list = 0;
    for (unsigned i = 0; at && i < AIR_APS; i++) {
        uint32_t next = sdk_get(chip, at);
        sdk_heap_free(chip, at);
        at = next;
    }
}

/* Channel by channel, in the order of the file. False: no room. */
static bool make_list(struct chip *chip)
{
    const struct air *air = wifi_air(chip);
    uint32_t last = 0;
    for (unsigned n = 1; n <= 14; n++) {
        for (unsigned i = 0; i < air->ap_count; i++) {
            uint8_t b[BSS_SIZE];
            struct air_state now;
            if (air->ap[i].channel != n || !wifi_hears(chip, i, &now) ||
                !is_wanted(&chip->wifi.scan, &air->ap[i]))
                continue;
            uint32_t at = sdk_heap_alloc(chip, BSS_SIZE);
            if (!at)
                return false;
            to_bytes(chip, &air->ap[i], now.rssi, b);
            (void)sdk_wifi_put(chip, at, b, sizeof(b));
            if (last)
                sdk_put(chip, last, at);
            else
                chip->sdk.wifi.scan_list = at;
            last = at;
        }
    }
    return true;
}

/* ---- the callback: void fn(struct bss_info *, STATUS) -------------------- */

static bool before_done(struct chip *chip, struct sdk_call *call)
{
    call->argument[1] = call->subject;
    if (call->subject == STATUS_OK && !make_list(chip)) {
        free_list(chip);
        call->argument[1] = STATUS_FAIL;
    }
    call->argument[0] = chip->sdk.wifi.scan_list;
    return true;
}

static void after_done(struct chip *chip, const struct sdk_call *call)
{
    (void)call;
    free_list(chip);
}

static void end(struct chip *chip, uint32_t status)
{
    const struct sdk_call call = {.fn = chip->wifi.scan.callback,
                                  .name = "scan done",
                                  .subject = status,
                                  .before = before_done,
                                  .after = after_done};
    chip->wifi.scan.is_running = false;
    clock_cancel(&chip->clock, &chip->wifi.scan.due);
    (void)sdk_call_later(chip, &call);
}

static void on_due(void *ctx)
{
    end(ctx, STATUS_OK);
}

void sdk_wifi_scan_init(struct chip *chip)
{
    chip->wifi.scan.due =
        (struct clock_event){.fn = on_due, .ctx = chip, .is_patient = true};
}

void sdk_wifi_scan_stop(struct chip *chip)
{
    if (chip->wifi.scan.is_running)
        end(chip, STATUS_FAIL);
}

/* ---- bool wifi_station_scan(struct scan_config *, callback) -------------- */

static void read_filters(struct chip *chip, const uint8_t *b)
{
    struct wifi_scan *scan = &chip->wifi.scan;
    uint32_t ssid = sdk_wifi_word(b), bssid = sdk_wifi_word(b + CONFIG_BSSID);
    uint8_t name[SSID_SIZE] = {0};
    scan->name_size = 0;
    for (unsigned i = 0; ssid && i < SSID_SIZE; i++) {
        sdk_wifi_get(chip, ssid + i, &name[i], 1);
        if (name[i] == 0)
            break;
        scan->name_size = i + 1;
    }
    memcpy(scan->name, name, scan->name_size);
    scan->has_bssid = bssid != 0;
    if (bssid)
        sdk_wifi_get(chip, bssid, scan->bssid, sizeof(scan->bssid));
    scan->channel = b[CONFIG_CHANNEL];
    scan->is_showing_hidden = b[CONFIG_HIDDEN] != 0;
    scan->is_passive = sdk_wifi_word(b + CONFIG_TYPE) == 1;
}

static uint32_t channel_ms(const struct wifi_scan *scan, const uint8_t *b)
{
    uint32_t ms = sdk_wifi_word(b + CONFIG_TIME + (scan->is_passive ? 0 : 4));
    return ms == 0 ? CHANNEL_MS : ms < LONGEST_MS ? ms : LONGEST_MS;
}

enum native_result sdk_native_sta_scan(struct chip *chip)
{
    const uint32_t *a = chip->cpu.a;
    struct wifi_scan *scan = &chip->wifi.scan;
    uint8_t b[CONFIG_SIZE] = {0};
    if (!sdk_wifi_has_station(chip))
        return sdk_rule_broken(chip, RULE_WIFI_STATION_MODE,
                               "wifi_station_scan in mode %u", chip->wifi.mode);
    if (!chip->wifi.is_ready)
        return sdk_rule_broken(chip, RULE_WIFI_EARLY, "wifi_station_scan");
    if (scan->is_running)
        return sdk_rule_broken(chip, RULE_WIFI_SCANNING, "wifi_station_scan");
    /* One radio: while the station searches, this is refused. */
    if (wifi_station_is_trying(chip))
        return sdk_return(chip, 0);
    if (a[2])
        sdk_wifi_get(chip, a[2], b, sizeof(b));
    read_filters(chip, b);
    scan->callback = a[3];
    scan->is_running = true;
    uint64_t count = scan->channel ? 1 : chip->wifi.channels;
    clock_in(&chip->clock, &scan->due,
             count * channel_ms(scan, b) * CYCLES_PER_MS);
    return sdk_return(chip, 1);
}
