/* The RFC 2217 server's waiting, with a pair of sockets for the connection. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "tool/bench_server.h"

static short events_of(const struct bench_port *port)
{
    struct bench_poll poll = {.count = 0};
    short events = 0;
    bench_port_poll(port, &poll);
    for (unsigned i = 0; i < poll.count; i++) {
        if (poll.fds[i].fd == port->fd) {
            events = poll.fds[i].events;
        }
    }
    bench_poll_free(&poll);
    return events;
}

/* The loop sleeps until the chip's next event; a byte that the chip has sent
 * must not lie there so long. */
static void a_byte_from_the_chip_wakes_the_loop(void **state)
{
    (void)state;
    struct bench_wire wire = {.bench = NULL};
    struct bench_port port;
    struct bench_poll none = {.count = 0};
    int pair[2];
    uint8_t got[8];
    assert_int_equal(bench_port_open(&port, &wire, 0), ERR_NONE);
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair),
                     0);
    port.fd = pair[0];
    assert_int_equal(events_of(&port) & POLLOUT, 0);
    bench_port_byte(&port, 'x');
    assert_int_equal(events_of(&port) & POLLOUT, POLLOUT);
    /* Not while it may not be sent: the loop would spin. */
    port.session.is_suspended = true;
    assert_int_equal(events_of(&port) & POLLOUT, 0);
    port.session.is_suspended = false;
    bench_port_serve(&port, &none);
    assert_int_equal(read(pair[1], got, sizeof(got)), 1);
    assert_int_equal(got[0], 'x');
    assert_int_equal(events_of(&port) & POLLOUT, 0);
    bench_port_close(&port);
    close(pair[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_byte_from_the_chip_wakes_the_loop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
