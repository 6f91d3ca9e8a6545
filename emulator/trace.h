/* What goes on around a chip, as a value change dump for a waveform viewer: the
 * supply, EN, all pins, the serial lines bit by bit, what the flash does, the
 * cause of the last reset, and the board's parts by name. It listens (wires,
 * probes) and changes nothing: a traced run is the same, cycle by cycle. */
#ifndef EMULATOR_TRACE_H
#define EMULATOR_TRACE_H

#include "emulator/boards.h"
#include "emulator/chip.h"
#include "format/err.h"

struct trace; /* private to trace.c */

/* Makes the file, or empties it. ERR_FILE_OPEN, ERR_MEMORY. */
MUST_USE enum err trace_open(const char *path, struct trace **out);
/* From now on, until trace_detach, which must come before chip_free. Only the
 * first chip is traced; of a second this does nothing. */
void trace_attach(struct trace *trace, struct chip *chip,
                  const struct board *board);
/* What has happened up to now is all. Nothing when it is another's chip. */
void trace_detach(struct trace *trace, const struct chip *chip);
/* Writes what is left. ERR_DISK_FULL or ERR_IO when anything since trace_open
 * could not be written. */
MUST_USE enum err trace_close(struct trace *trace);

#endif
