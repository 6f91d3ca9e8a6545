/* The access point for set-up: when it is there, and when the networks wait for
 * who is on it. */
#include "firmware/core/wifi_private.h"
#include "format/crc32.h"

/* Who comes back in by rescue has perhaps forgotten it. */
static const char *password(const struct device *dev)
{
    return dev->rescue.is_open ? "" : dev->settings.ap_password;
}

static uint16_t digest(const char *text)
{
    return (uint16_t)crc32_update(0, text, text_length(text));
}

static void show(struct device *dev)
{
    char name[WIFI_NAME + 1];
    struct text text;
    text_init(&text, name, sizeof(name));
    wifi_host_name(dev, &text);
    dev->wifi.shown = digest(password(dev));
    if (hal_wifi_show(name, password(dev)))
        wifi_say_showing(dev, name, password(dev)[0] != 0);
    else
        device_log(dev, "WIF: The set-up access point can't be opened");
}

static void hide(struct device *dev)
{
    hal_wifi_hide();
    wifi_say_showing(dev, NULL, false);
}

static unsigned guests(const struct device *dev)
{
    return dev->wifi.is_showing ? hal_wifi_guests() : 0;
}

/* Whoever set the device up has gone to the new network. Not at once: when the
 * radio goes to that network's channel phones are lost, and come back. */
static bool has_served(const struct device *dev)
{
    const struct wifi *wifi = &dev->wifi;
    return wifi->state == WIFI_JOINED && guests(dev) == 0 &&
           dev->now_ms - wifi->since_ms >= WIFI_AP_LEFT_MS;
}

void wifi_ap_tick(struct device *dev)
{
    struct wifi *wifi = &dev->wifi;
    if (wifi->is_kept && has_served(dev))
        wifi->is_kept = false;
    if (device_is_due(dev, wifi->ap_ms))
        wifi->is_manager = wifi->is_kept = false;
    bool is_asked_for = dev->rescue.is_open || wifi->is_manager ||
                        wifi->is_kept || !wifi_is_wanted(dev);
    bool is_right = !is_asked_for || wifi->shown == digest(password(dev));
    if (is_asked_for == wifi->is_showing && is_right)
        return;
    wifi->is_showing = is_asked_for;
    if (is_asked_for)
        show(dev);
    else
        hide(dev);
}

void wifi_ap_keep(struct device *dev)
{
    struct wifi *wifi = &dev->wifi;
    if (guests(dev) == 0 || !wifi_is_wanted(dev))
        return;
    wifi->is_kept = true;
    wifi->is_manager = false;
    wifi->ap_ms = dev->now_ms + WIFI_AP_MS;
}

void wifi_ap_joined(struct device *dev)
{
    struct wifi *wifi = &dev->wifi;
    wifi->is_manager = wifi->was_manager = false;
    if (wifi->is_kept)
        wifi->ap_ms = dev->now_ms + WIFI_AP_MS;
}

/* Once for an outage: a router that is off for a week does not leave an open
 * access point there for a week. */
void wifi_ap_open_manager(struct device *dev)
{
    struct wifi *wifi = &dev->wifi;
    unsigned config = dev->settings.wifi_config;
    bool opens = (config >= WIFI_CONFIG_SMART && config <= WIFI_CONFIG_OLD) ||
                 config == WIFI_CONFIG_RESTRICTED;
    if (wifi->was_manager || !opens)
        return;
    wifi->is_manager = wifi->was_manager = true;
    wifi->ap_ms = dev->now_ms + WIFI_AP_MS;
    device_log(dev, "WIF: WifiManager active for 3 minutes");
}

/* A station that searches silences the access point: with somebody on it, who
 * perhaps sets this device up, it rests. But what he has just set up is tried
 * at once: he waits for it. */
bool wifi_ap_must_rest(struct device *dev)
{
    struct wifi *wifi = &dev->wifi;
    bool was_resting = wifi->is_resting;
    bool is_asked_for = wifi->is_kept && wifi->pause_ms == 0;
    wifi->is_resting = !is_asked_for && guests(dev) > 0;
    if (wifi->is_resting && !was_resting)
        device_log(dev, "WIF: Somebody is on the access point: the networks "
                        "must wait");
    return wifi->is_resting;
}
