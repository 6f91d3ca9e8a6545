/* TCP connections of one device: connecting, bytes both ways, and the end. */
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tool/bench_net.h"

#define LOOPBACK 127u
/* What waits in the host for a slow reader; the device's own window is
 * 2920 bytes, and its memory is that small. The kernel doubles the first. */
#define SEND_BUFFER 2048
#define RECEIVE_BUFFER 8192
#define CLOSING_TIME (UINT64_C(20) * CYCLES_PER_S)

static struct chip *chip_of(struct bench_net *net)
{
    return bench_chip(net->bench);
}

void bench_net_tcp_buffers(int fd)
{
    int out = SEND_BUFFER, in = RECEIVE_BUFFER, segment = NET_SEGMENT;
    setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &out, sizeof(out));
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &in, sizeof(in));
    setsockopt(fd, IPPROTO_TCP, TCP_MAXSEG, &segment, sizeof(segment));
}

static void set_connected(int fd)
{
    int one = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
}

/* Closing without waiting sends RST. */
void bench_net_tcp_reset(int fd)
{
    struct linger now = {1, 0};
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
    close(fd);
}

void bench_net_tcp_connect(void *ctx, unsigned index, uint32_t ip,
                           uint16_t port, uint16_t local_port)
{
    struct bench_net *net = ctx;
    struct bench_net_slot *slot = bench_net_begin(net, index, NET_CONNECTION);
    struct sockaddr_in to = bench_net_address(ip, port);
    int one = 1;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0 || ip >> 24 != LOOPBACK) {
        if (fd >= 0) {
            close(fd);
        }
        return; /* nobody answers */
    }
    slot->fd = fd;
    slot->is_connecting = true;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
    bench_net_tcp_buffers(fd);
    set_connected(fd);
    if (!bench_net_try_bind(fd, net->address, local_port)) {
        (void)bench_net_try_bind(fd, net->address, 0);
    }
    if (connect(fd, (struct sockaddr *)&to, sizeof(to)) != 0 &&
        errno != EINPROGRESS) {
        slot->is_over = true;
        net_host_ended(chip_of(net), index, NET_END_RESET);
    }
}

/* ---- what a connection sends ---- */

/* False: the peer is gone. */
static bool flush(int fd, struct bench_queue *out, size_t *sent)
{
    *sent = 0;
    while (out->size > 0) {
        ssize_t n = send(fd, out->bytes, out->size, MSG_NOSIGNAL);
        if (n < 0) {
            return errno == EAGAIN || errno == EINTR;
        }
        *sent += (size_t)n;
        bench_queue_drop(out, (size_t)n);
    }
    return true;
}

static void end_slot(struct bench_net *net, unsigned index, enum net_end end)
{
    struct bench_net_slot *slot = &net->slot[index];
    if (!slot->is_over) {
        slot->is_over = true;
        net_host_ended(chip_of(net), index, end);
    }
}

static void flush_slot(struct bench_net *net, unsigned index)
{
    struct bench_net_slot *slot = &net->slot[index];
    size_t sent;
    bool is_good = flush(slot->fd, &slot->out, &sent);
    if (sent > 0) {
        net_host_sent(chip_of(net), index, sent);
    }
    if (!is_good) {
        slot->is_over = false; /* a FIN before does not matter any more */
        end_slot(net, index, NET_END_RESET);
    }
}

void bench_net_tcp_send(void *ctx, unsigned index, const uint8_t *bytes,
                        size_t size)
{
    struct bench_net *net = ctx;
    struct bench_net_slot *slot = &net->slot[index];
    if (slot->fd >= 0 && bench_queue_put(&slot->out, bytes, size)) {
        flush_slot(net, index);
    }
}

/* ---- the end of a connection: what is left goes out, then FIN, and what the
 * peer still says is dropped, as lwIP does ---- */

static void forget_closing(struct bench_net_closing *row, bool is_hard)
{
    if (is_hard) {
        bench_net_tcp_reset(row->fd);
    } else {
        close(row->fd);
    }
    row->fd = -1;
    bench_queue_free(&row->out);
}

static void serve_closing(struct bench_net_closing *row)
{
    uint8_t bytes[4096];
    size_t sent;
    if (!flush(row->fd, &row->out, &sent)) {
        forget_closing(row, true);
        return;
    }
    if (row->out.size == 0) {
        shutdown(row->fd, SHUT_WR);
    }
    ssize_t n = recv(row->fd, bytes, sizeof(bytes), 0);
    bool is_open = n > 0 || (n < 0 && (errno == EAGAIN || errno == EINTR)) ||
                   row->out.size > 0;
    if (!is_open) {
        forget_closing(row, n < 0);
    }
}

void bench_net_tcp_finish(struct bench_net *net, struct bench_net_slot *slot)
{
    struct bench_net_closing *row = &net->closing[0];
    for (unsigned i = 0; i < BENCH_NET_CLOSING; i++) {
        struct bench_net_closing *at = &net->closing[i];
        if (at->fd < 0) {
            row = at;
            break;
        }
        if (at->since < row->since) {
            row = at;
        }
    }
    if (row->fd >= 0) {
        forget_closing(row, true);
    }
    unsigned index = (unsigned)(row - net->closing);
    if (net->closing_end <= index) {
        net->closing_end = index + 1;
    }
    row->fd = slot->fd;
    row->out = slot->out;
    row->since = bench_now(net->bench);
    bench_queue_init(&slot->out, BENCH_NET_OUT);
    serve_closing(row);
}

/* ---- what comes ---- */

void bench_net_tcp_accept(struct bench_net *net, unsigned listener)
{
    struct sockaddr_in from = {.sin_family = AF_INET};
    socklen_t size = sizeof(from);
    int fd = accept4(net->slot[listener].fd, (struct sockaddr *)&from, &size,
                     SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd < 0) {
        return;
    }
    unsigned index =
        net_host_accepted(chip_of(net), listener, ntohl(from.sin_addr.s_addr),
                          ntohs(from.sin_port));
    if (index == NET_NONE) {
        bench_net_tcp_reset(fd);
        return;
    }
    struct bench_net_slot *slot = bench_net_begin(net, index, NET_CONNECTION);
    slot->fd = fd;
    set_connected(fd);
}

static void finish_connecting(struct bench_net *net, unsigned index)
{
    struct bench_net_slot *slot = &net->slot[index];
    int error = 0;
    socklen_t size = sizeof(error);
    getsockopt(slot->fd, SOL_SOCKET, SO_ERROR, &error, &size);
    slot->is_connecting = false;
    if (error == 0) {
        net_host_connected(chip_of(net), index);
    } else {
        end_slot(net, index, NET_END_RESET);
    }
}

static void read_slot(struct bench_net *net, unsigned index)
{
    struct bench_net_slot *slot = &net->slot[index];
    uint8_t bytes[NET_SEGMENT];
    while (!slot->is_paused && !slot->is_over) {
        size_t room = net_host_room(chip_of(net), index);
        if (room == 0) {
            return;
        }
        ssize_t n = recv(slot->fd, bytes, room, 0);
        if (n > 0) {
            net_host_received(chip_of(net), index, bytes, (size_t)n);
        } else if (n == 0) {
            end_slot(net, index, NET_END_CLOSED);
        } else if (errno != EAGAIN && errno != EINTR) {
            end_slot(net, index, NET_END_RESET);
        } else {
            return;
        }
    }
}

void bench_net_tcp_serve(struct bench_net *net, unsigned index,
                         const struct bench_poll *poll)
{
    struct bench_net_slot *slot = &net->slot[index];
    if (slot->is_connecting) {
        if (bench_poll_found(poll, slot->fd, POLLOUT)) {
            finish_connecting(net, index);
        }
        return;
    }
    if (slot->out.size > 0 && bench_poll_found(poll, slot->fd, POLLOUT)) {
        flush_slot(net, index);
    }
    if (bench_poll_found(poll, slot->fd, POLLIN)) {
        read_slot(net, index);
    }
}

void bench_net_tcp_serve_closing(struct bench_net *net,
                                 const struct bench_poll *poll)
{
    for (unsigned i = 0; i < net->closing_end; i++) {
        struct bench_net_closing *row = &net->closing[i];
        if (row->fd < 0) {
            continue;
        }
        if (bench_now(net->bench) - row->since > CLOSING_TIME) {
            forget_closing(row, true);
        } else if (bench_poll_found(poll, row->fd, POLLIN | POLLOUT)) {
            serve_closing(row);
        }
    }
}

void bench_net_tcp_poll(const struct bench_net_slot *slot,
                        struct bench_poll *poll)
{
    int events = POLLIN;
    if (slot->kind == NET_CONNECTION) {
        events = slot->is_paused || slot->is_over ? 0 : POLLIN;
        events |= slot->out.size > 0 ? POLLOUT : 0;
        events = slot->is_connecting ? POLLOUT : events;
        events = slot->is_connecting && slot->is_over ? 0 : events;
    }
    bench_poll_add(poll, slot->fd, (short)events);
}
