/* Updates that are refused, or end on their way: each is told in plain words,
 * and the device goes on as before. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/core/version.h"
#include "format/bytes.h"
#include "format/flash_map.h"
#include "test/firmware/update_fixture.h"

static void other_file(void)
{
    made.file[0] = 0xE9;
}

static void other_format(void)
{
    made.file[4] = 2;
}

static void damaged_header(void)
{
    made.file[9] ^= 1;
}

static void wrong_length(void)
{
    put_u32le(made.file + 28, get_u32le(made.file + 28) - MADE_IMAGE);
    seal_file(&owner_key);
}

static void other_board(void)
{
    make_file(version_number, OTA_BOARD_CHIP, &owner_key);
}

static void older(void)
{
    make_file(version_number - 1, OTA_BOARD_BENCH, &owner_key);
}

static void other_persons_key(void)
{
    make_file(version_number, OTA_BOARD_BENCH, &other_key);
}

/* As if other_key's owner wrote our key's id into it. */
static void forged(void)
{
    put_u32le(made.file + 36, owner_key.id);
    seal_file(&other_key);
}

static void cut_short(void)
{
    made.size -= 1;
}

static void cut_early(void)
{
    made.size = 100;
}

static void too_long(void)
{
    made.file[made.size++] = 0;
}

static void damaged(void)
{
    made.file[made.size - 1] ^= 1;
}

static void wrong_crc(void)
{
    made.file[24] ^= 1; /* of the image in slot B */
    seal_file(&owner_key);
}

/* clang-format off */
static const struct {
    void (*change)(void);
    enum err error;
    bool is_early; /* before anything on flash is touched */
} rows[] = {
    {other_file, ERR_OTA_MAGIC, true},
    {other_format, ERR_OTA_FORMAT, true},
    {damaged_header, ERR_OTA_HEADER, true},
    {wrong_length, ERR_OTA_LENGTH, true},
    {other_board, ERR_OTA_BOARD, true},
    {older, ERR_OTA_OLDER, true},
    {other_persons_key, ERR_OTA_KEY, true},
    {cut_early, ERR_OTA_TRUNCATED, true},
    {forged, ERR_OTA_SIGNATURE, false},
    {cut_short, ERR_OTA_TRUNCATED, false},
    {too_long, ERR_OTA_LENGTH, false},
    {damaged, ERR_OTA_DAMAGED, false},
    {wrong_crc, ERR_OTA_DAMAGED, false},
};
/* clang-format on */
#define ROWS (sizeof(rows) / sizeof(rows[0]))

static void was_told(enum err e)
{
    char line[200];
    snprintf(line, sizeof(line),
             "RSL: UPGRADE = {\"Upgrade\":\"Failed %s\"}\r\n", err_text(e));
    assert_true(fake_said(line));
    snprintf(line, sizeof(line), "UPD: %s\r\n", err_hint(e));
    assert_true(fake_said(line));
    unsigned lines = 0;
    for (size_t i = 0; i < fake.size; i++)
        lines += fake.text[i] == '\n';
    assert_in_range(lines, 2, 2 + 4); /* and how far it came */
}

static void works_as_before(void)
{
    assert_int_equal(fd.device.update.state, UPDATE_IDLE);
    assert_int_equal(fake.restarts, 0);
    fake_type(&fd, "Power1 2");
    assert_true(fake_said("{\"POWER\":\"O"));
}

static void each_is_told_and_nothing_changes(void **state)
{
    for (size_t i = 0; i < ROWS; i++) {
        update_setup(state);
        put_record(SLOT_A, 1, true);
        put_record(SLOT_B, 2, false);
        unsigned erases = fake.erases;
        rows[i].change();
        for (size_t piece = 1; piece <= made.size; piece *= 2000) {
            assert_int_equal(send_file(piece), rows[i].error);
            was_told(rows[i].error);
            works_as_before();
        }
        assert_int_equal(fake.erases == erases, rows[i].is_early);
        assert_int_equal(record_of(SLOT_B).state,
                         rows[i].is_early ? SLOT_TRYING : SLOT_BLANK);
        assert_int_equal(record_of(SLOT_A).state, SLOT_GOOD);
    }
}

static void after_a_refused_one_a_right_one_is_taken(void **state)
{
    (void)state;
    forged();
    assert_int_equal(send_file(512), ERR_OTA_SIGNATURE);
    make_file(version_number + 1, OTA_BOARD_BENCH, &owner_key);
    assert_int_equal(send_file(512), ERR_NONE);
    assert_memory_equal(fake.flash + MAP_SLOT_B, made.image[SLOT_B],
                        MADE_IMAGE);
}

static void the_version_that_runs_is_taken_again(void **state)
{
    (void)state;
    make_file(version_number, OTA_BOARD_BENCH, &owner_key);
    assert_int_equal(send_file(512), ERR_NONE);
}

static void a_stream_that_stalls_is_given_up(void **state)
{
    (void)state;
    assert_int_equal(update_begin(&fd.device), ERR_NONE);
    assert_int_equal(update_feed(&fd.device, made.file, 1000), ERR_NONE);
    fake_run(&fd, UPDATE_STALL_MS - 100);
    assert_int_equal(fd.device.update.state, UPDATE_RECEIVING);
    assert_int_equal(update_feed(&fd.device, made.file + 1000, 1), ERR_NONE);
    fake_run(&fd, UPDATE_STALL_MS - 100);
    assert_int_equal(fd.device.update.state, UPDATE_RECEIVING);
    fake_forget();
    fake_run(&fd, 200);
    was_told(ERR_UPDATE_STALLED);
    assert_int_equal(update_feed(&fd.device, made.file + 1001, 1),
                     ERR_UPDATE_STALLED);
    works_as_before();
}

static void none_while_the_image_is_on_trial(void **state)
{
    (void)state;
    put_record(SLOT_A, 3, true);
    put_record(SLOT_B, 4, false);
    start_by(BOOT_TRY, SLOT_B, START_SOFTWARE);
    assert_int_equal(send_file(512), ERR_UPDATE_UNCONFIRMED);
    was_told(ERR_UPDATE_UNCONFIRMED);
    assert_int_equal(record_of(SLOT_A).state, SLOT_GOOD);
    works_as_before();
}

static void an_answer_that_nobody_waits_for_does_nothing(void **state)
{
    (void)state;
    update_verified(&fd.device, true);
    assert_int_equal(fd.device.update.state, UPDATE_IDLE);
    assert_int_equal(record_of(SLOT_B).state, SLOT_BLANK);
}

#define T(name) cmocka_unit_test_setup(name, update_setup)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(each_is_told_and_nothing_changes),
        T(after_a_refused_one_a_right_one_is_taken),
        T(the_version_that_runs_is_taken_again),
        T(a_stream_that_stalls_is_given_up),
        T(none_while_the_image_is_on_trial),
        T(an_answer_that_nobody_waits_for_does_nothing),
    };
    return cmocka_run_group_tests(tests, update_keys, NULL);
}
