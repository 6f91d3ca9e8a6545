/* The inside of the bus, for bus.c and the CPU only: the fast ways by which a
 * memory access runs without a function call, and the bytes that code is
 * fetched from. DRAM, the only memory with narrow accesses, is one range. Words
 * elsewhere have page rows: a row answers "is this plain memory?" with one
 * compare, as its tag is the page's address and the bits that make an access
 * unaligned stay in the compared value. What neither way finds (registers,
 * faults, pages that hold decoded code) goes the slow way, through bus_read8
 * and its kin. */
#ifndef EMULATOR_BUS_PRIVATE_H
#define EMULATOR_BUS_PRIVATE_H

#include "emulator/bus.h"

#define PAGE_BITS 12u
#define PAGE_SIZE (1u << PAGE_BITS)
#define PAGE_MASK (PAGE_SIZE - 1u)
/* IRAM and the flash window have distinct low nine bits of their page numbers,
 * so a row is never shared. */
#define PAGE_ROWS 512u
#define PAGE_NONE 4u /* a tag no access compares equal to */

struct page {
    uint32_t tag;
    uint8_t *host; /* where the page's first byte is */
};

enum page_use { PAGE_READ, PAGE_WRITE };
#define PAGE_USES 2

struct rom_word {
    uint32_t address, value;
};
#define ROM_WORDS 8

/* Which device answered at an address lately: searching all rows takes longer
 * than most registers do. */
struct recent_device {
    uint32_t address; /* of a word */
    struct bus_device *device;
};
#define RECENT_DEVICES 64u

struct bus {
    struct page page[PAGE_USES][PAGE_ROWS];
    uint8_t dram[DRAM_SIZE];
    uint8_t iram[IRAM_SIZE];
    /* One bit per 32-bit word of IRAM that decoded blocks were made from, and
     * one byte per page: such pages have no write row. */
    uint8_t code_words[IRAM_SIZE / 32];
    uint8_t code_pages[IRAM_SIZE / PAGE_SIZE];
    uint32_t iram_size; /* less than IRAM_SIZE while part of it is cache */
    const uint8_t *flash;
    uint32_t flash_size;
    struct rom_word rom_word[ROM_WORDS];
    unsigned rom_words;
    struct bus_device *devices;
    struct recent_device recent[RECENT_DEVICES]; /* by word address */
    /* The CPU: drop decoded blocks over these addresses. */
    void (*forget)(void *ctx, uint32_t address, uint32_t size);
    void *forget_ctx;
};

/* Whether 1 << shift bytes at address are DRAM and aligned. Turned by shift,
 * the bits that must be zero are on top, so that one compare is enough. */
static inline bool bus_is_dram(uint32_t address, unsigned shift)
{
    uint32_t offset = address - DRAM_BASE;
    uint32_t turned = offset >> shift | offset << (32 - shift) % 32;
    return __builtin_expect(turned < DRAM_SIZE >> shift, 1);
}

/* The host's bytes for an access of 1 << shift bytes, or NULL when it must go
 * the slow way. */
static inline uint8_t *bus_dram(struct bus *bus, uint32_t address,
                                unsigned shift)
{
    return bus_is_dram(address, shift) ? bus->dram + (address - DRAM_BASE)
                                       : NULL;
}

/* The same for a word that is not in DRAM. */
static inline uint8_t *bus_page(const struct bus *bus, enum page_use use,
                                uint32_t address)
{
    const struct page *page =
        &bus->page[use][(address >> PAGE_BITS) & (PAGE_ROWS - 1)];
    if (__builtin_expect(page->tag != (address & (~PAGE_MASK | 3)), 0))
        return NULL;
    return page->host + (address & PAGE_MASK);
}

/* The same for a word anywhere. */
static inline uint8_t *bus_word(struct bus *bus, enum page_use use,
                                uint32_t address)
{
    return bus_is_dram(address, 2) ? bus->dram + (address - DRAM_BASE)
                                   : bus_page(bus, use, address);
}

/* Bytes that can be executed at address, up to *size of them in one piece, or
 * NULL: then a fetch faults with *fault. */
const uint8_t *bus_code(const struct bus *bus, uint32_t address, uint32_t *size,
                        enum fault *fault);
/* Decoded code was made from these bytes: catch writes to them. */
void bus_guard_code(struct bus *bus, uint32_t address, uint32_t size);

#endif
