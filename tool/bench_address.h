/* Which device a control line is for, when `pogo bench` runs several: its
 * number in front (`12 press 0 100`) or `all`. Pure. */
#ifndef TOOL_BENCH_ADDRESS_H
#define TOOL_BENCH_ADDRESS_H

#include "format/err.h"

struct bench_address {
    unsigned first, end; /* devices first <= i < end, from 0 */
    const char *line;    /* what is to be done there, inside the text */
};

/* With one device the address may be left away. An empty line, a comment, and
 * the lines that are about the whole bench (quit, help) are for nobody: first
 * is end. ERR_FORMAT: no address. ERR_UNKNOWN: no such device. */
MUST_USE enum err bench_address_parse(const char *text, unsigned count,
                                      struct bench_address *out);

#define BENCH_ADDRESS_PLACE "%d"

/* `mini-%d.bin` and 12 are `mini-12.bin`; a name without %d stays as it is.
 * The caller frees it; NULL: no memory. */
char *bench_address_name(const char *pattern, unsigned number);

#endif
