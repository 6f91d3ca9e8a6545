/* The fake network keeps the rules of hal/net.h, so that what the core does
 * wrong is seen in its unit tests. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "test/firmware/fake_net.h"

static const uint8_t somebody[4] = {127, 0, 0, 9};

static void a_port_has_one_listener_and_so_many_clients(void **state)
{
    (void)state;
    uint8_t socket;
    assert_false(fake_accept(&fd, 80, somebody, &socket));
    assert_true(hal_tcp_listen(80, 2));
    assert_false(hal_tcp_listen(80, 2));
    assert_true(hal_tcp_listen(81, HAL_SOCKETS));
    assert_false(hal_tcp_listen(82, 1));
    assert_true(fake_accept(&fd, 80, somebody, &socket));
    assert_true(fake_accept(&fd, 80, somebody, &socket));
    assert_false(fake_accept(&fd, 80, somebody, &socket));
    for (unsigned i = 2; i < HAL_SOCKETS; i++)
        assert_true(fake_accept(&fd, 81, somebody, &socket));
    assert_false(fake_accept(&fd, 81, somebody, &socket));
    assert_false(hal_tcp_connect(somebody, 1883, &socket));
    hal_tcp_close(0);
    assert_true(hal_tcp_connect(somebody, 1883, &socket));
    assert_int_equal(socket, 0);
}

static void what_waits_to_arrive_takes_room(void **state)
{
    (void)state;
    static const uint8_t block[HAL_NET_QUEUE + 1];
    uint8_t socket;
    assert_true(hal_tcp_connect(somebody, 1883, &socket));
    assert_false(hal_tcp_send(socket, "early", 5));
    assert_int_equal(hal_tcp_room(socket), 0);
    fake_connected(&fd, socket);
    assert_false(hal_tcp_send(socket, block, sizeof(block)));
    assert_true(hal_tcp_send(socket, "some", 4));
    assert_int_equal(hal_tcp_room(socket), HAL_NET_QUEUE - 4);
    assert_false(hal_tcp_send(socket, block, HAL_NET_QUEUE - 3));
    fake_arrived(&fd, socket);
    assert_true(hal_tcp_send(socket, "more", 4));
    assert_string_equal(fake_net.tcp[socket].sent, "somemore");
    fake_closed(&fd, socket);
    assert_false(hal_tcp_send(socket, "late", 4));
}

static void one_name_is_asked_for_at_a_time(void **state)
{
    (void)state;
    assert_true(hal_net_resolve("broker.local"));
    assert_false(hal_net_resolve("pool.ntp.org"));
    assert_string_equal(fake_net.name, "broker.local");
    fake_resolved(&fd, somebody);
    assert_true(hal_net_resolve("pool.ntp.org"));
}

static void udp_has_four_ports(void **state)
{
    (void)state;
    static const uint8_t group[4] = {224, 0, 0, 251};
    uint8_t handle;
    assert_true(hal_udp_open(5353, group, &handle));
    assert_true(fake_net.udp[handle].has_group);
    assert_false(hal_udp_open(5353, NULL, &handle));
    for (unsigned i = 1; i < HAL_UDP; i++)
        assert_true(hal_udp_open(0, NULL, &handle));
    assert_false(hal_udp_open(0, NULL, &handle));
    assert_true(hal_udp_send(2, somebody, 123, "time?", 5));
    assert_memory_equal(fake_net.udp[2].sent, "time?", 5);
    assert_int_equal(fake_net.udp[2].to, 123);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_port_has_one_listener_and_so_many_clients,
                               fake_basic),
        cmocka_unit_test_setup(what_waits_to_arrive_takes_room, fake_basic),
        cmocka_unit_test_setup(one_name_is_asked_for_at_a_time, fake_basic),
        cmocka_unit_test_setup(udp_has_four_ports, fake_basic),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
