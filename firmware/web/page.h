/* The device's page: one HTML document as gzip (RFC 1952), made by
 * scripts/pack_page.sh out of this folder. It stays in flash: read it where it
 * is, and say "Content-Encoding: gzip" with it. */
#ifndef FIRMWARE_WEB_PAGE_H
#define FIRMWARE_WEB_PAGE_H

#include <stddef.h>
#include <stdint.h>

extern const uint8_t web_page[];
extern const uint8_t web_page_end[]; /* the byte behind it */

static inline size_t web_page_size(void)
{
    return (size_t)((uintptr_t)web_page_end - (uintptr_t)web_page);
}

#endif
