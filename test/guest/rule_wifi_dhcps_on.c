/* Breaks wifi-dhcps-on: another address under the running DHCP server. */
#include "test/guest/wifi.h"

void user_init(void)
{
    struct ip_info info = {{0x0105A8C0}, {0x00FFFFFF}, {0x0105A8C0}};
    (void)wifi_set_opmode_current(SOFTAP_MODE);
    (void)wifi_softap_dhcps_stop();
    if (wifi_set_ip_info(SOFTAP_IF, &info) && wifi_softap_dhcps_start())
        ets_printf("good\n");
    (void)wifi_set_ip_info(SOFTAP_IF, &info);
    ets_printf("not reached\n");
}
