#include "emulator/bus_private.h"

#include <stdlib.h>
#include <string.h>

#include "format/bytes.h"

#define ROM_MAGIC_ADDRESS 0x40001000u /* esptool knows the chip by it: A8 */
#define ROM_MAGIC 0xFFF0C101u

/* Who answers an address that is not plain memory. */
enum region_kind {
    REGION_DRAM,
    REGION_ROM,
    REGION_IRAM,
    REGION_FLASH,
    REGION_ABSORB,
    REGION_DEVICE
};

/* clang-format off */
/* chip.md G2; where no row matches, nothing answers: 28 and 29. A device range
 * with no device attached at the address is unmapped as well. The busiest come
 * first. */
static const struct region {
    uint32_t first, last;
    enum region_kind kind;
} regions[] = {
    {DRAM_BASE,   DRAM_BASE + DRAM_SIZE - 1, REGION_DRAM},
    {0x60000000u, 0x6FFFFFFFu,               REGION_DEVICE},
    {IRAM_BASE,   IRAM_BASE + IRAM_SIZE - 1, REGION_IRAM},
    {IROM_BASE,   IROM_BASE + IROM_SIZE - 1, REGION_FLASH},
    {0x3FF00000u, 0x3FF7FFFFu,               REGION_DEVICE},
    {ROM_BASE,    ROM_BASE + ROM_SIZE - 1,   REGION_ROM},
    {0x400C0000u, 0x400CFFFFu,               REGION_ABSORB},
    {0x50000000u, 0x5000FFFFu,               REGION_ABSORB},
};
/* clang-format on */

static const struct region *region_of(uint32_t address)
{
    for (size_t i = 0; i < sizeof regions / sizeof regions[0]; i++)
        if (address >= regions[i].first && address <= regions[i].last)
            return &regions[i];
    return NULL;
}

static void set_page(struct bus *bus, enum page_use use, uint32_t address,
                     uint8_t *host)
{
    uint32_t row = (address >> PAGE_BITS) & (PAGE_ROWS - 1);
    bus->page[use][row] = (struct page){.tag = address, .host = host};
}

static void clear_page(struct bus *bus, enum page_use use, uint32_t address)
{
    uint32_t row = (address >> PAGE_BITS) & (PAGE_ROWS - 1);
    bus->page[use][row] = (struct page){.tag = PAGE_NONE};
}

static void map_iram(struct bus *bus)
{
    for (uint32_t at = 0; at < IRAM_SIZE; at += PAGE_SIZE) {
        clear_page(bus, PAGE_READ, IRAM_BASE + at);
        clear_page(bus, PAGE_WRITE, IRAM_BASE + at);
        if (at >= bus->iram_size)
            continue;
        set_page(bus, PAGE_READ, IRAM_BASE + at, bus->iram + at);
        if (!bus->code_pages[at / PAGE_SIZE])
            set_page(bus, PAGE_WRITE, IRAM_BASE + at, bus->iram + at);
    }
}

static void forget(struct bus *bus, uint32_t address, uint32_t size)
{
    if (bus->forget)
        bus->forget(bus->forget_ctx, address, size);
}

/* Blocks over this page are gone; plain writes may go the fast way again. */
static void release_page(struct bus *bus, uint32_t page)
{
    uint32_t at = page * PAGE_SIZE;
    forget(bus, IRAM_BASE + at, PAGE_SIZE);
    bus->code_pages[page] = 0;
    memset(bus->code_words + at / 32, 0, PAGE_SIZE / 32);
    if (at < bus->iram_size)
        set_page(bus, PAGE_WRITE, IRAM_BASE + at, bus->iram + at);
}

static bool is_code_word(const struct bus *bus, uint32_t offset)
{
    return bus->code_words[offset / 32] >> (offset / 4 % 8) & 1;
}

/* Called before bytes of IRAM change. */
static void iram_changes(struct bus *bus, uint32_t offset, uint32_t size)
{
    for (uint32_t at = offset & ~3u; at < offset + size; at += 4)
        if (is_code_word(bus, at))
            release_page(bus, at / PAGE_SIZE);
}

struct bus *bus_new(void)
{
    struct bus *bus = calloc(1, sizeof *bus);
    if (!bus)
        return NULL;
    for (int use = 0; use < PAGE_USES; use++)
        for (unsigned i = 0; i < PAGE_ROWS; i++)
            bus->page[use][i].tag = PAGE_NONE;
    bus->iram_size = IRAM_SIZE;
    map_iram(bus);
    bus_set_rom_word(bus, ROM_MAGIC_ADDRESS, ROM_MAGIC);
    return bus;
}

void bus_free(struct bus *bus)
{
    free(bus);
}

void bus_attach(struct bus *bus, struct bus_device *device)
{
    device->next = bus->devices;
    bus->devices = device;
    memset(bus->recent, 0, sizeof bus->recent);
}

void bus_set_rom_word(struct bus *bus, uint32_t address, uint32_t value)
{
    unsigned i = 0;
    while (i < bus->rom_words && bus->rom_word[i].address != address)
        i++;
    if (i == ROM_WORDS)
        return;
    if (i == bus->rom_words)
        bus->rom_words++;
    bus->rom_word[i] = (struct rom_word){address, value};
}

void bus_power_up(struct bus *bus, uint32_t seed)
{
    uint32_t noise = seed ? seed : 1;
    for (uint32_t at = 0; at < DRAM_SIZE + IRAM_SIZE; at += 4) {
        noise ^= noise << 13;
        noise ^= noise >> 17;
        noise ^= noise << 5;
        put_u32le(at < DRAM_SIZE ? bus->dram + at
                                 : bus->iram + (at - DRAM_SIZE),
                  noise);
    }
    for (uint32_t page = 0; page < IRAM_SIZE / PAGE_SIZE; page++)
        release_page(bus, page);
}

void bus_map_flash(struct bus *bus, const uint8_t *flash, uint32_t size,
                   bool is_32k)
{
    /* Rows are shared with writable pages; the flash window gets none for
     * writing, so its bytes are never written through this pointer. */
    uint8_t *host = (uint8_t *)(uintptr_t)flash;
    bus->flash = flash;
    bus->flash_size = flash ? size : 0;
    for (uint32_t at = 0; at < IROM_SIZE; at += PAGE_SIZE) {
        if (flash)
            set_page(bus, PAGE_READ, IROM_BASE + at, host + at % size);
        else
            clear_page(bus, PAGE_READ, IROM_BASE + at);
    }
    forget(bus, IROM_BASE, IROM_SIZE);
    uint32_t iram_size = !flash ? IRAM_SIZE : is_32k ? 0x8000u : 0xC000u;
    if (iram_size == bus->iram_size)
        return;
    bus->iram_size = iram_size;
    map_iram(bus);
    forget(bus, IRAM_BASE + 0x8000u, 0x8000u);
}

void bus_fence_flash(struct bus *bus, bool is_fenced)
{
    struct page *row =
        &bus->page[PAGE_READ][(IROM_BASE >> PAGE_BITS) & (PAGE_ROWS - 1)];
    bool is_shown = bus->flash && !is_fenced;
    for (uint32_t at = 0; at < IROM_SIZE; at += PAGE_SIZE)
        (row++)->tag = is_shown ? IROM_BASE + at : PAGE_NONE;
}

void bus_flash_changed(struct bus *bus, uint32_t offset, uint32_t size)
{
    if (!bus->flash || size == 0)
        return;
    /* A flash smaller than the window shows more than once in it. */
    for (uint64_t at = offset; at < IROM_SIZE; at += bus->flash_size) {
        uint64_t room = IROM_SIZE - at;
        forget(bus, IROM_BASE + (uint32_t)at,
               size < room ? size : (uint32_t)room);
    }
}

const uint8_t *bus_code(const struct bus *bus, uint32_t address, uint32_t *size,
                        enum fault *fault)
{
    uint32_t offset = address - IRAM_BASE;
    if (offset < bus->iram_size) {
        *size = bus->iram_size - offset;
        return bus->iram + offset;
    }
    offset = address - IROM_BASE;
    if (offset < IROM_SIZE && bus->flash) {
        offset %= bus->flash_size;
        *size = bus->flash_size - offset;
        return bus->flash + offset;
    }
    /* The ROM's start-up takes the right to execute from the lowest 512 MB. */
    *fault = address < 0x20000000u ? FAULT_FETCH_PROHIBITED : FAULT_FETCH;
    return NULL;
}

void bus_guard_code(struct bus *bus, uint32_t address, uint32_t size)
{
    uint32_t offset = address - IRAM_BASE;
    if (offset >= IRAM_SIZE)
        return;
    uint32_t end = offset + size < IRAM_SIZE ? offset + size : IRAM_SIZE;
    for (uint32_t at = offset & ~3u; at < end; at += 4) {
        uint32_t page = at / PAGE_SIZE;
        bus->code_words[at / 32] |= (uint8_t)(1u << (at / 4 % 8));
        bus->code_pages[page] = 1;
        clear_page(bus, PAGE_WRITE, IRAM_BASE + page * PAGE_SIZE);
    }
}

static struct bus_device *find_device(const struct bus *bus, uint32_t address)
{
    for (struct bus_device *d = bus->devices; d; d = d->next)
        if (address - d->base < d->size)
            return d;
    return NULL;
}

/* Who answers the word at address, or NULL. */
static struct bus_device *device_at(struct bus *bus, uint32_t address)
{
    struct recent_device *recent = &bus->recent[address / 4 % RECENT_DEVICES];
    if (recent->address != address)
        *recent = (struct recent_device){address, find_device(bus, address)};
    return recent->device;
}

static uint32_t rom_read(const struct bus *bus, uint32_t address)
{
    for (unsigned i = 0; i < bus->rom_words; i++)
        if (bus->rom_word[i].address == address)
            return bus->rom_word[i].value;
    return 0;
}

/* A register holds a word: narrow reads take their bytes out of it. */
static enum fault read_device(struct bus *bus, uint32_t address, uint32_t *out)
{
    struct bus_device *device = device_at(bus, address & ~3u);
    if (!device)
        return FAULT_LOAD_PROHIBITED;
    uint32_t word = device->read(device->ctx, (address & ~3u) - device->base);
    *out = word >> (8 * (address & 3));
    return FAULT_NONE;
}

/* Narrow writes put their bytes where they belong and zero beside them; the
 * register is not read first, because reading may have effects. */
static enum fault write_device(struct bus *bus, uint32_t address,
                               uint32_t value)
{
    struct bus_device *device = device_at(bus, address & ~3u);
    if (!device)
        return FAULT_STORE_PROHIBITED;
    device->write(device->ctx, (address & ~3u) - device->base,
                  value << (8 * (address & 3)));
    return FAULT_NONE;
}

/* size is 1, 2 or 4; the result may have rubbish above it. On a fault *out is
 * untouched. */
static enum fault read_any(struct bus *bus, uint32_t address, uint32_t size,
                           uint32_t *out)
{
    const struct region *region = region_of(address);
    if (address & (size - 1))
        return FAULT_UNALIGNED;
    if (!region)
        return FAULT_LOAD_PROHIBITED;
    switch (region->kind) {
    case REGION_DRAM:
        *out = get_u32le(bus->dram + ((address - DRAM_BASE) & ~3u)) >>
               (8 * (address & 3));
        return FAULT_NONE;
    case REGION_DEVICE:
        return read_device(bus, address, out);
    case REGION_ABSORB:
        *out = 0;
        return FAULT_NONE;
    case REGION_ROM:
        if (size != 4)
            return FAULT_LOAD_STORE;
        *out = rom_read(bus, address);
        return FAULT_NONE;
    case REGION_IRAM:
    case REGION_FLASH:
        break;
    }
    const uint8_t *host = bus_page(bus, PAGE_READ, address);
    if (size != 4 || !host)
        return FAULT_LOAD_STORE;
    *out = get_u32le(host);
    return FAULT_NONE;
}

static enum fault write_iram(struct bus *bus, uint32_t address, uint32_t size,
                             uint32_t value)
{
    uint32_t offset = address - IRAM_BASE;
    if (size != 4 || offset >= bus->iram_size)
        return FAULT_LOAD_STORE;
    iram_changes(bus, offset, 4);
    put_u32le(bus->iram + offset, value);
    return FAULT_NONE;
}

static enum fault write_any(struct bus *bus, uint32_t address, uint32_t size,
                            uint32_t value)
{
    const struct region *region = region_of(address);
    if (address & (size - 1))
        return FAULT_UNALIGNED;
    if (!region)
        return FAULT_STORE_PROHIBITED;
    switch (region->kind) {
    case REGION_DRAM:
        for (uint32_t i = 0; i < size; i++)
            bus->dram[address - DRAM_BASE + i] = (uint8_t)(value >> (8 * i));
        return FAULT_NONE;
    case REGION_DEVICE:
        return write_device(bus, address, value);
    case REGION_ABSORB:
        return FAULT_NONE;
    case REGION_IRAM:
        return write_iram(bus, address, size, value);
    case REGION_ROM:
    case REGION_FLASH:
        break;
    }
    return FAULT_LOAD_STORE;
}

enum fault bus_read8(struct bus *bus, uint32_t address, uint32_t *out)
{
    uint32_t word = 0;
    enum fault fault = read_any(bus, address, 1, &word);
    if (fault == FAULT_NONE)
        *out = word & 0xFFu;
    return fault;
}

enum fault bus_read16(struct bus *bus, uint32_t address, uint32_t *out)
{
    uint32_t word = 0;
    enum fault fault = read_any(bus, address, 2, &word);
    if (fault == FAULT_NONE)
        *out = word & 0xFFFFu;
    return fault;
}

enum fault bus_read32(struct bus *bus, uint32_t address, uint32_t *out)
{
    return read_any(bus, address, 4, out);
}

enum fault bus_write8(struct bus *bus, uint32_t address, uint32_t value)
{
    return write_any(bus, address, 1, value & 0xFFu);
}

enum fault bus_write16(struct bus *bus, uint32_t address, uint32_t value)
{
    return write_any(bus, address, 2, value & 0xFFFFu);
}

enum fault bus_write32(struct bus *bus, uint32_t address, uint32_t value)
{
    return write_any(bus, address, 4, value);
}

/* Whether [address, address+size) lies wholly in the size bytes at base. */
static bool is_within(uint32_t address, size_t size, uint32_t base,
                      uint32_t room)
{
    uint32_t offset = address - base;
    return offset <= room && size <= room - offset;
}

bool bus_copy_out(struct bus *bus, uint32_t address, void *to, size_t size)
{
    if (size == 0)
        return true;
    if (is_within(address, size, DRAM_BASE, DRAM_SIZE)) {
        memcpy(to, bus->dram + (address - DRAM_BASE), size);
    } else if (is_within(address, size, IRAM_BASE, bus->iram_size)) {
        memcpy(to, bus->iram + (address - IRAM_BASE), size);
    } else if (bus->flash && is_within(address, size, IROM_BASE, IROM_SIZE)) {
        uint32_t offset = address - IROM_BASE;
        for (size_t i = 0; i < size; i++)
            ((uint8_t *)to)[i] = bus->flash[(offset + i) % bus->flash_size];
    } else {
        return false;
    }
    return true;
}

bool bus_copy_in(struct bus *bus, uint32_t address, const void *from,
                 size_t size)
{
    if (size == 0)
        return true;
    if (is_within(address, size, DRAM_BASE, DRAM_SIZE)) {
        memcpy(bus->dram + (address - DRAM_BASE), from, size);
    } else if (is_within(address, size, IRAM_BASE, bus->iram_size)) {
        iram_changes(bus, address - IRAM_BASE, (uint32_t)size);
        memcpy(bus->iram + (address - IRAM_BASE), from, size);
    } else {
        return false;
    }
    return true;
}
