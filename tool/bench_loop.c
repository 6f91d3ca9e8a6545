/* The loop of `pogo bench`: waits, runs the bench, and serves everyone around
 * it. */
#include "tool/bench_server.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "tool/bench_help.h"

/* Real time advances in slices of this; a byte at 115200 takes 0.09 ms. */
#define SLICE_NS NS_PER_MS
#define SLICE CYCLES_PER_MS
/* The most that is run between two looks at the descriptors. */
#define SLICE_MAX (10u * (uint64_t)CYCLES_PER_MS)
/* With --virtual the chip may talk faster than its client reads; beyond this
 * the chip waits for the client. */
#define SERIAL_AHEAD (64u << 10)
/* The line to the chip takes this many bytes ahead, then senders wait. */
#define LINE_AHEAD 4096u

struct server {
    const struct bench_server_config *config;
    struct bench *bench;
    struct bench_wire wire;
    struct bench_port port;
    struct bench_pty pty;
    struct bench_clients clients;
    struct bench_pace pace;
    struct bench_poll poll;
    int signal_fd;
};

/* ---- small parts that the servers share ---- */

void bench_poll_add(struct bench_poll *poll, int fd, short events)
{
    if (fd >= 0 && events != 0 && poll->count < BENCH_POLL_MAX) {
        poll->fds[poll->count++] = (struct pollfd){.fd = fd, .events = events};
    }
}

bool bench_poll_found(const struct bench_poll *poll, int fd, short events)
{
    for (unsigned i = 0; i < poll->count; i++) {
        if (poll->fds[i].fd == fd && poll->fds[i].events & events &&
            poll->fds[i].revents & (events | POLLERR | POLLHUP)) {
            return true;
        }
    }
    return false;
}

void bench_wire_baud(struct bench_wire *wire, unsigned *side, unsigned baud)
{
    *side = baud;
    if (baud == 0) {
        baud = wire->port_baud ? wire->port_baud : wire->pty_baud;
    }
    if (wire->bench) {
        bench_serial_baud(wire->bench, baud);
    }
}

size_t bench_wire_room(const struct bench_wire *wire)
{
    if (!wire->bench) {
        return 0;
    }
    size_t pending = uart_line_pending(&bench_chip(wire->bench)->uart[0]);
    return pending < LINE_AHEAD ? LINE_AHEAD - pending : 0;
}

static uint64_t now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * NS_PER_S + (uint64_t)t.tv_nsec;
}

static uint64_t now_ms(const struct server *s)
{
    return bench_now(s->bench) / CYCLES_PER_MS;
}

/* ---- what the bench says ---- */

static void on_event(void *ctx, uint64_t ms, const char *line)
{
    struct server *s = ctx;
    (void)ms;
    bench_clients_event(&s->clients, line);
}

static void on_serial(void *ctx, uint8_t byte)
{
    struct server *s = ctx;
    bench_port_byte(&s->port, byte);
    bench_pty_byte(&s->pty, byte);
}

static void on_console(void *ctx, uint8_t byte)
{
    struct server *s = ctx;
    bench_clients_console(&s->clients, byte);
}

/* ---- time ---- */

static bool has_client(const struct server *s)
{
    return s->port.fd >= 0 || s->pty.open_count > 0;
}

static bool is_hardware_at_work(const struct server *s)
{
    return bench_next(s->bench, false) != CLOCK_NEVER ||
           flash_chip_is_busy(&bench_chip(s->bench)->flash);
}

/* --virtual: nobody's patience is needed. */
static bool is_in_a_hurry(const struct server *s)
{
    bool has_script = bench_clients_due(&s->clients) != SCRIPT_NEVER;
    return s->config->is_virtual &&
           ((has_script && !has_client(s)) || is_hardware_at_work(s));
}

static uint64_t next_due(const struct server *s)
{
    uint64_t due_ms = bench_clients_due(&s->clients);
    return due_ms == SCRIPT_NEVER ? CLOCK_NEVER : due_ms * CYCLES_PER_MS;
}

static uint64_t least(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

static void run_to(struct server *s, uint64_t cycle)
{
    cycle = least(cycle, next_due(s));
    if (cycle > bench_now(s->bench)) {
        bench_run(s->bench, cycle);
    }
}

/* A slice as fast as it goes. Returns how long to wait afterwards. */
static uint64_t hurry(struct server *s)
{
    uint64_t wait_ns = 0;
    if (s->port.serial.size > SERIAL_AHEAD || s->pty.out.size > SERIAL_AHEAD) {
        wait_ns = 10 * (uint64_t)SLICE_NS;
    } else {
        run_to(s, bench_now(s->bench) + SLICE);
    }
    bench_pace_start(&s->pace, now_ns(), bench_now(s->bench));
    return wait_ns;
}

/* As far as the wall clock allows. Returns how long to wait afterwards. */
static uint64_t follow(struct server *s)
{
    uint64_t target = bench_pace_target(&s->pace, now_ns());
    run_to(s, least(target, bench_now(s->bench) + SLICE_MAX));
    uint64_t now = now_ns(), cycle = bench_now(s->bench);
    if (s->config->is_virtual && cycle > target) {
        /* The chip's own work ran ahead; it is not waited for. */
        bench_pace_start(&s->pace, now, cycle);
    }
    if (cycle < target) {
        return 0;
    }
    if (!bench_is_idle(s->bench)) {
        return SLICE_NS;
    }
    uint64_t next = least(bench_next(s->bench, true), next_due(s));
    uint64_t wait_ns = bench_pace_until(&s->pace, now, next);
    return wait_ns > SLICE_NS ? wait_ns : SLICE_NS;
}

/* ---- where the bench is reached ---- */

static void put_addresses(struct server *s)
{
    const char *socket = s->config->socket;
    snprintf(s->clients.addresses, sizeof(s->clients.addresses),
             "show ports rfc2217://127.0.0.1:%u pty %s%s%s", s->port.number,
             s->pty.name, socket ? " socket " : "", socket ? socket : "");
}

/* With the adapter in again the pty may have another name. */
static void follow_adapter(struct server *s)
{
    bench_port_follow(&s->port);
    bench_pty_follow(&s->pty);
    if (s->wire.is_back) {
        s->wire.is_back = false;
        put_addresses(s);
        bench_clients_event(&s->clients,
                            s->clients.addresses + strlen("show "));
    }
}

/* ---- the loop ---- */

static void wait_for_news(struct server *s, uint64_t wait_ns)
{
    s->poll.count = 0;
    follow_adapter(s);
    bench_poll_add(&s->poll, s->signal_fd, POLLIN);
    bench_port_poll(&s->port, &s->poll);
    bench_pty_poll(&s->pty, &s->poll);
    bench_clients_poll(&s->clients, &s->poll);
    struct timespec t = {(time_t)(wait_ns / NS_PER_S),
                         (long)(wait_ns % NS_PER_S)};
    bench_pace_plan(&s->pace, now_ns(), wait_ns);
    if (ppoll(s->poll.fds, s->poll.count, &t, NULL) < 0) {
        for (unsigned i = 0; i < s->poll.count; i++) {
            s->poll.fds[i].revents = 0;
        }
    }
}

static bool is_over(const struct server *s)
{
    const struct bench_client *first = &s->clients.row[0];
    return s->clients.has_quit ||
           bench_poll_found(&s->poll, s->signal_fd, POLLIN) ||
           (s->config->text && first->text && !*first->text &&
            !script_is_waiting(&first->script));
}

static void loop(struct server *s)
{
    bench_pace_start(&s->pace, now_ns(), bench_now(s->bench));
    bench_clients_serve(&s->clients, &s->poll, now_ms(s));
    while (!is_over(s)) {
        uint64_t wait_ns = is_in_a_hurry(s) ? hurry(s) : follow(s);
        wait_for_news(s, wait_ns);
        bench_port_serve(&s->port, &s->poll);
        bench_pty_serve(&s->pty, &s->poll);
        bench_clients_serve(&s->clients, &s->poll, now_ms(s));
    }
}

/* ---- start and end ---- */

static void say_ready(struct server *s)
{
    char line[sizeof(s->clients.addresses) + 64];
    put_addresses(s);
    snprintf(line, sizeof(line), "bench %s ready: %s",
             s->config->bench.board->name,
             s->clients.addresses + strlen("show ports "));
    bench_clients_event(&s->clients, line);
}

static void say_next(const struct server *s)
{
    if (isatty(STDERR_FILENO)) {
        bench_help_greet(s->config->bench.board, s->port.number, stderr);
    }
}

static sigset_t signals_of_the_loop(void)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGHUP);
    return set;
}

/* Those come through the loop, so that it ends in one way only; a reader that
 * leaves, and a terminal that is not ours to read, show as errors there. */
static int catch_signals(sigset_t *before)
{
    sigset_t set = signals_of_the_loop();
    int fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    sigaddset(&set, SIGPIPE);
    sigaddset(&set, SIGTTIN);
    sigprocmask(SIG_BLOCK, &set, before);
    return fd;
}

/* What came meanwhile was meant for the loop; it must not strike now. */
static void release_signals(const sigset_t *before)
{
    const struct timespec at_once = {0, 0};
    sigset_t set = signals_of_the_loop();
    sigaddset(&set, SIGPIPE);
    sigaddset(&set, SIGTTIN);
    while (sigtimedwait(&set, NULL, &at_once) > 0) {
    }
    sigprocmask(SIG_SETMASK, before, NULL);
}

static enum err open_servers(struct server *s, const char **detail)
{
    const struct bench_server_config *c = s->config;
    *detail = c->port_name;
    enum err e = bench_port_open(&s->port, &s->wire, c->port);
    if (e == ERR_NONE) {
        *detail = c->pty ? c->pty : "/dev/ptmx";
        e = bench_pty_open(&s->pty, &s->wire, c->pty);
    }
    if (e == ERR_NONE) {
        *detail = c->socket;
        e = bench_clients_open(&s->clients, c->in, c->text, c->socket);
    }
    return e;
}

static enum err open_bench(struct server *s, const char **detail)
{
    const struct bench_sink sink = {on_event, on_serial, on_console, s};
    *detail = s->config->bench.flash_file ? s->config->bench.flash_file
                                          : s->config->bench.board->name;
    enum err e = bench_open(&s->config->bench, &sink, &s->bench);
    s->wire.bench = s->bench;
    s->clients.bench = s->bench;
    s->clients.board = s->config->bench.board;
    return e;
}

int bench_serve(const struct bench_server_config *config, enum err *e,
                const char **detail)
{
    struct server *s = calloc(1, sizeof(*s));
    sigset_t before;
    *detail = config->bench.board->name;
    if (!s) {
        *e = ERR_MEMORY;
        return EXIT_FAILED;
    }
    s->config = config;
    s->port.fd = s->port.listen_fd = s->clients.listen_fd = -1;
    s->pty.fd = s->pty.slave = s->pty.inotify = -1;
    s->signal_fd = catch_signals(&before);
    *e = open_servers(s, detail);
    if (*e == ERR_NONE) {
        say_ready(s);
        *e = open_bench(s, detail);
    }
    if (*e == ERR_NONE) {
        say_next(s);
        loop(s);
    } else {
        bench_queue_clear(&s->clients.row[0].queue);
    }
    bool has_failed = script_has_failed(&s->clients.row[0].script);
    bench_port_close(&s->port);
    bench_pty_close(&s->pty);
    bench_clients_close(&s->clients);
    bench_close(s->bench);
    close(s->signal_fd);
    release_signals(&before);
    free(s);
    return *e != ERR_NONE ? (int)err_exit_code(*e)
           : has_failed   ? EXIT_FAILED
                          : EXIT_DONE;
}
