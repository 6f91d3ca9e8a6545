/* espconn: the SDK's TCP, UDP and DNS, on the endpoints of net.h. What its
 * natives remember between calls; the natives are rows in sdk_rows.h.
 *
 * Behaviour as in the espconn sources that Espressif has published with lwIP
 * (SDK 1.x and 2.x), numbers and layouts from the public espconn.h of 3.0. What
 * neither says is decided here and marked so in the code. */
#ifndef EMULATOR_SDK_ESPCONN_H
#define EMULATOR_SDK_ESPCONN_H

#include <stdbool.h>
#include <stdint.h>

#include "emulator/clock.h"
#include "emulator/net.h"

#define SDK_LINKS (NET_SLOTS + 8u) /* endpoints, and some that are closing */
#define SDK_LINK_NONE SDK_LINKS
#define SDK_LINK_PACKETS 8u /* espconn_send ahead, with ESPCONN_COPY */
#define SDK_LINK_DATAGRAMS                                                     \
    8u /* that wait for their callback; more are lost                          \
        */
#define SDK_GONE 16u
#define SDK_DNS_ROWS 4u /* DNS_TABLE_SIZE of lwIP */
#define SDK_DNS_NAME 256u

enum sdk_link_kind { LINK_FREE, LINK_SERVER, LINK_TCP, LINK_UDP };

struct sdk_packet {
    uint32_t at; /* guest address */
    uint32_t size, handed, acked;
};

struct sdk_datagram;

struct sdk_link {
    enum sdk_link_kind kind;
    uint8_t
        generation;  /* counts the row's owners: late callbacks are dropped */
    unsigned slot;   /* NET_NONE: closed, its last callback is to come */
    uint32_t conn;   /* guest address of its struct espconn … */
    uint32_t proto;  /* … and of esp_tcp or esp_udp, as they were at start */
    uint32_t server; /* the listening espconn; 0: a client's or none */
    uint32_t remote_ip;
    uint16_t remote_port, local_port;
    bool is_connected, is_receiving, is_held, has_fin;
    bool may_send;    /* no espconn_send waits for its callback */
    uint8_t options;  /* ESPCONN_REUSEADDR … */
    uint8_t most;     /* server: connections at a time */
    uint32_t keep[3]; /* idle, interval (s), count */
    struct sdk_packet packet[SDK_LINK_PACKETS];
    unsigned packets, in_flight; /* in_flight: bytes */
    struct sdk_datagram *datagram[SDK_LINK_DATAGRAMS];
    unsigned datagrams;
    uint32_t data;    /* guest memory that lives during its receive callback */
    int8_t error;     /* for the reconnect callback */
    uint32_t timeout; /* s; server: of its connections; 0: none */
    struct clock_event idle, dead; /* server time-out; keep-alive */
    struct chip *chip;             /* for these */
};

struct sdk_name {
    char name[SDK_DNS_NAME];
    uint32_t ip;       /* 0: not found */
    uint32_t argument; /* the espconn of the call */
    uint32_t found;    /* the callback; 0: an answer that is remembered */
    uint32_t data;     /* guest memory during the callback */
    uint64_t until;    /* when the answer comes, then when it is forgotten */
    bool is_used;
    struct clock_event answer;
    struct chip *chip;
};

struct sdk_espconn {
    struct sdk_link link[SDK_LINKS];
    unsigned running;        /* 1 + the link whose callback runs; 0: none */
    uint8_t most;            /* TCP connections at a time; 0: the default */
    uint32_t gone[SDK_GONE]; /* espconns of accepted connections that ended */
    unsigned gone_next;
    uint32_t info;  /* guest memory for espconn_get_connection_info */
    uint32_t ports; /* espconn_port has given so many */
    uint32_t dns_server[2];
    struct sdk_name *name; /* SDK_DNS_ROWS of them; NULL: none was asked yet */
};

/* The station has its address from DHCP: the DNS server, too. */
void sdk_dns_from_dhcp(struct chip *chip);

extern const struct net_user sdk_espconn_user;

#endif
