/* What pogo doctor says when the flash was asked for and could not be read. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "tool/doctor.h"

static char said[2048];

/* What print writes to stdout. */
static void hear(void (*print)(const struct doctor *d), const struct doctor *d)
{
    FILE *file = tmpfile();
    assert_non_null(file);
    fflush(stdout);
    int before = dup(STDOUT_FILENO);
    assert_int_not_equal(dup2(fileno(file), STDOUT_FILENO), -1);
    print(d);
    fflush(stdout);
    (void)dup2(before, STDOUT_FILENO);
    close(before);
    rewind(file);
    said[fread(said, 1, sizeof(said) - 1, file)] = '\0';
    fclose(file);
}

static void healthy_is_said_of_what_was_seen(void **state)
{
    static const struct {
        bool wants_flash, has_flash, is_healthy;
    } rows[] = {
        {false, false, true},
        {true, true, true},
        {true, false, false},
    };
    static struct doctor d;
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        memset(&d, 0, sizeof(d));
        d.wants_flash = rows[i].wants_flash;
        d.has_flash = rows[i].has_flash;
        hear(doctor_print_text, &d);
        assert_int_equal(strncmp(said, "healthy\n", 8) == 0,
                         rows[i].is_healthy);
        assert_int_equal(strstr(said, "not known whether") != NULL,
                         !rows[i].is_healthy);
        hear(doctor_print_json, &d);
        assert_int_equal(strstr(said, "\"healthy\":true") != NULL,
                         rows[i].is_healthy);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(healthy_is_said_of_what_was_seen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
