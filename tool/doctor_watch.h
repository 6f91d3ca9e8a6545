/* Listens to a device's start and keeps the text: the boot ROM's at 74880 baud
 * and the program's at 115200 (baud_change.h). The only half of the doctor that
 * touches a link, besides the flasher. Prints nothing. */
#ifndef TOOL_DOCTOR_WATCH_H
#define TOOL_DOCTOR_WATCH_H

#include "tool/doctor_start.h"
#include "tool/link.h"

#define DOCTOR_PROGRAM_BAUD 115200u

/* Listen for listen_ms after the first byte, and wait wait_ms for that one.
 * Without a byte ERR_NONE and out->bytes is 0. is_by_hand: a person is at the
 * power, and the old program may speak before. Fills bytes, size, run, text and
 * is_a_look of out. Errors of the port. */
MUST_USE enum err doctor_watch(struct link *link, bool is_by_hand,
                               unsigned wait_ms, unsigned listen_ms,
                               struct doctor_start *out);

/* Go on where doctor_watch has ended, until no attempt of the program's is open
 * any more (doctor_network_is_waiting), at most ms. */
MUST_USE enum err doctor_watch_on(struct link *link, unsigned ms,
                                  struct doctor_start *out);

/* As doctor_watch at the boot ROM's speed alone, added to what out holds: a
 * crash, a missing supply and the SDK's first words come at 74880 baud when the
 * other listens at 115200 already. */
MUST_USE enum err doctor_watch_rom(struct link *link, unsigned wait_ms,
                                   unsigned listen_ms,
                                   struct doctor_start *out);

#endif
