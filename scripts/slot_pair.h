/* One program, linked for slot A and for slot B: what makes their images differ
 * in nothing but words that hold slot addresses, and the check that it is so.
 * docs/flash.md says why. Called by the build only (mkimage.c, mkota.c). */
#ifndef SCRIPTS_SLOT_PAIR_H
#define SCRIPTS_SLOT_PAIR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "format/flash_map.h"

#define SLOT_DISTANCE (MAP_SLOT_B - MAP_SLOT_A)

/* Words behind the code in mapped flash that nobody reads. They look like
 * addresses in slot A, and so change between the slots as addresses do; which
 * ones they are makes the checksum of both images the same. Six are enough for
 * any difference. */
#define BALANCE_WORDS 6u

/* The words, as they are in slot A, for images whose checksums differ in these
 * bits without them. Those that are not needed are 0, in both slots. */
void slot_balance(uint8_t difference, uint32_t words[BALANCE_WORDS]);

/* Where the images differ. */
struct slot_pair {
    uint32_t *offsets; /* of words that hold slot addresses, ascending */
    uint32_t room;     /* the caller's; a word each */
    uint32_t count;
    char problem[160]; /* why they are no pair, for people */
};

/* Compare two images, both as long as size says and readable (image_read):
 * every word is the same, or holds an address in slot A in one and the same
 * place in slot B in the other. False with a problem that names segment and
 * offset. */
bool slot_pair_compare(const uint8_t *a, const uint8_t *b, size_t size,
                       struct slot_pair *out);

#endif
