/* Between net.c (ports, time, polling), net_tcp.c (connections) and net_udp.c
 * (datagrams and names). */
#ifndef FIRMWARE_PORT_POSIX_NET_PRIVATE_H
#define FIRMWARE_PORT_POSIX_NET_PRIVATE_H

#include <netinet/in.h>
#include <stddef.h>

#include "firmware/port/posix/net.h"

/* As on the bench: emulator/net.h, with sources where there are any. */
#define NET_SEGMENT 1460u
#define NET_DATAGRAM 1472u
#define NET_PATIENCE_MS 20000u
#define NET_SAID 8u
#define NET_SHARED 5353u /* a UDP port */

struct net_listener {
    uint16_t port; /* 0: free */
    unsigned most;
    int fd; /* -1: there is no way */
};

enum net_state { NET_FREE, NET_CONNECTING, NET_CONNECTED, NET_ENDING };

struct net_tcp {
    enum net_state state;
    int fd;         /* -1: its way is gone, or never was */
    unsigned owner; /* counts who had this number */
    bool is_new;    /* not polled yet */
    bool is_over;   /* failed, and the device is to hear it */
    bool owes_sent; /* SENT, when all is out */
    bool is_held;   /* and then allowance is what may still come */
    size_t allowance;
    uint32_t ip; /* the other side's, as the device sees it */
    uint16_t port, local_port;
    uint64_t since_ms; /* it waits for its other side */
    uint8_t out[HAL_NET_QUEUE];
    size_t out_size;
};

struct net_udp {
    bool is_used;
    uint16_t port, bound;
    uint32_t group; /* 0: none */
    int fd, group_fd;
};

struct net_name {
    bool is_asked;
    char text[HAL_NET_NAME + 1];
    uint64_t due_ms;
};

struct net {
    uint32_t address;
    const struct net_sink *sink;
    uint64_t now_ms;
    bool is_up, is_phone;
    uint32_t phone; /* who the phone really is: the last one that came */
    struct net_listener listener[HAL_LISTENERS];
    struct net_tcp tcp[HAL_SOCKETS + NET_CLOSING];
    struct net_udp udp[HAL_UDP];
    struct net_name name;
    struct {
        uint16_t port, bound;
        bool is_udp;
    } said[NET_SAID];
    unsigned says;
};

extern struct net net;

/* ---- net.c ---- */
__attribute__((format(printf, 1, 2))) void net_say(const char *format, ...);
struct sockaddr_in net_socket_address(uint32_t ip, unsigned port);
/* A socket of this type at the device's address, on this port or on one near
 * it: *bound. type: SOCK_STREAM (it listens) or SOCK_DGRAM. -1: none. */
int net_bind(int type, uint16_t port, uint16_t *bound);
/* Where an address of the device's world is on this computer. 0: nowhere, and
 * people were told. */
uint32_t net_real(uint32_t ip);
/* Who it is for the device, that is here on this computer. */
uint32_t net_seen(uint32_t ip);
uint32_t net_get_ip(const uint8_t ip[4]);
void net_put_ip(uint8_t to[4], uint32_t ip);
void net_close_fd(int *fd);
/* What poll() found; 0 for a socket that was not asked for. */
short net_found(const struct pollfd *fds, unsigned count, int fd);

/* ---- net_tcp.c ---- */
void net_tcp_reset(void);
void net_tcp_step(void);
void net_tcp_link(bool is_up);
unsigned net_tcp_poll(struct pollfd *fds);
void net_tcp_serve(const struct pollfd *fds, unsigned count);
void net_tcp_accept(const struct net_listener *listener);
/* Tell what the HAL's calls have left to be told. */
void net_tcp_settle(void);

/* ---- net_udp.c ---- */
void net_udp_reset(void);
void net_udp_link(bool is_up);
unsigned net_udp_poll(struct pollfd *fds);
void net_udp_serve(const struct pollfd *fds, unsigned count);
void net_name_step(void);

#endif
