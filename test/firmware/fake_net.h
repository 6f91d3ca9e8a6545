/* The network of the device in fake_hal.h, in memory: what the core asks of
 * hal/net.h is written down here, and tests say what the network brings. Nobody
 * answers by himself. fake_reset() blanks it. */
#ifndef TEST_FIRMWARE_FAKE_NET_H
#define TEST_FIRMWARE_FAKE_NET_H

#include "firmware/hal/net.h"
#include "test/firmware/fake_hal.h"

#define FAKE_SENT 65536u

struct fake_listener {
    uint16_t port; /* 0: free */
    unsigned most;
};

struct fake_tcp {
    bool is_used, is_connected, is_held;
    uint8_t ip[4]; /* the other side's */
    uint16_t port, local_port;
    char sent[FAKE_SENT]; /* since the connection, or fake_net_forget */
    size_t size, queued;  /* queued: not told to have arrived yet */
    unsigned closes;      /* by the core, since fake_reset */
};

struct fake_udp {
    bool is_used, has_group;
    uint16_t port;
    uint8_t group[4];
    uint8_t ip[4]; /* where the last datagram went */
    uint16_t to;
    uint8_t sent[1472];
    size_t size;
    unsigned count;
};

struct fake_net {
    struct fake_listener listener[HAL_LISTENERS];
    struct fake_tcp tcp[HAL_SOCKETS];
    struct fake_udp udp[HAL_UDP];
    char name[HAL_NET_NAME + 1]; /* being asked for; empty: nothing is */
    unsigned connects, names;    /* so far */
    uint32_t random;             /* what comes next; counts on */
    bool is_down;                /* the test's: UDP can't be sent */
};

extern struct fake_net fake_net;

/* Part of fake_reset. */
void fake_net_reset(void);

/* News for a device; each does to fake_net what it tells. */

/* Somebody connects to a port that the core listens on. False: it does not, or
 * the connection is one too many. */
bool fake_accept(struct fake_device *device, uint16_t local_port,
                 const uint8_t ip[4], uint8_t *socket);
/* The core's own connection is made. */
void fake_connected(struct fake_device *device, uint8_t socket);
void fake_receive(struct fake_device *device, uint8_t socket, const void *bytes,
                  size_t size);
/* All that was sent has arrived. */
void fake_arrived(struct fake_device *device, uint8_t socket);
void fake_closed(struct fake_device *device, uint8_t socket);
/* NULL: there is no such host. */
void fake_resolved(struct fake_device *device, const uint8_t *ip);
void fake_datagram(struct fake_device *device, uint8_t handle,
                   const uint8_t ip[4], uint16_t port, const void *bytes,
                   size_t size);
/* The device hears this. */
void fake_net_event(struct fake_device *device,
                    const struct hal_net_event *event);

/* What was sent on a socket so far, as text, is forgotten. */
void fake_net_forget(uint8_t socket);

#endif
