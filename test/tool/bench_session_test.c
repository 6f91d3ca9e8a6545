#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tool/bench_session.h"

struct peer {
    struct bench_session session;
    struct bench_session_ops ops;
    uint8_t reply[4096];
    size_t reply_size;
    uint8_t serial[64];
    size_t serial_size;
    unsigned baud, purges;
    bool dtr, rts;
};

static void on_reply(void *ctx, const uint8_t *bytes, size_t size)
{
    struct peer *p = ctx;
    if (p->reply_size + size > sizeof(p->reply)) {
        p->reply_size = 0; /* the random test asks much */
    }
    memcpy(p->reply + p->reply_size, bytes, size);
    p->reply_size += size;
}

static void on_serial(void *ctx, uint8_t byte)
{
    struct peer *p = ctx;
    p->serial[p->serial_size++ % sizeof(p->serial)] = byte;
}

static void on_baud(void *ctx, unsigned baud)
{
    ((struct peer *)ctx)->baud = baud;
}

static void on_lines(void *ctx, bool dtr, bool rts)
{
    struct peer *p = ctx;
    p->dtr = dtr;
    p->rts = rts;
}

static void on_purge(void *ctx)
{
    ((struct peer *)ctx)->purges++;
}

static void start(struct peer *p)
{
    memset(p, 0, sizeof(*p));
    p->ops = (struct bench_session_ops){on_reply, on_serial, on_baud,
                                        on_lines, on_purge,  p};
    bench_session_start(&p->session, &p->ops);
    p->reply_size = 0; /* our offers */
}

static void send(struct peer *p, const void *bytes, size_t size)
{
    p->reply_size = 0;
    bench_session_feed(&p->session, bytes, size);
}

#define IAC 255
#define WILL 251
#define WONT 252
#define DO 253
#define DONT 254

/* clang-format off */
static const struct {
    const char *what;
    uint8_t in[16];
    size_t in_size;
    uint8_t out[16];
    size_t out_size;
} rows[] = {
    {"we speak RFC 2217", {IAC, DO, 44}, 3, {IAC, WILL, 44}, 3},
    {"they may too", {IAC, WILL, 44}, 3, {IAC, DO, 44}, 3},
    {"what we have offered needs no second answer", {IAC, DO, 3, IAC, WILL, 0}, 6, {0}, 0},
    {"a refusal is confirmed once", {IAC, DONT, 1, IAC, DONT, 1}, 6, {IAC, WONT, 1}, 3},
    {"other options are declined", {IAC, DO, 24, IAC, WILL, 200}, 6, {IAC, WONT, 24, IAC, DONT, 200}, 6},
    {"asked for the speed", {IAC, 250, 44, 1, 0, 0, 0, 0, IAC, 240}, 10, {IAC, 250, 44, 101, 0, 1, 0xC2, 0, IAC, 240}, 10},
    {"an impossible speed is not taken", {IAC, 250, 44, 1, 0x7F, 0, 0, 0, IAC, 240}, 10, {IAC, 250, 44, 101, 0, 1, 0xC2, 0, IAC, 240}, 10},
    {"data size asked", {IAC, 250, 44, 2, 0, IAC, 240}, 7, {IAC, 250, 44, 102, 8, IAC, 240}, 7},
    {"data size set", {IAC, 250, 44, 2, 7, IAC, 240}, 7, {IAC, 250, 44, 102, 7, IAC, 240}, 7},
    {"parity that does not exist", {IAC, 250, 44, 3, 9, IAC, 240}, 7, {IAC, 250, 44, 103, 1, IAC, 240}, 7},
    {"stop bits", {IAC, 250, 44, 4, 2, IAC, 240}, 7, {IAC, 250, 44, 104, 2, IAC, 240}, 7},
    {"flow control", {IAC, 250, 44, 5, 1, IAC, 240}, 7, {IAC, 250, 44, 105, 1, IAC, 240}, 7},
    {"DTR asked", {IAC, 250, 44, 5, 7, IAC, 240}, 7, {IAC, 250, 44, 105, 9, IAC, 240}, 7},
    {"RTS on", {IAC, 250, 44, 5, 11, IAC, 240}, 7, {IAC, 250, 44, 105, 11, IAC, 240}, 7},
    {"break on, asked", {IAC, 250, 44, 5, 5, IAC, 240}, 7, {IAC, 250, 44, 105, 5, IAC, 240}, 7},
    {"purge", {IAC, 250, 44, 12, 3, IAC, 240}, 7, {IAC, 250, 44, 112, 3, IAC, 240}, 7},
    {"modem state polled, as pyserial does", {IAC, 250, 44, 7, IAC, 240}, 6, {IAC, 250, 44, 107, 0xB0, IAC, 240}, 7},
    {"modem mask", {IAC, 250, 44, 11, IAC, IAC, IAC, 240}, 8, {IAC, 250, 44, 111, IAC, IAC, IAC, 240, IAC, 250, 44, 107, 0xB0, IAC, 240}, 15},
    {"a command that does not exist", {IAC, 250, 44, 77, 1, IAC, 240}, 7, {0}, 0},
    {"a server's code from a client", {IAC, 250, 44, 101, 1, IAC, 240}, 7, {0}, 0},
};
/* clang-format on */

static void each_request_gets_its_answer(void **state)
{
    (void)state;
    static struct peer p;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        start(&p);
        send(&p, rows[i].in, rows[i].in_size);
        if (p.reply_size != rows[i].out_size ||
            memcmp(p.reply, rows[i].out, p.reply_size) != 0) {
            fail_msg("%s: %u bytes answered", rows[i].what,
                     (unsigned)p.reply_size);
        }
        assert_int_equal(p.serial_size, 0);
    }
}

static void set_control(struct peer *p, enum rfc2217_control value)
{
    uint8_t out[RFC2217_COMMAND_ROOM(1)];
    send(p, out, rfc2217_put_u8(out, RFC2217_SET_CONTROL, (uint8_t)value));
}

static void the_lines_move_one_by_one(void **state)
{
    (void)state;
    static struct peer p;
    start(&p);
    set_control(&p, RFC2217_DTR_ON);
    assert_true(p.dtr && !p.rts);
    set_control(&p, RFC2217_RTS_ON);
    assert_true(p.dtr && p.rts);
    set_control(&p, RFC2217_DTR_OFF);
    assert_true(!p.dtr && p.rts);
    set_control(&p, RFC2217_ASK_RTS);
    assert_int_equal(p.reply[4], RFC2217_RTS_ON);
    assert_true(p.rts);
    set_control(&p, RFC2217_BREAK_ON);
    set_control(&p, RFC2217_ASK_BREAK);
    assert_int_equal(p.reply[4], RFC2217_BREAK_ON);
}

static void odd_bauds_reach_the_line(void **state)
{
    (void)state;
    static struct peer p;
    static const unsigned bauds[] = {74880, 921600, 1500000, 300, 0xFF00};
    start(&p);
    for (size_t i = 0; i < sizeof(bauds) / sizeof(bauds[0]); i++) {
        uint8_t out[RFC2217_COMMAND_ROOM(4)];
        send(&p, out, rfc2217_put_u32(out, RFC2217_SET_BAUDRATE, bauds[i]));
        assert_int_equal(p.baud, bauds[i]);
        uint8_t want[RFC2217_COMMAND_ROOM(4)];
        size_t n = rfc2217_put_u32(want, 101, bauds[i]);
        assert_int_equal(p.reply_size, n);
        assert_memory_equal(p.reply, want, n);
    }
}

static void purging_what_is_sent_keeps_what_is_received(void **state)
{
    (void)state;
    static struct peer p;
    static const unsigned purged[] = {0, 1, 1, 2}; /* in all, after 0 … 3 */
    start(&p);
    for (uint8_t which = 0; which < 4; which++) {
        uint8_t out[RFC2217_COMMAND_ROOM(1)];
        send(&p, out, rfc2217_put_u8(out, RFC2217_PURGE_DATA, which));
        assert_int_equal(p.purges, purged[which]);
    }
}

static void a_suspended_client_is_remembered(void **state)
{
    (void)state;
    static struct peer p;
    uint8_t out[RFC2217_COMMAND_ROOM(0)];
    start(&p);
    send(&p, out, rfc2217_put_command(out, RFC2217_FLOW_SUSPEND, NULL, 0));
    assert_true(p.session.is_suspended);
    send(&p, out, rfc2217_put_command(out, RFC2217_FLOW_RESUME, NULL, 0));
    assert_false(p.session.is_suspended);
}

static void data_between_commands_keeps_its_order(void **state)
{
    (void)state;
    static struct peer p;
    static const uint8_t in[] = {'a', IAC, 250, 44,  2,   0, IAC, 240,
                                 'b', IAC, IAC, IAC, 241, 0, 13,  10};
    start(&p);
    send(&p, in, sizeof(in));
    static const uint8_t want[] = {'a', 'b', 255, 0, 13, 10};
    assert_int_equal(p.serial_size, sizeof(want));
    assert_memory_equal(p.serial, want, sizeof(want));
}

static void garbage_ends_nothing(void **state)
{
    (void)state;
    static struct peer p;
    static const uint8_t likely[] = {255, 250, 240, 44, 253, 251,
                                     0,   1,   5,   7,  12,  11};
    start(&p);
    srand(44);
    for (unsigned i = 0; i < 500000; i++) {
        uint8_t byte = rand() % 4 ? likely[(size_t)rand() % sizeof(likely)]
                                  : (uint8_t)rand();
        bench_session_feed(&p.session, &byte, 1);
    }
    /* End whatever is open; then it must still understand. */
    static const uint8_t end[] = {'x', IAC, 240, 'x', IAC, 240};
    bench_session_feed(&p.session, end, sizeof(end));
    static const uint8_t ask[] = {IAC, 250, 44, 0, IAC, 240};
    send(&p, ask, sizeof(ask));
    assert_non_null(memmem(p.reply, p.reply_size, "pogo bench", 10));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_request_gets_its_answer),
        cmocka_unit_test(the_lines_move_one_by_one),
        cmocka_unit_test(odd_bauds_reach_the_line),
        cmocka_unit_test(purging_what_is_sent_keeps_what_is_received),
        cmocka_unit_test(a_suspended_client_is_remembered),
        cmocka_unit_test(data_between_commands_keeps_its_order),
        cmocka_unit_test(garbage_ends_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
