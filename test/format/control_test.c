#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "format/control.h"

#define NONE ERR_NONE

/* clang-format off */
static const struct {
    const char *line;
    enum err e;
    struct control want;
} lines[] = {
    {"", NONE, {.verb = CONTROL_NOTHING}},
    {"   \r\n", NONE, {.verb = CONTROL_NOTHING}},
    {"# press 0", NONE, {.verb = CONTROL_NOTHING}},
    {"power on", NONE, {.verb = CONTROL_POWER_ON}},
    {" power\toff\n", NONE, {.verb = CONTROL_POWER_OFF}},
    {"power cycle", NONE, {.verb = CONTROL_POWER_CYCLE}},
    {"press 0", NONE, {.verb = CONTROL_PRESS}},
    {"press 9 100", NONE, {.verb = CONTROL_PRESS, .number = 9, .ms = 100}},
    {"release 10", NONE, {.verb = CONTROL_RELEASE, .number = 10}},
    {"s2 close", NONE, {.verb = CONTROL_SWITCH, .number = 1, .is_on = true}},
    {"s2 open", NONE, {.verb = CONTROL_SWITCH, .number = 1}},
    {"switch 2 close", NONE, {.verb = CONTROL_SWITCH, .number = 2, .is_on = true}},
    {"analog 3300", NONE, {.verb = CONTROL_ANALOG, .number = 3300}},
    {"analog 3301", ERR_FORMAT, {0}},
    {"analog", ERR_FORMAT, {0}},
    {"analog 5 mV", ERR_FORMAT, {0}},
    {"dtr on", NONE, {.verb = CONTROL_DTR, .is_on = true}},
    {"rts off", NONE, {.verb = CONTROL_RTS}},
    {"console Power  TOGGLE ", NONE, {.verb = CONTROL_CONSOLE, .text = "Power  TOGGLE"}},
    {"sleep 4294967295", NONE, {.verb = CONTROL_SLEEP, .ms = 4294967295u}},
    {"at 1000 press 0 50", NONE, {.verb = CONTROL_PRESS, .has_at = true, .at_ms = 1000, .ms = 50}},
    {"phone join", NONE, {.verb = CONTROL_PHONE, .is_on = true}},
    {"phone join \"a b\" \"p\\\"w\"", NONE, {.verb = CONTROL_PHONE, .is_on = true, .text = "\"a b\" \"p\\\"w\""}},
    {"phone leave", NONE, {.verb = CONTROL_PHONE}},
    {"phone leave now", ERR_FORMAT, {.verb = CONTROL_NOTHING}},
    {"phone join a b c", ERR_FORMAT, {.verb = CONTROL_NOTHING}},
    {"phone join \"a", ERR_FORMAT, {.verb = CONTROL_NOTHING}},
    {"phone", ERR_FORMAT, {.verb = CONTROL_NOTHING}},
    {"air down \"home\"", NONE, {.verb = CONTROL_AIR, .text = "down \"home\""}},
    {"air", ERR_FORMAT, {.verb = CONTROL_NOTHING}},
    {"wait relay 1 on", NONE, {.verb = CONTROL_EXPECT, .ms = 5000, .text = "relay 1 on"}},
    {"wait relay 1 on 500", NONE, {.verb = CONTROL_EXPECT, .ms = 500, .text = "relay 1 on"}},
    {"wait relay 1 on within 7", NONE, {.verb = CONTROL_EXPECT, .ms = 7, .text = "relay 1 on"}},
    {"wait console POWER ON 500", NONE, {.verb = CONTROL_EXPECT, .ms = 500, .is_console = true, .text = "POWER ON"}},
    {"wait console id 3 within 9", NONE, {.verb = CONTROL_EXPECT, .ms = 9, .is_console = true, .text = "id 3"}},
    {"expect relay 1 on within 20", NONE, {.verb = CONTROL_EXPECT, .ms = 20, .text = "relay 1 on"}},
    {"refute reset within 100", NONE, {.verb = CONTROL_REFUTE, .ms = 100, .text = "reset"}},
    {"show", NONE, {.verb = CONTROL_SHOW}},
    {"quit", NONE, {.verb = CONTROL_QUIT}},
    {"cut at 20", NONE, {.verb = CONTROL_CUT, .cut = CUT_AT, .ms = 20}},
    {"cut in 0", NONE, {.verb = CONTROL_CUT, .cut = CUT_IN}},
    {"cut cycle 18446744073709551615", NONE, {.verb = CONTROL_CUT, .cut = CUT_CYCLE, .cycle = UINT64_MAX}},
    {"cut after 7 flash", NONE, {.verb = CONTROL_CUT, .cut = CUT_FLASH, .number = 7, .outcome = CUT_TORN}},
    {"cut after 1 flash torn", NONE, {.verb = CONTROL_CUT, .cut = CUT_FLASH, .number = 1, .outcome = CUT_TORN}},
    {"cut after 2 flash before", NONE, {.verb = CONTROL_CUT, .cut = CUT_FLASH, .number = 2, .outcome = CUT_BEFORE}},
    {"at 9 cut after 3 flash after", NONE, {.verb = CONTROL_CUT, .has_at = true, .at_ms = 9, .cut = CUT_FLASH, .number = 3, .outcome = CUT_AFTER}},
    {"cut off", NONE, {.verb = CONTROL_CUT, .cut = CUT_OFF}},
    {"brownout 5 300 20", NONE, {.verb = CONTROL_BROWNOUT, .number = 5, .ms = 300, .off_ms = 20}},
    {"stuck 247", NONE, {.verb = CONTROL_STUCK, .number = 247, .is_on = true}},
    {"stuck 247 off", NONE, {.verb = CONTROL_STUCK, .number = 247}},
    {"worn 0", NONE, {.verb = CONTROL_WORN, .is_on = true}},
    {"worn 0 off", NONE, {.verb = CONTROL_WORN}},
    {"weak 3", NONE, {.verb = CONTROL_WEAK, .number = 3, .is_on = true}},
    {"weak 3 off", NONE, {.verb = CONTROL_WEAK, .number = 3}},
    {"flash dead", NONE, {.verb = CONTROL_FLASH, .choice = FLASH_DEAD}},
    {"flash protected", NONE, {.verb = CONTROL_FLASH, .choice = FLASH_PROTECTED}},
    {"flash sound", NONE, {.verb = CONTROL_FLASH, .choice = FLASH_SOUND}},
    {"softap off", NONE, {.verb = CONTROL_SOFTAP}},
    {"softap on", NONE, {.verb = CONTROL_SOFTAP, .is_on = true}},
    {"tie 2 low", NONE, {.verb = CONTROL_TIE, .number = 2, .choice = TIE_LOW}},
    {"tie 15 high", NONE, {.verb = CONTROL_TIE, .number = 15, .choice = TIE_HIGH}},
    {"tie 15 off", NONE, {.verb = CONTROL_TIE, .number = 15, .choice = TIE_OFF}},
    {"strict on", NONE, {.verb = CONTROL_STRICT, .is_on = true}},
    {"strict off", NONE, {.verb = CONTROL_STRICT}},
    {"noise lose 1", NONE, {.verb = CONTROL_NOISE, .noise = LINE_LOSE, .number = 1000, .is_to = true, .is_from = true}},
    {"noise double 100 to", NONE, {.verb = CONTROL_NOISE, .noise = LINE_DOUBLE, .number = 100000, .is_to = true}},
    {"noise flip 0 from", NONE, {.verb = CONTROL_NOISE, .noise = LINE_FLIP, .is_from = true}},
    {"noise flip 3 both", NONE, {.verb = CONTROL_NOISE, .noise = LINE_FLIP, .number = 3000, .is_to = true, .is_from = true}},
    {"noise lose 0.25 to", NONE, {.verb = CONTROL_NOISE, .noise = LINE_LOSE, .number = 250, .is_to = true}},
    {"noise lose 99.999 to", NONE, {.verb = CONTROL_NOISE, .noise = LINE_LOSE, .number = 99999, .is_to = true}},
    {"noise lose 0.001 to", NONE, {.verb = CONTROL_NOISE, .noise = LINE_LOSE, .number = 1, .is_to = true}},
    {"noise off", NONE, {.verb = CONTROL_NOISE, .noise = LINE_QUIET}},
    {"unplug", NONE, {.verb = CONTROL_UNPLUG}},
    {"unplug 250", NONE, {.verb = CONTROL_UNPLUG, .ms = 250}},
    {"plug", NONE, {.verb = CONTROL_PLUG}},
    {"cut", ERR_FORMAT, {0}},
    {"cut 5", ERR_FORMAT, {0}},
    {"cut at", ERR_FORMAT, {0}},
    {"cut in 5 ms", ERR_FORMAT, {0}},
    {"cut in -5", ERR_FORMAT, {0}},
    {"cut cycle", ERR_FORMAT, {0}},
    {"cut cycle 18446744073709551616", ERR_FORMAT, {0}},
    {"cut after 0 flash", ERR_FORMAT, {0}},
    {"cut after 1", ERR_FORMAT, {0}},
    {"cut after flash", ERR_FORMAT, {0}},
    {"cut after 1 flash half", ERR_FORMAT, {0}},
    {"cut after 1 flash torn now", ERR_FORMAT, {0}},
    {"cut off now", ERR_FORMAT, {0}},
    {"brownout", ERR_FORMAT, {0}},
    {"brownout 5 300", ERR_FORMAT, {0}},
    {"brownout 0 300 20", ERR_FORMAT, {0}},
    {"brownout 5 0 20", ERR_FORMAT, {0}},
    {"brownout 5 300 0", ERR_FORMAT, {0}},
    {"brownout 5 300 20 1", ERR_FORMAT, {0}},
    {"stuck", ERR_FORMAT, {0}},
    {"stuck 1 on", ERR_FORMAT, {0}},
    {"worn 1 off now", ERR_FORMAT, {0}},
    {"weak", ERR_FORMAT, {0}},
    {"flash", ERR_FORMAT, {0}},
    {"flash off", ERR_FORMAT, {0}},
    {"flash dead now", ERR_FORMAT, {0}},
    {"softap", ERR_FORMAT, {0}},
    {"tie 2", ERR_FORMAT, {0}},
    {"tie low", ERR_FORMAT, {0}},
    {"tie 2 on", ERR_FORMAT, {0}},
    {"tie 2 low now", ERR_FORMAT, {0}},
    {"strict", ERR_FORMAT, {0}},
    {"noise", ERR_FORMAT, {0}},
    {"noise lose", ERR_FORMAT, {0}},
    {"noise lose 101", ERR_FORMAT, {0}},
    {"noise lose 100.001", ERR_FORMAT, {0}},
    {"noise lose 1.", ERR_FORMAT, {0}},
    {"noise lose .5", ERR_FORMAT, {0}},
    {"noise lose 1.0001", ERR_FORMAT, {0}},
    {"noise lose 1.-5", ERR_FORMAT, {0}},
    {"noise swap 1", ERR_FORMAT, {0}},
    {"noise lose 1 up", ERR_FORMAT, {0}},
    {"noise off 1", ERR_FORMAT, {0}},
    {"unplug now", ERR_FORMAT, {0}},
    {"plug 5", ERR_FORMAT, {0}},
    {"fly", ERR_UNKNOWN, {0}},
    {"Power on", ERR_UNKNOWN, {0}},
    {"at 5", ERR_UNKNOWN, {.has_at = true, .at_ms = 5}},
    {"at 5 at 6 show", ERR_UNKNOWN, {.has_at = true, .at_ms = 5}},
    {"at x show", ERR_FORMAT, {.has_at = true}},
    {"power", ERR_FORMAT, {0}},
    {"power on now", ERR_FORMAT, {0}},
    {"press", ERR_FORMAT, {0}},
    {"press x", ERR_FORMAT, {0}},
    {"press 0 100 5", ERR_FORMAT, {0}},
    {"press -1", ERR_FORMAT, {0}},
    {"press 4294967296", ERR_FORMAT, {0}},
    {"switch close", ERR_FORMAT, {0}},
    {"s2 shut", ERR_FORMAT, {0}},
    {"dtr", ERR_FORMAT, {0}},
    {"console", ERR_FORMAT, {0}},
    {"console  ", ERR_FORMAT, {0}},
    {"sleep", ERR_FORMAT, {0}},
    {"wait 500", ERR_FORMAT, {0}},
    {"wait", ERR_FORMAT, {0}},
    {"expect relay 1 on", ERR_FORMAT, {0}},
    {"expect relay 1 on 500", ERR_FORMAT, {0}},
    {"expect within 500", ERR_FORMAT, {0}},
    {"expect console within 500", ERR_FORMAT, {0}},
    {"show me", ERR_FORMAT, {0}},
};
/* clang-format on */

static bool is_same_fault(const struct control *a, const struct control *b)
{
    return a->off_ms == b->off_ms && a->cycle == b->cycle && a->cut == b->cut &&
           a->outcome == b->outcome && a->noise == b->noise &&
           a->is_to == b->is_to && a->is_from == b->is_from;
}

static void each_line_is_read_as_its_row_says(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        struct control got;
        enum err e = control_parse(lines[i].line, &got);
        const struct control *want = &lines[i].want;
        if (e != lines[i].e || got.verb != want->verb ||
            (e == ERR_NONE &&
             (got.has_at != want->has_at || got.at_ms != want->at_ms ||
              got.number != want->number || got.ms != want->ms ||
              got.choice != want->choice || got.is_on != want->is_on ||
              got.is_console != want->is_console ||
              strcmp(got.text, want->text) != 0 ||
              !is_same_fault(&got, want)))) {
            fail_msg("'%s': %s verb %d number %u ms %u text '%s'",
                     lines[i].line, err_name(e), (int)got.verb, got.number,
                     got.ms, got.text);
        }
    }
}

/* Whether a line is right or not: what may be a password is not in it. */
static void an_echo_has_no_password(void **state)
{
    (void)state;
    static const struct {
        const char *line, *echo;
    } rows[] = {
        {"", ""},
        {"fly", "fly"},
        {"fly me", "fly ..."},
        {"phone", "phone"},
        {"phone join", "phone join"},
        {"phone join pogo secret", "phone join ..."},
        {"phone jion pogo secret", "phone ..."},
        {"phon join pogo secret", "phon ..."},
        {"PHONE JOIN pogo secret", "PHONE ..."},
        {"at 10 fone join pogo secret", "at 10 fone ..."},
        {"at x phone join pogo secret", "at ..."},
        {"  at 10\tphone  join\tpogo secret\r\nx", "  at 10\tphone  join\t..."},
        {"3 phone join pogo secret", "3 phone join ..."},
        {"all at 5 phone jion pogo secret", "all at 5 phone ..."},
        {"air pasword cellar secret", "air ..."},
        {"air password secret cellar", "air password ..."},
        {"air down home", "air down ..."},
        {"console Password1 secret", "console ..."},
        {"press 0 phone join pogo secret", "press 0 phone join ..."},
        {"wait 5 air password cellar secret", "wait 5 air password ..."},
        {"3 show", "3 show"},
        {"all", "all"},
        {"expect phone joined \"pogo\" within 5",
         "expect phone joined \"pogo\" within 5"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char echo[64];
        control_echo(rows[i].line, echo, sizeof(echo));
        assert_string_equal(echo, rows[i].echo);
    }
    char small[9];
    control_echo("powerless and more", small, sizeof(small));
    assert_string_equal(small, "powerles");
    control_echo("phones a secret", small, sizeof(small));
    assert_string_equal(small, "phones .");
}

static void too_long_a_text_is_refused_not_cut(void **state)
{
    (void)state;
    char line[600] = "console ";
    struct control got;
    memset(line + 8, 'x', CONTROL_TEXT - 1);
    assert_int_equal(control_parse(line, &got), ERR_NONE);
    assert_int_equal(strlen(got.text), CONTROL_TEXT - 1);
    memset(line + 8, 'x', CONTROL_TEXT);
    assert_int_equal(control_parse(line, &got), ERR_NO_ROOM);
}

static void words_match_whole_words_at_the_start(void **state)
{
    (void)state;
    static const struct {
        const char *words, *event;
        bool is_match;
    } rows[] = {
        {"relay 1 on", "relay 1 on", true},
        {"relay 1", "relay 1 on", true},
        {"relay 1", "relay 10 on", false},
        {"relay 1 on", "relay 1", false},
        {"1 on", "relay 1 on", false},
        {"boot cause 1", "boot cause 1 mode (3,6)", true},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct control expect = {.verb = CONTROL_EXPECT};
        strcpy(expect.text, rows[i].words);
        assert_int_equal(control_matches(&expect, rows[i].event),
                         rows[i].is_match);
    }
}

/* Random pieces of real lines: nothing may be read beyond the line (the
 * sanitizers watch), and every answer is one of the documented ones. */
static void garbage_is_answered_never_believed(void **state)
{
    (void)state;
    srand(8266);
    for (unsigned round = 0; round < 200000; round++) {
        char line[64];
        size_t size = 0;
        unsigned pieces = (unsigned)rand() % 4;
        for (unsigned i = 0; i <= pieces; i++) {
            const char *from =
                lines[(size_t)rand() % (sizeof(lines) / sizeof(lines[0]))].line;
            size_t skip = strlen(from) ? (size_t)rand() % strlen(from) : 0;
            size_t take = (size_t)rand() % 12;
            for (; take && from[skip] && size < 60; take--, skip++) {
                line[size++] = from[skip];
            }
            line[size++] = (char)(rand() % 8 ? ' ' : rand() % 255 + 1);
            size = size > 60 ? 60 : size;
        }
        char *exact = strndup(line, size);
        struct control got;
        enum err e = control_parse(exact, &got);
        assert_true(e == ERR_NONE || e == ERR_UNKNOWN || e == ERR_FORMAT);
        assert_true(e == ERR_NONE || got.verb == CONTROL_NOTHING);
        free(exact);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_line_is_read_as_its_row_says),
        cmocka_unit_test(an_echo_has_no_password),
        cmocka_unit_test(too_long_a_text_is_refused_not_cut),
        cmocka_unit_test(words_match_whole_words_at_the_start),
        cmocka_unit_test(garbage_is_answered_never_believed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
