/* The CSV log of many devices: a line for each. No passwords in it. */
#ifndef TOOL_FLEET_LOG_H
#define TOOL_FLEET_LOG_H

#include <stdbool.h>
#include <stdio.h>

struct fleet_line {
    const char *mac, *chip, *port, *image, *name, *address; /* "": unknown */
    unsigned row;                                           /* 0: none */
    bool is_done;
    double seconds;
    const char *reason; /* of a failure */
};

/* To go on with a log, or to begin one with its head. NULL: it can't be
 * opened. */
FILE *fleet_log_open(const char *path);
/* False: it could not be written. */
bool fleet_log_put(FILE *log, const struct fleet_line *line);

#endif
