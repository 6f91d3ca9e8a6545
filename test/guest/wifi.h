/* What guest programs with Wi-Fi share: events as lines on the console, and the
 * way into a network. */
#ifndef TEST_GUEST_WIFI_H
#define TEST_GUEST_WIFI_H

#include "test/guest/common.h"

#define IP_TEXT "%u.%u.%u.%u"
#define IP_PARTS(ip)                                                           \
    (unsigned)((ip).addr & 255), (unsigned)((ip).addr >> 8 & 255),             \
        (unsigned)((ip).addr >> 16 & 255), (unsigned)((ip).addr >> 24)

/* Up to 32 bytes, as text. */
static inline void guest_copy(uint8_t *to, const char *from, unsigned room)
{
    for (unsigned i = 0; i < room && from[i]; i++)
        to[i] = (uint8_t)from[i];
}

static inline void guest_wifi_event(System_Event_t *event)
{
    const Event_Info_u *info = &event->event_info;
    switch (event->event) {
    case EVENT_STAMODE_CONNECTED:
        ets_printf("connected channel %d\n", info->connected.channel);
        return;
    case EVENT_STAMODE_DISCONNECTED:
        ets_printf("disconnected reason %d status %d\n",
                   info->disconnected.reason,
                   wifi_station_get_connect_status());
        return;
    case EVENT_STAMODE_GOT_IP:
        ets_printf("got ip status %d at " IP_TEXT "\n",
                   wifi_station_get_connect_status(),
                   IP_PARTS(info->got_ip.ip));
        return;
    case EVENT_STAMODE_DHCP_TIMEOUT:
        ets_printf("dhcp timeout\n");
        return;
    case EVENT_SOFTAPMODE_STACONNECTED:
        ets_printf("station %d joined, %d in all\n", info->sta_connected.aid,
                   wifi_softap_get_station_num());
        return;
    case EVENT_SOFTAPMODE_STADISCONNECTED:
        ets_printf("station %d left\n", info->sta_disconnected.aid);
        return;
    case EVENT_SOFTAPMODE_DISTRIBUTE_STA_IP:
        ets_printf("station %d has " IP_TEXT "\n", info->distribute_sta_ip.aid,
                   IP_PARTS(info->distribute_sta_ip.ip));
        return;
    case EVENT_OPMODE_CHANGED:
        ets_printf("mode %d to %d\n", info->opmode_changed.old_opmode,
                   info->opmode_changed.new_opmode);
        return;
    default:
        return;
    }
}

/* From user_init: the station joins when it returns. */
static inline void guest_wifi_join(const char *name, const char *password)
{
    static struct station_config config;
    wifi_set_event_handler_cb(guest_wifi_event);
    (void)wifi_set_opmode_current(STATION_MODE);
    guest_copy(config.ssid, name, sizeof(config.ssid));
    guest_copy(config.password, password, sizeof(config.password));
    (void)wifi_station_set_config_current(&config);
}

#endif
