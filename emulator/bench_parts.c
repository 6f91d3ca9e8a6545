/* The parts on the board: buttons, switches, relays and LEDs joined to the
 * chip's pins. */
#include "emulator/bench_private.h"

static void say(const struct bench_part *part, const char *before)
{
    char text[32];
    board_part_text(part->row, part->is_on, text, sizeof(text));
    bench_event(part->bench, "%s%s", before, text);
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
    const struct board *board = bench->config.board;
    bench->part_count = (unsigned)board_part_count(board);
    for (unsigned i = 0; i < bench->part_count; i++) {
        part_init(bench, &bench->parts[i], &board->parts[i]);
    }
}

enum err bench_press(struct bench *bench, const struct control *control)
{
    size_t i;
    if (!board_part_for(bench->config.board, control, &i)) {
        return ERR_UNKNOWN;
    }
    set_contact(&bench->parts[i], control->verb == CONTROL_PRESS);
    if (control->verb == CONTROL_PRESS && control->ms > 0) {
        clock_in(&bench->chip.clock, &bench->parts[i].released,
                 (uint64_t)control->ms * CYCLES_PER_MS);
    }
    return ERR_NONE;
}

enum err bench_switch(struct bench *bench, const struct control *control)
{
    size_t i;
    if (!board_part_for(bench->config.board, control, &i)) {
        return ERR_UNKNOWN;
    }
    set_contact(&bench->parts[i], control->is_on);
    return ERR_NONE;
}

void bench_parts_show(struct bench *bench)
{
    for (unsigned i = 0; i < bench->part_count; i++) {
        say(&bench->parts[i], "show ");
    }
}
