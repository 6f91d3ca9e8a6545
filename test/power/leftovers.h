/* What a flash may hold when Pogo is installed on it: other firmwares, older
 * Pogos, and rubbish. For tests of first installs. Structures are as
 * tasmota.md (G.1, B.5) and chip.md (A10) describe them; what fills them is
 * made up and follows from the seed. */
#ifndef TEST_POWER_LEFTOVERS_H
#define TEST_POWER_LEFTOVERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "format/slot_record.h"

struct leftovers {
    const char *name;
    /* All MAP_END bytes; pogo-bench.bin is written over them afterwards. */
    void (*fill)(uint8_t *flash, uint32_t seed);
    /* An older Pogo's settings log: it lives on. LEFTOVERS_NAME is in it. */
    bool has_settings;
    bool is_damaged; /* it may say that these settings were damaged */
};

#define LEFTOVERS_NAME "old lamp" /* FriendlyName1 */
#define LEFTOVERS_EARLIER "older lamp"

/* These bytes as a flash, for format/: a write overwrites. */
struct flash leftovers_flash(uint8_t *cells);

/* Parts of these, for other tests: a settings log with LEFTOVERS_EARLIER, then
 * LEFTOVERS_NAME in a commit of its own; an image's record, with tries spent
 * (up to SLOT_TRIES), perhaps good. */
void leftovers_put_log(uint8_t *flash);
void leftovers_put_record(uint8_t *flash, enum slot slot,
                          const struct slot_image *image, unsigned tries,
                          bool is_good);

extern const struct leftovers leftovers[];
extern const size_t leftovers_count;

#endif
