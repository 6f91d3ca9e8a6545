/* Looking for networks: between two tries to join, because the radio can't do
 * both, and not kept for long, because memory is short. */
#include "firmware/core/wifi_private.h"

static void enter(struct device *dev, enum wifi_scan scan)
{
    dev->wifi.scan = (uint8_t)scan;
    dev->wifi.scan_ms = dev->now_ms;
}

bool wifi_scan_is_on(const struct device *dev)
{
    return dev->wifi.scan == WIFI_SCAN_ASKED ||
           dev->wifi.scan == WIFI_SCAN_RUNNING;
}

void wifi_scan_ask(struct device *dev)
{
    if (wifi_scan_is_on(dev))
        return;
    hal_wifi_forget();
    enter(dev, WIFI_SCAN_ASKED);
}

void wifi_scan_over(struct device *dev, const struct hal_wifi_event *event)
{
    if (dev->wifi.scan == WIFI_SCAN_RUNNING)
        enter(dev, event->reason ? WIFI_SCAN_FAILED : WIFI_SCAN_DONE);
}

void wifi_scan_tick(struct device *dev)
{
    static const uint32_t most_ms[] = {[WIFI_SCAN_ASKED] = WIFI_SCAN_WAIT_MS,
                                       [WIFI_SCAN_RUNNING] = WIFI_SCAN_MS,
                                       [WIFI_SCAN_DONE] = WIFI_SCAN_KEPT_MS,
                                       [WIFI_SCAN_FAILED] = WIFI_SCAN_KEPT_MS};
    struct wifi *wifi = &dev->wifi;
    bool was_on = wifi_scan_is_on(dev);
    if (wifi->scan == WIFI_SCAN_NONE)
        return;
    if (wifi->scan == WIFI_SCAN_ASKED && wifi->state != WIFI_JOINING &&
        wifi->state != WIFI_TRYING && hal_wifi_scan()) {
        enter(dev, WIFI_SCAN_RUNNING);
    } else if (dev->now_ms - wifi->scan_ms >= most_ms[wifi->scan]) {
        hal_wifi_forget();
        enter(dev, was_on ? WIFI_SCAN_FAILED : WIFI_SCAN_NONE);
    }
}
