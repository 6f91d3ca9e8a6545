/* One subcommand's time with a chip: the port found, the chip reached and
 * named, and at the end the messages and the exit code. */
#ifndef TOOL_SESSION_H
#define TOOL_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "tool/args.h"
#include "tool/flasher.h"
#include "tool/message.h"

struct session {
    struct flasher flasher;
    struct message_progress progress;
    struct link *link;   /* of args.hands; NULL: the flasher has its own */
    const char *writing; /* the file on its way to the flash, or NULL */
    bool has_backup;     /* made, so that the same line would be refused */
};

/* From now on file is on its way to the flash: what ends the work, Ctrl-C too,
 * says that it is not whole there. */
void session_writing(struct session *s, const char *file);

/* The port of -p, POGO_PORT or the only adapter there is, into out. Returns as
 * session_open does. */
int session_port(const struct args *args, char *out, size_t room);

/* EXIT_DONE, or the exit code after its message. */
int session_open(struct session *s, const struct args *args);
/* The chip that the last session_open reached; false: it reached none. */
bool session_last_chip(struct chip_info *out);
/* Two lines: what chip, what flash. */
void session_name_chip(const struct flasher *f);
/* Leave the chip and say what failed, if anything. Returns the exit code. */
int session_close(struct session *s, enum err e);

/* The same; then, with --monitor, what the device says. */
int session_finish(struct session *s, const struct args *args, enum err e);
/* For --verify-read: every byte is read and compared. ERR_MISMATCH. */
MUST_USE enum err session_read_back(struct flasher *f, uint32_t address,
                                    const uint8_t *bytes, uint32_t size);

#endif
