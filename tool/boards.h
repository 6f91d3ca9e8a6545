/* The boards that pogo knows, for whoever has one in hand: a row each. What is
 * said of pads comes from the source named in the row; where none is known the
 * row says nothing of their order. Templates and modules: Tasmota's numbers
 * (tasmota.md D.3, report 1 for the Mini). */
#ifndef TOOL_BOARDS_H
#define TOOL_BOARDS_H

#include <stdbool.h>
#include <stddef.h>

struct known_board {
    const char *name;  /* "mini", as --board takes it and pogo bench, too */
    const char *title; /* "Sonoff Mini" */
    const char *chip;
    const char *button;  /* which one is GPIO0 */
    bool can_hold;       /* it, while power comes: download mode */
    const char *pads;    /* where they are; whole lines of at most 78 columns */
    const char *picture; /* lines of text; NULL: their order is not known */
    const char *source;  /* of picture; NULL with it */
    const char *guide;   /* the file with more; NULL: download-mode.md alone */
    unsigned module;     /* Tasmota's number; 0: it is a template */
    const char *template_new; /* 14 numbers, Tasmota 9 and later, and Pogo */
    const char *template_old; /* 13 numbers, earlier ones */
};

extern const struct known_board known_boards[];
extern const size_t known_board_count;
const struct known_board *known_board_find(const char *name); /* NULL: none */

/* What stands above everything that is said about pads. */
extern const char known_board_warning[];

#endif
