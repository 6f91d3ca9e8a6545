/* Who types control lines at `pogo bench`: stdin, a script, and the clients of
 * a Unix socket. */
#include "tool/bench_server.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "tool/bench_help.h"

/* Event lines for one who does not read pile up to here, then are lost. */
#define QUEUE_MAX (1u << 20)
/* How long a reader of the last lines is waited for at the end. */
#define DRAIN_MS 1000
#define SHOWN "show "

static void put_line(struct bench_client *client, const char *line)
{
    char text[BENCH_EVENT_ROOM + 1];
    int n = snprintf(text, sizeof(text), "%s\n", line);
    size_t size = (size_t)n < sizeof(text) ? (size_t)n : sizeof(text) - 1;
    (void)!bench_queue_put(&client->queue, text, size);
}

/* ---- what a client's script calls ---- */

static enum err on_act(void *ctx, const struct control *control)
{
    struct bench_client *client = ctx;
    client->all->shown = client;
    enum err e = bench_do(client->all->bench, control);
    if (control->verb == CONTROL_SHOW) {
        bench_clients_event(client->all, client->all->addresses);
    }
    client->all->shown = NULL;
    return e;
}

static bool is_main(const struct bench_client *client)
{
    return client == &client->all->row[0];
}

/* stdout is for events alone, so stdin's answers go to stderr, and only when
 * something is wrong. */
static void on_answer(void *ctx, const char *text)
{
    struct bench_client *client = ctx;
    if (!is_main(client)) {
        put_line(client, text);
    } else if (strcmp(text, "ok") != 0) {
        fprintf(stderr, "%s\n", text);
        if (strncmp(text, "error", 5) == 0) {
            bench_help_try(client->all->board, client->script.text, stderr);
        }
    }
}

/* ---- coming and going ---- */

static void start(struct bench_clients *all, struct bench_client *client,
                  int in, int out, uint64_t now_ms)
{
    client->all = all;
    client->is_used = true;
    client->in = in;
    client->out = out;
    client->text = NULL;
    client->input_size = 0;
    client->is_too_long = false;
    client->ops = (struct script_ops){on_act, on_answer, client};
    bench_queue_init(&client->queue, QUEUE_MAX);
    script_init(&client->script, &client->ops, now_ms);
}

static void leave(struct bench_client *client)
{
    bench_queue_free(&client->queue);
    if (!is_main(client)) {
        close(client->out);
    }
    client->is_used = false;
}

/* A socket left behind by a bench that was killed may be replaced; one that
 * answers may not. */
static bool is_stale(const struct sockaddr_un *address)
{
    struct stat st;
    if (lstat(address->sun_path, &st) != 0 || !S_ISSOCK(st.st_mode)) {
        return false;
    }
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool is_refused =
        fd >= 0 &&
        connect(fd, (const struct sockaddr *)address, sizeof(*address)) != 0 &&
        errno == ECONNREFUSED;
    if (fd >= 0) {
        close(fd);
    }
    return is_refused;
}

static enum err listen_on(struct bench_clients *all, const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof(address.sun_path)) {
        return ERR_NO_ROOM;
    }
    memcpy(address.sun_path, path, strlen(path));
    if (is_stale(&address)) {
        unlink(path);
    }
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) {
        return ERR_IO;
    }
    if (bind(fd, (struct sockaddr *)&address, sizeof(address)) != 0 ||
        listen(fd, 8) != 0) {
        enum err e = errno == EADDRINUSE ? ERR_PORT_BUSY : ERR_FILE_OPEN;
        close(fd);
        return e;
    }
    all->listen_fd = fd;
    all->socket = path;
    return ERR_NONE;
}

enum err bench_clients_open(struct bench_clients *all, int in, const char *text,
                            const char *socket)
{
    memset(all, 0, sizeof(*all));
    all->listen_fd = -1;
    start(all, &all->row[0], in, STDOUT_FILENO, 0);
    all->row[0].text = text;
    return socket ? listen_on(all, socket) : ERR_NONE;
}

void bench_clients_close(struct bench_clients *all)
{
    for (unsigned i = 0; i < BENCH_CLIENTS; i++) {
        if (all->row[i].is_used) {
            bench_queue_drain(&all->row[i].queue, all->row[i].out, DRAIN_MS);
            leave(&all->row[i]);
        }
    }
    if (all->listen_fd >= 0) {
        close(all->listen_fd);
        unlink(all->socket);
        all->listen_fd = -1;
    }
}

static void take_connection(struct bench_clients *all, uint64_t now_ms)
{
    int fd = accept4(all->listen_fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    for (unsigned i = 1; fd >= 0 && i < BENCH_CLIENTS; i++) {
        if (!all->row[i].is_used) {
            start(all, &all->row[i], fd, fd, now_ms);
            return;
        }
    }
    if (fd >= 0) {
        close(fd);
    }
}

/* ---- lines ---- */

static void run_line(struct bench_client *client, size_t size, uint64_t now_ms)
{
    client->input[size] = 0;
    if (client->is_too_long) {
        client->is_too_long = false;
        return;
    }
    if (is_main(client) && strcmp(client->input, "help") == 0) {
        bench_help_lines(stderr);
        return;
    }
    script_line(&client->script, now_ms, client->input);
}

/* Lines wait in the input while one is in progress. */
static void run_input(struct bench_client *client, uint64_t now_ms)
{
    script_tick(&client->script, now_ms);
    while (!script_is_waiting(&client->script) &&
           !script_has_quit(&client->script)) {
        char *end = memchr(client->input, '\n', client->input_size);
        if (!end) {
            break;
        }
        size_t size = (size_t)(end - client->input);
        run_line(client, size, now_ms);
        client->input_size -= size + 1;
        memmove(client->input, end + 1, client->input_size);
    }
    if (client->input_size == BENCH_INPUT - 1 &&
        !memchr(client->input, '\n', client->input_size)) {
        if (!client->is_too_long) {
            client->script.text[0] = 0;
            on_answer(client, "error the line is too long");
        }
        client->is_too_long = true;
        client->input_size = 0;
    }
}

/* A last line without a newline counts when the input ends. */
static void end_input(struct bench_client *client)
{
    client->in = -1;
    if (client->input_size > 0 && client->input_size < BENCH_INPUT - 1) {
        client->input[client->input_size++] = '\n';
    }
}

static void read_input(struct bench_client *client)
{
    size_t room = BENCH_INPUT - 1 - client->input_size;
    ssize_t n = read(client->in, client->input + client->input_size, room);
    if (n > 0) {
        client->input_size += (size_t)n;
    } else if (n == 0 || (errno != EAGAIN && errno != EINTR)) {
        end_input(client);
    }
}

static bool wants_input(const struct bench_client *client)
{
    return client->is_used && client->in >= 0 &&
           client->input_size < BENCH_INPUT - 1;
}

void bench_clients_poll(struct bench_clients *all, struct bench_poll *poll)
{
    bench_poll_add(poll, all->listen_fd, POLLIN);
    for (unsigned i = 0; i < BENCH_CLIENTS; i++) {
        struct bench_client *client = &all->row[i];
        if (wants_input(client)) {
            bench_poll_add(poll, client->in, POLLIN);
        }
        if (client->is_used && client->queue.size > 0) {
            bench_poll_add(poll, client->out, POLLOUT);
        }
    }
}

static void serve_client(struct bench_client *client,
                         const struct bench_poll *poll, uint64_t now_ms)
{
    if (wants_input(client) && bench_poll_found(poll, client->in, POLLIN)) {
        read_input(client);
    }
    if (client->text) {
        (void)script_take(&client->script, now_ms, &client->text);
    } else {
        run_input(client, now_ms);
    }
    bench_queue_write(&client->queue, client->out);
    if (script_has_quit(&client->script) ||
        (is_main(client) && client->queue.is_broken)) {
        client->all->has_quit = true;
    }
    bool is_done = client->in < 0 && client->input_size == 0 &&
                   !script_is_waiting(&client->script);
    if (!is_main(client) && (is_done || client->queue.is_broken)) {
        leave(client);
    }
}

void bench_clients_serve(struct bench_clients *all,
                         const struct bench_poll *poll, uint64_t now_ms)
{
    for (unsigned i = 0; i < BENCH_CLIENTS; i++) {
        if (all->row[i].is_used) {
            serve_client(&all->row[i], poll, now_ms);
        }
    }
    if (bench_poll_found(poll, all->listen_fd, POLLIN)) {
        take_connection(all, now_ms);
    }
}

/* ---- events ---- */

void bench_clients_event(struct bench_clients *all, const char *line)
{
    bool is_shown = strncmp(line, SHOWN, strlen(SHOWN)) == 0;
    for (unsigned i = 0; i < BENCH_CLIENTS; i++) {
        struct bench_client *client = &all->row[i];
        if (!client->is_used || (is_shown && client != all->shown)) {
            continue;
        }
        put_line(client, line);
        if (!is_shown) {
            script_event(&client->script, line);
        }
    }
}

void bench_clients_console(struct bench_clients *all, uint8_t byte)
{
    for (unsigned i = 0; i < BENCH_CLIENTS; i++) {
        if (all->row[i].is_used) {
            script_console(&all->row[i].script, byte);
        }
    }
}

uint64_t bench_clients_due(const struct bench_clients *all)
{
    uint64_t due = SCRIPT_NEVER;
    for (unsigned i = 0; i < BENCH_CLIENTS; i++) {
        if (all->row[i].is_used && script_due(&all->row[i].script) < due) {
            due = script_due(&all->row[i].script);
        }
    }
    return due;
}
