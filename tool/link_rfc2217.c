/* A serial port over TCP: rfc2217://host:port (RFC 2217). The client's side;
 * format/rfc2217.h has the bytes. Speed and lines are asked for and the answer
 * is waited for, so that what follows happens after them. */
#include "tool/link.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "format/rfc2217.h"
#include "tool/os.h"

#define CONNECT_TIMEOUT_MS 10000
#define BUSY_MS 2000u
#define BUSY_LOOK_MS 100u
#define ANSWER_TIMEOUT_MS 3000u
#define WRITE_TIMEOUT_MS 20000
#define INPUT 8192u

struct remote {
    struct link link;
    int fd;
    struct rfc2217_decoder decoder;
    uint8_t input[INPUT]; /* serial bytes that wait for their reader */
    size_t input_size;
    unsigned answered; /* the last command the server answered, or 0 */
    uint32_t answer;   /* its argument */
    bool is_agreed;    /* the peer does com port control */
    bool is_refused;
    char name[512];
};

static struct remote *remote_of(struct link *link)
{
    return (struct remote *)link;
}

static enum err wait_for(int fd, short what, int timeout_ms)
{
    struct pollfd p = {.fd = fd, .events = what};
    int n;
    do {
        n = poll(&p, 1, timeout_ms);
    } while (n < 0 && errno == EINTR);
    if (n < 0)
        return ERR_IO;
    return n == 0 ? ERR_TIMEOUT : ERR_NONE;
}

static enum err send_all(struct remote *r, const uint8_t *bytes, size_t size)
{
    while (size > 0) {
        ssize_t n = send(r->fd, bytes, size, MSG_NOSIGNAL);
        if (n > 0) {
            bytes += n;
            size -= (size_t)n;
            continue;
        }
        if (n < 0 && errno != EAGAIN && errno != EINTR)
            return ERR_PORT_GONE;
        enum err e = wait_for(r->fd, POLLOUT, WRITE_TIMEOUT_MS);
        if (e != ERR_NONE)
            return e;
    }
    return ERR_NONE;
}

/* Both sides may say what they do; only the com port option matters. What we
 * have asked for ourselves is not answered again. */
static enum err take_option(struct remote *r)
{
    const struct rfc2217_decoder *d = &r->decoder;
    uint8_t out[RFC2217_OPTION_ROOM];
    bool is_ours = d->option == TELNET_COM_PORT || d->option == TELNET_BINARY ||
                   d->option == TELNET_SGA;
    if (d->option == TELNET_COM_PORT) {
        if (d->verb == TELNET_DO)
            r->is_agreed = true;
        if (d->verb == TELNET_DONT)
            r->is_refused = true;
    }
    if (is_ours || d->verb == TELNET_WONT || d->verb == TELNET_DONT)
        return ERR_NONE;
    enum telnet_verb no = d->verb == TELNET_WILL ? TELNET_DONT : TELNET_WONT;
    return send_all(r, out, rfc2217_put_option(out, no, d->option));
}

static enum err take_byte(struct remote *r, uint8_t byte)
{
    switch (rfc2217_decode(&r->decoder, byte)) {
    case RFC2217_DATA:
        if (r->input_size < INPUT)
            r->input[r->input_size++] = r->decoder.byte;
        return ERR_NONE;
    case RFC2217_OPTION:
        return take_option(r);
    case RFC2217_COMMAND:
        r->answered = r->decoder.command;
        r->answer = r->decoder.arg_count >= 4 ? rfc2217_arg_u32(&r->decoder)
                                              : rfc2217_arg_u8(&r->decoder);
        return ERR_NONE;
    case RFC2217_NOTHING:
    default:
        return ERR_NONE;
    }
}

/* Take what the network has, waiting for it; ERR_TIMEOUT when nothing came. */
static enum err receive(struct remote *r, unsigned timeout_ms)
{
    uint8_t bytes[2048];
    size_t room = INPUT - r->input_size;
    enum err e = wait_for(r->fd, POLLIN, (int)timeout_ms);
    if (e != ERR_NONE)
        return e;
    if (room == 0)
        return ERR_NONE; /* the reader must take some first */
    ssize_t n =
        recv(r->fd, bytes, room < sizeof(bytes) ? room : sizeof(bytes), 0);
    if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
        return ERR_PORT_GONE;
    for (ssize_t i = 0; i < n && e == ERR_NONE; i++)
        e = take_byte(r, bytes[i]);
    return e;
}

static enum err remote_read(struct link *link, uint8_t *data, size_t room,
                            unsigned timeout_ms, size_t *got)
{
    struct remote *r = remote_of(link);
    uint64_t end = os_now_ms() + timeout_ms;
    *got = 0;
    while (r->input_size == 0) {
        uint64_t now = os_now_ms();
        enum err e = receive(r, now < end ? (unsigned)(end - now) : 0);
        if (e == ERR_TIMEOUT)
            return ERR_NONE;
        if (e != ERR_NONE)
            return e;
    }
    *got = r->input_size < room ? r->input_size : room;
    memcpy(data, r->input, *got);
    r->input_size -= *got;
    memmove(r->input, r->input + *got, r->input_size);
    return ERR_NONE;
}

static enum err remote_write(struct link *link, const uint8_t *data,
                             size_t size)
{
    uint8_t out[RFC2217_DATA_ROOM(512u)];
    enum err e = ERR_NONE;
    while (size > 0 && e == ERR_NONE) {
        size_t n = size < 512 ? size : 512;
        e = send_all(remote_of(link), out, rfc2217_put_data(out, data, n));
        data += n;
        size -= n;
    }
    return e;
}

/* Send one command and wait for the server's answer to it. */
static enum err command(struct remote *r, unsigned code, const uint8_t *bytes,
                        size_t size)
{
    uint64_t end = os_now_ms() + ANSWER_TIMEOUT_MS;
    r->answered = 0;
    enum err e = send_all(r, bytes, size);
    while (e == ERR_NONE && r->answered != code + RFC2217_SERVER) {
        uint64_t now = os_now_ms();
        if (now >= end)
            return ERR_TIMEOUT;
        if (r->input_size == INPUT)
            r->input_size = 0; /* nobody reads while we wait: noise */
        e = receive(r, (unsigned)(end - now));
    }
    return e;
}

static enum err remote_set_baud(struct link *link, unsigned baud)
{
    struct remote *r = remote_of(link);
    uint8_t out[RFC2217_COMMAND_ROOM(4u)];
    size_t n = rfc2217_put_u32(out, RFC2217_SET_BAUDRATE, baud);
    enum err e = command(r, RFC2217_SET_BAUDRATE, out, n);
    if (e == ERR_NONE && r->answer != baud)
        return ERR_IO; /* the server's port can't */
    return e;
}

static enum err set_control(struct remote *r, enum rfc2217_control value)
{
    uint8_t out[RFC2217_COMMAND_ROOM(1u)];
    size_t n = rfc2217_put_u8(out, RFC2217_SET_CONTROL, (uint8_t)value);
    return command(r, RFC2217_SET_CONTROL, out, n);
}

/* DTR first: GPIO0 must be low before RTS lets EN rise. */
static enum err remote_set_lines(struct link *link, bool dtr, bool rts)
{
    struct remote *r = remote_of(link);
    enum err e = set_control(r, dtr ? RFC2217_DTR_ON : RFC2217_DTR_OFF);
    if (e == ERR_NONE)
        e = set_control(r, rts ? RFC2217_RTS_ON : RFC2217_RTS_OFF);
    return e;
}

static void remote_discard(struct link *link)
{
    struct remote *r = remote_of(link);
    do {
        r->input_size = 0;
    } while (receive(r, 0) == ERR_NONE);
    r->input_size = 0;
}

static void remote_close(struct link *link)
{
    close(remote_of(link)->fd);
    free(remote_of(link));
}

static const struct link_ops remote_ops = {
    .read = remote_read,
    .write = remote_write,
    .set_baud = remote_set_baud,
    .set_lines = remote_set_lines,
    .sleep = link_real_sleep,
    .now_ms = link_real_now_ms,
    .discard_input = remote_discard,
    .close = remote_close,
};

/* ---- opening ---- */

static bool split_name(const char *port, char *host, size_t room,
                       const char **service)
{
    const char *at = port + strlen("rfc2217://");
    const char *colon = strrchr(at, ':');
    if (!colon || colon == at || colon[1] == '\0' ||
        (size_t)(colon - at) >= room)
        return false;
    memcpy(host, at, (size_t)(colon - at));
    host[colon - at] = '\0';
    *service = colon + 1;
    return true;
}

static int connect_one(const struct addrinfo *a)
{
    int one = 1;
    int error = 0;
    socklen_t size = sizeof(error);
    int fd = socket(a->ai_family, a->ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK,
                    a->ai_protocol);
    if (fd < 0)
        return -1;
    if (connect(fd, a->ai_addr, a->ai_addrlen) != 0) {
        if (errno != EINPROGRESS ||
            wait_for(fd, POLLOUT, CONNECT_TIMEOUT_MS) != ERR_NONE ||
            getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) != 0 ||
            error != 0) {
            close(fd);
            errno = error ? error : ETIMEDOUT;
            return -1;
        }
    }
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
    return fd;
}

static enum err connect_any(const char *port, int *fd, char *detail,
                            size_t room)
{
    char host[256];
    const char *service;
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
    struct addrinfo *list;
    if (!split_name(port, host, sizeof(host), &service)) {
        snprintf(detail, room, "%s: rfc2217://HOST:PORT is meant", port);
        return ERR_USAGE;
    }
    int failed = getaddrinfo(host, service, &hints, &list);
    if (failed) {
        snprintf(detail, room, "%s: %s", port, gai_strerror(failed));
        return ERR_PORT_MISSING;
    }
    *fd = -1;
    for (const struct addrinfo *a = list; a && *fd < 0; a = a->ai_next)
        *fd = connect_one(a);
    if (*fd < 0)
        snprintf(detail, room, "%s: %s", port, strerror(errno));
    freeaddrinfo(list);
    return *fd < 0 ? ERR_PORT_MISSING : ERR_NONE;
}

static enum err agree(struct remote *r, unsigned baud)
{
    uint8_t out[4 * RFC2217_OPTION_ROOM];
    size_t n = 0;
    n += rfc2217_put_option(out + n, TELNET_WILL, TELNET_COM_PORT);
    n += rfc2217_put_option(out + n, TELNET_WILL, TELNET_BINARY);
    n += rfc2217_put_option(out + n, TELNET_DO, TELNET_BINARY);
    n += rfc2217_put_option(out + n, TELNET_DO, TELNET_SGA);
    uint64_t end = os_now_ms() + ANSWER_TIMEOUT_MS;
    enum err e = send_all(r, out, n);
    while (e == ERR_NONE && !r->is_agreed && !r->is_refused) {
        uint64_t now = os_now_ms();
        e = receive(r, now < end ? (unsigned)(end - now) : 0);
    }
    if (e == ERR_NONE && r->is_refused)
        return ERR_PROTOCOL;
    return e == ERR_NONE ? remote_set_baud(&r->link, baud) : e;
}

static enum err open_once(const char *port, unsigned baud, struct link **out,
                          char *detail, size_t room)
{
    int fd;
    enum err e = connect_any(port, &fd, detail, room);
    if (e != ERR_NONE)
        return e;
    struct remote *r = calloc(1, sizeof(*r));
    if (!r) {
        close(fd);
        return ERR_MEMORY;
    }
    r->fd = fd;
    r->link.ops = &remote_ops;
    r->link.has_lines = true;
    r->link.is_direct = true;
    snprintf(r->name, sizeof(r->name), "%s", port);
    r->link.name = r->name;
    rfc2217_decoder_init(&r->decoder);
    e = agree(r, baud);
    if (e != ERR_NONE) {
        snprintf(detail, room, "%s: %s", port,
                 e == ERR_PORT_GONE ? "it hung up: in use by another client?"
                                    : "does it speak RFC 2217?");
        remote_close(&r->link);
        return e == ERR_PORT_GONE ? ERR_PORT_BUSY : e;
    }
    *out = &r->link;
    return ERR_NONE;
}

/* A server may still be at the end of the connection before: of ours, when one
 * step of the tool follows on another. */
enum err link_rfc2217_open(const char *port, unsigned baud, struct link **out,
                           char *detail, size_t room)
{
    uint64_t end = os_now_ms() + BUSY_MS;
    enum err e = open_once(port, baud, out, detail, room);
    while (e == ERR_PORT_BUSY && os_now_ms() < end) {
        os_sleep_ms(BUSY_LOOK_MS);
        e = open_once(port, baud, out, detail, room);
    }
    return e;
}
