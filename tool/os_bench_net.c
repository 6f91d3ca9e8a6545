/* The sockets of one device: its address, its listeners and TCP connections. */
#include "tool/bench_net.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define FIRST_ADDRESS 0x7F500001u /* 127.80.0.1 */
#define LAST_ADDRESS 0x7F50FFFEu
#define LOOPBACK 127u
#define BACKLOG 8
#define SHARED 5353u /* a UDP port */

static struct chip *chip_of(struct bench_net *net)
{
    return bench_chip(net->bench);
}

struct sockaddr_in bench_net_address(uint32_t ip, unsigned port)
{
    return (struct sockaddr_in){.sin_family = AF_INET,
                                .sin_port = htons((uint16_t)port),
                                .sin_addr.s_addr = htonl(ip)};
}

/* ---- the device's address ---- */

bool bench_net_parse(const char *text, uint32_t *address)
{
    struct in_addr in;
    if (inet_pton(AF_INET, text, &in) != 1) {
        return false;
    }
    *address = ntohl(in.s_addr);
    return *address >> 24 == LOOPBACK && *address != INADDR_LOOPBACK &&
           (*address & 0xFFu) != 0 && (*address & 0xFFu) != 255;
}

/* Benches that run at the same time know of each other by a name that the
 * kernel forgets with the process. */
static int claim(uint32_t address)
{
    struct sockaddr_un name = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    int n = snprintf(name.sun_path + 1, sizeof(name.sun_path) - 1,
                     "pogo-bench-%08x", address);
    socklen_t size =
        (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + (size_t)n);
    if (fd >= 0 && bind(fd, (struct sockaddr *)&name, size) != 0) {
        close(fd);
        fd = -1;
    }
    return fd;
}

static bool take_address(struct bench_net *net, uint32_t address)
{
    struct in_addr in = {.s_addr = htonl(address)};
    net->lock_fd = claim(address);
    net->address = address;
    inet_ntop(AF_INET, &in, net->text, sizeof(net->text));
    return net->lock_fd >= 0;
}

/* ---- ports ---- */

static void say_port(struct bench_net *net, const struct bench_net_slot *slot)
{
    bool is_udp = slot->kind == NET_UDP;
    for (unsigned i = 0; i < NET_SLOTS; i++) {
        const struct bench_net_said *said = &net->said[i];
        if (said->port == slot->port && said->bound == slot->bound &&
            said->is_udp == is_udp) {
            return;
        }
    }
    net->said[net->says++ % NET_SLOTS] =
        (struct bench_net_said){slot->port, slot->bound, is_udp};
    if (slot->bound == slot->port) {
        chip_event(chip_of(net), "net %s:%u %s", net->text, slot->bound,
                   is_udp ? "udp" : "tcp");
    } else {
        chip_event(chip_of(net), "net %s:%u is port %u%s", net->text,
                   slot->bound, slot->port, is_udp ? " udp" : "");
    }
}

bool bench_net_try_bind(int fd, uint32_t ip, unsigned port)
{
    struct sockaddr_in address = bench_net_address(ip, port);
    return bind(fd, (struct sockaddr *)&address, sizeof(address)) == 0;
}

/* Port 80 is 40080 for who may not have it, or the next free one. */
static bool bind_near(int fd, uint32_t ip, unsigned port)
{
    if (bench_net_try_bind(fd, ip, port)) {
        return true;
    }
    unsigned first = port < 20000 ? 40000 + port : port;
    for (unsigned i = 0; i < 100 && first + i < 65536; i++) {
        if (bench_net_try_bind(fd, ip, first + i)) {
            return true;
        }
    }
    return bench_net_try_bind(fd, ip, 0);
}

int bench_net_bind(struct bench_net *net, struct bench_net_slot *slot, int type)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t size = sizeof(address);
    int one = 1;
    int fd = socket(AF_INET, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) {
        return -1;
    }
    /* A listener comes back at once. Two UDP sockets never share a port, but
     * for multicast DNS's, which all of a computer have (RFC 6762, 15.1). */
    if (type == SOCK_STREAM || slot->port == SHARED) {
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
    }
    if (!bind_near(fd, net->address, slot->port) ||
        (type == SOCK_STREAM && listen(fd, BACKLOG) != 0) ||
        getsockname(fd, (struct sockaddr *)&address, &size) != 0) {
        chip_event(chip_of(net), "net %s:%u failed: %s", net->text, slot->port,
                   strerror(errno));
        close(fd);
        return -1;
    }
    slot->bound = ntohs(address.sin_port);
    say_port(net, slot);
    return fd;
}

/* ---- slots ---- */

struct bench_net_slot *bench_net_begin(struct bench_net *net, unsigned index,
                                       enum net_kind kind)
{
    struct bench_net_slot *slot = &net->slot[index];
    if (net->slot_end <= index) {
        net->slot_end = index + 1;
    }
    *slot = (struct bench_net_slot){.kind = kind, .fd = -1, .broadcast_fd = -1};
    for (unsigned i = 0; i < NET_GROUPS; i++) {
        slot->group_fd[i] = -1;
    }
    bench_queue_init(&slot->out, BENCH_NET_OUT);
    return slot;
}

static void host_listen(void *ctx, unsigned index, uint16_t port)
{
    struct bench_net *net = ctx;
    struct bench_net_slot *slot = bench_net_begin(net, index, NET_LISTENER);
    slot->port = port;
    slot->fd = bench_net_bind(net, slot, SOCK_STREAM);
    if (slot->fd >= 0) {
        bench_net_tcp_buffers(slot->fd); /* what is accepted inherits them */
    }
}

static void host_udp_open(void *ctx, unsigned index, uint16_t port)
{
    struct bench_net *net = ctx;
    struct bench_net_slot *slot = bench_net_begin(net, index, NET_UDP);
    slot->port = port;
    bench_net_udp_open(net, slot);
    for (unsigned i = 0; i < NET_GROUPS; i++) {
        bench_net_udp_group(net, slot, i);
    }
}

static void host_group(void *ctx, uint32_t group, bool is_joined)
{
    struct bench_net *net = ctx;
    for (unsigned i = 0; i < NET_GROUPS; i++) {
        if (net->group[i] == (is_joined ? 0 : group)) {
            net->group[i] = is_joined ? group : 0;
            for (unsigned k = 0; k < NET_SLOTS; k++) {
                if (net->slot[k].kind == NET_UDP) {
                    bench_net_udp_group(net, &net->slot[k], i);
                }
            }
            return;
        }
    }
}

static void host_send_to(void *ctx, unsigned index, uint32_t ip, uint16_t port,
                         const uint8_t *bytes, size_t size)
{
    struct bench_net *net = ctx;
    bench_net_udp_send(&net->slot[index], ip, port, bytes, size);
}

static void host_pause(void *ctx, unsigned index, bool is_paused)
{
    struct bench_net *net = ctx;
    net->slot[index].is_paused = is_paused;
}

static void host_close(void *ctx, unsigned index, bool is_reset)
{
    struct bench_net *net = ctx;
    struct bench_net_slot *slot = &net->slot[index];
    if (slot->kind == NET_UDP) {
        bench_net_udp_close(slot);
    } else if (slot->fd >= 0 && slot->kind == NET_CONNECTION && !is_reset) {
        bench_net_tcp_finish(net, slot);
    } else if (slot->fd >= 0) {
        bench_net_tcp_reset(slot->fd);
    }
    bench_queue_free(&slot->out);
    slot->kind = NET_FREE;
    slot->fd = -1;
}

/* ---- for the loop ---- */

void bench_net_poll(const struct bench_net *net, struct bench_poll *poll)
{
    for (unsigned i = 0; i < net->slot_end; i++) {
        const struct bench_net_slot *slot = &net->slot[i];
        if (slot->kind == NET_UDP) {
            bench_net_udp_poll(slot, poll);
        } else if (slot->kind != NET_FREE) {
            bench_net_tcp_poll(slot, poll);
        }
    }
    for (unsigned i = 0; i < net->closing_end; i++) {
        const struct bench_net_closing *row = &net->closing[i];
        bench_poll_add(poll, row->fd,
                       row->out.size > 0 ? POLLIN | POLLOUT : POLLIN);
    }
}

void bench_net_serve(struct bench_net *net, const struct bench_poll *poll)
{
    for (unsigned i = 0; i < net->slot_end; i++) {
        const struct bench_net_slot *slot = &net->slot[i];
        if (slot->kind == NET_UDP) {
            bench_net_udp_serve(net, i, poll);
        } else if (slot->kind == NET_CONNECTION && slot->fd >= 0) {
            bench_net_tcp_serve(net, i, poll);
        } else if (slot->kind == NET_LISTENER &&
                   bench_poll_found(poll, slot->fd, POLLIN)) {
            bench_net_tcp_accept(net, i);
        }
    }
    bench_net_tcp_serve_closing(net, poll);
}

bool bench_net_has_client(const struct bench_net *net)
{
    for (unsigned i = 0; i < net->slot_end; i++) {
        if (net->slot[i].kind == NET_CONNECTION && net->slot[i].fd >= 0) {
            return true;
        }
    }
    return false;
}

/* ---- start and end ---- */

static uint16_t host_port(void *ctx, unsigned index)
{
    struct bench_net *net = ctx;
    return net->slot[index].bound;
}

enum err bench_net_open(struct bench_net *net, uint32_t address)
{
    memset(net, 0, sizeof(*net));
    net->host = (struct net_host){host_listen,        bench_net_tcp_connect,
                                  host_udp_open,      host_group,
                                  bench_net_tcp_send, host_send_to,
                                  host_pause,         host_close,
                                  host_port,          net};
    for (unsigned i = 0; i < BENCH_NET_CLOSING; i++) {
        net->closing[i].fd = -1;
    }
    if (address) {
        (void)take_address(net, address);
        return ERR_NONE;
    }
    for (address = FIRST_ADDRESS; address <= LAST_ADDRESS; address++) {
        bool has_odd_end = (address & 0xFFu) == 0 || (address & 0xFFu) == 255;
        if (!has_odd_end && take_address(net, address)) {
            return ERR_NONE;
        }
    }
    return ERR_PORT_BUSY;
}

void bench_net_start(struct bench_net *net, struct bench *bench)
{
    net->bench = bench;
}

void bench_net_close(struct bench_net *net)
{
    for (unsigned i = 0; net->address && i < BENCH_NET_CLOSING; i++) {
        if (net->closing[i].fd >= 0) {
            close(net->closing[i].fd);
            bench_queue_free(&net->closing[i].out);
        }
    }
    if (net->lock_fd >= 0) {
        close(net->lock_fd);
    }
    net->lock_fd = -1;
}
