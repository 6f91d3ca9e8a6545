/* Breaks wifi-joined: connects again without leaving. */
#include "test/guest/wifi.h"

static void step(void *argument)
{
    (void)argument;
    (void)wifi_station_connect();
    ets_printf("not reached\n");
}

void user_init(void)
{
    guest_wifi_join("guests", "");
    ets_printf("good\n");
    guest_later(4000, step);
}
