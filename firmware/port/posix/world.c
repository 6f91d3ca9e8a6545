#include "firmware/port/posix/world.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

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

/* ---- parts --------------------------------------------------------------- */

static const struct board_part *row_of(const struct world *world, size_t i)
{
    return &world->board->parts[i];
}

static size_t part_count(const struct world *world)
{
    size_t n = 0;
    while (n < BOARD_PARTS && row_of(world, n)->kind != PART_NONE)
        n++;
    return n;
}

static void say_part(struct world *world, size_t i, const char *before)
{
    const struct board_part *row = row_of(world, i);
    bool is_on = world->part[i].is_on;
    switch (row->kind) {
    case PART_BUTTON:
        event(world, "%sbutton %u %s", before, row->gpio,
              is_on ? "down" : "up");
        return;
    case PART_SWITCH:
        event(world, "%sswitch %u %s", before, row->number,
              is_on ? "closed" : "open");
        return;
    case PART_RELAY:
    case PART_LED:
        event(world, "%s%s %u %s", before,
              row->kind == PART_RELAY ? "relay" : "led", row->number,
              is_on ? "on" : "off");
        return;
    case PART_NONE:
        return;
    }
}

static void set_part(struct world *world, size_t i, bool is_on)
{
    if (world->part[i].is_on == is_on)
        return;
    world->part[i].is_on = is_on;
    say_part(world, i, "");
}

void world_look(struct world *world)
{
    for (size_t i = 0; i < part_count(world); i++) {
        const struct board_part *row = row_of(world, i);
        const struct pin *pin = &world->pin[row->gpio];
        if (row->kind == PART_RELAY || row->kind == PART_LED)
            set_part(world, i,
                     pin->is_output && pin->level != row->is_active_low);
    }
}

static enum err press(struct world *world, const struct control *control)
{
    for (size_t i = 0; i < part_count(world); i++) {
        const struct board_part *row = row_of(world, i);
        if (row->kind != PART_BUTTON || row->gpio != control->number)
            continue;
        bool is_press = control->verb == CONTROL_PRESS;
        world->part[i].is_held = is_press && control->ms > 0;
        world->part[i].release_ms = world->now_ms + control->ms;
        set_part(world, i, is_press);
        return ERR_NONE;
    }
    return ERR_UNKNOWN;
}

static enum err flip(struct world *world, const struct control *control)
{
    for (size_t i = 0; i < part_count(world); i++) {
        const struct board_part *row = row_of(world, i);
        if (row->kind == PART_SWITCH && row->number == control->number) {
            set_part(world, i, control->is_on);
            return ERR_NONE;
        }
    }
    return ERR_UNKNOWN;
}

static void release_due(struct world *world)
{
    for (size_t i = 0; i < part_count(world); i++) {
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
    for (size_t i = 0; i < part_count(world); i++) {
        if (row_of(world, i)->kind == PART_BUTTON &&
            row_of(world, i)->gpio == 0)
            return world->part[i].is_on;
    }
    return false;
}

static void start(struct world *world, enum start reason, unsigned cause)
{
    struct event first = {.kind = EVENT_START,
                          .now_ms = (uint32_t)world->now_ms,
                          .start = reason};
    memset(world->pin, 0, sizeof(world->pin));
    world_look(world);
    event(world, "reset cause %u", cause);
    event(world, "boot cause %u mode (%d,6)", cause, world->is_running ? 3 : 1);
    if (!world->is_running)
        return;
    device_init(&world->device, &world->flash);
    device_handle(&world->device, &first);
}

static void power_on(struct world *world)
{
    if (world->has_power)
        return;
    event(world, "power on");
    world->has_power = true;
    /* The strap: with the button held, the chip waits for a flasher. */
    world->is_running = !is_button0_down(world);
    for (unsigned i = 0; i < HAL_RETAIN_WORDS; i++)
        world->retained[i] = (i + 1) * 2654435761u;
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
    memset(world->pin, 0, sizeof(world->pin));
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
    for (size_t i = 0; i < part_count(world); i++)
        say_part(world, i, "show ");
}

static void console(struct world *world, const char *text)
{
    world_hear(world, text, strlen(text));
    world_hear(world, "\n", 1);
}

enum err world_do(struct world *world, const struct control *control)
{
    switch (control->verb) {
    case CONTROL_POWER_ON:
    case CONTROL_POWER_OFF:
    case CONTROL_POWER_CYCLE:
        set_power(world, control->verb);
        return ERR_NONE;
    case CONTROL_PRESS:
    case CONTROL_RELEASE:
        return press(world, control);
    case CONTROL_SWITCH:
        return flip(world, control);
    case CONTROL_CONSOLE:
        console(world, control->text);
        return ERR_NONE;
    case CONTROL_SHOW:
        show(world);
        return ERR_NONE;
    case CONTROL_DTR: /* there is no adapter and no loader here */
    case CONTROL_RTS:
    case CONTROL_NOTHING:
    case CONTROL_SLEEP:
    case CONTROL_EXPECT:
    case CONTROL_REFUTE:
    case CONTROL_QUIT:
        return ERR_NONE;
    }
    return ERR_UNKNOWN;
}

void world_hear(struct world *world, const char *bytes, size_t size)
{
    struct event heard = {.kind = EVENT_CONSOLE,
                          .now_ms = (uint32_t)world->now_ms,
                          .bytes = bytes,
                          .size = size};
    if (world->is_running)
        device_handle(&world->device, &heard);
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

void world_step(struct world *world)
{
    struct event tick = {.kind = EVENT_TICK};
    world->now_ms++;
    release_due(world);
    if (world->has_power_back && world->now_ms >= world->power_back_ms) {
        world->has_power_back = false;
        power_on(world);
    }
    tick.now_ms = (uint32_t)world->now_ms;
    if (world->is_running && world->now_ms % DEVICE_TICK_MS == 0)
        device_handle(&world->device, &tick);
    if (world->wants_restart) {
        world->wants_restart = false;
        start(world, START_SOFTWARE, 3);
    }
}

/* ---- opening ------------------------------------------------------------- */

/* A file that is shorter than the flash is blank after its end. */
static enum err map_file(struct world *world, const char *file)
{
    int flags = MAP_SHARED, fd = -1;
    size_t had = 0;
    if (file) {
        struct stat st;
        fd = open(file, O_RDWR | O_CREAT, 0644);
        if (fd < 0 || fstat(fd, &st) != 0 || ftruncate(fd, WORLD_FLASH) != 0) {
            if (fd >= 0)
                close(fd);
            return ERR_FILE_OPEN;
        }
        had = (size_t)st.st_size;
    } else {
        flags = MAP_PRIVATE | MAP_ANONYMOUS;
    }
    void *at = mmap(NULL, WORLD_FLASH, PROT_READ | PROT_WRITE, flags, fd, 0);
    if (fd >= 0)
        close(fd);
    if (at == MAP_FAILED)
        return ERR_MEMORY;
    world->content = at;
    if (had < WORLD_FLASH)
        memset(world->content + had, 0xFF, WORLD_FLASH - had);
    return ERR_NONE;
}

enum err world_open(struct world *world, const struct board *board,
                    const char *file, const struct world_sink *sink)
{
    memset(world, 0, sizeof(*world));
    world->board = board;
    world->sink = *sink;
    hal_use(world);
    return map_file(world, file);
}

void world_close(struct world *world)
{
    if (world->content)
        munmap(world->content, WORLD_FLASH);
    world->content = NULL;
}
