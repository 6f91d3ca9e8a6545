/* What stands around a bench in `pogo bench`: an RFC 2217 port, a pty, the
 * line protocol on stdin, stdout and a Unix socket, and the loop that paces
 * them. Everything listens on 127.0.0.1 or in the file system only. */
#ifndef TOOL_BENCH_SERVER_H
#define TOOL_BENCH_SERVER_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "emulator/bench.h"
#include "format/script.h"
#include "tool/bench_pace.h"
#include "tool/bench_queue.h"
#include "tool/bench_session.h"

/* ---- what a loop waits for ---- */

#define BENCH_POLL_MAX 48u

struct bench_poll {
    struct pollfd fds[BENCH_POLL_MAX];
    unsigned count;
};

/* fd -1 or no events: nothing is added. */
void bench_poll_add(struct bench_poll *poll, int fd, short events);
/* Did the last poll find one of these, an error or a hang-up on fd? */
bool bench_poll_found(const struct bench_poll *poll, int fd, short events);

/* ---- the serial line, which the port and the pty share ---- */

struct bench_wire {
    struct bench *bench; /* NULL until it is open */
    unsigned port_baud;  /* 0: nobody there */
    unsigned pty_baud;
    bool is_back; /* the adapter was out; the port is open again */
};

/* One side (a field of wire) has set a speed, or left (0). */
void bench_wire_baud(struct bench_wire *wire, unsigned *side, unsigned baud);
/* How many bytes may be sent toward the chip now. The line never takes many
 * ahead, so that the sender's own buffers fill and hold it back. */
size_t bench_wire_room(const struct bench_wire *wire);

/* ---- bench_port.c: RFC 2217, one client at a time ---- */

struct bench_port {
    struct bench_wire *wire;
    int listen_fd, fd; /* fd -1: nobody connected */
    unsigned number;
    struct bench_session session;
    struct bench_session_ops ops;
    struct bench_queue serial; /* from the chip, not yet escaped */
    struct bench_queue out;    /* on its way, escaped */
    unsigned unplugs;          /* bench_unplugs() as far as it is followed */
    bool is_out;               /* with the adapter: nobody can connect */
};

/* number 0: any free one, then in port->number. With the adapter pulled out the
 * client is hung up on and connections are refused; the number stays ours. */
MUST_USE enum err bench_port_open(struct bench_port *port,
                                  struct bench_wire *wire, unsigned number);
void bench_port_close(struct bench_port *port);
/* Do as the adapter did since the last call: before each wait. Also one that
 * was out and in again meanwhile has lost its client. */
void bench_port_follow(struct bench_port *port);
void bench_port_poll(const struct bench_port *port, struct bench_poll *poll);
void bench_port_serve(struct bench_port *port, const struct bench_poll *poll);
void bench_port_byte(struct bench_port *port, uint8_t byte);

/* ---- bench_pty.c ---- */

struct bench_pty {
    struct bench_wire *wire;
    int fd, slave, inotify;
    int open_count; /* other processes that have it open */
    char name[64];
    const char *symlink; /* ours, removed at close; NULL: none */
    struct bench_queue out;
    const char *path; /* of symlink, as asked for */
    unsigned unplugs; /* as in bench_port */
    bool is_out;
};

/* symlink (may be NULL) is replaced if it is a symbolic link already. With the
 * adapter pulled out the pty and its link are gone, as /dev/ttyUSB0 would be;
 * it may come back under another number, the link with it. */
MUST_USE enum err bench_pty_open(struct bench_pty *pty, struct bench_wire *wire,
                                 const char *symlink);
void bench_pty_close(struct bench_pty *pty);
void bench_pty_follow(struct bench_pty *pty); /* as bench_port_follow */
void bench_pty_poll(const struct bench_pty *pty, struct bench_poll *poll);
void bench_pty_serve(struct bench_pty *pty, const struct bench_poll *poll);
void bench_pty_byte(struct bench_pty *pty, uint8_t byte);

/* ---- bench_clients.c: who sends control lines and reads events ---- */

#define BENCH_CLIENTS 17u /* [0] is stdin or the script, and stdout */
#define BENCH_INPUT 1024u

struct bench_clients;

struct bench_client {
    struct bench_clients *all;
    bool is_used;
    int in, out;      /* -1: no (more) input */
    const char *text; /* a script instead of input: what is left of it */
    struct script script;
    struct script_ops ops;
    struct bench_queue queue;
    char input[BENCH_INPUT];
    size_t input_size;
    bool is_too_long; /* the rest of this input line is dropped */
};

struct bench_clients {
    struct bench *bench; /* NULL until it is open */
    const struct board *board;
    char addresses[512]; /* a `show …` line: where the bench is reached */
    struct bench_client row[BENCH_CLIENTS];
    struct bench_client *shown; /* who has asked for `show`, during it */
    int listen_fd;
    const char *socket; /* path; NULL: none */
    bool has_quit;
};

/* in: stdin or -1; text: a script or NULL; socket: path or NULL. */
MUST_USE enum err bench_clients_open(struct bench_clients *clients, int in,
                                     const char *text, const char *socket);
void bench_clients_close(struct bench_clients *clients);
void bench_clients_poll(struct bench_clients *clients, struct bench_poll *poll);
void bench_clients_serve(struct bench_clients *clients,
                         const struct bench_poll *poll, uint64_t now_ms);
/* To everybody, and to their scripts. */
void bench_clients_event(struct bench_clients *clients, const char *line);
void bench_clients_console(struct bench_clients *clients, uint8_t byte);
/* When a script must be looked at again (ms), or SCRIPT_NEVER. */
uint64_t bench_clients_due(const struct bench_clients *clients);

/* ---- bench_loop.c ---- */

struct bench_server_config {
    struct bench_config bench;
    bool is_virtual;
    unsigned port;         /* 0: any */
    const char *port_name; /* of that port, for messages */
    const char *pty;       /* symlink; NULL: none */
    const char *socket;    /* NULL: none */
    int in;                /* control lines; -1: none */
    const char *text;      /* a script: end when it is done; NULL: none */
};

/* Serve until quit, a signal or the end of the script. Returns the exit code.
 * On failure *e says why and *detail (static or of the config) what. */
int bench_serve(const struct bench_server_config *config, enum err *e,
                const char **detail);

#endif
