/* `pogo bench` as a process of its own, seen from outside: its first line, its
 * ports, its exit codes, and what it leaves behind. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <cmocka.h>

#include "format/err.h"
#include "format/rfc2217.h"
#include "tool/cmd.h"

#define PATIENCE_MS 10000

struct run {
    pid_t pid;
    int in, out, err; /* ours ends of its stdin, stdout, stderr */
    char folder[32];
    char ready[256];
};

static void fresh_folder(struct run *r)
{
    memset(r, 0, sizeof(*r));
    strcpy(r->folder, "/tmp/pogo-bench-XXXXXX");
    assert_non_null(mkdtemp(r->folder));
}

static void path_in(const struct run *r, const char *name, char path[64])
{
    snprintf(path, 64, "%s/%s", r->folder, name);
}

/* One line from a descriptor, or "" after PATIENCE_MS or at the end. */
static void read_line(int fd, char *line, size_t room)
{
    size_t size = 0;
    struct pollfd row = {.fd = fd, .events = POLLIN};
    while (size + 1 < room && poll(&row, 1, PATIENCE_MS) == 1 &&
           read(fd, line + size, 1) == 1 && line[size] != '\n') {
        size++;
    }
    line[size] = 0;
}

static bool await(int fd, const char *words)
{
    char line[512];
    do {
        read_line(fd, line, sizeof(line));
        if (strstr(line, words)) {
            return true;
        }
    } while (line[0]);
    return false;
}

/* Words of the command line, split at spaces. */
static void start(struct run *r, const char *line)
{
    static char words[512];
    char *argv[32];
    int argc = 0, in[2], out[2], err[2];
    snprintf(words, sizeof(words), "bench %s", line);
    for (char *w = strtok(words, " "); w; w = strtok(NULL, " ")) {
        argv[argc++] = w;
    }
    argv[argc] = NULL;
    assert_int_equal(pipe2(in, O_CLOEXEC) | pipe2(out, O_CLOEXEC) |
                         pipe2(err, O_CLOEXEC),
                     0);
    r->pid = fork();
    assert_true(r->pid >= 0);
    if (r->pid == 0) {
        dup2(in[0], 0);
        dup2(out[1], 1);
        dup2(err[1], 2);
        close(in[1]); /* or its own stdin would never end */
        int code = cmd_bench(argc, argv);
        fflush(NULL);
        _exit(code);
    }
    close(in[0]);
    close(out[1]);
    close(err[1]);
    r->in = in[1];
    r->out = out[0];
    r->err = err[0];
}

static void start_ready(struct run *r, const char *line)
{
    start(r, line);
    read_line(r->out, r->ready, sizeof(r->ready));
    assert_non_null(strstr(r->ready, "ready: rfc2217://127.0.0.1:"));
}

static void say(int fd, const char *line)
{
    assert_int_equal(write(fd, line, strlen(line)), strlen(line));
}

/* Its exit code; the folder must then be empty and goes. */
static int finish(struct run *r, int with_signal)
{
    int status = 0;
    if (with_signal) {
        kill(r->pid, with_signal);
    }
    for (int i = 0; waitpid(r->pid, &status, WNOHANG) == 0; i++) {
        if (i == PATIENCE_MS / 10) {
            kill(r->pid, SIGKILL);
        }
        usleep(10000);
    }
    close(r->in);
    close(r->out);
    close(r->err);
    if (r->folder[0]) {
        assert_int_equal(rmdir(r->folder), 0);
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int dial(const struct run *r)
{
    unsigned number;
    assert_int_equal(
        sscanf(strstr(r->ready, "127.0.0.1:"), "127.0.0.1:%u", &number), 1);
    struct sockaddr_in a = {.sin_family = AF_INET,
                            .sin_port = htons((uint16_t)number),
                            .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&a, sizeof(a)), 0);
    return fd;
}

static int dial_socket(const char *path)
{
    struct sockaddr_un a = {.sun_family = AF_UNIX};
    strcpy(a.sun_path, path);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&a, sizeof(a)), 0);
    return fd;
}

static void wrong_command_lines_are_refused(void **state)
{
    (void)state;
    static const char *const lines[] = {"",
                                        "toaster",
                                        "mini s20",
                                        "mini --fly",
                                        "mini --port",
                                        "mini --port 70000",
                                        "mini --port x",
                                        "mini --mac 1:2:3",
                                        "mini --mac 00:11:22:33:44:5x",
                                        "mini --flash-size 3MB"};
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        struct run r = {0};
        char line[256], hint[256];
        start(&r, lines[i]);
        read_line(r.err, line, sizeof(line));
        read_line(r.err, hint, sizeof(hint));
        assert_int_equal(strncmp(line, "pogo: ", 6), 0);
        assert_int_equal(strncmp(hint, "  try: ", 7), 0);
        assert_int_equal(finish(&r, 0), EXIT_USAGE);
    }
}

static void events_come_and_a_signal_ends_it_cleanly(void **state)
{
    (void)state;
    static const int signals[] = {SIGTERM, SIGINT};
    for (size_t i = 0; i < 2; i++) {
        struct run r;
        char line[256], pty[64], socket[64];
        fresh_folder(&r);
        path_in(&r, "tty", pty);
        path_in(&r, "sock", socket);
        snprintf(line, sizeof(line), "mini --pty %s --socket %s", pty, socket);
        start_ready(&r, line);
        assert_non_null(strstr(r.ready, socket));
        assert_true(await(r.out, "power on"));
        assert_true(await(r.out, "boot cause 1 mode (3,6)"));
        say(r.in, "press 0 10\n");
        assert_true(await(r.out, "button 0 down"));
        assert_true(await(r.out, "button 0 up"));
        assert_int_equal(access(pty, F_OK), 0);
        assert_int_equal(finish(&r, signals[i]), EXIT_DONE);
    }
}

static void it_goes_on_after_the_end_of_stdin(void **state)
{
    (void)state;
    struct run r = {0};
    start_ready(&r, "mini");
    say(r.in, "press 0"); /* the last line, without newline */
    close(r.in);
    r.in = -1;
    assert_true(await(r.out, "button 0 down"));
    close(dial(&r));
    assert_int_equal(finish(&r, SIGTERM), EXIT_DONE);
}

static void a_wrong_line_is_told_on_stderr(void **state)
{
    (void)state;
    struct run r = {0};
    start_ready(&r, "mini --virtual");
    say(r.in, "fly\nexpect relay 1 on within 50\npress 7\nhelp\nquit\n");
    char line[256];
    static const char *const want[] = {
        "error unknown name: fly", "  try: help",
        "failed expect relay 1 on within 50", "error unknown name: press 7",
        "  try: press N [MS], release N   (N here: 0)"};
    for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
        read_line(r.err, line, sizeof(line));
        assert_string_equal(line, want[i]);
    }
    assert_true(await(r.err, "power on|off|cycle "));
    assert_int_equal(finish(&r, 0), EXIT_FAILED);
}

static void a_script_decides_the_exit_code(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int code;
    } rows[] = {
        {"power cycle\nexpect boot cause 1 within 2000\n"
         "expect console rst cause:1 within 500\n",
         EXIT_DONE},
        {"press 0\npower cycle\nexpect boot cause 1 mode (3,6) within 2000\n",
         EXIT_FAILED},
        {"at 3600000 show\n", EXIT_DONE}, /* an hour, in no time */
        {"quit\nfly\n", EXIT_DONE},
        {"", EXIT_DONE},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct run r;
        char path[64], line[256];
        fresh_folder(&r);
        path_in(&r, "s", path);
        FILE *file = fopen(path, "w");
        assert_non_null(file);
        fputs(rows[i].text, file);
        fclose(file);
        snprintf(line, sizeof(line), "mini --virtual --script %s", path);
        start(&r, line);
        while (read(r.out, line, sizeof(line)) > 0) {
        }
        unlink(path);
        assert_int_equal(finish(&r, 0), rows[i].code);
    }
}

static void each_socket_client_gets_its_own_answers(void **state)
{
    (void)state;
    struct run r;
    char line[512], path[64];
    fresh_folder(&r);
    path_in(&r, "sock", path);
    snprintf(line, sizeof(line), "mini --socket %s", path);
    start_ready(&r, line);
    assert_true(await(r.out, "uart ets_main.c 181")); /* no image: all quiet */
    int one = dial_socket(path), two = dial_socket(path);
    say(two, "sleep 1\n"); /* so that it is surely there */
    assert_true(await(two, "ok"));
    say(one, "wait button 0 up 3000\nshow\nfly\n");
    usleep(50000);
    say(two, "press 0 10\n");
    static const char *const want_one[] = {"button 0 down", "button 0 up", "ok",
                                           "show power on"};
    for (size_t i = 0; i < 4; i++) {
        do {
            read_line(one, line, sizeof(line));
        } while (strncmp(line, "button", 6) && strncmp(line, "ok", 2) &&
                 strncmp(line, "show", 4));
        assert_string_equal(line, want_one[i]);
    }
    assert_true(await(one, "error unknown name: fly"));
    static const char *const want_two[] = {"button 0 down", "ok",
                                           "button 0 up"};
    for (size_t i = 0; i < 3; i++) {
        read_line(two, line, sizeof(line));
        assert_string_equal(line, want_two[i]);
    }
    memset(line, 'x', sizeof(line));
    for (int i = 0; i < 10; i++) {
        assert_int_equal(write(two, line, sizeof(line)), sizeof(line));
    }
    say(two, "\nshow\n");
    assert_true(await(two, "error the line is too long"));
    assert_true(await(two, "show rts off"));
    close(one);
    close(two);
    assert_int_equal(finish(&r, SIGTERM), EXIT_DONE);
}

static void a_stale_socket_is_replaced_a_live_one_is_not(void **state)
{
    (void)state;
    struct run r, other = {0};
    char line[256], path[64];
    fresh_folder(&r);
    path_in(&r, "sock", path);
    snprintf(line, sizeof(line), "mini --socket %s", path);
    start_ready(&r, line);
    start(&other, line);
    assert_int_equal(finish(&other, 0), EXIT_NO_DEVICE);
    close(dial_socket(path));
    char folder[32];
    strcpy(folder, r.folder);
    r.folder[0] = 0; /* not yet empty */
    assert_int_equal(finish(&r, SIGKILL), -1);
    start_ready(&r, line);
    strcpy(r.folder, folder);
    close(dial_socket(path));
    assert_int_equal(finish(&r, SIGTERM), EXIT_DONE);
}

static void a_file_in_the_way_is_kept(void **state)
{
    (void)state;
    struct run r;
    char line[256], path[64];
    static const char *const option[] = {"socket", "pty"};
    for (size_t i = 0; i < 2; i++) {
        fresh_folder(&r);
        path_in(&r, "precious", path);
        close(open(path, O_CREAT | O_WRONLY, 0600));
        snprintf(line, sizeof(line), "mini --%s %s", option[i], path);
        start(&r, line);
        read_line(r.err, line, sizeof(line));
        assert_non_null(strstr(line, path));
        assert_int_equal(access(path, F_OK), 0);
        unlink(path);
        assert_int_not_equal(finish(&r, 0), EXIT_DONE);
    }
}

/* ---- the serial side ---- */

static void set_lines(int fd, bool dtr, bool rts)
{
    uint8_t out[2 * RFC2217_COMMAND_ROOM(1)];
    size_t n = rfc2217_put_u8(out, RFC2217_SET_CONTROL,
                              dtr ? RFC2217_DTR_ON : RFC2217_DTR_OFF);
    n += rfc2217_put_u8(out + n, RFC2217_SET_CONTROL,
                        rts ? RFC2217_RTS_ON : RFC2217_RTS_OFF);
    assert_int_equal(write(fd, out, n), n);
}

static void sync_chip(int fd)
{
    uint8_t frame[46] = {0xC0, 0, 8, 0x24, 0, 0, 0, 0, 0, 7, 7, 0x12, 0x20};
    memset(frame + 13, 0x55, 32);
    frame[45] = 0xC0;
    for (int i = 0; i < 4; i++) {
        assert_int_equal(write(fd, frame, sizeof(frame)), sizeof(frame));
        usleep(30000);
    }
}

/* The ROM's answer to SYNC, somewhere in what comes. */
static bool is_answered(int fd)
{
    static const uint8_t answer[] = {0xC0, 1, 8, 2, 0, 7, 7, 0x12, 0x20};
    uint8_t bytes[16384];
    size_t size = 0;
    struct pollfd row = {.fd = fd, .events = POLLIN};
    while (size < sizeof(bytes) && poll(&row, 1, PATIENCE_MS) == 1) {
        ssize_t n = read(fd, bytes + size, sizeof(bytes) - size);
        if (n <= 0) {
            return false;
        }
        size += (size_t)n;
        if (memmem(bytes, size, answer, sizeof(answer))) {
            return true;
        }
    }
    return false;
}

static void a_client_resets_the_chip_and_the_next_finds_it_so(void **state)
{
    (void)state;
    struct run r = {0};
    start_ready(&r, "mini");
    int fd = dial(&r);
    set_lines(fd, false, true);
    usleep(20000);
    set_lines(fd, true, false);
    assert_true(await(r.out, "boot cause 2 mode (1,6)"));
    set_lines(fd, false, false);
    sync_chip(fd);
    assert_true(is_answered(fd));

    int second = dial(&r);
    char byte;
    assert_int_equal(read(second, &byte, 1), 0); /* closed: one at a time */
    close(second);

    close(fd);
    usleep(100000);
    fd = dial(&r);
    sync_chip(fd);
    assert_true(is_answered(fd)); /* still in download mode */
    close(fd);
    assert_int_equal(finish(&r, SIGTERM), EXIT_DONE);
}

static void a_client_that_leaves_lets_go_of_reset(void **state)
{
    (void)state;
    struct run r = {0};
    start_ready(&r, "mini");
    assert_true(await(r.out, "boot cause 1"));
    int fd = dial(&r);
    set_lines(fd, false, true);
    usleep(50000);
    close(fd);
    assert_true(await(r.out, "boot cause 2 mode (3,6)"));
    assert_int_equal(finish(&r, SIGTERM), EXIT_DONE);
}

static void the_pty_has_a_speed_and_no_lines(void **state)
{
    (void)state;
    struct run r;
    char line[256], path[64];
    fresh_folder(&r);
    path_in(&r, "tty", path);
    snprintf(line, sizeof(line), "mini --hold-button --pty %s", path);
    start_ready(&r, line);
    assert_true(await(r.out, "boot cause 1 mode (1,6)"));
    static const speed_t speeds[] = {B115200, B921600};
    for (size_t i = 0; i < 2; i++) { /* it survives close and reopen */
        int fd = open(path, O_RDWR | O_NOCTTY), flags = TIOCM_DTR;
        struct termios t;
        assert_true(fd >= 0);
        assert_int_equal(tcgetattr(fd, &t), 0);
        assert_int_equal(t.c_lflag & (ICANON | ECHO), 0);
        assert_int_equal(ioctl(fd, TIOCMSET, &flags), -1);
        assert_int_equal(errno, ENOTTY);
        cfsetspeed(&t, speeds[i]);
        assert_int_equal(tcsetattr(fd, TCSANOW, &t), 0);
        usleep(50000);
        sync_chip(fd);
        /* The ROM took its speed from the first one; the other is noise. */
        if (i == 0) {
            assert_true(is_answered(fd));
        }
        close(fd);
        usleep(50000);
    }
    assert_int_equal(finish(&r, SIGTERM), EXIT_DONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wrong_command_lines_are_refused),
        cmocka_unit_test(events_come_and_a_signal_ends_it_cleanly),
        cmocka_unit_test(it_goes_on_after_the_end_of_stdin),
        cmocka_unit_test(a_wrong_line_is_told_on_stderr),
        cmocka_unit_test(a_script_decides_the_exit_code),
        cmocka_unit_test(each_socket_client_gets_its_own_answers),
        cmocka_unit_test(a_stale_socket_is_replaced_a_live_one_is_not),
        cmocka_unit_test(a_file_in_the_way_is_kept),
        cmocka_unit_test(a_client_resets_the_chip_and_the_next_finds_it_so),
        cmocka_unit_test(a_client_that_leaves_lets_go_of_reset),
        cmocka_unit_test(the_pty_has_a_speed_and_no_lines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
