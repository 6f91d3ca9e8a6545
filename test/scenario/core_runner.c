/* A scenario on the core in process: firmware/core with the unit tests' fake
 * HAL, in virtual time. `core_runner BOARD FILE [AIR]`: events on stdout, exit
 * code 1 when an expectation failed. The board around it is the posix device's.
 */
#include <stdio.h>
#include <string.h>

#include "firmware/port/posix/world.h"
#include "format/script.h"
#include "test/firmware/fake_hal.h"

#define TEXT_MAX 65536u

struct runner {
    struct world world;
    struct script script;
    char text[TEXT_MAX];
};

/* ---- the fake HAL, as a world asks for it ---- */

static void on_pins(void *ctx)
{
    world_look(ctx);
}

static void on_serial(void *ctx, const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++)
        world_say(ctx, (uint8_t)text[i]);
}

static void on_facts(void *ctx, struct hal_wifi_facts *out)
{
    radio_facts(&((struct world *)ctx)->radio, out);
}

static void join(struct radio *radio, const struct fake_radio *now)
{
    struct hal_wifi_target target = {.ssid = now->ssid,
                                     .password = now->password,
                                     .fixed = now->is_fixed ? now->fixed : NULL,
                                     .channel = now->channel};
    memcpy(target.bssid, now->bssid, sizeof(target.bssid));
    radio_join(radio, &target);
}

/* The fake writes down what the core asks of the radio; here is one. */
static void on_radio(void *ctx)
{
    static struct fake_radio before;
    struct radio *radio = &((struct world *)ctx)->radio;
    const struct fake_radio *now = &fake.radio;
    if (now->joins != before.joins)
        join(radio, now);
    else if (now->leaves != before.leaves)
        radio_leave(radio);
    else if (now->shows != before.shows)
        radio_show(radio, now->shown, now->shown_password);
    else if (now->scans != before.scans)
        (void)radio_scan(radio);
    else
        radio_hide(radio);
    before = *now;
}

enum err world_hal_open(struct world *world, const char *file)
{
    (void)file;
    fake_reset();
    fake_watch =
        (struct fake_watch){on_pins, on_serial, on_radio, on_facts, world};
    fake.is_8266 = !world->board->is_8285;
    world->flash = fake_flash;
    return ERR_NONE;
}

void world_hal_close(void)
{
    fake_watch = (struct fake_watch){0};
}

void world_hal_reset(bool is_power)
{
    memset(fake.is_output, 0, sizeof(fake.is_output));
    memset(fake.has_pull_up, 0, sizeof(fake.has_pull_up));
    memset(fake.level, 0, sizeof(fake.level));
    fake.boot = ((const struct world *)fake_watch.ctx)->boot;
    if (is_power)
        memset(fake.retained, 0xA5, sizeof(fake.retained));
}

void world_hal_contact(unsigned pin, bool is_closed)
{
    fake.is_closed[pin] = is_closed;
}

void world_hal_analog(unsigned mv)
{
    fake.analog = mv * 1024u / 1000u < 1024 ? mv * 1024u / 1000u : 1024;
}

bool world_hal_drives(unsigned pin, bool *level)
{
    *level = fake.level[pin];
    return fake.is_output[pin];
}

/* ---- the script ---- */

static void on_event(void *ctx, const char *line)
{
    struct runner *runner = ctx;
    puts(line);
    script_event(&runner->script, line);
}

static void on_byte(void *ctx, uint8_t byte)
{
    struct runner *runner = ctx;
    script_console(&runner->script, byte);
}

static enum err on_act(void *ctx, const struct control *control)
{
    struct runner *runner = ctx;
    return world_do(&runner->world, control);
}

static void on_answer(void *ctx, const char *text)
{
    (void)ctx;
    if (strcmp(text, "ok") != 0)
        puts(text);
}

static void step(struct world *world)
{
    world_step(world);
    fake.radio.guests = radio_guests(&world->radio);
    fake.radio.signal = radio_signal(&world->radio);
    fake.radio.heard = world->radio.heard;
    /* The fake only counts them. */
    world->wants_restart = fake.restarts > 0;
    world->restart = fake.restart;
    fake.restarts = 0;
    if (fake.sleeps > 0)
        world_sleep(world);
    fake.sleeps = 0;
}

static bool run(struct runner *runner)
{
    static const struct control on = {.verb = CONTROL_POWER_ON};
    const char *text = runner->text;
    if (world_do(&runner->world, &on) != ERR_NONE)
        return false;
    while (script_take(&runner->script, runner->world.now_ms, &text))
        step(&runner->world);
    return !script_has_failed(&runner->script);
}

static bool read_text(const char *path, char *text)
{
    FILE *file = fopen(path, "r");
    if (!file)
        return false;
    size_t size = fread(text, 1, TEXT_MAX, file);
    bool is_whole = size < TEXT_MAX && !ferror(file);
    fclose(file);
    text[is_whole ? size : 0] = 0;
    return is_whole;
}

int main(int argc, char **argv)
{
    static struct runner runner;
    static const struct script_ops ops = {on_act, on_answer, &runner};
    const struct world_sink sink = {on_event, on_byte, &runner};
    char wrong[256];
    const struct board *board =
        argc == 3 || argc == 4 ? board_find(argv[1]) : NULL;
    if (!board || !read_text(argv[2], runner.text)) {
        fprintf(stderr,
                "usage: core_runner BOARD FILE [AIR] (up to %u bytes)\n",
                TEXT_MAX - 1);
        return EXIT_USAGE;
    }
    script_init(&runner.script, &ops, 0);
    if (world_open(&runner.world, board, NULL, &sink) != ERR_NONE ||
        (argc == 4 && radio_load(&runner.world.radio, argv[3], wrong,
                                 sizeof(wrong)) != ERR_NONE))
        return EXIT_FAILED;
    bool is_good = run(&runner);
    world_close(&runner.world);
    return is_good ? EXIT_DONE : EXIT_FAILED;
}
