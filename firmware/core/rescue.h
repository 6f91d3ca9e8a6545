/* Ways back in when a device can't be reached, without losing anything.
 *
 * Crash loop: starts after a crash or a watchdog, one soon after the other, are
 * counted in memory that lives through a restart. From RESCUE_CRASHES on, or
 * later or never as SetOption36 says, rules and user pins are off, until a
 * start that was not a crash.
 *
 * Presses of the button (button.h) open the access point as well.
 *
 * Power cycling: starts that power ends within RESCUE_QUICK_S are counted in
 * the settings. The RESCUE_QUICK_STARTS-th one, and those after it, open the
 * set-up access point for RESCUE_OPEN_S. All settings stay: brown-outs do this
 * too (tasmota.md B.5), and must do no harm. Erasing is a step of its own.
 * SetOption65 1: they are counted, and open nothing. */
#ifndef FIRMWARE_CORE_RESCUE_H
#define FIRMWARE_CORE_RESCUE_H

#include <stdbool.h>
#include <stdint.h>

#define RESCUE_CRASHES 5u
#define RESCUE_CRASH_S 10u       /* up so long: it was no crash loop */
#define RESCUE_QUICK_STARTS 5u   /* Tasmota's habit of 7 works too */
#define RESCUE_QUICK_S 10u       /* up so long: power is there to stay */
#define RESCUE_OPEN_S (5u * 60u) /* the access point */

struct device;

struct rescue {
    bool is_safe;          /* rules and user pins are off */
    bool is_open;          /* the set-up access point is asked for */
    uint32_t open_until_s; /* of uptime */
    bool has_settled;
};

/* At a start, after the settings are read and before the board starts. */
void rescue_start(struct device *dev);
/* In the log, after the greeting. */
void rescue_tell(struct device *dev);
/* Somebody has pressed the button so often: open the access point, from now on
 * for RESCUE_OPEN_S. */
void rescue_open(struct device *dev, unsigned presses);
void rescue_tick(struct device *dev);

#endif
