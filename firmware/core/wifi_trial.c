/* Is this network's name and password right? Tried before anything is kept,
 * while the access point stays: who sets the device up stands on it. Settings
 * do not change before the new network gave an address, so a wrong password or
 * a power cut leaves the device in the network that it was in. */
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

static bool may_try(const struct device *dev)
{
    return dev->wifi.has_started && dev->wifi.state != WIFI_TRYING &&
           !dev->will_restart && dev->update.state == UPDATE_IDLE;
}

/* Should the command that was to begin it never come, that is over soon. */
static bool is_leaving(const struct device *dev)
{
    const struct wifi *wifi = &dev->wifi;
    return wifi->is_leaving && wifi->state == WIFI_JOINED &&
           !device_is_due(dev, wifi->retry_ms + WIFI_LEAVE_MS);
}

bool wifi_try_soon(struct device *dev)
{
    if (!may_try(dev) || is_leaving(dev))
        return false;
    dev->wifi.is_leaving = true;
    dev->wifi.trial = 0;
    dev->wifi.retry_ms = dev->now_ms + WIFI_LEAVE_MS;
    return true;
}

bool wifi_try_is_due(const struct device *dev)
{
    return is_leaving(dev) && device_is_due(dev, dev->wifi.retry_ms);
}

static void say_leaving(struct device *dev, const char *ssid)
{
    const char *const parts[] = {"WIF: Trying ", ssid,
                                 "; when it can't be joined, back to ",
                                 dev->settings.ssid[dev->wifi.network]};
    device_log_parts(dev, parts, sizeof(parts) / sizeof(parts[0]));
}

bool wifi_try(struct device *dev, const char *ssid, const char *password,
              enum wifi_keep keep)
{
    uint32_t room[HAL_WIFI_ADDRESSES];
    struct wifi *wifi = &dev->wifi;
    wifi->is_leaving = false;
    if (!may_try(dev))
        return false;
    wifi->returns = wifi->state == WIFI_JOINED;
    if (wifi->returns) {
        wifi->lost_s = dev->uptime_s;
        say_leaving(dev, ssid);
    }
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

static void keep(struct device *dev, const struct hal_wifi_event *event)
{
    unsigned n = dev->wifi.trial_keeps == WIFI_KEEP_SECOND;
    hal_wifi_tried(dev->settings.ssid[n], dev->settings.password[n]);
    device_setting_changed(dev, KEY_SSID);
    if (dev->wifi.trial_keeps == WIFI_KEEP_AND_RESTART)
        device_restart_soon(dev);
    wifi_stay(dev, n, event);
}

static void leave(struct device *dev, const struct hal_wifi_event *event)
{
    struct wifi *wifi = &dev->wifi;
    for (unsigned i = 0; i < sizeof(wifi->ip); i++)
        wifi->ip[i] = event->ip[i];
    if (wifi->returns) {
        wifi_return(dev);
        return;
    }
    hal_wifi_leave();
    wifi->state = wifi_is_wanted(dev) ? WIFI_WAITING : WIFI_OFF;
    wifi->retry_ms = dev->now_ms + WIFI_REST_MS;
}

void wifi_trial_ended(struct device *dev, const struct hal_wifi_event *event)
{
    struct wifi *wifi = &dev->wifi;
    const char *const parts[] = {"WIF: Test: ", texts[event->change]};
    bool is_good = event->change == HAL_WIFI_GOT_IP;
    wifi->trial = (uint8_t)(event->change + 1);
    device_log_parts(dev, parts, sizeof(parts) / sizeof(parts[0]));
    if (is_good && wifi->trial_keeps != WIFI_KEEP_NOT)
        keep(dev, event);
    else
        leave(dev, event);
}

const char *wifi_trial_text(const struct device *dev)
{
    const struct wifi *wifi = &dev->wifi;
    if (wifi->state == WIFI_TRYING || is_leaving(dev))
        return "Testing";
    return wifi->trial ? texts[wifi->trial - 1] : "Not Started";
}

bool wifi_trial_is_good(const struct device *dev)
{
    return dev->wifi.state != WIFI_TRYING && !is_leaving(dev) &&
           dev->wifi.trial == HAL_WIFI_GOT_IP + 1;
}
