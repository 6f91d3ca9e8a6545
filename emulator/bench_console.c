/* The chip's serial output as `uart …` event lines: one per line of text; a
 * prompt without an end after a moment of silence. When a loader talks, frames
 * of bytes would flood people, so they are counted instead. */
#include "emulator/bench_private.h"

#include <stdio.h>

#include "format/slip.h"

#define TEXT_IDLE_MS 20u
#define BINARY_IDLE_MS 200u

void bench_console_flush(struct bench *bench)
{
    struct bench_console *c = &bench->console;
    clock_cancel(&bench->chip.clock, &c->idle);
    if (c->is_binary) {
        bench_event(bench, "uart (%u bytes that are not text)", c->byte_count);
    } else if (c->size > 0) {
        c->text[c->size] = 0;
        bench_event(bench, "uart %s", c->text);
    }
    c->size = 0;
    c->byte_count = 0;
    c->odd_count = 0;
    c->is_binary = false;
}

static void on_idle(void *ctx)
{
    bench_console_flush(ctx);
}

void bench_console_init(struct bench *bench)
{
    bench->console.idle.fn = on_idle;
    bench->console.idle.ctx = bench;
    bench->console.idle.is_patient = true;
}

static void add(struct bench_console *c, uint8_t byte)
{
    bool is_text = byte == '\t' || (byte >= ' ' && byte < 0x7F);
    c->byte_count++;
    c->odd_count += !is_text;
    /* Text may hold a few strange bytes (UTF-8); frames hold many. */
    if (byte == SLIP_END ||
        (c->odd_count > 8 && 4 * c->odd_count > c->byte_count)) {
        c->is_binary = true;
    } else if (is_text) {
        c->text[c->size++] = (char)byte;
    } else {
        c->size += (unsigned)snprintf(c->text + c->size, 5, "\\x%02x", byte);
    }
}

void bench_console_byte(struct bench *bench, uint8_t byte)
{
    struct bench_console *c = &bench->console;
    struct clock *clock = &bench->chip.clock;
    if (!c->is_binary && byte == '\r') {
        return;
    }
    if (!c->is_binary && byte == '\n') {
        bench_console_flush(bench);
        return;
    }
    if (c->is_binary) {
        c->byte_count++;
    } else {
        if (byte == SLIP_END) {
            bench_console_flush(bench);
        }
        add(c, byte);
    }
    if (!c->is_binary && c->size >= CONSOLE_TEXT) {
        bench_console_flush(bench);
        return;
    }
    clock_in(clock, &c->idle,
             (uint64_t)(c->is_binary ? BINARY_IDLE_MS : TEXT_IDLE_MS) *
                 CYCLES_PER_MS);
}
