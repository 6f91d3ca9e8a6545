/* Getting an answer, and saying why there is none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "test/tool/fake_link.h"
#include "tool/flasher_private.h"

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

/* What comes from the line 1.5 s after the start, and until then what the
 * line's speed has to be for it to be text; 0: any. */
static const char *noise;
static unsigned noise_baud;

static void make_noise(struct fake_link *f)
{
    if (f->now_ms > 1500 && noise && (!noise_baud || f->baud == noise_baud)) {
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

#define BANNER(cause, mode)                                                    \
    "\n ets Jan  8 2013,rst cause:" #cause ", boot mode:(" #mode ",6)\n\n"

/* clang-format off */
static const struct {
    const char *what;
    const char *noise;
    unsigned baud; /* at which it is text; 0: any */
    enum err err;
    const char *detail; /* part of it */
    const char *talk;   /* part of what was said, or NULL */
} rows[] = {
    {"silence", NULL, 0, ERR_NO_ANSWER, "silence for 5 s", "3.3 V only"},
    {"the click of a plug", "\x01\x82\xF0", 0, ERR_NO_ANSWER,
     "silence for 5 s", NULL},
    {"the button was up", BANNER(1, 3), 74880, ERR_STARTED_PROGRAM,
     "GPIO0 was not low", "button was not held"},
    {"and Tasmota ran", BANNER(1, 3) "00:00:00 Project tasmota Sonoff\r\n", 0,
     ERR_STARTED_PROGRAM, "not low; it runs Tasmota", NULL},
    {"TX is not wired", BANNER(1, 1), 74880, ERR_NO_ANSWER,
     "is the adapter's TX", "does not hear pogo"},
    {"after a start with the button up, one with it",
     BANNER(1, 3) BANNER(2, 1), 0, ERR_NO_ANSWER, "is the adapter's TX", NULL},
    {"GPIO15 is high", BANNER(1, 7), 0, ERR_STRAP, "GPIO15 was high",
     "in another mode"},
    {"GPIO2 is low", BANNER(1, 2), 0, ERR_STRAP, "GPIO2 was low", NULL},
    {"a weak supply", BANNER(1, 3) BANNER(1, 3) BANNER(1, 3), 0, ERR_POWER,
     "power had just come on", "again and again"},
    {"two starts by hand", BANNER(1, 3) BANNER(1, 3), 0, ERR_STARTED_PROGRAM,
     "GPIO0 was not low", NULL},
    {"a watchdog's restarts", BANNER(4, 3) BANNER(4, 3) BANNER(4, 3), 0,
     ERR_STARTED_PROGRAM, "GPIO0 was not low", NULL},
    {"Tasmota's log", "00:12:04.274 RSL: STATE = {\"Time\":\"1970\"}\r\n",
     115200, ERR_STARTED_PROGRAM, "at 115200 baud: Tasmota or Pogo",
     "A program runs"},
    {"Pogo's start", "00:00:00.000 Project pogo, a switch firmware\r\n", 115200,
     ERR_STARTED_PROGRAM, "115200 baud: Pogo", NULL},
    {"ESPHome's log", "[12:00:01][D][sensor:093]: 'Power': state 3\r\n", 115200,
     ERR_STARTED_PROGRAM, "115200 baud: ESPHome", NULL},
    {"a vendor's start", "\r\nSDK ver: 2.2.1 compiled @ Feb 27 2018\r\n", 74880,
     ERR_STARTED_PROGRAM, "74880 baud: the vendor's firmware", NULL},
    {"somebody's log", "the kettle is warm, the tea is not\r\n", 115200,
     ERR_STARTED_PROGRAM, "115200 baud: some program", NULL},
    {"an ESP32", "ets Jun  8 2016 00:22:57\r\n\r\nrst:0x1 (POWERON_RESET),"
     "boot:0x13 (SPI_FAST_FLASH_BOOT)\r\n", 115200, ERR_NOT_ESP8266,
     "boot line is an esp32's", NULL},
    {"an ESP32-C3", "ESP-ROM:esp32c3-api1-20210207\r\nBuild:Feb  7 2021\r\n",
     115200, ERR_NOT_ESP8266, "boot line is an esp32c3's", NULL},
    {"garbage", "\x01\x82\x93\xF0~~~\x11", 0, ERR_NOISE, "8 bytes came", NULL},
    {"a damaged echo", "UUUUUUUUUUUUUUUUUUUUUUUUUUUUUUUU", 0, ERR_NOISE,
     "32 bytes came", NULL},
    {"garbage with what begins a frame", "\xC0\x82\x93\xF0~~~\x11\x12", 0,
     ERR_NOISE, "9 bytes came", NULL},
};
/* clang-format on */

/* Each state's row of words; 80 columns, and safety first. */
static void check_words(void)
{
    const char *mains = strstr(said, "Never with mains");
    const char *act = strstr(said, "onnect ");
    assert_true(!act || (mains && mains < act));
    for (const char *line = said; *line; line = strchr(line, '\n') + 1)
        assert_in_range(strcspn(line, "\n"), 1, 80);
}

static void no_answer_is_explained_by_what_was_heard(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        print_message("# %s\n", rows[i].what);
        start(false);
        noise = rows[i].noise;
        noise_baud = rows[i].baud;
        fake.on_time = make_noise;
        assert_int_equal(flasher_connect(&flasher), rows[i].err);
        print_message("# %s\n", flasher.detail);
        assert_non_null(strstr(flasher.detail, rows[i].detail));
        if (rows[i].talk)
            assert_non_null(strstr(said, rows[i].talk));
        check_words();
        assert_int_equal(fake.asked_download, 1);
        if (rows[i].err != ERR_NOT_ESP8266) /* no use to wait for that */
            assert_in_range(fake.now_ms, 5000, 7000);
    }
}

/* TX and RX shorted: every frame comes back. */
static void echo(struct fake_link *f, const uint8_t *frame, size_t size)
{
    fake_put_frame(f, frame, size);
}

static void what_comes_back_is_no_answer(void **state)
{
    (void)state;
    start(false);
    fake.on_frame = echo;
    assert_int_equal(flasher_connect(&flasher), ERR_ECHO);
    assert_non_null(strstr(said, "TX and RX touch"));
    check_words();
}

/* A program's log, at the wrong speed noise, some of it printable. */
static uint64_t log_every_ms, log_until_ms;

static const char at_another_speed[] =
    "~~x~~f~~x~~~~f\x80~~fx~~~x~ff~~~\xF8~~~x~~f~~x~~\x80~~x~~f~~x\xF8";

static void log_now_and_then(struct fake_link *f)
{
    static uint64_t last;
    if (f->now_ms < last)
        last = 0;
    if (f->now_ms - last < log_every_ms || f->now_ms > log_until_ms)
        return;
    last = f->now_ms;
    for (int i = 0; i < 5; i++) {
        if (f->baud == 115200)
            fake_put(f, "[00:00:12][C][wifi:504]: connected, rssi\r\n", 42);
        else
            fake_put(f, at_another_speed, sizeof(at_another_speed) - 1);
    }
}

/* Of two seconds' turn at the banner's speed a second is enough to hear that
 * this is no banner. */
static void a_short_log_is_caught(void **state)
{
    (void)state;
    start(false);
    log_every_ms = 100;
    log_until_ms = 1800;
    fake.on_time = log_now_and_then;
    assert_int_equal(flasher_connect(&flasher), ERR_STARTED_PROGRAM);
    assert_non_null(strstr(flasher.detail, "ESPHome"));
}

static void each_thing_is_told_once(void **state)
{
    (void)state;
    start(false);
    flasher.config.wait_ms = 20000;
    log_every_ms = 500;
    log_until_ms = 20000;
    fake.on_time = log_now_and_then;
    assert_int_equal(flasher_connect(&flasher), ERR_STARTED_PROGRAM);
    assert_non_null(strstr(flasher.detail, "115200 baud: ESPHome"));
    const char *first = strstr(said, "A program runs");
    assert_non_null(first);
    assert_null(strstr(first + 1, "A program runs"));
    assert_null(strstr(said, "no text at any speed"));
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

/* The lines as they were moved: D0 R1 are "01", waits are in between. */
static char moves[1024];
static uint64_t moved_ms;
static struct link_ops recording;

static enum err record(struct link *link, bool dtr, bool rts)
{
    uint64_t now = fake_of(link)->now_ms;
    char word[32];
    if (now > moved_ms) {
        snprintf(word, sizeof(word), "%u ", (unsigned)(now - moved_ms));
        strcat(moves, word);
    }
    snprintf(word, sizeof(word), "%d%d ", dtr, rts);
    strcat(moves, word);
    moved_ms = now;
    return ERR_NONE;
}

static void start_recording(void)
{
    start(true);
    recording = fake_ops;
    recording.set_lines = record;
    fake.link.ops = &recording;
    flasher.config.wait_ms = 0;
    moves[0] = '\0';
    moved_ms = 0;
}

/* The circuit whose EN comes up late: a SYNC is answered only 500 ms after the
 * last move but one. */
static unsigned needs_ms;
static bool is_ready;

static enum err slow_chip(struct link *link, bool dtr, bool rts)
{
    static uint64_t before;
    uint64_t now = fake_of(link)->now_ms;
    is_ready = now - before >= needs_ms;
    before = now;
    return record(link, dtr, rts);
}

static void answer_when_ready(struct fake_link *f, const uint8_t *frame,
                              size_t size)
{
    (void)size;
    if (frame[1] == ROM_SYNC && is_ready)
        fake_reply(f, ROM_SYNC, 0x20120707, 0);
}

static void the_reset_that_works_is_remembered(void **state)
{
    (void)state;
    struct reset_memory memory = {0};
    start_recording();
    recording.set_lines = slow_chip;
    fake.on_frame = answer_when_ready;
    flasher.config.memory = &memory;
    needs_ms = 500;
    assert_int_equal(flasher_connect(&flasher), ERR_NONE);
    assert_int_equal(memory.worked, RESET_TIGHT_SLOW + 1);
    start_recording();
    recording.set_lines = slow_chip;
    fake.on_frame = answer_when_ready;
    flasher.config.memory = &memory;
    assert_int_equal(flasher_connect(&flasher), ERR_NONE);
    assert_string_equal(moves, "00 11 01 100 10 550 00 ");
}

static void a_reset_of_the_owners_is_the_only_one(void **state)
{
    (void)state;
    struct reset_sequence own;
    start_recording();
    assert_true(reset_parse("D0|R1|W0.1|U1,0|W0.05|D0", &own));
    flasher.config.reset = &own;
    assert_int_equal(flasher_connect(&flasher), ERR_NO_ANSWER);
    assert_string_equal(moves, "00 01 01 100 10 10 50 00 ");
}

static void other_words_are_no_reset(void **state)
{
    (void)state;
    static const char *const wrong[] = {"",
                                        "|",
                                        "D",
                                        "D2",
                                        "D0|",
                                        "D0||R1",
                                        "X1",
                                        "d0",
                                        "R1 W1",
                                        "W",
                                        "W.",
                                        "W-1",
                                        "W1s",
                                        "W1000",
                                        "U1",
                                        "U1,",
                                        "U1,2",
                                        "D0W",
                                        "W99999999999999",
                                        "D0,R1"};
    struct reset_sequence s;
    char many[4 * RESET_STEPS];
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        print_message("# %s\n", wrong[i]);
        assert_false(reset_parse(wrong[i], &s));
    }
    assert_false(reset_parse("W2.0019", &s)); /* no such small wait */
    const unsigned waits[] = {1500, 0, 250, 2001, 10000};
    assert_true(reset_parse("W1.5|W0|W.25|W2.001|W10", &s));
    for (size_t i = 0; i < 5; i++)
        assert_int_equal(s.step[i].wait_ms, waits[i]);
    many[0] = '\0';
    for (unsigned i = 0; i < RESET_STEPS; i++)
        strcat(many, i > 0 ? "|D0" : "D0");
    assert_true(reset_parse(many, &s));
    strcat(many, "|D1");
    assert_false(reset_parse(many, &s));
}

/* With lines that reset it, and GPIO0 that stays high: noise at 115200. */
static enum err banner_at_reset(struct link *link, bool dtr, bool rts)
{
    struct fake_link *f = fake_of(link);
    if (rts || dtr)
        return ERR_NONE;
    if (f->baud == 74880)
        fake_put(f, BANNER(2, 3), strlen(BANNER(2, 3)));
    else
        fake_put(f, "\x80\xF8\x1E\x78\x80\xE6\x06\x98\x9E\x06\x66\xF8", 12);
    return ERR_NONE;
}

static void a_reset_by_lines_is_listened_to(void **state)
{
    (void)state;
    start_recording();
    recording.set_lines = banner_at_reset;
    assert_int_equal(flasher_connect(&flasher), ERR_STARTED_PROGRAM);
    assert_int_equal(fake.baud, 115200);
    assert_int_equal(fake.asked_download, 0);
}

static const uint32_t other_chips[] = {0x00F01D83, 0x000007C6, 0x6921506F,
                                       0x12345678};
static const char *const other_names[] = {"an ESP32", "an ESP32-S2",
                                          "an ESP32-C3", "says 0x12345678"};
static uint32_t magic;

static void answer_as_another(struct fake_link *f, const uint8_t *frame,
                              size_t size)
{
    /* Four bytes of status, as the ESP32's ROM sends. */
    uint8_t r[12] = {1, frame[1], 4, 0};
    (void)size;
    if (frame[1] == ROM_READ_REG)
        memcpy(r + 4, &magic, 4);
    fake_put_frame(f, r, sizeof(r));
}

static void another_chip_is_named(void **state)
{
    (void)state;
    for (size_t i = 0; i < 4; i++) {
        start(false);
        magic = other_chips[i];
        fake.on_frame = answer_as_another;
        assert_int_equal(flasher_connect(&flasher), ERR_NONE);
        assert_int_equal(flasher_check_chip(&flasher), ERR_NOT_ESP8266);
        assert_non_null(strstr(flasher.detail, other_names[i]));
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
        cmocka_unit_test(what_comes_back_is_no_answer),
        cmocka_unit_test(each_thing_is_told_once),
        cmocka_unit_test(a_short_log_is_caught),
        cmocka_unit_test(the_reset_that_works_is_remembered),
        cmocka_unit_test(a_reset_of_the_owners_is_the_only_one),
        cmocka_unit_test(other_words_are_no_reset),
        cmocka_unit_test(a_reset_by_lines_is_listened_to),
        cmocka_unit_test(another_chip_is_named),
        cmocka_unit_test(silence_is_counted_from_the_asking),
        cmocka_unit_test(nobody_is_asked_when_there_is_no_waiting),
        cmocka_unit_test(a_chip_turned_on_late_is_found),
        cmocka_unit_test(a_chip_that_answers_needs_nobody),
        cmocka_unit_test(an_unplugged_adapter_ends_the_wait),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
