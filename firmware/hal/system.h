/* The chip itself: who it is, and starting again. Bound at link time by a
 * port. */
#ifndef FIRMWARE_HAL_SYSTEM_H
#define FIRMWARE_HAL_SYSTEM_H

#include <stdbool.h>
#include <stdint.h>

struct hal_chip {
    uint8_t mac[6];     /* of the station */
    uint32_t chip_id;   /* the last three bytes of the MAC */
    uint32_t flash_id;  /* JEDEC id as the chip's read-id register gives it */
    uint32_t flash_kb;  /* size of the flash chip */
    uint32_t free_heap; /* bytes, now */
    const char *sdk;    /* version of what the port stands on; NULL: nothing */
    uint8_t load;       /* percent of its time that handling events took
                           lately; HAL_LOAD_UNKNOWN: nobody counts */
};
#define HAL_LOAD_UNKNOWN 255u

void hal_system_chip(struct hal_chip *out);
/* An ESP8285: its flash is inside, GPIO9 and GPIO10 are free. Can be asked
 * before anything else of the chip has started. */
bool hal_system_is_8285(void);
/* Start again. May return; the caller then returns to its caller at once and
 * is not called any more. */
void hal_system_restart(void);

/* Stop until power goes off and on: the chip sleeps, its pins are inputs. May
 * return, as hal_system_restart does. */
void hal_system_sleep(void);

/* Ways to fail, for tests of what comes afterwards. */
enum hal_crash { HAL_CRASH_EXCEPTION, HAL_CRASH_HANG };
/* Fail now; what was written to the console is sent before. May return, as
 * hal_system_restart does. */
void hal_system_crash(enum hal_crash how);

#endif
