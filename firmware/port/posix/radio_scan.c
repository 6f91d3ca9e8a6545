/* Scans of the posix device's radio: all that is heard after the time that all
 * channels take. */
#include <stdio.h>
#include <string.h>

#include "firmware/port/posix/radio.h"

static enum hal_wifi_security security_of(enum air_security security)
{
    static const enum hal_wifi_security table[] = {
        [AIR_OPEN] = HAL_WIFI_OPEN,         [AIR_WEP] = HAL_WIFI_WEP,
        [AIR_WPA] = HAL_WIFI_WPA,           [AIR_WPA2] = HAL_WIFI_WPA2,
        [AIR_WPA_WPA2] = HAL_WIFI_WPA_WPA2, [AIR_WPA2_WPA3] = HAL_WIFI_WPA2,
        [AIR_WPA3] = HAL_WIFI_WPA2,
    };
    return table[security];
}

bool radio_scan(struct radio *radio)
{
    if (radio->step == RADIO_SEEK || radio->step == RADIO_DENIED)
        return false;
    radio->is_scanning = true;
    radio->scanned_ms =
        radio->now_ms + (uint64_t)RADIO_CHANNELS * RADIO_CHANNEL_MS;
    return true;
}

bool radio_scan_step(struct radio *radio, struct hal_wifi_event *out)
{
    if (!radio->is_scanning || radio->now_ms < radio->scanned_ms)
        return false;
    radio->is_scanning = false;
    radio->heard.count = 0;
    for (unsigned i = 0; i < radio->air.ap_count; i++) {
        const struct air_ap *ap = &radio->air.ap[i];
        struct hal_wifi_heard one = {.channel = (uint8_t)ap->channel};
        struct air_state now;
        if (ap->is_hidden || !radio_hears(radio, i, &now))
            continue;
        snprintf(one.ssid, sizeof(one.ssid), "%s", ap->name);
        memcpy(one.bssid, ap->bssid, sizeof(one.bssid));
        one.dbm = (int8_t)now.rssi;
        one.security = (uint8_t)security_of(ap->security);
        heard_add(&radio->heard, &one);
    }
    *out = (struct hal_wifi_event){.change = HAL_WIFI_SCANNED};
    return true;
}
