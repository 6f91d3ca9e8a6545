/* The chip's radio as the SDK drives it: one station and one soft AP in the air
 * of format/air.h. What the SDK's functions do with it is in sdk_wifi*.c; who
 * talks over it is in net.h. */
#ifndef EMULATOR_WIFI_H
#define EMULATOR_WIFI_H

#include <stdbool.h>
#include <stdint.h>

struct chip;

/* IPv4 addresses here are in host order: 127.80.0.1 is 0x7F500001. */

/* The station is associated and has its address; *ip (may be NULL) is it. */
bool wifi_station_is_up(const struct chip *chip, uint32_t *ip);
/* A phone has joined the soft AP. *ap_ip and *phone_ip (may be NULL). */
bool wifi_phone_is_joined(const struct chip *chip, uint32_t *ap_ip,
                          uint32_t *phone_ip);

#endif
