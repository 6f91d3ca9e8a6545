/* A jig: one port, one board after the other. The next begins by itself when
 * the last was taken off. Knows when a board is there, what came of it and when
 * it is gone; what is done to it is the caller's. Prints nothing.
 *
 * After its work a board stays in download mode, and is asked with SYNC: no
 * answer, and it is gone. A board with another MAC is the next one, however
 * fast it was put in. One with the same MAC is begun again only after nothing
 * answered in between. */
#ifndef TOOL_JIG_H
#define TOOL_JIG_H

#include "tool/flasher.h"

enum jig_result {
    JIG_PASS,
    JIG_FAIL,
    JIG_SILENT /* nothing answered: no board, or one without power */
};

struct jig_board {
    unsigned number; /* from 1 */
    enum jig_result result;
    enum err err;
    char detail[FLASHER_DETAIL]; /* of the error */
    bool is_known;               /* chip is filled in */
    struct chip_info chip;
    uint64_t ms; /* the link's time, from the first answer on */
};

struct jig {
    /* The caller's. config.link NULL: config.port is opened, and again after
     * the adapter was pulled out. config.wait_ms: so long may nothing answer
     * before it counts as a board, once between two boards; 0: for ever.
     * config.say is heard while work is at a board only. */
    struct flasher_config config;
    unsigned boards; /* jig_run returns after so many; 0: never */
    /* A board is there, and then: do the work. What it returns is the
     * result. */
    enum err (*work)(void *ctx, struct flasher *f, unsigned number);
    void (*ended)(void *ctx, const struct jig_board *board);
    void *ctx;

    /* Of jig.c. */
    struct link *link;
    struct flasher flasher;
    struct loader loader;
    struct jig_board board;
    uint64_t idle_since_ms;
    bool has_last, has_nameless, has_silence, has_counted;
    uint8_t last_mac[6];
};

/* ERR_NONE after jig->boards; an error when the port can't be opened at the
 * start, with the concrete thing in jig->flasher.detail. */
MUST_USE enum err jig_run(struct jig *jig);

#endif
