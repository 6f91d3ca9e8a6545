/* The image that runs proves itself or is left, and what the one before tells
 * of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "format/flash_map.h"
#include "test/firmware/update_fixture.h"

#define START_MS 50u /* ticks come every 10 ms */

static void trial(enum slot_state old)
{
    if (old == SLOT_GOOD)
        put_record(SLOT_A, 3, true);
    put_record(SLOT_B, 4, false);
}

static void spend_tries(unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        struct slot_record record = record_of(SLOT_B);
        assert_int_equal(slot_record_spend_try(&fake_flash, SLOT_B, &record),
                         ERR_NONE);
    }
}

/* B runs, on its n-th try; the Wi-Fi was there before. */
static void start_try(unsigned number, uint8_t expects)
{
    trial(SLOT_GOOD);
    spend_tries(number);
    fd.device.settings.update_expects = expects;
    assert_int_equal(device_save(&fd.device), ERR_NONE);
    start_by(BOOT_TRY, SLOT_B, START_SOFTWARE);
}

static void it_is_confirmed_when_it_has_been_up_for_a_while(void **state)
{
    (void)state;
    start_try(1, 0);
    assert_true(fake_said("UPD: this version is on trial, start 1 of 3"));
    fake_run(&fd, UPDATE_PROVE_S * 1000 - START_MS);
    assert_int_equal(record_of(SLOT_B).state, SLOT_TRYING);
    assert_false(fd.device.update.is_confirmed);
    fake_run(&fd, 2 * START_MS);
    assert_int_equal(record_of(SLOT_B).state, SLOT_GOOD);
    assert_true(fd.device.update.is_confirmed);
    assert_true(fake_said("UPD: this version has proved itself"));
}

static void a_first_install_is_confirmed_too(void **state)
{
    (void)state;
    put_record(SLOT_A, 1, false);
    start_by(BOOT_ONLY, SLOT_A, START_POWER_ON);
    fake_run(&fd, UPDATE_PROVE_S * 1000 + START_MS);
    assert_int_equal(record_of(SLOT_A).state, SLOT_GOOD);
}

static void with_nothing_to_go_back_to_it_waits_for_nothing(void **state)
{
    (void)state;
    trial(SLOT_BLANK);
    fd.device.settings.update_expects = UPDATE_EXPECTS_WIFI;
    assert_int_equal(device_save(&fd.device), ERR_NONE);
    start_by(BOOT_TRY, SLOT_B, START_SOFTWARE);
    fake_run(&fd, UPDATE_PROVE_S * 1000 + START_MS);
    assert_int_equal(record_of(SLOT_B).state, SLOT_GOOD);
}

static void a_good_image_writes_nothing(void **state)
{
    static uint8_t before[0x1000];
    (void)state;
    put_record(SLOT_A, 1, true);
    memcpy(before, fake.flash + MAP_SLOT_A_RECORD, sizeof(before));
    start_by(BOOT_GOOD, SLOT_A, START_POWER_ON);
    fake_run(&fd, 2 * UPDATE_PROVE_S * 1000);
    assert_memory_equal(before, fake.flash + MAP_SLOT_A_RECORD, sizeof(before));
    assert_true(fd.device.update.is_confirmed);
    assert_false(fake_said("UPD:"));
}

static void without_its_network_it_is_given_up(void **state)
{
    for (unsigned number = 1; number <= SLOT_TRIES; number++) {
        update_setup(state);
        start_try(number, UPDATE_EXPECTS_WIFI);
        fake_run(&fd, UPDATE_GIVE_UP_S * 1000 - START_MS);
        assert_int_equal(record_of(SLOT_B).state, SLOT_TRYING);
        assert_false(fake_said("given up"));
        fake_run(&fd, 2 * START_MS + DEVICE_RESTART_MS);
        assert_true(fake_said("UPD: this version is given up: its network did "
                              "not come back"));
        assert_int_equal(fake.restarts, 1);
        struct slot_record record = record_of(SLOT_B);
        assert_int_equal(record.has_reason, number == SLOT_TRIES);
        if (record.has_reason)
            assert_int_equal(record.reason, REASON_NO_NETWORK);
    }
}

static void with_its_network_back_it_is_confirmed(void **state)
{
    (void)state;
    start_try(2, UPDATE_EXPECTS_WIFI);
    fake_run(&fd, 60000);
    assert_int_equal(record_of(SLOT_B).state, SLOT_TRYING);
    fd.device.wifi.state = WIFI_JOINED;
    fake_run(&fd, START_MS);
    assert_int_equal(record_of(SLOT_B).state, SLOT_GOOD);
}

static void without_its_settings_it_is_given_up(void **state)
{
    (void)state;
    start_try(3, 0);
    fd.device.store.is_read = false;
    fake_run(&fd, UPDATE_GIVE_UP_S * 1000 + START_MS);
    assert_int_equal(record_of(SLOT_B).reason, REASON_NO_SETTINGS);
    assert_true(fd.device.will_restart);
}

static void a_flash_that_takes_no_confirmation_is_told_once(void **state)
{
    (void)state;
    start_try(1, 0);
    fake.is_stuck[MAP_SLOT_B_RECORD / FLASH_SECTOR_SIZE] = true;
    fake_run(&fd, UPDATE_PROVE_S * 1000 + START_MS);
    assert_true(fake_said("the flash does not keep that"));
    fake_forget();
    fake_run(&fd, 1000);
    assert_false(fake_said("UPD"));
    assert_int_equal(update_begin(&fd.device), ERR_UPDATE_UNCONFIRMED);
}

/* ---- what was left ---- */

/* A runs again, B was tried three times; Left as Status 2 has it. */
static void is_left(enum boot_row row, enum start start, const char *text)
{
    start_by(row, SLOT_A, start);
    assert_true(fake_said("UPD: left version 0.9.1: "));
    assert_true(fake_said(text));
    fake_type(&fd, "Status 2");
    assert_true(
        fake_said("\"Slot\":\"A\",\"Confirmed\":\"ON\",\"Left\":\"0.9.1: "));
    assert_true(fake_said(text));
    fake_type(&fd, "Upgrade");
    assert_true(fake_said("in slot A, confirmed; left 0.9.1: "));
    assert_true(fake_said(text));
}

static const struct {
    unsigned tries;
    bool is_noted;
    enum boot_row row;
    enum start start;
    enum update_reason reason;
    const char *text;
} left_rows[] = {
    {3, false, BOOT_SPENT, START_SOFTWARE, REASON_NONE, "not last three"},
    {3, false, BOOT_SPENT, START_POWER_ON, REASON_NONE, "not last three"},
    {3, false, BOOT_SPENT, START_EXCEPTION, REASON_CRASHED, "it crashed"},
    {3, false, BOOT_SPENT, START_WATCHDOG, REASON_CRASHED, "it crashed"},
    {3, true, BOOT_SPENT, START_EXCEPTION, REASON_NO_NETWORK, "its network"},
    {0, false, BOOT_BAD, START_SOFTWARE, REASON_DAMAGED, "it was damaged"},
};

static void it_says_why(void **state)
{
    for (size_t i = 0; i < sizeof(left_rows) / sizeof(left_rows[0]); i++) {
        update_setup(state);
        trial(SLOT_GOOD);
        spend_tries(left_rows[i].tries);
        if (left_rows[i].is_noted)
            assert_int_equal(
                slot_record_note_reason(&fake_flash, SLOT_B, REASON_NO_NETWORK),
                ERR_NONE);
        is_left(left_rows[i].row, left_rows[i].start, left_rows[i].text);
        assert_true(record_of(SLOT_B).has_reason);
        assert_int_equal(record_of(SLOT_B).reason, left_rows[i].reason);
        /* Also when it starts again, for whatever reason of its own. */
        is_left(BOOT_SPENT, START_EXCEPTION, left_rows[i].text);
    }
}

static void nothing_is_told_where_nothing_was_left(void **state)
{
    (void)state;
    put_record(SLOT_A, 3, true);
    put_record(SLOT_B, 2, true);
    start_by(BOOT_GOOD, SLOT_A, START_SOFTWARE);
    assert_false(fake_said("UPD"));
    fake_type(&fd, "Status 2");
    assert_true(fake_said("\"Left\":\"\""));
}

static void every_reason_has_a_text(void **state)
{
    (void)state;
    for (int a = REASON_NONE; a <= REASON_DAMAGED + 1; a++) {
        const char *text = update_reason_text((enum update_reason)a);
        assert_true(strlen(text) > 5);
        for (int b = REASON_NONE; b < a; b++)
            assert_string_not_equal(text,
                                    update_reason_text((enum update_reason)b));
    }
}

#define T(name) cmocka_unit_test_setup(name, update_setup)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(it_is_confirmed_when_it_has_been_up_for_a_while),
        T(a_first_install_is_confirmed_too),
        T(with_nothing_to_go_back_to_it_waits_for_nothing),
        T(a_good_image_writes_nothing),
        T(without_its_network_it_is_given_up),
        T(with_its_network_back_it_is_confirmed),
        T(without_its_settings_it_is_given_up),
        T(a_flash_that_takes_no_confirmation_is_told_once),
        T(it_says_why),
        T(nothing_is_told_where_nothing_was_left),
        T(every_reason_has_a_text),
    };
    return cmocka_run_group_tests(tests, update_keys, NULL);
}
