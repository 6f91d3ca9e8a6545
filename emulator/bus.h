/* The memory map: RAM and flash pages by table, peripherals by register range.
 * Gives the chip's own faults: which accesses fault, and with which cause, is
 * in bus.c's region table (sources: chip.md G1, G2). */
#ifndef EMULATOR_BUS_H
#define EMULATOR_BUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Xtensa EXCCAUSE values that a data access or fetch can give. */
enum fault {
    FAULT_NONE = -1,
    FAULT_ILLEGAL = 0,
    FAULT_SYSCALL = 1,
    FAULT_FETCH = 2,
    FAULT_LOAD_STORE = 3, /* 8- or 16-bit access to IRAM or mapped flash */
    FAULT_LEVEL1 = 4,
    FAULT_UNALIGNED = 9,
    FAULT_FETCH_PROHIBITED = 20,
    FAULT_LOAD_PROHIBITED = 28,
    FAULT_STORE_PROHIBITED = 29
};

#define DRAM_BASE 0x3FFE8000u
#define DRAM_SIZE 0x18000u /* up to 0x3FFFFFFF: 80 KB user, 16 KB ROM/SDK */
#define ROM_BASE 0x40000000u
#define ROM_SIZE 0x10000u
#define IRAM_BASE 0x40100000u
#define IRAM_SIZE 0x10000u /* the upper 32 KB become flash cache */
#define IROM_BASE 0x40200000u
#define IROM_SIZE 0x100000u
#define SDK_BASE 0x40300000u /* natives of the NonOS SDK: on the bench only */
#define SDK_SIZE 0x10000u

/* A peripheral's registers. Offsets are from the range's base, multiples of
 * four; narrower accesses are widened by the bus as the chip does. */
struct bus_device {
    const char *name;
    uint32_t base;
    uint32_t size;
    uint32_t (*read)(void *ctx, uint32_t offset);
    void (*write)(void *ctx, uint32_t offset, uint32_t value);
    void *ctx;
    struct bus_device *next;
};

struct bus; /* page tables, RAM; private to bus.c */

struct bus *bus_new(void); /* NULL when out of memory; RAM is zeroed */
void bus_free(struct bus *bus);
/* The caller owns the device row. */
void bus_attach(struct bus *bus, struct bus_device *device);
/* Fill RAM with power-up noise (seeded, repeatable). RTC memory is not here. */
void bus_power_up(struct bus *bus, uint32_t seed);

/* What a 32-bit read of boot ROM gives at this address (at most 8 such words;
 * chip_init sets format/mark.h's unless posing as hardware). 0x40001000 reads
 * 0xFFF0C101 from the start; all other words read 0. Value 0 takes one back. */
void bus_set_rom_word(struct bus *bus, uint32_t address, uint32_t value);

/* Show 1 MB of flash content at IROM_BASE (the Cache_Read_Enable mapping), or
 * nothing when flash is NULL: then the window faults (cause 2 on fetch, 3 on
 * load) and the upper 32 KB of IRAM are RAM again. `is_32k` gives the cache
 * both 16 KB banks, else only 0x4010C000-0x4010FFFF. */
void bus_map_flash(struct bus *bus, const uint8_t *flash, uint32_t size,
                   bool is_32k);
/* Word loads from the flash window fault (cause 3) as narrow ones do; natives
 * still read it. Or they don't again. */
void bus_fence_flash(struct bus *bus, bool is_fenced);
/* Bytes in mapped flash were changed from outside the CPU (flash programmed or
 * erased): forget decoded blocks over them. offset is within the window. */
void bus_flash_changed(struct bus *bus, uint32_t offset, uint32_t size);

/* Accesses as the CPU makes them. FAULT_NONE or the cause. */
enum fault bus_read8(struct bus *bus, uint32_t address, uint32_t *out);
enum fault bus_read16(struct bus *bus, uint32_t address, uint32_t *out);
enum fault bus_read32(struct bus *bus, uint32_t address, uint32_t *out);
enum fault bus_write8(struct bus *bus, uint32_t address, uint32_t value);
enum fault bus_write16(struct bus *bus, uint32_t address, uint32_t value);
enum fault bus_write32(struct bus *bus, uint32_t address, uint32_t value);

/* Accesses by natives: any alignment and width, RAM, IRAM and mapped flash
 * only. False when any byte is outside; nothing is then copied. Peripheral
 * registers are not reached this way. */
bool bus_copy_out(struct bus *bus, uint32_t address, void *to, size_t size);
bool bus_copy_in(struct bus *bus, uint32_t address, const void *from,
                 size_t size);

#endif
