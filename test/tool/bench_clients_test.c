/* Who reads the bench's events: what a client's script and its queue make of
 * them. A pipe stands for the reader. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "tool/bench_server.h"

/* The first client, reading a script, with its output in *out. */
static void open_reader(struct bench_clients *all, const char *script, int *out)
{
    int pair[2];
    assert_int_equal(pipe(pair), 0);
    assert_int_equal(bench_clients_open(all, -1, script, NULL), ERR_NONE);
    all->row[0].out = pair[1];
    *out = pair[0];
}

static void close_reader(struct bench_clients *all, int out)
{
    int in = all->row[0].out;
    bench_clients_close(all);
    close(in);
    close(out);
}

/* The firmware's longest reply has about 2 KB. */
static void a_long_event_comes_whole(void **state)
{
    (void)state;
    static struct bench_clients all;
    struct bench_poll none = {.count = 0};
    char line[2700], got[4096];
    int out;
    memset(line, 'x', sizeof(line));
    memcpy(line, "uart {", 6);
    line[sizeof(line) - 1] = 0;
    open_reader(&all, "wait uart {xxx 100\n", &out);
    bench_clients_event(&all, line);
    bench_clients_event(&all, "relay 1 on");
    bench_clients_serve(&all, &none, 0);
    ssize_t n = read(out, got, sizeof(got));
    assert_int_equal(n, strlen(line) + 1 + strlen("relay 1 on\n"));
    assert_memory_equal(got, line, strlen(line));
    assert_memory_equal(got + strlen(line), "\nrelay 1 on\n", 12);
    close_reader(&all, out);
}

/* Its console text is matched beyond the length of one control line. */
static void a_wait_finds_the_end_of_a_long_line(void **state)
{
    (void)state;
    static struct bench_clients all;
    struct bench_poll none = {.count = 0};
    int out;
    open_reader(&all, "wait console the end 100\n", &out);
    for (unsigned i = 0; i < 2600; i++) {
        bench_clients_console(&all, 'x');
    }
    for (const char *c = "the end\n"; *c; c++) {
        bench_clients_console(&all, (uint8_t)*c);
    }
    bench_clients_serve(&all, &none, 0);
    assert_false(script_is_waiting(&all.row[0].script));
    assert_false(script_has_failed(&all.row[0].script));
    close_reader(&all, out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_long_event_comes_whole),
        cmocka_unit_test(a_wait_finds_the_end_of_a_long_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
