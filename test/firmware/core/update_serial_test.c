/* An update over the console, as a sender sees it; and the key's command. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/core/version.h"
#include "format/flash_map.h"
#include "test/firmware/update_fixture.h"

static void hear(const void *bytes, size_t size)
{
    struct event event = {.kind = EVENT_CONSOLE,
                          .now_ms = fd.now_ms,
                          .bytes = bytes,
                          .size = size};
    device_handle(&fd.device, &event);
}

static void begin(size_t size)
{
    char line[40];
    snprintf(line, sizeof(line), "UpgradeSerial %zu", size);
    fake_type(&fd, line);
}

/* As a sender does: each part after the answer to the one before. */
static void send(size_t size)
{
    for (size_t at = 0, part; at < size; at += part) {
        char taken[16];
        part = size - at < UPDATE_SERIAL_PART ? size - at : UPDATE_SERIAL_PART;
        fake_forget();
        hear(made.file + at, part);
        snprintf(taken, sizeof(taken), "+%zu\r\n", at + part);
        assert_true(fake_said(taken));
    }
}

static bool is_text(void)
{
    fake_type(&fd, "State");
    return fake_said("RSL: RESULT = {\"Time\"");
}

static void the_file_is_taken_part_by_part(void **state)
{
    (void)state;
    begin(made.size);
    assert_true(fake_said("RSL: RESULT = {\"UpgradeSerial\":\"Send\"}\r\n"));
    assert_true(fake_said("\r\n+0\r\n"));
    send(made.size);
    fake_run(&fd, 20);
    assert_true(fake_said("\r\n+done\r\n"));
    assert_memory_equal(fake.flash + MAP_SLOT_B, made.image[SLOT_B],
                        MADE_IMAGE);
    assert_true(is_text());
}

static void without_a_log_the_sender_hears_its_lines_all_the_same(void **state)
{
    (void)state;
    fd.device.settings.serial_log = 0;
    begin(made.size);
    assert_string_equal(fake.text, "+0\r\n");
    hear(made.file, UPDATE_SERIAL_PART);
    assert_string_equal(fake.text, "+0\r\n+512\r\n");
    hear(made.file, UPDATE_SERIAL_PART); /* not what comes next */
    hear(made.file, made.size - 2 * UPDATE_SERIAL_PART);
    assert_non_null(strstr(fake.text, "\r\n-the update"));
}

static void the_count_is_said_again_while_nothing_comes(void **state)
{
    (void)state;
    begin(made.size);
    hear(made.file, 700);
    fake_forget();
    fake_run(&fd, UPDATE_SERIAL_AGAIN_MS - 100);
    assert_false(fake_said("+"));
    fake_run(&fd, 200);
    assert_string_equal(fake.text, "+700\r\n");
}

static void text_behind_the_file_is_text_again(void **state)
{
    uint8_t bytes[MADE_ROOM + 16];
    (void)state;
    memcpy(bytes, made.file, made.size);
    memcpy(bytes + made.size, "State\n", 6);
    begin(made.size);
    hear(bytes, made.size + 6);
    assert_true(fake_said("RSL: RESULT = {\"Time\""));
    fake_run(&fd, 20);
    assert_true(fake_said("+done"));
}

static void what_comes_after_a_refusal_is_no_command(void **state)
{
    (void)state;
    make_file(version_number - 1, OTA_BOARD_BENCH, &owner_key);
    memcpy(made.file + 300, "\nPower1 1\n", 10);
    begin(made.size);
    hear(made.file, 400);
    assert_true(fake_said("\r\n-the update is older than what runs\r\n"));
    fake_run(&fd, UPDATE_SERIAL_QUIET_MS - 50);
    hear("Power1 1\n", 9);
    fake_run(&fd, UPDATE_SERIAL_QUIET_MS - 50);
    assert_false(fd.device.power & 1u);
    fake_run(&fd, 100);
    assert_true(is_text());
}

static void a_sender_that_goes_away_leaves_a_console(void **state)
{
    (void)state;
    begin(made.size);
    hear(made.file, 1000);
    fake_forget();
    fake_run(&fd, UPDATE_STALL_MS + 100);
    assert_true(fake_said("\r\n-no more of the update came\r\n"));
    assert_true(is_text());
}

static void too_few_bytes_are_a_cut_file(void **state)
{
    (void)state;
    begin(made.size - 100);
    send(UPDATE_SERIAL_PART);
    hear(made.file + UPDATE_SERIAL_PART, made.size - 100 - UPDATE_SERIAL_PART);
    assert_true(fake_said("-the update ended before its image was whole\r\n"));
    assert_true(is_text());
}

static void a_wrong_signature_is_said_at_the_end(void **state)
{
    (void)state;
    make_file(version_number, OTA_BOARD_BENCH, &other_key);
    memcpy(made.file + 36, &owner_key.id, 4);
    seal_file(&other_key);
    begin(made.size);
    send(made.size);
    fake_run(&fd, 20);
    assert_true(fake_said("\r\n-the update's signature is wrong\r\n"));
    assert_true(is_text());
}

static void on_trial_the_sender_is_told_at_once(void **state)
{
    (void)state;
    put_record(SLOT_A, 3, true);
    put_record(SLOT_B, 4, false);
    start_by(BOOT_TRY, SLOT_B, START_SOFTWARE);
    begin(made.size);
    assert_true(fake_said("\r\n-the version that runs has not proved itself"));
    assert_true(is_text());
}

static void only_a_number_of_bytes_that_can_be(void **state)
{
    static const char *const wrong[] = {"UpgradeSerial", "UpgradeSerial 147",
                                        "UpgradeSerial 1048577",
                                        "UpgradeSerial x"};
    (void)state;
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        fake_type(&fd, wrong[i]);
        assert_true(fake_said("{\"Command\":\"Error\""));
        assert_int_equal(fd.device.update.state, UPDATE_IDLE);
    }
}

/* ---- OtaKey ---- */

static void put_hex(char *line, const uint8_t *key)
{
    line += sprintf(line, "OtaKey ");
    for (size_t i = 0; i < HAL_KEY_SIZE; i++)
        line += sprintf(line, "%02x", key[i]);
}

static void the_owners_key_replaces_the_builders(void **state)
{
    char line[200], id[40];
    (void)state;
    fake_type(&fd, "OtaKey 0");
    assert_true(fake_said("\"Owner\":\"the builder\"}}"));
    put_hex(line, other_key.public);
    fake_type(&fd, line);
    snprintf(id, sizeof(id), "{\"OtaKey\":{\"Id\":\"%08x\",",
             (unsigned)other_key.id);
    assert_true(fake_said(id));
    assert_true(fake_said("\"Owner\":\"you\"}}"));
    fake_run(&fd, 2000);
    start_by(BOOT_GOOD, SLOT_A, START_SOFTWARE);
    fake_type(&fd, "OtaKey");
    assert_true(fake_said(id));
    assert_int_equal(send_file(512), ERR_OTA_KEY);
    make_file(version_number, OTA_BOARD_BENCH, &other_key);
    assert_int_equal(send_file(512), ERR_NONE);
}

static void what_can_be_no_key_is_refused(void **state)
{
    char line[200];
    uint8_t high[HAL_KEY_SIZE];
    (void)state;
    memset(high, 0xFF, sizeof(high));
    put_hex(line, high);
    fake_type(&fd, line);
    assert_true(fake_said("{\"Command\":\"Error\""));
    assert_true(fake_said("UPD: OtaKey takes 128 hex digits"));
    put_hex(line, other_key.public);
    line[60] = 'g';
    fake_type(&fd, line);
    assert_true(fake_said("{\"Command\":\"Error\""));
    line[60] = 0;
    fake_type(&fd, line);
    assert_true(fake_said("{\"Command\":\"Error\""));
    assert_memory_equal(fd.device.settings.ota_key, owner_key.public,
                        HAL_KEY_SIZE);
}

#define T(name) cmocka_unit_test_setup(name, update_setup)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(the_file_is_taken_part_by_part),
        T(without_a_log_the_sender_hears_its_lines_all_the_same),
        T(the_count_is_said_again_while_nothing_comes),
        T(text_behind_the_file_is_text_again),
        T(what_comes_after_a_refusal_is_no_command),
        T(a_sender_that_goes_away_leaves_a_console),
        T(too_few_bytes_are_a_cut_file),
        T(a_wrong_signature_is_said_at_the_end),
        T(on_trial_the_sender_is_told_at_once),
        T(only_a_number_of_bytes_that_can_be),
        T(the_owners_key_replaces_the_builders),
        T(what_can_be_no_key_is_refused),
    };
    return cmocka_run_group_tests(tests, update_keys, NULL);
}
