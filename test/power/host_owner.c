/* What the owner of the device of the host sweeps has set up. */
#include "test/power/host_owner.h"

#include <string.h>

#include "test/power/host.h"

#define SETTLED_MS 30000u

/* PowerOnState 0: a relay that is on after a restart was kept on. */
static const char *const lines[] = {
    "PowerOnState 0", "Topic kitchen",      "DeviceName Kitchen light",
    "Ssid1 home",     "Password1 secret12", "SwitchMode1 5",
};

bool owner_is_saved(void)
{
    return !host.device.has_changes;
}

void owner_set_up(void)
{
    for (unsigned i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
        host_type(lines[i]);
    memcpy(host.device.settings.ota_key, host_owner_key(), OTA_PUBLIC_KEY);
    device_changed(&host.device);
    (void)host_run(3 * DEVICE_SAVE_MS);
}

bool owner_has_all(void)
{
    const struct settings *is = &host.device.settings;
    return is->power_on_state == 0 && strcmp(is->topic, "kitchen") == 0 &&
           strcmp(is->device_name, "Kitchen light") == 0 &&
           strcmp(is->ssid[0], "home") == 0 &&
           strcmp(is->password[0], "secret12") == 0 &&
           is->switch_mode[0] == 5 &&
           memcmp(is->ota_key, host_owner_key(), OTA_PUBLIC_KEY) == 0;
}

bool owner_has_nothing(void)
{
    static struct settings none;
    const struct settings *is = &host.device.settings;
    settings_default(&none);
    return is->power_on_state == none.power_on_state && is->topic[0] == 0 &&
           is->device_name[0] == 0 && is->ssid[0][0] == 0 &&
           is->password[0][0] == 0 && is->module == none.module &&
           is->switch_mode[0] == none.switch_mode[0] &&
           memcmp(is->ota_key, none.ota_key, sizeof(none.ota_key)) == 0;
}

void owner_check(void)
{
    if (!owner_has_all())
        report_broken(host_report, REPORT_SETTINGS,
                      "not as the owner has set it up: topic '%s', ssid '%s'",
                      host.device.settings.topic, host.device.settings.ssid[0]);
}

void owner_join(void)
{
    const struct hal_wifi_event news = {
        .change = HAL_WIFI_GOT_IP, .ip = {192, 168, 1, 7}, .channel = 6};
    host_wifi(&news);
}

void owner_live(void)
{
    host_put(SLOT_B, IMAGE_OLDER, 6);
    host_put(SLOT_A, IMAGE_FIRST, 7);
    host_settle();
    host_start(START_POWER_ON);
    owner_set_up();
    (void)host_run(SETTLED_MS);
}
