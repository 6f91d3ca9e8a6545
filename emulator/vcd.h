/* A value change dump (IEEE 1364-2005, chapter 18): the file format that
 * GTKWave, PulseView and sigrok read. Times are cycles of the 80 MHz clock,
 * 12.5 ns each; the format knows 1, 10 and 100 of a unit, so the file counts in
 * 100 ps. Used by trace.c; knows nothing of chips. */
#ifndef EMULATOR_VCD_H
#define EMULATOR_VCD_H

#include <stdint.h>

#include "format/err.h"

#define VCD_PER_CYCLE 125u /* of 100 ps */
#define VCD_SIGNALS 64u
#define VCD_BITS 94u  /* of all of them together */
#define VCD_LATER 64u /* changes that may be announced at once */

/* Values that are no number. */
#define VCD_X UINT32_MAX        /* unknown */
#define VCD_Z (UINT32_MAX - 1u) /* nobody drives it */

struct vcd; /* private to vcd.c */

/* Makes the file, or empties it. ERR_FILE_OPEN, ERR_MEMORY. */
MUST_USE enum err vcd_open(const char *path, struct vcd **out);
/* One more signal of 1 to 31 bits, VCD_X at first; returns its number. All come
 * before vcd_begin; those of one scope in a row. The names are kept by pointer,
 * but not beyond vcd_begin. */
unsigned vcd_add(struct vcd *vcd, const char *scope, const char *name,
                 unsigned bits);
/* The head of the file. top: a word; comment: for who reads the file. */
void vcd_begin(struct vcd *vcd, const char *top, const char *comment,
               uint64_t cycle);

/* It is this cycle now; never one before the last. */
void vcd_time(struct vcd *vcd, uint64_t cycle);
/* From now on. What changes twice in one cycle has only its last value. */
void vcd_set(struct vcd *vcd, unsigned signal, uint32_t value);
/* The same, at a cycle to come; and nothing of what was announced. */
void vcd_set_at(struct vcd *vcd, unsigned signal, uint64_t cycle,
                uint32_t value);
void vcd_forget(struct vcd *vcd, unsigned signal);

/* Writes what is left, the last moment too. ERR_DISK_FULL or ERR_IO when
 * anything since vcd_open could not be written. */
MUST_USE enum err vcd_close(struct vcd *vcd);

#endif
