/* Breaks wifi-early: scans from user_init. */
#include "test/guest/wifi.h"

void user_init(void)
{
    (void)wifi_set_opmode_current(STATION_MODE);
    ets_printf("good\n");
    (void)wifi_station_scan(NULL, NULL);
    ets_printf("not reached\n");
}
