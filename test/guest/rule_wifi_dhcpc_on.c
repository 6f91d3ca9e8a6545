/* Breaks wifi-dhcpc-on: a fixed address beside the DHCP client. */
#include "test/guest/wifi.h"

void user_init(void)
{
    struct ip_info info = {{0x3204A8C0}, {0x00FFFFFF}, {0x0104A8C0}};
    (void)wifi_set_opmode_current(STATION_MODE);
    ets_printf("good\n");
    (void)wifi_set_ip_info(STATION_IF, &info);
    ets_printf("not reached\n");
}
