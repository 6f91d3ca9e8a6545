/* What the flasher's own files share: the two ways to the flash, the steps of
 * a connection, SPI commands. Not for its users, who have flasher.h; of
 * the tool's other files only flash_status.c sends SPI commands and
 * first_install.c asks for digests by this. Errors as in flasher.h. */
#ifndef TOOL_FLASHER_PRIVATE_H
#define TOOL_FLASHER_PRIVATE_H

#include "tool/flasher.h"
#include "tool/reset.h"

/* What one sector shall hold: size bytes, FF behind them. bytes NULL: FF only.
 */
struct flash_sector {
    uint32_t address;
    const uint8_t *bytes;
    uint32_t size; /* 1 to 4096 */
};

/* One SPI command of the flash chip. Sizes in bytes. */
struct spi_command {
    uint8_t opcode;
    uint8_t address_size; /* 0, 3, or 4: with a dummy byte (SFDP) */
    uint32_t address;
    uint8_t out_size; /* up to 63 */
    uint8_t in_size;  /* up to 63 */
    uint8_t out[4];
    bool is_after_busy; /* wait until the flash is idle first */
};
#define SPI_COMMANDS_MAX 16u

/* A way to the flash. Addresses lie within the flash. */
struct flash_path {
    const char *name;
    /* Multiples of 4. */
    enum err (*read)(struct flasher *f, uint32_t address, uint8_t *out,
                     uint32_t size);
    /* Erase, program and read back each of the sectors, in order of their
     * addresses. */
    enum err (*write)(struct flasher *f, const struct flash_sector *sectors,
                      unsigned count);
    /* CRC-32 of each 4 KB from a sector's start on, and of the rest. */
    enum err (*digests)(struct flasher *f, uint32_t address, uint32_t size,
                        uint32_t *crc);
    /* All in one round trip where the other side can do that; what comes in,
     * one command's after the other's, goes to in. */
    enum err (*spi)(struct flasher *f, const struct spi_command *commands,
                    unsigned count, uint8_t *in);
    enum err (*restart)(struct flasher *f); /* software reset */
};

extern const struct flash_path rom_path;
extern const struct flash_path stub_path;

/* connect.c: get a SYNC answered, by lines or by a person's hand. */
MUST_USE enum err flasher_connect(struct flasher *f);
/* identify.c: ERR_NOT_ESP8266 when it is something else. */
MUST_USE enum err flasher_check_chip(struct flasher *f);
/* Fill f->chip; attaches the flash. */
MUST_USE enum err flasher_identify(struct flasher *f);
/* The ROM's pins to the flash; erases nothing, whatever the line does. */
MUST_USE enum err flasher_attach(struct flasher *f);
/* stub_start.c: upload and start the stub, change the speed. */
MUST_USE enum err flasher_start_stub(struct flasher *f);
/* Both sides; steps down by itself when the line does not carry it. */
MUST_USE enum err flasher_set_baud(struct flasher *f, unsigned baud);
/* protection.c: lift the flash chip's own write protection, and say so.
 * ERR_FLASH_FAILED when it is locked. */
MUST_USE enum err flasher_unprotect(struct flasher *f);
/* spi_regs.c: SPI flash commands through SPI0's registers, for the ROM alone.
 * Remember and put back the registers that the commands change: the ROM's own
 * flash functions count on them. */
MUST_USE enum err spi_save(struct flasher *f);
MUST_USE enum err spi_restore(struct flasher *f);
/* One command that changes nothing: it may run again after a line fault. */
MUST_USE enum err spi_run(struct flasher *f, const struct spi_command *command);
/* One that does: WRITE ENABLE and the command, after its address was read back.
 * Does not wait until it is done. ERR_TIMEOUT: it never arrives undamaged. */
MUST_USE enum err spi_change(struct flasher *f,
                             const struct spi_command *command);
/* What the last command brought in. */
MUST_USE enum err spi_result(struct flasher *f, unsigned words, uint32_t *out);

/* rom_path.c: words by the SPI registers, up to 4 KB; looked at once. */
MUST_USE enum err rom_read_once(struct flasher *f, uint32_t address,
                                uint8_t *out, uint32_t size);
/* The same, on a line that has damaged something until it is sure. */
MUST_USE enum err rom_read_piece(struct flasher *f, uint32_t address,
                                 uint8_t *out, uint32_t size);
/* After silence: a register that was written by mistake may have stopped the
 * ROM. By the lines, or to a loader that started again by itself. */
MUST_USE enum err rom_reconnect(struct flasher *f);
/* Until the flash chip is not busy; *status is its first register then. */
MUST_USE enum err rom_wait_idle(struct flasher *f, uint32_t *status);
/* rom_write.c: as in struct flash_path. */
MUST_USE enum err rom_write(struct flasher *f,
                            const struct flash_sector *sectors, unsigned count);
/* Whole words into erased sectors, from one's start on; not read back. */
MUST_USE enum err rom_program(struct flasher *f, uint32_t address,
                              const uint8_t *bytes, uint32_t size);
/* bad_sector.c: ERR_FLASH_FAILED of a sector that was written twice and has so
 * many wrong bytes. */
MUST_USE enum err flasher_bad_sector(struct flasher *f, uint32_t address,
                                     uint32_t wrong);
/* Of these bytes, which were read from `at` bytes behind its start on. */
uint32_t flasher_count_wrong(const struct flash_sector *sector, uint32_t at,
                             const uint8_t *bytes, uint32_t size);
/* stub_write.c, stub_read.c: as in struct flash_path. */
MUST_USE enum err stub_write(struct flasher *f,
                             const struct flash_sector *sectors,
                             unsigned count);
MUST_USE enum err stub_read(struct flasher *f, uint32_t address, uint8_t *out,
                            uint32_t size);
/* stub_path.c: CRC-32s of a few sectors in one round trip. */
MUST_USE enum err stub_looks(struct flasher *f, const uint32_t *address,
                             unsigned count, uint32_t *crc);
/* A request of numbers, again after a lost or damaged frame. */
MUST_USE enum err stub_ask(struct flasher *f, uint8_t op,
                           const uint32_t *numbers, unsigned count,
                           size_t *got);

/* Many words, in as many requests of (first, how much) as it takes; one word
 * for each unit of total and its rest. */
MUST_USE enum err stub_ask_words(struct flasher *f, uint8_t op, uint32_t first,
                                 uint32_t unit, uint32_t total, uint32_t *out);

/* CRC-32 of a sector as it shall be, with the FF behind its bytes. */
uint32_t flasher_sector_crc(const struct flash_sector *sector);

/* connect_words.c: what the person at the device is told. */
void connect_ask(struct flasher *f);
/* What is heard, once for each kind; is_turn_over: also what could have been
 * the beginning of an answer. */
void connect_tell(struct flasher *f, bool is_turn_over);
/* Why there was no answer: the error with its detail. */
MUST_USE enum err connect_explain(struct flasher *f, unsigned waited_ms);

void flasher_progress(struct flasher *f, const char *what, uint32_t done,
                      uint32_t total);

#endif
