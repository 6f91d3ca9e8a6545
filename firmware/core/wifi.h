/* The network that this device joins, and its access point for set-up. Retries
 * never give up and never block; the log says in plain words what it is trying
 * and why it failed. Without a network the access point is always there
 * (promise 6); rescue opens it for a time. */
#ifndef FIRMWARE_CORE_WIFI_H
#define FIRMWARE_CORE_WIFI_H

#include <stdbool.h>
#include <stdint.h>

#include "firmware/hal/wifi.h"

#define WIFI_NETWORKS 2u          /* Ssid1, Ssid2 */
#define WIFI_RETRY_MS 5000u       /* after a failure, the first time */
#define WIFI_RETRY_MOST_MS 60000u /* ... and it doubles up to this */

struct device;

enum wifi_state { WIFI_OFF, WIFI_JOINING, WIFI_JOINED, WIFI_WAITING };

struct wifi {
    enum wifi_state state;
    uint8_t network; /* 0-based, which one is tried or joined */
    bool is_showing; /* the access point is there */
    uint8_t ip[4];   /* while WIFI_JOINED */
    uint32_t retry_ms, pause_ms;
};

/* After the board has started. */
void wifi_start(struct device *dev);
void wifi_tick(struct device *dev);
/* EVENT_WIFI */
void wifi_handle(struct device *dev, const struct hal_wifi_event *event);
/* Ssid or Password were changed. */
void wifi_changed(struct device *dev);
/* A network is set up. */
bool wifi_is_wanted(const struct device *dev);

#endif
