/* A terminal for a device's serial console: what it says, lines to it, its
 * reset and download mode, and the port coming back after it was pulled out.
 * Keys come from stdin, the device's words go to stdout, notes to stderr. */
#ifndef TOOL_CONSOLE_H
#define TOOL_CONSOLE_H

#include <stdbool.h>
#include <stdio.h>

#include "format/err.h"

struct console_config {
    const char *port;
    unsigned baud; /* of the program that runs there */
    bool has_times;
    bool is_hex;
    bool is_reset_first; /* reset it, and listen to its boot ROM */
    const char *log;     /* what is said both ways is added to it; NULL */
    unsigned seconds;    /* end after so long; 0: no such end */
    bool is_json;        /* stdout is objects, and nothing is edited */
};

/* Until the person ends it, or stdin does: then when the device has been
 * silent for a second. Lines from a pipe or file are sent one after the other,
 * each when the device has answered the one before. *detail (room bytes) is
 * about the error. ERR_PORT_… of link_open for the first opening; ERR_FILE_OPEN
 * of the log.
 *
 * With is_json each line of the device is {"event":"line","at_ms":…,"text":…}
 * on stdout, at_ms the host's milliseconds since the start. Lines to it are
 * "sent" with their secrets as stars; "baud", "reset", "lost", "away", "back",
 * "log" and "note" have in text what stderr says, too. The last object, where
 * it ends by itself, is {"port":…,"lines":N}. A terminal is not made raw. */
MUST_USE enum err console_run(const struct console_config *config, char *detail,
                              size_t room);

#endif
