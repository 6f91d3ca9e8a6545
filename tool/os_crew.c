/* Processes at work at once, on Linux: fork, pipes for what they say, a socket
 * for what they ask. */
#include "tool/os_crew.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define LINE 16384u /* a longer one is told in parts */
#define LAST_WORDS_MS 5000

enum { SAYS, TALKS, ASKS, ENDS }; /* stdout, stderr, the socket */

struct worker {
    pid_t pid; /* 0: it has ended */
    int fd[ENDS];
    char text[2][LINE];
    size_t size[2];
};

static struct {
    const struct os_crew_ops *ops;
    void *ctx;
    struct worker *worker;
    unsigned count;
    int desk; /* in a worker: its end of the socket */
} crew = {.desk = -1};

static volatile sig_atomic_t stop;
static const int caught[] = {SIGINT, SIGTERM, SIGHUP};
#define CAUGHT (sizeof(caught) / sizeof(caught[0]))

static void keep_stop(int number)
{
    stop = number;
}

/* They come in while poll waits, and at no other time. */
static sigset_t catch_stop(void)
{
    const struct sigaction action = {.sa_handler = keep_stop};
    struct sigaction old;
    sigset_t set, before;
    sigemptyset(&set);
    for (size_t i = 0; i < CAUGHT; i++) {
        sigaddset(&set, caught[i]);
        if (sigaction(caught[i], NULL, &old) == 0 && old.sa_handler != SIG_IGN)
            sigaction(caught[i], &action, NULL);
    }
    sigprocmask(SIG_BLOCK, &set, &before);
    return before;
}

static void free_stop(const sigset_t *before)
{
    for (size_t i = 0; i < CAUGHT; i++) {
        struct sigaction old;
        if (sigaction(caught[i], NULL, &old) == 0 &&
            old.sa_handler == keep_stop)
            signal(caught[i], SIG_DFL);
    }
    sigprocmask(SIG_SETMASK, before, NULL);
}

/* ---- in a worker --------------------------------------------------------- */

static void close_all(struct worker *w)
{
    for (unsigned i = 0; i < ENDS; i++) {
        if (w->fd[i] >= 0)
            close(w->fd[i]);
        w->fd[i] = -1;
    }
}

/* A group of its own: Ctrl-C goes to the one who started it, who passes it on
 * and listens to the last words. */
static void be_worker(unsigned who, const int end[ENDS], pid_t parent,
                      const sigset_t *before)
{
    int nothing = open("/dev/null", O_RDONLY);
    setpgid(0, 0);
    if (prctl(PR_SET_PDEATHSIG, SIGTERM) != 0 || getppid() != parent ||
        nothing < 0)
        _exit(EXIT_FAILED);
    free_stop(before);
    for (unsigned i = 0; i <= who; i++)
        close_all(&crew.worker[i]);
    dup2(nothing, STDIN_FILENO);
    dup2(end[SAYS], STDOUT_FILENO);
    dup2(end[TALKS], STDERR_FILENO);
    close(nothing);
    close(end[SAYS]);
    close(end[TALKS]);
    crew.desk = end[ASKS];
    crew.ops->work(crew.ctx, who);
    fflush(NULL);
    _exit(EXIT_DONE);
}

bool os_crew_ask(const void *message, size_t size, void *answer, size_t room)
{
    ssize_t n;
    do {
        n = send(crew.desk, message, size, MSG_NOSIGNAL);
    } while (n < 0 && errno == EINTR);
    if (n != (ssize_t)size)
        return false;
    do {
        n = recv(crew.desk, answer, room, 0);
    } while (n < 0 && errno == EINTR);
    return n == (ssize_t)room;
}

/* ---- the start ----------------------------------------------------------- */

/* Our ends and its; none of them is left to a program that we start. */
static bool make_ends(int ours[ENDS], int its[ENDS])
{
    int pair[2];
    for (unsigned i = 0; i < ENDS; i++)
        ours[i] = its[i] = -1;
    for (unsigned i = SAYS; i <= TALKS; i++) {
        if (pipe(pair) != 0)
            return false;
        ours[i] = pair[0];
        its[i] = pair[1];
        fcntl(ours[i], F_SETFL, O_NONBLOCK);
    }
    if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair) != 0)
        return false;
    ours[ASKS] = pair[0];
    its[ASKS] = pair[1];
    for (unsigned i = 0; i < ENDS; i++) {
        fcntl(ours[i], F_SETFD, FD_CLOEXEC);
        fcntl(its[i], F_SETFD, FD_CLOEXEC);
    }
    return true;
}

static enum err start(unsigned who, const sigset_t *before)
{
    struct worker *w = &crew.worker[who];
    struct worker its = {.pid = 0};
    pid_t parent = getpid();
    bool is_made = make_ends(w->fd, its.fd);
    fflush(NULL); /* or the copy says it again */
    w->pid = is_made ? fork() : -1;
    if (w->pid == 0)
        be_worker(who, its.fd, parent, before);
    close_all(&its);
    if (w->pid > 0)
        return ERR_NONE;
    w->pid = 0;
    close_all(w);
    return ERR_IO;
}

/* ---- what comes ---------------------------------------------------------- */

static void tell_lines(unsigned who, unsigned from, bool is_end)
{
    struct worker *w = &crew.worker[who];
    char *text = w->text[from], *line = text, *end;
    text[w->size[from]] = '\0';
    while ((end = strchr(line, '\n')) != NULL) {
        *end = '\0';
        crew.ops->said(crew.ctx, who, from == TALKS, line);
        line = end + 1;
    }
    size_t left = strlen(line);
    if (left > 0 && (is_end || left == LINE - 1)) {
        crew.ops->said(crew.ctx, who, from == TALKS, line);
        left = 0;
    }
    memmove(text, line, left);
    w->size[from] = left;
}

static void read_text(unsigned who, unsigned from)
{
    struct worker *w = &crew.worker[who];
    size_t room = LINE - 1 - w->size[from];
    ssize_t n = read(w->fd[from], w->text[from] + w->size[from], room);
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    for (ssize_t i = 0; i < n; i++) { /* or the line would end there */
        if (w->text[from][w->size[from] + (size_t)i] == '\0')
            w->text[from][w->size[from] + (size_t)i] = '?';
    }
    w->size[from] += n > 0 ? (size_t)n : 0;
    tell_lines(who, from, n <= 0);
    if (n > 0)
        return;
    close(w->fd[from]);
    w->fd[from] = -1;
}

static void read_question(unsigned who)
{
    struct worker *w = &crew.worker[who];
    _Alignas(max_align_t) char message[OS_CREW_MESSAGE];
    ssize_t n = recv(w->fd[ASKS], message, sizeof(message), MSG_DONTWAIT);
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (n > 0) {
        crew.ops->asked(crew.ctx, who, message, (size_t)n);
        return;
    }
    close(w->fd[ASKS]);
    w->fd[ASKS] = -1;
}

static void look_for_end(unsigned who)
{
    struct worker *w = &crew.worker[who];
    for (unsigned i = 0; i < ENDS; i++) {
        if (w->fd[i] >= 0)
            return;
    }
    while (waitpid(w->pid, NULL, 0) < 0 && errno == EINTR) {
    }
    w->pid = 0;
    crew.ops->ended(crew.ctx, who);
}

void os_crew_answer(unsigned who, const void *answer, size_t size)
{
    ssize_t n = send(crew.worker[who].fd[ASKS], answer, size, MSG_NOSIGNAL);
    (void)n; /* it has ended, and that is told */
}

void os_crew_end(unsigned who)
{
    if (crew.worker[who].pid > 0)
        kill(crew.worker[who].pid, SIGTERM);
}

/* ---- until all have ended ------------------------------------------------ */

/* False: nothing came in that time. */
static bool look(struct pollfd *p, const struct timespec *wait,
                 const sigset_t *mask)
{
    for (unsigned i = 0; i < crew.count * ENDS; i++)
        p[i] = (struct pollfd){.fd = crew.worker[i / ENDS].fd[i % ENDS],
                               .events = POLLIN};
    int n = ppoll(p, (nfds_t)crew.count * ENDS, wait, mask);
    if (n <= 0)
        return n < 0;
    for (unsigned i = 0; i < crew.count * ENDS; i++) {
        unsigned who = i / ENDS, from = i % ENDS;
        if (p[i].revents && from == ASKS)
            read_question(who);
        else if (p[i].revents)
            read_text(who, from);
        if (p[i].revents && crew.worker[who].pid > 0)
            look_for_end(who);
    }
    return true;
}

static bool is_any_left(void)
{
    for (unsigned i = 0; i < crew.count; i++) {
        if (crew.worker[i].pid > 0)
            return true;
    }
    return false;
}

static void pass_on(int number)
{
    for (unsigned i = 0; i < crew.count; i++) {
        if (crew.worker[i].pid > 0)
            kill(crew.worker[i].pid, number);
    }
}

/* After Ctrl-C each says its last words; who does not end is ended. */
static int work(struct pollfd *p, const sigset_t *before)
{
    struct timespec patience = {LAST_WORDS_MS / 1000, 0};
    int stopped = 0;
    while (is_any_left()) {
        bool is_quiet = !look(p, stopped ? &patience : NULL, before);
        if (stopped && (stop || is_quiet))
            pass_on(SIGKILL);
        else if (stop)
            pass_on(stop);
        if (stop)
            stopped = stop;
        stop = 0;
    }
    return stopped;
}

enum err os_crew_run(const struct os_crew_ops *ops, void *ctx, unsigned count,
                     int *stopped)
{
    struct pollfd *p = calloc((size_t)count * ENDS, sizeof(*p));
    crew.ops = ops;
    crew.ctx = ctx;
    crew.count = 0;
    crew.worker = calloc(count, sizeof(*crew.worker));
    enum err e = p && crew.worker ? ERR_NONE : ERR_MEMORY;
    stop = *stopped = 0;
    sigset_t before = catch_stop();
    while (e == ERR_NONE && crew.count < count) {
        e = start(crew.count, &before);
        crew.count += e == ERR_NONE;
    }
    if (e != ERR_NONE)
        pass_on(SIGTERM);
    if (p)
        *stopped = work(p, &before);
    free_stop(&before);
    free(crew.worker);
    free(p);
    crew.worker = NULL;
    return e;
}

void os_crew_stopped(int how)
{
    fflush(NULL);
    signal(how, SIG_DFL);
    raise(how);
}
