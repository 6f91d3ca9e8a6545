/* espconn_send and when it may be called again; and the other rules of espconn
 * being broken. */
#include "test/emulator/espconn_fixture.h"

/* ---- sending ---- */

static void sent_comes_when_all_is_acknowledged(void **state)
{
    (void)state;
    uint32_t conn = serve();
    assert_int_equal(call("espconn_send", conn, BIG_DATA, 5000, 0), ESPCONN_OK);
    assert_string_equal(noted(), " send 1 1460 bbbbbbbb send 1 1460 bbbbbbbb");
    net_host_sent(chip, 1, 2920);
    pass(chip, NET_LATENCY);
    assert_string_equal(next_callback(), "");
    assert_string_equal(noted(), " send 1 1460 bbbbbbbb send 1 620 bbbbbbbb");
    net_host_sent(chip, 1, 2080);
    pass(chip, NET_LATENCY);
    assert_string_equal(next_callback(), "sent");
    assert_int_equal(chip->cpu.a[2], conn);
    assert_int_equal(send_text(conn, "more"), ESPCONN_OK);
}

static void sending_before_sent_breaks_the_rule(void **state)
{
    (void)state;
    uint32_t conn = serve();
    assert_int_equal(send_text(conn, "one"), ESPCONN_OK);
    (void)send_text(conn, "two");
    assert_rule("espconn-sent");
}

static void with_copy_the_next_send_waits_for_written(void **state)
{
    (void)state;
    uint32_t conn = serve();
    assert_int_equal(call("espconn_set_opt", conn, ESPCONN_COPY, 0, 0),
                     ESPCONN_OK);
    (void)call("espconn_regist_write_finish", conn, ON_WRITTEN, 0, 0);
    for (unsigned i = 0; i < SDK_LINK_PACKETS; i++) {
        assert_int_equal(send_text(conn, "x"), ESPCONN_OK);
        assert_string_equal(next_callback(), "written");
    }
    assert_int_equal(send_text(conn, "y"), ESPCONN_MAXNUM);
    net_host_sent(chip, 1, 2);
    pass(chip, NET_LATENCY);
    assert_string_equal(next_callback(), "sent");
    assert_string_equal(next_callback(), "sent");
    assert_string_equal(next_callback(), "");
    assert_int_equal(send_text(conn, "z"), ESPCONN_OK);
    (void)send_text(conn, "z");
    assert_rule("espconn-sent");
}

static void nothing_is_not_sent(void **state)
{
    (void)state;
    uint32_t conn = serve();
    (void)call("espconn_send", conn, TEXT, 0, 0);
    assert_rule("espconn-empty");
}

/* ---- the other rules ---- */

static void ending_in_a_callback_breaks_the_rule(void **state)
{
    (void)state;
    static const char *const names[] = {"espconn_disconnect", "espconn_abort",
                                        "espconn_delete"};
    for (size_t i = 0; i < COUNT(names); i++) {
        uint32_t conn = serve();
        net_host_received(chip, 1, (const uint8_t *)"x", 1);
        pass(chip, NET_LATENCY);
        assert_string_equal(next_callback(), "recv");
        (void)call(names[i], conn, 0, 0, 0);
        assert_rule("espconn-callback");
        drop(state);
        make(state);
    }
}

static void another_connection_may_be_ended_in_a_callback(void **state)
{
    (void)state;
    uint32_t first = serve();
    (void)net_host_accepted(chip, 0, PEER_IP, 5001);
    pass(chip, NET_LATENCY);
    assert_string_equal(next_callback(), "connect");
    assert_int_not_equal(chip->cpu.a[2], first);
    assert_int_equal(call("espconn_disconnect", first, 0, 0, 0), ESPCONN_OK);
}

static void a_struct_on_the_stack_breaks_the_rule(void **state)
{
    (void)state;
    make_conn(0, ESPCONN_TCP, 80);
    chip->cpu.a[1] = CONN(0) - 16;
    (void)call("espconn_accept", CONN(0), 0, 0, 0);
    assert_rule("espconn-memory");
}

static void a_changed_proto_breaks_the_rule(void **state)
{
    (void)state;
    uint32_t conn = serve();
    poke(chip, conn + CONN_PROTO, PROTO(3));
    (void)send_text(conn, "x");
    assert_rule("espconn-memory");
}

static void a_changed_type_breaks_the_rule(void **state)
{
    (void)state;
    uint32_t conn = serve();
    poke(chip, conn + CONN_TYPE, ESPCONN_UDP);
    (void)send_text(conn, "x");
    assert_rule("espconn-memory");
}

static void a_freed_struct_breaks_the_rule(void **state)
{
    (void)state;
    uint32_t block = sdk_heap_alloc(chip, CONN_SIZE);
    make_conn(0, ESPCONN_UDP, 53);
    for (uint32_t i = 0; i < CONN_SIZE; i += 4)
        poke(chip, block + i, peek(chip, CONN(0) + i));
    assert_int_equal(call("espconn_create", block, 0, 0, 0), ESPCONN_OK);
    sdk_heap_free(chip, block);
    net_host_datagram(chip, 0, PEER_IP, 9, (const uint8_t *)"x", 1);
    pass(chip, NET_LATENCY);
    assert_string_equal(next_callback(), "");
    assert_rule("espconn-memory");
}

static void an_ended_connection_is_not_used(void **state)
{
    (void)state;
    uint32_t conn = serve();
    (void)call("espconn_disconnect", conn, 0, 0, 0);
    assert_string_equal(next_callback(), "disconnect");
    assert_string_equal(next_callback(), "");
    (void)send_text(conn, "x");
    assert_rule("espconn-deleted");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define T(fn) cmocka_unit_test_setup_teardown(fn, make, drop)
        T(sent_comes_when_all_is_acknowledged),
        T(sending_before_sent_breaks_the_rule),
        T(with_copy_the_next_send_waits_for_written),
        T(nothing_is_not_sent),
        T(ending_in_a_callback_breaks_the_rule),
        T(another_connection_may_be_ended_in_a_callback),
        T(a_struct_on_the_stack_breaks_the_rule),
        T(a_changed_proto_breaks_the_rule),
        T(a_changed_type_breaks_the_rule),
        T(a_freed_struct_breaks_the_rule),
        T(an_ended_connection_is_not_used),
#undef T
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
