#include "firmware/port/posix/net.h"

#include <arpa/inet.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#include "firmware/port/posix/net_private.h"

#define LOOPBACK_NET 127u
#define GROUPS 14u           /* 224.0.0.0/4, its first four bits */
#define PHONE_IP 0xC0A80402u /* 192.168.4.2 */
#define BACKLOG 8

/* The HAL has no context argument; ports may keep one. */
struct net net;

/* ---- addresses ----------------------------------------------------------- */

struct sockaddr_in net_socket_address(uint32_t ip, unsigned port)
{
    return (struct sockaddr_in){.sin_family = AF_INET,
                                .sin_port = htons((uint16_t)port),
                                .sin_addr.s_addr = htonl(ip)};
}

uint32_t net_get_ip(const uint8_t ip[4])
{
    return (uint32_t)ip[0] << 24 | (uint32_t)ip[1] << 16 |
           (uint32_t)ip[2] << 8 | ip[3];
}

void net_put_ip(uint8_t to[4], uint32_t ip)
{
    for (unsigned i = 0; i < 4; i++)
        to[i] = (uint8_t)(ip >> (24 - 8 * i));
}

bool net_parse(const char *text, uint32_t *address)
{
    struct in_addr in;
    if (inet_pton(AF_INET, text, &in) != 1)
        return false;
    *address = ntohl(in.s_addr);
    return *address >> 24 == LOOPBACK_NET && (*address & 0xFFu) != 0 &&
           (*address & 0xFFu) != 255;
}

void net_say(const char *format, ...)
{
    char line[128];
    va_list args;
    va_start(args, format);
    vsnprintf(line, sizeof(line), format, args);
    va_end(args);
    net.sink->say(net.sink->ctx, line);
}

static const char *text_of(uint32_t ip, char text[INET_ADDRSTRLEN])
{
    struct in_addr in = {.s_addr = htonl(ip)};
    return inet_ntop(AF_INET, &in, text, INET_ADDRSTRLEN);
}

uint32_t net_real(uint32_t ip)
{
    char text[INET_ADDRSTRLEN];
    if (net.is_phone && ip == PHONE_IP)
        return net.phone ? net.phone : NET_LOOPBACK;
    if (ip >> 24 == LOOPBACK_NET || ip >> 28 == GROUPS)
        return ip;
    net_say("net %s is not in 127.0.0.0/8: unreachable", text_of(ip, text));
    return 0;
}

uint32_t net_seen(uint32_t ip)
{
    if (!net.is_phone)
        return ip;
    net.phone = ip;
    return PHONE_IP;
}

/* ---- ports --------------------------------------------------------------- */

static void say_port(uint16_t port, uint16_t bound, bool is_udp)
{
    char text[INET_ADDRSTRLEN];
    for (unsigned i = 0; i < NET_SAID; i++)
        if (net.said[i].port == port && net.said[i].bound == bound &&
            net.said[i].is_udp == is_udp)
            return;
    net.said[net.says % NET_SAID].port = port;
    net.said[net.says % NET_SAID].bound = bound;
    net.said[net.says++ % NET_SAID].is_udp = is_udp;
    (void)text_of(net.address, text);
    if (bound == port)
        net_say("net %s:%u %s", text, bound, is_udp ? "udp" : "tcp");
    else if (port)
        net_say("net %s:%u is port %u%s", text, bound, port,
                is_udp ? " udp" : "");
}

static bool try_bind(int fd, unsigned port)
{
    struct sockaddr_in at = net_socket_address(net.address, port);
    return bind(fd, (struct sockaddr *)&at, sizeof(at)) == 0;
}

/* Port 80 is 40080 for who may not have it, or the next free one. */
static bool bind_near(int fd, unsigned port)
{
    unsigned first = port < 20000 ? 40000 + port : port;
    if (try_bind(fd, port))
        return true;
    for (unsigned i = 0; i < 100 && first + i < 65536; i++)
        if (try_bind(fd, first + i))
            return true;
    return try_bind(fd, 0);
}

void net_close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

int net_bind(int type, uint16_t port, uint16_t *bound)
{
    struct sockaddr_in at = {.sin_family = AF_INET};
    socklen_t size = sizeof(at);
    int one = 1;
    int fd = socket(AF_INET, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    /* A listener comes back at once. Two UDP sockets never share a port, but
     * for multicast DNS's, which all of a computer have (RFC 6762, 15.1). */
    if (fd >= 0 && (type == SOCK_STREAM || port == NET_SHARED))
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
    if (fd < 0 || !bind_near(fd, port) ||
        (type == SOCK_STREAM && listen(fd, BACKLOG) != 0) ||
        getsockname(fd, (struct sockaddr *)&at, &size) != 0) {
        net_say("net port %u failed", port);
        net_close_fd(&fd);
        return -1;
    }
    *bound = ntohs(at.sin_port);
    say_port(port, *bound, type == SOCK_DGRAM);
    return fd;
}

/* ---- listeners ----------------------------------------------------------- */

static void open_listener(struct net_listener *row)
{
    uint16_t bound;
    if (net.is_up && row->port && row->fd < 0)
        row->fd = net_bind(SOCK_STREAM, row->port, &bound);
}

bool hal_tcp_listen(uint16_t port, unsigned most)
{
    struct net_listener *row = NULL;
    for (unsigned i = 0; i < HAL_LISTENERS; i++) {
        if (net.listener[i].port == port)
            return false;
        if (!row && net.listener[i].port == 0)
            row = &net.listener[i];
    }
    if (!row)
        return false;
    *row = (struct net_listener){port, most, -1};
    open_listener(row);
    return true;
}

/* ---- start, time and the loop -------------------------------------------- */

static void forget(void)
{
    for (unsigned i = 0; i < HAL_LISTENERS; i++)
        net.listener[i].fd = -1;
    for (unsigned i = 0; i < HAL_SOCKETS + NET_CLOSING; i++)
        net.tcp[i].fd = -1;
    for (unsigned i = 0; i < HAL_UDP; i++)
        net.udp[i].fd = net.udp[i].group_fd = -1;
}

void net_open(uint32_t address, const struct net_sink *sink)
{
    memset(&net, 0, sizeof(net));
    net.address = address;
    net.sink = sink;
    forget();
}

void net_reset(void)
{
    if (!net.sink)
        return; /* not open yet */
    for (unsigned i = 0; i < HAL_LISTENERS; i++) {
        net_close_fd(&net.listener[i].fd);
        net.listener[i].port = 0;
    }
    net_tcp_reset();
    net_udp_reset();
    net.name.is_asked = false;
    net.is_up = net.is_phone = false;
    net.phone = 0;
}

static void change_link(bool is_up)
{
    net.is_up = is_up;
    for (unsigned i = 0; i < HAL_LISTENERS; i++) {
        if (is_up)
            open_listener(&net.listener[i]);
        else
            net_close_fd(&net.listener[i].fd);
    }
    net_tcp_link(is_up);
    net_udp_link(is_up);
}

void net_step(uint64_t now_ms, bool is_station, bool is_phone)
{
    bool is_up = is_station || is_phone;
    net.now_ms = now_ms;
    net.is_phone = is_phone;
    if (is_up != net.is_up)
        change_link(is_up);
    net_tcp_step();
    net_tcp_settle();
    net_name_step();
}

unsigned net_poll(struct pollfd *fds)
{
    unsigned n = 0;
    for (unsigned i = 0; i < HAL_LISTENERS; i++)
        if (net.listener[i].fd >= 0)
            fds[n++] = (struct pollfd){net.listener[i].fd, POLLIN, 0};
    n += net_tcp_poll(fds + n);
    return n + net_udp_poll(fds + n);
}

short net_found(const struct pollfd *fds, unsigned count, int fd)
{
    for (unsigned i = 0; i < count && fd >= 0; i++)
        if (fds[i].fd == fd)
            return fds[i].revents;
    return 0;
}

void net_serve(const struct pollfd *fds, unsigned count)
{
    for (unsigned i = 0; i < HAL_LISTENERS; i++)
        if (net_found(fds, count, net.listener[i].fd))
            net_tcp_accept(&net.listener[i]);
    net_tcp_serve(fds, count);
    net_udp_serve(fds, count);
    net_tcp_settle();
}

bool net_has_client(void)
{
    for (unsigned i = 0; i < HAL_SOCKETS + NET_CLOSING; i++)
        if (net.tcp[i].fd >= 0)
            return true;
    return false;
}

uint32_t hal_net_random(void)
{
    uint32_t number;
    while (getrandom(&number, sizeof(number), 0) != sizeof(number))
        continue;
    return number;
}
