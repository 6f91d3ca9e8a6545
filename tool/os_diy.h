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

#define OS_SERVE_NAME 20u
/* '/', 16 hex digits, '/', the name, NUL. */
#define OS_SERVE_PATH (18u + OS_SERVE_NAME + 1u)
/* With "http://255.255.255.255:65535" before it: Tasmota takes an OtaUrl of 100
 * bytes, Pogo one of SETTINGS_URL. The DIY mode's documents name no limit;
 * public scripts give it 59 bytes, ours with pogo.bin has 54 at most. */
#define OS_SERVE_URL (28u + OS_SERVE_PATH)

struct os_serve_file {
    const uint8_t *bytes; /* the caller's until close */
    size_t size;
    const char *name;  /* the end of the url, up to OS_SERVE_NAME bytes */
    uint8_t here[4];   /* this computer's address */
    uint8_t device[4]; /* nobody else gets the file */
    uint16_t port;     /* 0: any free one */
};

struct os_served {
    unsigned requests;   /* of the device, for the file */
    unsigned ranges;     /* of them, for a part of it */
    size_t reached;      /* the end of the farthest part given so far */
    unsigned strangers;  /* requests from other addresses: each got a 404 */
    uint8_t stranger[4]; /* the first of them */
};

/* The path is of the system's randomness, so that no other time's request, and
 * nobody who guesses, is taken for this one's. ERR_PORT_BUSY: another program
 * has the port. ERR_IO: no randomness. ERR_MEMORY. */
MUST_USE enum err os_serve_open(const struct os_serve_file *file,
                                struct os_serve **out);
/* Where the device finds it: "http://192.168.1.2:8000/.../pogo.bin". */
const char *os_serve_url(const struct os_serve *serve);
/* A line of talk when a stranger has asked since it was opened; once. */
void os_serve_tell(struct os_serve *serve);
struct os_served os_serve_look(struct os_serve *serve);
/* The same, with reached at 0 from now on: for another attempt. */
struct os_served os_serve_begin(struct os_serve *serve);
void os_serve_close(struct os_serve *serve);

#endif
