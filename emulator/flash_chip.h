/* The SPI NOR flash chip: content, commands, busy times. Content may be a file
 * mapped into memory, so it survives the bench. Times are the typical ones of
 * the datasheets (chip.md F3) in virtual time. */
#ifndef EMULATOR_FLASH_CHIP_H
#define EMULATOR_FLASH_CHIP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "emulator/clock.h"
#include "emulator/flash_fault.h"
#include "format/err.h"

/* Flash modes as in the ESP image header, byte 2. */
enum flash_mode { MODE_QIO = 0, MODE_QOUT = 1, MODE_DIO = 2, MODE_DOUT = 3 };

/* What several chips hold at first, once in memory: each keeps its own changes
 * to itself, and they are gone at the end. */
struct flash_base;
/* The content of a file, which is only read, filled up with FF to `size` bytes;
 * NULL: blank. ERR_FILE_OPEN, ERR_IMAGE_TOO_LARGE, ERR_MEMORY, ERR_IO. */
MUST_USE enum err flash_base_open(const char *file, uint32_t size,
                                  struct flash_base **out);
void flash_base_close(struct flash_base *base); /* the last user is gone */

struct flash_chip_config {
    uint32_t size;  /* bytes: 512 KB to 4 MB, a power of two */
    uint32_t jedec; /* manufacturer | type<<8 | capacity<<16 */
    uint8_t modes;  /* bit per enum flash_mode the wiring can do; a read in
                       another mode gives rubbish */
    bool is_puya;   /* programming overwrites instead of AND-ing; slow pages */
    const char *file; /* keeps the content; NULL: memory only, starts blank.
                         A new or shorter file is filled up with FF; errors:
                         flash_chip_init. */
    const struct flash_base *base; /* of this size; when file is NULL */
    uint32_t seed;                 /* of faults: emulator/flash_fault.h */
};

enum flash_work {
    FLASH_IDLE,
    FLASH_READ,
    FLASH_PROGRAM,
    FLASH_ERASE,
    FLASH_WRITE_STATUS
};

/* For whoever draws what the chip does. A read takes no time here (the
 * line's clock is the controller's: spi.c, rom_spi.c); FLASH_IDLE
 * says that what was going on is broken off. */
struct flash_probe {
    void (*work)(void *ctx, enum flash_work work, uint32_t address,
                 uint64_t cycles); /* NULL: nobody does */
    void *ctx;
};

struct flash_chip {
    struct flash_chip_config config;
    uint8_t *data;
    struct clock *clock;
    uint64_t busy_until;
    uint8_t status[3]; /* RDSR 05, 35, 15; bit 0 of [0] is computed: busy */
    bool is_write_enabled;
    uint8_t unique_id[8];
    bool has_power;
    uint64_t reads, programs, erases; /* operations so far */
    /* Called after content changed. */
    void (*changed)(void *ctx, uint32_t address, uint32_t size);
    void *changed_ctx;
    struct flash_probe probe;
    int fd;                 /* of config.file, or -1 */
    bool is_mapped;         /* data is a mapping, of a file or the base */
    uint8_t status_kept[3]; /* non-volatile part of status */
    bool is_volatile_write; /* 50 was sent: the next status write is volatile */
    bool is_asleep;         /* B9; only AB wakes it */
    bool is_reset_armed;    /* 66 was sent */
    struct flash_fault fault;
};

/* Of a file, which then is as it was: ERR_FILE_OPEN, ERR_FILE_KIND (folder or
 * device), ERR_FILE_BUSY (another chip has it, also in another process),
 * ERR_FLASH_FILE (shorter than the flash, not empty, and its first byte is
 * neither E9 nor FF), ERR_IMAGE_TOO_LARGE, ERR_DISK_FULL, ERR_IO. */
MUST_USE enum err flash_chip_init(struct flash_chip *flash, struct clock *clock,
                                  const struct flash_chip_config *config);
void flash_chip_free(struct flash_chip *flash);
/* A program or erase that runs when power goes is torn (flash_fault.h). */
void flash_chip_power(struct flash_chip *flash, bool is_on);

bool flash_chip_is_busy(const struct flash_chip *flash);
/* Plain reads (command 03): right in every mode. Addresses wrap at size. */
void flash_chip_read(const struct flash_chip *flash, uint32_t address,
                     void *out, size_t size);
/* As the cache and the boot loader read: rubbish when the wiring can't do the
 * mode (an ESP8285 whose image says QIO). */
void flash_chip_read_mode(const struct flash_chip *flash, enum flash_mode mode,
                          uint32_t address, void *out, size_t size);
/* One page program, at most 256 bytes, wraps in the page. Ignored (false) when
 * busy, not write-enabled or protected; clears write enable. */
bool flash_chip_program(struct flash_chip *flash, uint32_t address,
                        const void *data, size_t size);
/* Erase 4 KB, 32 KB, 64 KB around address, or the whole chip (size 0). */
bool flash_chip_erase(struct flash_chip *flash, uint32_t address,
                      uint32_t size);
/* Any SPI command as clocked in by the controller: opcode, optional 24-bit
 * address, bytes out and bytes in (03 0B 02 06 04 05 35 15 01 31 11 20 52 D8 60
 * C7 9F 90 AB 4B 5A 66 99 B9 ...). Unknown ones answer FF. */
void flash_chip_command(struct flash_chip *flash, uint8_t opcode,
                        uint32_t address, const uint8_t *out, size_t out_size,
                        uint8_t *in, size_t in_size);
/* How many bytes (address and dummies) the chip wants clocked in after this
 * opcode before it answers. */
unsigned flash_chip_lead(uint8_t opcode);

#endif
