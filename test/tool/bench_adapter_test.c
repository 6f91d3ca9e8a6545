/* The adapter is pulled out and plugged in again: what the clients of the TCP
 * port and of the pty see, with genuine sockets and terminals. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "tool/bench_server.h"

struct fixture {
    struct bench_wire wire;
    struct bench_port port;
    struct bench_pty pty;
    char folder[32], path[64];
};

static void open_all(struct fixture *f)
{
    const struct bench_config config = {.board = board_find("mini"),
                                        .is_off = true};
    const struct bench_sink none = {.ctx = NULL};
    memset(f, 0, sizeof(*f));
    strcpy(f->folder, "/tmp/pogo-adapter-XXXXXX");
    assert_non_null(mkdtemp(f->folder));
    snprintf(f->path, sizeof(f->path), "%s/tty", f->folder);
    assert_int_equal(bench_open(&config, &none, &f->wire.bench), ERR_NONE);
    assert_int_equal(bench_port_open(&f->port, &f->wire, 0), ERR_NONE);
    assert_int_equal(bench_pty_open(&f->pty, &f->wire, f->path), ERR_NONE);
}

static void close_all(struct fixture *f)
{
    bench_port_close(&f->port);
    bench_pty_close(&f->pty);
    bench_close(f->wire.bench);
    assert_int_equal(rmdir(f->folder), 0);
}

static void do_line(struct fixture *f, const char *line)
{
    struct control control;
    assert_int_equal(control_parse(line, &control), ERR_NONE);
    assert_int_equal(bench_do(f->wire.bench, &control), ERR_NONE);
}

/* As the loop does, once. */
static void serve(struct fixture *f)
{
    struct bench_poll all = {.count = 0};
    bench_port_follow(&f->port);
    bench_pty_follow(&f->pty);
    bench_port_poll(&f->port, &all);
    bench_pty_poll(&f->pty, &all);
    bench_poll_wait(&all, 0);
    bench_port_serve(&f->port, &all);
    bench_pty_serve(&f->pty, &all);
    bench_poll_free(&all);
}

static int dial(const struct fixture *f)
{
    struct sockaddr_in a = {.sin_family = AF_INET,
                            .sin_port = htons((uint16_t)f->port.number),
                            .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(fd, (struct sockaddr *)&a, sizeof(a)) != 0) {
        int e = errno;
        close(fd);
        errno = e;
        return -1;
    }
    return fd;
}

static bool is_hung_up(int fd)
{
    char byte;
    ssize_t n = recv(fd, &byte, 1, MSG_DONTWAIT);
    return n == 0 || (n < 0 && errno == ECONNRESET);
}

static void a_client_is_hung_up_on_and_refused_until_it_is_in(void **state)
{
    (void)state;
    struct fixture f;
    open_all(&f);
    unsigned number = f.port.number;
    int fd = dial(&f);
    serve(&f);
    assert_true(f.port.fd >= 0);
    assert_false(is_hung_up(fd));

    do_line(&f, "unplug");
    serve(&f);
    assert_true(is_hung_up(fd));
    close(fd);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(dial(&f), -1);
        assert_int_equal(errno, ECONNREFUSED);
        serve(&f);
    }
    assert_false(f.wire.is_back);

    do_line(&f, "plug");
    serve(&f);
    assert_true(f.wire.is_back);
    assert_int_equal(f.port.number, number);
    fd = dial(&f);
    assert_true(fd >= 0);
    serve(&f);
    assert_false(is_hung_up(fd));
    close(fd);
    close_all(&f);
}

/* The number is not free for others meanwhile. */
static void the_number_stays_the_bench_s(void **state)
{
    (void)state;
    struct fixture f;
    struct bench_wire wire = {.bench = NULL};
    struct bench_port other;
    open_all(&f);
    do_line(&f, "unplug");
    serve(&f);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in a = {.sin_family = AF_INET,
                            .sin_port = htons((uint16_t)f.port.number),
                            .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    assert_int_equal(bind(fd, (struct sockaddr *)&a, sizeof(a)), -1);
    assert_int_equal(errno, EADDRINUSE);
    close(fd);
    do_line(&f, "plug");
    serve(&f);
    assert_int_equal(bench_port_open(&other, &wire, f.port.number),
                     ERR_PORT_BUSY);
    bench_port_close(&other);
    close_all(&f);
}

static void out_and_in_between_two_looks_hangs_up_too(void **state)
{
    (void)state;
    struct fixture f;
    open_all(&f);
    int fd = dial(&f);
    serve(&f);
    int tty = open(f.path, O_RDWR | O_NOCTTY);
    assert_true(tty >= 0);
    do_line(&f, "unplug 1");
    bench_run(f.wire.bench, bench_now(f.wire.bench) + 2 * CYCLES_PER_MS);
    assert_true(bench_is_plugged(f.wire.bench));
    serve(&f);
    assert_true(is_hung_up(fd));
    assert_int_equal(write(tty, "x", 1), -1);
    assert_true(f.wire.is_back);
    close(fd);
    close(tty);
    fd = dial(&f);
    assert_true(fd >= 0);
    serve(&f);
    assert_false(is_hung_up(fd));
    close(fd);
    close_all(&f);
}

static void the_pty_goes_as_a_usb_port_goes(void **state)
{
    (void)state;
    struct fixture f;
    char byte, name[64];
    open_all(&f);
    int tty = open(f.path, O_RDWR | O_NOCTTY | O_NONBLOCK);
    assert_true(tty >= 0);
    serve(&f);
    assert_int_equal(f.pty.open_count, 1);
    assert_true(f.wire.pty_baud > 0);
    strcpy(name, f.pty.name);

    do_line(&f, "unplug");
    serve(&f);
    assert_int_equal(read(tty, &byte, 1), 0);
    assert_int_equal(write(tty, "x", 1), -1);
    assert_int_equal(errno, EIO);
    assert_int_equal(f.pty.open_count, 0);
    assert_int_equal(f.wire.pty_baud, 0);
    assert_int_equal(access(f.path, F_OK), -1);
    assert_int_equal(access(name, F_OK), -1);
    serve(&f);

    do_line(&f, "plug");
    serve(&f);
    assert_int_equal(write(tty, "x", 1), -1); /* the old one stays dead */
    close(tty);
    tty = open(f.path, O_RDWR | O_NOCTTY | O_NONBLOCK);
    assert_true(tty >= 0);
    serve(&f);
    assert_int_equal(f.pty.open_count, 1);
    bench_pty_byte(&f.pty, 'y');
    serve(&f);
    assert_int_equal(read(tty, &byte, 1), 1);
    assert_int_equal(byte, 'y');
    close(tty);
    close_all(&f);
}

/* What somebody has put in the link's place is theirs. */
static void a_file_in_the_link_s_place_is_kept(void **state)
{
    (void)state;
    struct fixture f;
    open_all(&f);
    do_line(&f, "unplug");
    serve(&f);
    int file = open(f.path, O_CREAT | O_WRONLY, 0600);
    assert_int_equal(write(file, "mine", 4), 4);
    do_line(&f, "plug");
    serve(&f);
    serve(&f);
    assert_int_equal(lseek(file, 0, SEEK_END), 4);
    close(file);
    int tty = open(f.pty.name, O_RDWR | O_NOCTTY); /* it works without */
    assert_true(tty >= 0);
    close(tty);
    bench_pty_close(&f.pty);
    assert_int_equal(unlink(f.path), 0);
    close_all(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_client_is_hung_up_on_and_refused_until_it_is_in),
        cmocka_unit_test(the_number_stays_the_bench_s),
        cmocka_unit_test(out_and_in_between_two_looks_hangs_up_too),
        cmocka_unit_test(the_pty_goes_as_a_usb_port_goes),
        cmocka_unit_test(a_file_in_the_link_s_place_is_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
