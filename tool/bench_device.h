/* One device of `pogo bench`: a bench with its serial port, its pty and its own
 * pace, run by the loop together with the others. A device that is busy, slow
 * or stopped holds none of them up: each runs a slice at a time. */
#ifndef TOOL_BENCH_DEVICE_H
#define TOOL_BENCH_DEVICE_H

#include "tool/bench_net.h"
#include "tool/bench_pace.h"
#include "tool/bench_server.h"

struct bench_device {
    const struct bench_server_config *config;
    struct bench_clients *clients;
    unsigned index;      /* from 0; people count from 1 */
    struct bench *bench; /* NULL until it is open */
    struct bench_wire wire;
    struct bench_port port;
    struct bench_pty pty;
    struct bench_net net;
    bool has_pty; /* with several devices only if it was asked for */
    struct bench_pace pace;
    uint64_t wake_ns;            /* when it must be run, by the host's clock */
    bool has_news;               /* the last wait found something for it */
    bool has_run;                /* since it was served */
    uint64_t turns, rounds;      /* that it was run; that the loop has waited */
    char addresses[512];         /* a `show …` line: where it is reached */
    char *flash_file, *pty_path; /* its own, NULL: none */
    /* The loop's, for all devices; NULL: none. Set before start. */
    const struct flash_base *base;
    struct block_pool *pool;
};

/* Each device keeps its flash in a file of its own. */
bool bench_device_has_own_flash(const struct bench_server_config *config);

/* Ports first, then bench_device_start once ready was said. The device must be
 * zeroed. On failure *detail says what it was about. close takes both back. */
MUST_USE enum err bench_device_open(struct bench_device *device,
                                    const struct bench_server_config *config,
                                    struct bench_clients *clients,
                                    unsigned index, const char **detail);
MUST_USE enum err bench_device_start(struct bench_device *device,
                                     uint64_t now_ns, const char **detail);
void bench_device_close(struct bench_device *device);

/* A `show …` line: what it has cost so far, counted and so the same on any
 * host: its time, instructions, turns, rounds of the loop. */
void bench_device_put_work(const struct bench_device *device, char *line,
                           size_t room);
/* Milliseconds of the device's own time; 0 before it is open. */
uint64_t bench_device_now_ms(const struct bench_device *device);
/* Run as far as now_ns allows, but no more than `slice` cycles. wake_ns is then
 * when to come again. */
void bench_device_run(struct bench_device *device, uint64_t now_ns,
                      uint64_t slice);
void bench_device_poll(struct bench_device *device, struct bench_poll *poll);
void bench_device_serve(struct bench_device *device,
                        const struct bench_poll *poll);

#endif
