/* Pogo's settings on a flash, written by the settings log itself, and what the
 * doctor reads out of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "format/flash_map.h"
#include "tool/doctor_settings.h"

#define RING (SETTINGS_LOG_SECTORS * FLASH_SECTOR_SIZE)
/* docs/flash.md */
#define MODULE 1u
#define TEMPLATE_NAME 2u
#define TEMPLATE_PIN 3u
#define USER_PIN 5u
#define SERIAL_LOG 14u

static uint8_t ring[RING];

static enum err read_ring(const struct flash *flash, uint32_t address,
                          void *data, size_t size)
{
    (void)flash;
    memcpy(data, ring + (address - MAP_SETTINGS), size);
    return ERR_NONE;
}

static enum err write_ring(const struct flash *flash, uint32_t address,
                           const void *data, size_t size)
{
    (void)flash;
    memcpy(ring + (address - MAP_SETTINGS), data, size);
    return ERR_NONE;
}

static enum err erase_ring(const struct flash *flash, uint32_t address)
{
    (void)flash;
    memset(ring + (address - MAP_SETTINGS), 0xFF, FLASH_SECTOR_SIZE);
    return ERR_NONE;
}

static const struct flash flash = {read_ring, write_ring, erase_ring, NULL};
static struct settings_log settings;
static struct settings_change change;
static uint32_t words[128];
static struct doctor_findings found;

static void begin(void)
{
    memset(ring, 0xFF, sizeof(ring));
    memset(&found, 0, sizeof(found));
    assert_int_equal(settings_log_open(&settings, &flash, MAP_SETTINGS),
                     ERR_FORMAT);
    settings_change_begin(&change, &settings, words, sizeof(words));
}

static void put(uint16_t setting, unsigned index, enum setting_type type,
                uint32_t value)
{
    settings_put_number(&change, (uint16_t)(setting * 32 + index), type, value);
}

/* All other pins are nothing. */
static void put_pins(uint16_t setting, unsigned at, uint16_t component)
{
    for (unsigned i = 0; i < 14; i++)
        put(setting, i, SETTING_U16, i == at ? component : 0);
}

static void read_settings(void)
{
    assert_int_equal(settings_log_commit(&change), ERR_NONE);
    doctor_settings_read(&settings, &found);
}

static void a_template_without_a_part_is_found(void **state)
{
    (void)state;
    begin();
    put(MODULE, 0, SETTING_U8, 0);
    settings_put_string(&change, TEMPLATE_NAME * 32, "Dead");
    put_pins(TEMPLATE_PIN, 0, 32);
    read_settings();
    assert_string_equal(found.detail[DOCTOR_TEMPLATE],
                        "module 0, on the flash"); /* without its name */
}

static void a_part_is_enough(void **state)
{
    (void)state;
    begin();
    put(MODULE, 0, SETTING_U8, 0);
    put_pins(TEMPLATE_PIN, 8, 224);
    read_settings();
    assert_int_equal(doctor_count(&found), 0);
    /* A pin that is the user's, and the user's own relay. */
    begin();
    put(MODULE, 0, SETTING_U8, 0);
    put_pins(TEMPLATE_PIN, 4, 1);
    put_pins(USER_PIN, 4, 224);
    read_settings();
    assert_int_equal(doctor_count(&found), 0);
    /* What the user said of another pin does not count. */
    begin();
    put(MODULE, 0, SETTING_U8, 0);
    put_pins(TEMPLATE_PIN, 4, 1);
    put_pins(USER_PIN, 5, 224);
    read_settings();
    assert_true(found.has[DOCTOR_TEMPLATE]);
    /* The template is not the one in use. */
    begin();
    put(MODULE, 0, SETTING_U8, 1);
    put_pins(TEMPLATE_PIN, 0, 32);
    read_settings();
    assert_int_equal(doctor_count(&found), 0);
}

static void a_log_that_is_off_is_the_cause(void **state)
{
    (void)state;
    begin();
    put(SERIAL_LOG, 0, SETTING_U8, 0);
    read_settings();
    assert_int_equal(doctor_count(&found), 0); /* it was not missed */
    doctor_add(&found, DOCTOR_MUTE, "%s", "");
    doctor_settings_read(&settings, &found);
    assert_non_null(strstr(found.detail[DOCTOR_MUTE], "SerialLog is 0"));
    begin();
    doctor_add(&found, DOCTOR_MUTE, "%s", "");
    put(SERIAL_LOG, 0, SETTING_U8, 2);
    read_settings();
    assert_string_equal(found.detail[DOCTOR_MUTE], "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_template_without_a_part_is_found),
        cmocka_unit_test(a_part_is_enough),
        cmocka_unit_test(a_log_that_is_off_is_the_cause),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
