/* Reading an air file (format/air.h) for `pogo bench --air`. */
#ifndef TOOL_AIR_FILE_H
#define TOOL_AIR_FILE_H

#include <stddef.h>

#include "format/air.h"

/* The caller frees *out. When the file can be read but not understood, the two
 * lines for people are in wrong, without `pogo: `; else wrong is empty. */
MUST_USE enum err air_file_read(const char *path, struct air **out, char *wrong,
                                size_t room);

#endif
