/* HTTP/1.1 requests (RFC 9112), the server's side: bytes from a client become
 * one request after the other. Called by the core's web server, which knows
 * routes and passwords. No sockets, no routes in here. A request's line and the
 * headers that somebody asks for are kept in memory of the caller; everything
 * else goes by. Reading any bytes is safe. */
#ifndef FIRMWARE_NET_HTTP_H
#define FIRMWARE_NET_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes of a request's line and all its headers. */
#define HTTP_HEAD_MOST 8192u

enum http_method { HTTP_GET, HTTP_HEAD, HTTP_POST, HTTP_OPTIONS, HTTP_OTHER };

/* Headers that are kept. */
enum http_field {
    HTTP_HOST,
    HTTP_ORIGIN,
    HTTP_REFERER,
    HTTP_AUTHORIZATION,
    HTTP_CONTENT_TYPE,
    HTTP_REQUESTED_WITH, /* X-Requested-With: no other site's form can send it
                          */
    HTTP_FETCH_SITE,     /* Sec-Fetch-Site: what browsers say of where from */
    HTTP_FIELDS
};

enum http_state {
    HTTP_LINE,   /* the request line is being read */
    HTTP_NAME,   /* a header's name */
    HTTP_VALUE,  /* its value */
    HTTP_BODY,   /* the head is complete; size bytes of body follow */
    HTTP_REFUSED /* status says why; the connection must be closed */
};

/* The fields are the reader's own; after HTTP_BODY others may read method,
 * path, query, has_http_1_1, is_closing and size. */
struct http_request {
    enum http_state state;
    uint16_t status; /* of HTTP_REFUSED: 400, 411, 414, 431, 501 or 505 */
    char *room;      /* the caller's */
    size_t room_size, used;
    uint32_t taken; /* of the head */

    enum http_method method;
    const char *path;  /* "/cm", as it was sent: percent escapes and all */
    const char *query; /* behind the '?', or "" */
    const char *field[HTTP_FIELDS]; /* NULL: not sent */
    bool has_http_1_1;
    bool is_browser; /* User-Agent begins with "Mozilla/", as all browsers' */
    bool is_closing; /* the client wants the connection closed afterwards */
    bool has_size;
    uint32_t size; /* of the body */

    size_t begin;    /* of what is being read, in room */
    bool had_return; /* the last byte was a carriage return */
    uint8_t kept;    /* what the value belongs to */
};

/* Begin a request. room holds the request line, one header name and the kept
 * values, and stays the request's as long as its texts are wanted. */
void http_request_start(struct http_request *request, char *room, size_t size);

/* Take bytes up to the end of the head. Returns how many were taken: all of
 * them while state is neither HTTP_BODY nor HTTP_REFUSED. */
size_t http_request_take(struct http_request *request, const char *bytes,
                         size_t size);

/* ---- what is in it ---- */

/* Resolve %XX and (in arguments) '+'. *size is the room before, with one byte
 * for the NUL, and the text's size after. False: a wrong escape, NUL, or no
 * room; out is then "". */
bool http_decode(const char *text, size_t text_size, bool is_argument,
                 char *out, size_t *size);
/* An argument of a query or of a form's body, decoded: name=value&… False when
 * it is not there, or can't be decoded. */
bool http_argument(const char *query, size_t query_size, const char *name,
                   char *out, size_t room);

/* The name and password of an Authorization header's Basic scheme (RFC 7617),
 * with a NUL each. False: another scheme, or wrong. */
bool http_basic(const char *authorization, char *out, size_t room,
                const char **user, const char **password);

/* Are they the same? Takes as long for any text of a's length: for passwords.
 */
bool http_same_secret(const char *a, const char *b);

/* "OK" and so on; "Error" for what it does not know. */
const char *http_reason(unsigned status);

#endif
