/* What comes from a group topic is done, but for what would take the device
 * from its owner: Wi-Fi, MQTT, updates, passwords. */
#include "test/firmware/core/mqtt_fixture.h"

#define OWN "cmnd/tasmota_A1B2C3/"

/* Nothing of it is done, also not by way of a backlog or of JSON; and the same
 * from the owner is. */
static void a_group_may_not_take_the_device_over(void **state)
{
    /* clang-format off */
    static const struct { const char *name, *payload; } rows[] = {
        {"SSId1", "evil"}, {"SSId2", "evil"}, {"Password1", "evilevil"},
        {"MqttHost", "evil"}, {"MqttPort", "1"}, {"MqttUser", "evil"},
        {"MqttPassword", "evil"}, {"MqttClient", "evil"},
        {"MqttRetry", "3000"}, {"MqttKeepAlive", "99"}, {"Topic", "evil"},
        {"FullTopic", "evil/%prefix%/"}, {"GroupTopic", "evil"},
        {"GroupTopic4", "evil"}, {"Prefix1", "evil"}, {"SetOption3", "0"},
        {"SetOption4", "1"}, {"SetOption19", "1"}, {"SetOption75", "1"},
        {"SetOption104", "1"}, {"PowerRetain", "1"},
        {"Password3", "evilevil"}, {"MqttPassword2", "evil"},
        {"_SSId1", "evil"}, {"ssid1", "evil"},
    };
    /* clang-format on */
    static struct settings before;
    (void)state;
    fake_type(&fd, "SetOption34 0"); /* no time between commands */
    fake_run(&fd, 8000); /* the start is past: rescue forgets what it counted */
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char topic[64], line[128];
        fake_run(&fd, 100);
        before = fd.device.settings;
        snprintf(topic, sizeof(topic), "cmnd/tasmotas/%s", rows[i].name);
        broker_publishes(topic, rows[i].payload, i % 2 ? 2 : 0); /* QoS 1 */
        if (rows[i].name[0] != '_')
            assert_true(has_heard("\"Refused\"}"));
        assert_memory_equal(&before, &fd.device.settings, sizeof(before));
        assert_false(fd.device.mqtt.has_changes);
        snprintf(line, sizeof(line), "Power 0;%s %s;Power 1", rows[i].name,
                 rows[i].payload);
        broker_publishes("cmnd/tasmotas/Backlog0", line, 0);
        fake_run(&fd, 100);
        before.power = fd.device.settings.power;
        before.save_count = fd.device.settings.save_count;
        assert_memory_equal(&before, &fd.device.settings, sizeof(before));
        assert_true(fake.level[12]);
        snprintf(line, sizeof(line), "{\"Power\":0,\"%s\":\"%s\"}",
                 rows[i].name, rows[i].payload);
        broker_publishes("cmnd/tasmotas/Json", line, 0);
        fake_run(&fd, 100);
        before.power = fd.device.settings.power;
        before.save_count = fd.device.settings.save_count;
        assert_memory_equal(&before, &fd.device.settings, sizeof(before));
        assert_false(fake.level[12]);
        heard();
    }
}

/* Commands in a backlog end with a NUL and begin with a letter for their
 * sender: one that came in the payload does not make a command of the owner's.
 * Found by command_fuzz. */
static void a_nul_makes_no_command_of_the_owners(void **state)
{
    static const struct {
        const char *topic, *payload; /* with \1 in the place of NUL */
    } rows[] = {
        {"cmnd/tasmotas/Backlog0",
         "Power 1\1oMqttHost evil;\1oSSId1 evil;Power 1\1xSSId2 evil"},
        {"cmnd/tasmotas/Json", "{\"Power\":\"1\1oSSId1 evil\"}"},
    };
    static struct settings before;
    (void)state;
    fake_type(&fd, "SetOption34 0");
    before = fd.device.settings;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        uint8_t bytes[256];
        size_t size = make_publish(rows[i].topic, rows[i].payload, 0, bytes);
        for (size_t k = 2; k < size; k++)
            bytes[k] = bytes[k] == 1 ? 0 : bytes[k];
        broker_says(bytes, size);
        fake_run(&fd, 100);
        assert_string_equal(fd.device.settings.mqtt_host, before.mqtt_host);
        assert_string_equal(fd.device.settings.ssid[0], before.ssid[0]);
        assert_string_equal(fd.device.settings.ssid[1], before.ssid[1]);
    }
    assert_true(fake.level[12]);
}

/* Commands of these names, whoever adds them: all are refused. */
static void what_takes_a_device_over_is_marked(void **state)
{
    static const char *const names[] = {
        "SSId",     "Password", "Wifi",   "Ap",          "IPAddress",
        "Hostname", "Mqtt",     "Topic",  "Full",        "Group",
        "Prefix",   "Publish",  "Upload", "Upgrade",     "Ota",
        "Reset",    "Web",      "Cors",   "ButtonTopic", "SwitchTopic",
    };
    static const char *const harmless[] = {"WebLog", "MqttLog", "WebRefresh",
                                           "WifiScan"};
    (void)state;
    for (size_t i = 0; i < command_count; i++) {
        char topic[64];
        bool is_meant = false;
        for (size_t k = 0; k < sizeof(names) / sizeof(names[0]); k++)
            is_meant |=
                text_same_size(commands[i].name, strlen(names[k]), names[k]) &&
                strlen(commands[i].name) >= strlen(names[k]);
        for (size_t k = 0; k < sizeof(harmless) / sizeof(harmless[0]); k++)
            is_meant &= !text_same(commands[i].name, harmless[k]);
        if (!is_meant)
            continue;
        snprintf(topic, sizeof(topic), "cmnd/tasmotas/%s", commands[i].name);
        broker_publishes(topic, "1", 0);
        if (!has_heard("\"Refused\"}"))
            fail_msg("%s is done from a group topic: %s", topic, said);
    }
}

static void what_a_group_may_not_do_its_owner_may(void **state)
{
    (void)state;
    broker_publishes("cmnd/tasmotas/Reset", "1", 0);
    assert_true(has_heard("{\"Reset\":\"Refused\"}"));
    broker_publishes("cmnd/tasmotas/Restart", "2", 0);
    assert_true(has_heard("{\"Restart\":\"Refused\"}"));
    broker_publishes("cmnd/tasmotas/Restart", "9", 0);
    assert_true(has_heard("{\"Restart\":\"Refused\"}"));
    assert_false(fd.device.will_restart);
    broker_publishes("cmnd/tasmotas/MqttHost", "", 0); /* a question */
    assert_true(has_heard("{\"MqttHost\":\"broker\"}"));
    fake_type(&fd, "MqttRetry 15"); /* right after a group's */
    assert_true(has_heard("{\"MqttRetry\":15}"));
    broker_publishes(OWN "MqttRetry", "20", 0);
    assert_true(has_heard("{\"MqttRetry\":20}"));
    fake_type(&fd, "MqttRetry 30");
    assert_true(has_heard("{\"MqttRetry\":30}"));
    broker_publishes("cmnd/tasmotas/Power", "2", 0);
    broker_publishes(OWN "Backlog0", "Power 1;MqttRetry 40", 0);
    broker_publishes("cmnd/tasmotas/Backlog0", "Power 0", 0);
    fake_run(&fd, 100);
    assert_true(has_heard("{\"MqttRetry\":40}"));
}

int main(void)
{
#define UP(name) cmocka_unit_test_setup(name, setup_up)
    const struct CMUnitTest tests[] = {
        UP(a_group_may_not_take_the_device_over),
        UP(a_nul_makes_no_command_of_the_owners),
        UP(what_takes_a_device_over_is_marked),
        UP(what_a_group_may_not_do_its_owner_may),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
