/* Multicast DNS on every interface by itself, so that neither a second network
 * card nor a VPN hides a device. Each interface has two sockets: one on the
 * port of multicast DNS, which hears what is said to all, and one on a free
 * port, for responders that answer only who asks, and for computers where
 * another program keeps that port to itself. */
#include <arpa/inet.h>
#include <errno.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tool/diy_mdns.h"
#include "tool/os.h"
#include "tool/os_diy.h"

#define INTERFACES 16u
#define SOCKETS 2u
#define HOPS 255 /* RFC 6762, 11 */

struct side {
    char name[IF_NAMESIZE];
    struct in_addr address;
    unsigned index;
    int fd[SOCKETS]; /* -1: none */
};

struct os_mdns {
    struct side side[INTERFACES];
    unsigned count;
};

static bool set(int fd, int option, const void *value, socklen_t size)
{
    return setsockopt(fd, IPPROTO_IP, option, value, size) == 0;
}

/* port 0: any. Returns the socket, or -1. */
static int open_socket(const struct side *side, unsigned port)
{
    const int on = 1, off = 0, hops = HOPS;
    struct sockaddr_in here = {.sin_family = AF_INET,
                               .sin_port = htons((uint16_t)port)};
    const struct ip_mreqn group = {.imr_multiaddr.s_addr = htonl(MDNS_GROUP),
                                   .imr_address = side->address,
                                   .imr_ifindex = (int)side->index};
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -1;
    if (port == 0)
        here.sin_addr = side->address;
    (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    (void)setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof(on));
    if (bind(fd, (struct sockaddr *)&here, sizeof(here)) == 0 &&
        set(fd, IP_MULTICAST_ALL, &off, sizeof(off)) &&
        set(fd, IP_MULTICAST_IF, &group, sizeof(group)) &&
        set(fd, IP_MULTICAST_TTL, &hops, sizeof(hops)) &&
        (port == 0 || set(fd, IP_ADD_MEMBERSHIP, &group, sizeof(group))))
        return fd;
    close(fd);
    return -1;
}

static bool is_known(const struct os_mdns *mdns, unsigned index)
{
    for (unsigned i = 0; i < mdns->count; i++) {
        if (mdns->side[i].index == index)
            return true;
    }
    return false;
}

static void add(struct os_mdns *mdns, const struct ifaddrs *at)
{
    unsigned index = if_nametoindex(at->ifa_name);
    if (index == 0 || mdns->count == INTERFACES || is_known(mdns, index))
        return;
    struct side *side = &mdns->side[mdns->count];
    struct sockaddr_in address;
    memcpy(&address, at->ifa_addr, sizeof(address));
    *side = (struct side){.index = index, .address = address.sin_addr};
    snprintf(side->name, sizeof(side->name), "%s", at->ifa_name);
    side->fd[0] = open_socket(side, MDNS_UDP_PORT);
    side->fd[1] = open_socket(side, 0);
    if (side->fd[0] >= 0 || side->fd[1] >= 0)
        mdns->count++;
}

enum err os_mdns_open(const char *only, struct os_mdns **out)
{
    struct ifaddrs *all = NULL;
    struct os_mdns *mdns = calloc(1, sizeof(*mdns));
    *out = mdns;
    if (!mdns || getifaddrs(&all) != 0) {
        free(mdns);
        *out = NULL;
        return ERR_MEMORY;
    }
    for (const struct ifaddrs *at = all; at; at = at->ifa_next) {
        if (at->ifa_addr && at->ifa_addr->sa_family == AF_INET &&
            (at->ifa_flags & IFF_UP) &&
            (!only || strcmp(only, at->ifa_name) == 0))
            add(mdns, at);
    }
    freeifaddrs(all);
    if (mdns->count > 0)
        return ERR_NONE;
    free(mdns);
    *out = NULL;
    return ERR_UNKNOWN;
}

void os_mdns_close(struct os_mdns *mdns)
{
    for (unsigned i = 0; mdns && i < mdns->count * SOCKETS; i++) {
        int fd = mdns->side[i / SOCKETS].fd[i % SOCKETS];
        if (fd >= 0)
            close(fd);
    }
    free(mdns);
}

void os_mdns_ask(struct os_mdns *mdns, const uint8_t *bytes, size_t size)
{
    const struct sockaddr_in to = {.sin_family = AF_INET,
                                   .sin_port = htons(MDNS_UDP_PORT),
                                   .sin_addr.s_addr = htonl(MDNS_GROUP)};
    for (unsigned i = 0; i < mdns->count * SOCKETS; i++) {
        int fd = mdns->side[i / SOCKETS].fd[i % SOCKETS];
        if (fd >= 0)
            (void)sendto(fd, bytes, size, MSG_NOSIGNAL,
                         (const struct sockaddr *)&to, sizeof(to));
    }
}

static bool take(const struct side *side, int fd, struct os_mdns_heard *out)
{
    struct sockaddr_in from = {0};
    socklen_t size = sizeof(from);
    ssize_t n = recvfrom(fd, out->bytes, sizeof(out->bytes), 0,
                         (struct sockaddr *)&from, &size);
    if (n <= 0)
        return false;
    out->size = (size_t)n;
    memcpy(out->sender, &from.sin_addr, 4);
    snprintf(out->interface, sizeof(out->interface), "%s", side->name);
    return true;
}

bool os_mdns_hear(struct os_mdns *mdns, unsigned wait_ms,
                  struct os_mdns_heard *out)
{
    struct pollfd polls[INTERFACES * SOCKETS];
    uint64_t end = os_now_ms() + wait_ms;
    for (;;) {
        uint64_t now = os_now_ms();
        for (unsigned i = 0; i < mdns->count * SOCKETS; i++)
            polls[i] =
                (struct pollfd){.fd = mdns->side[i / SOCKETS].fd[i % SOCKETS],
                                .events = POLLIN};
        int n = poll(polls, (nfds_t)mdns->count * SOCKETS,
                     now < end ? (int)(end - now) : 0);
        if (n < 0 && errno != EINTR)
            return false;
        for (unsigned i = 0; n > 0 && i < mdns->count * SOCKETS; i++) {
            if (polls[i].revents != 0 &&
                take(&mdns->side[i / SOCKETS], polls[i].fd, out))
                return true;
        }
        if (os_now_ms() >= end)
            return false;
    }
}

void os_mdns_interfaces(const struct os_mdns *mdns, char *out, size_t room)
{
    size_t used = 0;
    out[0] = '\0';
    for (unsigned i = 0; i < mdns->count && used < room; i++) {
        char text[INET_ADDRSTRLEN];
        inet_ntop(AF_INET, &mdns->side[i].address, text, sizeof(text));
        used +=
            (size_t)snprintf(out + used, room - used, "%s%s (%s)",
                             used > 0 ? ", " : "", mdns->side[i].name, text);
    }
}
