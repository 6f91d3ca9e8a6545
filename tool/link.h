/* A link: bytes to and from a chip, with or without modem lines. One table per
 * kind of port: link_serial.c (/dev/tty…, pty), link_rfc2217.c
 * (rfc2217://host:port), link_bench.c (bench:BOARD, a virtual device inside
 * this process). The flasher sees only this; time-outs are the link's own time,
 * so a bench link runs as fast as it can. */
#ifndef TOOL_LINK_H
#define TOOL_LINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "format/err.h"

struct link;

/* What a person at the device is asked to do. */
enum link_ask {
    LINK_ASK_DOWNLOAD, /* hold the button and connect power */
    LINK_ASK_RUN       /* release it, disconnect and reconnect power */
};

struct link_ops {
    /* Read what is there, waiting up to timeout_ms for the first byte. *got is
     * 0 with ERR_NONE when none came. ERR_PORT_GONE when unplugged. */
    enum err (*read)(struct link *link, uint8_t *data, size_t room,
                     unsigned timeout_ms, size_t *got);
    /* All of it, or an error. */
    enum err (*write)(struct link *link, const uint8_t *data, size_t size);
    enum err (*set_baud)(struct link *link, unsigned baud);
    /* Both lines in one step. has_lines is false where none exist. */
    enum err (*set_lines)(struct link *link, bool dtr, bool rts);
    void (*sleep)(struct link *link, unsigned ms);
    uint64_t (*now_ms)(struct link *link);
    void (*discard_input)(struct link *link);
    void (*close)(struct link *link);
    /* The tool has just asked for this. NULL where only a person can do it; a
     * bench link does it by itself. */
    void (*ask)(struct link *link, enum link_ask what);
};

struct link {
    const struct link_ops *ops;
    bool has_lines;   /* DTR and RTS can be moved */
    bool is_direct;   /* RFC 2217: use the classic reset only */
    const char *name; /* as the user gave it */
    /* By enum link_ask: what is said instead of the usual words, where it is
     * not a hand at the button and the plug; NULL: those. */
    const char *ask_words[2];
};

/* Open by port string. On failure *detail (room bytes) names the concrete
 * thing: the port, the group to join, the error. */
MUST_USE enum err link_open(const char *port, unsigned baud, struct link **out,
                            char *detail, size_t room);
void link_close(struct link *link); /* NULL is fine */

/* Time for the links that live in real time. */
void link_real_sleep(struct link *link, unsigned ms);
uint64_t link_real_now_ms(struct link *link);

/* The kinds of port, one file each; same contract as link_open. */
MUST_USE enum err link_serial_open(const char *port, unsigned baud,
                                   struct link **out, char *detail,
                                   size_t room);
MUST_USE enum err link_rfc2217_open(const char *port, unsigned baud,
                                    struct link **out, char *detail,
                                    size_t room);
MUST_USE enum err link_bench_open(const char *port, unsigned baud,
                                  struct link **out, char *detail, size_t room);
/* The device behind such a link, for tests that do something to it. */
struct bench;
struct bench *link_bench_device(struct link *link);

#endif
