/* Getting an answer, and saying why there is none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "test/tool/fake_link.h"
#include "tool/flasher.h"

static struct fake_link fake;
static struct flasher flasher;
static unsigned lines_said;
static char said[8192];

static void say(void *ctx, const char *line)
{
    (void)ctx;
    lines_said++;
    strcat(said, line);
    strcat(said, "\n");
}

/* What comes from the line 1.5 s after the start. */
static const char *noise;

static void make_noise(struct fake_link *f)
{
    if (f->now_ms > 1500 && noise) {
        fake_put(f, noise, strlen(noise));
        noise = NULL;
    }
}

static void start(bool has_lines)
{
    fake_init(&fake);
    fake.link.has_lines = has_lines;
    memset(&flasher, 0, sizeof(flasher));
    flasher.config = (struct flasher_config){
        .port = "/dev/ttyX", .wait_ms = 5000, .say = say};
    flasher.link = &fake.link;
    flasher.baud = 115200;
    loader_init(&flasher.loader, &fake.link);
    said[0] = '\0';
    lines_said = 0;
}

static const struct {
    const char *what;
    const char *noise;
    enum err err;
    const char *detail; /* part of it */
    const char *talk;   /* part of what was said, or NULL */
} rows[] = {
    {"silence", NULL, ERR_NO_ANSWER, "silence for 5 s", "3.3 V only"},
    {"the button was up", "\r\n ets Jan  8 2013,rst cause:1, boot mode:(3,6)\n",
     ERR_STARTED_PROGRAM, "GPIO0 was not low", "button was not held"},
    {"TX is not wired", "rst cause:1, boot mode:(1,6)\n", ERR_NO_ANSWER,
     "is the adapter's TX", NULL},
    {"garbage", "\x01\x82\x93\xF0~~~\x11", ERR_NOISE, "8 bytes came", NULL},
};

static void no_answer_is_explained_by_what_was_heard(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        print_message("# %s\n", rows[i].what);
        start(false);
        noise = rows[i].noise;
        fake.on_time = make_noise;
        assert_int_equal(flasher_connect(&flasher), rows[i].err);
        assert_non_null(strstr(flasher.detail, rows[i].detail));
        if (rows[i].talk)
            assert_non_null(strstr(said, rows[i].talk));
        assert_int_equal(fake.asked_download, 1);
        assert_in_range(fake.now_ms, 5000, 7000);
    }
}

/* The resets by the lines, before anybody was asked, take two seconds more. */
static void silence_is_counted_from_the_asking(void **state)
{
    (void)state;
    start(true);
    assert_int_equal(flasher_connect(&flasher), ERR_NO_ANSWER);
    assert_non_null(strstr(flasher.detail, "silence for 5 s"));
    assert_in_range(fake.now_ms, 6500, 9000);
}

static void nobody_is_asked_when_there_is_no_waiting(void **state)
{
    (void)state;
    start(false);
    flasher.config.wait_ms = 0;
    assert_int_equal(flasher_connect(&flasher), ERR_NO_ANSWER);
    assert_int_equal(fake.asked_download, 0);
    assert_int_equal(lines_said, 0);
}

/* ---- a chip that a person turns on after some seconds ---- */

static void late_answer(struct fake_link *f, const uint8_t *frame, size_t size)
{
    (void)size;
    if (frame[1] == ROM_SYNC && f->now_ms > 4500)
        fake_reply(f, ROM_SYNC, 0x20120707, 0);
}

static void a_chip_turned_on_late_is_found(void **state)
{
    (void)state;
    for (int has_lines = 0; has_lines <= 1; has_lines++) {
        start(has_lines);
        fake.on_frame = late_answer;
        assert_int_equal(flasher_connect(&flasher), ERR_NONE);
        assert_true(flasher.has_asked);
        assert_in_range(fake.now_ms, 4500, 6500);
    }
}

/* ---- resets ---- */

static void always_answer(struct fake_link *f, const uint8_t *frame,
                          size_t size)
{
    (void)size;
    if (frame[1] == ROM_SYNC)
        fake_reply(f, ROM_SYNC, 0x20120707, 0);
}

static void a_chip_that_answers_needs_nobody(void **state)
{
    (void)state;
    for (int has_lines = 0; has_lines <= 1; has_lines++) {
        start(has_lines);
        fake.on_frame = always_answer;
        assert_int_equal(flasher_connect(&flasher), ERR_NONE);
        assert_false(flasher.has_asked);
        assert_int_equal(lines_said, 0);
    }
}

static void an_unplugged_adapter_ends_the_wait(void **state)
{
    (void)state;
    start(false);
    fake.gone_at_ms = 2000;
    assert_int_equal(flasher_connect(&flasher), ERR_PORT_GONE);
    assert_in_range(fake.now_ms, 2000, 2300);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_answer_is_explained_by_what_was_heard),
        cmocka_unit_test(silence_is_counted_from_the_asking),
        cmocka_unit_test(nobody_is_asked_when_there_is_no_waiting),
        cmocka_unit_test(a_chip_turned_on_late_is_found),
        cmocka_unit_test(a_chip_that_answers_needs_nobody),
        cmocka_unit_test(an_unplugged_adapter_ends_the_wait),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
