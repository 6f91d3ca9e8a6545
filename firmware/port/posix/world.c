#include "firmware/port/posix/world.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "firmware/port/posix/boot.h"
#include "firmware/port/posix/crypto.h"
#include "firmware/hal/gpio.h"

#define POWER_GAP_MS 500u /* of a power cycle, as on the bench */

__attribute__((format(printf, 2, 3))) static void event(struct world *world,
                                                        const char *format, ...)
{
    char line[1200];
    va_list args;
    va_start(args, format);
    vsnprintf(line, sizeof(line), format, args);
    va_end(args);
    world->sink.event(world->sink.ctx, line);
}

static void say_radio(void *ctx, const char *line)
{
    struct world *world = ctx;
    world->sink.event(world->sink.ctx, line);
}

/* ---- how busy it is ------------------------------------------------------ */

#define LOAD_MS 4000u /* the chip's: port/esp8266/system.c */

static uint64_t spent_ns(void)
{
    struct timespec at;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &at);
    return (uint64_t)at.tv_sec * 1000000000u + (uint64_t)at.tv_nsec;
}

static void note_busy(struct world *world, uint64_t ns)
{
    struct world_load *load = &world->load;
    uint64_t passed_ms = world->now_ms - load->since_ms;
    load->busy_ns += ns;
    if (passed_ms < LOAD_MS)
        return;
    uint64_t percent = load->busy_ns / (passed_ms * 10000u);
    load->percent = (uint8_t)(percent < 100 ? percent : 100);
    load->since_ms = world->now_ms;
    load->busy_ns = 0;
}

/* To the device, which then says when it wants the next tick. */
static void hand(struct world *world, struct event *event)
{
    if (!world->is_running)
        return;
    uint64_t before_ns = spent_ns();
    event->now_ms = (uint32_t)world->now_ms;
    device_handle(&world->device, event);
    note_busy(world, spent_ns() - before_ns);
    world->due_ms = world->now_ms + device_wait_ms(&world->device);
}

/* What an interrupt does on the chip. */
static void hand_pins(struct world *world)
{
    struct event changed = {.kind = EVENT_PINS};
    for (unsigned pin = 0; pin < 16; pin++)
        if (hal_gpio_read(pin))
            changed.pins = (uint16_t)(changed.pins | 1u << pin);
    hand(world, &changed);
}

/* ---- parts --------------------------------------------------------------- */

static bool is_contact(const struct board_part *row)
{
    return row->kind == PART_BUTTON || row->kind == PART_SWITCH;
}

static void say_part(struct world *world, size_t i, const char *before)
{
    char text[32];
    board_part_text(&world->board->parts[i], world->part[i].is_on, text,
                    sizeof(text));
    event(world, "%s%s", before, text);
}

static void set_part(struct world *world, size_t i, bool is_on)
{
    const struct board_part *row = &world->board->parts[i];
    if (world->part[i].is_on == is_on)
        return;
    world->part[i].is_on = is_on;
    say_part(world, i, "");
    if (is_contact(row)) {
        world_hal_contact(row->gpio, is_on);
        hand_pins(world);
    }
}

void world_look(struct world *world)
{
    for (size_t i = 0; i < board_part_count(world->board); i++) {
        const struct board_part *row = &world->board->parts[i];
        bool level = false;
        if (!is_contact(row)) {
            bool is_driven = world_hal_drives(row->gpio, &level);
            set_part(world, i, is_driven && level != row->is_active_low);
        }
    }
}

static enum err press(struct world *world, const struct control *control)
{
    size_t i;
    if (!board_part_for(world->board, control, &i))
        return ERR_UNKNOWN;
    bool is_press = control->verb == CONTROL_PRESS;
    world->part[i].is_held = is_press && control->ms > 0;
    world->part[i].release_ms = world->now_ms + control->ms;
    set_part(world, i, is_press);
    return ERR_NONE;
}

static enum err flip(struct world *world, const struct control *control)
{
    size_t i;
    if (!board_part_for(world->board, control, &i))
        return ERR_UNKNOWN;
    set_part(world, i, control->is_on);
    return ERR_NONE;
}

static void release_due(struct world *world)
{
    for (size_t i = 0; i < BOARD_PARTS; i++) {
        struct part *part = &world->part[i];
        if (part->is_held && world->now_ms >= part->release_ms) {
            part->is_held = false;
            set_part(world, i, false);
        }
    }
}

/* ---- power --------------------------------------------------------------- */

static bool is_button0_down(const struct world *world)
{
    static const struct control press = {.verb = CONTROL_PRESS, .number = 0};
    size_t i;
    return board_part_for(world->board, &press, &i) && world->part[i].is_on;
}

static void start(struct world *world, enum start reason, unsigned cause)
{
    struct event first = {.kind = EVENT_START, .start = reason};
    if (world->is_running)
        boot_start(&world->flash, &world->boot);
    world_hal_reset(cause == 1);
    radio_reset(&world->radio);
    crypto_forget();
    world_look(world);
    event(world, "reset cause %u", cause);
    event(world, "boot cause %u mode (%d,6)", cause, world->is_running ? 3 : 1);
    if (!world->is_running)
        return;
    device_init(&world->device, &world->flash);
    hand(world, &first);
}

static void power_on(struct world *world)
{
    if (world->has_power)
        return;
    event(world, "power on");
    world->has_power = true;
    /* The strap: with the button held, the chip waits for a flasher. */
    world->is_running = !is_button0_down(world);
    start(world, START_POWER_ON, 1);
}

static void power_off(struct world *world)
{
    if (!world->has_power)
        return;
    event(world, "power off");
    world->has_power = false;
    world->is_running = false;
    world->line_size = 0;
    world_hal_reset(false);
    radio_reset(&world->radio);
    world_look(world);
}

void world_sleep(struct world *world)
{
    world->is_running = false;
    world_hal_reset(false);
    radio_reset(&world->radio);
    world_look(world);
}

static void set_power(struct world *world, enum control_verb verb)
{
    world->has_power_back = verb == CONTROL_POWER_CYCLE;
    world->power_back_ms = world->now_ms + POWER_GAP_MS;
    if (verb == CONTROL_POWER_ON)
        power_on(world);
    else
        power_off(world);
}

/* ---- control and time ---------------------------------------------------- */

static void show(struct world *world)
{
    event(world, "show power %s", world->has_power ? "on" : "off");
    for (size_t i = 0; i < board_part_count(world->board); i++)
        say_part(world, i, "show ");
}

static void console(struct world *world, const char *text)
{
    world_hear(world, text, strlen(text));
    world_hear(world, "\n", 1);
}

static enum err do_board(struct world *world, const struct control *control)
{
    enum control_verb verb = control->verb;
    if (verb == CONTROL_PRESS || verb == CONTROL_RELEASE)
        return press(world, control);
    if (verb == CONTROL_SWITCH)
        return flip(world, control);
    if (verb == CONTROL_CONSOLE)
        console(world, control->text);
    else if (verb == CONTROL_ANALOG)
        world_hal_analog(control->number);
    else if (verb == CONTROL_SHOW)
        show(world);
    else
        set_power(world, verb);
    return ERR_NONE;
}

enum err world_do(struct world *world, const struct control *control)
{
    switch (control_kind(control->verb)) {
    case CONTROL_OF_BOARD:
        return do_board(world, control);
    case CONTROL_OF_SCRIPT:
    case CONTROL_OF_LINES: /* there is no adapter and no loader here */
        return ERR_NONE;
    case CONTROL_OF_AIR:
        return radio_control(&world->radio, control);
    case CONTROL_OF_FAULTS:
        return ERR_BENCH_ONLY; /* no flash chip, line or adapter here */
    }
    return ERR_UNKNOWN;
}

void world_hear(struct world *world, const char *bytes, size_t size)
{
    struct event heard = {.kind = EVENT_CONSOLE, .bytes = bytes, .size = size};
    hand(world, &heard);
}

void world_net(struct world *world, const struct hal_net_event *news)
{
    struct event event = {.kind = EVENT_NET, .net = news};
    hand(world, &event);
}

void world_say(struct world *world, uint8_t byte)
{
    world->sink.serial(world->sink.ctx, byte);
    if (byte == '\n' || world->line_size + 1 == sizeof(world->line)) {
        world->line[world->line_size] = 0;
        event(world, "uart %s", world->line);
        world->line_size = 0;
    }
    if (byte != '\n' && byte != '\r')
        world->line[world->line_size++] = (char)byte;
}

static void hand_answer(struct world *world)
{
    struct event verified = {.kind = EVENT_VERIFIED};
    if (crypto_answer(&verified.is_right))
        hand(world, &verified);
}

static void step_radio(struct world *world)
{
    struct event news = {.kind = EVENT_WIFI};
    if (radio_step(&world->radio, world->now_ms, &news.wifi))
        hand(world, &news);
}

void world_step(struct world *world)
{
    struct event tick = {.kind = EVENT_TICK};
    world->now_ms++;
    release_due(world);
    if (world->has_power_back && world->now_ms >= world->power_back_ms) {
        world->has_power_back = false;
        power_on(world);
    }
    hand_answer(world);
    step_radio(world);
    if (world->now_ms >= world->due_ms)
        hand(world, &tick);
    if (world->wants_restart) {
        world->wants_restart = false;
        start(world, world->restart, 3);
    }
}

uint64_t world_due(const struct world *world)
{
    uint64_t due = world->due_ms;
    for (size_t i = 0; i < BOARD_PARTS; i++) {
        const struct part *part = &world->part[i];
        if (part->is_held && part->release_ms < due)
            due = part->release_ms;
    }
    return due;
}

/* ---- opening ------------------------------------------------------------- */

enum err world_open(struct world *world, const struct board *board,
                    const char *file, const struct world_sink *sink)
{
    memset(world, 0, sizeof(*world));
    world->board = board;
    world->sink = *sink;
    radio_init(&world->radio, say_radio, world);
    return world_hal_open(world, file);
}

void world_close(struct world *world)
{
    (void)world;
    world_hal_close();
}
