/* A virtual Sonoff Mini with our image, for tests that take its power away: the
 * bench (emulator/bench.h) in virtual time, what its console has said, and when
 * its relay moved. Nothing here outlives the process, so a fork() of it is a
 * second device in the same state. */
#ifndef TEST_POWER_MACHINE_H
#define TEST_POWER_MACHINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "emulator/bench.h"
#include "format/slot_record.h"

#define MACHINE_TEXT 32768u /* of console text; the beginning is dropped */

struct machine {
    struct bench *bench;
    uint64_t power_ms; /* when power came last */
    uint64_t relay_ms; /* when the relay went on after that, or 0 */
    bool is_cut;       /* power went in a flash operation */
    bool is_damaged;   /* since power came it said that settings are */
    unsigned moves;    /* how often the relay has changed */
    uint64_t moved;    /* the cycle of the last time */
    bool may_crash;    /* an image that does is no problem */
    bool shows_ap;     /* at the last `show` */
    unsigned restarts; /* since power came; the start itself is none */
    char problem[200]; /* "" or the first line that no device may say */
    char cut[80];      /* "cut torn erase 0x0F7000" */
    /* Called after each step of time, for who talks to it (peer.h). */
    void (*between)(void *ctx);
    void *ctx;
    size_t size; /* of text */
    char text[MACHINE_TEXT + 1];
};

/* Open: blank flash, no power. The flash file's folder is $B, or build. */
void machine_open(struct machine *m, bool is_puya, uint32_t seed);
/* The same with networks around it, and with somebody in them; the caller's. */
void machine_open_in(struct machine *m, bool is_puya, uint32_t seed,
                     const struct air *air, const struct net_host *net);
void machine_close(struct machine *m);
/* The whole flash, MAP_END bytes; to be changed while power is off only. */
uint8_t *machine_cells(struct machine *m);
/* A file of the build into bytes; ends the test when it can't be read. Returns
 * its size. */
size_t machine_file(const char *name, uint8_t *bytes, size_t room);
/* Write a file at address as flashers do: only what it covers is erased. */
void machine_flash(struct machine *m, uint32_t address, const char *name);

/* Power on, what was said is forgotten; power off. */
void machine_on(struct machine *m);
void machine_off(struct machine *m);
/* Any control line (docs/bench-control.md). */
void machine_do(struct machine *m, const char *line);

/* These return false when power was cut, or has been cut before. */

bool machine_run(struct machine *m, unsigned ms);
/* Until the console has said this, since it was last forgotten. False also when
 * it is not said in time. */
bool machine_wait(struct machine *m, const char *words, unsigned ms);
/* Type a line. */
bool machine_say(struct machine *m, const char *line);
/* Type a line and wait for an answer that has these words in it; the rest of
 * its line is in reply (may be NULL). */
bool machine_ask(struct machine *m, const char *line, const char *words,
                 char *reply, size_t room);
void machine_forget(struct machine *m);

/* Its access point for set-up is there. */
bool machine_shows_ap(struct machine *m);
/* Which slot's code has run last. */
enum slot machine_slot(struct machine *m);
struct slot_record machine_record(struct machine *m, enum slot slot);
/* It has a record, and the bytes that this record tells of. */
bool machine_is_verified(struct machine *m);
/* Words programmed twice without an erase, so far. */
uint64_t machine_rewrites(struct machine *m);

#endif
