/* The loop of `pogo bench`: waits, runs the devices, and serves everyone around
 * them. */
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "emulator/block_pool.h"
#include "tool/bench_device.h"
#include "tool/bench_help.h"

/* The most that is run of one device between two looks at the descriptors: of
 * several it is less, so that none waits long for its turn. */
#define SLICE_MAX (10u * (uint64_t)CYCLES_PER_MS)
#define SLICE_SHARED ((uint64_t)CYCLES_PER_MS)
/* Owner of descriptors that are no device's. */
#define NOBODY UINT_MAX

struct server {
    const struct bench_server_config *config;
    struct bench_device *devices;
    unsigned opened;         /* how many of them must be closed */
    struct flash_base *base; /* these two only with several devices */
    struct block_pool *pool;
    struct bench_clients clients;
    struct bench_poll poll;
    int signal_fd;
};

uint64_t bench_host_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * NS_PER_S + (uint64_t)t.tv_nsec;
}

/* ---- the loop ---- */

/* Run whose time has come. Returns when the first one's comes again. */
static uint64_t run_devices(struct server *s)
{
    uint64_t now_ns = bench_host_ns(), next_ns = now_ns + NS_PER_S;
    uint64_t slice = s->config->count > 1 ? SLICE_SHARED : SLICE_MAX;
    for (unsigned i = 0; i < s->config->count; i++) {
        struct bench_device *d = &s->devices[i];
        if (d->wake_ns <= now_ns) {
            bench_device_run(d, now_ns, slice);
        }
    }
    bench_clients_resume(&s->clients);
    for (unsigned i = 0; i < s->config->count; i++) {
        if (s->devices[i].wake_ns < next_ns) {
            next_ns = s->devices[i].wake_ns;
        }
    }
    return next_ns;
}

static void wait_for_news(struct server *s, uint64_t until_ns)
{
    struct bench_poll *poll = &s->poll;
    bench_poll_clear(poll);
    poll->now_owner = NOBODY;
    bench_poll_add(poll, s->signal_fd, POLLIN);
    bench_clients_poll(&s->clients, poll);
    for (unsigned i = 0; i < s->config->count; i++) {
        poll->now_owner = i;
        bench_device_poll(&s->devices[i], poll);
    }
    uint64_t now_ns = bench_host_ns();
    bench_poll_wait(poll, until_ns > now_ns ? until_ns - now_ns : 0);
    for (unsigned i = 0; i < poll->count; i++) {
        if (poll->fds[i].revents && poll->owner[i] != NOBODY) {
            s->devices[poll->owner[i]].has_news = true;
        }
    }
}

/* What came for a device may have given it something to do. */
static void serve_devices(struct server *s)
{
    for (unsigned i = 0; i < s->config->count; i++) {
        struct bench_device *d = &s->devices[i];
        if (d->has_news || d->has_run) {
            bench_device_serve(d, &s->poll);
            d->wake_ns = d->has_news ? 0 : d->wake_ns;
            d->has_news = d->has_run = false;
        }
    }
}

static bool is_over(const struct server *s)
{
    return s->clients.has_quit ||
           bench_poll_found(&s->poll, s->signal_fd, POLLIN) ||
           bench_clients_are_done(&s->clients);
}

static void loop(struct server *s)
{
    for (unsigned i = 0; i < s->config->count; i++) {
        bench_script_tick(&s->clients, &s->devices[i]);
    }
    while (!is_over(s)) {
        wait_for_news(s, run_devices(s));
        serve_devices(s);
        bench_clients_serve(&s->clients, &s->poll);
    }
}

/* ---- start and end ---- */

static void say_ready(struct server *s, const struct bench_device *d)
{
    const char *name = s->config->bench.board->name;
    char line[sizeof(d->addresses) + 64];
    snprintf(line, sizeof(line), "bench %s ready: %s", name,
             d->addresses + strlen("show ports "));
    bench_script_event(&s->clients, d, line);
}

static void say_next(const struct server *s)
{
    const struct bench_server_config *c = s->config;
    if (!isatty(STDERR_FILENO)) {
        return;
    }
    bench_help_greet(c->bench.board, s->devices[0].port.number, stderr);
    if (c->count > 1) {
        bench_help_greet_many(c->count, stderr);
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
    *detail = c->socket;
    enum err e = bench_clients_open(&s->clients, s->devices, c->count, c->in,
                                    c->text, c->socket);
    s->clients.is_json = c->is_json;
    while (e == ERR_NONE && s->opened < c->count) {
        unsigned i = s->opened++;
        e = bench_device_open(&s->devices[i], c, &s->clients, i, detail);
    }
    return e;
}

/* What several devices have in common: decoded code and, unless each has a file
 * of its own, the flash content that they begin with. */
static enum err open_shared(struct server *s, const char **detail)
{
    const struct bench_config *bench = &s->config->bench;
    uint32_t size =
        bench->flash_size ? bench->flash_size : bench->board->flash_size;
    if (s->config->count == 1) {
        return ERR_NONE;
    }
    s->pool = block_pool_new();
    if (!s->pool) {
        return ERR_MEMORY;
    }
    if (bench_device_has_own_flash(s->config)) {
        return ERR_NONE;
    }
    *detail = bench->flash_file ? bench->flash_file : bench->board->name;
    return flash_base_open(bench->flash_file, size, &s->base);
}

static enum err start_benches(struct server *s, const char **detail)
{
    enum err e = open_shared(s, detail);
    uint64_t now_ns = bench_host_ns();
    for (unsigned i = 0; e == ERR_NONE && i < s->opened; i++) {
        say_ready(s, &s->devices[i]);
        s->devices[i].pool = s->pool;
        s->devices[i].base = s->base;
        e = bench_device_start(&s->devices[i], now_ns, detail);
    }
    return e;
}

static enum err open_all(struct server *s, const char **detail)
{
    enum err e = open_servers(s, detail);
    return e == ERR_NONE ? start_benches(s, detail) : e;
}

static void close_all(struct server *s)
{
    for (unsigned i = 0; i < s->opened; i++) {
        bench_device_close(&s->devices[i]);
    }
    bench_clients_close(&s->clients);
    flash_base_close(s->base);
    block_pool_free(s->pool);
    bench_poll_free(&s->poll);
}

/* Huge pages would give every device all the memory that it might need; and
 * each has descriptors. */
static void prepare_for_many(void)
{
    struct rlimit files;
    (void)prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0);
    if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
        files.rlim_cur = files.rlim_max;
        (void)setrlimit(RLIMIT_NOFILE, &files);
    }
}

static enum err serve(struct server *s, const char **detail)
{
    sigset_t before;
    s->signal_fd = catch_signals(&before);
    enum err e = open_all(s, detail);
    if (e == ERR_NONE) {
        say_next(s);
        loop(s);
    } else {
        bench_queue_clear(&s->clients.row[0].queue);
    }
    close_all(s);
    if (e == ERR_NONE && s->clients.error != ERR_NONE) {
        *detail = "events on stdout";
        e = s->clients.error;
    }
    close(s->signal_fd);
    release_signals(&before);
    return e;
}

int bench_serve(const struct bench_server_config *config, enum err *e,
                const char **detail)
{
    struct server *s = calloc(1, sizeof(*s));
    struct bench_device *devices = calloc(config->count, sizeof(*devices));
    bool has_failed = false;
    *e = s && devices ? ERR_NONE : ERR_MEMORY;
    *detail = config->bench.board->name;
    if (*e == ERR_NONE) {
        s->config = config;
        s->devices = devices;
        s->clients.listen_fd = -1;
        if (config->count > 1) {
            prepare_for_many();
        }
        *e = serve(s, detail);
        has_failed = s->clients.row[0].has_failed;
    }
    free(devices);
    free(s);
    return *e != ERR_NONE ? (int)err_exit_code(*e)
           : has_failed   ? EXIT_FAILED
                          : EXIT_DONE;
}
