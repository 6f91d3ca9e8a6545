#include "firmware/port/posix/pty.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

static enum err fail(struct pty *pty)
{
    pty_close(pty);
    return ERR_IO;
}

enum err pty_open(struct pty *pty, const char *link)
{
    struct termios raw;
    pty->fd = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK);
    if (pty->fd < 0 || grantpt(pty->fd) != 0 || unlockpt(pty->fd) != 0 ||
        ptsname_r(pty->fd, pty->name, sizeof(pty->name)) != 0)
        return fail(pty);
    pty->slave = open(pty->name, O_RDWR | O_NOCTTY);
    if (pty->slave < 0 || tcgetattr(pty->slave, &raw) != 0)
        return fail(pty);
    cfmakeraw(&raw);
    if (tcsetattr(pty->slave, TCSANOW, &raw) != 0)
        return fail(pty);
    if (link) {
        (void)unlink(link);
        if (symlink(pty->name, link) != 0)
            return fail(pty);
        pty->link = link;
    }
    return ERR_NONE;
}

void pty_close(struct pty *pty)
{
    if (pty->link)
        (void)unlink(pty->link);
    if (pty->slave >= 0)
        close(pty->slave);
    if (pty->fd >= 0)
        close(pty->fd);
    *pty = (struct pty){.fd = -1, .slave = -1};
}

int pty_fd(const struct pty *pty)
{
    return pty->fd;
}

size_t pty_read(struct pty *pty, char *to, size_t room)
{
    ssize_t n = pty->fd < 0 ? 0 : read(pty->fd, to, room);
    return n > 0 ? (size_t)n : 0;
}

void pty_write(struct pty *pty, uint8_t byte)
{
    if (pty->fd >= 0 && write(pty->fd, &byte, 1) != 1)
        return; /* nobody listens */
}
