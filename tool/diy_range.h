/* The Range header of HTTP (RFC 9110, 14.1.2), one range of bytes: what the
 * stock firmware asks for when it downloads an image. */
#ifndef TOOL_DIY_RANGE_H
#define TOOL_DIY_RANGE_H

#include <stdbool.h>
#include <stddef.h>

enum diy_range_is {
    RANGE_NONE,   /* not one that we serve by: the whole file is the answer */
    RANGE_PART,   /* first and count are set; count is at least 1 */
    RANGE_OUTSIDE /* the file has none of it */
};

/* text: the header's value, or NULL. size: the file's. */
enum diy_range_is diy_range_read(const char *text, size_t size, size_t *first,
                                 size_t *count);

#endif
