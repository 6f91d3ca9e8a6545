/* The MQTT session: the way to it, what it says and in which order, when it
 * tries again. */
#include "test/firmware/core/mqtt_fixture.h"

#define WILL "tele/tasmota_A1B2C3/LWT = "

/* ---- the way there ---- */

static void without_a_host_nobody_is_asked(void **state)
{
    (void)state;
    fake_type(&fd, "MqttHost 0");
    fake_run(&fd, 60000);
    assert_int_equal(fd.device.mqtt.state, MQTT_OFF);
    assert_int_equal(fake_net.connects, 0);
}

static void without_wi_fi_nobody_is_asked(void **state)
{
    const struct hal_wifi_event lost = {.change = HAL_WIFI_LOST};
    (void)state;
    fake_run(&fd, 20);
    fake_wifi(&fd, &lost);
    fake_run(&fd, 1000);
    assert_int_equal(fake_net.names, 1);
    fake_resolved(&fd, NULL);
    fake_run(&fd, 20000);
    assert_int_equal(fake_net.names, 1);
    join();
    fake_run(&fd, 20);
    assert_int_equal(fake_net.names, 2);
}

static void connect_says_who_and_leaves_a_will(void **state)
{
    (void)state;
    reach();
    assert_string_equal(fake_net.name, "");
    assert_memory_equal(fake_net.tcp[fd.device.mqtt.socket].ip, broker_ip, 4);
    assert_int_equal(fake_net.tcp[fd.device.mqtt.socket].port, 1883);
    assert_string_equal(heard(), "CONNECT flags 2e, keep 30, client "
                                 "DVES_A1B2C3, will " WILL "Offline\n");
}

static void connect_has_what_was_set(void **state)
{
    (void)state;
    fake_type(&fd, "Backlog0 MqttUser ann;MqttPassword correct horse;MqttPort "
                   "18830;MqttClient lamp;MqttKeepAlive 7;Prefix3 "
                   "t;FullTopic %topic%/%prefix%");
    fake_run(&fd, 2100);
    reach();
    assert_int_equal(fake_net.tcp[fd.device.mqtt.socket].port, 18830);
    assert_string_equal(heard(), "CONNECT flags ee, keep 7, client lamp, will "
                                 "tasmota_A1B2C3/t/LWT = Offline, user ann, "
                                 "password correct horse\n");
}

/* As the page saves it: while the last change is not in effect yet there is no
 * session that would end again at once. */
static void what_is_saved_connects_once(void **state)
{
    (void)state;
    fake_type(&fd, "MqttHost 0");
    fake_run(&fd, 3000);
    unsigned before = fake_net.names;
    fake_type(&fd, "Backlog0 MqttHost other;MqttUser ann");
    fake_run(&fd, MQTT_CHANGE_MS - 100);
    assert_int_equal(fake_net.names, before);
    fake_run(&fd, 200);
    assert_int_equal(fake_net.names, before + 1);
    /* A topic restarts the device. */
    fake_type(&fd, "MqttHost 0");
    fake_run(&fd, 3000);
    before = fake_net.names;
    fake_type(&fd, "Backlog0 MqttHost other;Topic lamp");
    fake_run(&fd, DEVICE_RESTART_MS + 100);
    assert_int_equal(fake.restarts, 1);
    assert_int_equal(fake_net.names, before);
}

/* The longest texts that can be set fit into the packet. */
static void the_longest_connect_fits(void **state)
{
    char line[200];
    static const struct {
        const char *name;
        int size;
        char fill;
    } rows[] = {
        {"MqttUser", SETTINGS_NAME, 'u'},
        {"MqttPassword", SETTINGS_PASSWORD, 'p'},
        {"MqttClient", SETTINGS_NAME, 'c'},
        {"FullTopic", SETTINGS_FULL_TOPIC, 'f'},
        {"Prefix3", SETTINGS_PREFIX, 't'},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char text[100] = "";
        memset(text, rows[i].fill, (size_t)rows[i].size);
        snprintf(line, sizeof(line), "%s %s", rows[i].name, text);
        fake_type(&fd, line);
    }
    fake_run(&fd, 2100);
    reach();
    assert_non_null(strstr(heard(), "password ppppppppppppp"));
}

static void the_order_is_tasmotas(void **state)
{
    (void)state;
    reach();
    heard();
    broker_answers(0);
    assert_string_equal(
        heard(),
        "RETAIN " WILL "Online\n"
        "RETAIN cmnd/tasmota_A1B2C3/POWER = \n"
        "SUBSCRIBE cmnd/tasmota_A1B2C3/#\n"
        "SUBSCRIBE cmnd/tasmotas/#\n"
        "SUBSCRIBE cmnd/DVES_A1B2C3_fb/#\n"
        "PUBLISH tele/tasmota_A1B2C3/INFO1 = "
        "{\"Info1\":{\"Module\":\"Sonoff Basic\",\"Version\":\"" POGO_VERSION
        "(pogo)\",\"FallbackTopic\":\"cmnd/DVES_A1B2C3_fb/\",\"GroupTopic\":"
        "\"cmnd/tasmotas/\"}}\n"
        "PUBLISH tele/tasmota_A1B2C3/INFO2 = "
        "{\"Info2\":{\"WebServerMode\":\"Admin\",\"Hostname\":"
        "\"tasmota-A1B2C3-4803\",\"IPAddress\":\"192.168.1.50\"}}\n"
        "PUBLISH tele/tasmota_A1B2C3/INFO3 = "
        "{\"Info3\":{\"RestartReason\":\"Power On\",\"BootCount\":1}}\n"
        "PUBLISH stat/tasmota_A1B2C3/RESULT = {\"POWER\":\"OFF\"}\n"
        "PUBLISH stat/tasmota_A1B2C3/POWER = OFF\n");
    fake_run(&fd, 4900);
    assert_string_equal(heard(), "");
    fake_run(&fd, 200);
    assert_true(has_heard("PUBLISH tele/tasmota_A1B2C3/STATE = {\"Time\":"));
}

static void info_is_told_once_a_start(void **state)
{
    (void)state;
    fake_closed(&fd, fd.device.mqtt.socket);
    fake_run(&fd, 10100);
    reach();
    heard();
    broker_answers(0);
    heard();
    assert_null(strstr(said, "INFO"));
    assert_non_null(strstr(said, "RETAIN " WILL "Online\n"));
    assert_non_null(strstr(said, "POWER = OFF\n"));
    assert_int_equal(fd.device.mqtt.count, 2);
}

/* ---- failures ---- */

static void refusals_are_told_in_words(void **state)
{
    static const char *const words[] = {
        "broker does not speak MQTT 3.1.1", "broker refused the client's name",
        "broker is not available", "broker refused user or password",
        "broker does not let us in"};
    (void)state;
    for (uint8_t code = 1; code <= 5; code++) {
        reach();
        fake_type(&fd, ""); /* somebody is there to read it */
        fake_forget();
        broker_answers(code);
        assert_true(fake_said("MQT: Connect failed: "));
        assert_true(fake_said(words[code - 1]));
        assert_false(fake_net.tcp[fd.device.mqtt.socket].is_used);
        fake_run(&fd, 150000);
        mqtt_stop(&fd.device);
        fake_net.name[0] = 0;
    }
}

/* Seconds from a failure to the next question for the name. */
static unsigned pause_s(void)
{
    unsigned names = fake_net.names, ms = 0;
    for (; fake_net.names == names && ms < 900000; ms += 10)
        fake_run(&fd, 10);
    return (ms + 500) / 1000;
}

static void pauses_grow_up_to_two_minutes(void **state)
{
    static const unsigned s[] = {10, 20, 30,  40,  50,  60,  70,
                                 80, 90, 100, 110, 120, 120, 120};
    (void)state;
    fake_run(&fd, 20);
    for (size_t i = 0; i < sizeof(s) / sizeof(s[0]); i++) {
        fake_net.random = 0;
        fake_resolved(&fd, NULL);
        assert_int_equal(fd.device.mqtt.state, MQTT_WAITING);
        assert_int_equal(pause_s(), s[i]);
    }
    assert_int_equal(fake_net.connects, 0);
    assert_true(fake_said("broker has no address: is the name right?. Next"));
}

static void pauses_are_never_all_alike(void **state)
{
    (void)state;
    fake_run(&fd, 20);
    fake_net.random = 2500;
    fake_resolved(&fd, NULL);
    assert_in_range(pause_s(), 12, 13);
    fake_net.random = 2501 + 2501 + 5000;
    fake_resolved(&fd, NULL);
    assert_in_range(pause_s(), 20, 25);
}

static void a_longer_retry_is_kept(void **state)
{
    (void)state;
    fake_type(&fd, "MqttRetry 600");
    fake_run(&fd, 2100);
    fake_resolved(&fd, NULL); /* to a question of before */
    fake_run(&fd, 20);
    for (unsigned i = 0; i < 3; i++) {
        fake_net.random = 0;
        fake_resolved(&fd, NULL);
        assert_int_equal(pause_s(), 600);
    }
}

static void a_session_that_held_starts_the_pauses_anew(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 2; i++) {
        fake_net.random = 0;
        fake_closed(&fd, fd.device.mqtt.socket);
        assert_int_equal(pause_s(), 10);
        reach();
        broker_answers(0);
        for (unsigned s = 0; s < 6; s++) {
            fake_run(&fd, 10000);
            broker_says("\xD0\0", 2);
            heard();
        }
    }
    fake_net.random = 0;
    fake_closed(&fd, fd.device.mqtt.socket);
    assert_int_equal(pause_s(), 10);
    reach();
    broker_answers(0);
    fake_net.random = 0;
    fake_closed(&fd, fd.device.mqtt.socket); /* at once */
    assert_int_equal(pause_s(), 20);
}

/* At any step of the way; the socket is free again. */
static void an_attempt_ends_after_ten_seconds(void **state)
{
    (void)state;
    for (unsigned step = 0; step < 3; step++) {
        mqtt_stop(&fd.device);
        fake_net.name[0] = 0;
        fake_run(&fd, 20);
        if (step > 0)
            fake_resolved(&fd, broker_ip);
        if (step > 1)
            fake_connected(&fd, fd.device.mqtt.socket);
        fake_run(&fd, 9900);
        assert_int_equal(fd.device.mqtt.state, MQTT_RESOLVING + (int)step);
        fake_run(&fd, 100);
        assert_int_equal(fd.device.mqtt.state, MQTT_WAITING);
        assert_false(fake_net.tcp[0].is_used);
        assert_true(fake_said("broker does not answer"));
    }
}

static void what_is_no_mqtt_ends_it(void **state)
{
    static const struct {
        const char *bytes;
        size_t size;
    } rows[] = {
        {"HTTP/1.1 400 Bad Request\r\nContent-Type: text/html\r\nConnection: "
         "close\r\nContent-Length: 999\r\n\r\n",
         94},
        {"\x20\x02\x01\x00", 4},
        {"\xD0\0", 2},
        {"\x90\x03\x00\x01\x01", 5},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        mqtt_stop(&fd.device);
        reach();
        broker_says(rows[i].bytes, rows[i].size);
        assert_int_equal(fd.device.mqtt.state, MQTT_WAITING);
        assert_false(fake_net.tcp[0].is_used);
    }
}

static void bytes_may_come_one_at_a_time(void **state)
{
    static const uint8_t connack[] = {0x20, 2, 0, 0};
    uint8_t bytes[100];
    (void)state;
    reach();
    for (size_t i = 0; i < sizeof(connack); i++)
        broker_says(connack + i, 1);
    assert_int_equal(fd.device.mqtt.state, MQTT_UP);
    size_t n = make_publish("cmnd/tasmota_A1B2C3/POWER", "ON", 2, bytes);
    for (size_t i = 0; i < n; i++)
        broker_says(bytes + i, 1);
    assert_true(fake.level[12]);
    n = make_publish("cmnd/tasmota_A1B2C3/POWER", "TOGGLE", 2, bytes);
    memcpy(bytes + n, bytes, n);
    broker_says(bytes, 2 * n);
    assert_true(fake.level[12]);
}

int main(void)
{
#define JOINED(name) cmocka_unit_test_setup(name, setup_joined)
#define UP(name) cmocka_unit_test_setup(name, setup_up)
    const struct CMUnitTest tests[] = {
        JOINED(without_a_host_nobody_is_asked),
        JOINED(without_wi_fi_nobody_is_asked),
        JOINED(connect_says_who_and_leaves_a_will),
        JOINED(what_is_saved_connects_once),
        JOINED(connect_has_what_was_set),
        JOINED(the_longest_connect_fits),
        JOINED(the_order_is_tasmotas),
        UP(info_is_told_once_a_start),
        JOINED(refusals_are_told_in_words),
        JOINED(pauses_grow_up_to_two_minutes),
        JOINED(pauses_are_never_all_alike),
        JOINED(a_longer_retry_is_kept),
        UP(a_session_that_held_starts_the_pauses_anew),
        JOINED(an_attempt_ends_after_ten_seconds),
        JOINED(what_is_no_mqtt_ends_it),
        JOINED(bytes_may_come_one_at_a_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
