/* What is wished, from where it is said: the command line, the environment, a
 * file, questions at a terminal, in this order. Prints messages. */
#ifndef TOOL_SETUP_ASK_H
#define TOOL_SETUP_ASK_H

#include "tool/setup_keys.h"

/* From the command line and the environment. EXIT_DONE, or the exit code after
 * its message. */
int setup_ask_line(const char *const value[SETUP_KEYS],
                   struct setup_wish *wish);

/* From this row of a CSV file. */
int setup_ask_row(const char *path, unsigned row, struct setup_wish *wish);

/* Is all there that nobody can be asked for later, is each value one that a
 * firmware takes, can the file of --config be read? For pogo install, before
 * it changes anything. */
int setup_ask_check(const char *const value[SETUP_KEYS],
                    const struct setup_wish *wish);

/* Then from the file of --config, for the device with this MAC address and this
 * version ("": not known), and from who sits at the terminal: for all, when
 * nothing was said, or no network for a device that is_fresh. What the device
 * can't take is asked for up to three times. */
int setup_ask_rest(const char *const value[SETUP_KEYS], const char *mac,
                   const char *version, bool is_fresh, struct setup_wish *wish);

#endif
