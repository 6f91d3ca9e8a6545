/* The sockets of one device of `pogo bench` (emulator/net.h's struct net_host):
 * nonblocking, all bound to the device's own loopback address. Nothing leaves
 * 127.0.0.0/8; multicast groups are joined on the loopback interface only. */
#ifndef TOOL_BENCH_NET_H
#define TOOL_BENCH_NET_H

#include <stdbool.h>
#include <stdint.h>

#include "emulator/bench.h"
#include "tool/bench_queue.h"
#include "tool/bench_server.h"

#define BENCH_NET_TEXT 16u /* as INET_ADDRSTRLEN */
#define BENCH_NET_CLOSING                                                      \
    32u /* connections that still send or hear the rest                        \
         */

struct sockaddr_in; /* <netinet/in.h> */

struct bench_net_slot {
    enum net_kind kind;
    int fd;           /* -1: none */
    int broadcast_fd; /* UDP: 127.255.255.255 */
    int group_fd[NET_GROUPS];
    uint16_t port, bound; /* as the device asked, and as it is */
    bool is_connecting, is_paused, is_over;
    struct bench_queue out;
};

struct bench_net_closing {
    int fd; /* -1: free */
    struct bench_queue out;
    uint64_t since; /* cycle */
};

struct bench_net_said {
    uint16_t port, bound;
    bool is_udp;
};

struct bench_net {
    struct net_host host; /* for bench_config.net */
    uint32_t address;     /* for bench_config.address; host order */
    char text[BENCH_NET_TEXT];
    int lock_fd;
    struct bench *bench; /* NULL until bench_net_start */
    struct bench_net_slot slot[NET_SLOTS];
    struct bench_net_closing closing[BENCH_NET_CLOSING];
    /* Beyond these none was ever used: idle devices are looked at often. */
    unsigned slot_end, closing_end;
    uint32_t group[NET_GROUPS];
    struct bench_net_said said[NET_SLOTS];
    unsigned says;
};

/* address 0: the first of 127.80.0.1, 127.80.0.2, … that no other bench on this
 * host has. One that is given may be another bench's, too: who comes first has
 * the ports, the other gets them mapped. Before bench_open. ERR_PORT_BUSY: all
 * are in use. */
MUST_USE enum err bench_net_open(struct bench_net *net, uint32_t address);
/* Before the bench runs. */
void bench_net_start(struct bench_net *net, struct bench *bench);
/* After bench_close. */
void bench_net_close(struct bench_net *net);
void bench_net_poll(const struct bench_net *net, struct bench_poll *poll);
void bench_net_serve(struct bench_net *net, const struct bench_poll *poll);
/* Somebody is connected: with --virtual the device's pauses wait for them. */
bool bench_net_has_client(const struct bench_net *net);
/* "127.80.0.1"; false: not one of 127.0.0.0/8 that a device may have. */
bool bench_net_parse(const char *text, uint32_t *address);

/* ---- os_bench_net_tcp.c, for os_bench_net.c ---- */
#define BENCH_NET_OUT 8192u /* most of what a socket did not take yet */
void bench_net_tcp_buffers(int fd);
void bench_net_tcp_connect(void *ctx, unsigned index, uint32_t ip,
                           uint16_t port, uint16_t local_port);
void bench_net_tcp_send(void *ctx, unsigned index, const uint8_t *bytes,
                        size_t size);
/* Close at once with RST; or send what is left, then FIN. */
void bench_net_tcp_reset(int fd);
void bench_net_tcp_finish(struct bench_net *net, struct bench_net_slot *slot);
void bench_net_tcp_accept(struct bench_net *net, unsigned listener);
void bench_net_tcp_poll(const struct bench_net_slot *slot,
                        struct bench_poll *poll);
void bench_net_tcp_serve(struct bench_net *net, unsigned index,
                         const struct bench_poll *poll);
void bench_net_tcp_serve_closing(struct bench_net *net,
                                 const struct bench_poll *poll);

/* ---- os_bench_net_udp.c, for os_bench_net.c ---- */
void bench_net_udp_open(struct bench_net *net, struct bench_net_slot *slot);
void bench_net_udp_close(struct bench_net_slot *slot);
void bench_net_udp_group(struct bench_net *net, struct bench_net_slot *slot,
                         unsigned index);
void bench_net_udp_poll(const struct bench_net_slot *slot,
                        struct bench_poll *poll);
void bench_net_udp_serve(struct bench_net *net, unsigned index,
                         const struct bench_poll *poll);
void bench_net_udp_send(struct bench_net_slot *slot, uint32_t ip, uint16_t port,
                        const uint8_t *bytes, size_t size);
/* Bind to the device's address and slot->port, or one near it, and say so.
 * Returns the descriptor (type: SOCK_STREAM or SOCK_DGRAM), or -1. */
int bench_net_bind(struct bench_net *net, struct bench_net_slot *slot,
                   int type);
bool bench_net_try_bind(int fd, uint32_t ip, unsigned port);
struct sockaddr_in bench_net_address(uint32_t ip, unsigned port);
/* The slot's new owner, without sockets yet. */
struct bench_net_slot *bench_net_begin(struct bench_net *net, unsigned index,
                                       enum net_kind kind);

#endif
