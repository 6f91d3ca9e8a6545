/* Multicast DNS (RFC 6762) and service discovery (RFC 6763): one host name, one
 * web service, answered as bytes. Called by the core, which sends what comes
 * out to 224.0.0.251, port 5353. The names hold the chip's id, so nobody else
 * has them, and there is no probing. No sockets in here. */
#ifndef FIRMWARE_NET_MDNS_H
#define FIRMWARE_NET_MDNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MDNS_PORT 5353u
#define MDNS_ROOM 512u       /* for what is said */
#define MDNS_NAME 32u        /* characters of a host name */
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
    MDNS_EVERYONE, /* 224.0.0.251:5353 */
    MDNS_SENDER    /* the one that asked, at its own port */
};

/* An answer to a message that came from this port; *size is the answer's. out
 * has MDNS_ROOM. */
enum mdns_to mdns_answer(const struct mdns_host *host, const uint8_t *bytes,
                         size_t size, uint16_t from_port, uint8_t *out,
                         size_t *out_size);

/* Say who we are without being asked, when the network is joined (twice, a
 * second apart: RFC 6762, 8.3); is_leaving says goodbye. Returns the size. */
size_t mdns_announce(const struct mdns_host *host, bool is_leaving,
                     uint8_t *out);

#endif
