/* A bench around a real (virtual) chip with blank flash, and what it has said.
 * For the bench's tests. */
#ifndef TEST_EMULATOR_BENCH_FIXTURE_H
#define TEST_EMULATOR_BENCH_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "emulator/bench.h"

struct fixture {
    struct bench *bench;
    char events[16384]; /* "line\n" … */
    uint8_t serial[4096];
    size_t serial_size;
};

static inline void on_event(void *ctx, uint64_t ms, const char *line)
{
    struct fixture *f = ctx;
    (void)ms;
    assert_true(strlen(f->events) + strlen(line) + 2 < sizeof(f->events));
    strcat(f->events, line);
    strcat(f->events, "\n");
}

static inline void on_serial(void *ctx, uint8_t byte)
{
    struct fixture *f = ctx;
    if (f->serial_size < sizeof(f->serial)) {
        f->serial[f->serial_size++] = byte;
    }
}

static inline void open_config(struct fixture *f, const char *board,
                               struct bench_config config)
{
    const struct bench_sink sink = {on_event, on_serial, NULL, f};
    memset(f, 0, sizeof(*f));
    config.board = board_find(board);
    assert_non_null(config.board);
    assert_int_equal(bench_open(&config, &sink, &f->bench), ERR_NONE);
}

static inline void open_board(struct fixture *f, const char *board)
{
    open_config(f, board, (struct bench_config){0});
}

static inline void run_ms(struct fixture *f, unsigned ms)
{
    bench_run(f->bench, bench_now(f->bench) + (uint64_t)ms * CYCLES_PER_MS);
}

static inline enum err try_line(struct fixture *f, const char *line)
{
    struct control control;
    assert_int_equal(control_parse(line, &control), ERR_NONE);
    return bench_do(f->bench, &control);
}

static inline void do_line(struct fixture *f, const char *line)
{
    assert_int_equal(try_line(f, line), ERR_NONE);
}

/* How often has this whole line come, or one that begins with it and a space?
 * The events are then forgotten. */
static inline unsigned count(struct fixture *f, const char *line)
{
    unsigned n = 0;
    struct control words = {.verb = CONTROL_EXPECT};
    strcpy(words.text, line);
    for (char *at = f->events; *at;) {
        size_t size = strcspn(at, "\n");
        at[size] = 0;
        n += control_matches(&words, at);
        at[size] = '\n';
        at += size + 1;
    }
    return n;
}

static inline void forget(struct fixture *f)
{
    f->events[0] = 0;
    f->serial_size = 0;
}

static inline bool level(struct fixture *f, unsigned gpio)
{
    return wire_level(&bench_chip(f->bench)->pin[gpio]);
}

#endif
