/* The chip's serial output as `uart …` event lines: one per line of text; a
 * prompt without an end after a moment of silence. A line that is longer than
 * CONSOLE_TEXT goes on as `uart+ …`. When a loader talks, frames of bytes would
 * flood people, so a whole burst is one line that counts them. */
#include "emulator/bench_private.h"

#include <stdio.h>

#include "format/slip.h"

#define TEXT_IDLE_MS 20u
#define BINARY_IDLE_MS 1000u
/* Between frames so many characters and a newline are text again. */
#define TEXT_AGAIN 8u
/* No loader's frame is longer, escapes counted: a lost end is not waited for.
 */
#define FRAME_MAX (16u << 10)

static bool is_text(uint8_t byte)
{
    return byte == '\t' || (byte >= ' ' && byte < 0x7F);
}

static void forget_line(struct bench_console *c)
{
    c->size = 0;
    c->byte_count = 0;
    c->odd_count = 0;
}

static void say_text(struct bench *bench)
{
    struct bench_console *c = &bench->console;
    if (c->size > 0) {
        c->text[c->size] = 0;
        bench_event(bench, "uart%s %s", c->is_continued ? "+" : "", c->text);
    }
    forget_line(c);
}

/* What has gathered in the line belongs to the burst after all. */
static void count_line(struct bench_console *c)
{
    c->binary_count += c->byte_count;
    forget_line(c);
}

static void say_burst(struct bench *bench)
{
    struct bench_console *c = &bench->console;
    if (c->size < TEXT_AGAIN) {
        count_line(c);
    }
    bench_event(bench, "uart (%u bytes that are not text)", c->binary_count);
    c->is_binary = false;
    c->binary_count = 0;
    c->frame = 0;
}

void bench_console_flush(struct bench *bench)
{
    struct bench_console *c = &bench->console;
    clock_cancel(&bench->chip.clock, &c->idle);
    if (c->is_binary) {
        say_burst(bench);
    }
    say_text(bench);
    c->is_continued = false;
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

static void start_burst(struct bench_console *c, bool is_frame)
{
    count_line(c);
    c->is_binary = true;
    c->frame = is_frame ? 1 : 0;
}

/* Two ends in a row: the second begins a frame, also when a first was lost. */
static void on_frame_byte(struct bench_console *c, uint8_t byte)
{
    c->binary_count++;
    if (byte == SLIP_END) {
        c->frame = c->frame == 1 ? 1 : 0;
    } else {
        c->frame = c->frame < FRAME_MAX ? c->frame + 1 : 0;
    }
}

static void on_binary_byte(struct bench *bench, uint8_t byte)
{
    struct bench_console *c = &bench->console;
    if (c->frame > 0) {
        on_frame_byte(c, byte);
        return;
    }
    if (byte == '\n' && c->size >= TEXT_AGAIN) {
        bench_console_flush(bench);
        return;
    }
    c->byte_count++;
    if (is_text(byte) && c->size < CONSOLE_TEXT) {
        c->text[c->size++] = (char)byte;
    } else if (byte != '\r') {
        start_burst(c, byte == SLIP_END);
    }
}

static void on_text_byte(struct bench *bench, uint8_t byte)
{
    struct bench_console *c = &bench->console;
    if (byte == '\n' || byte == SLIP_END) {
        bench_console_flush(bench);
    }
    if (byte == '\r' || byte == '\n') {
        return;
    }
    c->byte_count++;
    c->odd_count += !is_text(byte);
    /* Text may hold a few strange bytes (UTF-8); frames hold many. */
    if (byte == SLIP_END ||
        (c->odd_count > 8 && 4 * c->odd_count > c->byte_count)) {
        start_burst(c, byte == SLIP_END);
    } else if (is_text(byte)) {
        c->text[c->size++] = (char)byte;
    } else {
        c->size += (unsigned)snprintf(c->text + c->size, 5, "\\x%02x", byte);
    }
    if (c->size >= CONSOLE_TEXT) {
        say_text(bench);
        c->is_continued = true;
    }
}

static bool is_in_progress(const struct bench_console *c)
{
    return c->is_binary || c->size > 0 || c->is_continued;
}

void bench_console_byte(struct bench *bench, uint8_t byte)
{
    struct bench_console *c = &bench->console;
    if (c->is_binary) {
        on_binary_byte(bench, byte);
    } else {
        on_text_byte(bench, byte);
    }
    if (is_in_progress(c)) {
        uint64_t ms = c->is_binary ? BINARY_IDLE_MS : TEXT_IDLE_MS;
        clock_in(&bench->chip.clock, &c->idle, ms * CYCLES_PER_MS);
    }
}
