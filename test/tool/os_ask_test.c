/* Secrets asked for at a terminal: nothing is shown, and the terminal is as it
 * was afterwards, also when a signal ends the program in the middle. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <cmocka.h>

#include "tool/os.h"

#define QUESTION "Its password: "
#define PATIENCE_MS 20000

struct person {
    pid_t pid;
    int terminal;
    char said[512]; /* what the screen shows */
};

/* A program of its own: is this the child? */
static bool begin(struct person *p)
{
    memset(p, 0, sizeof(*p));
    p->pid = forkpty(&p->terminal, NULL, NULL, NULL);
    assert_int_not_equal(p->pid, -1);
    if (p->pid != 0)
        return false;
    /* Whoever started the tests in the background had some ignored. */
    signal(SIGINT, SIG_DFL);
    signal(SIGHUP, SIG_DFL);
    signal(SIGTERM, SIG_DFL);
    alarm(3 * PATIENCE_MS / 1000); /* nobody is left behind */
    return true;
}

/* It asks for a secret, and says what it heard in hex. */
static void sit_down(struct person *p)
{
    if (!begin(p))
        return;
    char secret[32];
    bool is_said = os_ask_secret(QUESTION, secret, sizeof(secret));
    for (const char *c = secret; is_said && *c; c++)
        fprintf(stderr, "%02x", (unsigned)(unsigned char)*c);
    fputs(is_said ? " heard" : "nothing", stderr);
    _exit(is_said ? 0 : 1);
}

static void until(struct person *p, const char *words)
{
    size_t n = strlen(p->said);
    struct pollfd row = {.fd = p->terminal, .events = POLLIN};
    while (!strstr(p->said, words)) {
        assert_int_equal(poll(&row, 1, PATIENCE_MS), 1);
        ssize_t got = read(p->terminal, p->said + n, sizeof(p->said) - 1 - n);
        assert_true(got > 0);
        n += (size_t)got;
        p->said[n] = '\0';
    }
}

static void type(const struct person *p, const char *keys)
{
    size_t size = strlen(keys);
    assert_int_equal(write(p->terminal, keys, size), (ssize_t)size);
}

static tcflag_t modes(const struct person *p)
{
    struct termios t;
    assert_int_equal(tcgetattr(p->terminal, &t), 0);
    return t.c_lflag & (ECHO | ICANON | ISIG);
}

static int get_up(const struct person *p)
{
    int status = 0;
    assert_int_equal(waitpid(p->pid, &status, 0), p->pid);
    assert_int_equal(modes(p), ECHO | ICANON | ISIG);
    close(p->terminal);
    return status;
}

static void a_secret_is_heard_and_not_shown(void **state)
{
    (void)state;
    struct person p;
    sit_down(&p);
    until(&p, QUESTION);
    assert_int_equal(modes(&p), 0);
    type(&p, "se\xC3\xBC\x7F"
             "cres\x7Ft\r");
    until(&p, "heard");
    assert_non_null(strstr(p.said, "736563726574 heard")); /* "secret" */
    assert_null(strstr(p.said, "cre"));
    assert_int_equal(get_up(&p), 0);
}

/* It asks for a line once bytes wait for it, and says what it heard. */
static void sit_down_late(struct person *p)
{
    if (!begin(p))
        return;
    char line[32];
    struct pollfd row = {.fd = STDIN_FILENO, .events = POLLIN};
    fputs("busy", stderr);
    (void)poll(&row, 1, PATIENCE_MS);
    os_farewell_text("stopped here\n");
    bool is_said = os_ask("Name? ", line, sizeof(line));
    fprintf(stderr, "%s heard", is_said ? line : "nothing");
    _exit(is_said ? 0 : 1);
}

static void what_was_typed_before_is_no_answer(void **state)
{
    (void)state;
    struct person p;
    sit_down_late(&p);
    until(&p, "busy");
    type(&p, "early\n");
    until(&p, "Name? ");
    type(&p, "right\n");
    until(&p, "heard");
    assert_non_null(strstr(p.said, "right heard"));
    assert_int_equal(get_up(&p), 0);
}

static void ctrl_c_at_a_question_is_told_on_a_line_of_its_own(void **state)
{
    (void)state;
    struct person p;
    sit_down_late(&p);
    until(&p, "busy");
    type(&p, "early\n");
    until(&p, "Name? ");
    type(&p, "\x03");
    until(&p, "\nstopped here");
    int status = get_up(&p);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGINT);
}

static void signals_leave_the_terminal_as_it_was(void **state)
{
    (void)state;
    static const int signals[] = {SIGTERM, SIGHUP, SIGINT};
    for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
        struct person p;
        sit_down(&p);
        until(&p, QUESTION);
        assert_int_equal(modes(&p), 0);
        assert_int_equal(kill(p.pid, signals[i]), 0);
        int status = get_up(&p);
        assert_true(WIFSIGNALED(status));
        assert_int_equal(WTERMSIG(status), signals[i]);
    }
}

static void ctrl_c_ends_the_program(void **state)
{
    (void)state;
    struct person p;
    sit_down(&p);
    until(&p, QUESTION);
    type(&p, "sec\x03");
    int status = get_up(&p);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGINT);
}

static void the_end_of_input_is_no_secret(void **state)
{
    (void)state;
    struct person p;
    sit_down(&p);
    until(&p, QUESTION);
    type(&p, "sec\x04");
    until(&p, "nothing");
    assert_int_equal(WEXITSTATUS(get_up(&p)), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_secret_is_heard_and_not_shown),
        cmocka_unit_test(what_was_typed_before_is_no_answer),
        cmocka_unit_test(ctrl_c_at_a_question_is_told_on_a_line_of_its_own),
        cmocka_unit_test(signals_leave_the_terminal_as_it_was),
        cmocka_unit_test(ctrl_c_ends_the_program),
        cmocka_unit_test(the_end_of_input_is_no_secret),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
