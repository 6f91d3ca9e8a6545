/* Template, Module and Gpio: what is stored, what runs, and what is refused so
 * that nobody loses the serial line or the flash chip. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "test/firmware/fake_hal.h"

#define TYPE_ALL(rows)                                                         \
    assert_true(fake_type_all(&fd, rows, sizeof(rows) / sizeof(rows[0])))

static void restart(void)
{
    fake_run(&fd, 2100);
    assert_int_equal(fake.restarts, 1);
    fake.restarts = 0;
    fake_start(&fd, START_SOFTWARE);
}

static void pins_answer_as_tasmotas_do(void **state)
{
    /* clang-format off */
    static const struct fake_line rows[] = {
        {"Gpio", "RESULT = {\"GPIO1\":{\"0\":\"None\"},\"GPIO2\":{\"0\":\"None\"},\"GPIO3\":{\"0\":\"None\"},\"GPIO4\":{\"0\":\"None\"},\"GPIO14\":{\"0\":\"None\"}}\r\n"},
        {"Gpio12", "RESULT = {\"GPIO1\":{\"0\":\"None\"},"},
        {"Gpio 255", "RESULT = {\"GPIO0\":{\"32\":\"Button1\"},\"GPIO1\":{\"0\":\"None\"},"},
        {"Gpio4 255", "\"GPIO12\":{\"224\":\"Relay1\"},\"GPIO13\":{\"320\":\"Led_i1\"},\"GPIO14\":{\"0\":\"None\"},\"GPIO15\":{\"0\":\"None\"},\"GPIO16\":{\"0\":\"None\"},\"GPIO17\":{\"0\":\"None\"}}\r\n"},
        {"Gpio12 0", "\"Error\""},
        {"Gpio 32", "\"Error\""},
        {"Gpio18", "RESULT = {\"GPIO1\""},
        {"Gpio14 1216", "\"Error\""}, /* a sensor: nothing reads it yet */
        {"Gpio14 232", "\"Error\""}, /* Relay9 */
        {"Gpio14 4704", "\"Error\""}, /* no such input there */
        {"Gpio14 545", "\"Error\""}, /* a second LedLink */
        {"Gpio14 -1", "\"Error\""},
        {"Gpio14 544", "\"GPIO14\":{\"544\":\"LedLink\"}}"},
        {"Gpio14 231", "\"GPIO14\":{\"231\":\"Relay8\"}}"},
        /* what is moved is no longer where it was */
        {"Gpio4 231", "\"GPIO4\":{\"231\":\"Relay8\"},\"GPIO14\":{\"0\":\"None\"}}"},
        {"Gpio14 0", "\"GPIO4\":{\"231\":\"Relay8\"},\"GPIO14\":{\"0\":\"None\"}}"},
        {"Gpios", "RESULT = {\"GPIOs1\":{\"0\":\"None\",\"32\":\"Button\",\"64\":\"Button_n\","},
        {"Gpios", ",\"3872\":\"Output Lo\",\"4704\":\"ADC Input\"}}\r\n"},
        {"Gpios 255", ",\"3872\":\"Output Lo\",\"352\":\"Counter\","},
        {"Template {\"GPIO\":[0,0,0,0,0,0,0,0,224,0,0,0,0,4800]}", ",4800],"},
        {"Module 0", "Module"},
        {"Gpio", "RESULT = {\"GPIO\":\"Not supported\"}"},
        {"Gpio 255", "\"GPIO17\":{\"4800\":\"ADC Button\"}}"},
    };
    /* clang-format on */
    (void)state;
    TYPE_ALL(rows);
}

static void what_would_cut_off_serial_or_flash_is_refused(void **state)
{
    /* clang-format off */
    static const struct fake_line rows[] = {
        {"Template {\"NAME\":\"x\",\"GPIO\":[0,21,0,0,0,0,0,0,0,0,0,0,0]}", "RESULT = {\"Template\":\"Refused: Relay1 on GPIO1 would cut off the serial line\"}\r\n"},
        {"Template {\"NAME\":\"x\",\"GPIO\":[0,0,0,320,0,0,0,0,0,0,0,0,0,0]}", "{\"Template\":\"Refused: Led_i1 on GPIO3 would cut off the serial line\"}"},
        {"Template {\"NAME\":\"x\",\"GPIO\":[0,0,0,0,0,0,32,0,0,0,0,0,0,0]}", "{\"Template\":\"Refused: Button1 on GPIO9 would cut off the flash chip; only an ESP8285 has this pin free\"}"},
        {"Template 30", "{\"Template\":\"Refused: Button2 on GPIO9 would cut off"},
        {"Template 52", "{\"Template\":\"Refused: Led_i1 on GPIO3 would cut off"},
        {"Template", "{\"NAME\":\"Generic\",\"GPIO\":[1,1,1,1,1,1,0,0,1,1,1,1,1,1],\"FLAG\":0,\"BASE\":18}"},
        {"Module 7", "{\"Module\":\"Refused: Button2 on GPIO9 would cut off"},
        {"Module 64", "{\"Module\":\"Refused: LedLink_i on GPIO1 would cut off"},
        {"Module 11", "{\"Module\":\"Refused: the pins of Sonoff LED are not known here; store a template and choose Module 0\"}"},
        {"Template 11", "{\"Template\":\"Refused: the pins of Sonoff LED are not known here"},
        {"Module 5", "{\"Module\":\"Refused: Sonoff Dual is told over the serial line what to switch"},
        {"Module 76", "\"Error\""},
        {"Module", "{\"Module\":{\"1\":\"Sonoff Basic\"}}"},
        {"Gpio1 224", "{\"Gpio1\":\"Refused: Relay1 on GPIO1 would cut off the serial line\"}"},
        {"Gpio3 3840", "{\"Gpio3\":\"Refused: Output Hi on GPIO3 would cut off the serial line\"}"},
        {"Gpio6 0", "{\"Gpio6\":\"Refused: GPIO6 belongs to the flash chip\"}"},
        {"Gpio8 0", "belongs to the flash chip"}, {"Gpio11 0", "belongs to the flash chip"},
        /* inputs, what is not served and None leave the serial line alone */
        {"Gpio3 160", "\"GPIO3\":{\"160\":\"Switch1\"}"},
        {"Template {\"GPIO\":[0,416,0,3104,0,0,0,416,0,0,0,0,0,0]}", "\"GPIO\":[0,416,0,3104,0,0,0,416,"},
        {"Template {\"GPIO\":[0,255,0,90,0,0,255,0,0,0,0,0,0]}", "\"GPIO\":[0,1,0,64,0,0,1,0,"},
    };
    /* clang-format on */
    (void)state;
    fake.is_8266 = true;
    TYPE_ALL(rows);
    fake_type(&fd, "Module 0");
    fake_type(&fd, "Gpio9 32");
    assert_true(fake_said("{\"Gpio9\":\"Refused: Button1 on GPIO9"));
    fake.is_8266 = false;
    fake_type(&fd, "Gpio9 32");
    assert_true(fake_said("\"GPIO9\":{\"32\":\"Button1\"}"));
    fake_type(&fd, "Template 30");
    assert_true(fake_said("\"Sonoff T1 3CH\""));
}

/* Settings of an ESP8285 that come to another chip, or of another version. */
static void stored_pins_that_would_harm_stay_alone(void **state)
{
    struct template *template = &fd.device.settings.template;
    (void)state;
    fake_type(&fd, "Template 1");
    fake_type(&fd, "Module 0");
    template->pin[1] = 225; /* Relay2 on GPIO1 */
    template->pin[6] = 226; /* Relay3 on GPIO9 */
    fake.is_8266 = true;
    restart();
    assert_int_equal(template->pin[6], 226);
    assert_true(fake.is_output[12]);
    assert_false(fake.is_output[1]);
    assert_false(fake.is_output[9]);
    assert_int_equal(fd.device.relay_count, 1);
}

static void a_template_is_stored_and_not_activated(void **state)
{
    (void)state;
    fake_type(&fd, "Template {\"NAME\":\"Lamp\",\"GPIO\":[0,0,0,0,0,224,0,0,0,"
                   "0,0,0,0,0],\"CMND\":\"FriendlyName Lost\"}");
    fake_run(&fd, 3000);
    assert_int_equal(fake.restarts, 0);
    assert_string_equal(fd.device.settings.friendly_name[0], "");
    fake_type(&fd, "Module");
    assert_true(fake_said("Sonoff Basic"));
    fake_type(&fd, "Module 0");
    assert_true(fake_said("{\"Module\":{\"0\":\"Lamp\"}}"));
    restart();
    assert_true(fake.is_output[5]);
    /* an active one is active at once */
    fake_type(&fd, "Template {\"GPIO\":[0,0,0,0,224,0,0,0,0,0,0,0,0,0]}");
    restart();
    assert_true(fake.is_output[4]);
}

static void commands_of_a_template_run_when_it_becomes_active(void **state)
{
    char line[400] = "Template {\"NAME\":\"Lamp\",\"CMND\":\"Module 0";
    (void)state;
    /* more than fit into the time from the answer to the restart */
    for (unsigned i = 1; i <= 12; i++)
        sprintf(line + strlen(line), "|PulseTime%u %u", i % 8 + 1, i);
    strcat(line, "|FriendlyName a\\\"b\"}");
    fake_type(&fd, line);
    assert_true(fake_said("{\"NAME\":\"Lamp\","));
    fake_run(&fd, 2500);
    assert_int_equal(fake.restarts, 0);
    fake_run(&fd, 600);
    assert_int_equal(fake.restarts, 1);
    fake_start(&fd, START_SOFTWARE);
    assert_int_equal(fd.device.settings.module, 0);
    assert_int_equal(fd.device.settings.pulse_time[4], 12);
    assert_string_equal(fd.device.settings.friendly_name[0], "a\"b");
    /* and that of an active one */
    fake_type(&fd, "Template {\"CMND\":\"FriendlyName Two\"}");
    fake_run(&fd, 500);
    assert_string_equal(fd.device.settings.friendly_name[0], "Two");
}

static void a_template_can_be_copied_and_merged(void **state)
{
    /* clang-format off */
    static const struct fake_line rows[] = {
        {"Template 0", "{\"NAME\":\"Sonoff Basic\",\"GPIO\":[32,1,1,1,1,0,0,0,224,320,1,0,0,0],\"FLAG\":0,\"BASE\":1}"},
        {"Template 46", "{\"NAME\":\"Shelly 1\",\"GPIO\":[0,0,0,0,224,192,0,0,0,0,0,0,0,0],\"FLAG\":0,\"BASE\":46}"},
        {"Template 255", "{\"NAME\":\"Merged\",\"GPIO\":[32,1,1,1,1,0,0,0,224,320,160,0,0,0],\"FLAG\":0,\"BASE\":1}"},
        {"Template 76", "\"Error\""},
        {"Template 254", "\"Error\""},
        {"Template", "\"Merged\""},
    };
    /* clang-format on */
    (void)state;
    fake_type(&fd, "Gpio14 160");
    restart();
    TYPE_ALL(rows);
}

/* tasmota.md A.4; a template takes it over with its BASE. */
static void a_motor_starts_when_power_comes(void **state)
{
    static const char *const lines[] = {
        "Module 14", "Backlog Template {\"BASE\":1};Module 0",
        "Template {\"BASE\":14}"};
    static const bool is_on[] = {true, false, true};
    (void)state;
    fake_type(&fd, "PowerOnState 0");
    fake_type(&fd, "Template 1");
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        fake_type(&fd, lines[i]);
        fake_type(&fd, "Power 0");
        fake_run(&fd, 3000);
        fake_start(&fd, START_SOFTWARE);
        assert_false(fake.level[12]);
        fake_start(&fd, START_POWER_ON);
        assert_int_equal(fake.level[12], is_on[i]);
    }
}

static void every_module_is_listed(void **state)
{
    (void)state;
    fake_type(&fd, "Modules");
    assert_true(fake_said("RESULT = {\"Modules\":{\"0\":\"Generic\",\"1\":"
                          "\"Sonoff Basic\",\"2\":\"Sonoff RF\","));
    assert_true(fake_said(",\"11\":\"Sonoff LED\",\"12\":\"1 Channel\","));
    assert_true(fake_said(",\"75\":\"Sonoff ZbBridge\"}}\r\n"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(pins_answer_as_tasmotas_do, fake_basic),
        cmocka_unit_test_setup(what_would_cut_off_serial_or_flash_is_refused,
                               fake_basic),
        cmocka_unit_test_setup(stored_pins_that_would_harm_stay_alone,
                               fake_basic),
        cmocka_unit_test_setup(a_template_is_stored_and_not_activated,
                               fake_basic),
        cmocka_unit_test_setup(
            commands_of_a_template_run_when_it_becomes_active, fake_basic),
        cmocka_unit_test_setup(a_template_can_be_copied_and_merged, fake_basic),
        cmocka_unit_test_setup(a_motor_starts_when_power_comes, fake_basic),
        cmocka_unit_test_setup(every_module_is_listed, fake_basic),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
