/* Breaks wifi-mac-late: changes the MAC address when all runs. */
#include "test/guest/wifi.h"

static uint8_t mac[6] = {2, 0, 0, 0, 0, 1};

static void step(void *argument)
{
    (void)argument;
    (void)wifi_set_macaddr(STATION_IF, mac);
    ets_printf("not reached\n");
}

void user_init(void)
{
    if (wifi_set_macaddr(STATION_IF, mac))
        ets_printf("good\n");
    guest_later(100, step);
}
