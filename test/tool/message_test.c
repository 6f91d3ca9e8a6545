/* Progress: lines for people where stderr is no terminal, objects for machines,
 * and the last line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "tool/message.h"
#include "tool/os.h"

static char out[4096], talk[4096];

static void take(FILE *file, char *text, size_t room)
{
    fflush(file);
    rewind(file);
    text[fread(text, 1, room - 1, file)] = '\0';
    fclose(file);
}

/* What the function prints on stdout and stderr. */
static void catch (void (*function)(void))
{
    FILE *files[2] = {tmpfile(), tmpfile()};
    int old[2] = {dup(1), dup(2)};
    fflush(NULL);
    for (int i = 0; i < 2; i++)
        assert_true(files[i] && dup2(fileno(files[i]), i + 1) >= 0);
    function();
    fflush(NULL);
    for (int i = 0; i < 2; i++) {
        dup2(old[i], i + 1);
        close(old[i]);
    }
    take(files[0], out, sizeof(out));
    take(files[1], talk, sizeof(talk));
}

static void work(void)
{
    struct message_progress p = {0};
    message_begin(&p);
    message_progress(&p, "compare", 4096, 65536);
    message_progress(&p, "compare", 8192, 65536);
    message_progress(&p, "compare", 65536, 65536);
    message_progress(&p, "write", 0, 4096);
    message_progress(&p, "write", 4096, 4096);
    message_progress(&p, "write", 0, 65536);
    os_sleep_ms(250);
    message_progress(&p, "write", 100, 65536);
    message_progress(&p, "write", 65536, 65536);
    message_done(&p, false);
}

static void idle(void)
{
    struct message_progress p = {0};
    message_begin(&p);
    message_done(&p, false);
    message_done(&p, true);
    message_bell(3);
}

static void people_get_plain_lines(void **state)
{
    (void)state;
    catch (work);
    assert_string_equal(out, "");
    assert_null(strstr(talk, "compare "));
    assert_null(strstr(talk, "4096"));
    assert_non_null(strstr(talk, "write  65536 bytes in 0."));
    assert_null(strchr(talk, '\r'));
    assert_null(strchr(talk, '%')); /* all within ten seconds */
    const char *last = strstr(talk, "Done in 0.");
    assert_non_null(last);
    assert_string_equal(strchr(last, ':'), ": compared 64 KB, wrote 68 KB.\n");
}

static void machines_get_one_object_a_line(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "{\"event\":\"progress\",\"phase\":\"compare\",\"done\":4096,"
        "\"total\":65536}\n",
        "{\"event\":\"progress\",\"phase\":\"compare\",\"done\":65536,"
        "\"total\":65536}\n",
        "{\"event\":\"progress\",\"phase\":\"write\",\"done\":0,"
        "\"total\":4096}\n",
        "{\"event\":\"progress\",\"phase\":\"write\",\"done\":4096,"
        "\"total\":4096}\n",
        "{\"event\":\"progress\",\"phase\":\"write\",\"done\":0,"
        "\"total\":65536}\n",
        "{\"event\":\"progress\",\"phase\":\"write\",\"done\":100,"
        "\"total\":65536}\n",
        "{\"event\":\"progress\",\"phase\":\"write\",\"done\":65536,"
        "\"total\":65536}\n",
    };
    message_json_errors(true);
    catch (work);
    message_json_errors(false);
    const char *at = out;
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        print_message("# %s", lines[i]);
        assert_int_equal(strncmp(at, lines[i], strlen(lines[i])), 0);
        at += strlen(lines[i]);
    }
    assert_string_equal(at, "");
}

static void nothing_done_is_said_only_where_it_is_news(void **state)
{
    (void)state;
    catch (idle);
    assert_string_equal(talk, "Done in 0.0 s: it was on the flash already.\n");
}

static void say_much(void)
{
    message_talk("Eleven chars twelve chars eleven chars twelve chars eleven "
                 "chars twelve chars and some more.");
}

static void a_narrow_terminal_gets_narrow_lines(void **state)
{
    (void)state;
    static const struct {
        const char *columns;
        size_t first; /* characters of the first line */
    } rows[] = {{"", 77}, {"40", 38}, {"50", 45}, {"200", 77}, {"5", 77}};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        assert_int_equal(setenv("COLUMNS", rows[i].columns, 1), 0);
        catch (say_much);
        print_message("# %s: %s", rows[i].columns, talk);
        assert_int_equal(strcspn(talk, "\n"), rows[i].first);
    }
    unsetenv("COLUMNS");
}

static const struct {
    const char *text, *json;
} json_rows[] = {
    {"plain", "\"plain\""},
    {"a\"b\\c\n", "\"a\\\"b\\\\c\\u000a\""},
    {"gr\xC3\xBC\xE2\x82\xAC\xF0\x9F\x98\x80",
     "\"gr\xC3\xBC\xE2\x82\xAC\xF0\x9F\x98\x80\""},
    {"a\xFFz", "\"a\\ufffdz\""},
    {"\xC3", "\"\\ufffd\""},
    {"\xC0\xAF", "\"\\ufffd\\ufffd\""},
    {"\xED\xA0\x80", "\"\\ufffd\\ufffd\\ufffd\""},
    {"\xE0\x80\xAF", "\"\\ufffd\\ufffd\\ufffd\""},
    {"\xF4\x90\x80\x80", "\"\\ufffd\\ufffd\\ufffd\\ufffd\""},
};

static void say_json(void)
{
    for (size_t i = 0; i < sizeof(json_rows) / sizeof(json_rows[0]); i++) {
        message_json(json_rows[i].text);
        putchar('\n');
    }
}

static void any_name_becomes_json(void **state)
{
    (void)state;
    catch (say_json);
    const char *at = out;
    for (size_t i = 0; i < sizeof(json_rows) / sizeof(json_rows[0]); i++) {
        size_t size = strlen(json_rows[i].json);
        assert_int_equal(strcspn(at, "\n"), size);
        assert_memory_equal(at, json_rows[i].json, size);
        at += size + 1;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_narrow_terminal_gets_narrow_lines),
        cmocka_unit_test(any_name_becomes_json),
        cmocka_unit_test(people_get_plain_lines),
        cmocka_unit_test(machines_get_one_object_a_line),
        cmocka_unit_test(nothing_done_is_said_only_where_it_is_news),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
