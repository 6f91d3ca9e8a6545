/* What `pogo ota` asks of a device's web server: a page, or the upload of a
 * file. IPv4 and IPv6, names as this computer knows them. By libcurl in
 * os_web.c; tests put an answer of their own in its place. */
#ifndef TOOL_OS_WEB_H
#define TOOL_OS_WEB_H

#include <stddef.h>
#include <stdint.h>

#include "format/err.h"

#define OS_WEB_BODY 16384u
#define OS_WEB_ADDRESS 46u

struct os_web {
    const char *url;
    const char *user, *password; /* HTTP Basic; NULL: none is sent */
    const char *referer;         /* NULL: none */
    /* A form with this file in its field u2; NULL: GET. */
    const uint8_t *bytes;
    size_t size;
    const char *name;
    /* For all of a GET; of an upload: for its connection, and without a byte
     * in either direction. */
    unsigned wait_ms;
    /* Of the file; NULL: nobody looks. */
    void (*progress)(void *ctx, uint32_t done, uint32_t total);
    void *ctx;
    uint32_t shown; /* os_web.c's: what it last told */

    unsigned status;           /* of the answer; 0: none came */
    char server[64];           /* the header Server; "" */
    char realm[32];            /* of WWW-Authenticate: Basic; "" */
    char body[OS_WEB_BODY];    /* with NUL, cut where it is longer */
    char peer[OS_WEB_ADDRESS]; /* the device's address; "" */
    char here[OS_WEB_ADDRESS]; /* this computer's toward it; "" */
    char why[256];             /* of a failure, for people */
};

/* ERR_NONE: there is an answer, whatever its status. ERR_TIMEOUT: nobody is
 * there, or what was begun broke off. ERR_FORMAT: it speaks no HTTP.
 * ERR_MEMORY. Proxies of the environment are not asked. */
MUST_USE enum err os_web_do(struct os_web *web);

#endif
