/* What MQTT brings becomes commands, but for what is retained; replies and
 * telemetry go where clients look for them. */
#include "test/firmware/core/mqtt_fixture.h"

#define OWN "cmnd/tasmota_A1B2C3/"
#define STAT "PUBLISH stat/tasmota_A1B2C3/"

/* ---- commands ---- */

static void topics_are_commands(void **state)
{
    /* clang-format off */
    static const struct { const char *topic, *payload, *reply; } rows[] = {
        {OWN "POWER", "ON", STAT "RESULT = {\"POWER\":\"ON\"}\n" STAT "POWER = ON\n"},
        {OWN "POWER", "", STAT "RESULT = {\"POWER\":\"ON\"}\n" STAT "POWER = ON\n"},
        {OWN "POWER1", "TOGGLE", STAT "POWER = OFF\n"},
        {OWN "power", "1", STAT "POWER = ON\n"},
        {OWN "Power0", "0", STAT "POWER = OFF\n"},
        {OWN "Backlog0", "Power 1;Power 0", ""},
        {OWN "DeviceName", "a  b", STAT "RESULT = {\"DeviceName\":\"a  b\"}\n"},
        {OWN "a/deeper/Module", "", STAT "RESULT = {\"Module\":{\"1\":\"Sonoff Basic\"}}\n"},
        {OWN "XYZ", "1", STAT "RESULT = {\"Command\":\"Unknown\",\"Input\":\"XYZ\"}\n"},
        {OWN "STATUS", "1", STAT "STATUS1 = {\"StatusPRM\":"},
        {OWN "STATE", "", STAT "RESULT = {\"Time\":"},
        {"cmnd/tasmotas/POWER", "1", STAT "POWER = ON\n"},
        {"cmnd/DVES_A1B2C3_fb/POWER", "0", STAT "POWER = OFF\n"},
        {OWN, "1", ""},
        {"cmnd/tasmota_A1B2C3", "1", ""},
        {"cmnd/tasmota_A1B2C/POWER", "1", ""},
        {"cmnd/tasmota_A1B2C33/POWER", "1", ""},
        {"stat/tasmota_A1B2C3/POWER", "1", ""},
    };
    /* clang-format on */
    (void)state;
    for (unsigned qos = 0; qos <= 2; qos += 2) {
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
            broker_publishes(rows[i].topic, rows[i].payload, qos);
            heard();
            if (strcmp(rows[i].reply, "") == 0)
                assert_string_equal(said, qos ? "PUBACK 4660\n" : "");
            else
                assert_non_null(strstr(said, rows[i].reply));
            assert_true(!qos || strncmp(said, "PUBACK 4660\n", 12) == 0);
            fake_run(&fd, 20);
            heard();
        }
    }
}

static void what_is_retained_does_nothing(void **state)
{
    static const char *const topics[] = {OWN "POWER", "cmnd/tasmotas/POWER",
                                         "cmnd/DVES_A1B2C3_fb/POWER",
                                         OWN "Restart", OWN "Backlog"};
    (void)state;
    for (size_t i = 0; i < sizeof(topics) / sizeof(topics[0]); i++) {
        for (unsigned qos = 0; qos <= 2; qos += 2) {
            broker_publishes(topics[i], "1", 1 | qos);
            assert_string_equal(heard(), qos ? "PUBACK 4660\n" : "");
            assert_false(fake.level[12]);
            assert_false(fd.device.will_restart);
        }
    }
    fake_type(&fd, "SerialLog 3");
    broker_publishes(OWN "POWER", "1", 1);
    assert_true(
        fake_said("MQT: Left out, because it is retained: " OWN "POWER"));
}

static void secrets_are_not_published(void **state)
{
    (void)state;
    fake_type(&fd, "Backlog0 MqttLog 4;SerialLog 4;WebLog 4");
    fake_run(&fd, 100);
    heard();
    fake_forget();
    broker_publishes(OWN "Password1", "correct horse", 0);
    broker_publishes(OWN "MqttPassword", "battery staple", 0);
    broker_publishes(OWN "MqttPassword", "", 0);
    heard();
    assert_null(strstr(said, "horse"));
    assert_null(strstr(said, "staple"));
    assert_non_null(strstr(said, "RESULT = {\"MqttPassword\":\"****\"}"));
    assert_string_equal(fd.device.settings.mqtt_password, "battery staple");
}

/* ---- names ---- */

static void topics_follow_the_settings(void **state)
{
    /* clang-format off */
    static const struct { const char *set, *lines; } rows[] = {
        {"Topic lamp", "SUBSCRIBE cmnd/lamp/#\n"},
        {"FullTopic home/%topic%/%prefix%", "SUBSCRIBE home/lamp/cmnd/#\nSUBSCRIBE home/tasmotas/cmnd/#\n"},
        {"FullTopic home/%topic%", "SUBSCRIBE home/lamp/cmnd/#\nSUBSCRIBE home/tasmotas/cmnd/#\nSUBSCRIBE cmnd/DVES"},
        {"FullTopic %prefix%/%hostname%/%id%", "SUBSCRIBE cmnd/lamp-4803/5CCF7FA1B2C3/#\nPUBLISH"},
        {"FullTopic 1", "SUBSCRIBE cmnd/lamp/#\nSUBSCRIBE cmnd/tasmotas/#\n"},
        {"FullTopic %pre fix%/+%topic%#", "SUBSCRIBE cmnd/lamp/#\nSUBSCRIBE cmnd/tasmotas/#\n"},
        {"GroupTopic2 cellar", "SUBSCRIBE cmnd/tasmotas/#\nSUBSCRIBE cmnd/cellar/#\n"},
        {"Backlog0 FullTopic x/%prefix%/%topic%/;SetOption75 1", "SUBSCRIBE x/cmnd/lamp/#\nSUBSCRIBE cmnd/tasmotas/#\nSUBSCRIBE cmnd/cellar/#\n"},
        {"Prefix1 do", "SUBSCRIBE x/do/lamp/#\nSUBSCRIBE do/tasmotas/#\n"},
        {"MqttClient me", "SUBSCRIBE do/me_fb/#\n"},
    };
    /* clang-format on */
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        fake_type(&fd, rows[i].set);
        fd.device.will_restart = false; /* Topic's: the session is enough */
        fake_run(&fd, 100);
        fd.device.mqtt.has_changes = false;
        mqtt_stop(&fd.device);
        reach();
        heard();
        broker_answers(0);
        heard();
        if (!strstr(said, rows[i].lines))
            fail_msg("%s: %s", rows[i].set, said);
    }
}

static void names_that_break_topics_are_refused(void **state)
{
    static const char *const lines[] = {
        "Topic a b",           "Topic a#",
        "Topic a/b",           "Topic a\"b",
        "Topic \xC3(",         "FullTopic a\"b",
        "Prefix1 a/b",         "Prefix1 stat",
        "Prefix2 cmnd",        "Prefix3 stat",
        "Prefix4 x",           "GroupTopic5 x",
        "GroupTopic x/y",      "MqttClient a/",
        "MqttHost a b",        "MqttUser \xFF",
        "Prefix1 01234567890",
    };
    (void)state;
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        fake_type(&fd, lines[i]);
        if (!fake_said("\"Command\":\"Error\""))
            fail_msg("%s: %s", lines[i], fake.text);
    }
}

static void questions_show_the_defaults(void **state)
{
    /* clang-format off */
    static const struct { const char *line, *reply; } rows[] = {
        {"FullTopic", "{\"FullTopic\":\"%prefix%/%topic%/\"}"},
        {"FullTopic %topic%/ %prefix%", "{\"FullTopic\":\"%topic%/%prefix%/\"}"},
        {"FullTopic +", "{\"FullTopic\":\"%prefix%/%topic%/\"}"},
        {"Prefix", "{\"Prefix1\":\"cmnd\",\"Prefix2\":\"stat\",\"Prefix3\":\"tele\"}"},
        {"Prefix2", "{\"Prefix2\":\"stat\"}"},
        {"GroupTopic", "{\"GroupTopic1\":\"tasmotas\",\"GroupTopic2\":\"\",\"GroupTopic3\":\"\",\"GroupTopic4\":\"\"}"},
        {"MqttClient", "{\"MqttClient\":\"DVES_A1B2C3\"}"},
        {"MqttUser", "{\"MqttUser\":\"\"}"},
        {"MqttPassword", "{\"MqttPassword\":\"\"}"},
        {"MqttPort", "{\"MqttPort\":1883}"},
        {"MqttRetry", "{\"MqttRetry\":10}"},
        {"MqttKeepAlive", "{\"MqttKeepAlive\":30}"},
        {"MqttLog", "{\"MqttLog\":{\"0\":{\"Active\":\"0\"}}}"},
        {"TelePeriod", "{\"TelePeriod\":300}"},
        {"TelePeriod 9", "{\"TelePeriod\":10}"},
        {"TelePeriod 1", "{\"TelePeriod\":300}"},
        {"TelePeriod 3601", "\"Error\""},
        {"TelePeriod 0", "{\"TelePeriod\":0}"},
        {"StateRetain", "{\"StateRetain\":\"OFF\"}"},
        {"StateRetain 1", "{\"StateRetain\":\"ON\"}"},
        {"StateRetain 2", "\"Error\""},
        {"ButtonRetain", "{\"ButtonRetain\":\"OFF\"}"},
        {"Status", "\"ButtonRetain\":0,\"SwitchRetain\":0,\"SensorRetain\":0,\"PowerRetain\":0,\"InfoRetain\":0,\"StateRetain\":1,\"StatusRetain\":0}}"},
        {"Status 6", "{\"StatusMQT\":{\"MqttHost\":\"broker\",\"MqttPort\":1883,\"MqttClientMask\":\"DVES_%06X\",\"MqttClient\":\"DVES_A1B2C3\",\"MqttUser\":\"\",\"MqttCount\":1,\"MAX_PACKET_SIZE\":1200,\"KEEPALIVE\":30,\"SOCKET_TIMEOUT\":4}}"},
        {"Status 3", "\"SerialLog\":2,\"WebLog\":2,\"MqttLog\":0,"},
        {"Status 3", "\"TelePeriod\":0,"},
        {"State", ",\"MqttCount\":1,\"POWER\":\"OFF\""},
    };
    /* clang-format on */
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        fake_type(&fd, rows[i].line);
        if (!fake_said(rows[i].reply))
            fail_msg("%s: %s", rows[i].line, fake.text);
    }
}

/* ---- what is told ---- */

static void setoption4_is_a_topic_per_command(void **state)
{
    (void)state;
    fake_type(&fd, "SetOption4 1");
    heard();
    broker_publishes(OWN "power", "1", 0);
    assert_string_equal(heard(), STAT "POWER = {\"POWER\":\"ON\"}\n" STAT
                                      "POWER = ON\n");
}

static void setoption90_leaves_only_json(void **state)
{
    (void)state;
    fake_type(&fd, "SetOption90 1");
    heard();
    broker_publishes(OWN "power", "1", 0);
    assert_string_equal(heard(), STAT "RESULT = {\"POWER\":\"ON\"}\n");
    assert_true(fake_said("RSL: POWER = ON")); /* the console has both */
}

/* The parts, and then all of it for who waits for one message. */
static void status_0_comes_in_parts_and_whole(void **state)
{
    (void)state;
    broker_publishes(OWN "STATUS", "0", 0);
    heard();
    const char *at = said;
    static const char *const topics[] = {"",  "1", "2", "3",  "4",
                                         "5", "6", "7", "10", "11"};
    for (size_t i = 0; i < sizeof(topics) / sizeof(topics[0]); i++) {
        char line[64];
        snprintf(line, sizeof(line), STAT "STATUS%s = {\"Status", topics[i]);
        assert_ptr_equal(strstr(at, line), at);
        at = strchr(at, '\n') + 1;
    }
    assert_string_equal(at, "");
    fake_net.tcp[fd.device.mqtt.socket].queued = HAL_NET_QUEUE - 1000;
    fake_run(&fd, 200); /* the parts are on their way */
    assert_false(has_heard("STATUS0"));
    fake_run(&fd, 60);
    heard();
    assert_ptr_equal(strstr(said, STAT "STATUS0 = {\"Status\":{"), said);
    assert_non_null(strstr(said, "},\"StatusNET\":{"));
    assert_non_null(strstr(said, "},\"StatusSTS\":{"));
    fake_run(&fd, 200);
    assert_false(has_heard("STATUS0"));
    broker_publishes(OWN "_STATUS", "0", 0);
    fake_run(&fd, 200);
    assert_false(has_heard("STATUS"));
}

static void retain_settings_are_per_kind(void **state)
{
    /* clang-format off */
    static const struct { const char *set, *line, *wanted, *other; } rows[] = {
        {"PowerRetain 1", "Power", "RETAIN stat/tasmota_A1B2C3/POWER = OFF\n", STAT "RESULT ="},
        {"StatusRetain 1", "Status 1", "RETAIN stat/tasmota_A1B2C3/STATUS1 = ", NULL},
        {"SetOption104 1", "Power", STAT "POWER = OFF\n", STAT "RESULT ="},
    };
    /* clang-format on */
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        fake_type(&fd, rows[i].set);
        heard();
        fake_type(&fd, rows[i].line);
        heard();
        assert_non_null(strstr(said, rows[i].wanted));
        if (rows[i].other)
            assert_non_null(strstr(said, rows[i].other));
    }
}

/* LedState's sum: the LED (active low) changes for LED_BLINK_MS, or does not.
 */
static void the_led_blinks_at_what_ledstate_says(void **state)
{
    static const struct {
        const char *set;
        bool at_heard, at_said;
    } rows[] = {
        {"LedState 1", false, false}, {"LedState 3", true, false},
        {"LedState 5", false, true},  {"LedState 7", true, true},
        {"LedState 2", true, false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        fake_type(&fd, rows[i].set);
        fake_run(&fd, 2 * LED_BLINK_MS);
        bool before = fake.level[13];
        fake_type(&fd, "Publish a b");
        assert_int_equal(fake.level[13] != before, rows[i].at_said);
        fake_run(&fd, 2 * LED_BLINK_MS);
        assert_int_equal(fake.level[13], before);
        /* Silently: the answer is not published. */
        broker_publishes(OWN "_Delay", "", 0);
        assert_int_equal(fake.level[13] != before, rows[i].at_heard);
    }
}

static void publish_says_whether_it_could(void **state)
{
    fake_type(&fd, "Publish a/b some words");
    assert_true(fake_said("{\"Publish\":\"Done\"}"));
    assert_true(has_heard("PUBLISH a/b = some words\n"));
    (void)fake_basic(state);
    fake_type(&fd, "Publish a/b some words");
    assert_true(fake_said("\"Error\"")); /* no broker */
}

static unsigned count_heard(const char *line)
{
    unsigned n = 0;
    for (const char *at = heard(); (at = strstr(at, line)); at++)
        n++;
    return n;
}

/* Seconds with a broker that answers pings; how often this was told. */
static unsigned told_in(unsigned s, const char *line)
{
    unsigned n = 0;
    for (; s > 0; s--) {
        fake_run(&fd, 1000);
        broker_says("\xD0\0", 2);
        n += count_heard(line);
    }
    return n;
}

static void publish_says_anything_anywhere(void **state)
{
    /* clang-format off */
    static const struct { const char *line, *sent; } rows[] = {
        {"Publish a/b c  d", "PUBLISH a/b = c  d\n"},
        {"Publish1 a/b", "PUBLISH a/b = \n"},
        {"Publish2 a/b 5", "RETAIN a/b = 5\n"},
        {"Publish a/# 5", STAT "RESULT = {\"Command\":\"Error\",\"Input\":\"Publish a/# 5\"}\n"},
        {"Publish a+ 5", STAT "RESULT = {\"Command\":\"Error\""},
        {"Publish \xFF 5", STAT "RESULT = {\"Command\":\"Error\""},
        {"Publish", STAT "RESULT = {\"Command\":\"Error\""},
        {"Publish3 a 5", STAT "RESULT = {\"Command\":\"Error\""},
    };
    /* clang-format on */
    char line[400];
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        fake_type(&fd, rows[i].line);
        heard();
        assert_non_null(strstr(said, rows[i].sent));
    }
    memset(line, 'a', sizeof(line));
    snprintf(line + 300, sizeof(line) - 300, " 5");
    memcpy(line, "Publish ", 8);
    fake_type(&fd, line);
    assert_true(fake_said("\"Error\""));
    mqtt_stop(&fd.device);
    fake_type(&fd, "Publish a 5");
    assert_true(fake_said("\"Error\""));
}

static void setoption59_tells_state_after_power(void **state)
{
    (void)state;
    fake_run(&fd, 6000); /* the first telemetry */
    heard();
    fake_type(&fd, "Power 1");
    fake_run(&fd, 100);
    assert_false(has_heard("/STATE = "));
    fake_type(&fd, "SetOption59 1");
    fake_type(&fd, "Power 0");
    fake_run(&fd, 20);
    assert_true(has_heard("PUBLISH tele/tasmota_A1B2C3/STATE = {"));
    fake_run(&fd, 100);
    assert_false(has_heard("/STATE = "));
    fake_type(&fd, "State");
    fake_run(&fd, 20);
    assert_true(has_heard("PUBLISH tele/tasmota_A1B2C3/STATE = {"));
}

static void telemetry_comes_every_teleperiod(void **state)
{
    (void)state;
    fake_type(&fd, "TelePeriod 60");
    assert_int_equal(told_in(6, "PUBLISH tele/tasmota_A1B2C3/STATE = {"), 1);
    assert_int_equal(told_in(600, "PUBLISH tele/tasmota_A1B2C3/STATE = {"), 10);
    assert_int_equal(told_in(600, "tele/tasmota_A1B2C3/SENSOR"), 0);
    fake_type(&fd, "TelePeriod");
    assert_int_equal(told_in(3, "PUBLISH tele/tasmota_A1B2C3/STATE = {"), 1);
    fake_type(&fd, "Backlog0 TelePeriod 0;StateRetain 1");
    assert_int_equal(told_in(600, "tele/tasmota_A1B2C3/STATE = {"), 1);
}

static void sensors_are_told_where_there_is_a_switch(void **state)
{
    (void)state;
    fake_type(&fd, "Gpio14 160");
    fake_run(&fd, 3000);
    fake_start(&fd, START_SOFTWARE);
    fake_run(&fd, 100);
    join();
    reach();
    broker_answers(0);
    heard();
    fake_run(&fd, 5100);
    assert_true(has_heard("PUBLISH tele/tasmota_A1B2C3/SENSOR = {\"Time\":"
                          "\"1970-01-01T00:00:05\",\"Switch1\":\"ON\"}\n"));
}

static void the_log_goes_to_mqtt_by_its_level(void **state)
{
    (void)state;
    fake_type(&fd, "MqttLog 2");
    heard();
    fake_type(&fd, "Module");
    heard();
    assert_non_null(strstr(said, STAT "LOGGING = 00:00:0"));
    assert_non_null(strstr(said, " CMD: Module\n"));
    assert_non_null(strstr(said, " RSL: RESULT = {\"Module\""));
    fake_type(&fd, "SerialLog 0"); /* each log has a level of its own */
    heard();
    fake_type(&fd, "Module");
    assert_true(has_heard("RSL: RESULT = {\"Module\""));
    fake_type(&fd, "MqttLog 1");
    heard();
    fake_type(&fd, "Module");
    heard();
    assert_null(strstr(said, "LOGGING"));
    assert_non_null(strstr(said, STAT "RESULT = {\"Module\""));
}

int main(void)
{
#define UP(name) cmocka_unit_test_setup(name, setup_up)
    const struct CMUnitTest tests[] = {
        UP(topics_are_commands),
        UP(what_is_retained_does_nothing),
        UP(secrets_are_not_published),
        UP(topics_follow_the_settings),
        UP(names_that_break_topics_are_refused),
        UP(questions_show_the_defaults),
        UP(setoption4_is_a_topic_per_command),
        UP(setoption90_leaves_only_json),
        UP(status_0_comes_in_parts_and_whole),
        UP(retain_settings_are_per_kind),
        UP(publish_says_anything_anywhere),
        UP(setoption59_tells_state_after_power),
        UP(telemetry_comes_every_teleperiod),
        UP(sensors_are_told_where_there_is_a_switch),
        UP(the_log_goes_to_mqtt_by_its_level),
        UP(the_led_blinks_at_what_ledstate_says),
        UP(publish_says_whether_it_could),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
