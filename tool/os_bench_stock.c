/* The bench's device with its vendor's firmware: power, control lines, and what
 * is left of it at the end. */
#include "tool/bench_stock.h"

#include <arpa/inet.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "format/flash_map.h"
#include "tool/bench_net.h"

#define TICK_MS 50

void stock_say(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    model_say("stock", format, args);
    va_end(args);
}

void stock_changed(struct stock *s)
{
    s->seq++;
    s->has_news = true;
}

void stock_switch(struct stock *s, bool is_on)
{
    s->is_on = is_on;
    s->pulse_end_ms = is_on && s->is_pulse ? model_now_ms() + s->pulse_ms : 0;
    stock_say("relay 1 %s", is_on ? "on" : "off");
    stock_changed(s);
}

/* ---- power ---- */

static enum err power_on(struct stock *s)
{
    enum err e = ERR_NONE;
    pthread_mutex_lock(&s->lock);
    s->has_power = true;
    s->is_unlocked = false;
    s->seq = 0;
    bool is_bricked = s->is_spoilt;
    if (is_bricked) {
        s->end = MODEL_BRICKED;
        s->end_ms = model_now_ms();
    }
    pthread_mutex_unlock(&s->lock);
    if (is_bricked)
        return ERR_NONE;
    e = stock_http_open(s);
    if (e != ERR_NONE)
        return e;
    stock_mdns_open(s);
    pthread_mutex_lock(&s->lock);
    if (strcmp(s->startup, "stay") != 0)
        s->is_on = strcmp(s->startup, "on") == 0;
    stock_switch(s, s->is_on);
    pthread_mutex_unlock(&s->lock);
    stock_say("is on, http://%u.%u.%u.%u:%u, id %s", s->ip[0], s->ip[1],
              s->ip[2], s->ip[3], s->port, s->id);
    return ERR_NONE;
}

/* A download ends by itself when it sees that. */
static void power_off(struct stock *s)
{
    pthread_mutex_lock(&s->lock);
    s->has_power = false;
    s->pulse_end_ms = 0;
    pthread_mutex_unlock(&s->lock);
    stock_mdns_close(s);
    stock_http_close(s);
    stock_say("power off");
}

/* ---- control lines ---- */

static const char help[] = "power on|off|cycle, press 0, encrypt on|off, "
                           "internet on|off|refuse, wall on|off, corrupt N, "
                           "slow MS, cut BYTES MS, late BYTES, show, quit";

/* Faults and the button; false: no such line. */
static bool do_fault(struct stock *s, const char *verb, const char *word,
                     unsigned n, unsigned more)
{
    struct stock_faults *f = &s->faults;
    bool is_on = strcmp(word, "on") == 0;
    if (strcmp(verb, "press") == 0)
        stock_switch(s, !s->is_on);
    else if (strcmp(verb, "encrypt") == 0)
        f->is_encrypted = is_on;
    else if (strcmp(verb, "wall") == 0)
        f->is_walled = is_on;
    else if (strcmp(verb, "internet") == 0)
        f->internet = is_on                         ? INTERNET_ON
                      : strcmp(word, "refuse") == 0 ? INTERNET_REFUSES
                                                    : INTERNET_OFF;
    else if (strcmp(verb, "corrupt") == 0)
        f->corrupt = n;
    else if (strcmp(verb, "slow") == 0)
        f->slow_ms = n;
    else if (strcmp(verb, "late") == 0)
        f->late_bytes = n;
    else if (strcmp(verb, "cut") == 0) {
        f->cut_bytes = n;
        f->cut_ms = more;
    } else
        return false;
    return true;
}

static enum err do_power(struct stock *s, const char *word)
{
    bool is_cycle = strcmp(word, "cycle") == 0;
    if (s->has_power && (is_cycle || strcmp(word, "off") == 0))
        power_off(s);
    if (!s->has_power && (is_cycle || strcmp(word, "on") == 0))
        return power_on(s);
    return ERR_NONE;
}

static void show(const struct stock *s)
{
    stock_say("show version %s, power %s, relay %s, %s, %s", s->version,
              s->has_power ? "on" : "off", s->is_on ? "on" : "off",
              s->is_unlocked ? "unlocked" : "locked",
              s->is_spoilt ? "SPOILT: a power cut bricks it" : "whole");
}

static enum err do_line(struct stock *s, const char *line)
{
    char verb[16] = "", word[16] = "";
    unsigned n = 0, more = 0;
    (void)sscanf(line, "%15s %15s %u", verb, word, &more);
    (void)sscanf(word, "%u", &n);
    if (verb[0] == '\0' || verb[0] == '#')
        return ERR_NONE;
    if (strcmp(verb, "power") == 0)
        return do_power(s, word);
    pthread_mutex_lock(&s->lock);
    bool is_known = true;
    if (strcmp(verb, "quit") == 0)
        s->end = MODEL_QUIT;
    else if (strcmp(verb, "show") == 0)
        show(s);
    else
        is_known = do_fault(s, verb, word, n, more);
    pthread_mutex_unlock(&s->lock);
    if (is_known)
        stock_say("ok %s", line);
    else
        stock_say("error: %s: it knows: %s", line, help);
    return ERR_NONE;
}

/* ---- its time ---- */

static void tick(struct stock *s)
{
    uint64_t now = model_now_ms();
    pthread_mutex_lock(&s->lock);
    if (s->pulse_end_ms != 0 && now >= s->pulse_end_ms)
        stock_switch(s, false);
    bool has_news = s->has_news;
    s->has_news = false;
    pthread_mutex_unlock(&s->lock);
    if (has_news)
        stock_mdns_tell(s);
}

static bool has_ended(struct stock *s)
{
    pthread_mutex_lock(&s->lock);
    bool is_over = s->end == MODEL_QUIT ||
                   (s->end != MODEL_RUNS && model_now_ms() >= s->end_ms);
    pthread_mutex_unlock(&s->lock);
    return is_over;
}

static enum err run(struct stock *s, int in)
{
    struct model_lines lines = {.in = in};
    enum err e = ERR_NONE;
    while (e == ERR_NONE && !has_ended(s)) {
        struct pollfd polls[2] = {{.fd = lines.in, .events = POLLIN},
                                  {.fd = s->mdns_fd, .events = POLLIN}};
        if (poll(polls, 2, TICK_MS) > 0) {
            if (polls[0].revents != 0 && model_lines_take(&lines))
                e = do_line(s, lines.line);
            if (polls[1].revents != 0 && s->mdns_fd >= 0)
                stock_mdns_serve(s);
        }
        tick(s);
    }
    return e;
}

/* ---- what is left ---- */

/* The image stands at 0; of one that was damaged the first sector is blank, so
 * nothing starts. */
static enum err put_flash(const struct stock *s, int fd)
{
    static uint8_t flash[MODEL_FLASH];
    model_flash_noise(flash);
    memcpy(flash, s->image, s->size);
    if (s->end == MODEL_BRICKED)
        memset(flash, 0xFF, FLASH_SECTOR_SIZE);
    return model_flash_write(fd, flash);
}

/* ---- start and end ---- */

bool bench_stock_has(const char *version)
{
    return strcmp(version, "3.3.0") == 0 || strcmp(version, "3.6.0") == 0;
}

static void prepare(struct stock *s, const struct bench_stock *config,
                    uint32_t address)
{
    uint32_t net = htonl(address);
    pthread_mutex_init(&s->lock, NULL);
    memcpy(s->ip, &net, 4);
    snprintf(s->id, sizeof(s->id), "1000%06x", address & 0xFFFFFFu);
    snprintf(s->version, sizeof(s->version), "%s", config->version);
    s->is_old = strcmp(config->version, "3.5.0") < 0;
    snprintf(s->startup, sizeof(s->startup), "off");
    snprintf(s->ssid, sizeof(s->ssid), "%s", s->is_old ? "sonoffDiy" : "home");
    s->pulse_ms = DIY_PULSE_MIN;
    s->mdns_fd = -1;
}

enum err bench_stock_run(const struct bench_stock *config, enum model_end *end,
                         int *fd, uint32_t *address, const char **detail)
{
    static struct bench_net net;
    struct stock *s = calloc(1, sizeof(*s));
    *fd = -1;
    *detail = config->board->name;
    if (!s)
        return ERR_MEMORY;
    enum err e = model_flash_open(config->flash_file, fd, detail);
    if (e == ERR_NONE) {
        *detail = "its address";
        e = bench_net_open(&net, config->address);
    }
    if (e == ERR_NONE) {
        stock_say("%s: modelled on ITEAD's protocol documents 1.4 and 2.0, "
                  "not on a device",
                  config->version);
        *address = net.address;
        prepare(s, config, net.address);
        e = power_on(s);
        e = e == ERR_NONE ? run(s, config->in) : e;
        if (s->has_power)
            power_off(s);
        bench_net_close(&net);
        pthread_mutex_destroy(&s->lock);
    }
    *end = s->end;
    if (e == ERR_NONE && *end != MODEL_QUIT) {
        stock_say("firmware is %s",
                  *end == MODEL_BRICKED
                      ? "damaged: a brick, until it is flashed over wires"
                      : "replaced: the new one starts");
        e = put_flash(s, *fd);
    }
    free(s);
    return e;
}
