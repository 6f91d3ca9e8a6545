/* The parts on the board: buttons, switches, relays and LEDs joined to the
 * chip's pins. */
#include "emulator/bench_private.h"

/* Buttons and switches say their GPIO and number as `press N` and `switch N`
 * take them; relays and LEDs their number. */
static void say(const struct bench_part *part, const char *before)
{
    const struct board_part *row = part->row;
    const char *state = part->is_on ? "on" : "off";
    switch (row->kind) {
    case PART_BUTTON:
        bench_event(part->bench, "%sbutton %u %s", before, row->gpio,
                    part->is_on ? "down" : "up");
        return;
    case PART_SWITCH:
        bench_event(part->bench, "%sswitch %u %s", before, row->number,
                    part->is_on ? "closed" : "open");
        return;
    case PART_RELAY:
        bench_event(part->bench, "%srelay %u %s", before, row->number, state);
        return;
    case PART_LED:
        bench_event(part->bench, "%sled %u %s", before, row->number, state);
        return;
    case PART_NONE:
        return;
    }
}

static void on_level(void *ctx, bool level)
{
    struct bench_part *part = ctx;
    bool is_on = level != part->row->is_active_low;
    if (is_on != part->is_on) {
        part->is_on = is_on;
        say(part, "");
    }
}

static void set_contact(struct bench_part *part, bool is_closed)
{
    struct bench *bench = part->bench;
    clock_cancel(&bench->chip.clock, &part->released);
    if (part->is_on != is_closed) {
        part->is_on = is_closed;
        say(part, "");
    }
    wire_drive(&bench->chip.pin[part->row->gpio], SIDE_CONTACT,
               is_closed ? DRIVE_LOW : DRIVE_NONE);
}

static void on_released(void *ctx)
{
    set_contact(ctx, false);
}

static void part_init(struct bench *bench, struct bench_part *part,
                      const struct board_part *row)
{
    struct wire *pin = &bench->chip.pin[row->gpio];
    part->bench = bench;
    part->row = row;
    part->released.fn = on_released;
    part->released.ctx = part;
    part->released.is_patient = true;
    if (row->kind == PART_RELAY || row->kind == PART_LED) {
        /* A relay's transistor and an LED are off while the pin floats. */
        wire_drive(pin, SIDE_BOARD,
                   row->is_active_low ? DRIVE_WEAK_HIGH : DRIVE_WEAK_LOW);
        part->is_on = wire_level(pin) != row->is_active_low;
        part->watch.fn = on_level;
        part->watch.ctx = part;
        wire_watch(pin, &part->watch);
    }
}

void bench_parts_init(struct bench *bench)
{
    const struct board_part *rows = bench->config.board->parts;
    while (bench->part_count < BOARD_PARTS &&
           rows[bench->part_count].kind != PART_NONE) {
        part_init(bench, &bench->parts[bench->part_count],
                  &rows[bench->part_count]);
        bench->part_count++;
    }
}

enum err bench_press(struct bench *bench, const struct control *control)
{
    for (unsigned i = 0; i < bench->part_count; i++) {
        struct bench_part *part = &bench->parts[i];
        if (part->row->kind != PART_BUTTON ||
            part->row->gpio != control->number) {
            continue;
        }
        set_contact(part, control->verb == CONTROL_PRESS);
        if (control->verb == CONTROL_PRESS && control->ms > 0) {
            clock_in(&bench->chip.clock, &part->released,
                     (uint64_t)control->ms * CYCLES_PER_MS);
        }
        return ERR_NONE;
    }
    return ERR_UNKNOWN;
}

enum err bench_switch(struct bench *bench, const struct control *control)
{
    for (unsigned i = 0; i < bench->part_count; i++) {
        struct bench_part *part = &bench->parts[i];
        if (part->row->kind == PART_SWITCH &&
            part->row->number == control->number) {
            set_contact(part, control->is_on);
            return ERR_NONE;
        }
    }
    return ERR_UNKNOWN;
}

void bench_parts_show(struct bench *bench)
{
    for (unsigned i = 0; i < bench->part_count; i++) {
        say(&bench->parts[i], "show ");
    }
}
