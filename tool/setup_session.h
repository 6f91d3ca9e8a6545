/* One device's set-up with its messages: what pogo setup does once its line is
 * read, and pogo install once the device is flashed. */
#ifndef TOOL_SETUP_SESSION_H
#define TOOL_SETUP_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "tool/setup_keys.h"

struct setup_run;

/* Whose turn it is to say something, in the middle of it; and who the device
 * was. Both functions return EXIT_DONE, or the exit code after their message;
 * either may be NULL. */
struct setup_one {
    /* For one of many: called once the device was met, before anything is
     * asked. */
    int (*choose)(void *ctx, const char *mac, struct setup_wish *wish);
    void *ctx;
    /* Called when all is set, before the end is told: a test of it. */
    int (*test)(void *ctx, struct setup_run *run,
                const struct setup_wish *wish);
    void *test_ctx;
    char mac[24], address[24]; /* "": not known */
    bool is_pogo;              /* that is what it runs */
};

/* Opens the port, meets the device, asks for what is missing, tells the device
 * all of it and looks back. is_fresh: it was just flashed, so its first answer
 * may take wait_s, too. one: NULL for a device alone. EXIT_DONE, or the exit
 * code after its message. */
int setup_session(const char *const value[SETUP_KEYS], struct setup_wish *wish,
                  uint32_t wait_s, bool is_fresh, struct setup_one *one);

/* --wait; *wait_s stays when it was not given. False: it is no number. */
bool setup_wait_of(const char *const value[SETUP_KEYS], uint32_t *wait_s);

#endif
