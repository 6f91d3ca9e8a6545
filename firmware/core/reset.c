#include "firmware/core/reset.h"

#include "firmware/core/device.h"
#include "format/flash_map.h"

/* Wi-Fi's first, then MQTT's. */
static const uint8_t kept[] = {
    KEY_SSID,           KEY_PASSWORD,      KEY_TOPIC,       KEY_FULL_TOPIC,
    KEY_PREFIX,         KEY_GROUP_TOPIC,   KEY_MQTT_HOST,   KEY_MQTT_PORT,
    KEY_MQTT_USER,      KEY_MQTT_PASSWORD, KEY_MQTT_CLIENT, KEY_MQTT_RETRY,
    KEY_MQTT_KEEP_ALIVE};
#define KEPT_WIFI 2u

/* Nothing of them stays readable on flash. */
static void forget(struct device *dev)
{
    dev->has_changes = false;
    if (settings_forget(&dev->store) != ERR_NONE)
        device_log(dev, "CFG: the settings could not be erased from flash, or "
                        "not all of them; try Reset again");
}

/* One commit, so that after a cut the old ones are there or the new ones; what
 * was there before stays in the log until its sectors are used again. */
static void keep(struct device *dev, size_t count)
{
    settings_default_but(&dev->settings, kept, count);
    device_save_now(dev);
}

/* Calibration and parameters; the SDK makes them anew. */
static void forget_radio(struct device *dev)
{
    enum err e = dev->flash->erase(dev->flash, MAP_RF_CAL);
    for (uint32_t at = 0; at < MAP_SDK_PARAMS_SIZE && e == ERR_NONE;
         at += FLASH_SECTOR_SIZE)
        e = dev->flash->erase(dev->flash, MAP_SDK_PARAMS + at);
    if (e != ERR_NONE)
        device_log(dev, "CFG: what the radio has learnt could not be erased "
                        "from flash; try Reset 3 again");
    if (dev->has_changes)
        device_save_now(dev);
}

void reset_settings(struct device *dev)
{
    if (dev->reset == 3)
        forget_radio(dev);
    else if (dev->reset == 6)
        keep(dev, sizeof(kept));
    else if (dev->reset >= 4)
        keep(dev, KEPT_WIFI);
    else
        forget(dev);
}
