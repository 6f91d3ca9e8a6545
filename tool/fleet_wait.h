/* Between two devices on one port: waits until the last one was taken off, and
 * until the next one is there. Waits as long as it takes: a jig that nobody
 * uses has not failed. */
#ifndef TOOL_FLEET_WAIT_H
#define TOOL_FLEET_WAIT_H

#include <stdbool.h>

/* Returns once nothing has answered for some seconds, neither a console nor a
 * boot ROM, or when the port is not there. Silence of a port whose device was
 * gone already takes as long. is_by_reset: what is on the flash may not talk,
 * so the lines, where there are any, reset the chip to have its ROM answer. */
void fleet_wait_gone(const char *port, bool is_by_reset);

/* Returns true once something answers: for is_flash a chip in download mode,
 * and who sits there is told how that is done; else anything at all. False,
 * after its message: the port can't be opened. One that goes away later is
 * waited for. */
bool fleet_wait_there(const char *port, bool is_flash);

#endif
