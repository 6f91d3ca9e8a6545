/* Is this network's name and password right? Tried before anything is kept,
 * while the access point stays: who sets the device up stands on it. */
#include "firmware/core/wifi_private.h"

/* By hal_wifi_change; as Tasmota's page and log say it (tasmota.md C.4, C.5).
 */
static const char *const texts[] = {
    [HAL_WIFI_GOT_IP] = "Successful",
    [HAL_WIFI_LOST] = "Connect failed as connection lost",
    [HAL_WIFI_NOT_FOUND] = "Connect failed as AP cannot be reached",
    [HAL_WIFI_WRONG_PASSWORD] = "Connect failed (wrong password)",
    [HAL_WIFI_NO_ADDRESS] = "Connect failed as no IP address received",
    [HAL_WIFI_FAILED] = "Connect failed with AP timeout",
};

bool wifi_try(struct device *dev, const char *ssid, const char *password,
              enum wifi_keep keep)
{
    uint32_t room[HAL_WIFI_ADDRESSES];
    struct wifi *wifi = &dev->wifi;
    if (!wifi->has_started || wifi->state == WIFI_JOINED ||
        wifi->state == WIFI_TRYING)
        return false;
    const struct hal_wifi_target target = {
        .ssid = ssid, .password = password, .fixed = wifi_addresses(dev, room)};
    wifi->state = WIFI_TRYING;
    wifi->trial = 0;
    wifi->trial_keeps = (uint8_t)keep;
    wifi->since_ms = dev->now_ms;
    wifi_tell_name(dev);
    hal_wifi_join(&target);
    return true;
}

static void keep(struct device *dev)
{
    unsigned n = dev->wifi.trial_keeps == WIFI_KEEP_SECOND;
    hal_wifi_tried(dev->settings.ssid[n], dev->settings.password[n]);
    device_setting_changed(dev, KEY_SSID);
    if (dev->wifi.trial_keeps == WIFI_KEEP_AND_RESTART)
        device_restart_soon(dev);
}

void wifi_trial_ended(struct device *dev, const struct hal_wifi_event *event)
{
    struct wifi *wifi = &dev->wifi;
    const char *const parts[] = {"WIF: Test: ", texts[event->change]};
    wifi->trial = (uint8_t)(event->change + 1);
    for (unsigned i = 0; i < sizeof(wifi->ip); i++)
        wifi->ip[i] = event->ip[i];
    if (event->change == HAL_WIFI_GOT_IP && wifi->trial_keeps != WIFI_KEEP_NOT)
        keep(dev);
    hal_wifi_leave();
    wifi->state = wifi_is_wanted(dev) ? WIFI_WAITING : WIFI_OFF;
    wifi->retry_ms = dev->now_ms + WIFI_REST_MS;
    device_log_parts(dev, parts, sizeof(parts) / sizeof(parts[0]));
}

const char *wifi_trial_text(const struct device *dev)
{
    const struct wifi *wifi = &dev->wifi;
    if (wifi->state == WIFI_TRYING)
        return "Testing";
    return wifi->trial ? texts[wifi->trial - 1] : "Not Started";
}

bool wifi_trial_is_good(const struct device *dev)
{
    return dev->wifi.state != WIFI_TRYING &&
           dev->wifi.trial == HAL_WIFI_GOT_IP + 1;
}
