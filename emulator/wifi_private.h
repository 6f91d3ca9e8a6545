/* What the wifi*.c files share. Nobody else includes this but sdk_wifi.c. */
#ifndef EMULATOR_WIFI_PRIVATE_H
#define EMULATOR_WIFI_PRIVATE_H

#include "emulator/wifi.h"

uint64_t wifi_now_ms(const struct chip *chip);
/* The SDK starts the radio, before user_pre_init. */
void wifi_start(struct chip *chip);

/* wifi_seek.c */
/* What fits the target: the first on the way or, when it is choosing, the
 * strongest. False: nothing does. */
bool wifi_find(struct chip *chip, unsigned *ap);
/* How many channels are heard before this one: the wished one comes first. */
unsigned wifi_place_of(const struct chip *chip, unsigned channel);

/* wifi_station.c */
void wifi_station_init(struct chip *chip);
/* The air may have changed: look now and then again when it will. */
void wifi_station_watch(struct chip *chip);

/* wifi_ap.c */
void wifi_ap_init(struct chip *chip);
void wifi_ap_first_name(const struct chip *chip, struct wifi_ap *ap);
/* The phone is thrown out, and its owner told why. */
void wifi_phone_drop(struct chip *chip, const char *why);
/* The station has searched all channels in vain, and the soft AP was silent. */
void wifi_ap_was_silent(struct chip *chip);
/* The station has joined on this channel: there is one radio. */
void wifi_ap_follow(struct chip *chip, unsigned channel);

#endif
