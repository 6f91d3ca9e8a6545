/* Breaks wifi-station-mode: scans with nothing but a soft AP. */
#include "test/guest/wifi.h"

static void step(void *argument)
{
    (void)argument;
    (void)wifi_station_scan(NULL, NULL);
    ets_printf("not reached\n");
}

void user_init(void)
{
    (void)wifi_set_opmode_current(SOFTAP_MODE);
    ets_printf("good\n");
    guest_later(100, step);
}
