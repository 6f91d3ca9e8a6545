/* Packed files (.gz), unpacked in memory. */
#ifndef TOOL_UNPACK_H
#define TOOL_UNPACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "format/err.h"

bool unpack_is_gzip(const uint8_t *bytes, size_t size);

/* Put what is in the gzip file *bytes in its place; the old bytes are freed,
 * the new ones are the caller's to free. On failure all stays as it was:
 * ERR_PACKED (damaged or cut short), ERR_NO_ROOM (more than limit bytes),
 * ERR_MEMORY. */
MUST_USE enum err unpack_gzip(uint8_t **bytes, size_t *size, size_t limit);

#endif
