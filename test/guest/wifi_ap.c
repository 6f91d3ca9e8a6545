/* A soft AP with a password; lists who is in it every second. */
#include "test/guest/wifi.h"

static void list(void *argument)
{
    (void)argument;
    struct station_info *first = wifi_softap_get_station_info();
    for (struct station_info *at = first; at; at = at->next.stqe_next)
        ets_printf("in it: " IP_TEXT " %x\n", IP_PARTS(at->ip), at->bssid[5]);
    wifi_softap_free_station_info();
    guest_later(1000, list);
}

void user_init(void)
{
    static struct softap_config config = {.ssid = "pogo",
                                          .password = "set it up",
                                          .channel = 6,
                                          .authmode = AUTH_WPA2_PSK,
                                          .max_connection = 4,
                                          .beacon_interval = 100};
    wifi_set_event_handler_cb(guest_wifi_event);
    (void)wifi_set_opmode_current(SOFTAP_MODE);
    ets_printf("set %d\n", (int)wifi_softap_set_config_current(&config));
    guest_later(1000, list);
}
