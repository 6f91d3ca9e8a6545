/* Endpoints, latency, the window, addresses and the link, with a user that
 * writes down what it hears. */
#include "test/emulator/net_fixture.h"

static struct chip *chip;
static char heard[500];
static bool accepts;

#define HEAR(...)                                                              \
    snprintf(heard + strlen(heard), sizeof(heard) - strlen(heard), __VA_ARGS__)

static bool on_accepted(struct chip *of, unsigned listener, unsigned slot)
{
    const struct net_endpoint *e = &of->net.slot[slot];
    HEAR(" accepted %u %u %08x:%u", listener, slot, e->remote_ip,
         e->remote_port);
    return accepts;
}

static void on_connected(struct chip *of, unsigned slot)
{
    (void)of;
    HEAR(" connected %u", slot);
}

static void on_received(struct chip *of, unsigned slot)
{
    HEAR(" received %u %zu", slot, of->net.slot[slot].input_size);
}

static void on_sent(struct chip *of, unsigned slot, size_t size)
{
    (void)of;
    HEAR(" sent %u %zu", slot, size);
}

static void on_ended(struct chip *of, unsigned slot, enum net_end end)
{
    (void)of;
    HEAR(" %s %u",
         end == NET_END_CLOSED  ? "closed"
         : end == NET_END_RESET ? "reset"
                                : "timeout",
         slot);
}

static void on_datagram(struct chip *of, unsigned slot, uint32_t ip,
                        uint16_t port, const uint8_t *bytes, size_t size)
{
    (void)of;
    HEAR(" datagram %u %08x:%u %.*s", slot, ip, port, (int)size,
         (const char *)bytes);
}

static void on_nothing(struct chip *of)
{
    (void)of;
}

static const struct net_user user = {on_accepted, on_connected, on_received,
                                     on_sent,     on_ended,     on_datagram,
                                     on_nothing,  on_nothing};

static int make(void **state)
{
    (void)state;
    chip = net_chip();
    chip->net.user = &user;
    heard[0] = 0;
    accepts = true;
    return 0;
}

static int drop(void **state)
{
    (void)state;
    chip_drop(chip);
    return 0;
}

/* What the user has heard after this time. */
static const char *after(uint64_t cycles)
{
    static char text[sizeof(heard)];
    pass(chip, cycles);
    memcpy(text, heard, sizeof(text));
    heard[0] = 0;
    return text;
}

static const uint8_t *bytes(const char *text)
{
    return (const uint8_t *)text;
}

/* Slot 0 listens at 80, slot 1 is a connection from the peer. */
static unsigned take_client(void)
{
    unsigned listener = net_listen(chip, 80);
    unsigned slot = net_host_accepted(chip, listener, PEER_IP, 5000);
    assert_string_equal(noted(), " listen 0 80");
    assert_string_equal(after(NET_LATENCY), " accepted 0 1 7f000001:5000");
    return slot;
}

static void news_take_their_time(void **state)
{
    (void)state;
    unsigned slot = take_client();
    net_host_received(chip, slot, bytes("hello"), 5);
    assert_string_equal(after(NET_LATENCY - 1), "");
    assert_string_equal(after(1), " received 1 5");
    uint8_t got[10];
    assert_int_equal(net_take(chip, slot, got, sizeof(got), false), 5);
    assert_memory_equal(got, "hello", 5);
    assert_int_equal(net_take(chip, slot, got, sizeof(got), false), 0);
    net_send(chip, slot, bytes("you"), 3);
    assert_string_equal(noted(), " send 1 3 you");
    net_host_sent(chip, slot, 3);
    net_host_ended(chip, slot, NET_END_CLOSED);
    assert_string_equal(after(NET_LATENCY), " sent 1 3 closed 1");
    net_close(chip, slot, false);
    assert_string_equal(noted(), " close 1");
}

static void a_refused_connection_is_reset(void **state)
{
    (void)state;
    accepts = false;
    (void)take_client();
    assert_string_equal(noted(), " reset 1");
    assert_int_equal(chip->net.slot[1].kind, NET_FREE);
}

static void news_of_a_closed_slot_are_dropped(void **state)
{
    (void)state;
    unsigned slot = take_client();
    net_host_received(chip, slot, bytes("x"), 1);
    net_close(chip, slot, true);
    assert_int_equal(net_udp(chip, 53), slot); /* the slot's next owner */
    assert_string_equal(after(2 * NET_LATENCY), "");
}

static void the_window_holds_the_peer_back(void **state)
{
    (void)state;
    static uint8_t segment[NET_SEGMENT];
    unsigned slot = take_client();
    for (unsigned i = 0; i < 3; i++)
        net_host_received(chip, slot, segment, sizeof(segment));
    assert_string_equal(noted(), "");
    net_host_received(chip, slot, segment, sizeof(segment));
    assert_string_equal(noted(), " pause 1");
    (void)after(NET_LATENCY);
    assert_int_equal(net_take(chip, slot, segment, sizeof(segment), true),
                     NET_SEGMENT);
    assert_string_equal(noted(), ""); /* held: taking opens nothing */
    net_unhold(chip, slot);
    assert_string_equal(noted(), " resume 1");
}

static void only_loopback_is_reached(void **state)
{
    (void)state;
    unsigned slot = net_connect(chip, 0x08080808, 80, 2000);
    assert_string_equal(noted(), "");
    assert_string_equal(fake.event,
                        "net 8.8.8.8 is not in 127.0.0.0/8: unreachable");
    assert_string_equal(after(NET_PATIENCE - 1), "");
    assert_string_equal(after(1), " timeout 0");
    assert_int_equal(chip->net.slot[slot].kind, NET_FREE);
    slot = net_connect(chip, PEER_IP, 1883, 2000);
    assert_string_equal(noted(), " connect 0 7f000001:1883 from 2000");
    net_host_connected(chip, slot);
    assert_string_equal(after(2 * NET_PATIENCE), " connected 0");
}

static void a_refused_client_hears_reset(void **state)
{
    (void)state;
    (void)net_connect(chip, PEER_IP, 1, 0);
    (void)noted();
    net_host_ended(chip, 0, NET_END_RESET);
    assert_string_equal(after(NET_LATENCY), " reset 0");
    assert_string_equal(noted(), " reset 0");
}

static void without_link_listeners_close_and_bytes_vanish(void **state)
{
    (void)state;
    unsigned slot = take_client();
    net_host_received(chip, slot, bytes("x"), 1);
    set_station(chip, false);
    assert_string_equal(noted(), " reset 0 reset 1");
    assert_string_equal(after(2 * NET_PATIENCE), "");
    net_send(chip, slot, bytes("lost"), 4);
    assert_string_equal(after(NET_PATIENCE - 1), "");
    assert_string_equal(after(1), " timeout 1");
    assert_string_equal(noted(), "");
    set_station(chip, true);
    assert_string_equal(noted(), " listen 0 80");
}

static void a_lost_connection_is_reset_when_the_link_is_back(void **state)
{
    (void)state;
    unsigned slot = take_client();
    set_station(chip, false);
    net_send(chip, slot, bytes("lost"), 4);
    pass(chip, CYCLES_PER_S);
    set_station(chip, true);
    (void)noted();
    assert_string_equal(after(2 * NET_LATENCY), " reset 1");
}

static void udp_and_groups_follow_the_link(void **state)
{
    (void)state;
    unsigned slot = net_udp(chip, 1900);
    assert_true(net_join(chip, 0xEFFFFFFA));
    assert_true(net_join(chip, 0xEFFFFFFA));
    assert_string_equal(noted(), " udp 0 1900 join effffffa");
    set_station(chip, false);
    assert_string_equal(noted(), " reset 0 leave effffffa");
    net_send_to(chip, slot, PEER_IP, 9, bytes("x"), 1);
    assert_string_equal(noted(), "");
    set_station(chip, true);
    assert_string_equal(noted(), " join effffffa udp 0 1900");
    net_leave(chip, 0xEFFFFFFA);
    assert_string_equal(noted(), " leave effffffa");
}

static void datagrams_go_both_ways(void **state)
{
    (void)state;
    unsigned slot = net_udp(chip, 53);
    (void)noted();
    net_host_datagram(chip, slot, PEER_IP, 999, bytes("ask"), 3);
    assert_string_equal(after(NET_LATENCY), " datagram 0 7f000001:999 ask");
    net_send_to(chip, slot, PEER_IP, 999, bytes("answer"), 6);
    net_send_to(chip, slot, 0xFFFFFFFF, 6, bytes("all"), 3);
    assert_string_equal(noted(), " send_to 0 7f000001:999 6 answer"
                                 " send_to 0 7fffffff:6 3 all");
}

static void who_connects_is_the_phone_when_it_is_joined(void **state)
{
    (void)state;
    fake.is_phone_joined = true;
    unsigned listener = net_listen(chip, 80);
    (void)net_host_accepted(chip, listener, PEER_IP + 4, 5000);
    assert_string_equal(after(NET_LATENCY), " accepted 0 1 c0a80402:5000");
    assert_int_equal(net_local_ip(chip), AP_IP);
    unsigned slot = net_udp(chip, 53);
    (void)noted();
    net_send_to(chip, slot, PHONE_IP, 7, bytes("a"), 1);
    net_send_to(chip, slot, 0xC0A804FF, 7, bytes("b"), 1);
    assert_string_equal(noted(), " send_to 2 7f000005:7 1 a"
                                 " send_to 2 7fffffff:7 1 b");
}

static void a_reset_closes_everything(void **state)
{
    (void)state;
    (void)take_client();
    (void)net_udp(chip, 1900);
    assert_true(net_join(chip, 0xE00000FB));
    net_host_received(chip, 1, bytes("x"), 1);
    (void)noted();
    chip_reset(chip, RESET_SOFTWARE);
    assert_string_equal(noted(), " reset 0 reset 1 reset 2 leave e00000fb");
    assert_string_equal(after(2 * NET_LATENCY), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define T(fn) cmocka_unit_test_setup_teardown(fn, make, drop)
        T(news_take_their_time),
        T(a_refused_connection_is_reset),
        T(news_of_a_closed_slot_are_dropped),
        T(the_window_holds_the_peer_back),
        T(only_loopback_is_reached),
        T(a_refused_client_hears_reset),
        T(without_link_listeners_close_and_bytes_vanish),
        T(a_lost_connection_is_reset_when_the_link_is_back),
        T(udp_and_groups_follow_the_link),
        T(datagrams_go_both_ways),
        T(who_connects_is_the_phone_when_it_is_joined),
        T(a_reset_closes_everything),
#undef T
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
