/* What can go wrong in a flash chip: power that goes in the middle of a program
 * or an erase, sectors that are stuck or worn, words that are programmed twice.
 * flash_chip.c calls the hooks; bench_faults.c and tests set the faults.
 * All of it follows from config.seed, the number of the operation and the time.
 *
 * A program that loses power (on the device's side: at most 256 bytes) leaves
 * some of its words done, some untouched and one torn, with some of its bits
 * programmed; how many are done depends on how far it was. An erase leaves
 * words that are as before, words that are FF, and words in between whose bits
 * are unstable: they read anew each time through SPI and settle anew at each
 * power-on (the cache, which maps the cells, shows them as settled). A full
 * erase, or programming the bit to 0, makes a bit sound again. */
#ifndef EMULATOR_FLASH_FAULT_H
#define EMULATOR_FLASH_FAULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "emulator/clock.h"

struct flash_chip;

enum fault_outcome {
    FAULT_TORN,   /* power goes while the operation runs */
    FAULT_BEFORE, /* the operation does not begin */
    FAULT_AFTER   /* it is complete, nothing follows it */
};

enum fault_sector {
    SECTOR_FINE,
    SECTOR_STUCK, /* programs and erases take their time and change nothing */
    SECTOR_WORN   /* each program leaves one or more wrong bits */
};

struct flash_fault {
    /* Power must go, now; NULL: only the flash chip loses it. */
    void (*cut)(void *ctx);
    /* "cut torn program 0x07B000", "rewrite 0x0F7010 words 1". May be NULL. */
    void (*event)(void *ctx, const char *line);
    void *ctx;

    bool is_dead;      /* answers nothing, does nothing */
    bool is_strict;    /* say when a word is programmed twice */
    uint64_t rewrites; /* words programmed that were not blank */

    /* The rest is private to flash_fault.c. */
    uint32_t cut_in; /* this many operations on, power is cut; 0: not */
    enum fault_outcome outcome;
    struct clock_event cut_event;
    bool is_cut_due; /* the operation that has begun is the one */
    bool is_dying;   /* nothing begins any more until power comes back */
    bool is_erase;   /* the last operation: what, where, from when till when */
    uint32_t address, size;
    uint64_t begun, until;
    uint8_t *old;      /* what its range held before; room for the whole chip */
    uint8_t *unstable; /* a mask for each byte of the chip */
    bool has_unstable;
    uint8_t *sector; /* enum fault_sector of each */
    unsigned power_ons;
};

/* Cut power at the n-th (1: the next) program or erase from now. 0: don't. */
void flash_fault_cut(struct flash_chip *flash, uint32_t n,
                     enum fault_outcome outcome);
/* False when there is no such sector (of 4 KB). */
bool flash_fault_sector(struct flash_chip *flash, uint32_t sector,
                        enum fault_sector state);
/* Some bits of the sector become unstable, as after an erase that was broken
 * off; or all are sound again. False when there is no such sector. */
bool flash_fault_weak(struct flash_chip *flash, uint32_t sector, bool is_weak);

/* ---- hooks for flash_chip.c and flash_file.c ---- */

bool flash_fault_init(struct flash_chip *flash);
void flash_fault_free(struct flash_chip *flash);
/* Power goes or comes; what runs is torn. */
void flash_fault_power(struct flash_chip *flash, bool is_on);
/* An operation on [address, address + size) is about to change the cells.
 * False: power is cut before it. */
bool flash_fault_begin(struct flash_chip *flash, uint32_t address,
                       uint32_t size, bool is_erase);
/* The cells of the page have changed: `size` bytes from `address` on, wrapping
 * in the page. Or those of an erase. */
void flash_fault_programmed(struct flash_chip *flash, uint32_t address,
                            size_t size);
void flash_fault_erased(struct flash_chip *flash);
/* busy_until is known. */
void flash_fault_run(struct flash_chip *flash);
/* SPI has read these bytes: unstable ones change. Both lie within the chip. */
void flash_fault_read(const struct flash_chip *flash, uint32_t address,
                      uint8_t *data, size_t size);

#endif
