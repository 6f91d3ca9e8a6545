/* What `pogo diy` needs of the network: multicast DNS on every interface, HTTP
 * to a device, and a server that gives one file to it. IPv4, as the devices
 * are. os_mdns.c, os_http.c and os_serve.c. */
#ifndef TOOL_OS_DIY_H
#define TOOL_OS_DIY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "format/err.h"

/* ---- multicast DNS: one socket for each interface ---- */

struct os_mdns; /* private to os_mdns.c */

#define OS_MDNS_ROOM 9000u /* RFC 6762, 17 */

struct os_mdns_heard {
    uint8_t bytes[OS_MDNS_ROOM];
    size_t size;
    uint8_t sender[4];
    char interface[64];
};

/* only: the name of one interface; NULL: all that are up. ERR_UNKNOWN: there is
 * none with an IPv4 address. ERR_MEMORY. */
MUST_USE enum err os_mdns_open(const char *only, struct os_mdns **out);
void os_mdns_close(struct os_mdns *mdns);
/* On every interface. What can't be sent on one of them is nobody's failure. */
void os_mdns_ask(struct os_mdns *mdns, const uint8_t *bytes, size_t size);
/* The next message; false: none came in time. */
bool os_mdns_hear(struct os_mdns *mdns, unsigned wait_ms,
                  struct os_mdns_heard *out);
/* "eth0 (192.168.1.2), wlan0 (10.0.0.3)". */
void os_mdns_interfaces(const struct os_mdns *mdns, char *out, size_t room);

/* ---- HTTP to a device ---- */

#define OS_HTTP_ANSWER 4096u

struct os_http {
    const char *url;
    const char *body; /* JSON */
    unsigned wait_ms; /* for all of it; 0: as long as on_wait says */
    /* Called about every half second while it waits; false: give up. NULL:
     * none. */
    bool (*on_wait)(void *ctx);
    void *ctx;
    char answer[OS_HTTP_ANSWER]; /* what came, with NUL */
    size_t size;
    char why[256]; /* of a failure, for people */
};

/* POST. ERR_TIMEOUT: nobody there, or silent, or given up; ERR_FORMAT: no HTTP,
 * or a longer answer than any device's. */
MUST_USE enum err os_http_post(struct os_http *http);

/* The address of this computer toward that one; false: there is no way. */
bool os_address_toward(const uint8_t ip[4], uint8_t out[4]);

/* ---- a server for one file ---- */

struct os_serve; /* private to os_serve.c */

struct os_served {
    unsigned requests; /* for the file */
    unsigned ranges;   /* of them, for a part of it */
    size_t reached;    /* the end of the farthest part given so far */
};

/* bytes stay the caller's until close. path begins with '/'. port 0: any free
 * one; *port is what it is. ERR_PORT_BUSY: another program has it. */
MUST_USE enum err os_serve_open(const uint8_t *bytes, size_t size,
                                const char *path, const uint8_t ip[4],
                                uint16_t *port, struct os_serve **out);
struct os_served os_serve_look(struct os_serve *serve);
/* The same, with reached at 0 from now on: for another attempt. */
struct os_served os_serve_begin(struct os_serve *serve);
void os_serve_close(struct os_serve *serve);

#endif
