/* Breaks wifi-list-kept: asks for the list of stations twice. */
#include "test/guest/wifi.h"

static void step(void *argument)
{
    (void)argument;
    if (wifi_softap_get_station_info())
        ets_printf("good\n");
    (void)wifi_softap_get_station_info();
    ets_printf("not reached\n");
}

void user_init(void)
{
    (void)wifi_set_opmode_current(SOFTAP_MODE);
    guest_later(2000, step);
}
