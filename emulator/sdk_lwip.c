/* What firmware calls of the SDK's lwIP itself: a gratuitous ARP needs it. */
#include "emulator/sdk_wifi_private.h"

/* A struct netif is lwIP's own: nobody else looks into it. */
#define STATION_NETIF SDK_WIFI_HOSTNAME
#define ERR_LINK 0xFFu /* any but ERR_OK */

/* struct netif *fn(index): NULL while there is no such interface */
enum native_result sdk_native_lwip_getif(struct chip *chip)
{
    bool is_there = chip->cpu.a[2] == STATION_IF && sdk_wifi_has_station(chip);
    return sdk_return(chip, is_there ? STATION_NETIF : 0);
}

/* err_t fn(struct netif *, address *): the air has nobody who would answer, but
 * who asks for his own address is heard of. */
enum native_result sdk_native_arp(struct chip *chip)
{
    const uint32_t *a = chip->cpu.a;
    char text[16];
    uint32_t own, asked = sdk_wifi_get_ip(chip, a[3]);
    if (a[2] != STATION_NETIF || !wifi_station_is_up(chip, &own))
        return sdk_return(chip, ERR_LINK);
    if (asked == own)
        chip_event(chip, "wifi announced %s", wifi_ip_text(own, text));
    return sdk_return(chip, 0);
}
