/* What a device's start says: the boot ROM's banner (chip.md A7) and the log
 * of the program behind it, as text that doctor_watch.h has collected. Text in,
 * findings out; no input or output here. */
#ifndef TOOL_DOCTOR_START_H
#define TOOL_DOCTOR_START_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tool/doctor_rows.h"

#define DOCTOR_TEXT 32768u
#define DOCTOR_LINE 256u /* of it, its NUL included */

struct doctor_start {
    size_t bytes;           /* that came, at all speeds */
    size_t size;            /* of text */
    size_t run;             /* printable bytes in a row, at most */
    bool is_a_look;         /* long enough to expect words of Wi-Fi in a log */
    bool has_no_ap;         /* the owner says so: --no-ap */
    bool is_brief;          /* listen no longer than until it is up */
    char text[DOCTOR_TEXT]; /* whole lines; ends with a 0 */
    /* For the registers of a crash: an ELF file's bytes, or NULL. */
    const uint8_t *elf;
    size_t elf_size;
};

/* The line of text that `at` stands in; what is longer is cut. */
void doctor_start_line(const char *text, const char *at, char out[DOCTOR_LINE]);
void doctor_start_read(const struct doctor_start *start,
                       struct doctor_findings *out);
/* A program runs and has spoken of Wi-Fi, and nothing restarted it since. */
bool doctor_start_is_up(const struct doctor_start *start);
/* What runs there, "Version 0.1.0" and its line; "" when it does not say. */
void doctor_start_program(const struct doctor_start *start, char *out,
                          size_t room);

#endif
