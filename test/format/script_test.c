#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "format/script.h"

/* What happens in the world of a row, told ahead: `ms event` lines; a line
 * "ms >text" is console output. Acting lines are not answered by this world. */
struct world {
    struct script script;
    struct script_ops ops;
    uint64_t now;
    const char *plan;
    char answers[1024];
    unsigned act_count;
    uint64_t acted_at;
    enum err act_result;
};

static enum err on_act(void *ctx, const struct control *control)
{
    struct world *w = ctx;
    (void)control;
    w->act_count++;
    w->acted_at = w->now;
    return w->act_result;
}

static void on_answer(void *ctx, const char *text)
{
    struct world *w = ctx;
    strcat(w->answers, text);
    strcat(w->answers, "\n");
}

/* Tell the script what is due in the plan up to now. */
static void happen(struct world *w)
{
    unsigned ms;
    int used;
    while (sscanf(w->plan, "%u %n", &ms, &used) == 1 && ms <= w->now) {
        char line[128];
        size_t size = strcspn(w->plan + used, "\n");
        memcpy(line, w->plan + used, size);
        line[size] = 0;
        w->plan += (size_t)used + size;
        w->plan += *w->plan == '\n';
        if (line[0] != '>') {
            script_event(&w->script, line);
        }
        for (size_t i = 1; line[0] == '>' && line[i]; i++) {
            script_console(&w->script, (uint8_t)line[i]);
        }
    }
}

static void play(struct world *w, const char *text, const char *plan)
{
    memset(w, 0, sizeof(*w));
    w->ops = (struct script_ops){on_act, on_answer, w};
    w->plan = plan;
    script_init(&w->script, &w->ops, 0);
    while (script_take(&w->script, w->now, &text)) {
        w->now++;
        happen(w);
        assert_true(w->now < 100000);
    }
}

/* clang-format off */
static const struct {
    const char *what, *text, *plan;
    const char *answers;
    uint64_t end_ms;
} rows[] = {
    {"an expected event ends the wait at once",
     "press 0\nexpect relay 1 on within 100\n", "30 relay 1 on\n",
     "ok\nok\n", 30},
    {"an event that never comes fails at its time",
     "expect relay 1 on within 100", "30 relay 1 off\n101 relay 1 on\n",
     "failed expect relay 1 on within 100\n", 100},
    {"an event between the act and the expect counts",
     "press 0\nsleep 50\nexpect relay 1 on within 1", "10 relay 1 on\n",
     "ok\nok\nok\n", 50},
    {"an event before the last act does not count",
     "press 0\nsleep 50\nrelease 0\nexpect relay 1 on within 9", "10 relay 1 on\n",
     "ok\nok\nok\nfailed expect relay 1 on within 9\n", 59},
    {"show does not forget",
     "sleep 50\nshow\nexpect relay 1 on within 9", "10 relay 1 on\n",
     "ok\nok\nok\n", 50},
    {"each event fulfils one expect",
     "expect led 1 on within 50\nexpect led 1 on within 50", "10 led 1 on\n",
     "ok\nfailed expect led 1 on within 50\n", 60},
    {"two events may be asked for in either order",
     "sleep 5\nexpect b within 1\nexpect a within 1", "1 a\n2 b\n",
     "ok\nok\nok\n", 5},
    {"a refute holds when nothing comes",
     "refute relay 1 on within 40", "41 relay 1 on\n", "ok\n", 40},
    {"a refute fails when it comes",
     "refute relay 1 on within 40", "20 relay 1 on\n",
     "failed refute relay 1 on within 40\n", 20},
    {"a refute sees what came since the act",
     "press 0\nsleep 30\nrefute relay 1 on within 10", "20 relay 1 on\n",
     "ok\nok\nfailed refute relay 1 on within 10\n", 30},
    {"console text is found inside the stream",
     "wait console POWER 100", "10 >xxPOW\n20 >ER\":\n", "ok\n", 20},
    {"console text is used up by its match",
     "wait console ON 100\nexpect console ON within 10", "10 >ON\n",
     "ok\nfailed expect console ON within 10\n", 20},
    {"console text is no event",
     "expect ON within 10", "5 >ON\n", "failed expect ON within 10\n", 10},
    {"at counts from the start",
     "sleep 10\nat 50 sleep 1\nat 20 sleep 1", "", "ok\nok\nok\n", 52},
    {"comments and empty lines are silent",
     "# hello\n\n  \nsleep 1", "", "ok\n", 1},
    {"a wrong line is said and the rest goes on",
     "fly\nsleep 3", "", "error unknown name: fly\nok\n", 3},
    {"quit ends it",
     "quit\nsleep 3", "", "ok\n", 0},
};
/* clang-format on */

static void each_script_goes_as_its_row_says(void **state)
{
    (void)state;
    static struct world w;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        play(&w, rows[i].text, rows[i].plan);
        bool is_bad = strstr(rows[i].answers, "failed") ||
                      strstr(rows[i].answers, "error");
        if (strcmp(w.answers, rows[i].answers) != 0 ||
            w.now != rows[i].end_ms || script_has_failed(&w.script) != is_bad) {
            fail_msg("%s: at %u ms: %s", rows[i].what, (unsigned)w.now,
                     w.answers);
        }
    }
}

static void a_password_is_not_repeated(void **state)
{
    (void)state;
    static struct world w;
    static const struct {
        const char *line, *answer;
    } lines[] = {
        {"phone join home \"a secret", "phone join ..."},
        {"at 0 phone join home secret secret", "at 0 phone join ..."},
        {"air password home secret", "air password ..."},
        {"phone leave now", "phone leave ..."},
        {"console Password1 secret", "console ..."},
        {"press 0 soon", "press 0 soon"},
    };
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        char answer[128];
        play(&w, "", "");
        w.act_result = ERR_FORMAT;
        script_line(&w.script, 0, lines[i].line);
        snprintf(answer, sizeof(answer), "error malformed data: %s\n",
                 lines[i].answer);
        assert_string_equal(w.answers, answer);
    }
}

static void an_act_that_fails_is_an_error(void **state)
{
    (void)state;
    static struct world w;
    play(&w, "", "");
    w.act_result = ERR_UNKNOWN;
    script_line(&w.script, 0, "press 7\n");
    assert_string_equal(w.answers, "error unknown name: press 7\n");
    assert_true(script_has_failed(&w.script));
}

static void an_act_waits_for_its_moment(void **state)
{
    (void)state;
    static struct world w;
    play(&w, "at 70 press 0", "");
    assert_int_equal(w.act_count, 1);
    assert_int_equal(w.acted_at, 70);
}

static void the_newest_events_and_text_are_kept(void **state)
{
    (void)state;
    static struct world w;
    play(&w, "", "");
    for (unsigned i = 0; i < 20000; i++) {
        char line[64];
        snprintf(line, sizeof(line), "led 1 %s %u", i % 2 ? "on" : "off", i);
        script_event(&w.script, line);
        script_console(&w.script, (uint8_t)('a' + i % 26));
    }
    script_line(&w.script, 0, "expect led 1 on 19999 within 1");
    script_line(&w.script, 0, "expect console defg within 1");
    assert_string_equal(w.answers, "ok\nok\n");
    script_line(&w.script, 0, "expect led 1 on 1 within 1");
    assert_true(script_is_waiting(&w.script));
}

/* Also when an acting line has made the script forget the event. */
static void a_stop_is_remembered_until_it_is_expected(void **state)
{
    (void)state;
    static struct world w;
    play(&w, "", "");
    script_event(&w.script, "stopper on");
    assert_false(script_has_stop(&w.script));
    script_event(&w.script, "stop rule a: b");
    script_event(&w.script, "at main main.c:1");
    script_line(&w.script, 0, "expect at main within 1");
    assert_true(script_has_stop(&w.script));
    script_line(&w.script, 0, "expect stop rule a: within 1");
    assert_false(script_has_stop(&w.script));
    script_event(&w.script, "stop rule a: b");
    script_line(&w.script, 0, "press 7");
    assert_true(script_has_stop(&w.script));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_script_goes_as_its_row_says),
        cmocka_unit_test(a_password_is_not_repeated),
        cmocka_unit_test(an_act_that_fails_is_an_error),
        cmocka_unit_test(an_act_waits_for_its_moment),
        cmocka_unit_test(the_newest_events_and_text_are_kept),
        cmocka_unit_test(a_stop_is_remembered_until_it_is_expected),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
