/* A chip with a fake network whose SDK functions are called as guest code
 * would: one by one, callbacks too. */
#ifndef TEST_EMULATOR_ESPCONN_FIXTURE_H
#define TEST_EMULATOR_ESPCONN_FIXTURE_H

#include "test/emulator/net_fixture.h"

#include "emulator/native.h"
#include "emulator/sdk_espconn_private.h"

#define STACK 0x3FFFF000u
#define CONN(n) (0x3FFE9000u + 128u * (n))
#define PROTO(n) (CONN(n) + 64u)
#define TEXT 0x3FFEA000u
#define BIG_DATA 0x3FFEB000u
#define HEAP 0x3FFF0000u
/* Guest functions; never run here, their addresses tell which was called. */
#define ON_RECV 0x40100100u
#define ON_SENT 0x40100110u
#define ON_CONNECT 0x40100120u
#define ON_RECONNECT 0x40100130u
#define ON_DISCONNECT 0x40100140u
#define ON_WRITTEN 0x40100150u
#define ON_FOUND 0x40100160u

static struct chip *chip;

static inline int make(void **state)
{
    (void)state;
    chip = net_chip();
    chip->sdk.is_running = true;
    chip->cpu.a[1] = STACK;
    sdk_heap_init(chip, HEAP);
    for (uint32_t i = 0; i < 5000; i += 4)
        poke(chip, BIG_DATA + i, 0x62626262); /* bbbb */
    return 0;
}

static inline int drop(void **state)
{
    (void)state;
    chip_drop(chip);
    return 0;
}

static inline int call(const char *name, uint32_t a, uint32_t b, uint32_t c,
                       uint32_t d)
{
    const struct native *row = native_find_name(name);
    assert_non_null(row);
    chip->cpu.a[2] = a;
    chip->cpu.a[3] = b;
    chip->cpu.a[4] = c;
    chip->cpu.a[5] = d;
    chip->cpu.pc = row->address;
    (void)row->fn(chip);
    return (int8_t)chip->cpu.a[2];
}

/* The SDK's task goes on: the next callback's function, its first argument and
 * its number, or "" when there is none. */
static inline const char *next_callback(void)
{
    static const struct {
        uint32_t fn;
        const char *name;
    } names[] = {{ON_RECV, "recv"},
                 {ON_SENT, "sent"},
                 {ON_CONNECT, "connect"},
                 {ON_RECONNECT, "reconnect"},
                 {ON_DISCONNECT, "disconnect"},
                 {ON_WRITTEN, "written"},
                 {ON_FOUND, "found"}};
    sdk_call_returned(chip);
    if (!sdk_call_run(chip))
        return "";
    for (size_t i = 0; i < COUNT(names); i++)
        if (names[i].fn == chip->cpu.pc)
            return names[i].name;
    return "unknown";
}

static inline void make_conn(unsigned n, uint32_t type, int port)
{
    poke(chip, CONN(n) + CONN_TYPE, type);
    poke(chip, CONN(n) + CONN_STATE, ESPCONN_NONE);
    poke(chip, CONN(n) + CONN_PROTO, PROTO(n));
    poke(chip, CONN(n) + CONN_RECV, ON_RECV);
    poke(chip, CONN(n) + CONN_SENT, ON_SENT);
    poke(chip, CONN(n) + CONN_REVERSE, 0x55);
    poke(chip, PROTO(n) + PROTO_LOCAL_PORT, (uint32_t)port);
    poke(chip, PROTO(n) + PROTO_REMOTE_PORT, 0);
    espconn_put_ip(chip, PROTO(n) + PROTO_REMOTE_IP, 0);
    if (type == ESPCONN_UDP)
        return;
    poke(chip, PROTO(n) + PROTO_CONNECT, ON_CONNECT);
    poke(chip, PROTO(n) + PROTO_RECONNECT, ON_RECONNECT);
    poke(chip, PROTO(n) + PROTO_DISCONNECT, ON_DISCONNECT);
    poke(chip, PROTO(n) + PROTO_WRITE_FINISH, ON_WRITTEN);
}

static inline uint32_t put_text(const char *text)
{
    assert_true(bus_copy_in(chip->bus, TEXT, text, strlen(text) + 1));
    return TEXT;
}

static inline int send_text(uint32_t conn, const char *text)
{
    return call("espconn_send", conn, put_text(text), (uint32_t)strlen(text),
                0);
}

/* CONN(0) listens at 80 as slot 0; a client is slot 1. Its espconn. */
static inline uint32_t serve(void)
{
    make_conn(0, ESPCONN_TCP, 80);
    assert_int_equal(call("espconn_accept", CONN(0), 0, 0, 0), ESPCONN_OK);
    assert_int_equal(peek(chip, CONN(0) + CONN_STATE), ESPCONN_LISTEN);
    assert_int_equal(net_host_accepted(chip, 0, PEER_IP, 5000), 1);
    pass(chip, NET_LATENCY);
    assert_string_equal(next_callback(), "connect");
    uint32_t conn = chip->cpu.a[2];
    assert_string_equal(next_callback(), "");
    (void)noted();
    return conn;
}

static inline const char *stopped_by(void)
{
    return chip->stop_reason;
}

#define assert_rule(name)                                                      \
    assert_ptr_equal(strstr(stopped_by(), "rule " name ":"), stopped_by())

#endif
