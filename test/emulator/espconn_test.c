/* espconn's natives: what they answer, which callbacks come and in which order,
 * and what they leave in the guest's memory. */
#include "test/emulator/espconn_fixture.h"

/* ---- servers ---- */

static void an_accepted_connection_has_its_own_espconn(void **state)
{
    (void)state;
    uint32_t conn = serve(), proto = peek(chip, conn + CONN_PROTO);
    assert_true(conn >= HEAP && proto >= HEAP);
    assert_int_equal(peek(chip, conn + CONN_STATE), ESPCONN_CONNECT);
    assert_int_equal(peek(chip, conn + CONN_RECV), ON_RECV);
    assert_int_equal(peek(chip, conn + CONN_REVERSE), 0x55);
    assert_int_equal(peek(chip, proto + PROTO_REMOTE_PORT), 5000);
    assert_int_equal(peek(chip, proto + PROTO_LOCAL_PORT), 80);
    assert_int_equal(espconn_get_ip(chip, proto + PROTO_REMOTE_IP), PEER_IP);
    assert_int_equal(espconn_get_ip(chip, proto + PROTO_LOCAL_IP), OWN_IP);
    /* The server's own struct with the peer's address finds it too. */
    assert_int_equal(send_text(CONN(0), "hi"), ESPCONN_OK);
    assert_string_equal(noted(), " send 1 2 hi");
}

static void received_bytes_live_during_the_callback(void **state)
{
    (void)state;
    uint32_t conn = serve(), before = chip->heap.free;
    char got[6];
    net_host_received(chip, 1, (const uint8_t *)"hello", 5);
    pass(chip, NET_LATENCY);
    assert_string_equal(next_callback(), "recv");
    assert_int_equal(chip->cpu.a[2], conn);
    assert_int_equal(chip->cpu.a[4], 5);
    assert_true(bus_copy_out(chip->bus, chip->cpu.a[3], got, sizeof(got)));
    assert_string_equal(got, "hello");
    assert_int_equal(peek(chip, conn + CONN_STATE), ESPCONN_READ);
    assert_true(chip->heap.free < before);
    assert_string_equal(next_callback(), "");
    assert_int_equal(chip->heap.free, before);
    assert_int_equal(peek(chip, conn + CONN_STATE), ESPCONN_CONNECT);
}

static void one_segment_per_callback_then_the_end(void **state)
{
    (void)state;
    static uint8_t data[NET_SEGMENT];
    (void)serve();
    net_host_received(chip, 1, data, sizeof(data));
    net_host_received(chip, 1, data, 10);
    net_host_ended(chip, 1, NET_END_CLOSED);
    pass(chip, NET_LATENCY);
    assert_string_equal(next_callback(), "recv");
    assert_int_equal(chip->cpu.a[4], NET_SEGMENT);
    assert_string_equal(next_callback(), "recv");
    assert_int_equal(chip->cpu.a[4], 10);
    assert_string_equal(next_callback(), "disconnect");
    assert_string_equal(noted(), " close 1");
}

static void who_comes_does_not_change_who_ended(void **state)
{
    (void)state;
    (void)serve();
    net_host_ended(chip, 1, NET_END_RESET);
    pass(chip, NET_LATENCY);
    assert_string_equal(next_callback(), "reconnect");
    (void)net_host_accepted(chip, 0, PEER_IP, 5001);
    pass(chip, NET_LATENCY);
    assert_int_equal(peek(chip, PROTO(0) + PROTO_REMOTE_PORT), 5000);
    assert_string_equal(next_callback(), "connect");
    assert_int_equal(peek(chip, PROTO(0) + PROTO_REMOTE_PORT), 5001);
}

static void the_end_is_told_with_the_servers_espconn(void **state)
{
    (void)state;
    uint32_t before = 0;
    make_conn(0, ESPCONN_TCP, 80);
    before = chip->heap.free;
    uint32_t conn = serve();
    poke(chip, conn + CONN_REVERSE, 0x77);
    assert_int_equal(call("espconn_disconnect", conn, 0, 0, 0), ESPCONN_OK);
    assert_int_equal(call("espconn_disconnect", conn, 0, 0, 0),
                     ESPCONN_INPROGRESS);
    assert_string_equal(noted(), " close 1");
    assert_string_equal(next_callback(), "disconnect");
    assert_int_equal(chip->cpu.a[2], CONN(0));
    assert_int_equal(peek(chip, CONN(0) + CONN_REVERSE), 0x77);
    assert_int_equal(peek(chip, PROTO(0) + PROTO_REMOTE_PORT), 5000);
    assert_string_equal(next_callback(), "");
    assert_int_equal(chip->heap.free, before);
}

static void a_reset_is_told_with_its_number(void **state)
{
    (void)state;
    (void)serve();
    net_host_ended(chip, 1, NET_END_RESET);
    pass(chip, NET_LATENCY);
    assert_string_equal(next_callback(), "reconnect");
    assert_int_equal((int32_t)chip->cpu.a[3], ESPCONN_RST);
}

static void the_sixth_is_refused(void **state)
{
    (void)state;
    (void)serve();
    for (unsigned i = 0; i < 5; i++)
        (void)net_host_accepted(chip, 0, PEER_IP, (uint16_t)(6000 + i));
    pass(chip, NET_LATENCY);
    assert_string_equal(noted(), " reset 6");
    assert_int_equal(call("espconn_tcp_set_max_con_allow", CONN(0), 6, 0, 0),
                     ESPCONN_ARG);
    /* Fewer for one server: the sixth is its own, too. */
    assert_int_equal(call("espconn_tcp_set_max_con", 8, 0, 0, 0), ESPCONN_OK);
    (void)net_host_accepted(chip, 0, PEER_IP, 6999);
    pass(chip, NET_LATENCY);
    assert_string_equal(noted(), " reset 6");
    assert_int_equal(call("espconn_tcp_set_max_con_allow", CONN(0), 6, 0, 0),
                     ESPCONN_OK);
    (void)net_host_accepted(chip, 0, PEER_IP, 7000);
    pass(chip, NET_LATENCY);
    assert_string_equal(noted(), "");
}

static void a_silent_client_is_closed(void **state)
{
    (void)state;
    uint32_t conn = serve();
    pass(chip, 9 * CYCLES_PER_S);
    net_host_received(chip, 1, (const uint8_t *)"x", 1);
    pass(chip, 9 * CYCLES_PER_S);
    assert_string_equal(next_callback(), "recv");
    assert_string_equal(next_callback(), "");
    pass(chip, 2 * CYCLES_PER_S);
    assert_string_equal(next_callback(), "disconnect");
    assert_string_equal(noted(), " close 1");
    (void)conn;
}

static void its_time_out_can_be_changed(void **state)
{
    (void)state;
    uint32_t conn = serve();
    assert_int_equal(call("espconn_regist_time", CONN(0), 0, 0, 0), ESPCONN_OK);
    pass(chip, 3600 * (uint64_t)CYCLES_PER_S);
    assert_string_equal(next_callback(), "");
    assert_int_equal(call("espconn_regist_time", conn, 2, 1, 0), ESPCONN_OK);
    pass(chip, 2 * CYCLES_PER_S);
    assert_string_equal(next_callback(), "disconnect");
}

static void a_server_is_deleted_without_connections(void **state)
{
    (void)state;
    uint32_t conn = serve();
    assert_int_equal(call("espconn_delete", CONN(0), 0, 0, 0),
                     ESPCONN_INPROGRESS);
    (void)call("espconn_abort", conn, 0, 0, 0);
    assert_string_equal(noted(), " reset 1");
    assert_string_equal(next_callback(), "disconnect");
    assert_string_equal(next_callback(), "");
    assert_int_equal(call("espconn_delete", CONN(0), 0, 0, 0), ESPCONN_OK);
    assert_string_equal(noted(), " reset 0");
    assert_int_equal(call("espconn_delete", CONN(0), 0, 0, 0), ESPCONN_ARG);
}

static void a_held_connection_fills_its_window_and_stops(void **state)
{
    (void)state;
    static uint8_t data[NET_SEGMENT];
    uint32_t conn = serve();
    (void)call("espconn_recv_hold", conn, 0, 0, 0);
    /* One after the other: each is taken before the next one comes. */
    for (unsigned i = 0; i < NET_WINDOW / NET_SEGMENT; i++) {
        assert_string_equal(noted(), "");
        net_host_received(chip, 1, data, sizeof(data));
        pass(chip, NET_LATENCY);
        assert_string_equal(next_callback(), "recv");
        assert_string_equal(next_callback(), "");
    }
    assert_string_equal(noted(), " pause 1");
    (void)call("espconn_recv_unhold", conn, 0, 0, 0);
    assert_string_equal(noted(), " resume 1");
}

static void info_lists_the_connections(void **state)
{
    (void)state;
    (void)serve();
    (void)net_host_accepted(chip, 0, PEER_IP, 5001);
    pass(chip, NET_LATENCY);
    assert_string_equal(next_callback(), "connect");
    assert_int_equal(call("espconn_get_connection_info", CONN(0), TEXT, 0, 0),
                     ESPCONN_OK);
    uint32_t info = peek(chip, TEXT);
    assert_int_equal(peek(chip, CONN(0) + CONN_LINK_CNT) & 0xFF, 2);
    assert_int_equal(peek(chip, info + 4), 5000);
    assert_int_equal(peek(chip, info + 12 + 4), 5001);
    assert_int_equal(espconn_get_ip(chip, info + 8), PEER_IP);
}

/* ---- clients ---- */

static int connect_to(unsigned n, uint32_t ip, unsigned port)
{
    make_conn(n, ESPCONN_TCP, (int)(3000 + n));
    espconn_put_ip(chip, PROTO(n) + PROTO_REMOTE_IP, ip);
    poke(chip, PROTO(n) + PROTO_REMOTE_PORT, port);
    return call("espconn_connect", CONN(n), 0, 0, 0);
}

static void a_client_connects_and_sends(void **state)
{
    (void)state;
    assert_int_equal(connect_to(0, PEER_IP, 1883), ESPCONN_OK);
    assert_string_equal(noted(), " connect 0 7f000001:1883 from 3000");
    assert_int_equal(peek(chip, CONN(0) + CONN_STATE), ESPCONN_WAIT);
    assert_int_equal(send_text(CONN(0), "early"), ESPCONN_ARG);
    assert_int_equal(connect_to(0, PEER_IP, 1883), ESPCONN_ISCONN);
    net_host_connected(chip, 0);
    pass(chip, NET_LATENCY);
    assert_string_equal(next_callback(), "connect");
    assert_int_equal(send_text(CONN(0), "hi"), ESPCONN_OK);
    assert_string_equal(next_callback(), "");
    assert_int_equal(call("espconn_disconnect", CONN(0), 0, 0, 0), ESPCONN_OK);
    assert_int_equal(call("espconn_disconnect", CONN(0), 0, 0, 0),
                     ESPCONN_INPROGRESS);
}

static void a_client_hears_why_not(void **state)
{
    (void)state;
    assert_int_equal(connect_to(0, PEER_IP, 1), ESPCONN_OK);
    assert_int_equal(connect_to(1, 0x0A000001, 1), ESPCONN_OK);
    net_host_ended(chip, 0, NET_END_RESET);
    pass(chip, NET_LATENCY);
    assert_string_equal(next_callback(), "reconnect");
    assert_int_equal((int32_t)chip->cpu.a[3], ESPCONN_RST);
    assert_int_equal(chip->cpu.a[2], CONN(0));
    pass(chip, NET_PATIENCE);
    assert_string_equal(next_callback(), "reconnect");
    assert_int_equal((int32_t)chip->cpu.a[3], ESPCONN_CONN);
    assert_string_equal(next_callback(), "");
    set_station(chip, false);
    assert_int_equal(connect_to(2, PEER_IP, 1), ESPCONN_RTE);
}

static void at_most_five(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 5; i++)
        assert_int_equal(connect_to(i, PEER_IP, 1), ESPCONN_OK);
    assert_int_equal(connect_to(5, PEER_IP, 1), ESPCONN_ISCONN);
}

static void a_lost_link_ends_by_sending_or_keep_alive(void **state)
{
    (void)state;
    uint32_t conn = serve();
    (void)call("espconn_regist_time", CONN(0), 0, 0, 0);
    (void)call("espconn_set_opt", conn, ESPCONN_KEEPALIVE, 0, 0);
    poke(chip, TEXT, 3);
    for (uint32_t level = 0; level < 3; level++)
        assert_int_equal(call("espconn_set_keepalive", conn, level, TEXT, 0),
                         ESPCONN_OK);
    set_station(chip, false);
    pass(chip, 12 * CYCLES_PER_S - 1);
    assert_string_equal(next_callback(), "");
    pass(chip, 1);
    assert_string_equal(next_callback(), "reconnect");
    assert_int_equal((int32_t)chip->cpu.a[3], ESPCONN_ABRT);
}

/* ---- UDP and names ---- */

static void datagrams_one_by_one_with_their_sender(void **state)
{
    (void)state;
    make_conn(0, ESPCONN_UDP, 53);
    assert_int_equal(call("espconn_create", CONN(0), 0, 0, 0), ESPCONN_OK);
    net_host_datagram(chip, 0, PEER_IP, 71, (const uint8_t *)"one", 3);
    net_host_datagram(chip, 0, PEER_IP, 72, (const uint8_t *)"two", 3);
    pass(chip, NET_LATENCY);
    for (unsigned i = 1; i <= 2; i++) {
        assert_string_equal(next_callback(), "recv");
        (void)call("espconn_get_connection_info", CONN(0), TEXT, 0, 0);
        assert_int_equal(peek(chip, peek(chip, TEXT) + 4), 70 + i);
    }
    espconn_put_ip(chip, PROTO(0) + PROTO_REMOTE_IP, PEER_IP);
    poke(chip, PROTO(0) + PROTO_REMOTE_PORT, 72);
    (void)noted();
    assert_int_equal(call("espconn_sendto", CONN(0), put_text("abc"), 3, 0),
                     ESPCONN_OK);
    assert_int_equal(call("espconn_sendto", CONN(0), BIG_DATA, 2000, 0),
                     ESPCONN_OK);
    assert_string_equal(noted(), " send_to 0 7f000001:72 3 abc"
                                 " send_to 0 7f000001:72 1470 bbbbbbbb"
                                 " send_to 0 7f000001:72 530 bbbbbbbb");
    set_station(chip, false);
    assert_int_equal(call("espconn_sendto", CONN(0), TEXT, 3, 0), ESPCONN_RTE);
}

static void too_many_datagrams_are_lost(void **state)
{
    (void)state;
    make_conn(0, ESPCONN_UDP, 53);
    (void)call("espconn_create", CONN(0), 0, 0, 0);
    for (unsigned i = 0; i <= SDK_LINK_DATAGRAMS; i++)
        net_host_datagram(chip, 0, PEER_IP, 9, (const uint8_t *)"x", 1);
    pass(chip, NET_LATENCY);
    unsigned count = 0;
    while (strcmp(next_callback(), "recv") == 0)
        count++;
    assert_int_equal(count, SDK_LINK_DATAGRAMS);
}

static int ask(const char *name)
{
    return call("espconn_gethostbyname", CONN(0), put_text(name), TEXT + 512,
                ON_FOUND);
}

static void names_are_found_later_then_at_once(void **state)
{
    (void)state;
    char got[12];
    assert_int_equal(ask("10.1.2.3"), ESPCONN_OK);
    assert_int_equal(espconn_get_ip(chip, TEXT + 512), 0x0A010203);
    assert_int_equal(ask("broker.lan"), ESPCONN_INPROGRESS);
    pass(chip, CYCLES_PER_S);
    assert_string_equal(next_callback(), "found");
    assert_true(bus_copy_out(chip->bus, chip->cpu.a[2], got, 11));
    assert_string_equal(got, "broker.lan");
    assert_int_equal(espconn_get_ip(chip, chip->cpu.a[3]), PEER_IP);
    assert_int_equal(chip->cpu.a[4], CONN(0));
    assert_string_equal(next_callback(), "");
    assert_int_equal(ask("broker.lan"), ESPCONN_OK);
    assert_int_equal(espconn_get_ip(chip, TEXT + 512), PEER_IP);
    pass(chip, UINT64_C(61) * CYCLES_PER_S);
    assert_int_equal(ask("broker.lan"), ESPCONN_INPROGRESS);
}

static void unknown_names_are_null(void **state)
{
    (void)state;
    assert_int_equal(ask(""), ESPCONN_ARG);
    assert_int_equal(ask("1.2.3.400"), ESPCONN_INPROGRESS);
    assert_int_equal(ask("nobody.lan"), ESPCONN_INPROGRESS);
    pass(chip, CYCLES_PER_S);
    for (unsigned i = 0; i < 2; i++) {
        assert_string_equal(next_callback(), "found");
        assert_int_equal(chip->cpu.a[3], 0);
    }
    set_station(chip, false);
    assert_int_equal(ask("broker.lan"), ESPCONN_INPROGRESS);
    pass(chip, CYCLES_PER_S);
    assert_string_equal(next_callback(), "");
    pass(chip, 10 * CYCLES_PER_S);
    assert_string_equal(next_callback(), "found");
    assert_int_equal(chip->cpu.a[3], 0);
}

static void tls_is_not_here(void **state)
{
    (void)state;
    (void)call("espconn_secure_connect", CONN(0), 0, 0, 0);
    assert_non_null(strstr(stopped_by(), "espconn_secure_connect is not"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define T(fn) cmocka_unit_test_setup_teardown(fn, make, drop)
        T(an_accepted_connection_has_its_own_espconn),
        T(received_bytes_live_during_the_callback),
        T(one_segment_per_callback_then_the_end),
        T(who_comes_does_not_change_who_ended),
        T(the_end_is_told_with_the_servers_espconn),
        T(a_reset_is_told_with_its_number),
        T(the_sixth_is_refused),
        T(a_silent_client_is_closed),
        T(its_time_out_can_be_changed),
        T(a_server_is_deleted_without_connections),
        T(a_held_connection_fills_its_window_and_stops),
        T(info_lists_the_connections),
        T(a_client_connects_and_sends),
        T(a_client_hears_why_not),
        T(at_most_five),
        T(a_lost_link_ends_by_sending_or_keep_alive),
        T(datagrams_one_by_one_with_their_sender),
        T(too_many_datagrams_are_lost),
        T(names_are_found_later_then_at_once),
        T(unknown_names_are_null),
        T(tls_is_not_here),
#undef T
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
