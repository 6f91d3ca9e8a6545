/* Breaks wifi-ap-mode: sets up a soft AP before its mode. */
#include "test/guest/wifi.h"

void user_init(void)
{
    static struct softap_config config;
    (void)wifi_softap_get_config(&config);
    (void)wifi_set_opmode_current(STATION_MODE);
    ets_printf("good\n");
    (void)wifi_softap_set_config_current(&config);
    ets_printf("not reached\n");
}
