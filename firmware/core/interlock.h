/* Interlock: groups of relays of which at most one is on (a motor's two
 * directions). Groups are bit masks, bit 0 is relay 1; without any group all
 * relays are one. It says who excludes whom; relay.c switches. */
#ifndef FIRMWARE_CORE_INTERLOCK_H
#define FIRMWARE_CORE_INTERLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct device;
struct text;

/* Relays that must be off while this one (1-based) is on; 0: none, or
 * interlock is off. */
uint8_t interlock_rivals(const struct device *dev, unsigned number);
/* These bits of relays without every group of which more than one is on. */
uint8_t interlock_allowed(const struct device *dev, uint8_t power);
/* Read "1,2 3,4": up to SETTINGS_INTERLOCKS groups with two relays or more.
 * False, and groups are as they were, when a number is no relay of 1..relays
 * or comes twice. */
bool interlock_parse(uint8_t *groups, const char *text, size_t size,
                     unsigned relays);
/* The groups, as interlock_parse reads them. */
void interlock_print(const struct device *dev, struct text *out);

#endif
