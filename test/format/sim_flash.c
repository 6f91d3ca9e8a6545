/* A flash chip in memory whose power goes when a test wants it to. */
#include "test/format/sim_flash.h"

#include <stdlib.h>
#include <string.h>

#define BLANK 0xFFFFFFFFu
#define PAGE_WORDS (FLASH_PAGE_SIZE / 4)

/* splitmix64 (Steele, Lea and Flood, 2014). */
static uint32_t next(uint64_t *random)
{
    uint64_t z = *random += 0x9E3779B97F4A7C15u;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return (uint32_t)((z ^ (z >> 31)) >> 32);
}

uint32_t sim_below(uint64_t *random, uint32_t limit)
{
    return (uint32_t)(((uint64_t)next(random) * limit) >> 32);
}

/* The sector's number, or SIM_SECTORS. */
static unsigned look_for(const struct sim_flash *sim, uint32_t address)
{
    for (unsigned i = 0; i < sim->count; i++) {
        if (address - sim->address[i] < FLASH_SECTOR_SIZE)
            return i;
    }
    return SIM_SECTORS;
}

static void settle(struct sim_flash *sim, unsigned sector)
{
    memset(sim->used[sector], 0, sizeof(sim->used[sector]));
    for (uint32_t at = 0; at < SIM_WORDS; at++) {
        if (sim->word[sector][at] != BLANK)
            sim->used[sector][at / 32] |= 1u << at % 32;
    }
}

/* The number of a sector that is about to change; an address where none is
 * stops the program. */
static unsigned find(struct sim_flash *sim, uint32_t address)
{
    unsigned sector = look_for(sim, address);
    uint32_t start = address - address % FLASH_SECTOR_SIZE;
    if (sector < SIM_SECTORS)
        return sector;
    if (!sim->rest || address >= MAP_END)
        abort();
    sector = sim->count;
    sim_add(sim, start, 1);
    memcpy(sim->word[sector], sim->rest + start, FLASH_SECTOR_SIZE);
    settle(sim, sector);
    return sector;
}

/* ---- one word, one sector ---- */

static void program(struct sim_flash *sim, unsigned sector, uint32_t at,
                    uint32_t value)
{
    uint32_t *used = &sim->used[sector][at / 32], bit = 1u << at % 32;
    sim->violations += (*used & bit) != 0;
    if (sim->state[sector] == SIM_STUCK)
        return;
    *used |= bit;
    if (sim->state[sector] == SIM_WEAK && sim_below(&sim->random, 16) == 0)
        value |= value + 1; /* its lowest zero stays one */
    sim->word[sector][at] &= value;
}

/* At least one bit done and at least one not, where two are to be cleared. */
static uint32_t torn(struct sim_flash *sim, uint32_t value)
{
    uint32_t clears = ~value, done = clears & next(&sim->random);
    if (done == 0)
        done = clears & (0u - clears);
    if (done == clears)
        done &= done - 1;
    return ~done;
}

/* Words of the page that power leaves: done, torn, or not begun. */
static void scatter(struct sim_flash *sim, unsigned sector, uint32_t at,
                    const uint32_t *values, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        uint32_t chance = sim_below(&sim->random, 4);
        if (chance == 0)
            program(sim, sector, at + i, torn(sim, values[i]));
        else if (chance == 1)
            program(sim, sector, at + i, values[i]);
    }
}

static void tear_erase(struct sim_flash *sim, unsigned sector)
{
    uint32_t share = sim_below(&sim->random, 256);
    for (uint32_t at = 0; at < SIM_WORDS; at++) {
        uint32_t *word = &sim->word[sector][at];
        bool is_done = sim->tear == SIM_TORN     ? at < SIM_WORDS / 2
                       : sim->tear == SIM_SECOND ? at >= SIM_WORDS / 2
                                                 : false;
        if (sim->tear == SIM_SCATTERED) {
            uint32_t chance = sim_below(&sim->random, 256);
            is_done = chance < share;
            if (!is_done && chance < share + 32)
                *word |= next(&sim->random);
        }
        if (is_done)
            *word = BLANK;
    }
    settle(sim, sector); /* what reads blank can't be told from what is */
}

/* Is this the operation at which power goes? */
static bool is_cut(struct sim_flash *sim)
{
    if (++sim->ops != sim->cut_at)
        return false;
    sim->has_power = false;
    return true;
}

/* ---- struct flash ---- */

static bool is_right(struct sim_flash *sim, uint32_t address, const void *data,
                     size_t size)
{
    bool right = address % 4 == 0 && size % 4 == 0 && (uintptr_t)data % 4 == 0;
    sim->violations += !right;
    return right;
}

static const uint8_t *look_at(struct sim_flash *sim, uint32_t address)
{
    if (look_for(sim, address) == SIM_SECTORS && sim->rest && address < MAP_END)
        return sim->rest + address;
    return sim_bytes(sim, address);
}

static enum err read(const struct flash *flash, uint32_t address, void *data,
                     size_t size)
{
    struct sim_flash *sim = flash->ctx;
    if (!sim->has_power || !is_right(sim, address, data, size))
        return ERR_IO;
    uint8_t *to = data;
    for (size_t piece = 0; size > 0; size -= piece) {
        size_t left = FLASH_SECTOR_SIZE - address % FLASH_SECTOR_SIZE;
        piece = size < left ? size : left;
        memcpy(to, look_at(sim, address), piece);
        to += piece;
        address += (uint32_t)piece;
    }
    return ERR_NONE;
}

static void leave_write(struct sim_flash *sim, uint32_t address,
                        const uint32_t *values, uint32_t count)
{
    unsigned sector = find(sim, address);
    uint32_t at = address / 4 % SIM_WORDS;
    uint32_t in_page = PAGE_WORDS - at % PAGE_WORDS;
    if (sim->tear == SIM_BEFORE)
        return;
    program(sim, sector, at,
            sim->tear == SIM_SECOND ? values[0] : torn(sim, values[0]));
    if (sim->tear != SIM_TORN)
        scatter(sim, sector, at + 1, values + 1,
                (count < in_page ? count : in_page) - 1);
}

static enum err write(const struct flash *flash, uint32_t address,
                      const void *data, size_t size)
{
    struct sim_flash *sim = flash->ctx;
    const uint32_t *values = data;
    if (!sim->has_power || !is_right(sim, address, data, size))
        return ERR_IO;
    for (uint32_t i = 0; i < size / 4; i++, address += 4) {
        if (is_cut(sim)) {
            leave_write(sim, address, values + i, (uint32_t)size / 4 - i);
            return ERR_IO;
        }
        program(sim, find(sim, address), address / 4 % SIM_WORDS, values[i]);
    }
    return ERR_NONE;
}

static enum err erase(const struct flash *flash, uint32_t address)
{
    struct sim_flash *sim = flash->ctx;
    unsigned sector = find(sim, address);
    sim->violations += address % FLASH_SECTOR_SIZE != 0;
    if (!sim->has_power)
        return ERR_IO;
    if (is_cut(sim)) {
        if (sim->tear != SIM_BEFORE && sim->state[sector] != SIM_STUCK)
            tear_erase(sim, sector);
        return ERR_IO;
    }
    sim->erases[sector]++;
    if (sim->state[sector] != SIM_STUCK) {
        memset(sim->word[sector], 0xFF, sizeof(sim->word[sector]));
        memset(sim->used[sector], 0, sizeof(sim->used[sector]));
    }
    return ERR_NONE;
}

struct flash sim_flash(struct sim_flash *sim)
{
    return (struct flash){read, write, erase, sim};
}

/* ---- for tests ---- */

void sim_start(struct sim_flash *sim, uint64_t seed)
{
    memset(sim, 0, sizeof(*sim));
    sim->has_power = true;
    sim->random = seed;
}

void sim_add(struct sim_flash *sim, uint32_t address, unsigned sectors)
{
    for (; sectors > 0; sectors--, address += FLASH_SECTOR_SIZE) {
        if (sim->count == SIM_SECTORS)
            abort();
        memset(sim->word[sim->count], 0xFF, sizeof(sim->word[0]));
        sim->address[sim->count++] = address;
    }
}

void sim_cut(struct sim_flash *sim, unsigned n, enum sim_tear tear)
{
    sim->ops = 0;
    sim->cut_at = n;
    sim->tear = tear;
}

void sim_power(struct sim_flash *sim)
{
    sim->has_power = true;
    sim->ops = sim->cut_at = 0;
}

uint8_t *sim_bytes(struct sim_flash *sim, uint32_t address)
{
    return (uint8_t *)sim->word[find(sim, address)] +
           address % FLASH_SECTOR_SIZE;
}

void sim_settle(struct sim_flash *sim)
{
    for (unsigned i = 0; i < sim->count; i++)
        settle(sim, i);
}
