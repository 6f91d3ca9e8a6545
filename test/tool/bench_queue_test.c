#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "tool/bench_queue.h"

static void bytes_come_out_in_order_over_a_full_pipe(void **state)
{
    (void)state;
    int fd[2];
    struct bench_queue queue;
    bench_queue_init(&queue, 1u << 20);
    assert_int_equal(pipe(fd), 0);
    size_t put = 0, got = 0;
    while (put < 600000) {
        uint8_t chunk[1000];
        for (size_t i = 0; i < sizeof(chunk); i++) {
            chunk[i] = (uint8_t)((put + i) * 7 / 5);
        }
        assert_true(bench_queue_put(&queue, chunk, sizeof(chunk)));
        put += sizeof(chunk);
    }
    while (got < put) {
        /* A blocking pipe, yet this never blocks, though it takes 64 KB. */
        bench_queue_write(&queue, fd[1]);
        uint8_t bytes[30000];
        ssize_t n = read(fd[0], bytes, sizeof(bytes));
        assert_true(n > 0);
        for (ssize_t i = 0; i < n; i++, got++) {
            assert_int_equal(bytes[i], (uint8_t)(got * 7 / 5));
        }
    }
    assert_int_equal(queue.size, 0);
    bench_queue_free(&queue);
    close(fd[0]);
    close(fd[1]);
}

static void what_does_not_fit_is_refused_whole(void **state)
{
    (void)state;
    struct bench_queue queue;
    bench_queue_init(&queue, 10);
    assert_true(bench_queue_put(&queue, "1234567", 7));
    assert_false(bench_queue_put(&queue, "abcd", 4));
    assert_true(bench_queue_put(&queue, "abc", 3));
    assert_memory_equal(queue.bytes, "1234567abc", 10);
    bench_queue_drop(&queue, 8);
    assert_memory_equal(queue.bytes, "bc", 2);
    bench_queue_free(&queue);
}

static void a_reader_who_left_is_noticed(void **state)
{
    (void)state;
    int fd[2];
    struct bench_queue queue;
    signal(SIGPIPE, SIG_IGN);
    bench_queue_init(&queue, 100);
    assert_int_equal(pipe(fd), 0);
    close(fd[0]);
    assert_true(bench_queue_put(&queue, "x", 1));
    bench_queue_write(&queue, fd[1]);
    assert_true(queue.is_broken);
    assert_int_equal(queue.size, 0);
    close(fd[1]);
    bench_queue_free(&queue);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_come_out_in_order_over_a_full_pipe),
        cmocka_unit_test(what_does_not_fit_is_refused_whole),
        cmocka_unit_test(a_reader_who_left_is_noticed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
