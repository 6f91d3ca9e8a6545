#include "tool/bench_device.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tool/bench_address.h"

/* Real time advances in slices of this; a byte at 115200 takes 0.09 ms. */
#define SLICE_NS NS_PER_MS
#define SLICE CYCLES_PER_MS
#define LEISURE_NS (20 * (uint64_t)NS_PER_MS)
/* With --virtual the chip may talk faster than its client reads; beyond this
 * the chip waits for the client. */
#define SERIAL_AHEAD (64u << 10)
/* The line to the chip takes this many bytes ahead, then senders wait. */
#define LINE_AHEAD 4096u

/* ---- the serial line ---- */

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

void bench_wire_send(struct bench_wire *wire, const uint8_t *bytes, size_t size)
{
    if (wire->ops) {
        wire->ops->send(wire->ctx, bytes, size);
    } else {
        (void)!bench_serial_send(wire->bench, bytes, size);
    }
}

void bench_wire_lines(struct bench_wire *wire, bool dtr, bool rts)
{
    if (wire->ops) {
        wire->ops->lines(wire->ctx, dtr, rts);
    } else {
        bench_lines_direct(wire->bench, dtr, rts);
    }
}

size_t bench_wire_room(const struct bench_wire *wire)
{
    if (wire->ops) {
        return LINE_AHEAD;
    }
    if (!wire->bench) {
        return 0;
    }
    size_t pending = uart_line_pending(&bench_chip(wire->bench)->uart[0]);
    return pending < LINE_AHEAD ? LINE_AHEAD - pending : 0;
}

/* ---- what the bench says ---- */

static void on_event(void *ctx, uint64_t ms, const char *line)
{
    struct bench_device *d = ctx;
    (void)ms;
    bench_script_event(d->clients, d, line);
}

static void on_serial(void *ctx, uint8_t byte)
{
    struct bench_device *d = ctx;
    bench_port_byte(&d->port, byte);
    bench_pty_byte(&d->pty, byte);
}

static void on_console(void *ctx, uint8_t byte)
{
    struct bench_device *d = ctx;
    bench_script_console(d->clients, d, byte);
}

/* ---- time ---- */

uint64_t bench_device_now_ms(const struct bench_device *d)
{
    return d->bench ? bench_now(d->bench) / CYCLES_PER_MS : 0;
}

void bench_device_put_work(const struct bench_device *d, char *line,
                           size_t room)
{
    snprintf(line, room,
             "show work %llu ms, %llu instructions, %llu turns, %llu rounds",
             (unsigned long long)bench_device_now_ms(d),
             (unsigned long long)bench_chip(d->bench)->cpu.instructions,
             (unsigned long long)d->turns, (unsigned long long)d->rounds);
}

static bool has_client(const struct bench_device *d)
{
    return d->port.fd >= 0 || d->pty.open_count > 0 ||
           bench_net_has_client(&d->net);
}

static bool is_hardware_at_work(const struct bench_device *d)
{
    return bench_next(d->bench, false) != CLOCK_NEVER ||
           flash_chip_is_busy(&bench_chip(d->bench)->flash);
}

/* --virtual: nobody's patience is needed. */
static bool is_in_a_hurry(const struct bench_device *d)
{
    return d->config->is_virtual &&
           ((bench_script_due(d->clients, d) != SCRIPT_NEVER &&
             !has_client(d)) ||
            is_hardware_at_work(d));
}

static uint64_t next_due(const struct bench_device *d)
{
    uint64_t due_ms = bench_script_due(d->clients, d);
    return due_ms == SCRIPT_NEVER ? CLOCK_NEVER : due_ms * CYCLES_PER_MS;
}

static uint64_t least(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

static void run_to(struct bench_device *d, uint64_t cycle)
{
    cycle = least(cycle, next_due(d));
    if (cycle > bench_now(d->bench)) {
        bench_run(d->bench, cycle);
    }
}

/* As far as `target`, but with no more work than a slice has: time in which the
 * CPU waits is none. */
static void run_on(struct bench_device *d, uint64_t target, uint64_t slice)
{
    const uint64_t *done = &bench_chip(d->bench)->cpu.instructions;
    uint64_t from = *done, before;
    do {
        before = bench_now(d->bench);
        run_to(d, least(target, before + slice));
    } while (bench_now(d->bench) > before && bench_now(d->bench) < target &&
             *done - from < slice);
}

/* A slice as fast as it goes. */
static void hurry(struct bench_device *d)
{
    uint64_t wait_ns = 0;
    if (d->port.serial.size > SERIAL_AHEAD || d->pty.out.size > SERIAL_AHEAD) {
        wait_ns = 10 * (uint64_t)SLICE_NS;
    } else {
        run_to(d, bench_now(d->bench) + SLICE);
    }
    uint64_t now_ns = bench_host_ns();
    bench_pace_start(&d->pace, now_ns, bench_now(d->bench));
    d->wake_ns = now_ns + wait_ns;
}

/* Devices that wake at about the same time shall wake the host once. */
static uint64_t on_the_grid(uint64_t ns, uint64_t grid_ns)
{
    return (ns + grid_ns - 1) / grid_ns * grid_ns;
}

/* One of several that only waits for its timers is looked after less often:
 * what they do comes later by the host's clock, not by its own. */
static bool is_at_leisure(const struct bench_device *d)
{
    return d->config->count > 1 && !is_hardware_at_work(d) &&
           next_due(d) == CLOCK_NEVER;
}

/* As far as the wall clock allows. */
static void follow(struct bench_device *d, uint64_t now_ns, uint64_t slice)
{
    uint64_t target = bench_pace_target(&d->pace, now_ns);
    run_on(d, target, slice);
    uint64_t cycle = bench_now(d->bench), wait_ns = 1, grid_ns = SLICE_NS;
    if (d->config->is_virtual && cycle > target) {
        /* The chip's own work ran ahead; it is not waited for. */
        now_ns = bench_host_ns();
        bench_pace_start(&d->pace, now_ns, cycle);
    }
    if (cycle < target) {
        d->wake_ns = now_ns;
        return;
    }
    if (bench_is_idle(d->bench)) {
        uint64_t next = least(bench_next(d->bench, true), next_due(d));
        wait_ns += bench_pace_until(&d->pace, now_ns, next);
        grid_ns = is_at_leisure(d) ? LEISURE_NS : SLICE_NS;
    }
    d->wake_ns = on_the_grid(now_ns + wait_ns, grid_ns);
}

void bench_device_run(struct bench_device *d, uint64_t now_ns, uint64_t slice)
{
    if (is_in_a_hurry(d)) {
        hurry(d);
    } else {
        follow(d, now_ns, slice);
    }
    if (d->has_pty && d->pty.latency_ms > 0) {
        d->wake_ns = least(d->wake_ns, bench_pty_due(&d->pty));
    }
    bench_pace_plan(&d->pace, d->wake_ns, 0);
    d->has_run = true;
    d->turns++;
    bench_script_tick(d->clients, d);
}

/* ---- around it ---- */

static void put_addresses(struct bench_device *d)
{
    const char *socket = d->config->socket;
    snprintf(d->addresses, sizeof(d->addresses),
             "show ports rfc2217://127.0.0.1:%u%s%s%s%s address %s",
             d->port.number, d->has_pty ? " pty " : "", d->pty.name,
             socket ? " socket " : "", socket ? socket : "", d->net.text);
}

/* With the adapter in again the pty may have another name. */
static void follow_adapter(struct bench_device *d)
{
    bench_port_follow(&d->port);
    if (d->has_pty) {
        bench_pty_follow(&d->pty);
    }
    if (d->wire.is_back) {
        d->wire.is_back = false;
        put_addresses(d);
        bench_script_event(d->clients, d, d->addresses + strlen("show "));
    }
}

void bench_device_poll(struct bench_device *d, struct bench_poll *poll)
{
    follow_adapter(d);
    d->rounds++;
    bench_port_poll(&d->port, poll);
    if (d->has_pty) {
        bench_pty_poll(&d->pty, poll);
    }
    bench_net_poll(&d->net, poll);
}

void bench_device_serve(struct bench_device *d, const struct bench_poll *poll)
{
    bench_port_serve(&d->port, poll);
    if (d->has_pty) {
        bench_pty_serve(&d->pty, poll);
    }
    bench_net_serve(&d->net, poll);
}

/* ---- start and end ---- */

/* `NAME.12`; of one device only NAME. */
static bool name_pty(struct bench_device *d)
{
    const char *name = d->config->pty;
    if (name && d->config->count == 1) {
        d->pty_path = strdup(name);
    } else if (name &&
               asprintf(&d->pty_path, "%s.%u", name, d->index + 1) < 0) {
        d->pty_path = NULL;
    }
    return !name || d->pty_path;
}

bool bench_device_has_own_flash(const struct bench_server_config *config)
{
    const char *name = config->bench.flash_file;
    return name && (config->count == 1 || strstr(name, BENCH_ADDRESS_PLACE));
}

static bool name_flash(struct bench_device *d)
{
    const char *name = d->config->bench.flash_file;
    if (bench_device_has_own_flash(d->config)) {
        d->flash_file = d->config->count == 1
                            ? strdup(name)
                            : bench_address_name(name, d->index + 1);
        return d->flash_file;
    }
    return true;
}

static enum err open_ports(struct bench_device *d, const char **detail)
{
    const struct bench_server_config *c = d->config;
    unsigned number = c->port ? c->port + d->index : 0;
    snprintf(c->port_name, BENCH_PORT_NAME, "TCP port %u", number);
    *detail = c->port_name;
    enum err e = bench_port_open(&d->port, &d->wire, number);
    if (e == ERR_NONE && (c->pty || c->count == 1)) {
        *detail = c->pty ? c->pty : "/dev/ptmx";
        d->has_pty = true;
        e = bench_pty_open(&d->pty, &d->wire, d->pty_path);
        d->pty.latency_ms = c->latency_ms;
    }
    return e;
}

enum err bench_device_open(struct bench_device *d,
                           const struct bench_server_config *config,
                           struct bench_clients *clients, unsigned index,
                           const char **detail)
{
    d->config = config;
    d->clients = clients;
    d->index = index;
    d->port.fd = d->port.listen_fd = d->net.lock_fd = -1;
    d->pty.fd = d->pty.slave = d->pty.inotify = -1;
    if (!name_pty(d) || !name_flash(d)) {
        return ERR_MEMORY;
    }
    enum err e = open_ports(d, detail);
    if (e == ERR_NONE) {
        uint32_t first = config->bench.address;
        *detail = "a loopback address for the device";
        e = bench_net_open(&d->net, first ? first + index : 0);
    }
    if (e == ERR_NONE) {
        put_addresses(d);
    }
    return e;
}

/* A given MAC is the first device's; the others count on from there. */
static void set_mac(uint8_t mac[6], unsigned index)
{
    uint32_t tail =
        ((uint32_t)mac[3] << 16 | (uint32_t)mac[4] << 8 | mac[5]) + index;
    mac[3] = (uint8_t)(tail >> 16);
    mac[4] = (uint8_t)(tail >> 8);
    mac[5] = (uint8_t)tail;
}

enum err bench_device_start(struct bench_device *d, uint64_t now_ns,
                            const char **detail)
{
    static const uint8_t none[6];
    const struct bench_sink sink = {on_event, on_serial, on_console, d};
    struct bench_config config = d->config->bench;
    config.flash_base = d->base;
    config.pool = d->pool;
    config.flash_file = d->flash_file;
    config.seed += d->index;
    config.net = &d->net.host;
    config.address = d->net.address;
    config.trace = d->index == 0 ? config.trace : NULL;
    if (memcmp(config.mac, none, sizeof(none)) != 0) {
        set_mac(config.mac, d->index);
    }
    *detail = d->config->bench.flash_file ? d->config->bench.flash_file
                                          : config.board->name;
    enum err e = bench_open(&config, &sink, &d->bench);
    d->wire.bench = d->bench;
    bench_net_start(&d->net, d->bench);
    if (e == ERR_NONE) {
        bench_pace_start(&d->pace, now_ns, bench_now(d->bench));
    }
    return e;
}

void bench_device_close(struct bench_device *d)
{
    bench_port_close(&d->port);
    bench_pty_close(&d->pty);
    if (d->bench) {
        bench_report(d->bench);
    }
    bench_close(d->bench);
    bench_net_close(&d->net);
    free(d->flash_file);
    free(d->pty_path);
}
