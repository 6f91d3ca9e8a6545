/* Packets that are longer than the room for them, or than they say. */
#include "test/firmware/core/mqtt_fixture.h"

#define OWN "cmnd/tasmota_A1B2C3/"

/* More than 1200 bytes go by, and what follows is taken. A broker that got no
 * answer to some with QoS 1 would send no more of them. */
static void a_packet_over_the_buffer_goes_by(void **state)
{
    static char text[5000];
    (void)state;
    memset(text, 'x', sizeof(text) - 1);
    for (unsigned i = 0; i < 4; i++) {
        unsigned qos = i & 2;
        broker_publishes(i % 2 ? "cmnd/tasmotas/DeviceName" : OWN "DeviceName",
                         text, qos);
        assert_int_equal(fake_said("MQT: a message of more than 1200 bytes"),
                         i == 0);
        assert_string_equal(heard(), qos ? "PUBACK 4660\n" : "");
    }
    assert_string_equal(fd.device.settings.device_name, "");
    broker_publishes(OWN "POWER", "1", 0);
    assert_true(fake.level[12]);
    assert_int_equal(fd.device.mqtt.count, 1);
}

/* What can't be ends the session; nothing of it is done. */
static void a_length_that_lies_ends_the_session(void **state)
{
    /* clang-format off */
    static const struct { const char *name, *bytes; size_t size; } rows[] = {
        {"a topic longer than the packet", "\x30\x0A\x00\x7F" "cmnd/ta1", 12},
        {"... with QoS 1", "\x32\x0A\x00\x09" "cmnd/ta1", 12},
        {"no room for the identifier", "\x32\x0A\x00\x07" "cmnd/ta1", 12},
        {"a size of more than four bytes", "\x30\xFF\xFF\xFF\xFF\x7F", 6},
        {"no topic", "\x30\x02\x00\x00", 4},
    };
    /* clang-format on */
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        print_message("# %s\n", rows[i].name);
        setup_up(state);
        fake_forget();
        broker_says(rows[i].bytes, rows[i].size);
        assert_true(fake_said("MQT: Connection lost: broker sent what is no"));
        assert_int_equal(fd.device.mqtt.state, MQTT_WAITING);
    }
}

/* A size that promises more than comes: what follows is taken for the rest, and
 * is never done. The device waits for nothing else with it, and leaves a broker
 * that has gone silent. */
static void a_packet_that_never_ends_does_nothing(void **state)
{
    static const char head[] = "\x30\xFF\xFF\x7F\x00\x18" OWN "POWER";
    uint8_t bytes[100];
    size_t size = make_publish(OWN "POWER", "1", 0, bytes);
    (void)state;
    broker_says(head, sizeof(head) - 1);
    for (unsigned i = 0; i < 3; i++)
        broker_says(bytes, size);
    assert_false(fake.level[12]);
    fake_type(&fd, "Power 1");
    assert_true(fake.level[12]);
    fake_run(&fd, 32000);
    assert_int_equal(fd.device.mqtt.state, MQTT_WAITING);
}

/* Up to the last byte of the buffer. */
static void the_longest_packet_is_taken(void **state)
{
    static char text[MQTT_PACKET];
    (void)state;
    memset(text, ' ', sizeof(text));
    size_t size = MQTT_PACKET - 2 - strlen(OWN "POWER");
    memcpy(text + size - 2, "ON", 3);
    broker_publishes(OWN "POWER", text, 0);
    assert_true(fake.level[12]);
}

int main(void)
{
#define UP(name) cmocka_unit_test_setup(name, setup_up)
    const struct CMUnitTest tests[] = {
        UP(a_packet_over_the_buffer_goes_by),
        UP(a_length_that_lies_ends_the_session),
        UP(a_packet_that_never_ends_does_nothing),
        UP(the_longest_packet_is_taken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
