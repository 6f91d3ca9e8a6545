/* TCP connections of the posix device: making and accepting them, bytes both
 * ways, and their end. */
#include <errno.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "firmware/port/posix/net_private.h"

/* What waits in the computer for a slow reader; a chip's memory is that small.
 * The kernel doubles the first. */
#define SEND_BUFFER 2048
#define RECEIVE_BUFFER 8192
#define AT_A_TIME 4u /* segments or clients between two looks at the rest */
#define ROUNDS 16u

/* ---- what the device hears ----------------------------------------------- */

static void tell(const struct net_tcp *tcp, enum hal_net_change change,
                 const uint8_t *bytes, size_t size)
{
    struct hal_net_event event = {.change = change,
                                  .socket = (uint8_t)(tcp - net.tcp),
                                  .local_port = tcp->local_port,
                                  .port = tcp->port,
                                  .bytes = bytes,
                                  .size = size};
    net_put_ip(event.ip, tcp->ip);
    net.sink->hear(net.sink->ctx, &event);
}

/* Closing without waiting sends RST. */
static void reset_fd(int *fd)
{
    struct linger now = {1, 0};
    if (*fd >= 0)
        setsockopt(*fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
    net_close_fd(fd);
}

static void end(struct net_tcp *tcp)
{
    net_close_fd(&tcp->fd);
    tcp->state = NET_FREE;
    tell(tcp, HAL_NET_CLOSED, NULL, 0);
}

void net_tcp_settle(void)
{
    for (unsigned k = 0, did = 1; k < ROUNDS && did; k++) {
        did = 0;
        for (unsigned i = 0; i < HAL_SOCKETS; i++) {
            struct net_tcp *tcp = &net.tcp[i];
            if (tcp->state != NET_FREE && tcp->is_over) {
                end(tcp);
                did++;
            } else if (tcp->state == NET_CONNECTED && tcp->owes_sent &&
                       tcp->out_size == 0) {
                tcp->owes_sent = false;
                tell(tcp, HAL_NET_SENT, NULL, 0);
                did++;
            }
        }
    }
}

/* ---- beginning ----------------------------------------------------------- */

static struct net_tcp *take(enum net_state state, uint32_t ip, uint16_t port)
{
    for (unsigned i = 0; i < HAL_SOCKETS; i++) {
        struct net_tcp *tcp = &net.tcp[i];
        if (tcp->state != NET_FREE)
            continue;
        *tcp = (struct net_tcp){.state = state,
                                .fd = -1,
                                .owner = tcp->owner + 1,
                                .is_new = true,
                                .ip = ip,
                                .port = port,
                                .since_ms = net.now_ms};
        return tcp;
    }
    return NULL;
}

static void set_buffers(int fd)
{
    int out = SEND_BUFFER, in = RECEIVE_BUFFER, one = 1;
    setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &out, sizeof(out));
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &in, sizeof(in));
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
}

/* Nobody answers where there is no socket: its time runs out. */
static void start_connecting(struct net_tcp *tcp, uint32_t real)
{
    struct sockaddr_in from = net_socket_address(net.address, 0);
    struct sockaddr_in to = net_socket_address(real, tcp->port);
    tcp->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (tcp->fd < 0)
        return;
    set_buffers(tcp->fd);
    if (bind(tcp->fd, (struct sockaddr *)&from, sizeof(from)) != 0 ||
        (connect(tcp->fd, (struct sockaddr *)&to, sizeof(to)) != 0 &&
         errno != EINPROGRESS))
        tcp->is_over = true;
}

bool hal_tcp_connect(const uint8_t ip[4], uint16_t port, uint8_t *socket)
{
    struct net_tcp *tcp = take(NET_CONNECTING, net_get_ip(ip), port);
    if (!tcp)
        return false;
    *socket = (uint8_t)(tcp - net.tcp);
    tcp->is_over = !net.is_up;
    uint32_t real = net.is_up ? net_real(tcp->ip) : 0;
    if (real)
        start_connecting(tcp, real);
    return true;
}

static unsigned count(uint16_t local_port)
{
    unsigned n = 0;
    for (unsigned i = 0; i < HAL_SOCKETS; i++)
        n +=
            net.tcp[i].state != NET_FREE && net.tcp[i].local_port == local_port;
    return n;
}

static void accept_one(const struct net_listener *listener, int fd,
                       const struct sockaddr_in *from)
{
    struct net_tcp *tcp = NULL;
    if (count(listener->port) < listener->most)
        tcp = take(NET_CONNECTED, net_seen(ntohl(from->sin_addr.s_addr)),
                   ntohs(from->sin_port));
    if (!tcp) {
        reset_fd(&fd);
        return;
    }
    set_buffers(fd);
    tcp->fd = fd;
    tcp->local_port = listener->port;
    tell(tcp, HAL_NET_ACCEPTED, NULL, 0);
}

void net_tcp_accept(const struct net_listener *listener)
{
    for (unsigned i = 0; i < AT_A_TIME && listener->fd >= 0; i++) {
        struct sockaddr_in from = {.sin_family = AF_INET};
        socklen_t size = sizeof(from);
        int fd = accept4(listener->fd, (struct sockaddr *)&from, &size,
                         SOCK_CLOEXEC | SOCK_NONBLOCK);
        if (fd < 0)
            return;
        accept_one(listener, fd, &from);
    }
}

/* ---- sending ------------------------------------------------------------- */

/* False: the other side is gone. */
static bool flush(struct net_tcp *tcp)
{
    while (tcp->out_size > 0) {
        ssize_t n = send(tcp->fd, tcp->out, tcp->out_size, MSG_NOSIGNAL);
        if (n < 0)
            return errno == EAGAIN || errno == EINTR;
        tcp->out_size -= (size_t)n;
        memmove(tcp->out, tcp->out + n, tcp->out_size);
    }
    return true;
}

size_t hal_tcp_room(uint8_t socket)
{
    const struct net_tcp *tcp = &net.tcp[socket];
    bool is_open = tcp->state == NET_CONNECTED && !tcp->is_over;
    return is_open ? HAL_NET_QUEUE - tcp->out_size : 0;
}

bool hal_tcp_send(uint8_t socket, const void *bytes, size_t size)
{
    struct net_tcp *tcp = &net.tcp[socket];
    if (size == 0 || size > hal_tcp_room(socket))
        return false;
    if (tcp->out_size == 0)
        tcp->since_ms = net.now_ms;
    memcpy(tcp->out + tcp->out_size, bytes, size);
    tcp->out_size += size;
    tcp->owes_sent = true;
    if (tcp->fd >= 0 && !flush(tcp))
        tcp->is_over = true;
    return true;
}

void hal_tcp_hold(uint8_t socket, bool is_held)
{
    struct net_tcp *tcp = &net.tcp[socket];
    if (is_held && !tcp->is_held)
        tcp->allowance = HAL_NET_QUEUE;
    tcp->is_held = is_held;
}

/* ---- ending -------------------------------------------------------------- */

static struct net_tcp *oldest_ending(void)
{
    struct net_tcp *best = &net.tcp[HAL_SOCKETS];
    for (unsigned i = HAL_SOCKETS; i < HAL_SOCKETS + NET_CLOSING; i++) {
        struct net_tcp *tcp = &net.tcp[i];
        if (tcp->state == NET_FREE)
            return tcp;
        if (tcp->since_ms < best->since_ms)
            best = tcp;
    }
    return best;
}

static void serve_ending(struct net_tcp *tcp)
{
    uint8_t bytes[4096];
    bool is_good = flush(tcp);
    if (is_good && tcp->out_size == 0)
        shutdown(tcp->fd, SHUT_WR);
    ssize_t n = recv(tcp->fd, bytes, sizeof(bytes), 0);
    bool goes_on = n > 0 || (n < 0 && (errno == EAGAIN || errno == EINTR)) ||
                   (n == 0 && tcp->out_size > 0);
    if (is_good && goes_on)
        return;
    net_close_fd(&tcp->fd);
    tcp->state = NET_FREE;
}

void hal_tcp_close(uint8_t socket)
{
    struct net_tcp *tcp = &net.tcp[socket];
    if (tcp->state == NET_CONNECTED && tcp->fd >= 0 && !tcp->is_over) {
        struct net_tcp *last = oldest_ending();
        reset_fd(&last->fd);
        *last = *tcp;
        last->state = NET_ENDING;
        last->is_new = true;
        last->since_ms = net.now_ms;
        tcp->fd = -1;
        serve_ending(last);
    }
    reset_fd(&tcp->fd);
    tcp->state = NET_FREE;
}

void net_tcp_reset(void)
{
    for (unsigned i = 0; i < HAL_SOCKETS + NET_CLOSING; i++) {
        reset_fd(&net.tcp[i].fd);
        net.tcp[i].state = NET_FREE;
    }
}

void net_tcp_link(bool is_up)
{
    for (unsigned i = 0; i < HAL_SOCKETS + NET_CLOSING && !is_up; i++) {
        struct net_tcp *tcp = &net.tcp[i];
        reset_fd(&tcp->fd);
        tcp->since_ms = net.now_ms;
        if (tcp->state == NET_ENDING)
            tcp->state = NET_FREE;
    }
}

/* A connection whose way went away: nobody says so before it sends. */
static bool is_given_up(const struct net_tcp *tcp)
{
    bool is_late = net.now_ms - tcp->since_ms > NET_PATIENCE_MS;
    if (tcp->state == NET_CONNECTING)
        return is_late;
    return tcp->fd < 0 && tcp->out_size > 0 && (net.is_up || is_late);
}

void net_tcp_step(void)
{
    for (unsigned i = 0; i < HAL_SOCKETS + NET_CLOSING; i++) {
        struct net_tcp *tcp = &net.tcp[i];
        if (tcp->state == NET_ENDING) {
            if (net.now_ms - tcp->since_ms > NET_PATIENCE_MS) {
                reset_fd(&tcp->fd);
                tcp->state = NET_FREE;
            }
        } else if (tcp->state != NET_FREE && is_given_up(tcp)) {
            tcp->is_over = true;
        }
    }
}

/* ---- the loop ------------------------------------------------------------ */

static void finish_connecting(struct net_tcp *tcp)
{
    int error = 0;
    socklen_t size = sizeof(error);
    getsockopt(tcp->fd, SOL_SOCKET, SO_ERROR, &error, &size);
    if (error) {
        tcp->is_over = true;
        return;
    }
    tcp->state = NET_CONNECTED;
    tell(tcp, HAL_NET_CONNECTED, NULL, 0);
}

/* False: nothing more for now. */
static bool read_one(struct net_tcp *tcp)
{
    uint8_t bytes[NET_SEGMENT];
    size_t room = sizeof(bytes);
    if (tcp->is_held && tcp->allowance < room)
        room = tcp->allowance;
    if (tcp->state != NET_CONNECTED || tcp->is_over || room == 0)
        return false;
    ssize_t n = recv(tcp->fd, bytes, room, 0);
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return false;
    if (n <= 0) {
        tcp->is_over = true;
        return false;
    }
    tcp->allowance -= tcp->is_held ? (size_t)n : 0;
    tell(tcp, HAL_NET_RECEIVED, bytes, (size_t)n);
    return true;
}

static void serve_one(struct net_tcp *tcp, short found)
{
    unsigned owner = tcp->owner;
    if (tcp->state == NET_ENDING) {
        serve_ending(tcp);
    } else if (tcp->state == NET_CONNECTING) {
        finish_connecting(tcp);
    } else {
        if (!flush(tcp))
            tcp->is_over = true;
        for (unsigned i = 0; i < AT_A_TIME && found & ~POLLOUT; i++)
            if (tcp->owner != owner || !read_one(tcp))
                return;
    }
}

void net_tcp_serve(const struct pollfd *fds, unsigned count_of)
{
    for (unsigned i = 0; i < HAL_SOCKETS + NET_CLOSING; i++) {
        struct net_tcp *tcp = &net.tcp[i];
        short found = net_found(fds, count_of, tcp->fd);
        if (tcp->state != NET_FREE && !tcp->is_new && found)
            serve_one(tcp, found);
    }
}

static short wanted(const struct net_tcp *tcp)
{
    if (tcp->state == NET_CONNECTING)
        return POLLOUT;
    int events = tcp->out_size > 0 ? POLLOUT : 0;
    bool reads = !tcp->is_held || tcp->allowance > 0;
    return (short)(events | (reads ? POLLIN : 0));
}

unsigned net_tcp_poll(struct pollfd *fds)
{
    unsigned n = 0;
    for (unsigned i = 0; i < HAL_SOCKETS + NET_CLOSING; i++) {
        struct net_tcp *tcp = &net.tcp[i];
        tcp->is_new = false;
        /* One that wants nothing would be told of its end again and again. */
        if (tcp->fd >= 0 && wanted(tcp))
            fds[n++] = (struct pollfd){tcp->fd, wanted(tcp), 0};
    }
    return n;
}
