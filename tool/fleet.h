/* Many devices in one command: pogo install and pogo setup with several ports,
 * or with --loop. What is done to one device is the caller's and set-up's; here
 * is whose turn it is, which row of the CSV file it has, the log, and that one
 * that fails does not stop the others. */
#ifndef TOOL_FLEET_H
#define TOOL_FLEET_H

#include <stdbool.h>
#include <stdint.h>

#include "tool/setup_keys.h"

#define FLEET_PORTS 256u

struct setup_run;

struct fleet {
    /* The caller's. */
    const char *command;
    const char *const *value; /* of setup_keys */
    const struct setup_wish *wish;
    uint32_t wait_s;
    const char *image; /* for the log; "": none */
    /* Flash the device on this port; the exit code after its message. NULL: it
     * is only set up. */
    int (*flash)(void *ctx, const char *port);
    void *ctx;
    bool is_only_flash;
    /* As in struct setup_one, with the same ctx; NULL: none. */
    int (*test)(void *ctx, struct setup_run *run,
                const struct setup_wish *wish);
    const char *port[FLEET_PORTS];
    unsigned ports;
};

/* The ports of the line: each -p, and those in the file of --ports. *is_many:
 * the line means more than one device. EXIT_DONE, or the exit code after its
 * message. */
int fleet_ports(struct fleet *f, const struct raw_option *rows, size_t count,
                int argc, char **argv, bool *is_many);
/* EXIT_DONE when all devices were done; EXIT_FAILED after one that was not. */
int fleet_run(struct fleet *f);

#endif
