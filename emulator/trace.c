/* The bench's waveform dump: the chip's wires, lines and flash as signals. */
#include "emulator/trace.h"

#include <stdio.h>
#include <stdlib.h>

#include "emulator/vcd.h"

#define ADDRESS_BITS 22u /* 4 MB */
#define NO_PART BOARD_PARTS

/* For who reads the file, which knows nothing of these numbers. */
#define COMMENT                                                                \
    "reset_cause: 1 power, 2 EN, 3 software, 4 watchdog, 5 deep sleep. "       \
    "flash work: 0 idle, 1 read, 2 program, 3 erase, 4 write status. "         \
    "Serial bits are in the scope uart; gpio1, 2 and 3 show what else is "     \
    "done to the pins."

struct trace_wire {
    struct trace *trace;
    struct wire_watch probe;
    const struct wire *wire;
    unsigned signal;
    size_t part; /* of the board, on this wire; NO_PART: none */
};

struct trace {
    struct vcd *vcd;
    struct chip *chip; /* NULL: not attached yet */
    const struct board *board;
    bool is_over;
    struct trace_wire pin[CHIP_GPIOS], en;
    unsigned supply, stopped, reset_cause;
    unsigned tx[2], rx[2];
    unsigned work, address;
    unsigned part[BOARD_PARTS];
    char name[CHIP_GPIOS + BOARD_PARTS][24]; /* of pins and parts */
};

static void set(struct trace *trace, unsigned signal, uint32_t value)
{
    vcd_time(trace->vcd, trace->chip->clock.now);
    vcd_set(trace->vcd, signal, value);
}

/* ---- wires and parts ---- */

static uint32_t wire_value(const struct trace *trace, const struct wire *wire)
{
    if (!trace->chip->has_power) {
        return VCD_X;
    }
    return wire_is_driven(wire) ? wire_level(wire) : VCD_Z;
}

/* As the bench's own parts see it: contacts by what they do to the wire, the
 * others by its level. */
static bool part_is_on(const struct board_part *part, const struct wire *wire)
{
    bool is_contact = part->kind == PART_BUTTON || part->kind == PART_SWITCH;
    return is_contact ? wire->side[SIDE_CONTACT] == DRIVE_LOW
                      : wire_level(wire) != part->is_active_low;
}

static void look_at_wire(const struct trace_wire *row)
{
    struct trace *trace = row->trace;
    set(trace, row->signal, wire_value(trace, row->wire));
    if (row->part != NO_PART) {
        set(trace, trace->part[row->part],
            part_is_on(&trace->board->parts[row->part], row->wire));
    }
}

static void on_wire(void *ctx, bool level)
{
    (void)level;
    look_at_wire(ctx);
}

/* ---- serial lines ---- */

static uint32_t idle_level(const struct trace *trace, unsigned uart)
{
    const struct chip *chip = trace->chip;
    return !chip->has_power ? VCD_X : chip->uart[uart].has_power ? 1 : VCD_Z;
}

static void on_frame(void *ctx, unsigned index, const struct uart_frame *frame)
{
    struct trace *trace = ctx;
    unsigned signal = frame->is_rx ? trace->rx[index] : trace->tx[index];
    uint64_t now = trace->chip->clock.now;
    unsigned level = frame->bits & 1u;
    set(trace, signal, level);
    vcd_forget(trace->vcd, signal);
    for (unsigned i = 1; i < frame->count; i++) {
        unsigned next = frame->bits >> i & 1u;
        if (next != level) {
            vcd_set_at(trace->vcd, signal,
                       now + frame->cycles * i / frame->count, next);
        }
        level = next;
    }
}

/* The adapter's own line is high when it is idle, whatever the chip does. */
static void on_cut(void *ctx, unsigned index, bool is_rx)
{
    struct trace *trace = ctx;
    unsigned signal = is_rx ? trace->rx[index] : trace->tx[index];
    set(trace, signal, is_rx ? 1 : idle_level(trace, index));
    vcd_forget(trace->vcd, signal);
}

/* ---- the flash and the chip as a whole ---- */

static void on_work(void *ctx, enum flash_work work, uint32_t address,
                    uint64_t cycles)
{
    struct trace *trace = ctx;
    uint64_t now = trace->chip->clock.now;
    set(trace, trace->work, (uint32_t)work);
    vcd_forget(trace->vcd, trace->work);
    if (work != FLASH_IDLE) {
        set(trace, trace->address, address);
        /* A read takes no time in the model; one cycle can be seen. */
        vcd_set_at(trace->vcd, trace->work, now + (cycles ? cycles : 1),
                   FLASH_IDLE);
    }
}

static void on_look(void *ctx)
{
    struct trace *trace = ctx;
    const struct chip *chip = trace->chip;
    bool is_alive = chip_is_alive(chip);
    set(trace, trace->supply, chip->has_power);
    set(trace, trace->stopped, chip->stop_reason[0] != '\0');
    set(trace, trace->reset_cause,
        is_alive ? (uint32_t)chip->reset_cause : VCD_X);
    for (unsigned i = 0; i < 2; i++) {
        if (!chip->uart[i].has_power) {
            set(trace, trace->tx[i], idle_level(trace, i));
        }
    }
    for (unsigned pin = 0; pin < CHIP_GPIOS; pin++) {
        look_at_wire(&trace->pin[pin]);
    }
    look_at_wire(&trace->en);
}

/* ---- signals ---- */

static void add_wire(struct trace *trace, struct trace_wire *row,
                     struct wire *wire, const char *scope, const char *name)
{
    *row = (struct trace_wire){.trace = trace,
                               .probe = {.fn = on_wire, .ctx = row},
                               .wire = wire,
                               .signal = vcd_add(trace->vcd, scope, name, 1),
                               .part = NO_PART};
    wire->probe = &row->probe;
}

static void add_pins(struct trace *trace)
{
    for (unsigned pin = 0; pin < CHIP_GPIOS; pin++) {
        char *name = trace->name[pin];
        snprintf(name, sizeof(trace->name[pin]), "gpio%u", pin);
        add_wire(trace, &trace->pin[pin], &trace->chip->pin[pin], "pins", name);
    }
}

/* `relay1`, `button0`: in the words of events, where a button's number is its
 * GPIO's. */
static void add_parts(struct trace *trace)
{
    for (size_t i = 0; i < board_part_count(trace->board); i++) {
        const struct board_part *part = &trace->board->parts[i];
        char *name = trace->name[CHIP_GPIOS + i];
        char text[32], kind[8];
        unsigned number = 0;
        board_part_text(part, false, text, sizeof(text));
        if (sscanf(text, "%7s %u", kind, &number) == 2) {
            snprintf(name, sizeof(trace->name[0]), "%s%u", kind, number);
        }
        trace->part[i] = vcd_add(trace->vcd, "board", name, 1);
        trace->pin[part->gpio].part = i;
    }
}

static void add_signals(struct trace *trace)
{
    struct vcd *vcd = trace->vcd;
    trace->supply = vcd_add(vcd, "chip", "supply", 1);
    add_wire(trace, &trace->en, &trace->chip->en, "chip", "en");
    trace->reset_cause = vcd_add(vcd, "chip", "reset_cause", 3);
    trace->stopped = vcd_add(vcd, "chip", "stopped", 1);
    add_pins(trace);
    add_parts(trace);
    trace->tx[0] = vcd_add(vcd, "uart", "uart0_tx", 1);
    trace->rx[0] = vcd_add(vcd, "uart", "uart0_rx", 1);
    trace->tx[1] = vcd_add(vcd, "uart", "uart1_tx", 1);
    trace->rx[1] = vcd_add(vcd, "uart", "uart1_rx", 1);
    trace->work = vcd_add(vcd, "flash", "work", 3);
    trace->address = vcd_add(vcd, "flash", "address", ADDRESS_BITS);
}

static void set_first_values(struct trace *trace)
{
    on_look(trace);
    for (unsigned i = 0; i < 2; i++) {
        set(trace, trace->tx[i], idle_level(trace, i));
        set(trace, trace->rx[i], 1);
    }
    set(trace, trace->work, FLASH_IDLE);
}

/* ---- life ---- */

enum err trace_open(const char *path, struct trace **out)
{
    struct trace *trace = calloc(1, sizeof(*trace));
    *out = NULL;
    if (!trace) {
        return ERR_MEMORY;
    }
    enum err e = vcd_open(path, &trace->vcd);
    if (e != ERR_NONE) {
        free(trace);
        return e;
    }
    *out = trace;
    return ERR_NONE;
}

void trace_attach(struct trace *trace, struct chip *chip,
                  const struct board *board)
{
    if (trace->chip || trace->is_over) {
        return;
    }
    trace->chip = chip;
    trace->board = board;
    add_signals(trace);
    set_first_values(trace);
    vcd_begin(trace->vcd, board->name, COMMENT, chip->clock.now);
    for (unsigned i = 0; i < 2; i++) {
        chip->uart[i].probe = (struct uart_probe){on_frame, on_cut, trace};
    }
    chip->flash.probe = (struct flash_probe){on_work, trace};
    chip->probe = (struct chip_probe){on_look, trace};
}

void trace_detach(struct trace *trace, const struct chip *chip)
{
    if (trace->chip != chip || trace->is_over) {
        return;
    }
    vcd_time(trace->vcd, chip->clock.now);
    trace->is_over = true;
    for (unsigned pin = 0; pin < CHIP_GPIOS; pin++) {
        trace->chip->pin[pin].probe = NULL;
    }
    trace->chip->en.probe = NULL;
    for (unsigned i = 0; i < 2; i++) {
        trace->chip->uart[i].probe = (struct uart_probe){NULL, NULL, NULL};
    }
    trace->chip->flash.probe = (struct flash_probe){NULL, NULL};
    trace->chip->probe = (struct chip_probe){NULL, NULL};
}

enum err trace_close(struct trace *trace)
{
    enum err e = vcd_close(trace->vcd);
    free(trace);
    return e;
}
