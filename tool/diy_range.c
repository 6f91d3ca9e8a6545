/* The Range header: which part of a file is wanted. */
#include "tool/diy_range.h"

#include <string.h>

/* Digits up to a number that no file of ours has; true when there were any. */
static bool take_number(const char **text, size_t *out)
{
    const char *from = *text;
    *out = 0;
    for (; **text >= '0' && **text <= '9'; (*text)++) {
        if (*out < 100000000)
            *out = *out * 10 + (size_t)(**text - '0');
    }
    return *text != from;
}

enum diy_range_is diy_range_read(const char *text, size_t size, size_t *first,
                                 size_t *count)
{
    size_t last;
    if (!text || strncmp(text, "bytes=", 6) != 0)
        return RANGE_NONE;
    text += 6;
    bool has_first = take_number(&text, first);
    if (*text++ != '-')
        return RANGE_NONE;
    bool has_last = take_number(&text, &last);
    if (*text != '\0' || (!has_first && !has_last) ||
        (has_first && has_last && last < *first))
        return RANGE_NONE;
    if (!has_first) { /* the last so many */
        *first = last < size ? size - last : 0;
        last = size;
        if (*first == size)
            return RANGE_OUTSIDE;
    }
    if (*first >= size)
        return RANGE_OUTSIDE;
    if (!has_last || last >= size)
        last = size - 1;
    *count = last - *first + 1;
    return RANGE_PART;
}
