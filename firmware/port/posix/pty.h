/* A pseudo-terminal as the device's serial console. */
#ifndef FIRMWARE_PORT_POSIX_PTY_H
#define FIRMWARE_PORT_POSIX_PTY_H

#include <stddef.h>
#include <stdint.h>

#include "format/err.h"

struct pty {
    int fd;    /* -1: there is none */
    int slave; /* kept open, so that clients may come and go */
    char name[64];
    const char *link; /* removed at the end; NULL: none */
};

/* link: a symbolic link to make to it, or NULL. */
MUST_USE enum err pty_open(struct pty *pty, const char *link);
void pty_close(struct pty *pty);
int pty_fd(const struct pty *pty);
/* Bytes that are there, up to room. */
size_t pty_read(struct pty *pty, char *to, size_t room);
/* Dropped when nobody reads and the pty is full. */
void pty_write(struct pty *pty, uint8_t byte);

#endif
