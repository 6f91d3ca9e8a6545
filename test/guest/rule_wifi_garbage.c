/* Breaks wifi-garbage: a struct as the stack had it, two fields set. */
#include "test/guest/wifi.h"

void user_init(void)
{
    struct station_config config;
    uint8_t *bytes = (uint8_t *)&config;
    for (unsigned i = 0; i < sizeof(config); i++)
        bytes[i] = 0xA5;
    guest_copy(config.ssid, "home", 5);
    guest_copy(config.password, "correct horse", 14);
    config.ssid[4] = config.password[13] = 0;
    (void)wifi_set_opmode_current(STATION_MODE);
    ets_printf("good\n");
    (void)wifi_station_set_config_current(&config);
    ets_printf("not reached\n");
}
