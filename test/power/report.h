/* What a power-cut sweep tells: a line for each sweep, what went wrong as it
 * does, and a last line that sums it all up. Used by both sweep programs, on
 * the host and on the bench; what is not 0 there makes them fail.
 *
 *   sweep NAME: operations N cuts N boots N seconds N
 *   broken NAME: promise 2: what was found (on stderr)
 *   past three boots N relays late N words twice N
 *   cuts N boots N settings lost N bricks N
 *
 * Plain numbers without pointers but the name: a child process can send its
 * own to its parent, who adds them. */
#ifndef TEST_POWER_REPORT_H
#define TEST_POWER_REPORT_H

#include <stdint.h>

/* What can be broken: the promises of docs/promises.md by their numbers, and
 * the rule that no word is programmed twice. */
enum report_broken {
    REPORT_IMAGE = 1,    /* what runs was not complete or not verified: brick */
    REPORT_SETTINGS = 2, /* neither old nor new, or keys that don't agree */
    REPORT_LEFT = 3,     /* kept past three boots, or not told */
    REPORT_BOOTS = 4,    /* nothing runs: brick */
    REPORT_RELAY = 5,    /* not in its power-on state in time */
    REPORT_STRICT = 6,   /* a word programmed twice */
    REPORT_KINDS
};

struct report {
    const char *name;    /* of the sweep; kept by pointer */
    uint64_t operations; /* of the flash, in the story without cuts */
    uint64_t cuts, boots;
    uint64_t broken[REPORT_KINDS];
    double started; /* seconds, of any zero */
};

/* Everything 0; a sweep begins. */
void report_start(struct report *report, const char *name);

/* Count it, and say the first few of a sweep on stderr; printf's format. */
void report_broken(struct report *report, enum report_broken what,
                   const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Add the numbers, not the name. */
void report_add(struct report *to, const struct report *from);

/* A sweep has ended: its line, and its numbers into the total. A sweep without
 * a cut has shown nothing: that counts as a brick. */
void report_line(const struct report *report, struct report *total);

/* The last lines. Returns the program's exit code: 1 when anything is broken
 * or no cut was made, else 0. */
int report_end(const struct report *total);

#endif
