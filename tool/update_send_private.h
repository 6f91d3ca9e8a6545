/* Between update_send.c (what is sent) and update_line.c (what the device
 * says).
 */
#ifndef TOOL_UPDATE_SEND_PRIVATE_H
#define TOOL_UPDATE_SEND_PRIVATE_H

#include "tool/update_send.h"

/* What a line says to a sender. */
enum update_word { WORD_OTHER, WORD_TAKEN, WORD_DONE, WORD_REFUSED };

/* The next line into send->line, and what it says of the device into the rest;
 * ERR_TIMEOUT at end_ms of the link's time. */
MUST_USE enum err update_read_line(struct update_send *send, uint64_t end_ms);
/* *taken is set for WORD_TAKEN: bytes of the file. */
enum update_word update_word_of(const struct update_send *send, size_t *taken);
/* Of WORD_REFUSED: the device's own error, where this program has it in its
 * table, too; its words into send->said. */
MUST_USE enum err update_refusal(struct update_send *send);

#endif
