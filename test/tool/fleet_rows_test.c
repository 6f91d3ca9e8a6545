/* Tests of which device has which row, when several ask at once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "tool/fleet_rows.h"

#define OWN "5C:CF:7F:00:00:02"
#define A "5C:CF:7F:00:00:0A"
#define B "5C:CF:7F:00:00:0B"

struct world {
    struct fleet_rows rows;
    char path[32];
    char problem[256];
};

/* Row 2 is one device's; the rest are free. */
static int set_up(void **state)
{
    struct world *w = calloc(1, sizeof(*w));
    snprintf(w->path, sizeof(w->path), "/tmp/fleetXXXXXX.csv");
    int fd = mkstemps(w->path, 4);
    FILE *file = fd < 0 ? NULL : fdopen(fd, "w");
    *state = w;
    if (!file)
        return -1;
    fputs("mac,name\n,One\n" OWN ",Two\n,Three\n", file);
    fclose(file);
    return fleet_rows_open(&w->rows, w->path, "/nowhere/at/all", w->problem,
                           sizeof(w->problem)) == ERR_NONE
               ? 0
               : -1;
}

static int tear_down(void **state)
{
    struct world *w = *state;
    unlink(w->path);
    free(w);
    return 0;
}

static enum err take(struct world *w, unsigned port, const char *mac,
                     unsigned *row)
{
    return fleet_rows_take(&w->rows, port, mac, row, w->problem,
                           sizeof(w->problem));
}

static void rows_go_by_the_order_of_the_ports(void **state)
{
    struct world *w = *state;
    unsigned row;
    fleet_rows_hold(&w->rows, 0);
    fleet_rows_hold(&w->rows, 1);
    fleet_rows_hold(&w->rows, 1); /* one is enough */
    assert_int_equal(take(w, 1, B, &row), ERR_NONE);
    assert_int_equal(row, 3);
    assert_int_equal(take(w, 0, A, &row), ERR_NONE);
    assert_int_equal(row, 1);
    assert_int_equal(take(w, 1, A, &row), ERR_NONE); /* on another port now */
    assert_int_equal(row, 1);
}

static void what_is_held_may_become_free(void **state)
{
    struct world *w = *state;
    unsigned row;
    fleet_rows_hold(&w->rows, 0);
    fleet_rows_hold(&w->rows, 1);
    fleet_rows_hold(&w->rows, 2); /* there is none for it */
    assert_int_equal(take(w, 2, A, &row), ERR_TIMEOUT);
    assert_int_equal(take(w, 0, OWN, &row), ERR_NONE);
    assert_int_equal(row, 2);
    assert_int_equal(take(w, 2, A, &row), ERR_NONE);
    assert_int_equal(row, 1);
}

static void a_port_that_failed_gives_its_row_back(void **state)
{
    struct world *w = *state;
    unsigned row;
    fleet_rows_hold(&w->rows, 0);
    fleet_rows_release(&w->rows, 0);
    fleet_rows_release(&w->rows, 0);
    assert_int_equal(take(w, 1, A, &row), ERR_NONE);
    assert_int_equal(row, 1);
    assert_int_equal(take(w, 2, B, &row), ERR_NONE);
    assert_int_equal(row, 3);
    assert_int_equal(take(w, 3, "", &row), ERR_UNKNOWN);
}

int main(void)
{
#define ROW(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        ROW(rows_go_by_the_order_of_the_ports),
        ROW(what_is_held_may_become_free),
        ROW(a_port_that_failed_gives_its_row_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
