/* What pogo does with a chip in download mode: find out what it is, read,
 * erase, write and digest its flash. Two ways lead to the flash, behind one
 * table: rom_path.c (the boot ROM alone) and stub_path.c (our program in its
 * RAM). The caller owns the context. Nothing is reported as written before its
 * digest was read back and compared. Prints nothing: it talks through the
 * callbacks.
 *
 * As a library (docs/examples/flash.c is a whole program):
 *
 *     static struct flasher f;
 *     struct flasher_config config = {.port = "/dev/ttyUSB0"};
 *     enum err e = flasher_open(&f, &config);
 *     if (e == ERR_NONE) {
 *         e = flasher_write(&f, 0, bytes, size);
 *         flasher_close(&f, e);
 *     }
 *     if (e != ERR_NONE)
 *         err_text(e), f.detail and err_hint(e) say what failed, with what,
 *         and what to try.
 *
 * After flasher_open f.chip says what is there. One context is one chip, of one
 * thread; several may be open at once, on ports of their own. Every call blocks
 * until its work is done or has failed; the callbacks come from within it and
 * must not call the flasher. Sizes are bytes, times milliseconds. All that is
 * wanted from outside stands above "between the flasher's files". To link:
 * libtool.a, libemulator.a (for bench:), libformat.a, and libcrypto, libz,
 * liblzma, libelf and libdw. */
#ifndef TOOL_FLASHER_H
#define TOOL_FLASHER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "format/err.h"
#include "tool/loader.h"

#define FLASHER_DETAIL 256u
#define FLASHER_BAUD 921600u /* default speed of the stub */

enum before { BEFORE_RESET, BEFORE_NO_RESET, BEFORE_NO_SYNC };
enum after { AFTER_HARD_RESET, AFTER_SOFT_RESET, AFTER_NO_RESET };

#define RESET_STEPS 32u
/* What to do with the lines, step by step: reset_parse. */
struct reset_step {
    bool dtr, rts;    /* asserted */
    unsigned wait_ms; /* after it */
};
struct reset_sequence {
    struct reset_step step[RESET_STEPS];
    unsigned count;
};
struct reset_memory {
    unsigned worked; /* enum reset_style + 1; 0: none yet */
};

struct flasher_config {
    const char *port;  /* as for -p; of a link of the caller's: its name */
    struct link *link; /* the caller's own, open (link.h); NULL: open port */
    unsigned baud;     /* 0: FLASHER_BAUD, stepping down when it fails */
    bool is_rom_only;  /* --no-stub */
    enum before before;
    enum after after;
    unsigned wait_ms; /* for the person at the device */
    /* A reset of the caller's own instead of those that pogo knows; NULL: none.
     */
    const struct reset_sequence *reset;
    /* Which of pogo's did it last time, to begin with: kept by the caller from
     * one chip to the next, zero at first. May be NULL. */
    struct reset_memory *memory;
    /* Talk for people: one line, no newline at its end. May be NULL. */
    void (*say)(void *ctx, const char *line);
    /* done of total bytes; what is a word like "write". May be NULL. */
    void (*progress)(void *ctx, const char *what, uint32_t done,
                     uint32_t total);
    void *ctx;
};

struct chip_info {
    uint8_t mac[6];
    uint32_t chip_id;
    bool is_8285;
    bool is_bench;          /* a virtual chip: format/mark.h */
    uint32_t embedded_size; /* flash inside an ESP8285; 0: unknown or none */
    unsigned crystal_mhz;   /* 26 or 40 */
    uint32_t jedec;         /* manufacturer | type << 8 | capacity << 16 */
    uint32_t flash_size;    /* bytes; 0: unknown */
    const char *maker;      /* of the flash; "unknown" */
};

struct flasher;

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

struct flasher {
    struct flasher_config config;
    struct link *link;
    struct loader loader;
    const struct flash_path *path;
    struct chip_info chip;
    unsigned baud, first_baud;
    bool has_answered;     /* there is a chip: SYNC was answered */
    bool has_asked;        /* a person was asked to hold the button */
    bool is_incomplete;    /* a write began and is not verified */
    struct heard heard;    /* while no loader answered */
    bool is_gone;          /* nothing answers any more */
    bool was_reset;        /* by the lines, as the last thing */
    uint64_t uart_hz;      /* the chip's UART clock; 0: not known yet */
    uint32_t spi_saved[3]; /* spi_regs.c */
    unsigned sectors, same_sectors; /* of the last flasher_write */
    char detail[FLASHER_DETAIL];    /* the concrete thing of the last error */
};

/* Open the port, get an answer, identify the chip, start the stub; where it
 * does not start say so and go on by the ROM. On failure all is closed again.
 */
MUST_USE enum err flasher_open(struct flasher *f,
                               const struct flasher_config *config);
/* Do what config.after says and close. result is the work's: only after
 * ERR_NONE does it say what was done, or how to leave download mode where the
 * port has no lines. */
void flasher_close(struct flasher *f, enum err result);

/* The same without closing: f->link is the caller's from then on. NULL when
 * it was closed before. */
struct link *flasher_leave(struct flasher *f, enum err result);

/* Any address and size within the flash. */
MUST_USE enum err flasher_read(struct flasher *f, uint32_t address,
                               uint8_t *out, uint32_t size);
/* Whole sectors: ERR_NOT_ALIGNED otherwise. */
MUST_USE enum err flasher_erase(struct flasher *f, uint32_t address,
                                uint32_t size);
MUST_USE enum err flasher_erase_chip(struct flasher *f);
/* Make the sectors hold the bytes, FF behind the last. By the stub, those that
 * do already are left alone: f->same_sectors tells how many. What was written
 * has been read back. address: a sector's. ERR_IMAGE_TOO_LARGE when it would go
 * beyond the flash. */
MUST_USE enum err flasher_write(struct flasher *f, uint32_t address,
                                const uint8_t *bytes, uint32_t size);
/* ERR_MISMATCH when the flash holds something else. */
MUST_USE enum err flasher_verify(struct flasher *f, uint32_t address,
                                 const uint8_t *bytes, uint32_t size);
void flasher_md5(const uint8_t *bytes, size_t size, uint8_t md5[16]);

/* ---- between the flasher's files ---- */

/* connect.c: get a SYNC answered, by lines or by a person's hand. */
MUST_USE enum err flasher_connect(struct flasher *f);
/* identify.c: ERR_NOT_ESP8266 when it is something else. */
MUST_USE enum err flasher_check_chip(struct flasher *f);
/* Fill f->chip; attaches the flash. */
MUST_USE enum err flasher_identify(struct flasher *f);
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
/* One or two commands in one packet. */
MUST_USE enum err spi_run(struct flasher *f, const struct spi_command *commands,
                          unsigned count);
/* What the last command brought in. */
MUST_USE enum err spi_result(struct flasher *f, unsigned words, uint32_t *out);

/* rom_path.c: whole words into erased sectors, from one's start on; not read
 * back. */
MUST_USE enum err rom_program(struct flasher *f, uint32_t address,
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

/* reset.c: the lines. */
enum reset_style {
    RESET_TIGHT,
    RESET_CLASSIC,
    RESET_TIGHT_SLOW,
    RESET_CLASSIC_SLOW,
    RESET_STYLES
};
MUST_USE enum err reset_to_loader(struct link *link, enum reset_style style);
MUST_USE enum err reset_to_program(struct link *link);
MUST_USE enum err reset_by(struct link *link,
                           const struct reset_sequence *sequence);
/* esptool's words for a reset, as in "D0|R1|W0.1|D1|R0|W0.05|D0": D and R set
 * DTR and RTS, U both at once ("U1,0"), W waits so many seconds. Both lines are
 * taken as not asserted before the first word. False: not such a text. */
bool reset_parse(const char *text, struct reset_sequence *out);

__attribute__((format(printf, 2, 3))) void flasher_say(struct flasher *f,
                                                       const char *format, ...);
__attribute__((format(printf, 3, 4))) enum err
flasher_fail(struct flasher *f, enum err e, const char *format, ...);
void flasher_progress(struct flasher *f, const char *what, uint32_t done,
                      uint32_t total);

#endif
