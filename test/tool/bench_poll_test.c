/* What the loop waits for: many descriptors, found by number. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "tool/bench_poll.h"

#define PAIRS 100u

struct pairs {
    struct bench_poll poll;
    int fd[PAIRS][2];
};

static void open_pairs(struct pairs *p)
{
    p->poll = (struct bench_poll){.count = 0};
    for (unsigned i = 0; i < PAIRS; i++) {
        assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, p->fd[i]), 0);
    }
}

static void close_pairs(struct pairs *p)
{
    for (unsigned i = 0; i < PAIRS; i++) {
        close(p->fd[i][0]);
        close(p->fd[i][1]);
    }
    bench_poll_free(&p->poll);
}

static void each_is_found_with_its_owner(void **state)
{
    (void)state;
    struct pairs p;
    open_pairs(&p);
    for (unsigned i = 0; i < PAIRS; i++) {
        p.poll.now_owner = 1000 + i;
        bench_poll_add(&p.poll, p.fd[i][0], POLLIN);
    }
    assert_int_equal(write(p.fd[70][1], "x", 1), 1);
    bench_poll_wait(&p.poll, 0);
    for (unsigned i = 0; i < PAIRS; i++) {
        assert_int_equal(bench_poll_found(&p.poll, p.fd[i][0], POLLIN),
                         i == 70);
        assert_int_equal(p.poll.owner[i], 1000 + i);
        assert_int_equal(p.poll.fds[i].revents != 0, i == 70);
    }
    close_pairs(&p);
}

static void events_of_one_descriptor_add_up(void **state)
{
    (void)state;
    struct pairs p;
    open_pairs(&p);
    bench_poll_add(&p.poll, p.fd[0][0], POLLIN);
    bench_poll_add(&p.poll, p.fd[0][0], POLLOUT);
    assert_int_equal(p.poll.count, 1);
    bench_poll_wait(&p.poll, 0);
    assert_false(bench_poll_found(&p.poll, p.fd[0][0], POLLIN));
    assert_true(bench_poll_found(&p.poll, p.fd[0][0], POLLOUT));
    close_pairs(&p);
}

static void what_was_not_added_is_not_found(void **state)
{
    (void)state;
    struct pairs p;
    open_pairs(&p);
    bench_poll_add(&p.poll, -1, POLLIN);
    bench_poll_add(&p.poll, p.fd[0][0], 0);
    assert_int_equal(p.poll.count, 0);
    assert_int_equal(write(p.fd[0][1], "x", 1), 1);
    bench_poll_add(&p.poll, p.fd[0][0], POLLIN);
    bench_poll_wait(&p.poll, 0);
    assert_true(bench_poll_found(&p.poll, p.fd[0][0], POLLIN));
    bench_poll_clear(&p.poll); /* another stands in its row now */
    bench_poll_add(&p.poll, p.fd[1][0], POLLOUT);
    bench_poll_wait(&p.poll, 0);
    assert_false(bench_poll_found(&p.poll, p.fd[0][0], POLLIN));
    assert_false(bench_poll_found(&p.poll, -1, POLLIN));
    assert_false(bench_poll_found(&p.poll, 1 << 20, POLLIN));
    close_pairs(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_is_found_with_its_owner),
        cmocka_unit_test(events_of_one_descriptor_add_up),
        cmocka_unit_test(what_was_not_added_is_not_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
