/* Faults of the flash chip: torn operations, planned cuts, odd sectors, words
 * programmed twice. */
#include "emulator/flash_fault.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emulator/fault.h"
#include "emulator/flash_chip_private.h"
#include "format/bytes.h"

#define PAGE 256u
#define SECTOR 0x1000u
#define WORD 4u
#define BLANK 0xFFFFFFFFu
/* Of 256: the share of words that an erase has under way at any moment. */
#define EDGE 32u
/* One byte in so many that are programmed into a worn sector goes wrong. */
#define WORN_ONE_IN 16u
/* The unstable bits of a weak sector: four in each 64 bytes. */
#define WEAK_STEP 64u
#define WEAK_BITS 0x55u

static void say(struct flash_chip *flash, const char *what)
{
    const struct flash_fault *fault = &flash->fault;
    char line[80];
    snprintf(line, sizeof line, "cut %s %s 0x%06X", what,
             fault->is_erase ? "erase" : "program", fault->address);
    if (fault->event)
        fault->event(fault->ctx, line);
}

/* The number of the operation makes each one's chance its own. */
static void start_random(const struct flash_chip *flash,
                         struct fault_random *random)
{
    fault_random_start(random, fault_hash(flash->config.seed,
                                          flash->programs + flash->erases,
                                          flash->fault.address));
}

/* ---- the operation that power leaves ---- */

/* A word whose programming broke off: at least one bit of those that change
 * did, and at least one did not. */
static uint32_t torn_word(uint32_t old, uint32_t new, uint32_t chance)
{
    uint32_t changing = old ^ new;
    uint32_t done = changing & chance;
    if (done == 0)
        done = changing & (0u - changing);
    if (done == changing)
        done &= done - 1;
    return old ^ done;
}

static uint32_t count_changing(const struct flash_chip *flash)
{
    const struct flash_fault *fault = &flash->fault;
    uint32_t count = 0;
    for (uint32_t at = 0; at < fault->size; at += WORD)
        count += memcmp(flash->data + fault->address + at, fault->old + at,
                        WORD) != 0;
    return count;
}

static void tear_program(struct flash_chip *flash, uint32_t progress,
                         struct fault_random *random)
{
    const struct flash_fault *fault = &flash->fault;
    uint32_t count = count_changing(flash), number = 0;
    uint32_t torn = count ? fault_random_below(random, count) : 0;
    for (uint32_t at = 0; at < fault->size; at += WORD) {
        uint8_t *cell = flash->data + fault->address + at;
        uint32_t new = get_u32le(cell), old = get_u32le(fault->old + at);
        if (new == old)
            continue;
        uint32_t chance = fault_random_next(random);
        if (number++ == torn)
            put_u32le(cell, torn_word(old, new, chance));
        else if ((chance & 0xFF) >= progress)
            put_u32le(cell, old);
    }
}

static void tear_erase(struct flash_chip *flash, uint32_t progress,
                       struct fault_random *random)
{
    struct flash_fault *fault = &flash->fault;
    for (uint32_t at = 0; at < fault->size; at += WORD) {
        uint8_t *cell = flash->data + fault->address + at;
        uint32_t old = get_u32le(fault->old + at);
        uint32_t place = fault_random_next(random) & 0xFF;
        if (get_u32le(cell) == old || place < progress)
            continue;
        put_u32le(cell, old);
        if (place >= progress + EDGE)
            continue;
        uint32_t mask = fault_random_next(random);
        put_u32le(cell, (old & ~mask) | (fault_random_next(random) & mask));
        put_u32le(fault->unstable + fault->address + at, mask);
        fault->has_unstable = true;
    }
}

static void tear(struct flash_chip *flash)
{
    struct flash_fault *fault = &flash->fault;
    struct fault_random random;
    uint64_t spent = flash->clock->now - fault->begun;
    uint32_t progress = (uint32_t)(spent * 256 / (fault->until - fault->begun));
    start_random(flash, &random);
    if (fault->is_erase)
        tear_erase(flash, progress, &random);
    else
        tear_program(flash, progress, &random);
    say(flash, "torn");
    if (flash->changed)
        flash->changed(flash->changed_ctx, fault->address, fault->size);
}

/* ---- unstable bits ---- */

/* What the unstable bits of the byte at address are, this time. */
static uint8_t settled(const struct flash_chip *flash, uint32_t address,
                       uint8_t byte, uint64_t time)
{
    uint8_t mask = flash->fault.unstable[address];
    uint8_t chance = (uint8_t)fault_hash(flash->config.seed, address, time);
    return (uint8_t)((byte & ~mask) | (chance & mask));
}

void flash_fault_read(const struct flash_chip *flash, uint32_t address,
                      uint8_t *data, size_t size)
{
    if (!flash->fault.has_unstable)
        return;
    for (size_t i = 0; i < size; i++)
        if (flash->fault.unstable[address + i])
            data[i] = settled(flash, address + (uint32_t)i, data[i],
                              flash->clock->now);
}

static void settle_all(struct flash_chip *flash)
{
    struct flash_fault *fault = &flash->fault;
    fault->has_unstable = false;
    for (uint32_t at = 0; at < flash->config.size; at++) {
        if (!fault->unstable[at])
            continue;
        fault->has_unstable = true;
        flash->data[at] = settled(flash, at, flash->data[at], fault->power_ons);
        if (flash->changed)
            flash->changed(flash->changed_ctx, at, 1);
    }
}

/* ---- power ---- */

void flash_fault_power(struct flash_chip *flash, bool is_on)
{
    struct flash_fault *fault = &flash->fault;
    clock_cancel(flash->clock, &fault->cut_event);
    if (flash->clock->now < fault->until)
        tear(flash);
    fault->until = 0;
    fault->is_cut_due = false;
    fault->is_dying = false;
    if (is_on && !flash->has_power) {
        fault->power_ons++;
        if (fault->has_unstable)
            settle_all(flash);
    }
}

static void cut_now(void *ctx)
{
    struct flash_chip *flash = ctx;
    if (flash->fault.cut)
        flash->fault.cut(flash->fault.ctx);
    else
        flash_chip_power(flash, false);
}

void flash_fault_cut(struct flash_chip *flash, uint32_t n,
                     enum fault_outcome outcome)
{
    flash->fault.cut_in = n;
    flash->fault.outcome = outcome;
}

/* ---- an operation ---- */

bool flash_fault_begin(struct flash_chip *flash, uint32_t address,
                       uint32_t size, bool is_erase)
{
    struct flash_fault *fault = &flash->fault;
    if (fault->is_dying)
        return false;
    fault->address = address;
    fault->size = size;
    fault->is_erase = is_erase;
    fault->is_cut_due = fault->cut_in != 0 && --fault->cut_in == 0;
    if (fault->is_cut_due && fault->outcome == FAULT_BEFORE) {
        fault->is_dying = true;
        say(flash, "before");
        clock_in(flash->clock, &fault->cut_event, 0);
        return false;
    }
    memcpy(fault->old, flash->data + address, size);
    return true;
}

void flash_fault_run(struct flash_chip *flash)
{
    struct flash_fault *fault = &flash->fault;
    fault->begun = flash->clock->now;
    fault->until = flash->busy_until;
    if (!fault->is_cut_due)
        return;
    uint64_t when = fault->until;
    if (fault->outcome == FAULT_TORN) {
        uint64_t chance = fault_hash(
            flash->config.seed, flash->programs + flash->erases, fault->begun);
        when = fault->begun + 1 + chance % (fault->until - fault->begun - 1);
    } else {
        say(flash, "after");
    }
    clock_at(flash->clock, &fault->cut_event, when);
}

/* ---- words programmed twice ---- */

/* Bytes [from, to) of the page are programmed, in this piece. A word counts
 * when it held something, or when nobody can say what it holds. */
static uint32_t count_rewrites(const struct flash_chip *flash, uint32_t from,
                               uint32_t to, uint32_t *first)
{
    const struct flash_fault *fault = &flash->fault;
    uint32_t count = 0;
    for (uint32_t at = from & ~(WORD - 1); at < to; at += WORD) {
        if (get_u32le(fault->old + at) == BLANK &&
            get_u32le(fault->unstable + fault->address + at) == 0)
            continue;
        if (count++ == 0)
            *first = fault->address + at;
    }
    return count;
}

static void note_rewrites(struct flash_chip *flash, uint32_t from,
                          uint32_t size)
{
    struct flash_fault *fault = &flash->fault;
    uint32_t over = from + size > PAGE ? from + size - PAGE : 0;
    uint32_t first = 0, again = 0;
    uint32_t count = count_rewrites(flash, from, from + size - over, &first);
    count += count_rewrites(flash, 0, over, count ? &again : &first);
    fault->rewrites += count;
    if (count && fault->is_strict && fault->event) {
        char line[80];
        snprintf(line, sizeof line, "rewrite 0x%06X words %u", first, count);
        fault->event(fault->ctx, line);
    }
}

/* ---- what a program or an erase leaves in odd sectors ---- */

static void wear(struct flash_chip *flash, uint32_t from, uint32_t size)
{
    struct fault_random random;
    start_random(flash, &random);
    uint32_t sure = fault_random_below(&random, size);
    for (uint32_t i = 0; i < size; i++) {
        uint32_t chance = fault_random_next(&random);
        uint8_t *cell =
            flash->data + flash->fault.address + ((from + i) & (PAGE - 1));
        if (i == sure || chance >> 8 < (1u << 24) / WORN_ONE_IN)
            *cell = (uint8_t)(*cell ^ 1u << (chance & 7));
    }
}

void flash_fault_programmed(struct flash_chip *flash, uint32_t address,
                            size_t size)
{
    struct flash_fault *fault = &flash->fault;
    uint32_t from = address & (PAGE - 1);
    note_rewrites(flash, from, (uint32_t)size);
    switch ((enum fault_sector)fault->sector[fault->address / SECTOR]) {
    case SECTOR_STUCK:
        memcpy(flash->data + fault->address, fault->old, fault->size);
        return;
    case SECTOR_WORN:
        wear(flash, from, (uint32_t)size);
        break;
    case SECTOR_FINE:
        break;
    }
    for (uint32_t i = 0; fault->has_unstable && i < size; i++) {
        uint32_t at = fault->address + ((from + i) & (PAGE - 1));
        /* Puya's programs erase first; others make only zeros sound. */
        fault->unstable[at] =
            flash->config.is_puya ? 0 : fault->unstable[at] & flash->data[at];
    }
}

void flash_fault_erased(struct flash_chip *flash)
{
    struct flash_fault *fault = &flash->fault;
    for (uint32_t at = 0; at < fault->size; at += SECTOR) {
        uint32_t address = fault->address + at;
        if (fault->sector[address / SECTOR] == SECTOR_STUCK)
            memcpy(flash->data + address, fault->old + at, SECTOR);
        else if (fault->has_unstable)
            memset(fault->unstable + address, 0, SECTOR);
    }
}

bool flash_fault_sector(struct flash_chip *flash, uint32_t sector,
                        enum fault_sector state)
{
    if (sector >= flash->config.size / SECTOR)
        return false;
    flash->fault.sector[sector] = (uint8_t)state;
    return true;
}

bool flash_fault_weak(struct flash_chip *flash, uint32_t sector, bool is_weak)
{
    struct flash_fault *fault = &flash->fault;
    if (sector >= flash->config.size / SECTOR)
        return false;
    for (uint32_t at = 0; at < SECTOR; at += WEAK_STEP)
        fault->unstable[sector * SECTOR + at] = is_weak ? WEAK_BITS : 0;
    fault->has_unstable |= is_weak;
    return true;
}

/* ---- life ---- */

bool flash_fault_init(struct flash_chip *flash)
{
    struct flash_fault *fault = &flash->fault;
    uint32_t size = flash->config.size;
    fault->cut_event = (struct clock_event){.fn = cut_now, .ctx = flash};
    /* calloc: pages that no fault touches take no memory. */
    fault->old = calloc(1, size);
    fault->unstable = calloc(1, size);
    fault->sector = calloc(1, size / SECTOR);
    return fault->old && fault->unstable && fault->sector;
}

void flash_fault_free(struct flash_chip *flash)
{
    free(flash->fault.old);
    free(flash->fault.unstable);
    free(flash->fault.sector);
    flash->fault.old = flash->fault.unstable = flash->fault.sector = NULL;
}
