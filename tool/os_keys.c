/* The keyboard on Linux: a terminal's keys one by one, or a pipe's bytes. */
#include <errno.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "tool/os.h"

static struct {
    struct termios before;
    volatile bool is_changed; /* read by the signal handler */
} keys;

void os_keys_open(void)
{
    struct termios wanted;
    if (tcgetattr(STDIN_FILENO, &keys.before) != 0)
        return;
    wanted = keys.before;
    wanted.c_lflag &= ~(tcflag_t)(ICANON | ECHO | ISIG | IEXTEN);
    wanted.c_iflag &= ~(tcflag_t)(IXON | ICRNL);
    wanted.c_cc[VMIN] = 1;
    wanted.c_cc[VTIME] = 0;
    os_farewell_line(false); /* from now on signals are caught */
    keys.is_changed = true;
    tcsetattr(STDIN_FILENO, TCSADRAIN, &wanted);
}

void os_keys_close(void)
{
    if (keys.is_changed)
        tcsetattr(STDIN_FILENO, TCSADRAIN, &keys.before);
    keys.is_changed = false;
}

size_t os_keys_read(unsigned char *out, size_t room, unsigned wait_ms,
                    bool *is_end)
{
    struct pollfd p = {.fd = STDIN_FILENO, .events = POLLIN};
    *is_end = false;
    if (poll(&p, 1, (int)wait_ms) <= 0)
        return 0;
    ssize_t n = read(STDIN_FILENO, out, room);
    *is_end = n == 0 || (n < 0 && errno != EINTR && errno != EAGAIN);
    return n > 0 ? (size_t)n : 0;
}

unsigned os_columns(void)
{
    struct winsize size;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col < 20)
        return 80;
    return size.ws_col;
}
