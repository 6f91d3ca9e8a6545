/* Home Assistant's discovery: both messages hold what its client library needs,
 * they are retained, come again when they may be lost, and can be taken back.
 */
#include "firmware/net/json.h"
#include "test/firmware/core/mqtt_fixture.h"

#define CONFIG "tasmota/discovery/5CCF7FA1B2C3/config = "
#define SENSORS "tasmota/discovery/5CCF7FA1B2C3/sensors = "

/* What a packet of this beginning brought, up to the line's end, or NULL. */
static const char *find(const char *line)
{
    static char found[4096];
    const char *at = strstr(said, line);
    if (!at)
        return NULL;
    at += strlen(line);
    snprintf(found, sizeof(found), "%.*s", (int)strcspn(at, "\n"), at);
    return found;
}

static const char *config_within(unsigned ms)
{
    heard();
    fake_run(&fd, ms);
    broker_says("\xD0\0", 2);
    heard();
    return find("RETAIN " CONFIG);
}

static bool is_whole_json(const char *text)
{
    struct json json;
    struct json_item item;
    json_init(&json, text, strlen(text));
    do
        item = json_next(&json);
    while (item.kind != JSON_END && item.kind != JSON_BAD);
    return item.kind == JSON_END;
}

static void it_comes_ten_seconds_after_the_first_connection(void **state)
{
    (void)state;
    assert_null(config_within(9900));
    const char *config = config_within(200);
    assert_non_null(config);
    assert_string_equal(
        config,
        "{\"ip\":\"192.168.1.50\",\"dn\":\"Tasmota\",\"fn\":[\"Tasmota\"],"
        "\"hn\":\"tasmota-A1B2C3-4803\",\"mac\":\"5CCF7FA1B2C3\",\"md\":"
        "\"Sonoff Basic\",\"ty\":0,\"if\":0,\"ofln\":\"Offline\",\"onln\":"
        "\"Online\",\"state\":[\"OFF\",\"ON\",\"TOGGLE\",\"HOLD\"],\"sw\":"
        "\"99." POGO_VERSION "\",\"t\":\"tasmota_A1B2C3\",\"ft\":"
        "\"%prefix%/%topic%/\",\"tp\":[\"cmnd\",\"stat\",\"tele\"],\"rl\":[1],"
        "\"swc\":[-1,-1,-1,-1,-1,-1,-1,-1],\"swn\":[null,null,null,null,null,"
        "null,null,null],\"btn\":[0,0,0,0,0,0,0,0],\"so\":{\"4\":0,\"11\":0,"
        "\"13\":0,\"17\":0,\"20\":0,\"30\":0,\"68\":0,\"73\":0,\"82\":0,"
        "\"114\":0,\"117\":0},\"lk\":0,\"lt_st\":0,\"bat\":0,\"dslp\":0,"
        "\"sho\":[],\"sht\":[],\"ver\":1}");
    const char *sensors = find("RETAIN " SENSORS);
    assert_non_null(sensors);
    assert_true(is_whole_json(sensors));
    assert_non_null(strstr(sensors, "{\"sn\":{\"Time\":"));
    assert_non_null(strstr(said, "RETAIN tele/tasmota_A1B2C3/LWT = Online\n"));
}

static void it_comes_a_second_after_later_connections(void **state)
{
    (void)state;
    config_within(11000);
    fake_closed(&fd, fd.device.mqtt.socket);
    fake_run(&fd, 10000);
    reach();
    broker_answers(0);
    assert_null(config_within(900));
    assert_non_null(config_within(200));
}

static void it_comes_again_every_hour(void **state)
{
    unsigned n = 0;
    (void)state;
    config_within(11000);
    for (unsigned s = 0; s < 36100; s += 10)
        n += config_within(10000) != NULL;
    assert_int_equal(n, 10);
}

static void a_new_name_is_told_soon(void **state)
{
    (void)state;
    config_within(11000);
    fake_type(&fd, "FriendlyName1 Lamp \"A\"");
    const char *config = config_within(1100);
    assert_non_null(strstr(config, "\"fn\":[\"Lamp \\\"A\\\"\"]"));
    assert_true(is_whole_json(config));
    fake_type(&fd, "StateText2 lit");
    config = config_within(1100);
    assert_non_null(strstr(config, "\"state\":[\"OFF\",\"lit\",\"TOGGLE\","));
    fake_type(&fd, "SetOption30 1");
    assert_non_null(strstr(config_within(1100), "\"20\":0,\"30\":1,\"68\":0,"));
    fake_type(&fd, "FullTopic x/%prefix%/%topic%");
    fake_run(&fd, 2000);
    reach();
    broker_answers(0);
    config = config_within(1100); /* all levels end with a slash */
    assert_non_null(strstr(config, "\"ft\":\"x/%prefix%/%topic%/\""));
}

/* Parts of a board with several relays, and detached ones. */
static void it_shows_what_is_there(void **state)
{
    (void)state;
    fake_type(&fd, "Backlog0 FriendlyName2 Fan;SetOption73 1;SetOption114 "
                   "1;SwitchMode1 3;Gpio14 160;Template "
                   "{\"NAME\":\"Three\",\"GPIO\":[32,1,1,1,0,225,0,0,224,0,160,"
                   "226,0,0],\"FLAG\":0,\"BASE\":18};Module 0");
    fake_run(&fd, 3000);
    fake_start(&fd, START_SOFTWARE);
    fake_run(&fd, 100);
    join();
    reach();
    broker_answers(0);
    const char *config = config_within(11000);
    assert_non_null(config);
    assert_true(is_whole_json(config));
    assert_non_null(strstr(config, "\"fn\":[\"Tasmota\",\"Fan\",null]"));
    assert_non_null(strstr(config, "\"rl\":[1,1,1]"));
    assert_non_null(strstr(config, "\"swc\":[3,-1,"));
    assert_non_null(strstr(config, "\"btn\":[1,0,"));
    assert_non_null(strstr(config, "\"73\":1,\"82\":0,\"114\":1,"));
    assert_non_null(strstr(find("RETAIN " SENSORS), "\"Switch1\":\"ON\""));
}

/* Everything as long as it can be set: still whole. */
static void the_longest_config_fits(void **state)
{
    char name[SETTINGS_NAME + 1] = "", line[100];
    (void)state;
    memset(name, '"', sizeof(name) - 1);
    for (unsigned i = 1; i <= 8; i++) {
        snprintf(line, sizeof(line), "_FriendlyName%u %s", i, name);
        fake_type(&fd, line);
    }
    fake_type(&fd,
              "_DeviceName \"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"");
    fd.device.relay_count = RELAYS;
    const char *config = config_within(11000);
    assert_non_null(config);
    assert_true(is_whole_json(config));
}

static void setoption19_takes_it_back(void **state)
{
    (void)state;
    config_within(11000);
    fake_type(&fd, "SetOption19 1");
    assert_string_equal(config_within(1100), "");
    assert_string_equal(find("RETAIN " SENSORS), "");
    fake_type(&fd, "SetOption19 0");
    assert_true(strlen(config_within(1100)) > 400);
}

int main(void)
{
#define UP(name) cmocka_unit_test_setup(name, setup_up)
    const struct CMUnitTest tests[] = {
        UP(it_comes_ten_seconds_after_the_first_connection),
        UP(it_comes_a_second_after_later_connections),
        UP(it_comes_again_every_hour),
        UP(a_new_name_is_told_soon),
        UP(it_shows_what_is_there),
        UP(the_longest_config_fits),
        UP(setoption19_takes_it_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
