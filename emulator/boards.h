/* The boards: one row each. What is wired where, from the boards' own facts
 * (teardowns, schematics, tasmota.md D.3), never from our firmware. Pure data:
 * port/posix uses the same rows for its wiring, the one arrow from firmware
 * into this folder. */
#ifndef EMULATOR_BOARDS_H
#define EMULATOR_BOARDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "format/control.h"

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

/* How many of the board's rows are parts. */
size_t board_part_count(const struct board *board);
/* Which part a press, release or switch line means: a button by its GPIO, a
 * switch by its number. False: the board has none such. */
bool board_part_for(const struct board *board, const struct control *control,
                    size_t *index);
/* A part's state in the words of events, `relay 1 on`. Buttons and switches say
 * their GPIO and number as control lines take them. room: 32 is enough. */
void board_part_text(const struct board_part *part, bool is_on, char *text,
                     size_t room);

#endif
