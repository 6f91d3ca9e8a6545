/* A device's real sockets on the loopback, with the chip's side written down by
 * a user in the place of the SDK. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "tool/bench_net.h"

#define PORT 7357u
#define GROUP 0xEFFFFFFAu

static struct bench_net net;
static struct bench *bench;
static struct chip *chip;
static char heard[4000], events[2000];
static bool is_up;
static size_t taken;
static struct bench_poll row;

#define HEAR(...)                                                              \
    snprintf(heard + strlen(heard), sizeof(heard) - strlen(heard), __VA_ARGS__)

static bool on_accepted(struct chip *of, unsigned listener, unsigned slot)
{
    HEAR(" accepted %u %u %08x", listener, slot, of->net.slot[slot].remote_ip);
    return true;
}

static void on_connected(struct chip *of, unsigned slot)
{
    (void)of;
    HEAR(" connected %u", slot);
}

static void on_received(struct chip *of, unsigned slot)
{
    uint8_t bytes[NET_SEGMENT];
    size_t n = net_take(of, slot, bytes, sizeof(bytes), false);
    taken += n;
    if (n < 20) {
        HEAR(" received %u %.*s", slot, (int)n, (const char *)bytes);
    }
}

static void on_sent(struct chip *of, unsigned slot, size_t size)
{
    (void)of;
    HEAR(" sent %u %zu", slot, size);
}

static void on_ended(struct chip *of, unsigned slot, enum net_end end)
{
    HEAR(" %s %u",
         end == NET_END_CLOSED  ? "closed"
         : end == NET_END_RESET ? "reset"
                                : "timeout",
         slot);
    if (end == NET_END_CLOSED) {
        net_close(of, slot, false);
    }
}

static void on_datagram(struct chip *of, unsigned slot, uint32_t ip,
                        uint16_t port, const uint8_t *bytes, size_t size)
{
    HEAR(" datagram %u %.*s", slot, (int)size, (const char *)bytes);
    net_send_to(of, slot, ip, port, bytes, size);
}

static void on_nothing(struct chip *of)
{
    (void)of;
}

static const struct net_user user = {on_accepted, on_connected, on_received,
                                     on_sent,     on_ended,     on_datagram,
                                     on_nothing,  on_nothing};

static bool station(const struct chip *of, uint32_t *ip)
{
    (void)of;
    if (ip) {
        *ip = net.address;
    }
    return is_up;
}

static bool no_phone(const struct chip *of, uint32_t *ap_ip, uint32_t *phone_ip)
{
    (void)of;
    (void)ap_ip;
    (void)phone_ip;
    return false;
}

static void on_event(void *ctx, uint64_t ms, const char *line)
{
    (void)ctx;
    (void)ms;
    snprintf(events + strlen(events), sizeof(events) - strlen(events), "%s\n",
             line);
}

static int make(void **state)
{
    (void)state;
    struct bench_config config = {.board = board_find("mini"), .is_off = true};
    struct bench_sink sink = {.event = on_event};
    heard[0] = events[0] = 0;
    taken = 0;
    is_up = true;
    assert_int_equal(bench_net_open(&net, 0), ERR_NONE);
    config.net = &net.host;
    config.address = net.address;
    assert_int_equal(bench_open(&config, &sink, &bench), ERR_NONE);
    chip = bench_chip(bench);
    chip->net.user = &user;
    chip->net.way = (struct net_way){station, no_phone, NULL};
    bench_net_start(&net, bench);
    return 0;
}

static int drop(void **state)
{
    (void)state;
    bench_close(bench);
    bench_net_close(&net);
    bench_poll_free(&row);
    memset(&row, 0, sizeof(row));
    return 0;
}

/* What a loop does once, and 5 ms of the device's time. */
static void turn(void)
{
    bench_poll_clear(&row);
    bench_net_poll(&net, &row);
    bench_poll_wait(&row, 5000000);
    bench_net_serve(&net, &row);
    bench_run(bench, bench_now(bench) + 5 * (uint64_t)CYCLES_PER_MS);
}

static bool wait_for(const char *words)
{
    for (unsigned i = 0; i < 400 && !strstr(heard, words); i++) {
        turn();
    }
    return strstr(heard, words) != NULL;
}

static struct sockaddr_in at(uint32_t ip, unsigned port)
{
    return bench_net_address(ip, port);
}

static int dial(unsigned port)
{
    struct sockaddr_in to = at(net.address, port);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(fd, (struct sockaddr *)&to, sizeof(to)) != 0) {
        close(fd);
        return -1;
    }
    struct timeval limit = {5, 0};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
    return fd;
}

/* Reads until the end or an error; how many bytes, *error is errno. */
static size_t drain(int fd, int *error)
{
    static char bytes[65536];
    size_t total = 0;
    for (;;) {
        turn();
        ssize_t n = recv(fd, bytes, sizeof(bytes), MSG_DONTWAIT);
        if (n > 0) {
            total += (size_t)n;
        } else if (n == 0 || errno != EAGAIN) {
            *error = n == 0 ? 0 : errno;
            return total;
        }
    }
}

static void benches_differ_in_their_address(void **state)
{
    (void)state;
    static struct bench_net other;
    assert_int_equal(net.address >> 16, 0x7F50);
    assert_int_equal(bench_net_open(&other, 0), ERR_NONE);
    assert_int_not_equal(other.address, net.address);
    bench_net_close(&other);
}

static void an_address_is_one_of_the_loopback(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "127.0.0.1", "192.168.4.1", "127.1.1.0", "127.1.1.255",
        "127.1.1",   "x",           ""};
    uint32_t address;
    assert_true(bench_net_parse("127.81.2.3", &address));
    assert_int_equal(address, 0x7F510203);
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        assert_false(bench_net_parse(bad[i], &address));
    }
}

static void a_client_is_served_and_hears_the_end(void **state)
{
    (void)state;
    char got[8] = "", line[80];
    int error;
    unsigned listener = net_listen(chip, PORT);
    snprintf(line, sizeof(line), "net %s:%u tcp\n", net.text, PORT);
    assert_string_equal(events, line);
    assert_false(bench_net_has_client(&net));
    int fd = dial(PORT);
    assert_true(wait_for(" accepted 0 1 7f000001"));
    assert_true(bench_net_has_client(&net));
    assert_int_equal(send(fd, "hello", 5, 0), 5);
    assert_true(wait_for(" received 1 hello"));
    net_send(chip, 1, (const uint8_t *)"you", 3);
    assert_true(wait_for(" sent 1 3"));
    assert_int_equal(recv(fd, got, sizeof(got), 0), 3);
    assert_string_equal(got, "you");
    net_close(chip, 1, false);
    assert_int_equal(drain(fd, &error), 0);
    assert_int_equal(error, 0);
    close(fd);
    net_close(chip, listener, true);
    assert_int_equal(dial(PORT), -1);
    /* Said once, however often it listens. */
    (void)net_listen(chip, PORT);
    assert_string_equal(events, line);
}

static void a_port_that_is_taken_is_mapped(void **state)
{
    (void)state;
    char line[80];
    struct sockaddr_in own = at(net.address, PORT);
    int other = socket(AF_INET, SOCK_STREAM, 0), one = 1;
    setsockopt(other, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
    assert_int_equal(bind(other, (struct sockaddr *)&own, sizeof(own)), 0);
    assert_int_equal(listen(other, 1), 0);
    unsigned slot = net_listen(chip, PORT);
    snprintf(line, sizeof(line), "net %s:%u is port %u\n", net.text,
             40000 + PORT, PORT);
    assert_string_equal(events, line);
    assert_int_equal(net.host.port(net.host.ctx, slot), 40000 + PORT);
    int fd = dial(40000 + PORT);
    assert_true(wait_for(" accepted 0 1"));
    close(fd);
    close(other);
}

static void a_lost_link_resets_the_real_peer(void **state)
{
    (void)state;
    char byte;
    (void)net_listen(chip, PORT);
    int fd = dial(PORT);
    assert_true(wait_for(" accepted"));
    is_up = false;
    net_link_changed(chip);
    assert_int_equal(recv(fd, &byte, 1, 0), -1);
    assert_int_equal(errno, ECONNRESET);
    close(fd);
    assert_int_equal(dial(PORT), -1);
    is_up = true;
    net_link_changed(chip);
    fd = dial(PORT);
    assert_true(fd >= 0);
    close(fd);
}

static void a_peer_that_ends_is_told(void **state)
{
    (void)state;
    struct linger now = {1, 0};
    (void)net_listen(chip, PORT);
    int fd = dial(PORT);
    assert_true(wait_for(" accepted 0 1"));
    shutdown(fd, SHUT_WR);
    assert_true(wait_for(" closed 1"));
    close(fd);
    fd = dial(PORT);
    assert_true(wait_for(" accepted 0 1"));
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
    close(fd);
    assert_true(wait_for(" reset 1"));
}

static void nothing_is_lost_to_a_slow_reader(void **state)
{
    (void)state;
    static uint8_t block[1460];
    size_t sent = 0;
    int error;
    (void)net_listen(chip, PORT);
    int fd = dial(PORT);
    assert_true(wait_for(" accepted 0 1"));
    for (unsigned i = 0; i < 2000; i++) {
        heard[0] = 0;
        net_send(chip, 1, block, sizeof(block));
        sent += sizeof(block);
        if (!wait_for(" sent 1 ")) {
            break; /* the reader does not read: it stands still */
        }
    }
    assert_true(sent < 2000 * sizeof(block));
    assert_true(net.slot[1].out.size > 0);
    net_close(chip, 1, false);
    assert_int_equal(drain(fd, &error), sent);
    assert_int_equal(error, 0);
    close(fd);
}

static void a_fast_sender_is_held_back(void **state)
{
    (void)state;
    static char block[4096];
    size_t sent = 0;
    (void)net_listen(chip, PORT);
    int fd = dial(PORT);
    assert_true(wait_for(" accepted 0 1"));
    for (unsigned i = 0; i < 1000; i++) {
        ssize_t n = send(fd, block, sizeof(block), MSG_DONTWAIT);
        sent += n > 0 ? (size_t)n : 0;
        turn();
    }
    shutdown(fd, SHUT_WR);
    assert_true(wait_for(" closed 1"));
    assert_int_equal(taken, sent);
    assert_true(sent > 100000);
    close(fd);
}

static void the_device_connects_from_its_address(void **state)
{
    (void)state;
    struct sockaddr_in own = at(INADDR_LOOPBACK, 0), from;
    socklen_t size = sizeof(own);
    int server = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(server, (struct sockaddr *)&own, sizeof(own)), 0);
    assert_int_equal(listen(server, 1), 0);
    assert_int_equal(getsockname(server, (struct sockaddr *)&own, &size), 0);
    unsigned slot =
        net_connect(chip, INADDR_LOOPBACK, ntohs(own.sin_port), 4321);
    assert_true(wait_for(" connected 0"));
    int fd = accept(server, (struct sockaddr *)&from, &size);
    assert_int_equal(ntohl(from.sin_addr.s_addr), net.address);
    assert_int_equal(ntohs(from.sin_port), 4321);
    net_close(chip, slot, true);
    close(fd);
    close(server);
    (void)net_connect(chip, INADDR_LOOPBACK, ntohs(own.sin_port), 0);
    assert_true(wait_for(" reset 0"));
}

static int udp_peer(void)
{
    struct ip_mreqn lo = {.imr_ifindex = (int)if_nametoindex("lo")};
    struct sockaddr_in own = at(INADDR_LOOPBACK, 0);
    struct timeval limit = {5, 0};
    int fd = socket(AF_INET, SOCK_DGRAM, 0), one = 1;
    assert_int_equal(bind(fd, (struct sockaddr *)&own, sizeof(own)), 0);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
    setsockopt(fd, SOL_SOCKET, SO_BROADCAST, &one, sizeof(one));
    setsockopt(fd, IPPROTO_IP, IP_MULTICAST_IF, &lo, sizeof(lo));
    return fd;
}

static void datagrams_groups_and_broadcasts_are_answered(void **state)
{
    (void)state;
    static const uint32_t to[] = {0, GROUP, 0x7FFFFFFFu};
    char got[8];
    int fd = udp_peer();
    (void)net_udp(chip, PORT);
    assert_true(net_join(chip, GROUP));
    for (unsigned i = 0; i < 3; i++) {
        struct sockaddr_in where = at(to[i] ? to[i] : net.address, PORT), from;
        socklen_t size = sizeof(from);
        heard[0] = 0;
        assert_int_equal(
            sendto(fd, "ask", 3, 0, (struct sockaddr *)&where, sizeof(where)),
            3);
        assert_true(wait_for(" datagram 0 ask"));
        assert_int_equal(
            recvfrom(fd, got, sizeof(got), 0, (struct sockaddr *)&from, &size),
            3);
        assert_int_equal(ntohl(from.sin_addr.s_addr), net.address);
    }
    /* What it says to the group itself does not come back to it. */
    heard[0] = 0;
    net_send_to(chip, 0, GROUP, PORT, (const uint8_t *)"own", 3);
    net_leave(chip, GROUP);
    struct sockaddr_in where = at(GROUP, PORT);
    (void)!sendto(fd, "left", 4, 0, (struct sockaddr *)&where, sizeof(where));
    for (unsigned i = 0; i < 10; i++) {
        turn();
    }
    assert_string_equal(heard, "");
    close(fd);
}

static void idle_descriptors_are_only_what_is_open(void **state)
{
    (void)state;
    bench_poll_clear(&row);
    bench_net_poll(&net, &row);
    assert_int_equal(row.count, 0);
    (void)net_listen(chip, PORT);
    bench_net_poll(&net, &row);
    assert_int_equal(row.count, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define T(fn) cmocka_unit_test_setup_teardown(fn, make, drop)
        T(benches_differ_in_their_address),
        T(an_address_is_one_of_the_loopback),
        T(a_client_is_served_and_hears_the_end),
        T(a_port_that_is_taken_is_mapped),
        T(a_lost_link_resets_the_real_peer),
        T(a_peer_that_ends_is_told),
        T(nothing_is_lost_to_a_slow_reader),
        T(a_fast_sender_is_held_back),
        T(the_device_connects_from_its_address),
        T(datagrams_groups_and_broadcasts_are_answered),
        T(idle_descriptors_are_only_what_is_open),
#undef T
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
