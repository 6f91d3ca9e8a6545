/* SetOptions: one row each. A row is a bit of settings.option, a number with a
 * key of its own, or what cannot be otherwise here: that is answered whatever
 * is set, so that a list of options for Tasmota goes through and nobody is told
 * what is not so. Others are answered as errors. */
#ifndef FIRMWARE_CORE_OPTION_H
#define FIRMWARE_CORE_OPTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "firmware/core/settings.h"
#include "firmware/core/text.h"

/* The bit says the opposite: for options that are 1 from the beginning, also on
 * devices whose settings are older than they. */
#define OPTION_INVERSE 0x80u

struct option_row {
    uint8_t number;
    uint8_t key;      /* KEY_OPTION: a bit; KEY_NONE: always `bit` */
    uint8_t bit;      /* of a bit: enum option_bit, and OPTION_INVERSE */
    bool is_owners;   /* how the device is spoken to: not from a group topic */
    const char *help; /* what it does when it is 1, or the number; or why it
                         is always so */
};

/* A number from 0 to 255, not a bit (tasmota.md A.3b). */
bool option_is_number(const struct option_row *row);

/* By number. */
extern const struct option_row options[];
extern const size_t option_count;

/* All of them as Status 3 shows them: words of 32 bits and 18 bytes of numbers
 * in hexadecimal, as JSON strings parted by commas; what has no row is 0
 * (tasmota.md A.3b). */
void options_put(const struct settings *settings, struct text *out);

#endif
