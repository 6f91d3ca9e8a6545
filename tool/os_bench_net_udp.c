/* UDP sockets of one device: its own address, broadcasts on the loopback
 * network, and multicast groups joined on the loopback interface. */
#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tool/bench_net.h"

#define BROADCAST 0x7FFFFFFFu /* 127.255.255.255 */
#define AT_A_TIME 16u         /* datagrams between two looks at the rest */

static struct ip_mreqn on_loopback(uint32_t group, uint32_t address)
{
    return (struct ip_mreqn){.imr_multiaddr.s_addr = htonl(group),
                             .imr_address.s_addr = htonl(address),
                             .imr_ifindex = (int)if_nametoindex("lo")};
}

static void close_one(int *fd)
{
    if (*fd >= 0) {
        close(*fd);
    }
    *fd = -1;
}

/* Several devices, and clients, hear the same broadcasts and groups. */
static int open_shared(uint32_t ip, uint16_t port)
{
    struct sockaddr_in address = bench_net_address(ip, port);
    int one = 1;
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd >= 0) {
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
        if (bind(fd, (struct sockaddr *)&address, sizeof(address)) != 0) {
            close_one(&fd);
        }
    }
    return fd;
}

void bench_net_udp_open(struct bench_net *net, struct bench_net_slot *slot)
{
    struct ip_mreqn out = on_loopback(0, net->address);
    int one = 1;
    slot->fd = bench_net_bind(net, slot, SOCK_DGRAM);
    if (slot->fd < 0) {
        return;
    }
    setsockopt(slot->fd, SOL_SOCKET, SO_BROADCAST, &one, sizeof(one));
    setsockopt(slot->fd, IPPROTO_IP, IP_MULTICAST_IF, &out, sizeof(out));
    slot->broadcast_fd = open_shared(BROADCAST, slot->bound);
}

void bench_net_udp_close(struct bench_net_slot *slot)
{
    close_one(&slot->fd);
    close_one(&slot->broadcast_fd);
    for (unsigned i = 0; i < NET_GROUPS; i++) {
        close_one(&slot->group_fd[i]);
    }
}

void bench_net_udp_group(struct bench_net *net, struct bench_net_slot *slot,
                         unsigned index)
{
    uint32_t group = net->group[index];
    struct ip_mreqn row = on_loopback(group, net->address);
    close_one(&slot->group_fd[index]);
    if (!group || slot->port == 0) {
        return;
    }
    int fd = open_shared(group, slot->port);
    if (fd < 0) {
        return;
    }
    if (setsockopt(fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, &row, sizeof(row)) != 0) {
        close_one(&fd);
    }
    slot->group_fd[index] = fd;
}

void bench_net_udp_poll(const struct bench_net_slot *slot,
                        struct bench_poll *poll)
{
    bench_poll_add(poll, slot->fd, POLLIN);
    bench_poll_add(poll, slot->broadcast_fd, POLLIN);
    for (unsigned i = 0; i < NET_GROUPS; i++) {
        bench_poll_add(poll, slot->group_fd[i], POLLIN);
    }
}

/* What it sent itself comes back on the loopback, but not on the chip. */
static bool is_own(const struct bench_net *net,
                   const struct bench_net_slot *slot,
                   const struct sockaddr_in *from)
{
    return ntohl(from->sin_addr.s_addr) == net->address &&
           ntohs(from->sin_port) == slot->bound;
}

static void read_one(struct bench_net *net, unsigned index, int fd,
                     const struct bench_poll *poll)
{
    uint8_t bytes[NET_DATAGRAM + 1];
    struct chip *chip = bench_chip(net->bench);
    if (fd < 0 || !bench_poll_found(poll, fd, POLLIN)) {
        return;
    }
    for (unsigned i = 0; i < AT_A_TIME; i++) {
        struct sockaddr_in from = {.sin_family = AF_INET};
        socklen_t size = sizeof(from);
        ssize_t n = recvfrom(fd, bytes, sizeof(bytes), 0,
                             (struct sockaddr *)&from, &size);
        if (n < 0 && errno != ECONNREFUSED) {
            return;
        }
        if (n < 0 || is_own(net, &net->slot[index], &from)) {
            continue;
        }
        if (n > (ssize_t)NET_DATAGRAM) {
            chip_event(chip, "net datagram lost: more than %u bytes",
                       NET_DATAGRAM);
            continue;
        }
        net_host_datagram(chip, index, ntohl(from.sin_addr.s_addr),
                          ntohs(from.sin_port), bytes, (size_t)n);
    }
}

void bench_net_udp_serve(struct bench_net *net, unsigned index,
                         const struct bench_poll *poll)
{
    const struct bench_net_slot *slot = &net->slot[index];
    read_one(net, index, slot->fd, poll);
    read_one(net, index, slot->broadcast_fd, poll);
    for (unsigned i = 0; i < NET_GROUPS; i++) {
        read_one(net, index, slot->group_fd[i], poll);
    }
}

void bench_net_udp_send(struct bench_net_slot *slot, uint32_t ip, uint16_t port,
                        const uint8_t *bytes, size_t size)
{
    struct sockaddr_in to = bench_net_address(ip, port);
    bool is_allowed = ip >> 24 == 127 || ip >> 28 == 14;
    if (slot->fd >= 0 && is_allowed) {
        /* What the socket does not take is lost, as on the air. */
        (void)!sendto(slot->fd, bytes, size, MSG_NOSIGNAL,
                      (struct sockaddr *)&to, sizeof(to));
    }
}
