/* The parts of pogo's console that neither read nor write: keys, passwords,
 * lines of what a device says, and the change between two speeds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tool/baud_change.h"
#include "tool/line_edit.h"
#include "tool/secret.h"
#include "tool/terminal_text.h"

/* ---- passwords ----------------------------------------------------------- */

static void passwords_are_hidden(void **state)
{
    static const struct {
        const char *line, *hidden;
    } rows[] = {
        {"Status 0", "Status 0"},
        {"Password1 secret word", "Password1 ****"},
        {"password secret", "password ****"},
        {"Password1", "Password1"},
        {"Backlog SSId1 home; Password1 a b; MqttHost h",
         "Backlog SSId1 home; Password1 ****; MqttHost h"},
        {"backlog0 MqttPassword x;WebPassword y",
         "backlog0 MqttPassword ****;WebPassword ****"},
        {"cmnd/plug/Password2 x", "cmnd/plug/Password2 ****"},
        {"WifiTest3 home+secret", "WifiTest3 ****"},
        {"ApPassword  12345678 ", "ApPassword  ****"},
        {"SetOption1 1; ;", "SetOption1 1; ;"},
        {"PasswordHint x", "PasswordHint x"},
        {"", ""},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char out[80];
        secret_hide(rows[i].line, out, sizeof(out));
        assert_string_equal(out, rows[i].hidden);
    }
}

static void a_short_room_shows_no_secret(void **state)
{
    (void)state;
    for (size_t room = 1; room < 24; room++) {
        char out[32];
        secret_hide("Password1 abcdefgh; Power", out, room);
        assert_true(strlen(out) < room);
        assert_null(strstr(out, "ab"));
    }
}

static void what_a_device_says_has_no_passwords(void **state)
{
    static const struct {
        const char *line, *hidden;
    } rows[] = {
        {"00:00:09 CMD: Password1 hunterA99", "00:00:09 CMD: Password1 ****"},
        {"CMD: Backlog SSId1 h;Password1 a b;Power",
         "CMD: Backlog SSId1 h;Password1 ****;Power"},
        {"Password2 hunterA99", "Password2 ****"},
        {"MQT: stat/x/RESULT = {\"Password1\":\"a\\\"b\"}",
         "MQT: stat/x/RESULT = {\"Password1\":\"****\"}"},
        {"RSL: RESULT = {\"SSId1\":\"h\",\"WebPassword\":\"x\",\"a\":\"y\"}",
         "RSL: RESULT = "
         "{\"SSId1\":\"h\",\"WebPassword\":\"****\",\"a\":\"y\"}"},
        {"{\"MqttPassword\":\"cut", "{\"MqttPassword\":\"****"},
        {"{\"Password2\":\"\"}", "{\"Password2\":\"\"}"},
        {"{\"POWER\":\"ON\"}", "{\"POWER\":\"ON\"}"},
        {"", ""},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char out[SECRET_LINE];
        secret_hide_said(rows[i].line, out, sizeof(out));
        assert_string_equal(out, rows[i].hidden);
    }
}

static void a_file_has_no_web_password(void **state)
{
    char out[128];
    (void)state;
    secret_hide_web("00:00:02 Web password, until you set one: user admin, "
                    "password aqxcwdmr",
                    out, sizeof(out));
    assert_string_equal(out, "00:00:02 Web password, until you set one: user "
                             "admin, password ****");
    secret_hide_web("a, password b", out, sizeof(out));
    assert_string_equal(out, "a, password b");
}

/* ---- keys ---------------------------------------------------------------- */

static enum line_event type(struct line_edit *edit, const char *keys)
{
    enum line_event event = LINE_SAME;
    for (; *keys; keys++)
        event = line_edit_key(edit, (uint8_t)*keys);
    return event;
}

static void keys_edit_the_line(void **state)
{
    static const struct {
        const char *keys, *line;
    } rows[] = {
        {"Power\r", "Power"},
        {"Pwer\033[D\033[D\033[Do\r", "Power"},
        {"Poweer\177\177r\r", "Power"},
        {"ower\001P\r", "Power"},
        {"ower\033[HP\005!\r", "Power!"},
        {"xPower\033OH\033[3~\r", "Power"},
        {"one two\027\r", "one "},
        {"abc\033[D\013\r", "ab"},
        {"abc\033[D\025\r", "c"},
        {"K\xC3\xBC"
         "che\033[D\033[D\033[D\177\r",
         "Kche"},
        {"a\033[15~b\r", "ab"}, /* a key we don't know */
        {"\t\001a\r", "a"},
    };
    static struct line_edit edit;
    char line[LINE_ROOM];
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        assert_int_equal(type(&edit, rows[i].keys), LINE_ENTERED);
        line_edit_take(&edit, line);
        assert_string_equal(line, rows[i].line);
    }
}

static void keys_that_are_no_letters(void **state)
{
    static struct line_edit edit;
    (void)state;
    assert_int_equal(type(&edit, "\003"), LINE_QUIT);
    assert_int_equal(type(&edit, "\035"), LINE_QUIT);
    assert_int_equal(type(&edit, "\004"), LINE_QUIT);
    assert_int_equal(type(&edit, "ab\001\004"), LINE_CHANGED);
    assert_int_equal(edit.size, 1);
    assert_int_equal(type(&edit, "\024"), LINE_MENU);
}

static void lines_come_back(void **state)
{
    static struct line_edit edit;
    char line[LINE_ROOM];
    (void)state;
    for (unsigned i = 0; i < LINE_HISTORY + 3; i++) {
        char text[16];
        snprintf(text, sizeof(text), "line %u\r", i);
        type(&edit, text);
        line_edit_take(&edit, line);
    }
    type(&edit, "new\033[A\033[A\r");
    line_edit_take(&edit, line);
    assert_string_equal(line, "line 51");
    type(&edit, "half\033[A\033[B\r");
    line_edit_take(&edit, line);
    assert_string_equal(line, "half");
    for (unsigned i = 0; i < LINE_HISTORY + 9; i++)
        type(&edit, "\033[A");
    assert_int_equal(edit.back, LINE_HISTORY);
}

static void a_line_has_an_end(void **state)
{
    static struct line_edit edit;
    char line[LINE_ROOM], drawn[LINE_DRAWN];
    (void)state;
    for (unsigned i = 0; i < 3 * LINE_ROOM; i++)
        type(&edit, "x");
    assert_true(line_edit_draw(&edit, 20, drawn) < LINE_DRAWN);
    assert_true(line_edit_draw(&edit, 4000, drawn) < LINE_DRAWN);
    line_edit_take(&edit, line);
    assert_int_equal(strlen(line), LINE_ROOM - 1);
}

static void is_drawn(const char *keys, unsigned columns, const char *wanted)
{
    static struct line_edit edit;
    char drawn[LINE_DRAWN + 1];
    memset(&edit, 0, sizeof(edit));
    type(&edit, keys);
    drawn[line_edit_draw(&edit, columns, drawn)] = '\0';
    assert_string_equal(drawn, wanted);
}

static void the_line_is_drawn(void **state)
{
    (void)state;
    is_drawn("", 80, "\r\033[K> ");
    is_drawn("Power", 80, "\r\033[K> Power");
    is_drawn("Power\033[D\033[D", 80, "\r\033[K> Power\033[2D");
    is_drawn("Password1 gehe\xC3\xBCm; x", 80, "\r\033[K> Password1 ******; x");
    is_drawn("Password1 \xC3\xBC\xC3\xBC\033[D", 80,
             "\r\033[K> Password1 **\033[1D");
    /* 17 letters fit, and the cursor */
    is_drawn("abcdefghijklmnopqrstuvwxyz", 20, "\r\033[K> jklmnopqrstuvwxyz");
    is_drawn("abcdefghijklmnopqrstuvwxyz\001", 20,
             "\r\033[K> abcdefghijklmnopq\033[17D");
}

/* ---- what a device says -------------------------------------------------- */

static char shown[1024];

static void keep(void *ctx, const char *line)
{
    (void)ctx;
    strcat(shown, line);
    strcat(shown, "\n");
}

static void at_noon(void *ctx, char out[16])
{
    (void)ctx;
    snprintf(out, 16, "12:00:00.000");
}

static void says(struct terminal_text *t, const char *bytes, size_t size,
                 const char *wanted)
{
    shown[0] = '\0';
    terminal_text_bytes(t, (const uint8_t *)bytes, size);
    assert_string_equal(shown, wanted);
}

static void lines_are_shown_whole(void **state)
{
    struct terminal_text t = {.line = keep, .now = at_noon};
    (void)state;
    says(&t, "on", 2, "");
    says(&t, "e\r\ntwo\n\nth", 10, "one\ntwo\n\n");
    shown[0] = '\0';
    terminal_text_quiet(&t);
    terminal_text_quiet(&t);
    assert_string_equal(shown, "th\n");
    says(&t, "a\0b\033[2J\177\xC3\xBC\n", 11, "a.b.[2J.\xC3\xBC\n");
    says(&t, "a\2332J\302\233b\303\n", 9, "a.2J.b.\n"); /* C1 controls */
    t.has_times = true;
    says(&t, "x\n\n", 3, "12:00:00.000 x\n12:00:00.000 \n");
    says(&t, "noise", 5, "");
    terminal_text_drop(&t);
    says(&t, "y\n", 2, "12:00:00.000 y\n");
}

static void text_is_made_plain(void **state)
{
    static const struct {
        const char *text, *plain;
    } rows[] = {{"", ""},
                {"one\r\n\ttwo", "one\n\ttwo"},
                {"\033[2J", ".[2J"},
                {"gr\xC3\xBC\xC3\x9F", "gr\xC3\xBC\xC3\x9F"},
                {"\xE2\x80", ".."},
                {"\xC2\x9B\x9B\x7F", "..."}};
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char text[32];
        snprintf(text, sizeof(text), "%s", rows[i].text);
        assert_int_equal(terminal_text_plain(text, strlen(text)),
                         strlen(rows[i].plain));
        assert_string_equal(text, rows[i].plain);
    }
}

static void a_line_without_end_is_cut(void **state)
{
    struct terminal_text t = {.line = keep};
    char bytes[TERMINAL_LINE];
    (void)state;
    memset(bytes, 'x', sizeof(bytes));
    shown[0] = '\0';
    terminal_text_bytes(&t, (const uint8_t *)bytes, sizeof(bytes));
    assert_int_equal(strlen(shown), TERMINAL_LINE);
    assert_int_equal(t.size, 1);
}

static void bytes_are_shown(void **state)
{
    struct terminal_text t = {.line = keep, .is_hex = true};
    (void)state;
    says(&t, "0123456789abc\r\n\377?", 17,
         "30 31 32 33 34 35 36 37 38 39 61 62 63 0d 0a ff "
         "|0123456789abc...|\n");
    shown[0] = '\0';
    terminal_text_set_hex(&t, false);
    assert_string_equal(
        shown, "3f                                              |?|\n");
}

/* ---- two speeds ---------------------------------------------------------- */

static enum baud_verdict hears(struct baud_change *b, const char *bytes,
                               size_t size)
{
    enum baud_verdict verdict = BAUD_FINE;
    for (size_t i = 0; i < size && verdict != BAUD_CHANGED; i++) {
        enum baud_verdict v = baud_change_byte(b, (uint8_t)bytes[i]);
        verdict = v > verdict ? v : verdict;
    }
    return verdict;
}

static const char noise[] = "\x8c\x1c\xe0\x92\xf2\x8e\x6c\x9c\x9e\x02\x0c\xec"
                            "\x8c\xfe\x12\x92\x6c\x72\x8c\x9c\x6e\xe2\x82\xee";
static const char text[] = "00:00:00.002 CFG: Loaded from flash\r\n";

static void noise_changes_the_speed(void **state)
{
    struct baud_change b;
    (void)state;
    baud_change_start(&b, 115200);
    assert_int_equal(hears(&b, text, sizeof(text) - 1), BAUD_FINE);
    assert_int_equal(hears(&b, noise, 24), BAUD_CHANGED);
    assert_int_equal(b.now, BAUD_OF_ROM);
    assert_int_equal(baud_change_quiet(&b, 1000), BAUD_FINE);
    assert_int_equal(hears(&b, text, sizeof(text) - 1), BAUD_FINE);
    assert_int_equal(baud_change_quiet(&b, 59), BAUD_FINE);
    assert_int_equal(baud_change_quiet(&b, 60), BAUD_ENDED);
    assert_int_equal(b.now, 115200);
}

static void a_reset_begins_with_the_rom(void **state)
{
    struct baud_change b;
    (void)state;
    baud_change_start(&b, 115200);
    baud_change_reset(&b, false);
    assert_int_equal(b.now, BAUD_OF_ROM);
    assert_int_equal(hears(&b, noise, 24), BAUD_CHANGED); /* it was no ROM */
    assert_int_equal(b.now, 115200);
    baud_change_reset(&b, false);
    baud_change_send(&b);
    assert_int_equal(b.now, 115200);
}

static void a_reset_by_hand_is_waited_for(void **state)
{
    struct baud_change b;
    (void)state;
    baud_change_start(&b, 115200);
    baud_change_reset(&b, true);
    for (unsigned i = 0; i < 9; i++)
        assert_int_equal(hears(&b, noise, 24), BAUD_NOISE);
    assert_int_equal(b.now, BAUD_OF_ROM);
    hears(&b, text, sizeof(text) - 1);
    assert_int_equal(baud_change_quiet(&b, 60), BAUD_ENDED);
    assert_int_equal(b.now, 115200);
}

static void noise_at_both_ends_somewhere(void **state)
{
    struct baud_change b;
    unsigned changes = 0;
    (void)state;
    baud_change_start(&b, 115200);
    for (unsigned i = 0; i < 50; i++)
        changes += hears(&b, noise, 24) == BAUD_CHANGED;
    assert_int_equal(changes, 4);
    assert_int_equal(b.now, 115200);
    assert_true(baud_change_is_lost(&b));
    hears(&b, text, sizeof(text) - 1);
    assert_false(baud_change_is_lost(&b));
}

static void the_roms_last_line_ends_it(void **state)
{
    struct baud_change b;
    (void)state;
    baud_change_start(&b, 115200);
    assert_int_equal(hears(&b, "\r\ncsum 0x9a\r\n", 13), BAUD_FINE);
    baud_change_reset(&b, true);
    assert_int_equal(hears(&b, "chksum 0x9a\r\ncsum 0x9a", 22), BAUD_FINE);
    assert_int_equal(hears(&b, "\r", 1), BAUD_ENDED);
    assert_int_equal(b.now, 115200);
}

static void silence_ends_a_piece(void **state)
{
    struct baud_change b;
    (void)state;
    baud_change_start(&b, 115200);
    hears(&b, noise, 6);
    assert_int_equal(baud_change_quiet(&b, 19), BAUD_FINE);
    assert_int_equal(baud_change_quiet(&b, 20), BAUD_NOISE);
    assert_int_equal(baud_change_quiet(&b, 20), BAUD_FINE);
    hears(&b, text, 6);
    assert_int_equal(baud_change_quiet(&b, 20), BAUD_FINE);
}

static void names_are_no_noise(void **state)
{
    struct baud_change b;
    (void)state;
    baud_change_start(&b, 115200);
    assert_true(BAUD_FINE == hears(&b,
                                   "{\"K\xC3\xBC"
                                   "che\":\"T\xC3\xBCr\",\"a\":1}",
                                   24));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(passwords_are_hidden),
        cmocka_unit_test(a_short_room_shows_no_secret),
        cmocka_unit_test(what_a_device_says_has_no_passwords),
        cmocka_unit_test(a_file_has_no_web_password),
        cmocka_unit_test(keys_edit_the_line),
        cmocka_unit_test(keys_that_are_no_letters),
        cmocka_unit_test(lines_come_back),
        cmocka_unit_test(a_line_has_an_end),
        cmocka_unit_test(the_line_is_drawn),
        cmocka_unit_test(lines_are_shown_whole),
        cmocka_unit_test(text_is_made_plain),
        cmocka_unit_test(a_line_without_end_is_cut),
        cmocka_unit_test(bytes_are_shown),
        cmocka_unit_test(noise_changes_the_speed),
        cmocka_unit_test(a_reset_begins_with_the_rom),
        cmocka_unit_test(a_reset_by_hand_is_waited_for),
        cmocka_unit_test(noise_at_both_ends_somewhere),
        cmocka_unit_test(the_roms_last_line_ends_it),
        cmocka_unit_test(silence_ends_a_piece),
        cmocka_unit_test(names_are_no_noise),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
