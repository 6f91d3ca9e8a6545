/* Who reads the bench's events: what a client's script and its queue make of
 * them. A pipe stands for the reader. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "tool/bench_device.h"
#include "tool/bench_event.h"

/* Of these no bench is opened. */
static struct bench_device devices[2] = {{.index = 0}, {.index = 1}};

/* The first client, reading a script, with its output in *out. */
static void open_reader(struct bench_clients *all, unsigned count,
                        const char *script, int *out)
{
    int pair[2];
    assert_int_equal(pipe(pair), 0);
    assert_int_equal(bench_clients_open(all, devices, count, -1, script, NULL),
                     ERR_NONE);
    for (unsigned i = 0; i < count; i++) {
        bench_script_tick(all, &devices[i]);
    }
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
    open_reader(&all, 1, "wait uart {xxx 100\n", &out);
    bench_script_event(&all, &devices[0], line);
    bench_script_event(&all, &devices[0], "relay 1 on");
    bench_clients_serve(&all, &none);
    ssize_t n = read(out, got, sizeof(got));
    assert_int_equal(n, strlen(line) + 1 + strlen("relay 1 on\n"));
    assert_memory_equal(got, line, strlen(line));
    assert_memory_equal(got + strlen(line), "\nrelay 1 on\n", 12);
    close_reader(&all, out);
}

/* For --json: the first word, and what is left, of whatever bytes. */
static void an_event_is_an_object(void **state)
{
    static const struct {
        unsigned number;
        const char *line, *is;
    } rows[] = {
        {0, "relay 1 on", "{\"event\":\"relay\",\"text\":\"1 on\"}\n"},
        {12, "uart ", "{\"bench\":12,\"event\":\"uart\",\"text\":\"\"}\n"},
        {0, "stop", "{\"event\":\"stop\",\"text\":\"\"}\n"},
        {0, "uart+  \"\\\1\xff",
         "{\"event\":\"uart+\",\"text\":\" \\\"\\\\\\u0001\\ufffd\"}\n"},
    };
    char out[BENCH_EVENT_JSON(BENCH_EVENT_ROOM)], line[BENCH_EVENT_ROOM];
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        size_t n =
            bench_event_json(rows[i].number, rows[i].line, out, sizeof(out));
        assert_string_equal(out, rows[i].is);
        assert_int_equal(n, strlen(rows[i].is));
    }
    memset(line, 1, sizeof(line)); /* the longest word, the longest escapes */
    line[4] = ' ';
    line[sizeof(line) - 1] = 0;
    size_t n = bench_event_json(UINT32_MAX, line, out, sizeof(out));
    assert_true(n < sizeof(out) && n > 6u * (sizeof(line) - 6u));
    assert_string_equal(out + n - 9, "\\u0001\"}\n");
}

/* A socket's client has lines all the same. */
static void only_stdout_gets_objects(void **state)
{
    (void)state;
    static struct bench_clients all;
    struct bench_poll none = {.count = 0};
    static const char want[] =
        "{\"bench\":2,\"event\":\"relay\",\"text\":\"1 on\"}\n";
    char got[256];
    int out, pair[2];
    open_reader(&all, 2, "wait relay 1 on 100\n", &out);
    assert_int_equal(pipe(pair), 0);
    all.is_json = true;
    all.row[1] = (struct bench_client){
        .all = &all, .is_used = true, .in = -1, .out = pair[1], .busy = 1};
    bench_queue_init(&all.row[1].queue, 1024);
    bench_script_say(&all.row[0], &devices[1], "relay 1 on");
    bench_script_say(&all.row[1], &devices[1], "relay 1 on");
    assert_int_equal(all.row[1].queue.size, strlen("[2] relay 1 on\n"));
    assert_memory_equal(all.row[1].queue.bytes, "[2] relay 1 on\n", 15);
    bench_queue_free(&all.row[1].queue);
    all.row[1].is_used = false;
    close(pair[0]);
    close(pair[1]);
    bench_clients_serve(&all, &none);
    assert_int_equal(read(out, got, sizeof(got)), strlen(want));
    assert_memory_equal(got, want, strlen(want));
    close_reader(&all, out);
}

/* Its console text is matched beyond the length of one control line. */
static void a_wait_finds_the_end_of_a_long_line(void **state)
{
    (void)state;
    static struct bench_clients all;
    struct bench_poll none = {.count = 0};
    int out;
    open_reader(&all, 1, "wait console the end 100\n", &out);
    for (unsigned i = 0; i < 2600; i++) {
        bench_script_console(&all, &devices[0], 'x');
    }
    for (const char *c = "the end\n"; *c; c++) {
        bench_script_console(&all, &devices[0], (uint8_t)*c);
    }
    bench_clients_serve(&all, &none);
    assert_false(script_is_waiting(&all.row[0].script[0].script));
    assert_false(script_has_failed(&all.row[0].script[0].script));
    close_reader(&all, out);
}

/* What has come out so far. */
static void take(struct bench_clients *all, int out, char *got, size_t room)
{
    struct bench_poll none = {.count = 0};
    bench_clients_serve(all, &none);
    ssize_t n = read(out, got, room - 1);
    assert_true(n > 0);
    got[n] = 0;
}

static void events_of_several_devices_have_their_number(void **state)
{
    (void)state;
    static struct bench_clients all;
    char got[256];
    int out;
    open_reader(&all, 2, NULL, &out);
    bench_script_event(&all, &devices[0], "relay 1 on");
    bench_script_event(&all, &devices[1], "relay 1 off");
    take(&all, out, got, sizeof(got));
    assert_string_equal(got, "[1] relay 1 on\n[2] relay 1 off\n");
    close_reader(&all, out);
}

static void each_device_runs_the_script_by_itself(void **state)
{
    (void)state;
    static struct bench_clients all;
    int out;
    open_reader(&all, 2, "wait relay 1 on 100\nwait console hi 100\n", &out);
    assert_false(bench_clients_are_done(&all));
    bench_script_event(&all, &devices[1], "relay 1 on");
    bench_script_tick(&all, &devices[1]);
    for (const char *c = "hi"; *c; c++) {
        bench_script_console(&all, &devices[0], (uint8_t)*c);
    }
    assert_true(all.row[0].script[0].is_busy); /* for its relay */
    assert_true(all.row[0].script[1].is_busy); /* for its console */
    assert_int_equal(all.row[0].busy, 2);
    bench_script_event(&all, &devices[0], "relay 1 on");
    bench_script_tick(&all, &devices[0]);
    assert_false(all.row[0].script[0].is_busy); /* it had its text already */
    assert_false(bench_clients_are_done(&all));
    for (const char *c = "hi"; *c; c++) {
        bench_script_console(&all, &devices[1], (uint8_t)*c);
    }
    assert_true(bench_clients_are_done(&all));
    assert_false(all.row[0].has_failed);
    close_reader(&all, out);
}

/* The first client's lines as if typed, one after another. */
static void lines_wait_for_the_devices_they_are_about(void **state)
{
    (void)state;
    static struct bench_clients all;
    int out;
    open_reader(&all, 2, NULL, &out);
    strcpy(all.row[0].input, "2 wait relay 1 on 100\nall sleep 5\n");
    all.row[0].input_size = strlen(all.row[0].input);
    bench_clients_resume(&all);
    assert_int_equal(all.row[0].busy, 1);
    assert_true(bench_script_due(&all, &devices[0]) == SCRIPT_NEVER);
    assert_int_equal(bench_script_due(&all, &devices[1]), 100);
    bench_script_event(&all, &devices[0], "relay 1 on");
    bench_clients_resume(&all);
    assert_int_equal(all.row[0].busy, 1); /* it was the other one's */
    bench_script_event(&all, &devices[1], "relay 1 on");
    bench_clients_resume(&all);
    assert_int_equal(all.row[0].busy, 2);
    assert_int_equal(bench_script_due(&all, &devices[0]), 5);
    close_reader(&all, out);
}

static void a_line_without_a_device_is_refused(void **state)
{
    (void)state;
    static struct bench_clients all;
    char got[256];
    int out;
    open_reader(&all, 2, NULL, &out);
    all.row[1] = all.row[0]; /* a socket's client: it gets answers */
    assert_true(bench_script_open(&all.row[1], NULL));
    bench_script_line(&all.row[1], "sleep 5");
    bench_script_line(&all.row[1], "3 sleep 5");
    bench_script_line(&all.row[1], "2 fly");
    bench_script_line(&all.row[1], "# nothing");
    bench_script_line(&all.row[1], "all wait relay 1 on 0");
    assert_int_equal(all.row[1].busy, 2);
    bench_script_tick(&all, &devices[0]);
    bench_script_tick(&all, &devices[1]);
    bench_queue_write(&all.row[1].queue, all.row[1].out);
    ssize_t n = read(out, got, sizeof(got) - 1);
    got[n > 0 ? n : 0] = 0;
    assert_string_equal(got, "error which device: sleep 5\n"
                             "error no such device: 3 sleep 5\n"
                             "[2] error unknown name: fly\n"
                             "[1] failed wait relay 1 on 0\n"
                             "[2] failed wait relay 1 on 0\n");
    assert_false(all.has_quit);
    bench_script_line(&all.row[1], "quit");
    assert_true(all.has_quit);
    bench_queue_free(&all.row[1].queue);
    bench_script_close(&all.row[1]);
    all.row[1].is_used = false;
    close_reader(&all, out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_long_event_comes_whole),
        cmocka_unit_test(an_event_is_an_object),
        cmocka_unit_test(only_stdout_gets_objects),
        cmocka_unit_test(a_wait_finds_the_end_of_a_long_line),
        cmocka_unit_test(events_of_several_devices_have_their_number),
        cmocka_unit_test(each_device_runs_the_script_by_itself),
        cmocka_unit_test(lines_wait_for_the_devices_they_are_about),
        cmocka_unit_test(a_line_without_a_device_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
