/* An update from its first byte to the restart. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/core/version.h"
#include "format/crc32.h"
#include "format/flash_map.h"
#include "test/firmware/update_fixture.h"

static const uint8_t *slot_bytes(enum slot slot)
{
    return fake.flash + slot_image_address(slot);
}

static void is_blank(const uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++)
        assert_int_equal(bytes[i], 0xFF);
}

static void is_installed(enum slot slot, uint32_t sequence)
{
    struct slot_record record = record_of(slot);
    assert_memory_equal(slot_bytes(slot), made.image[slot], MADE_IMAGE);
    assert_int_equal(record.state, SLOT_TRYING);
    assert_int_equal(record.tries_left, SLOT_TRIES);
    assert_int_equal(record.image.sequence, sequence);
    assert_int_equal(record.image.length, MADE_IMAGE);
    assert_int_equal(record.image.crc,
                     crc32_update(0, made.image[slot], MADE_IMAGE));
    assert_int_equal(record.image.version, version_number + 1);
}

static void a_file_in_pieces_of_any_size_is_installed(void **state)
{
    static const size_t pieces[] = {1, 3, 64, 255, 512, 4097, MADE_ROOM};
    for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
        update_setup(state);
        assert_int_equal(send_file(pieces[i]), ERR_NONE);
        is_installed(SLOT_B, 1);
        assert_true(fake_said(
            "RSL: UPGRADE = {\"Upgrade\":\"Successful. Restarting\"}"));
        assert_int_equal(fd.device.update.state, UPDATE_INSTALLED);
    }
}

static void it_goes_into_the_slot_that_does_not_run(void **state)
{
    (void)state;
    put_record(SLOT_B, 7, true);
    start_by(BOOT_GOOD, SLOT_B, START_SOFTWARE);
    assert_int_equal(send_file(100), ERR_NONE);
    is_installed(SLOT_A, 8);
    assert_int_equal(record_of(SLOT_B).state, SLOT_GOOD);
}

static void the_sequence_is_newer_than_the_erased_one(void **state)
{
    (void)state;
    put_record(SLOT_A, 7, true);
    put_record(SLOT_B, 9, false);
    assert_int_equal(send_file(100), ERR_NONE);
    is_installed(SLOT_B, 10);
}

static void it_restarts_two_seconds_after_it_is_installed(void **state)
{
    (void)state;
    assert_int_equal(send_file(512), ERR_NONE);
    fake_run(&fd, DEVICE_RESTART_MS - 50);
    assert_int_equal(fake.restarts, 0);
    fake_run(&fd, 100);
    assert_int_equal(fake.restarts, 1);
}

static void the_old_record_goes_before_anything_else(void **state)
{
    (void)state;
    put_record(SLOT_B, 9, true);
    unsigned before = fake.erases;
    assert_int_equal(update_begin(&fd.device), ERR_NONE);
    assert_int_equal(update_feed(&fd.device, made.file, OTA_HEADER_SIZE - 1),
                     ERR_NONE);
    assert_int_equal(record_of(SLOT_B).state, SLOT_GOOD);
    assert_int_equal(
        update_feed(&fd.device, made.file + OTA_HEADER_SIZE - 1, 1), ERR_NONE);
    assert_int_equal(record_of(SLOT_B).state, SLOT_BLANK);
    assert_int_equal(fake.erases, before + 1);
}

static void sectors_are_erased_as_they_are_reached(void **state)
{
    (void)state;
    memset(fake.flash + MAP_SLOT_B, 0, MAP_SLOT_SIZE);
    assert_int_equal(send_file(300), ERR_NONE);
    is_blank(slot_bytes(SLOT_B) + MADE_IMAGE,
             3 * FLASH_SECTOR_SIZE - MADE_IMAGE);
    assert_int_equal(slot_bytes(SLOT_B)[3 * FLASH_SECTOR_SIZE], 0);
}

static void the_first_bytes_and_the_record_wait_for_the_signature(void **state)
{
    (void)state;
    assert_int_equal(update_begin(&fd.device), ERR_NONE);
    assert_int_equal(feed_file(0, 512), ERR_NONE);
    assert_int_equal(update_end(&fd.device), ERR_NONE);
    assert_int_equal(fd.device.update.state, UPDATE_VERIFYING);
    is_blank(slot_bytes(SLOT_B), UPDATE_HELD);
    assert_memory_equal(slot_bytes(SLOT_B) + UPDATE_HELD,
                        made.image[SLOT_B] + UPDATE_HELD,
                        MADE_IMAGE - UPDATE_HELD);
    assert_int_equal(record_of(SLOT_B).state, SLOT_BLANK);
    fake_run(&fd, 20);
    is_installed(SLOT_B, 1);
}

static void what_is_written_is_read_back(void **state)
{
    (void)state;
    fake.is_stuck[MAP_SLOT_B / FLASH_SECTOR_SIZE + 1] = true;
    assert_int_equal(send_file(512), ERR_FLASH_FAILED);
    assert_int_equal(record_of(SLOT_B).state, SLOT_BLANK);
}

static void a_record_that_is_not_taken_is_told(void **state)
{
    (void)state;
    assert_int_equal(update_begin(&fd.device), ERR_NONE);
    assert_int_equal(feed_file(0, 512), ERR_NONE);
    fake.is_stuck[MAP_SLOT_B_RECORD / FLASH_SECTOR_SIZE] = true;
    assert_int_equal(update_end(&fd.device), ERR_NONE);
    fake_forget();
    fake_run(&fd, 20);
    assert_int_equal(fd.device.update.error, ERR_FLASH_FAILED);
    assert_int_equal(fd.device.update.state, UPDATE_IDLE);
    assert_true(fake_said("\"Failed the flash chip did not"));
}

static void what_the_image_must_have_back_is_kept(void **state)
{
    (void)state;
    fd.device.settings.update_expects = UPDATE_EXPECTS_WIFI; /* of last time */
    assert_int_equal(send_file(512), ERR_NONE);
    start_by(BOOT_TRY, SLOT_B, START_SOFTWARE);
    assert_int_equal(fd.device.settings.update_expects, 0);
}

static void a_network_that_was_joined_must_come_back(void **state)
{
    (void)state;
    fd.device.wifi.state = WIFI_JOINED;
    assert_int_equal(send_file(512), ERR_NONE);
    start_by(BOOT_TRY, SLOT_B, START_SOFTWARE);
    assert_int_equal(fd.device.settings.update_expects, UPDATE_EXPECTS_WIFI);
}

static void one_at_a_time(void **state)
{
    (void)state;
    assert_int_equal(update_begin(&fd.device), ERR_NONE);
    assert_int_equal(update_begin(&fd.device), ERR_UPDATE_BUSY);
    assert_true(fake_said("Failed another update is coming in already"));
    assert_int_equal(feed_file(0, 512), ERR_NONE);
    assert_int_equal(update_end(&fd.device), ERR_NONE);
    assert_int_equal(update_begin(&fd.device), ERR_UPDATE_BUSY);
    fake_run(&fd, 20);
    is_installed(SLOT_B, 1);
    assert_int_equal(update_begin(&fd.device), ERR_UPDATE_BUSY);
}

static void the_builders_key_counts_while_the_owner_has_none(void **state)
{
    (void)state;
    memset(fd.device.settings.ota_key, 0, HAL_KEY_SIZE);
    assert_int_equal(send_file(512), ERR_OTA_KEY);
}

static void a_button_works_while_bytes_come(void **state)
{
    (void)state;
    assert_int_equal(update_begin(&fd.device), ERR_NONE);
    assert_int_equal(feed_file(0, 4096), ERR_NONE);
    fake.is_closed[0] = true;
    fake_run(&fd, 100);
    fake.is_closed[0] = false;
    fake_run(&fd, 700);
    assert_true(fake.level[12]);
}

#define T(name) cmocka_unit_test_setup(name, update_setup)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(a_file_in_pieces_of_any_size_is_installed),
        T(it_goes_into_the_slot_that_does_not_run),
        T(the_sequence_is_newer_than_the_erased_one),
        T(it_restarts_two_seconds_after_it_is_installed),
        T(the_old_record_goes_before_anything_else),
        T(sectors_are_erased_as_they_are_reached),
        T(the_first_bytes_and_the_record_wait_for_the_signature),
        T(what_is_written_is_read_back),
        T(a_record_that_is_not_taken_is_told),
        T(what_the_image_must_have_back_is_kept),
        T(a_network_that_was_joined_must_come_back),
        T(one_at_a_time),
        T(the_builders_key_counts_while_the_owner_has_none),
        T(a_button_works_while_bytes_come),
    };
    return cmocka_run_group_tests(tests, update_keys, NULL);
}
