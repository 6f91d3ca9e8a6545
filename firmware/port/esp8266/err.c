/* What the device says of an error, in the place of format/err.c: only those
 * that the firmware meets, without names and exit codes. 6 KB of flash less. */
#include "format/err.h"

#include <stddef.h>

static const struct {
    const char *text, *hint;
} rows[] = {
#define ERR_ROW(id, code, text, hint) {text, hint},
    ERR_DEVICE_TABLE(ERR_ROW)
#undef ERR_ROW
};
#define COUNT (sizeof(rows) / sizeof(rows[0]))

_Static_assert(ERR_UNKNOWN == COUNT - 1, "the computer's rows come after");

static size_t row_of(enum err e)
{
    return (size_t)e < COUNT ? (size_t)e : ERR_UNKNOWN;
}

const char *err_text(enum err e)
{
    return rows[row_of(e)].text;
}

const char *err_hint(enum err e)
{
    return rows[row_of(e)].hint;
}
