/* hal/net.h over the computer's sockets: all of them nonblocking, at the
 * device's own loopback address, and there only while the radio has a way.
 * Nothing leaves 127.0.0.0/8. The caller has the loop: it polls, and hands the
 * result in; what happens goes to the sink, never from inside of a HAL call. */
#ifndef FIRMWARE_PORT_POSIX_NET_H
#define FIRMWARE_PORT_POSIX_NET_H

#include <poll.h>
#include <stdbool.h>
#include <stdint.h>

#include "firmware/hal/net.h"

#define NET_LOOPBACK 0x7F000001u /* 127.0.0.1; addresses are in host order */
#define NET_CLOSING 8u           /* connections that only say their last */
#define NET_POLL (HAL_LISTENERS + HAL_SOCKETS + NET_CLOSING + 2 * HAL_UDP)

struct net_sink {
    void (*hear)(void *ctx, const struct hal_net_event *event);
    void (*say)(void *ctx, const char *line); /* an event line, for people */
    /* What the DNS knows. */
    bool (*look_up)(void *ctx, const char *name, uint32_t *ip);
    void *ctx;
};

/* "127.80.0.1"; false: not one of 127.0.0.0/8 that a device may have. */
bool net_parse(const char *text, uint32_t *address);

/* sink is kept by pointer. One network per process. */
void net_open(uint32_t address, const struct net_sink *sink);
/* The device starts again, or lost power: every socket vanishes. */
void net_reset(void);

/* Time has passed. is_station: the radio is in a network; is_phone: a phone is
 * at its access point, and who connects is that phone. */
void net_step(uint64_t now_ms, bool is_station, bool is_phone);
/* What to wait for. Returns how many of fds (room: NET_POLL) are set. */
unsigned net_poll(struct pollfd *fds);
/* After poll(). */
void net_serve(const struct pollfd *fds, unsigned count);
/* A connection is open or being made: its other side lives in real time. */
bool net_has_client(void);

#endif
