/* The device keeps its settings: one commit a start, plain words when the flash
 * fails, and nothing left after Reset. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "format/flash_map.h"
#include "test/firmware/fake_hal.h"

/* ---- a flash that fails when it is told to ---- */

static struct {
    bool reads, writes;   /* fail */
    unsigned writes_left; /* until power goes; 0: never */
    unsigned done;
} bad;

static enum err bad_read(const struct flash *flash, uint32_t address,
                         void *data, size_t size)
{
    (void)flash;
    return bad.reads ? ERR_FLASH_FAILED
                     : fake_flash.read(&fake_flash, address, data, size);
}

static bool has_gone(void)
{
    bad.done++;
    return bad.writes || (bad.writes_left && bad.done >= bad.writes_left);
}

static enum err bad_write(const struct flash *flash, uint32_t address,
                          const void *data, size_t size)
{
    (void)flash;
    return has_gone() ? ERR_FLASH_FAILED
                      : fake_flash.write(&fake_flash, address, data, size);
}

static enum err bad_erase(const struct flash *flash, uint32_t address)
{
    (void)flash;
    return has_gone() ? ERR_FLASH_FAILED
                      : fake_flash.erase(&fake_flash, address);
}

static const struct flash bad_flash = {bad_read, bad_write, bad_erase, NULL};

static void start_bad(void)
{
    struct event event = {
        .kind = EVENT_START, .now_ms = fd.now_ms, .start = START_POWER_ON};
    fake_forget();
    device_init(&fd.device, &bad_flash);
    device_handle(&fd.device, &event);
}

static int setup(void **state)
{
    memset(&bad, 0, sizeof(bad));
    return fake_basic(state);
}

/* ---- tests ---- */

static void a_start_is_one_commit(void **state)
{
    (void)state;
    fake_run(&fd, 30000);
    uint32_t saves = fd.device.settings.save_count;
    for (unsigned i = 1; i <= 3; i++) {
        fake_start(&fd, START_WATCHDOG);
        fake_run(&fd, 30000);
        assert_int_equal(fd.device.settings.boot_count, 1 + i);
        assert_int_equal(fd.device.settings.save_count, saves + i);
    }
}

/* What is said at the start, and when something is changed all the same; then
 * the flash works again, and everything is there. */
static void settings_that_can_not_be_read_are_told_and_kept(void **state)
{
    static uint8_t before[sizeof(fake.flash)];
    (void)state;
    fake_type(&fd, "DeviceName Kitchen");
    fake_run(&fd, 2000);
    memcpy(before, fake.flash, sizeof(before));
    bad.reads = true;
    start_bad();
    assert_true(fake_said("CFG: the settings on flash can't be read"));
    fake_run(&fd, 3000);
    bad.reads = false; /* just then it works again */
    fake_type(&fd, "SwitchMode 5");
    assert_true(fake_said("{\"SwitchMode1\":5}"));
    fake_run(&fd, 2000);
    assert_true(fake_said("CFG: the settings could not be written to flash"));
    assert_memory_equal(before, fake.flash, sizeof(before));
    fake_type(&fd, "Power 1");
    assert_true(fake.level[12]);
    start_bad();
    assert_false(fake_said("CFG:"));
    fake_type(&fd, "DeviceName");
    assert_true(fake_said("\"Kitchen\""));
}

static void
settings_that_can_not_be_written_are_told_and_tried_again(void **state)
{
    (void)state;
    bad.writes = true;
    start_bad();
    fake_type(&fd, "DeviceName Kitchen");
    fake_run(&fd, 2000);
    assert_true(fake_said("CFG: the settings could not be written to flash"));
    bad.writes = false;
    fake_type(&fd, "SwitchMode 5");
    fake_run(&fd, 2000);
    assert_false(fake_said("CFG:"));
    start_bad();
    assert_string_equal(fd.device.settings.device_name, "Kitchen");
    assert_int_equal(fd.device.settings.switch_mode[0], 5);
}

static void damage_is_told_and_what_is_whole_is_used(void **state)
{
    (void)state;
    fake_type(&fd, "DeviceName Kitchen");
    fake_run(&fd, 2000);
    fake_type(&fd, "SwitchMode 5");
    fake_run(&fd, 2000);
    uint32_t end = fd.device.store.log.end;
    fake_type(&fd, "LedState 0");
    fake_run(&fd, 2000);
    fake.flash[MAP_SETTINGS + end - 5] ^= 1; /* the second change */
    fake_forget();
    fake_start(&fd, START_POWER_ON);
    assert_true(fake_said("CFG: some settings on flash are damaged"));
    assert_string_equal(fd.device.settings.device_name, "Kitchen");
    assert_int_equal(fd.device.settings.switch_mode[0], 0);
    assert_int_equal(fd.device.settings.led_state, 0);
    fake_run(&fd, 2000); /* a change leaves the damage */
    fake_forget();
    fake_start(&fd, START_POWER_ON);
    assert_false(fake_said("CFG:"));
    assert_int_equal(fd.device.settings.led_state, 0);
}

/* ---- Reset ---- */

#define SECRET "correct horse"

static bool is_readable(void)
{
    return memmem(fake.flash, sizeof(fake.flash), SECRET, strlen(SECRET));
}

/* A device with a password, and with older ones in the log. */
static void keep_secrets(void)
{
    fake_run(&fd, 2000);
    for (unsigned i = 0; i < 3; i++) {
        snprintf(fd.device.settings.password[0], SETTINGS_PASSWORD,
                 SECRET " %u", i);
        fake_type(&fd, "DeviceName Kitchen");
        fake_run(&fd, 2000);
    }
    assert_true(is_readable());
}

static void after_reset_no_password_is_readable(void **state)
{
    (void)state;
    keep_secrets();
    fake_type(&fd, "SwitchMode 7"); /* not yet saved */
    fake_type(&fd, "Reset 1");
    fake_run(&fd, 3000);
    assert_int_equal(fake.restarts, 1);
    assert_false(is_readable());
    fake_start(&fd, START_SOFTWARE);
    assert_string_equal(fd.device.settings.device_name, "");
    assert_int_equal(fd.device.settings.switch_mode[0], 0);
    fake_run(&fd, 3000);
    assert_false(is_readable());
    assert_int_equal(fd.device.settings.boot_count, 1);
}

/* Power goes at any operation of a Reset: all settings or none, and what is
 * left is erased a second after the next start. */
static void a_reset_that_is_cut_ends_itself(void **state)
{
    static struct fake before;
    unsigned cuts = 0, kept = 0;
    (void)state;
    keep_secrets();
    before = fake;
    for (bool is_cut = true; is_cut; cuts++) {
        fake = before;
        memset(&bad, 0, sizeof(bad));
        start_bad();
        fake_run(&fd, 2000);
        fake_type(&fd, "Reset 1");
        bad.done = 0;
        bad.writes_left = cuts + 1;
        fake_run(&fd, 3000);
        is_cut = bad.done >= bad.writes_left;
        assert_int_equal(is_cut,
                         fake_said("CFG: the settings could not be erased"));
        fake_start(&fd, START_POWER_ON);
        bool is_kept = fd.device.settings.device_name[0] != 0;
        assert_int_equal(fd.device.settings.password[0][0] != 0, is_kept);
        fake_run(&fd, 3000);
        assert_int_equal(is_readable(), is_kept);
        kept += is_kept;
    }
    assert_true(cuts > 5 && kept >= 3 && kept < cuts - 2);
}

static void too_much_is_told(void **state)
{
    struct settings_change change;
    uint32_t words[260];
    char text[1001];
    (void)state;
    fake_run(&fd, 2000);
    memset(text, 't', 1000);
    text[1000] = 0;
    for (uint16_t key = 60000; key < 60003; key++) { /* newer firmware's */
        settings_change_begin(&change, &fd.device.store.log, words,
                              sizeof(words));
        settings_put_string(&change, key, text);
        assert_int_equal(settings_log_commit(&change), ERR_NONE);
    }
    fake_type(&fd, "DeviceName A kitchen with a long name");
    fake_type(&fd, "FriendlyName A lamp with a long name");
    fake_forget();
    fake_run(&fd, 2000);
    assert_true(fake_said("CFG: the settings do not fit"));
    fake_start(&fd, START_POWER_ON);
    assert_string_equal(fd.device.settings.device_name, "");
}

#define T(name) cmocka_unit_test_setup(name, setup)

/* Sleep: from one tick to the next while nothing goes on, and never less than
 * the radio needs. */
static void sleep_is_the_longest_rest(void **state)
{
    static const struct {
        const char *line;
        uint32_t ms;
    } rows[] = {{"Sleep 0", 5},   {"Sleep 4", 5},     {"Sleep 5", 5},
                {"Sleep 50", 50}, {"Sleep 250", 250}, {"SetOption31 1", 250}};
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        fake_type(&fd, rows[i].line);
        fake_run(&fd, 2000);
        assert_int_equal(device_wait_ms(&fd.device), rows[i].ms);
    }
}

/* However long it sleeps, what a press does comes when it is due. */
static void sleep_makes_no_press_wait(void **state)
{
    struct event event = {.kind = EVENT_TICK};
    (void)state;
    fake_type(&fd, "Sleep 250");
    fake_run(&fd, 6000);
    fake.is_closed[0] = true;
    fake_run(&fd, 100);
    fake.is_closed[0] = false;
    fake_run(&fd, 200); /* what blinks for it is over */
    assert_true(fd.device.button[0].presses > 0);
    assert_true(device_wait_ms(&fd.device) <= DEVICE_TICK_MS);
    fake_run(&fd, 400);
    assert_true(fake.level[12]);
    fake_run(&fd, 1000);
    event.now_ms = fd.now_ms;
    device_handle(&fd.device, &event);
    assert_int_equal(device_wait_ms(&fd.device), 250);
}

/* Flash holds everything up, so it waits until a contact has settled. */
static void saving_lets_a_press_go_first(void **state)
{
    (void)state;
    fake_run(&fd, 15000); /* what a start saves is saved */
    fake_type(&fd, "FriendlyName1 b");
    fake_run(&fd, DEVICE_SAVE_MS - 20);
    fake.is_closed[0] = true;
    fake_run(&fd, 40);
    assert_true(fd.device.has_changes);
    fake_run(&fd, 60);
    assert_false(fd.device.has_changes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(a_start_is_one_commit),
        T(settings_that_can_not_be_read_are_told_and_kept),
        T(settings_that_can_not_be_written_are_told_and_tried_again),
        T(damage_is_told_and_what_is_whole_is_used),
        T(after_reset_no_password_is_readable),
        T(a_reset_that_is_cut_ends_itself),
        T(too_much_is_told),
        T(sleep_is_the_longest_rest),
        T(sleep_makes_no_press_wait),
        T(saving_lets_a_press_go_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
