/* MQTT packets: what a broker may say, what it may not, and what we say. The
 * bytes are written out from the standard's tables. */
#include "firmware/net/mqtt.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct mqtt_reader reader;

/* All bytes, in pieces of this size; how many packets came, the last one in
 * *packet. */
static unsigned take(const void *bytes, size_t size, size_t piece,
                     struct mqtt_packet *packet)
{
    const uint8_t *at = bytes;
    unsigned packets = 0;
    mqtt_reader_start(&reader);
    while (size > 0) {
        size_t n = piece < size ? piece : size, done = 0;
        while (done < n) {
            struct mqtt_packet next;
            bool has_packet;
            size_t took = mqtt_reader_take(&reader, at + done, n - done, &next,
                                           &has_packet);
            assert_in_range(took, 1, n - done);
            done += took;
            if (has_packet) {
                *packet = next;
                packets++;
            }
        }
        at += n;
        size -= n;
    }
    return packets;
}

static const struct {
    const char *name;
    const char *bytes;
    size_t size;
    struct mqtt_packet packet;
} rows[] = {
    {"accepted", "\x20\x02\x00\x00", 4, {.type = MQTT_CONNACK}},
    {"wrong password",
     "\x20\x02\x00\x04",
     4,
     {.type = MQTT_CONNACK, .code = MQTT_BAD_PASSWORD}},
    {"a message",
     "\x30\x08\x00\x03"
     "a/bOFF",
     10,
     {.type = MQTT_PUBLISH,
      .topic = "a/b",
      .topic_size = 3,
      .payload = "OFF",
      .payload_size = 3}},
    {"retained, empty",
     "\x31\x05\x00\x03"
     "a/b",
     7,
     {.type = MQTT_PUBLISH,
      .topic = "a/b",
      .topic_size = 3,
      .is_retained = true}},
    {"QoS 1, sent again",
     "\x3A\x08\x00\x03"
     "a/b\x12\x34"
     "1",
     10,
     {.type = MQTT_PUBLISH,
      .topic = "a/b",
      .topic_size = 3,
      .payload = "1",
      .payload_size = 1,
      .qos = 1,
      .id = 0x1234}},
    {"acknowledged", "\x40\x02\x00\x07", 4, {.type = MQTT_PUBACK, .id = 7}},
    {"subscribed",
     "\x90\x03\x00\x01\x01",
     5,
     {.type = MQTT_SUBACK, .id = 1, .code = 1}},
    {"not subscribed",
     "\x90\x03\x00\x01\x80",
     5,
     {.type = MQTT_SUBACK, .id = 1, .code = 0x80}},
    {"alive", "\xD0\x00", 2, {.type = MQTT_PINGRESP}},
    /* 0 in four bytes: 2.2.3 does not forbid it. */
    {"a long form of a short size",
     "\xD0\x80\x80\x80\x00",
     5,
     {.type = MQTT_PINGRESP}},
};

static void a_broker_is_understood(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct mqtt_packet *want = &rows[i].packet;
        for (size_t piece = 1; piece <= rows[i].size; piece++) {
            struct mqtt_packet is = {0};
            print_message("# %s, %zu bytes at a time\n", rows[i].name, piece);
            assert_int_equal(take(rows[i].bytes, rows[i].size, piece, &is), 1);
            assert_int_equal(is.type, want->type);
            assert_int_equal(is.code, want->code);
            assert_int_equal(is.id, want->id);
            assert_int_equal(is.qos, want->qos);
            assert_int_equal(is.is_retained, want->is_retained);
            assert_int_equal(is.topic_size, want->topic_size);
            assert_int_equal(is.payload_size, want->payload_size);
            if (want->topic) {
                assert_memory_equal(is.topic, want->topic, is.topic_size);
            }
            if (want->payload) {
                assert_memory_equal(is.payload, want->payload, is.payload_size);
            }
        }
    }
}

static const struct {
    const char *name;
    const char *bytes;
    size_t size;
} broken[] = {
    {"type 0", "\x00\x00", 2},
    {"a broker that connects", "\x10\x00", 2},
    {"a broker that subscribes", "\x82\x00", 2},
    {"type 15", "\xF0\x00", 2},
    {"flags that are reserved", "\x21\x02\x00\x00", 4},
    {"flags of an answer to a ping", "\xD1\x00", 2},
    {"a size in five bytes", "\x30\x80\x80\x80\x80", 5},
    {"an accepting that is too short", "\x20\x01\x00", 3},
    {"... too long", "\x20\x03\x00\x00\x00", 5},
    {"a session that we never had", "\x20\x02\x01\x00", 4},
    {"a code that does not exist", "\x20\x02\x00\x06", 4},
    {"QoS 2, which we never ask for",
     "\x34\x07\x00\x03"
     "a/b\x00\x01",
     9},
    {"QoS 3",
     "\x36\x07\x00\x03"
     "a/b\x00\x01",
     9},
    {"a topic longer than the packet",
     "\x30\x05\x00\x04"
     "a/b",
     7},
    {"no topic", "\x30\x02\x00\x00", 4},
    {"half a topic's size", "\x30\x01\x00", 3},
    {"a wildcard",
     "\x30\x05\x00\x03"
     "a/#",
     7},
    {"the other wildcard",
     "\x30\x05\x00\x03"
     "a/+",
     7},
    {"NUL in a topic",
     "\x30\x05\x00\x03"
     "a\0b",
     7},
    {"a topic that is no text",
     "\x30\x05\x00\x03"
     "a\xFF"
     "b",
     7},
    {"QoS 1 without an id",
     "\x32\x05\x00\x03"
     "a/b",
     7},
    {"id 0",
     "\x32\x07\x00\x03"
     "a/b\0\0",
     9},
    {"an acknowledgement of nothing", "\x40\x02\x00\x00", 4},
    {"subscribed, id 0", "\x90\x03\x00\x00\x01", 5},
    {"subscribed, with 3", "\x90\x03\x00\x01\x03", 5},
    {"a ping's answer with a body", "\xD0\x01\x00", 3},
};

static void what_breaks_the_standard_ends_it(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++) {
        struct mqtt_packet packet;
        bool has_packet;
        print_message("# %s\n", broken[i].name);
        assert_int_equal(take(broken[i].bytes, broken[i].size, 1, &packet), 0);
        assert_true(reader.is_broken);
        assert_int_equal(mqtt_reader_take(&reader, (const uint8_t *)"\xD0\x00",
                                          2, &packet, &has_packet),
                         2);
        assert_false(has_packet);
    }
}

static void what_is_too_long_goes_by(void **state)
{
    static uint8_t bytes[MQTT_PACKET + 64];
    struct mqtt_packet packet = {0};
    (void)state;
    for (unsigned more = 0; more < 2; more++) {
        size_t body = MQTT_PACKET + more;
        memset(bytes, 'x', sizeof(bytes));
        memcpy(bytes, "\x30\xB0\x09\x00\x03", 5);
        bytes[1] = (uint8_t)(0x80 | (body & 0x7F));
        bytes[2] = (uint8_t)(body >> 7);
        memcpy(bytes + 3 + body, "\xD0\x00", 2);
        assert_int_equal(take(bytes, 3 + body, 7, &packet), 1);
        assert_int_equal(packet.type, more ? MQTT_TOO_LONG : MQTT_PUBLISH);
        assert_int_equal(take(bytes, 3 + body + 2, 500, &packet), 2);
        assert_int_equal(packet.type, MQTT_PINGRESP);
    }
}

/* With QoS 1 its identifier is wanted, behind a topic of any size. */
static void what_is_too_long_has_its_id(void **state)
{
    static const struct {
        size_t topic, size;
        uint8_t first;
        const char *id;
        int is_right;
    } long_rows[] = {
        {1, 1300, 0x32, "\x12\x34", 1},    {1190, 1300, 0x32, "\x12\x34", 1},
        {1200, 1300, 0x3B, "\x12\x34", 1}, {1296, 1300, 0x32, "\x12\x34", 1},
        {1297, 1300, 0x32, "\x12\x34", 0}, {65535, 1300, 0x32, "\x12\x34", 0},
        {5, 1300, 0x32, "\0\0", 0},        {5, 1300, 0x34, "\x12\x34", 0},
        {5, 1300, 0x36, "\x12\x34", 0},
    };
    static uint8_t bytes[66000];
    (void)state;
    for (size_t i = 0; i < sizeof(long_rows) / sizeof(long_rows[0]); i++) {
        size_t topic = long_rows[i].topic, size = long_rows[i].size;
        const uint8_t head[] = {
            long_rows[i].first, (uint8_t)(0x80 | (size & 0x7F)),
            (uint8_t)(size >> 7), (uint8_t)(topic >> 8), (uint8_t)topic};
        memset(bytes, 'x', sizeof(bytes));
        memcpy(bytes, head, sizeof(head));
        memcpy(bytes + sizeof(head) + topic, long_rows[i].id, 2);
        for (size_t piece = 1; piece < 2000; piece += 333) {
            struct mqtt_packet packet = {0};
            assert_int_equal(take(bytes, 3 + size, piece, &packet),
                             long_rows[i].is_right);
            assert_int_equal(reader.is_broken, !long_rows[i].is_right);
            if (long_rows[i].is_right) {
                assert_int_equal(packet.type, MQTT_TOO_LONG);
                assert_int_equal(packet.qos, 1);
                assert_int_equal(packet.id, 0x1234);
            }
        }
    }
}

static void two_packets_in_one_piece(void **state)
{
    struct mqtt_packet packet = {0};
    (void)state;
    assert_int_equal(
        take("\x20\x02\x00\x00\xD0\x00\x40\x02\x00\x01", 10, 10, &packet), 3);
    assert_int_equal(packet.type, MQTT_PUBACK);
}

static void assert_bytes(const char *name, const uint8_t *is, size_t size,
                         const char *want, size_t want_size)
{
    print_message("# %s\n", name);
    assert_int_equal(size, want_size);
    assert_memory_equal(is, want, size);
}

static void what_we_say(void **state)
{
    uint8_t out[200];
    const struct mqtt_connect plain = {"me", NULL,     "unused",
                                       NULL, "unused", 30};
    const struct mqtt_connect all = {"me", "u", "pw", "t/LWT", "Offline", 300};
    (void)state;
    assert_bytes("connect", out, mqtt_write_connect(&plain, out, sizeof(out)),
                 "\x10\x0E\x00\x04MQTT\x04\x02\x00\x1E\x00\x02me", 16);
    assert_bytes("connect with all", out,
                 mqtt_write_connect(&all, out, sizeof(out)),
                 "\x10\x25\x00\x04MQTT\x04\xEE\x01\x2C\x00\x02me\x00\x05t/LWT"
                 "\x00\x07Offline\x00\x01u\x00\x02pw",
                 39);
    assert_bytes("publish", out,
                 mqtt_write_publish("a/b", "ON", 2, false, out, sizeof(out)),
                 "\x30\x07\x00\x03"
                 "a/bON",
                 9);
    assert_bytes("publish, retained, empty", out,
                 mqtt_write_publish("a/b", "", 0, true, out, sizeof(out)),
                 "\x31\x05\x00\x03"
                 "a/b",
                 7);
    assert_bytes("subscribe", out,
                 mqtt_write_subscribe(258, "a/#", out, sizeof(out)),
                 "\x82\x08\x01\x02\x00\x03"
                 "a/#\x01",
                 10);
    assert_bytes("acknowledge", out, mqtt_write_puback(9, out, sizeof(out)),
                 "\x40\x02\x00\x09", 4);
    assert_bytes("ping", out, mqtt_write_ping(out, sizeof(out)), "\xC0\x00", 2);
    assert_bytes("goodbye", out, mqtt_write_disconnect(out, sizeof(out)),
                 "\xE0\x00", 2);
}

static void a_long_message_has_a_long_size(void **state)
{
    static char payload[1024];
    static uint8_t out[1100];
    (void)state;
    memset(payload, 'p', sizeof(payload));
    /* 2 + 1 + 125: the last that fits one byte; then two. */
    assert_int_equal(
        mqtt_write_publish("t", payload, 124, false, out, sizeof(out)), 129);
    assert_int_equal(
        mqtt_write_publish("t", payload, 125, false, out, sizeof(out)), 131);
    assert_memory_equal(out, "\x30\x80\x01\x00\x01t", 6);
}

static void what_does_not_fit_is_not_written(void **state)
{
    uint8_t out[64];
    const struct mqtt_connect all = {"me", "u", "pw", "t", "Offline", 30};
    size_t whole = mqtt_write_connect(&all, out, sizeof(out));
    (void)state;
    assert_in_range(whole, 20, sizeof(out));
    for (size_t room = 0; room < whole; room++) {
        memset(out, 0xA5, sizeof(out));
        assert_int_equal(mqtt_write_connect(&all, out, room), 0);
        assert_int_equal(out[room], 0xA5);
    }
    assert_int_equal(mqtt_write_ping(out, 1), 0);
    assert_int_equal(mqtt_write_publish("a", "b", 1, false, out, 5), 0);
    assert_int_equal(mqtt_write_subscribe(1, "a", out, 7), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_broker_is_understood),
        cmocka_unit_test(what_breaks_the_standard_ends_it),
        cmocka_unit_test(what_is_too_long_goes_by),
        cmocka_unit_test(what_is_too_long_has_its_id),
        cmocka_unit_test(two_packets_in_one_piece),
        cmocka_unit_test(what_we_say),
        cmocka_unit_test(a_long_message_has_a_long_size),
        cmocka_unit_test(what_does_not_fit_is_not_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
