/* The serial port of `pogo bench` over TCP: one RFC 2217 client at a time on
 * 127.0.0.1. */
#include "tool/bench_server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* A client that does not read loses what the chip says, as on a UART. */
#define SERIAL_MAX (4u << 20)
#define OUT_MAX (64u << 10)
#define OUT_ENOUGH (16u << 10)

/* ---- what the session does ---- */

static void on_reply(void *ctx, const uint8_t *bytes, size_t size)
{
    struct bench_port *port = ctx;
    if (!bench_queue_put(&port->out, bytes, size)) {
        /* It floods us with questions and reads no answer. */
        port->out.is_broken = true;
    }
}

static void on_serial(void *ctx, uint8_t byte)
{
    struct bench_port *port = ctx;
    /* There is room: no more was read than bench_wire_room(). */
    bench_wire_send(port->wire, &byte, 1);
}

static void on_baud(void *ctx, unsigned baud)
{
    struct bench_port *port = ctx;
    bench_wire_baud(port->wire, &port->wire->port_baud, baud);
}

static void on_lines(void *ctx, bool dtr, bool rts)
{
    struct bench_port *port = ctx;
    bench_wire_lines(port->wire, dtr, rts);
}

static void on_purge(void *ctx)
{
    struct bench_port *port = ctx;
    bench_queue_clear(&port->serial);
}

/* ---- connections ---- */

/* The number is ours; nobody can connect yet. */
static int bind_to(unsigned number)
{
    struct sockaddr_in address = {
        .sin_family = AF_INET,
        .sin_port = htons((uint16_t)number),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    int one = 1;
    if (fd >= 0) {
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
        if (bind(fd, (struct sockaddr *)&address, sizeof(address)) != 0) {
            close(fd);
            fd = -1;
        }
    }
    return fd;
}

static bool listen_on(struct bench_port *port, unsigned number)
{
    if (port->listen_fd < 0) {
        port->listen_fd = bind_to(number);
    }
    return port->listen_fd >= 0 && listen(port->listen_fd, 4) == 0;
}

enum err bench_port_open(struct bench_port *port, struct bench_wire *wire,
                         unsigned number)
{
    struct sockaddr_in address = {.sin_port = 0};
    socklen_t size = sizeof(address);
    memset(port, 0, sizeof(*port));
    port->wire = wire;
    port->fd = port->listen_fd = -1;
    port->ops = (struct bench_session_ops){on_reply, on_serial, on_baud,
                                           on_lines, on_purge,  port};
    bench_queue_init(&port->serial, SERIAL_MAX);
    bench_queue_init(&port->out, OUT_MAX);
    if (!listen_on(port, number)) {
        return errno == EADDRINUSE ? ERR_PORT_BUSY : ERR_IO;
    }
    if (getsockname(port->listen_fd, (struct sockaddr *)&address, &size) != 0) {
        return ERR_IO;
    }
    port->number = ntohs(address.sin_port);
    return ERR_NONE;
}

static void start_session(struct bench_port *port, int fd)
{
    int one = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
    port->fd = fd;
    bench_session_start(&port->session, &port->ops);
    bench_wire_baud(port->wire, &port->wire->port_baud, port->session.baud);
}

/* As a serial port does at its last close, the lines drop: a client that was
 * killed must not leave the chip in reset. The chip itself goes on. */
static void end_session(struct bench_port *port)
{
    close(port->fd);
    port->fd = -1;
    bench_queue_free(&port->serial);
    bench_queue_free(&port->out);
    bench_wire_baud(port->wire, &port->wire->port_baud, 0);
    if (port->session.dtr || port->session.rts) {
        bench_wire_lines(port->wire, false, false);
    }
}

void bench_port_close(struct bench_port *port)
{
    if (port->fd >= 0) {
        close(port->fd);
    }
    if (port->listen_fd >= 0) {
        close(port->listen_fd);
    }
    bench_queue_free(&port->serial);
    bench_queue_free(&port->out);
}

/* ---- the adapter ---- */

static void pull_out(struct bench_port *port)
{
    if (port->fd >= 0) {
        end_session(port);
    }
    if (port->listen_fd >= 0) {
        close(port->listen_fd);
    }
    port->listen_fd = bind_to(port->number);
    port->is_out = true;
}

void bench_port_follow(struct bench_port *port)
{
    const struct bench *bench = port->wire->bench;
    if (port->unplugs != bench_unplugs(bench)) {
        port->unplugs = bench_unplugs(bench);
        pull_out(port);
    }
    if (port->is_out && bench_is_plugged(bench) &&
        listen_on(port, port->number)) {
        port->is_out = false;
        port->wire->is_back = true;
    }
}

static void take_connection(struct bench_port *port)
{
    int fd = accept4(port->listen_fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd < 0) {
        return;
    }
    if (port->fd >= 0) {
        close(fd);
        return;
    }
    start_session(port, fd);
}

/* ---- bytes ---- */

void bench_port_byte(struct bench_port *port, uint8_t byte)
{
    if (port->fd >= 0) {
        (void)!bench_queue_put(&port->serial, &byte, 1);
    }
}

static void read_client(struct bench_port *port)
{
    uint8_t bytes[4096];
    size_t room = bench_wire_room(port->wire);
    if (room == 0) {
        return;
    }
    ssize_t n =
        recv(port->fd, bytes, room < sizeof(bytes) ? room : sizeof(bytes), 0);
    if (n > 0) {
        bench_session_feed(&port->session, bytes, (size_t)n);
    } else if (n == 0 || (errno != EAGAIN && errno != EINTR)) {
        end_session(port);
    }
}

static void write_client(struct bench_port *port)
{
    while (port->fd >= 0 && !port->out.is_broken) {
        size_t size = port->serial.size < 4096 ? port->serial.size : 4096;
        if (port->out.size < OUT_ENOUGH && size > 0 &&
            !port->session.is_suspended) {
            uint8_t out[RFC2217_DATA_ROOM(4096)];
            size_t n = rfc2217_put_data(out, port->serial.bytes, size);
            (void)!bench_queue_put(&port->out, out, n);
            bench_queue_drop(&port->serial, size);
        }
        size_t before = port->out.size;
        bench_queue_write(&port->out, port->fd);
        if (port->out.size == before || port->out.size > 0) {
            break;
        }
    }
    if (port->fd >= 0 && port->out.is_broken) {
        end_session(port);
    }
}

void bench_port_poll(const struct bench_port *port, struct bench_poll *poll)
{
    bench_poll_add(poll, port->is_out ? -1 : port->listen_fd, POLLIN);
    if (port->fd >= 0) {
        bool has_serial = port->serial.size > 0 && !port->session.is_suspended;
        int events = bench_wire_room(port->wire) > 0 ? POLLIN : 0;
        events |= port->out.size > 0 || has_serial ? POLLOUT : 0;
        bench_poll_add(poll, port->fd, (short)events);
    }
}

void bench_port_serve(struct bench_port *port, const struct bench_poll *poll)
{
    if (port->fd >= 0 && bench_poll_found(poll, port->fd, POLLIN)) {
        read_client(port);
    }
    if (port->fd >= 0) {
        write_client(port);
    }
    if (bench_poll_found(poll, port->listen_fd, POLLIN)) {
        take_connection(port);
    }
}
