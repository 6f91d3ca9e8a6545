/* A JSON reader that walks through the text and copies nothing: one item per
 * call, in order, for objects and arrays up to JSON_DEPTH deep. No recursion,
 * no allocation; wrong text ends the walk with JSON_BAD. */
#ifndef FIRMWARE_NET_JSON_H
#define FIRMWARE_NET_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define JSON_DEPTH 8u

enum json_kind {
    JSON_END, /* the text was one whole value */
    JSON_BAD,
    JSON_OBJECT, /* its members follow, then JSON_CLOSE */
    JSON_ARRAY,  /* its elements follow, then JSON_CLOSE */
    JSON_CLOSE,
    JSON_STRING,
    JSON_NUMBER,
    JSON_TRUE,
    JSON_FALSE,
    JSON_NULL
};

struct json_item {
    enum json_kind kind;
    unsigned depth;  /* of the thing itself: 0 is the whole text */
    const char *key; /* raw, without quotes; NULL outside objects */
    size_t key_size;
    const char *text; /* raw value; a string is without its quotes */
    size_t size;
};

struct json {
    const char *at, *end;
    unsigned depth;     /* containers open now */
    uint32_t is_object; /* bit per open container */
    bool has_item;      /* the innermost container has one already */
    bool has_begun, is_done;
};

void json_init(struct json *json, const char *text, size_t size);
/* The next item. After JSON_END or JSON_BAD it stays there. */
struct json_item json_next(struct json *json);

/* A string's characters with escapes resolved (\u only below 0x80, others
 * become '?'), cut to room; always ends with NUL. */
void json_string(const struct json_item *item, char *out, size_t room);
/* A whole number; false for fractions, exponents and what exceeds 32 bits. */
bool json_number(const struct json_item *item, int32_t *out);

#endif
