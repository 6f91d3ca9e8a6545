/* A serial port or pty on Linux. Any baud rate (termios2), exclusive use, and
 * DTR/RTS where they exist: a pty has none (chip.md C). */
#include "tool/link.h"

#include <asm/ioctls.h>
#include <asm/termbits.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/serial.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "tool/os.h"

#define WRITE_TIMEOUT_MS 20000
#define BITS_PER_BYTE 10u

struct serial {
    struct link link;
    int fd;
    unsigned baud;
    char name[512];
};

static struct serial *serial_of(struct link *link)
{
    return (struct serial *)link;
}

static enum err of_errno(int number)
{
    switch (number) {
    case EIO:
    case ENXIO:
    case ENODEV:
    case EBADF:
        return ERR_PORT_GONE;
    default:
        return ERR_IO;
    }
}

/* ERR_TIMEOUT when nothing happened. */
static enum err wait_for(int fd, short what, int timeout_ms)
{
    struct pollfd p = {.fd = fd, .events = what};
    int n;
    do {
        n = poll(&p, 1, timeout_ms);
    } while (n < 0 && errno == EINTR);
    if (n < 0)
        return of_errno(errno);
    if (n == 0)
        return ERR_TIMEOUT;
    if (p.revents & what)
        return ERR_NONE;
    return ERR_PORT_GONE;
}

static enum err serial_read(struct link *link, uint8_t *data, size_t room,
                            unsigned timeout_ms, size_t *got)
{
    int fd = serial_of(link)->fd;
    *got = 0;
    enum err e = wait_for(fd, POLLIN, (int)timeout_ms);
    if (e != ERR_NONE)
        return e == ERR_TIMEOUT ? ERR_NONE : e;
    ssize_t n = read(fd, data, room);
    if (n > 0) {
        *got = (size_t)n;
        return ERR_NONE;
    }
    if (n == 0) /* readable, and nothing there: hung up */
        return ERR_PORT_GONE;
    return errno == EAGAIN || errno == EINTR ? ERR_NONE : of_errno(errno);
}

static enum err serial_write(struct link *link, const uint8_t *data,
                             size_t size)
{
    int fd = serial_of(link)->fd;
    while (size > 0) {
        ssize_t n = write(fd, data, size);
        if (n > 0) {
            data += n;
            size -= (size_t)n;
            continue;
        }
        if (n < 0 && errno != EAGAIN && errno != EINTR)
            return of_errno(errno);
        enum err e = wait_for(fd, POLLOUT, WRITE_TIMEOUT_MS);
        if (e != ERR_NONE)
            return e;
    }
    return ERR_NONE;
}

/* 8N1, no flow control, every byte as it is. */
static enum err serial_set_baud(struct link *link, unsigned baud)
{
    struct serial *s = serial_of(link);
    struct termios2 t;
    if (ioctl(s->fd, TCGETS2, &t) != 0)
        return of_errno(errno);
    t.c_iflag = 0;
    t.c_oflag = 0;
    t.c_lflag = 0;
    t.c_cflag = CS8 | CREAD | CLOCAL | BOTHER | (BOTHER << IBSHIFT);
    t.c_ispeed = baud;
    t.c_ospeed = baud;
    memset(t.c_cc, 0, sizeof(t.c_cc));
    t.c_cc[VMIN] = 1;
    /* TCSETSW2: what was written goes out at the old rate. */
    if (ioctl(s->fd, TCSETSW2, &t) != 0)
        return of_errno(errno);
    s->baud = baud;
    return ERR_NONE;
}

static bool is_without_lines(int number)
{
    return number == ENOTTY || number == EINVAL;
}

static enum err serial_set_lines(struct link *link, bool dtr, bool rts)
{
    struct serial *s = serial_of(link);
    int bits;
    if (ioctl(s->fd, TIOCMGET, &bits) == 0) {
        bits &= ~(TIOCM_DTR | TIOCM_RTS);
        bits |= (dtr ? TIOCM_DTR : 0) | (rts ? TIOCM_RTS : 0);
        if (ioctl(s->fd, TIOCMSET, &bits) == 0)
            return ERR_NONE;
    }
    if (!is_without_lines(errno))
        return of_errno(errno);
    link->has_lines = false;
    return ERR_NONE;
}

static void serial_discard(struct link *link)
{
    uint8_t bytes[256];
    int fd = serial_of(link)->fd;
    ioctl(fd, TCFLSH, TCIFLUSH);
    while (read(fd, bytes, sizeof(bytes)) > 0) {
    }
}

static void serial_close(struct link *link)
{
    struct serial *s = serial_of(link);
    if (s->fd >= 0) {
        ioctl(s->fd, TIOCNXCL);
        close(s->fd);
    }
    free(s);
}

static const struct link_ops serial_ops = {
    .read = serial_read,
    .write = serial_write,
    .set_baud = serial_set_baud,
    .set_lines = serial_set_lines,
    .sleep = link_real_sleep,
    .now_ms = link_real_now_ms,
    .discard_input = serial_discard,
    .close = serial_close,
};

static enum err open_failed(const char *port, int number, char *detail,
                            size_t room)
{
    char group[64];
    switch (number) {
    case ENOENT:
    case ENOTDIR:
    case EISDIR:
    case ENXIO:
    case ENODEV:
        snprintf(detail, room, "%s", port);
        return ERR_PORT_MISSING;
    case EBUSY:
        snprintf(detail, room, "%s", port);
        return ERR_PORT_BUSY;
    case EACCES:
    case EPERM:
        os_group_of(port, group, sizeof(group));
        snprintf(detail, room,
                 "%s belongs to group %s (sudo usermod -aG %s "
                 "$USER)",
                 port, group, group);
        return ERR_PORT_DENIED;
    default:
        snprintf(detail, room, "%s: %s", port, strerror(number));
        return ERR_IO;
    }
}

/* FTDI's adapters keep what comes in for up to 16 ms unless they are told not
 * to (chip.md F). Others, and ptys, know nothing of it, and that is fine. */
static void ask_for_low_latency(int fd)
{
    const int wish = (int)ASYNC_LOW_LATENCY;
    struct serial_struct s;
    if (ioctl(fd, TIOCGSERIAL, &s) != 0 || (s.flags & wish))
        return;
    s.flags |= wish;
    (void)ioctl(fd, TIOCSSERIAL, &s);
}

static enum err take_port(struct serial *s, unsigned baud, char *detail,
                          size_t room)
{
    int bits;
    if (!isatty(s->fd)) {
        snprintf(detail, room, "%s is not a serial port", s->name);
        return ERR_PORT_MISSING;
    }
    if (flock(s->fd, LOCK_EX | LOCK_NB) != 0) {
        snprintf(detail, room, "%s", s->name);
        return ERR_PORT_BUSY;
    }
    ioctl(s->fd, TIOCEXCL);
    ask_for_low_latency(s->fd);
    s->link.has_lines = ioctl(s->fd, TIOCMGET, &bits) == 0;
    enum err e = serial_set_baud(&s->link, baud);
    if (e != ERR_NONE)
        snprintf(detail, room, "%s at %u baud", s->name, baud);
    return e;
}

enum err link_serial_open(const char *port, unsigned baud, struct link **out,
                          char *detail, size_t room)
{
    int fd = open(port, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        return open_failed(port, errno, detail, room);
    struct serial *s = calloc(1, sizeof(*s));
    if (!s) {
        close(fd);
        snprintf(detail, room, "%s", port);
        return ERR_MEMORY;
    }
    s->fd = fd;
    s->link.ops = &serial_ops;
    snprintf(s->name, sizeof(s->name), "%s", port);
    s->link.name = s->name;
    enum err e = take_port(s, baud, detail, room);
    if (e != ERR_NONE) {
        close(fd);
        free(s);
        return e;
    }
    *out = &s->link;
    return ERR_NONE;
}
