/* Text into a buffer that the caller owns, never past its end; and the small
 * readings that commands need. No locale, no allocation, no libc. */
#ifndef FIRMWARE_CORE_TEXT_H
#define FIRMWARE_CORE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct text {
    char *at; /* always ends with NUL */
    size_t room;
    size_t size; /* without the NUL */
    bool is_cut; /* something did not fit */
};

/* room is at least 1. */
void text_init(struct text *text, char *buffer, size_t room);
void text_add(struct text *text, const char *string);
void text_add_size(struct text *text, const char *bytes, size_t size);
/* %s %c %d %u %x %X %%, with a width and a leading 0 (%02u). Nothing else. */
__attribute__((format(printf, 2, 3))) void text_format(struct text *text,
                                                       const char *format, ...);
/* The inside of a JSON string: quotes, backslashes and controls escaped. */
void text_json(struct text *text, const char *string);
void text_json_size(struct text *text, const char *bytes, size_t size);

/* Copy a string into room bytes, cut if it must be; always ends with NUL. */
void text_copy(char *to, size_t room, const char *from, size_t size);
/* Equal, letters of either case being the same. */
bool text_same(const char *a, const char *b);
bool text_same_size(const char *a, size_t size, const char *b);
char text_upper(char c);
bool text_is_digit(char c);
size_t text_length(const char *string);

/* A whole number as Tasmota reads it: decimal, 0x hex or octal after a leading
 * 0, with sign. True when all of the text is one and fits 32 bits. */
bool text_number(const char *string, size_t size, int32_t *out);

/* Four numbers with dots: 192.168.1.2 is 0xC0A80102. False: they are not. */
bool text_address(const char *string, size_t size, uint32_t *out);

#endif
