/* Between wifi.c (networks in turn), wifi_ap.c (the access point), wifi_log.c
 * (what is said about it, and names), wifi_scan.c, wifi_trial.c, wifi_place.c
 * and wifi_care.c (what a connection needs to stay one). */
#ifndef FIRMWARE_CORE_WIFI_PRIVATE_H
#define FIRMWARE_CORE_WIFI_PRIVATE_H

#include "firmware/core/device.h"

/* All are about the network that is tried or joined. */
/* channel 0: on all of them */
void wifi_say_joining(struct device *dev, unsigned channel);
void wifi_say_joined(struct device *dev);
/* What to try is said once, until the network fails otherwise. */
void wifi_say_failed(struct device *dev, const struct hal_wifi_event *event);
void wifi_say_lost(struct device *dev, unsigned reason);
void wifi_say_pause(struct device *dev);
/* The access point of this name, with a password or open; NULL: it is off. */
void wifi_say_showing(struct device *dev, const char *name, bool is_closed);

/* ---- wifi_ap.c ---- */

/* Let it be there when it should be. */
void wifi_ap_tick(struct device *dev);
/* The networks have changed: while somebody is on it, it stays a while, so that
 * the page can tell where the device went. */
void wifi_ap_keep(struct device *dev);
/* A network was joined. */
void wifi_ap_joined(struct device *dev);
/* No network can be joined: open it, if WifiConfig says so. */
void wifi_ap_open_manager(struct device *dev);
/* Tries to join must wait for who is on it. */
bool wifi_ap_must_rest(struct device *dev);
/* Give the radio the name that DHCP is to tell; before each hal_wifi_join. */
void wifi_tell_name(struct device *dev);

/* ---- wifi_trial.c ---- */

/* News of a trial (WIFI_TRYING), which ends it. */
void wifi_trial_ended(struct device *dev, const struct hal_wifi_event *event);

/* ---- wifi.c, for a trial's end ---- */

/* The network that is joined is this one of the settings from now on. */
void wifi_stay(struct device *dev, unsigned network,
               const struct hal_wifi_event *event);
/* Join the network again that was left for the trial. */
void wifi_return(struct device *dev);

/* ---- wifi_place.c ---- */

/* It was joined: where. */
void wifi_place_keep(const struct device *dev);
/* It is not there any more. */
void wifi_place_forget(void);
/* True: *target has channel and bssid of where wifi.used was joined last. */
bool wifi_place_recall(const struct device *dev,
                       struct hal_wifi_target *target);

/* ---- wifi_care.c ---- */

void wifi_care_tick(struct device *dev);

/* ---- wifi_scan.c ---- */

void wifi_scan_tick(struct device *dev);
/* HAL_WIFI_SCANNED */
void wifi_scan_over(struct device *dev, const struct hal_wifi_event *event);
/* Asked for or going on: tries to join must wait. */
bool wifi_scan_is_on(const struct device *dev);

#endif
