/* Multicast DNS (RFC 6762) and service discovery (RFC 6763): one host name, one
 * web service, as bytes. Called by the core (core/mdns_service.c), which sends
 * what comes out to 224.0.0.251, port 5353, and keeps the times. Reading any
 * bytes is safe. No sockets in here. */
#ifndef FIRMWARE_NET_MDNS_H
#define FIRMWARE_NET_MDNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MDNS_PORT 5353u
#define MDNS_ROOM 512u       /* for what is said */
#define MDNS_NAME 36u        /* characters of a host name */
#define MDNS_TTL_S 120u      /* of names that hold the address (RFC 6762, 10) */
#define MDNS_PTR_TTL_S 4500u /* of the others */

struct mdns_host {
    const char *name; /* "pogo-9E3779": letters, digits, '-'; up to MDNS_NAME */
    uint8_t ip[4];
    uint16_t port;           /* of the web server */
    const char *const *text; /* "key=value" each, NULL at the end */
};

/* Who wants the answer. */
enum mdns_to {
    MDNS_NOBODY,   /* nothing is due */
    MDNS_EVERYONE, /* 224.0.0.251:5353, by mdns_say */
    MDNS_SENDER    /* the one that asked, at its own port */
};

/* Bits of what a query asks for: the records, and ... */
#define MDNS_RECORDS 0x1Fu
#define MDNS_URGENT 0x80u /* somebody is about to take our name (8.1) */

/* What is due for a message that came from this port. MDNS_EVERYONE: *wanted
 * are bits for mdns_say. MDNS_SENDER: the answer is in out, which has
 * MDNS_ROOM. What the asker says that it knows is left out (7.1). */
enum mdns_to mdns_answer(const struct mdns_host *host, const uint8_t *bytes,
                         size_t size, uint16_t from_port, unsigned *wanted,
                         uint8_t *out, size_t *out_size);
/* These records, and those that who gets them will ask for next, for at most so
 * many seconds; 0 says goodbye. Returns the size; 0: it does not fit. */
size_t mdns_say(const struct mdns_host *host, unsigned records,
                uint32_t ttl_most_s, uint8_t *out);
/* All that is said without being asked, when the network is joined (twice, a
 * second apart: RFC 6762, 8.3). */
#define MDNS_HELLO 0x0Fu
#define MDNS_EVER UINT32_MAX /* of ttl_most_s: what the records have */

/* Ask whether the names are free: three times, 250 ms apart (8.1). Returns the
 * size. */
size_t mdns_probe(const struct mdns_host *host, uint8_t *out);

enum mdns_rival {
    MDNS_ALONE,
    MDNS_TAKEN, /* an answer that says that our name is somebody else's */
    MDNS_BEATEN /* a probe for it, of somebody who has the right of way (8.2):
                   counts while we probe */
};
/* Does this message concern our name? */
enum mdns_rival mdns_rival(const struct mdns_host *host, const uint8_t *bytes,
                           size_t size);

#endif
