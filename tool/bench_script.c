/* What the control lines of stdin, a script and socket clients do with the
 * devices of `pogo bench`, and what is told back: answers and events. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tool/bench_address.h"
#include "tool/bench_device.h"
#include "tool/bench_event.h"
#include "tool/bench_help.h"

#define SHOWN "show "

static bool is_main(const struct bench_client *client)
{
    return client == &client->all->row[0];
}

/* `[12] `, or nothing when there is only one device. */
static void put_number(const struct bench_clients *all,
                       const struct bench_device *device, char out[16])
{
    out[0] = 0;
    if (device && all->count > 1) {
        snprintf(out, 16, "[%u] ", device->index + 1);
    }
}

void bench_script_say(struct bench_client *client,
                      const struct bench_device *device, const char *line)
{
    char text[BENCH_EVENT_JSON(BENCH_EVENT_ROOM)], number[16];
    if (is_main(client) && client->all->is_json) {
        bool has_number = device && client->all->count > 1;
        size_t length = bench_event_json(has_number ? device->index + 1 : 0,
                                         line, text, sizeof(text));
        (void)!bench_queue_put(&client->queue, text, length);
        return;
    }
    put_number(client->all, device, number);
    int n = snprintf(text, sizeof(text), "%s%s\n", number, line);
    size_t size = (size_t)n < sizeof(text) ? (size_t)n : sizeof(text) - 1;
    (void)!bench_queue_put(&client->queue, text, size);
}

/* ---- what a script calls ---- */

static enum err on_act(void *ctx, const struct control *control)
{
    struct bench_script *s = ctx;
    struct bench_clients *all = s->client->all;
    all->shown = s->client;
    enum err e = bench_do(s->device->bench, control);
    if (control->verb == CONTROL_SHOW) {
        char work[128];
        bench_script_event(all, s->device, s->device->addresses);
        bench_device_put_work(s->device, work, sizeof(work));
        bench_script_event(all, s->device, work);
    }
    all->shown = NULL;
    s->device->wake_ns = 0;
    return e;
}

/* stdout is for events alone, so stdin's answers go to stderr, and only when
 * something is wrong. As JSON they are events, too. */
static void on_answer(void *ctx, const char *text)
{
    const struct bench_script *s = ctx;
    struct bench_client *client = s->client;
    char number[16];
    if (!is_main(client)) {
        bench_script_say(client, s->device, text);
    } else if (strcmp(text, "ok") != 0) {
        put_number(client->all, s->device, number);
        fprintf(stderr, "%s%s\n", number, text);
        if (client->all->is_json) {
            bench_script_say(client, s->device, text);
        }
        if (strncmp(text, "error", 5) == 0) {
            bench_help_try(s->device->config->bench.board, s->script.text,
                           stderr);
        }
    }
}

/* ---- coming and going ---- */

/* After everything that a script was given. */
static void note(struct bench_script *s)
{
    struct bench_client *client = s->client;
    bool is_busy = script_is_waiting(&s->script) ||
                   (s->text && *s->text && !script_has_quit(&s->script));
    if (is_busy != s->is_busy) {
        client->busy += is_busy ? 1u : (unsigned)-1;
        s->is_busy = is_busy;
    }
    client->has_failed |= script_has_failed(&s->script);
    client->all->has_quit |= !s->text && script_has_quit(&s->script);
}

bool bench_script_open(struct bench_client *client, const char *text)
{
    struct bench_clients *all = client->all;
    client->script = calloc(all->count, sizeof(*client->script));
    client->busy = 0;
    for (unsigned i = 0; client->script && i < all->count; i++) {
        struct bench_script *s = &client->script[i];
        s->client = client;
        s->device = &all->devices[i];
        s->ops = (struct script_ops){on_act, on_answer, s};
        s->text = text;
        script_init(&s->script, &s->ops, bench_device_now_ms(s->device));
        note(s);
    }
    return client->script;
}

/* Somebody at stdin has seen it; a script must have expected it. */
static void note_stops(struct bench_client *client)
{
    for (unsigned i = 0; client->script && i < client->all->count; i++) {
        const struct bench_script *s = &client->script[i];
        char number[16];
        if (s->text && script_has_stop(&s->script)) {
            put_number(client->all, s->device, number);
            fprintf(stderr,
                    "%sfailed: the device was stopped, and no line "
                    "expected it\n",
                    number);
            client->has_failed = true;
        }
    }
}

void bench_script_close(struct bench_client *client)
{
    note_stops(client);
    free(client->script);
    client->script = NULL;
}

/* ---- lines ---- */

void bench_script_refuse(struct bench_client *client, const char *what,
                         const char *line)
{
    char text[BENCH_INPUT + 64];
    snprintf(text, sizeof(text), "error %s%s%s", what, *line ? ": " : "", line);
    client->has_failed = true;
    if (is_main(client)) {
        fprintf(stderr, "%s\n", text);
    }
    if (!is_main(client) || client->all->is_json) {
        bench_script_say(client, NULL, text);
    }
}

static void refuse_address(struct bench_client *client, enum err e,
                           const char *line)
{
    bool is_missing = e == ERR_FORMAT;
    char echo[BENCH_INPUT + 4];
    control_echo(line, echo, sizeof(echo));
    bench_script_refuse(client, is_missing ? "which device" : "no such device",
                        echo);
    if (is_main(client)) {
        bench_help_try_address(client->all->count, is_missing ? echo : "",
                               stderr);
    }
}

void bench_script_line(struct bench_client *client, const char *line)
{
    struct bench_address address;
    enum err e = bench_address_parse(line, client->all->count, &address);
    if (e != ERR_NONE) {
        refuse_address(client, e, line);
        return;
    }
    for (unsigned i = address.first; i < address.end; i++) {
        struct bench_script *s = &client->script[i];
        script_line(&s->script, bench_device_now_ms(s->device), address.line);
        note(s);
    }
    client->all->has_quit |=
        address.first == address.end && strncmp(address.line, "quit", 4) == 0;
}

void bench_script_tick(struct bench_clients *all,
                       const struct bench_device *device)
{
    uint64_t now_ms = bench_device_now_ms(device);
    for (unsigned i = 0; i < BENCH_CLIENTS; i++) {
        const struct bench_client *client = &all->row[i];
        if (!client->is_used || client->busy == 0) {
            continue;
        }
        struct bench_script *s = &client->script[device->index];
        if (s->text) {
            (void)script_take(&s->script, now_ms, &s->text);
        } else {
            script_tick(&s->script, now_ms);
        }
        note(s);
    }
}

uint64_t bench_script_due(const struct bench_clients *all,
                          const struct bench_device *device)
{
    uint64_t due = SCRIPT_NEVER;
    for (unsigned i = 0; i < BENCH_CLIENTS; i++) {
        const struct bench_client *client = &all->row[i];
        if (client->is_used && client->busy > 0) {
            uint64_t its = script_due(&client->script[device->index].script);
            due = its < due ? its : due;
        }
    }
    return due;
}

/* ---- events ---- */

void bench_script_event(struct bench_clients *all,
                        const struct bench_device *device, const char *line)
{
    bool is_shown = strncmp(line, SHOWN, strlen(SHOWN)) == 0;
    for (unsigned i = 0; i < BENCH_CLIENTS; i++) {
        struct bench_client *client = &all->row[i];
        if (!client->is_used || (is_shown && client != all->shown)) {
            continue;
        }
        bench_script_say(client, device, line);
        if (!is_shown) {
            script_event(&client->script[device->index].script, line);
            note(&client->script[device->index]);
        }
    }
}

void bench_script_console(struct bench_clients *all,
                          const struct bench_device *device, uint8_t byte)
{
    for (unsigned i = 0; i < BENCH_CLIENTS; i++) {
        if (all->row[i].is_used) {
            struct bench_script *s = &all->row[i].script[device->index];
            script_console(&s->script, byte);
            note(s);
        }
    }
}
