/* What makes our firmware, which has no Wi-Fi yet, join "home" of
 * test/air/home.air: linked with this, its own call that turns the radio off
 * turns the station on. So that an idle device can be measured with Wi-Fi up.
 */
#include "user_interface.h"

bool __real_wifi_set_opmode_current(uint8 mode);
bool __wrap_wifi_set_opmode_current(uint8 mode);

bool __wrap_wifi_set_opmode_current(uint8 mode)
{
    static struct station_config config = {.ssid = "home",
                                           .password = "correct horse"};
    (void)mode;
    return __real_wifi_set_opmode_current(STATION_MODE) &&
           wifi_station_set_config_current(&config);
}
