/* An MQTT session that is there: how it notices that the broker is gone, what
 * ends it, and that buttons do not wait for it. */
#include "test/firmware/core/mqtt_fixture.h"

#define WILL "tele/tasmota_A1B2C3/LWT = "

static void a_silent_session_is_pinged(void **state)
{
    (void)state;
    fake_type(&fd, "TelePeriod 0");
    fake_run(&fd, 12000); /* what is told after a connection */
    heard();
    for (unsigned i = 0; i < 20; i++) {
        fake_run(&fd, i ? 15010 : 3010); /* since the broker's last word */
        assert_string_equal(heard(), "PING\n");
        broker_says("\xD0\0", 2);
    }
    assert_int_equal(fd.device.mqtt.count, 1);
}

/* A broker ends a session after one and a half keepalives of silence, whatever
 * it says itself in that time (3.1.2.10). */
static void a_short_keepalive_is_kept_while_waiting(void **state)
{
    unsigned pings = 0;
    (void)state;
    fake_type(&fd, "Backlog0 TelePeriod 0;MqttKeepAlive 2");
    fake_run(&fd, 2100);
    reach();
    broker_answers(0);
    fake_run(&fd, 900);
    heard();
    for (unsigned i = 0; i < 4; i++) {
        fake_run(&fd, 1020);
        pings += has_heard("PING\n");
    }
    assert_int_equal(pings, 4);
    fake_run(&fd, 1500);
    assert_int_equal(fd.device.mqtt.state, MQTT_WAITING);
}

static void a_broker_that_does_not_answer_is_left(void **state)
{
    (void)state;
    fake_forget();
    fake_run(&fd, 29000);
    assert_int_equal(fd.device.mqtt.state, MQTT_UP);
    fake_run(&fd, 3000);
    assert_int_equal(fd.device.mqtt.state, MQTT_WAITING);
    assert_false(fake_net.tcp[fd.device.mqtt.socket].is_used);
    assert_true(fake_said("MQT: Connection lost: broker does not answer"));
}

static void wi_fi_lost_ends_it_and_comes_back_at_once(void **state)
{
    const struct hal_wifi_event lost = {.change = HAL_WIFI_LOST};
    (void)state;
    fake_wifi(&fd, &lost);
    fake_run(&fd, 20);
    assert_int_equal(fd.device.mqtt.state, MQTT_OFF);
    assert_false(fake_net.tcp[fd.device.mqtt.socket].is_used);
    fake_run(&fd, 6000); /* the next try of the Wi-Fi */
    join();
    reach();
}

static void settings_take_effect_without_a_restart(void **state)
{
    (void)state;
    fake_type(&fd, "MqttPort 1884");
    fake_type(&fd, "GroupTopic2 cellar");
    fake_run(&fd, 2100);
    heard();
    assert_non_null(strstr(said, "RESULT = {\"MqttPort\":1884}"));
    assert_non_null(strstr(said, "RETAIN " WILL "Offline\nDISCONNECT\n"));
    reach();
    assert_int_equal(fake_net.tcp[fd.device.mqtt.socket].port, 1884);
    heard();
    broker_answers(0);
    assert_true(has_heard("SUBSCRIBE cmnd/cellar/#\n"));
    assert_int_equal(fake.restarts, 0);
}

static void a_new_topic_leaves_no_will_behind(void **state)
{
    (void)state;
    fake_type(&fd, "FullTopic x/%prefix%/%topic%/");
    assert_true(has_heard("RETAIN " WILL "\n"));
    fake_run(&fd, 2100);
    assert_string_equal(heard(), "DISCONNECT\n");
}

static void setoption10_leaves_offline_behind(void **state)
{
    (void)state;
    fake_type(&fd, "SetOption10 1");
    fake_type(&fd, "Topic lamp");
    assert_true(has_heard("RETAIN " WILL "Offline\n"));
}

static void a_restart_says_goodbye(void **state)
{
    (void)state;
    fake_type(&fd, "Restart 1");
    assert_true(has_heard("{\"Restart\":\"Restarting\"}"));
    fake_run(&fd, 1400);
    assert_string_equal(heard(), "");
    fake_run(&fd, 500);
    assert_string_equal(heard(), "RETAIN " WILL "Offline\nDISCONNECT\n");
    fake_run(&fd, 500);
    assert_int_equal(fake.restarts, 1);
    assert_int_equal(fake_net.connects, 1);
}

static void setoption3_turns_mqtt_off(void **state)
{
    (void)state;
    fake_type(&fd, "SetOption3 0");
    fake_run(&fd, 20);
    heard();
    assert_non_null(strstr(said, "{\"SetOption3\":\"OFF\"}"));
    assert_non_null(strstr(said, "DISCONNECT"));
    fake_run(&fd, 60000);
    assert_int_equal(fd.device.mqtt.state, MQTT_OFF);
    fake_type(&fd, "Status 6");
    assert_true(fake_said("\"Error\""));
    fake_type(&fd, "SetOption3 1");
    fake_run(&fd, 20);
    assert_int_equal(fd.device.mqtt.state, MQTT_RESOLVING);
}

/* Somebody else's question comes first. */
static void a_busy_resolver_is_waited_for(void **state)
{
    (void)state;
    snprintf(fake_net.name, sizeof(fake_net.name), "ntp");
    fake_run(&fd, 1000);
    assert_int_equal(fd.device.mqtt.state, MQTT_WAITING);
    fake_resolved(&fd, broker_ip);
    assert_int_equal(fake_net.connects, 0);
    fake_run(&fd, 20);
    assert_string_equal(fake_net.name, "broker");
}

/* A queue that is full loses what is published, whole and told once; the
 * session goes on. */
static void a_slow_broker_loses_whole_packets(void **state)
{
    struct fake_tcp *tcp = &fake_net.tcp[fd.device.mqtt.socket];
    (void)state;
    fake_forget();
    for (unsigned i = 0; i < 300; i++) {
        tcp->queued = HAL_NET_QUEUE - i;
        command_run(&fd.device, "Power", 5);
    }
    const char *first = strstr(fake.text, "MQT: the broker is slow");
    assert_non_null(first);
    assert_null(strstr(first + 1, "MQT: the broker is slow"));
    tcp->queued = 0;
    heard(); /* whole packets only, or it fails */
    assert_int_equal(fd.device.mqtt.state, MQTT_UP);
}

/* Milliseconds from the button to the relay. */
static unsigned press_ms(void)
{
    bool was_on = fake.level[12];
    unsigned ms = 0;
    fake.is_closed[0] = true;
    for (; fake.level[12] == was_on && ms < 1000; ms++)
        fake_run(&fd, 1);
    fake.is_closed[0] = false;
    fake_run(&fd, 200);
    return ms;
}

/* At each step of the way to a broker that never answers, for a minute in all;
 * the debounce of 50 ms is in it, and the ticks of 10 ms of this test. */
static void the_button_does_not_wait_for_the_broker(void **state)
{
    (void)state;
    fake_type(&fd, "SetOption13 1");
    fake_run(&fd, 2000); /* inputs rest after a start */
    unsigned steps = 0;  /* a bit per state that it was in */
    for (unsigned i = 0; i < 60; i++) {
        struct mqtt_session *mqtt = &fd.device.mqtt;
        fake_run(&fd, 797);
        if (mqtt->state == MQTT_RESOLVING && i % 2)
            fake_resolved(&fd, broker_ip);
        else if (mqtt->state == MQTT_CONNECTING && i % 3 == 0)
            fake_connected(&fd, mqtt->socket);
        steps |= 1u << mqtt->state;
        assert_true(press_ms() <= 50 + 2 * 10);
    }
    assert_int_equal(steps, 1u << MQTT_WAITING | 1u << MQTT_RESOLVING |
                                1u << MQTT_CONNECTING | 1u << MQTT_GREETING);
    assert_int_equal(fd.device.mqtt.count, 0);
}

int main(void)
{
#define JOINED(name) cmocka_unit_test_setup(name, setup_joined)
#define UP(name) cmocka_unit_test_setup(name, setup_up)
    const struct CMUnitTest tests[] = {
        UP(a_silent_session_is_pinged),
        UP(a_short_keepalive_is_kept_while_waiting),
        UP(a_broker_that_does_not_answer_is_left),
        UP(wi_fi_lost_ends_it_and_comes_back_at_once),
        UP(settings_take_effect_without_a_restart),
        UP(a_new_topic_leaves_no_will_behind),
        UP(setoption10_leaves_offline_behind),
        UP(a_restart_says_goodbye),
        UP(setoption3_turns_mqtt_off),
        JOINED(a_busy_resolver_is_waited_for),
        JOINED(the_button_does_not_wait_for_the_broker),
        UP(a_slow_broker_loses_whole_packets),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
