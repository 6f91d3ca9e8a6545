/* UDP sockets of the posix device, groups joined on the loopback interface, and
 * names. */
#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "firmware/port/posix/net_private.h"

#define AT_A_TIME 8u /* datagrams between two looks at the rest */
/* As on the bench: emulator/sdk_dns.c. */
#define ANSWER_MS 20u
#define NO_ANSWER_MS 8000u

/* ---- sockets ------------------------------------------------------------- */

static struct ip_mreqn on_loopback(uint32_t group)
{
    return (struct ip_mreqn){.imr_multiaddr.s_addr = htonl(group),
                             .imr_address.s_addr = htonl(net.address),
                             .imr_ifindex = (int)if_nametoindex("lo")};
}

/* Several devices, and clients, hear the same group. */
static int open_group(uint32_t group, uint16_t port)
{
    struct sockaddr_in at = net_socket_address(group, port);
    struct ip_mreqn row = on_loopback(group);
    int one = 1;
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return -1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
    if (bind(fd, (struct sockaddr *)&at, sizeof(at)) != 0 ||
        setsockopt(fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, &row, sizeof(row)) != 0)
        net_close_fd(&fd);
    return fd;
}

static void open_sockets(struct net_udp *udp)
{
    struct ip_mreqn out = on_loopback(0);
    udp->fd = net_bind(SOCK_DGRAM, udp->port, &udp->bound);
    if (udp->fd >= 0)
        setsockopt(udp->fd, IPPROTO_IP, IP_MULTICAST_IF, &out, sizeof(out));
    if (udp->group)
        udp->group_fd = open_group(udp->group, udp->port);
}

static void close_sockets(struct net_udp *udp)
{
    net_close_fd(&udp->fd);
    net_close_fd(&udp->group_fd);
}

void net_udp_link(bool is_up)
{
    for (unsigned i = 0; i < HAL_UDP; i++) {
        if (!is_up)
            close_sockets(&net.udp[i]);
        else if (net.udp[i].is_used)
            open_sockets(&net.udp[i]);
    }
}

void net_udp_reset(void)
{
    for (unsigned i = 0; i < HAL_UDP; i++)
        hal_udp_close((uint8_t)i);
}

/* ---- the HAL ------------------------------------------------------------- */

bool hal_udp_open(uint16_t port, const uint8_t *group, uint8_t *handle)
{
    uint8_t free = HAL_UDP;
    for (uint8_t i = 0; i < HAL_UDP; i++) {
        if (!net.udp[i].is_used)
            free = free == HAL_UDP ? i : free;
        else if (port != 0 && net.udp[i].port == port)
            return false;
    }
    if (free == HAL_UDP)
        return false;
    net.udp[free] = (struct net_udp){.is_used = true,
                                     .port = port,
                                     .group = group ? net_get_ip(group) : 0,
                                     .fd = -1,
                                     .group_fd = -1};
    if (net.is_up)
        open_sockets(&net.udp[free]);
    *handle = free;
    return true;
}

bool hal_udp_send(uint8_t handle, const uint8_t ip[4], uint16_t port,
                  const void *bytes, size_t size)
{
    const struct net_udp *udp = &net.udp[handle];
    if (udp->fd < 0 || size == 0 || size > NET_DATAGRAM)
        return false;
    uint32_t real = net_real(net_get_ip(ip));
    struct sockaddr_in to = net_socket_address(real, port);
    /* What the socket does not take is lost, as on the air. */
    if (real)
        (void)!sendto(udp->fd, bytes, size, MSG_NOSIGNAL,
                      (struct sockaddr *)&to, sizeof(to));
    return true;
}

void hal_udp_close(uint8_t handle)
{
    close_sockets(&net.udp[handle]);
    net.udp[handle].is_used = false;
}

/* ---- what comes ---------------------------------------------------------- */

static void hear(uint8_t handle, const struct sockaddr_in *from,
                 const uint8_t *bytes, size_t size)
{
    const struct net_udp *udp = &net.udp[handle];
    uint32_t ip = ntohl(from->sin_addr.s_addr);
    struct hal_net_event event = {.change = HAL_NET_DATAGRAM,
                                  .socket = handle,
                                  .local_port = udp->port,
                                  .port = ntohs(from->sin_port),
                                  .bytes = bytes,
                                  .size = size};
    /* What it sent itself comes back on the loopback, not on the air. */
    if (ip == net.address && event.port == udp->bound)
        return;
    net_put_ip(event.ip, net_seen(ip));
    net.sink->hear(net.sink->ctx, &event);
}

static void read_all(uint8_t handle, const int *fd)
{
    uint8_t bytes[NET_DATAGRAM + 1];
    for (unsigned i = 0; i < AT_A_TIME && *fd >= 0; i++) {
        struct sockaddr_in from = {.sin_family = AF_INET};
        socklen_t size = sizeof(from);
        ssize_t n = recvfrom(*fd, bytes, sizeof(bytes), 0,
                             (struct sockaddr *)&from, &size);
        if (n < 0 && errno != ECONNREFUSED)
            return;
        if (n > (ssize_t)NET_DATAGRAM)
            net_say("net datagram lost: more than %u bytes", NET_DATAGRAM);
        else if (n >= 0)
            hear(handle, &from, bytes, (size_t)n);
    }
}

void net_udp_serve(const struct pollfd *fds, unsigned count)
{
    for (uint8_t i = 0; i < HAL_UDP; i++) {
        struct net_udp *udp = &net.udp[i];
        if (net_found(fds, count, udp->fd))
            read_all(i, &udp->fd);
        if (net_found(fds, count, udp->group_fd))
            read_all(i, &udp->group_fd);
    }
}

unsigned net_udp_poll(struct pollfd *fds)
{
    unsigned n = 0;
    for (unsigned i = 0; i < HAL_UDP; i++) {
        if (net.udp[i].fd >= 0)
            fds[n++] = (struct pollfd){net.udp[i].fd, POLLIN, 0};
        if (net.udp[i].group_fd >= 0)
            fds[n++] = (struct pollfd){net.udp[i].group_fd, POLLIN, 0};
    }
    return n;
}

/* ---- names --------------------------------------------------------------- */

static bool is_dotted(const char *text, uint32_t *ip)
{
    struct in_addr in;
    if (inet_pton(AF_INET, text, &in) != 1)
        return false;
    *ip = ntohl(in.s_addr);
    return true;
}

bool hal_net_resolve(const char *name)
{
    uint32_t ip;
    if (net.name.is_asked)
        return false;
    net.name.is_asked = true;
    snprintf(net.name.text, sizeof(net.name.text), "%s", name);
    net.name.due_ms = net.now_ms;
    if (!is_dotted(name, &ip))
        net.name.due_ms += net.is_up ? ANSWER_MS : NO_ANSWER_MS;
    return true;
}

static uint32_t find(const char *name)
{
    uint32_t ip = 0;
    if (is_dotted(name, &ip))
        return ip;
    if (!net.is_up)
        return 0;
    if (strcmp(name, "localhost") == 0)
        return NET_LOOPBACK;
    return net.sink->look_up(net.sink->ctx, name, &ip) ? ip : 0;
}

void net_name_step(void)
{
    struct hal_net_event event = {.change = HAL_NET_RESOLVED};
    if (!net.name.is_asked || net.now_ms < net.name.due_ms)
        return;
    net.name.is_asked = false;
    net_put_ip(event.ip, find(net.name.text));
    net.sink->hear(net.sink->ctx, &event);
}
