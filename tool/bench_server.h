/* What stands around the benches in `pogo bench`: for each device an RFC 2217
 * port and a pty (bench_device.h joins them), for all together the line
 * protocol on stdin, stdout and a Unix socket, and the loop that paces them.
 * Everything listens on 127.0.0.1 or in the file system only. */
#ifndef TOOL_BENCH_SERVER_H
#define TOOL_BENCH_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "emulator/bench.h"
#include "format/script.h"
#include "tool/bench_poll.h"
#include "tool/bench_queue.h"
#include "tool/bench_session.h"

/* ---- the serial line, which the port and the pty share ---- */

struct bench_wire {
    struct bench *bench; /* NULL until it is open */
    /* Where there is no chip: who has the other end (bench_tasmota.h). NULL:
     * the bench. */
    const struct bench_wire_ops *ops;
    void *ctx;
    unsigned port_baud; /* 0: nobody there */
    unsigned pty_baud;
    bool is_back; /* the adapter was out; the port is open again */
};

struct bench_wire_ops {
    void (*send)(void *ctx, const uint8_t *bytes, size_t size);
    void (*lines)(void *ctx, bool dtr, bool rts);
};

/* Bytes to the chip, no more than bench_wire_room(); the adapter's lines. */
void bench_wire_send(struct bench_wire *wire, const uint8_t *bytes,
                     size_t size);
void bench_wire_lines(struct bench_wire *wire, bool dtr, bool rts);
/* One side (a field of wire) has set a speed, or left (0). */
void bench_wire_baud(struct bench_wire *wire, unsigned *side, unsigned baud);
/* How many bytes may be sent toward the chip now. The line never takes many
 * ahead, so that the sender's own buffers fill and hold it back. */
size_t bench_wire_room(const struct bench_wire *wire);

/* ---- os_bench_port.c: RFC 2217, one client at a time ---- */

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

/* ---- os_bench_pty.c ---- */

struct bench_pty {
    struct bench_wire *wire;
    int fd, slave, inotify;
    int open_count; /* other processes that have it open */
    char name[64];
    const char *symlink; /* ours, removed at close; NULL: none */
    struct bench_queue out;
    /* As an adapter's latency timer: what came in lies for so long, or until
     * a USB packet is full. By the host's clock. */
    unsigned latency_ms;
    uint64_t due_ns;  /* of what lies in out */
    const char *path; /* of symlink, as asked for */
    unsigned unplugs; /* as in bench_port */
    bool is_out;
};

/* symlink (may be NULL) is replaced if it is a symbolic link already, unless it
 * leads to another terminal: ERR_PORT_BUSY. It is removed while ours. With the
 * adapter pulled out the pty and its link are gone, as /dev/ttyUSB0 would be;
 * it may come back under another number, the link with it. */
MUST_USE enum err bench_pty_open(struct bench_pty *pty, struct bench_wire *wire,
                                 const char *symlink);
void bench_pty_close(struct bench_pty *pty);
void bench_pty_follow(struct bench_pty *pty); /* as bench_port_follow */
void bench_pty_poll(const struct bench_pty *pty, struct bench_poll *poll);
void bench_pty_serve(struct bench_pty *pty, const struct bench_poll *poll);
void bench_pty_byte(struct bench_pty *pty, uint8_t byte);
/* When what came in must leave; UINT64_MAX: nothing waits. */
uint64_t bench_pty_due(const struct bench_pty *pty);

/* ---- os_bench_clients.c: who sends control lines and reads events ---- */

#define BENCH_CLIENTS 17u /* [0] is stdin or the script, and stdout */
#define BENCH_INPUT 1024u

struct bench_clients;
struct bench_client;
struct bench_device; /* bench_device.h */

/* What one client does with one device. */
struct bench_script {
    struct bench_client *client;
    struct bench_device *device;
    struct script_ops ops;
    struct script script;
    const char *text; /* --script: what is left of it; NULL: none */
    bool is_busy;     /* a line is in progress, or text is left */
};

struct bench_client {
    struct bench_clients *all;
    bool is_used;
    int in, out;                 /* -1: no (more) input */
    struct bench_script *script; /* one for each device */
    unsigned busy;               /* how many of them are */
    struct bench_queue queue;
    char input[BENCH_INPUT];
    size_t input_size;
    bool is_too_long; /* the rest of this input line is dropped */
    bool has_failed;  /* a line of it, so far */
};

struct bench_clients {
    struct bench_device *devices;
    unsigned count;
    struct bench_client row[BENCH_CLIENTS];
    struct bench_client *shown; /* who has asked for `show`, during it */
    int listen_fd;
    const char *socket; /* path; NULL: none */
    const char *text;   /* the script that row[0] runs; NULL: none */
    bool has_quit;
    bool is_json;   /* to row[0]: what is told is objects (bench_event.h) */
    enum err error; /* once closed: what was lost of stdout, and why */
};

/* For these devices, which need not be open yet. in: stdin or
 * -1; text: a script that each device runs, or NULL; socket: path or NULL. */
MUST_USE enum err bench_clients_open(struct bench_clients *clients,
                                     struct bench_device *devices,
                                     unsigned count, int in, const char *text,
                                     const char *socket);
void bench_clients_close(struct bench_clients *clients);
void bench_clients_poll(struct bench_clients *clients, struct bench_poll *poll);
void bench_clients_serve(struct bench_clients *clients,
                         const struct bench_poll *poll);
/* Begin the lines that have waited for one that is done now. */
void bench_clients_resume(struct bench_clients *clients);
/* The script of --script has come to its end on every device. */
bool bench_clients_are_done(const struct bench_clients *clients);

/* ---- bench_script.c: what the clients' lines do with the devices ---- */

/* One script for each device; false: no memory. */
bool bench_script_open(struct bench_client *client, const char *text);
void bench_script_close(struct bench_client *client);
/* A line to the client, no newline; NULL device: about none. */
void bench_script_say(struct bench_client *client,
                      const struct bench_device *device, const char *line);
/* A control line from the client, while none of its scripts is busy. */
void bench_script_line(struct bench_client *client, const char *line);
/* Answer a line that was not run at all. */
void bench_script_refuse(struct bench_client *client, const char *what,
                         const char *line);
/* The device's time has passed: what waited for it goes on. */
void bench_script_tick(struct bench_clients *clients,
                       const struct bench_device *device);
/* When that must be done (ms of this device's time), or SCRIPT_NEVER. */
uint64_t bench_script_due(const struct bench_clients *clients,
                          const struct bench_device *device);
/* To everybody, and to their scripts: an event line of this device. */
void bench_script_event(struct bench_clients *clients,
                        const struct bench_device *device, const char *line);
void bench_script_console(struct bench_clients *clients,
                          const struct bench_device *device, uint8_t byte);

/* ---- os_bench_loop.c ---- */

#define BENCH_PORT_NAME 32u

struct bench_server_config {
    struct bench_config bench; /* of the first device */
    unsigned count;            /* devices */
    bool is_virtual;
    unsigned port;       /* of the first device; 0: any */
    char *port_name;     /* room for BENCH_PORT_NAME: which one has failed */
    const char *pty;     /* symlink; NULL: none */
    unsigned latency_ms; /* of the pty: struct bench_pty */
    const char *socket;  /* NULL: none */
    int in;              /* control lines; -1: none */
    const char *text;    /* a script: end when it is done; NULL: none */
    bool is_json;        /* stdout is objects */
};

/* Of the host, monotonic. */
uint64_t bench_host_ns(void);

/* Serve until quit, a signal or the end of the script. Returns the exit code.
 * On failure *e says why and *detail (static or of the config) what. */
int bench_serve(const struct bench_server_config *config, enum err *e,
                const char **detail);

#endif
