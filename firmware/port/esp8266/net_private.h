/* Between net.c (listeners, the task, names), net_tcp.c (connections),
 * net_tcp_send.c and net_udp.c. */
#ifndef FIRMWARE_PORT_ESP8266_NET_PRIVATE_H
#define FIRMWARE_PORT_ESP8266_NET_PRIVATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "firmware/port/esp8266/net.h"
/* The SDK's own. */
#include "espconn.h"

#define NET_NO_NUMBER HAL_SOCKETS

/* Bytes to be sent, on the heap. */
struct net_block {
    uint16_t size, room;
    uint8_t bytes[];
};

/* A connection, from espconn's first word about it to its last. */
struct net_link {
    struct net_link *next;
    struct espconn *conn; /* the SDK's; our own when is_own; NULL: it is over */
    uint8_t number;       /* the core's; NET_NO_NUMBER: it has closed it */
    uint8_t age_s;        /* since then */
    bool is_own;
    bool is_connected;
    bool is_refused; /* ends at once */
    bool is_ending;  /* espconn was told to end it */
    bool is_over;    /* failed, and the core is to hear it */
    uint8_t ip[4];
    uint16_t port, local_port;
    struct net_block *flying;  /* with espconn until its sent callback */
    struct net_block *waiting; /* comes after it */
};

struct net_listener {
    uint16_t port; /* 0: free */
    uint8_t most;
    struct espconn *conn; /* NULL: not started yet */
};

/* ---- net.c ---- */
bool net_is_started(void);
void net_tell(const struct hal_net_event *event);
/* net_tcp_work and net_udp_work are called soon, outside of all callbacks. */
void net_work_soon(void);
const struct net_listener *net_listener(uint16_t port);

/* ---- net_tcp.c ---- */
/* True: call net_tcp_second after a second. */
bool net_tcp_work(void);
void net_tcp_second(void);
void net_accept(struct espconn *conn);
struct net_link *net_link_of(uint8_t number);

/* ---- net_tcp_send.c ---- */
/* Give espconn what waits. */
void net_flush(struct net_link *link);
/* Its sent callback. */
void net_sent(struct net_link *link);
void net_drop_blocks(struct net_link *link);

/* ---- net_udp.c ---- */
void net_udp_start(void);
void net_udp_work(void);

#endif
