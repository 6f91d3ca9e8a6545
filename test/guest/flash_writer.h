/* What flash_writer.c does with the flash, step by step, for itself and for the
 * test that cuts its power at each (test/emulator/guest_cut_test.c). */
#ifndef TEST_GUEST_FLASH_WRITER_H
#define TEST_GUEST_FLASH_WRITER_H

#include <stdint.h>

#define WRITER_MOST 1024u /* bytes in one step */

struct writer_step {
    uint32_t address, size; /* size 0: the sector is erased */
    uint32_t salt;          /* of the words */
};

static const struct writer_step writer_steps[] = {
    {0xF7000, 0, 0},    {0xF7000, 4, 0},  /* one word */
    {0xF7004, 252, 0},                    /* the rest of its page */
    {0xF7100, 256, 0},                    /* a whole page */
    {0xF7280, 300, 0},                    /* over a page's end */
    {0xF7400, 1024, 0},                   /* four pages */
    {0xF7008, 8, 1},                      /* two words a second time */
    {0xF8000, 0, 0},    {0xF8FF0, 16, 0}, /* the sector's end */
    {0xF8000, 512, 0},  {0xF8200, 4, 0},
};

#define WRITER_STEPS (sizeof(writer_steps) / sizeof(writer_steps[0]))

/* The word that a step puts at an address. */
static inline uint32_t writer_word(uint32_t address, uint32_t salt)
{
    return (address + salt * 40503u) * 2654435761u;
}

#endif
