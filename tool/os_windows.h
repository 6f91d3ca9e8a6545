/* What the tool takes from glibc and Windows' C library does not have. `make
 * windows` puts it before every file; no file names it. */
#ifndef TOOL_OS_WINDOWS_H
#define TOOL_OS_WINDOWS_H

/* Of <windows.h>, which libcurl takes in, no more than it needs: the rest makes
 * `interface` a word of the language. */
#define WIN32_LEAN_AND_MEAN

#include <stdint.h>
#include <string.h>

/* Where a text stands first among bytes; NULL: nowhere. As glibc's. */
static inline void *memmem(const void *bytes, size_t size, const void *text,
                           size_t text_size)
{
    const char *all = bytes;
    for (size_t at = 0; text_size <= size && at <= size - text_size; at++) {
        if (memcmp(all + at, text, text_size) == 0)
            return (void *)(uintptr_t)(all + at);
    }
    return NULL;
}

#endif
