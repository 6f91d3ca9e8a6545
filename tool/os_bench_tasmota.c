/* The bench's Tasmota as a device: power, button, serial port, eboot's copy,
 * and what is left of it at the end. */
#include <arpa/inet.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tool/air_file.h"
#include "tool/bench_net.h"
#include "tool/bench_tasmota_device.h"

#define SECTOR 4096u
#define TICK_MS 20
#define BAUD 115200u
#define ROM_BAUD 74880u
#define ROM_MS 300u /* until the program speaks; decided without a source */

void tasmota_say(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    model_say("tasmota", format, args);
    va_end(args);
}

/* ---- the serial line ---- */

/* At another speed both sides hear rubbish. */
static bool is_at_speed(const struct tasmota_device *d, unsigned speed)
{
    unsigned baud = d->wire.port_baud ? d->wire.port_baud : d->wire.pty_baud;
    return baud == 0 || baud == speed;
}

static void speak(struct tasmota_device *d, unsigned speed, const char *text,
                  size_t size)
{
    bool is_clear = is_at_speed(d, speed);
    for (size_t i = 0; i < size; i++) {
        uint8_t byte = (uint8_t)text[i];
        byte = is_clear ? byte : (uint8_t)(byte * 5u | 0x80u);
        bench_port_byte(&d->rfc2217, byte);
        bench_pty_byte(&d->pty, byte);
    }
}

static void on_serial(void *ctx, const char *text, size_t size)
{
    speak(ctx, BAUD, text, size);
}

static void on_sent(void *ctx, const uint8_t *bytes, size_t size)
{
    struct tasmota_device *d = ctx;
    if (is_at_speed(d, BAUD))
        tasmota_serial(&d->t, bytes, size);
}

/* EN is low while RTS is on. What DTR does to GPIO0 is not modelled: without a
 * chip there is no loader behind it. */
static void on_lines(void *ctx, bool dtr, bool rts)
{
    struct tasmota_device *d = ctx;
    (void)dtr;
    if (rts) {
        d->t.is_up = d->t.is_joined = false;
        d->start_ms = 0;
    }
    d->wants_reset = d->wants_reset || (d->is_in_reset && !rts);
    d->is_in_reset = rts;
}

static const struct bench_wire_ops wire_ops = {on_sent, on_lines};

/* ---- power ---- */

/* The boot ROM's words (chip.md A7) and eboot's load; then the program. */
static void start(struct tasmota_device *d, char cause)
{
    char text[] = "\r\n ets Jan  8 2013,rst cause:1, boot mode:(3,6)\r\n\r\n"
                  "load 0x4010f000, len 1384, room 16 \r\ntail 8\r\n"
                  "chksum 0x2d\r\ncsum 0x2d\r\n";
    char *digit = strstr(text, "cause:") + strlen("cause:");
    *digit = cause;
    speak(d, ROM_BAUD, text, sizeof(text) - 1);
    d->start_ms = model_now_ms() + ROM_MS;
}

void tasmota_supply_on(struct tasmota_device *d)
{
    pthread_mutex_lock(&d->lock);
    d->has_power = true;
    if (d->is_spoilt)
        d->end = MODEL_BRICKED;
    else if (d->is_holding_button)
        d->end = MODEL_LOADER;
    pthread_mutex_unlock(&d->lock);
    if (d->end != MODEL_RUNS)
        return;
    tasmota_say("power on");
    pthread_mutex_lock(&d->lock);
    start(d, '1');
    pthread_mutex_unlock(&d->lock);
}

/* eboot writes sector after sector: the one in work is blank then. */
static void spoil(struct tasmota_device *d)
{
    bool is_begun = d->copied > 0;
    if (is_begun)
        memset(d->flash + d->copied, 0xFF, SECTOR);
    tasmota_say("power off during eboot's copy, sector %zu of %zu: %s",
                d->copied / SECTOR, (d->copy_size + SECTOR - 1) / SECTOR,
                is_begun ? "a brick" : "nothing was written yet");
    d->is_spoilt = is_begun;
    free(d->copy);
    d->copy = NULL;
}

void tasmota_supply_off(struct tasmota_device *d)
{
    pthread_mutex_lock(&d->lock);
    d->has_power = false;
    d->start_ms = 0;
    d->wants_power_off = false;
    tasmota_power_off(&d->t);
    tasmota_net_leave(d);
    if (d->copy)
        spoil(d);
    else
        tasmota_say("power off");
    pthread_mutex_unlock(&d->lock);
    tasmota_http_close(d);
}

/* ---- eboot ---- */

/* False: what was uploaded is copied first. */
static bool on_restart(void *ctx)
{
    struct tasmota_device *d = ctx;
    tasmota_net_leave(d);
    if (!d->t.stage.is_ready)
        return true;
    d->t.stage.is_ready = false;
    d->copy = tasmota_stage_unpack(&d->t, &d->copy_size);
    d->copied = 0;
    if (!d->copy) {
        tasmota_say("eboot can't unpack it: the old firmware stays");
        return true;
    }
    tasmota_say("eboot copies %zu sectors",
                (d->copy_size + SECTOR - 1) / SECTOR);
    return false;
}

static void end_copy(struct tasmota_device *d)
{
    bool is_tasmota = tasmota_stage_runs(&d->t, d->copy, d->copy_size);
    char name[48];
    free(d->copy);
    d->copy = NULL;
    if (!is_tasmota) {
        d->end = MODEL_FLASHED;
        return;
    }
    tasmota_name(&d->t, name, sizeof(name));
    tasmota_say("eboot is done: Tasmota %s", name);
    tasmota_boot(&d->t, model_now_ms());
}

static void copy_sector(struct tasmota_device *d)
{
    size_t left = d->copy_size - d->copied;
    size_t n = left < SECTOR ? left : SECTOR;
    memcpy(d->flash + d->copied, d->copy + d->copied, n);
    d->copied += n;
    if (d->copied == d->copy_size) {
        end_copy(d);
    } else if (d->cut_copy > 0 && d->copied / SECTOR >= d->cut_copy) {
        d->cut_copy = 0;
        d->wants_power_off = true;
    }
}

/* ---- its time ---- */

/* What waits for a descriptor, for as long as this; control lines are done. */
static void wait_for_news(struct tasmota_device *d, int ms)
{
    bench_poll_clear(&d->poll);
    bench_poll_add(&d->poll, d->lines.in, POLLIN);
    pthread_mutex_lock(&d->lock);
    bench_port_poll(&d->rfc2217, &d->poll);
    bench_pty_poll(&d->pty, &d->poll);
    pthread_mutex_unlock(&d->lock);
    bench_poll_wait(&d->poll, (uint64_t)ms * 1000000u);
    pthread_mutex_lock(&d->lock);
    bench_port_serve(&d->rfc2217, &d->poll);
    bench_pty_serve(&d->pty, &d->poll);
    pthread_mutex_unlock(&d->lock);
    if (bench_poll_found(&d->poll, d->lines.in, POLLIN) &&
        model_lines_take(&d->lines))
        tasmota_do_line(d, d->lines.line);
}

static bool wait_of_fetch(struct tasmota_device *d, int ms)
{
    wait_for_news(d, ms);
    if (d->wants_power_off)
        tasmota_supply_off(d);
    return d->has_power && d->end == MODEL_RUNS;
}

/* What can't be done under lock. */
static void follow(struct tasmota_device *d)
{
    pthread_mutex_lock(&d->lock);
    bool should_serve = d->t.is_up && d->t.is_joined;
    bool should_fetch = should_serve && d->t.wants_upgrade;
    bool should_end = d->wants_power_off;
    d->t.wants_upgrade = d->t.wants_upgrade && !should_fetch;
    pthread_mutex_unlock(&d->lock);
    if (should_end)
        tasmota_supply_off(d);
    if (!should_serve && d->daemon)
        tasmota_http_close(d);
    if (should_serve && !d->daemon && d->has_power && tasmota_http_open(d))
        tasmota_say("joined \"%s\" http://%s:%u", d->t.joined, d->t.address,
                    d->port);
    if (should_fetch)
        tasmota_fetch(d, wait_of_fetch);
}

static void tick(struct tasmota_device *d)
{
    pthread_mutex_lock(&d->lock);
    if (d->wants_reset && d->has_power && !d->copy)
        start(d, '2');
    d->wants_reset = false;
    if (d->start_ms && model_now_ms() >= d->start_ms) {
        d->start_ms = 0;
        tasmota_boot(&d->t, model_now_ms());
    }
    if (d->copy && d->has_power)
        copy_sector(d);
    else if (!d->is_in_reset)
        tasmota_tick(&d->t, model_now_ms());
    pthread_mutex_unlock(&d->lock);
}

static void run(struct tasmota_device *d, bool is_off)
{
    if (!is_off)
        tasmota_supply_on(d);
    d->start_ms = d->start_ms ? 1 : 0; /* nobody has heard its ROM: at once */
    tick(d);
    /* Nobody reads what it says any more: it ends, as by SIGPIPE. */
    while (d->end == MODEL_RUNS && !ferror(stdout)) {
        wait_for_news(d, d->copy ? TICK_MS / 2 : TICK_MS);
        tick(d);
        follow(d);
    }
}

/* ---- start and end ---- */

static void prepare(struct tasmota_device *d,
                    const struct bench_tasmota_config *config, uint32_t address)
{
    bool is_minimal;
    const struct tasmota_version *version =
        tasmota_version_find(config->version, &is_minimal);
    uint32_t net = htonl(address);
    static const uint8_t none[6];
    const uint8_t *mac = config->server->bench.mac;
    pthread_mutex_init(&d->lock, NULL);
    d->host = (struct tasmota_host){on_serial, tasmota_net_join,
                                    tasmota_net_broker, on_restart, d};
    tasmota_init(&d->t, version, is_minimal, &d->host);
    memcpy(d->ip, &net, 4);
    inet_ntop(AF_INET, &net, d->t.address, sizeof(d->t.address));
    if (memcmp(mac, none, sizeof(none)) != 0) {
        memcpy(d->t.mac, mac, sizeof(d->t.mac));
        tasmota_defaults(&d->t);
    }
    if (!config->air_file)
        tasmota_set(&d->t, "SSId1", "home");
    tasmota_save(&d->t);
    d->broker_fd = -1;
    d->lines.in = config->server->in;
    d->is_holding_button = config->server->bench.is_holding_button;
    d->wire = (struct bench_wire){.ops = &wire_ops, .ctx = d};
}

static enum err open_ports(struct tasmota_device *d,
                           const struct bench_server_config *c,
                           const char **detail)
{
    snprintf(c->port_name, BENCH_PORT_NAME, "TCP port %u", c->port);
    *detail = c->port_name;
    enum err e = bench_port_open(&d->rfc2217, &d->wire, c->port);
    if (e != ERR_NONE)
        return e;
    *detail = c->pty ? c->pty : "/dev/ptmx";
    e = bench_pty_open(&d->pty, &d->wire, c->pty);
    d->pty.latency_ms = c->latency_ms;
    return e;
}

static enum err be(struct tasmota_device *d,
                   const struct bench_tasmota_config *config,
                   struct bench_tasmota_left *left, const char **detail)
{
    static struct bench_net net;
    struct air *air = NULL;
    *detail = "its address";
    enum err e = bench_net_open(&net, config->server->bench.address);
    if (e != ERR_NONE)
        return e;
    prepare(d, config, net.address);
    left->address = net.address;
    if (config->air_file) {
        *detail = config->air_file;
        e = air_file_read(config->air_file, &air, left->wrong,
                          sizeof(left->wrong));
    }
    d->air = air;
    d->air_ms = model_now_ms();
    d->rfc2217.fd = d->rfc2217.listen_fd = -1;
    d->pty.fd = d->pty.slave = d->pty.inotify = -1;
    if (e == ERR_NONE)
        e = open_ports(d, config->server, detail);
    if (e == ERR_NONE) {
        left->port = d->rfc2217.number;
        tasmota_say("%s: modelled on public documents and sources, not on a "
                    "device",
                    config->version);
        tasmota_say("ready: rfc2217://127.0.0.1:%u pty %s address %s",
                    left->port, d->pty.name, net.text);
        run(d, config->server->bench.is_off);
    }
    tasmota_http_close(d);
    tasmota_net_leave(d);
    bench_port_close(&d->rfc2217);
    bench_pty_close(&d->pty);
    bench_poll_free(&d->poll);
    bench_net_close(&net);
    pthread_mutex_destroy(&d->lock);
    free(air);
    return e;
}

static void say_end(enum model_end end)
{
    static const char *const words[] = {
        [MODEL_FLASHED] = "replaced: the new one starts",
        [MODEL_BRICKED] = "damaged: a brick, until it is flashed over wires",
        [MODEL_LOADER] = "asleep: the button is held, the chip's loader waits",
    };
    tasmota_say("firmware is %s", words[end]);
}

/* A client of the serial port may leave at any time. */
static void hold_sigpipe(sigset_t *before)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &set, before);
}

/* One that came meanwhile was meant for nobody. */
static void release_sigpipe(const sigset_t *before)
{
    const struct timespec at_once = {0, 0};
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGPIPE);
    while (sigtimedwait(&set, NULL, &at_once) > 0) {
    }
    pthread_sigmask(SIG_SETMASK, before, NULL);
}

enum err bench_tasmota_run(const struct bench_tasmota_config *config,
                           struct bench_tasmota_left *left, const char **detail)
{
    sigset_t before;
    struct tasmota_device *d = calloc(1, sizeof(*d));
    *left = (struct bench_tasmota_left){.fd = -1};
    *detail = config->server->bench.board->name;
    if (d)
        d->flash = malloc(MODEL_FLASH);
    enum err e = d && d->flash ? ERR_NONE : ERR_MEMORY;
    if (e == ERR_NONE) {
        model_flash_noise(d->flash);
        e = model_flash_open(config->server->bench.flash_file, &left->fd,
                             detail);
    }
    if (e == ERR_NONE) {
        hold_sigpipe(&before);
        e = be(d, config, left, detail);
        release_sigpipe(&before);
        left->end = d->end == MODEL_RUNS ? MODEL_QUIT : d->end;
        left->is_holding_button = d->is_holding_button;
        memcpy(left->mac, d->t.mac, sizeof(left->mac));
    }
    if (e == ERR_NONE && left->end != MODEL_QUIT) {
        say_end(left->end);
        e = model_flash_write(left->fd, d->flash);
    }
    if (d) {
        free(d->copy);
        free(d->flash);
    }
    free(d);
    return e;
}
