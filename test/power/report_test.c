/* The last lines of a sweep are what scripts read, and its exit code. */
#include "test/power/report.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* What report_end says, and its exit code. */
static int say_end(const struct report *total, char *text, size_t room)
{
    int keep = dup(STDOUT_FILENO);
    FILE *file = tmpfile();
    assert_non_null(file);
    fflush(stdout);
    assert_true(dup2(fileno(file), STDOUT_FILENO) >= 0);
    int code = report_end(total);
    assert_true(dup2(keep, STDOUT_FILENO) >= 0);
    close(keep);
    rewind(file);
    text[fread(text, 1, room - 1, file)] = 0;
    fclose(file);
    return code;
}

static void numbers_add_up_to_the_last_line(void **state)
{
    (void)state;
    char text[256];
    struct report total = {.name = "all"};
    const struct report one = {.cuts = 3, .boots = 4};
    report_add(&total, &one);
    report_add(&total, &one);
    assert_int_equal(say_end(&total, text, sizeof(text)), 0);
    assert_string_equal(text, "past three boots 0 relays late 0 words twice 0\n"
                              "cuts 6 boots 8 settings lost 0 bricks 0\n");
}

static void anything_broken_fails(void **state)
{
    (void)state;
    for (unsigned kind = 1; kind < REPORT_KINDS; kind++) {
        char text[256];
        struct report total = {.name = "all", .cuts = 1, .boots = 1};
        total.broken[kind] = 2;
        assert_int_equal(say_end(&total, text, sizeof(text)), 1);
        assert_true(kind != REPORT_SETTINGS || strstr(text, "lost 2 bricks 0"));
        assert_true(kind != REPORT_IMAGE || strstr(text, "lost 0 bricks 2"));
        assert_true(kind != REPORT_BOOTS || strstr(text, "lost 0 bricks 2"));
        assert_true(kind != REPORT_STRICT || strstr(text, "words twice 2"));
    }
}

static void nothing_done_fails(void **state)
{
    (void)state;
    char text[256];
    const struct report total = {.name = "all"};
    assert_int_equal(say_end(&total, text, sizeof(text)), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_add_up_to_the_last_line),
        cmocka_unit_test(anything_broken_fails),
        cmocka_unit_test(nothing_done_fails),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
