/* Breaks wifi-scanning: does not wait for the first scan. */
#include "test/guest/wifi.h"

static void step(void *argument)
{
    (void)argument;
    if (wifi_station_scan(NULL, NULL))
        ets_printf("good\n");
    (void)wifi_station_scan(NULL, NULL);
    ets_printf("not reached\n");
}

void user_init(void)
{
    (void)wifi_set_opmode_current(STATION_MODE);
    guest_later(100, step);
}
