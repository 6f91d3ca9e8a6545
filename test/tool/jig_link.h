/* A jig for tests: a link whose device is a bench board that somebody takes off
 * and replaces by the next, all in virtual time. Without a board it is silent.
 * Each board is a row: what stands behind `bench:mini,` and control lines. */
#ifndef TEST_TOOL_JIG_LINK_H
#define TEST_TOOL_JIG_LINK_H

#include <stdio.h>
#include <string.h>

#include "emulator/bench.h"
#include "format/control.h"
#include "tool/link.h"

struct jig_row {
    const char *options;
    const char *fault; /* a control line at the start, or NULL */
    bool is_failing;   /* it loses its power in the middle of the work */
};

struct jig_link {
    struct link link;
    const struct jig_row *rows;
    unsigned count, next;
    struct link *board;             /* NULL: nothing is in the jig */
    uint64_t now_ms, board_from_ms; /* the jig's time; when the board came */
    uint64_t off_ms, on_ms;         /* the hand's next moves; 0: none */
    unsigned baud;
    uint64_t fails_ms; /* 0: it does not */
};

static inline struct jig_link *jig_of(struct link *link)
{
    return (struct jig_link *)link;
}

static inline void jig_control(struct jig_link *j, const char *line)
{
    struct control control;
    assert_int_equal(control_parse(line, &control), ERR_NONE);
    assert_int_equal(bench_do(link_bench_device(j->board), &control), ERR_NONE);
}

static inline void jig_take_off(struct jig_link *j)
{
    link_close(j->board);
    j->board = NULL;
    j->off_ms = 0;
}

static inline void jig_put_in(struct jig_link *j)
{
    char port[256], detail[256];
    const struct jig_row *row = &j->rows[j->next++];
    snprintf(port, sizeof(port), "bench:mini,%s", row->options);
    assert_int_equal(
        link_open(port, j->baud, &j->board, detail, sizeof(detail)), ERR_NONE);
    j->on_ms = 0;
    j->board_from_ms = j->now_ms;
    if (row->fault)
        jig_control(j, row->fault);
}

/* The hands do what is due. */
static inline void jig_hands(struct jig_link *j)
{
    if (j->board)
        j->now_ms = j->board_from_ms + j->board->ops->now_ms(j->board);
    if (j->fails_ms && j->board && j->now_ms >= j->fails_ms) {
        j->fails_ms = 0;
        jig_control(j, "power off");
    }
    if (j->off_ms && j->now_ms >= j->off_ms)
        jig_take_off(j);
    if (!j->board && j->on_ms && j->now_ms >= j->on_ms && j->next < j->count)
        jig_put_in(j);
}

/* Take the board off in so many ms, and put the next in so long after it. */
static inline void jig_swap(struct jig_link *j, unsigned off_ms, unsigned on_ms)
{
    j->off_ms = j->now_ms + off_ms;
    j->on_ms = j->off_ms + on_ms;
}

static inline enum err jig_read(struct link *link, uint8_t *data, size_t room,
                                unsigned timeout_ms, size_t *got)
{
    struct jig_link *j = jig_of(link);
    *got = 0;
    jig_hands(j);
    if (j->board)
        return j->board->ops->read(j->board, data, room, timeout_ms, got);
    j->now_ms += timeout_ms;
    return ERR_NONE;
}

static inline enum err jig_write(struct link *link, const uint8_t *data,
                                 size_t size)
{
    struct jig_link *j = jig_of(link);
    jig_hands(j);
    return j->board ? j->board->ops->write(j->board, data, size) : ERR_NONE;
}

static inline enum err jig_set_baud(struct link *link, unsigned baud)
{
    struct jig_link *j = jig_of(link);
    j->baud = baud;
    return j->board ? j->board->ops->set_baud(j->board, baud) : ERR_NONE;
}

static inline enum err jig_set_lines(struct link *link, bool dtr, bool rts)
{
    struct jig_link *j = jig_of(link);
    return j->board ? j->board->ops->set_lines(j->board, dtr, rts) : ERR_NONE;
}

static inline void jig_sleep(struct link *link, unsigned ms)
{
    struct jig_link *j = jig_of(link);
    jig_hands(j);
    if (j->board)
        j->board->ops->sleep(j->board, ms);
    else
        j->now_ms += ms;
    jig_hands(j);
}

static inline uint64_t jig_now(struct link *link)
{
    jig_hands(jig_of(link));
    return jig_of(link)->now_ms;
}

static inline void jig_discard(struct link *link)
{
    struct jig_link *j = jig_of(link);
    if (j->board)
        j->board->ops->discard_input(j->board);
}

static inline void jig_close(struct link *link)
{
    link_close(jig_of(link)->board);
    jig_of(link)->board = NULL;
}

static const struct link_ops jig_ops = {
    jig_read, jig_write,   jig_set_baud, jig_set_lines, jig_sleep,
    jig_now,  jig_discard, jig_close,    NULL,
};

/* The first board comes in after first_ms. */
static inline void jig_init(struct jig_link *j, const struct jig_row *rows,
                            unsigned count, bool has_lines, unsigned first_ms)
{
    *j = (struct jig_link){.link = {.ops = &jig_ops,
                                    .has_lines = has_lines,
                                    .is_direct = true,
                                    .name = "jig"},
                           .rows = rows,
                           .count = count,
                           .on_ms = first_ms,
                           .baud = 115200};
}

#endif
