/* A board on the bench: a chip with its buttons, contacts, relays, LEDs, supply
 * and adapter lines, driven by control lines (format/control.h) and answering
 * with event lines. No sockets, no host clock and no files but the flash: the
 * servers around it are in tool/bench_*.c. */
#ifndef EMULATOR_BENCH_H
#define EMULATOR_BENCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "emulator/boards.h"
#include "emulator/chip.h"
#include "format/control.h"

struct bench_config {
    const struct board *board;
    uint32_t flash_size;                 /* 0: the board's */
    const char *flash_file;              /* NULL: memory only */
    const struct flash_base *flash_base; /* flash_chip.h; NULL: blank memory */
    struct block_pool *pool;             /* block_pool.h; NULL: none */
    uint8_t mac[6];         /* all zero: a default made from the seed */
    bool is_holding_button; /* the first button is down from the start */
    bool is_puya;
    uint32_t flash_id; /* maker | type << 8; 0: the board's, or Puya's */
    bool is_posing_as_hardware;
    uint32_t seed; /* of all chance: faults, RAM noise, the default MAC */
    const struct elf_image *elf; /* elf_image.h; the caller's; NULL: none */
    struct trace *trace;         /* trace.h; the caller's; NULL: none */
    const struct air *air;       /* format/air.h; is copied; NULL: empty */
    uint32_t address; /* chip.h: its own, of loopback; 0: 127.80.0.1 */
    const struct net_host *net; /* net.h; the caller's; NULL: nobody there */
    bool is_off; /* power stays off until a power line; else it is on at open */
};

#define BENCH_EVENT_ROOM 4160u /* of any event line, its NUL included */

struct bench_sink {
    /* One event line, without newline; ms since the start. */
    void (*event)(void *ctx, uint64_t ms, const char *line);
    /* A byte from the chip's UART0, garbled already if bauds differ. */
    void (*serial)(void *ctx, uint8_t byte);
    /* The same byte as the chip sent it, whatever the adapter's baud; for
     * scripts that wait for console text. May be NULL, as all of them. */
    void (*console)(void *ctx, uint8_t byte);
    void *ctx;
};

struct bench; /* private to bench.c */

MUST_USE enum err bench_open(const struct bench_config *config,
                             const struct bench_sink *sink, struct bench **out);
void bench_close(struct bench *bench);
struct chip *bench_chip(struct bench *bench);
/* The event line `report stack …`: what the program has used, if it has started
 * Espressif's SDK. For the end of a session. */
void bench_report(struct bench *bench);

/* Acting lines (power, press, release, switch, dtr, rts, console, the faults,
 * show) take effect at once; sleep, expect, refute and `at` are the caller's
 * loop's business (script.c does them for virtual time). */
MUST_USE enum err bench_do(struct bench *bench, const struct control *control);

/* Run until `cycle` (absolute, clock units). */
void bench_run(struct bench *bench, uint64_t cycle);
uint64_t bench_now(const struct bench *bench);

/* Nothing will happen before bench_next(): the chip waits, is held in reset,
 * was stopped, or has no power. For a loop that paces or skips time. */
bool bench_is_idle(const struct bench *bench);
/* When the next event is due, patient ones (clock.h) left out or not;
 * CLOCK_NEVER when there is none. */
uint64_t bench_next(const struct bench *bench, bool with_patient);

/* The serial adapter's side. Over RFC 2217 lines are direct: EN = not RTS,
 * GPIO0 = not DTR. The circuit form is the two transistors with a slow EN. */
size_t bench_serial_send(struct bench *bench, const uint8_t *data, size_t size);
/* Is the serial adapter there? After `unplug` it is not: what is sent is lost,
 * both ways, and its lines drive nothing. The chip keeps its power. */
bool bench_is_plugged(const struct bench *bench);
/* How often it was pulled out, so that nobody misses a short time. */
unsigned bench_unplugs(const struct bench *bench);
void bench_serial_baud(struct bench *bench, unsigned baud);
void bench_lines_direct(struct bench *bench, bool dtr, bool rts);
void bench_lines_circuit(struct bench *bench, bool dtr, bool rts);

#endif
