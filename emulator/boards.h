/* The boards: one row each. What is wired where, from the boards' own facts
 * (teardowns, schematics, tasmota.md D.3), never from our firmware. Pure data:
 * port/posix uses the same rows for its wiring, the one arrow from firmware
 * into this folder. */
#ifndef EMULATOR_BOARDS_H
#define EMULATOR_BOARDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum part_kind { PART_NONE, PART_BUTTON, PART_SWITCH, PART_RELAY, PART_LED };

struct board_part {
    enum part_kind kind;
    unsigned number; /* 1-based in its kind: relay 1, led 1, s2 = switch 1 */
    unsigned gpio;
    bool is_active_low; /* buttons and switches close to ground: true */
};

#define BOARD_PARTS 12

struct board {
    const char *name;  /* "mini", as in `pogo bench mini` */
    const char *title; /* "Sonoff Mini" */
    bool is_8285;
    uint32_t flash_size;
    uint32_t flash_jedec;
    uint8_t flash_modes;                  /* bit per enum flash_mode */
    struct board_part parts[BOARD_PARTS]; /* ends at PART_NONE */
    const char *note; /* a few words for people: chip, what is special */
};

extern const struct board boards[];
extern const size_t board_count;
const struct board *board_find(const char *name); /* NULL: none */

#endif
