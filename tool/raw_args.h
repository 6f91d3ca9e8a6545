/* Command lines of the subcommands that have options of their own, not those of
 * the flasher (tool/args.h): setup and boards. No printing. */
#ifndef TOOL_RAW_ARGS_H
#define TOOL_RAW_ARGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "format/err.h"

#define RAW_WORDS 16u

struct raw_option {
    const char *name;   /* "ssid": --ssid on the line */
    const char *letter; /* "-p"; NULL: none */
    bool takes_value;
    const char *help; /* one or more whole lines */
};

/* value[i] of rows[i]: what was given, "" for one without a value; NULL: not on
 * the line. What is no option goes to word. --NAME=VALUE is understood, and a
 * word that is -- ends the options. ERR_USAGE with the reason in problem. */
MUST_USE enum err raw_args_parse(const struct raw_option *rows, size_t count,
                                 int argc, char **argv, const char **value,
                                 const char **word, unsigned *words,
                                 char *problem, size_t room);

/* Every value that rows[at] was given on a line that was understood, in order;
 * returns how many, at most room. */
unsigned raw_args_all(const struct raw_option *rows, size_t count, size_t at,
                      int argc, char **argv, const char **out, unsigned room);

/* A value in seconds, 1 to 86400 (a day); none at all (NULL) leaves *out.
 * False: it is something else. */
bool raw_args_seconds(const char *value, uint32_t *out);

/* The row of a name without its dashes; NULL: there is none. */
const struct raw_option *raw_args_find(const struct raw_option *rows,
                                       size_t count, const char *name,
                                       size_t size);

#endif
