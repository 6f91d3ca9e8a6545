/* A flash chip in memory whose power goes at the n-th operation: torn words,
 * half erases. Strict: it counts every word that is programmed twice between
 * erases, and every use that struct flash forbids. A copy of the struct is a
 * copy of the chip. Only the sectors that a test names exist; or, with `rest`,
 * the whole chip does, and those that change are kept here. */
#ifndef TEST_FORMAT_SIM_FLASH_H
#define TEST_FORMAT_SIM_FLASH_H

#include <stdbool.h>
#include <stdint.h>

#include "format/flash.h"
#include "format/flash_map.h"

#define SIM_SECTORS 24u
#define SIM_WORDS (FLASH_SECTOR_SIZE / 4)

/* What the operation that power leaves has done. One operation is an erase, or
 * one word of a write. */
enum sim_tear {
    SIM_BEFORE,    /* nothing */
    SIM_TORN,      /* some bits of the word; the sector's first half */
    SIM_SCATTERED, /* and words after it in the page, done or torn; sectors:
                      words old, blank or in between, in any order */
    SIM_SECOND,    /* the word whole, its page scattered; the second half */
    SIM_TEARS
};

/* What is wrong with a sector for ever. */
enum sim_sector {
    SIM_FINE,
    SIM_STUCK, /* nothing changes it any more */
    SIM_WEAK   /* one word in sixteen does not take what is programmed */
};

struct sim_flash {
    uint32_t address[SIM_SECTORS]; /* of the sectors that exist */
    enum sim_sector state[SIM_SECTORS];
    unsigned erases[SIM_SECTORS];
    unsigned count;
    uint32_t word[SIM_SECTORS][SIM_WORDS];
    /* Bit per word: programmed since it was erased. */
    uint32_t used[SIM_SECTORS][SIM_WORDS / 32];
    const uint8_t *rest; /* MAP_END bytes, what all other sectors hold; NULL:
                            there are no others. Kept by pointer */
    bool has_power;
    unsigned ops;    /* since power came */
    unsigned cut_at; /* power goes at this operation, from 1; 0: never */
    enum sim_tear tear;
    uint64_t random;
    unsigned violations; /* of the strict rules */
};

/* Blank, with power, without any sector. */
void sim_start(struct sim_flash *sim, uint64_t seed);
void sim_add(struct sim_flash *sim, uint32_t address, unsigned sectors);
/* As the modules see it. */
struct flash sim_flash(struct sim_flash *sim);

/* Power goes at operation n after now (1: the next). */
void sim_cut(struct sim_flash *sim, unsigned n, enum sim_tear tear);
/* Power comes (again), for good. */
void sim_power(struct sim_flash *sim);

/* The bytes of a sector that exists or, with `rest`, from now on is one of
 * those kept here, past all rules. */
uint8_t *sim_bytes(struct sim_flash *sim, uint32_t address);
/* After sim_bytes was written to: words that are not blank are in use. */
void sim_settle(struct sim_flash *sim);

/* A number below limit, seeded and repeatable. */
uint32_t sim_below(uint64_t *random, uint32_t limit);

#endif
