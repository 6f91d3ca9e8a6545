/* Is it UTF-8 (RFC 3629)? For what strangers send as text. */
#ifndef FIRMWARE_NET_UTF8_H
#define FIRMWARE_NET_UTF8_H

#include <stdbool.h>
#include <stddef.h>

/* No overlong forms, no surrogates, nothing above U+10FFFF. */
bool utf8_is_valid(const char *text, size_t size);

#endif
