/* The head of an HTTP/1.1 answer out of bytes (RFC 9112), as far as fetching a
 * file needs it: is the file coming, and how long is it? Pure: keeps no text
 * and no bytes; what it was given may go. Redirects, coded bodies and pieces of
 * files are refused: an update's address is one that people have looked at. */
#ifndef FIRMWARE_NET_HTTP_ANSWER_H
#define FIRMWARE_NET_HTTP_ANSWER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "format/err.h"

#define HTTP_ANSWER_MOST 4096u /* bytes of a head: more is refused */

enum http_answer_state {
    HTTP_ANSWER_LINE, /* the status line */
    HTTP_ANSWER_NAME,
    HTTP_ANSWER_VALUE,
    HTTP_ANSWER_BODY,   /* the head is over: what follows is the file */
    HTTP_ANSWER_REFUSED /* error says why */
};

/* Blank it with http_answer_start. Others may read state, error and status,
 * and with state HTTP_ANSWER_BODY has_size and size. */
struct http_answer {
    uint8_t state;   /* enum http_answer_state */
    uint8_t error;   /* enum err */
    uint8_t named;   /* bit per header whose name this still may be */
    uint8_t at;      /* characters of line, name or value so far, up to 255 */
    bool has_size;   /* Content-Length came; else the file ends with the
                        connection */
    bool had_return; /* the last byte was a carriage return */
    bool is_ended;   /* nothing but spaces may follow in this value */
    uint16_t taken;  /* bytes of the head */
    uint16_t status; /* 0: not read yet */
    uint32_t size;   /* bytes of the body */
};

void http_answer_start(struct http_answer *answer);

/* Take bytes up to the end of the head; how many were taken. It takes all while
 * the state is below HTTP_ANSWER_BODY, and none from then on. Errors:
 *   ERR_FETCH_HTTP      this is no HTTP
 *   ERR_FETCH_MISSING   404, 410
 *   ERR_FETCH_REDIRECT  3xx
 *   ERR_FETCH_REFUSED   any other status but 200
 *   ERR_FETCH_CODED     the body is in chunks, or packed */
size_t http_answer_take(struct http_answer *answer, const uint8_t *bytes,
                        size_t size);

#endif
