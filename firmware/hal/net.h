/* TCP and UDP as the core needs them. What happens comes as EVENT_NET, never
 * from inside of a call. Nothing blocks. Bound at link time by a port: espconn
 * on the chip, sockets on a computer. The radio is hal/wifi.h's. */
#ifndef FIRMWARE_HAL_NET_H
#define FIRMWARE_HAL_NET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HAL_SOCKETS 8u /* TCP connections, of both kinds together */
#define HAL_LISTENERS 2u
#define HAL_UDP 4u
#define HAL_NET_QUEUE 5840u /* bytes that a connection holds for sending */
#define HAL_NET_NAME 64u    /* characters of a host name */

enum hal_net_change {
    HAL_NET_ACCEPTED,  /* a client has connected to our port */
    HAL_NET_CONNECTED, /* our connection is made */
    HAL_NET_RECEIVED,  /* bytes came */
    HAL_NET_SENT,      /* all that was to be sent has arrived */
    HAL_NET_CLOSED,    /* by the other side, or it failed; the socket is free */
    HAL_NET_RESOLVED,  /* the answer to hal_net_resolve; ip 0.0.0.0: none */
    HAL_NET_DATAGRAM   /* UDP */
};

struct hal_net_event {
    enum hal_net_change change;
    uint8_t socket;      /* below HAL_SOCKETS; of DATAGRAM the handle */
    uint16_t local_port; /* of ACCEPTED and DATAGRAM, as it was asked for */
    uint8_t ip[4];       /* whose; of RESOLVED what was asked for */
    uint16_t port;
    const uint8_t *bytes; /* of RECEIVED and DATAGRAM; gone after the event */
    size_t size;
};

/* Everything is as it was at the start again after a restart. While there is no
 * network ports wait for one, and what connects or is sent fails in time.
 * Time-outs of a connection that is silent are the caller's. */

/* Let clients connect to a TCP port, at most so many at a time; further ones
 * are closed at once. False: the port is taken, or HAL_LISTENERS are. */
bool hal_tcp_listen(uint16_t port, unsigned most);
/* Connect. False: no socket is free. Else CONNECTED or CLOSED follows. */
bool hal_tcp_connect(const uint8_t ip[4], uint16_t port, uint8_t *socket);
/* Send these bytes, one or more, which are copied. False: they do not fit into
 * what the connection holds or the heap has left, or it is not connected; none
 * of them is sent then. */
bool hal_tcp_send(uint8_t socket, const void *bytes, size_t size);
/* How many bytes it would take now; 0 when it is not connected. */
size_t hal_tcp_room(uint8_t socket);
/* Close, after all has been sent. No event follows; the number may come again.
 * What the other side still sends is dropped. */
void hal_tcp_close(uint8_t socket);
/* Take no more bytes from the other side, or go on: for uploads that are faster
 * than the flash. What is on its way still comes, HAL_NET_QUEUE bytes at most.
 */
void hal_tcp_hold(uint8_t socket, bool is_held);

/* Hear a UDP port (0: one of the system's choice, for answers). *handle is for
 * hal_udp_send, and in the events. group: a multicast group to join, or NULL.
 * False: the port is taken, or HAL_UDP are. */
bool hal_udp_open(uint16_t port, const uint8_t *group, uint8_t *handle);
/* 1 to 1472 bytes. False: it can't be sent now. Nobody says whether it arrives.
 */
bool hal_udp_send(uint8_t handle, const uint8_t ip[4], uint16_t port,
                  const void *bytes, size_t size);
void hal_udp_close(uint8_t handle);

/* Ask for a host's address; a dotted one is answered, too. RESOLVED follows.
 * One at a time: false while another is going on. */
bool hal_net_resolve(const char *name);

/* A number that nobody can guess (hardware noise on the chip). */
uint32_t hal_net_random(void);

#endif
