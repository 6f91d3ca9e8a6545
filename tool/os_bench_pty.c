/* A pseudo-terminal as the chip's serial port, for programs that want a
 * /dev/… name. It has no modem lines (TIOCMSET answers ENOTTY); its speed can
 * be seen by us, also odd ones such as 74880. We keep the other end open, so
 * that its settings outlive a client (chip.md C). */
#include "tool/bench_server.h"

#include "tool/bench_pace.h"

/* termios2 is not in <termios.h>, which can't be included beside this one. */
#include <asm/termbits.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#define OUT_MAX (1u << 20)
#define BAUD_AT_FIRST 115200u
#define USB_PACKET 62u /* 64, less the adapter's two bytes of status */

/* Raw and 115200 until a client says otherwise. */
static bool set_raw(int fd)
{
    struct termios2 t;
    if (ioctl(fd, TCGETS2, &t) != 0) {
        return false;
    }
    t.c_iflag = 0;
    t.c_oflag = 0;
    t.c_lflag = 0;
    t.c_cflag &= ~(unsigned)(CSIZE | PARENB | CSTOPB | CBAUD);
    t.c_cflag |= CS8 | CREAD | CLOCAL | BOTHER;
    t.c_ispeed = BAUD_AT_FIRST;
    t.c_ospeed = BAUD_AT_FIRST;
    t.c_cc[VMIN] = 1;
    t.c_cc[VTIME] = 0;
    return ioctl(fd, TCSETS2, &t) == 0;
}

static bool make_pair(struct bench_pty *pty)
{
    pty->fd = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    if (pty->fd < 0 || grantpt(pty->fd) != 0 || unlockpt(pty->fd) != 0 ||
        ptsname_r(pty->fd, pty->name, sizeof(pty->name)) != 0) {
        return false;
    }
    pty->slave = open(pty->name, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    return pty->slave >= 0 && set_raw(pty->slave);
}

/* The link leads to this pty. */
static bool is_ours(const struct bench_pty *pty, const char *path)
{
    char target[sizeof(pty->name)];
    ssize_t n = readlink(path, target, sizeof(target));
    return n == (ssize_t)strlen(pty->name) &&
           memcmp(target, pty->name, (size_t)n) == 0;
}

/* One that leads to nothing, or by chance to our new pty, was left behind by a
 * bench that was killed; to another terminal or pty: somebody uses it. */
static enum err make_symlink(struct bench_pty *pty, const char *path)
{
    struct stat st;
    if (lstat(path, &st) == 0 && S_ISLNK(st.st_mode)) {
        if (stat(path, &st) == 0 && S_ISCHR(st.st_mode) &&
            !is_ours(pty, path)) {
            return ERR_PORT_BUSY;
        }
        unlink(path);
    }
    if (symlink(pty->name, path) != 0) {
        return ERR_FILE_OPEN;
    }
    pty->symlink = path;
    return ERR_NONE;
}

enum err bench_pty_open(struct bench_pty *pty, struct bench_wire *wire,
                        const char *symlink)
{
    memset(pty, 0, sizeof(*pty));
    pty->wire = wire;
    pty->path = symlink;
    pty->fd = pty->slave = pty->inotify = -1;
    bench_queue_init(&pty->out, OUT_MAX);
    if (!make_pair(pty)) {
        return ERR_IO;
    }
    /* The kernel tells no master who has the slave open, inotify does. */
    pty->inotify = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    if (pty->inotify < 0 ||
        inotify_add_watch(pty->inotify, pty->name, IN_OPEN | IN_CLOSE) < 0) {
        return ERR_IO;
    }
    return symlink ? make_symlink(pty, symlink) : ERR_NONE;
}

static void close_fd(int *fd)
{
    if (*fd >= 0) {
        close(*fd);
    }
    *fd = -1;
}

void bench_pty_close(struct bench_pty *pty)
{
    if (pty->symlink && is_ours(pty, pty->symlink)) {
        unlink(pty->symlink);
    }
    pty->symlink = NULL;
    close_fd(&pty->inotify);
    close_fd(&pty->slave);
    close_fd(&pty->fd);
    pty->open_count = 0;
    bench_queue_free(&pty->out);
}

/* ---- the adapter ---- */

static void pull_out(struct bench_pty *pty)
{
    bench_pty_close(pty);
    bench_wire_baud(pty->wire, &pty->wire->pty_baud, 0);
    pty->is_out = true;
}

/* Without its link if somebody has put a file there meanwhile; the bench says
 * the new name in any case. No pty at all: it is tried again. */
static void plug_in(struct bench_pty *pty)
{
    unsigned unplugs = pty->unplugs, latency_ms = pty->latency_ms;
    enum err e = bench_pty_open(pty, pty->wire, pty->path);
    pty->unplugs = unplugs;
    pty->latency_ms = latency_ms;
    if (e == ERR_IO) {
        bench_pty_close(pty);
        pty->is_out = true;
    }
}

void bench_pty_follow(struct bench_pty *pty)
{
    const struct bench *bench = pty->wire->bench;
    if (pty->unplugs != bench_unplugs(bench)) {
        pty->unplugs = bench_unplugs(bench);
        pull_out(pty);
    }
    if (pty->is_out && bench_is_plugged(bench)) {
        plug_in(pty);
    }
}

/* ---- bytes ---- */

static void follow_baud(struct bench_pty *pty)
{
    struct termios2 t;
    if (ioctl(pty->fd, TCGETS2, &t) == 0 && t.c_ospeed > 0 &&
        t.c_ospeed != pty->wire->pty_baud) {
        bench_wire_baud(pty->wire, &pty->wire->pty_baud, t.c_ospeed);
    }
}

/* The last one has left: what it did not read is not kept for the next. */
static void on_last_close(struct bench_pty *pty)
{
    bench_queue_clear(&pty->out);
    (void)!ioctl(pty->slave, TCFLSH, TCIFLUSH);
    bench_wire_baud(pty->wire, &pty->wire->pty_baud, 0);
}

static void count_opens(struct bench_pty *pty)
{
    char buffer[4096]
        __attribute__((aligned(__alignof__(struct inotify_event))));
    ssize_t n = read(pty->inotify, buffer, sizeof(buffer));
    for (ssize_t at = 0; at < n;) {
        struct inotify_event row;
        memcpy(&row, buffer + at, sizeof(row));
        pty->open_count += row.mask & IN_OPEN ? 1 : 0;
        pty->open_count -= row.mask & IN_CLOSE ? 1 : 0;
        at += (ssize_t)(sizeof(row) + row.len);
    }
    if (n > 0 && pty->open_count <= 0) {
        pty->open_count = 0;
        on_last_close(pty);
    }
}

void bench_pty_byte(struct bench_pty *pty, uint8_t byte)
{
    if (pty->open_count > 0) {
        if (pty->out.size == 0) {
            pty->due_ns =
                bench_host_ns() + pty->latency_ms * (uint64_t)NS_PER_MS;
        }
        (void)!bench_queue_put(&pty->out, &byte, 1);
    }
}

uint64_t bench_pty_due(const struct bench_pty *pty)
{
    return pty->out.size > 0 ? pty->due_ns : UINT64_MAX;
}

static bool is_due(const struct bench_pty *pty)
{
    return pty->out.size > 0 &&
           (pty->latency_ms == 0 || pty->out.size >= USB_PACKET ||
            bench_host_ns() >= pty->due_ns);
}

static void read_bytes(struct bench_pty *pty)
{
    uint8_t bytes[4096];
    size_t room = bench_wire_room(pty->wire);
    if (room == 0) {
        return;
    }
    ssize_t n =
        read(pty->fd, bytes, room < sizeof(bytes) ? room : sizeof(bytes));
    if (n > 0) {
        bench_wire_send(pty->wire, bytes, (size_t)n);
    }
}

void bench_pty_poll(const struct bench_pty *pty, struct bench_poll *poll)
{
    int events = bench_wire_room(pty->wire) > 0 ? POLLIN : 0;
    if (pty->is_out) {
        return;
    }
    events |= is_due(pty) ? POLLOUT : 0;
    bench_poll_add(poll, pty->fd, (short)events);
    bench_poll_add(poll, pty->inotify, POLLIN);
}

void bench_pty_serve(struct bench_pty *pty, const struct bench_poll *poll)
{
    bool has_input = bench_poll_found(poll, pty->fd, POLLIN);
    bool has_news = bench_poll_found(poll, pty->inotify, POLLIN);
    /* The speed before the bytes that were sent at it; the bytes of one who
     * opened, wrote and left before his leaving. */
    if (has_input || has_news || pty->open_count > 0) {
        follow_baud(pty);
    }
    if (has_input) {
        read_bytes(pty);
    }
    if (has_news) {
        count_opens(pty);
    }
    if (is_due(pty)) {
        bench_queue_write(&pty->out, pty->fd);
    }
    pty->out.is_broken = false;
}
