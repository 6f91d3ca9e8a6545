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
 * must not call the flasher. Sizes are bytes, times milliseconds. What its own
 * files share is in flasher_private.h. To link: libtool.a, libemulator.a (for
 * bench:), libformat.a, and libcrypto, libz, liblzma, libelf and libdw. */
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
/* What to do with the modem lines, step by step: reset_parse. */
struct reset_step {
    bool dtr, rts;    /* asserted */
    unsigned wait_ms; /* after it */
};
struct reset_sequence {
    struct reset_step step[RESET_STEPS];
    unsigned count;
};
/* Which of pogo's own resets worked. The flasher's business; zero: none yet. */
struct reset_memory {
    unsigned worked; /* enum reset_style + 1: flasher_private.h */
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

struct flash_path;

/* One chip. Zero or not, flasher_open fills it. */
struct flasher {
    /* To be read by its user: */
    struct chip_info chip;       /* after flasher_open */
    char detail[FLASHER_DETAIL]; /* the concrete thing of the last error */
    uint32_t differs_at;         /* of ERR_MISMATCH: that sector's address */
    unsigned baud;               /* at the moment */
    bool has_answered;           /* there is a chip: SYNC was answered */
    bool was_reset;              /* by the lines, as the last thing */
    bool has_begun;     /* since flasher_open something may have changed */
    bool is_worn;       /* a sector did not hold what was written twice */
    bool may_be_astray; /* by the ROM, on a bad line: other places, too */
    /* Of the last flasher_write or flasher_erase: */
    unsigned sectors, same_sectors;
    bool is_incomplete; /* it is not verified */
    bool is_erase;
    uint32_t write_from, write_until;
    uint32_t good_from, good_until; /* of it this holds what it should */

    /* Of the flasher's own files (flasher_private.h), and of jig.c. */
    struct flasher_config config;
    struct link *link;
    struct loader loader;
    const struct flash_path *path;
    unsigned first_baud;
    bool has_asked;        /* a person was asked to hold the button */
    struct heard heard;    /* while no loader answered */
    bool is_gone;          /* nothing answers any more */
    uint64_t uart_hz;      /* the chip's UART clock; 0: not known yet */
    uint32_t spi_saved[3]; /* spi_regs.c */
    bool has_spi_saved;
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

/* The same without closing: the link is the caller's from then on. NULL when
 * it was closed before. */
struct link *flasher_leave(struct flasher *f, enum err result);

/* Does pogo's own program run in the chip? Where it does, a digest of the flash
 * costs little; by the boot ROM alone it is a slow read. */
bool flasher_has_stub(const struct flasher *f);

/* Any size within the flash, from a multiple of 4 on. ERR_BAD_RANGE,
 * ERR_NOT_ALIGNED. */
MUST_USE enum err flasher_read(struct flasher *f, uint32_t address,
                               uint8_t *out, uint32_t size);
/* Whole sectors of 4096 bytes: ERR_NOT_ALIGNED otherwise. */
MUST_USE enum err flasher_erase(struct flasher *f, uint32_t address,
                                uint32_t size);
MUST_USE enum err flasher_erase_chip(struct flasher *f);
/* Make the sectors hold the bytes, FF behind the last. By the stub, those that
 * do already are left alone: f->same_sectors tells how many. What was written
 * has been read back. address: a sector's. ERR_IMAGE_TOO_LARGE when it would go
 * beyond the flash. */
MUST_USE enum err flasher_write(struct flasher *f, uint32_t address,
                                const uint8_t *bytes, uint32_t size);
#define FLASHER_ACCOUNT 160u
/* After a write or an erase that failed: what is on the flash, as in "0x01000
 * to 0x04fff hold it, the rest does not". */
void flasher_account(const struct flasher *f, char out[FLASHER_ACCOUNT]);
/* ERR_MISMATCH when the flash holds something else, f->differs_at tells from
 * which sector on. */
MUST_USE enum err flasher_verify(struct flasher *f, uint32_t address,
                                 const uint8_t *bytes, uint32_t size);
void flasher_md5(const uint8_t *bytes, size_t size, uint8_t md5[16]);

/* For those that work with a flasher: a line to config.say, and an error with
 * its detail, which is returned. Nothing is added to either. */
__attribute__((format(printf, 2, 3))) void flasher_say(struct flasher *f,
                                                       const char *format, ...);
__attribute__((format(printf, 3, 4))) enum err
flasher_fail(struct flasher *f, enum err e, const char *format, ...);

/* esptool's words for a reset, as in "D0|R1|W0.1|D1|R0|W0.05|D0": D and R set
 * DTR and RTS, U both at once ("U1,0"), W waits so many seconds. Both lines are
 * taken as not asserted before the first word. False: not such a text. */
bool reset_parse(const char *text, struct reset_sequence *out);

#endif
