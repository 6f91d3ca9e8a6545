/* Who types control lines at `pogo bench`: stdin, a script, and the clients of
 * a Unix socket. */
#include "tool/bench_server.h"

#include <errno.h>
#include <poll.h>
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

static bool is_main(const struct bench_client *client)
{
    return client == &client->all->row[0];
}

/* ---- coming and going ---- */

/* False: no memory. */
static bool start(struct bench_clients *all, struct bench_client *client,
                  int in, int out, const char *text)
{
    *client = (struct bench_client){.all = all, .in = in, .out = out};
    bench_queue_init(&client->queue, QUEUE_MAX);
    client->is_used = bench_script_open(client, text);
    return client->is_used;
}

static void leave(struct bench_client *client)
{
    bench_queue_free(&client->queue);
    bench_script_close(client);
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

enum err bench_clients_open(struct bench_clients *all,
                            struct bench_device *devices, unsigned count,
                            int in, const char *text, const char *socket)
{
    memset(all, 0, sizeof(*all));
    all->listen_fd = -1;
    all->devices = devices;
    all->count = count;
    all->text = text;
    if (!start(all, &all->row[0], in, STDOUT_FILENO, text)) {
        return ERR_MEMORY;
    }
    return socket ? listen_on(all, socket) : ERR_NONE;
}

/* A reader who has left a pipe or hung up the terminal wants no more; events
 * that a file could not take are lost. */
static enum err lost(const struct bench_client *client)
{
    struct stat st;
    int error = client->queue.error;
    bool is_terminal = fstat(client->out, &st) == 0 && S_ISCHR(st.st_mode);
    if (error == 0 || error == EPIPE || (error == EIO && is_terminal)) {
        return ERR_NONE;
    }
    return error == ENOSPC || error == EDQUOT ? ERR_DISK_FULL : ERR_IO;
}

void bench_clients_close(struct bench_clients *all)
{
    for (unsigned i = 0; i < BENCH_CLIENTS; i++) {
        if (all->row[i].is_used) {
            bench_queue_drain(&all->row[i].queue, all->row[i].out, DRAIN_MS);
            all->error = i == 0 ? lost(&all->row[i]) : all->error;
            leave(&all->row[i]);
        }
    }
    if (all->listen_fd >= 0) {
        close(all->listen_fd);
        unlink(all->socket);
        all->listen_fd = -1;
    }
}

static void take_connection(struct bench_clients *all)
{
    int fd = accept4(all->listen_fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    for (unsigned i = 1; fd >= 0 && i < BENCH_CLIENTS; i++) {
        if (!all->row[i].is_used && start(all, &all->row[i], fd, fd, NULL)) {
            return;
        }
    }
    if (fd >= 0) {
        close(fd);
    }
}

/* ---- lines ---- */

static void run_line(struct bench_client *client, size_t size)
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
    bench_script_line(client, client->input);
}

/* Lines wait in the input while one is in progress. */
static void run_input(struct bench_client *client)
{
    while (client->busy == 0 && !client->all->has_quit) {
        char *end = memchr(client->input, '\n', client->input_size);
        if (!end) {
            break;
        }
        size_t size = (size_t)(end - client->input);
        run_line(client, size);
        client->input_size -= size + 1;
        memmove(client->input, end + 1, client->input_size);
    }
    if (client->input_size == BENCH_INPUT - 1 &&
        !memchr(client->input, '\n', client->input_size)) {
        if (!client->is_too_long) {
            bench_script_refuse(client, "the line is too long", "");
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
                         const struct bench_poll *poll)
{
    if (wants_input(client) && bench_poll_found(poll, client->in, POLLIN)) {
        read_input(client);
    }
    run_input(client);
    bench_queue_write(&client->queue, client->out);
    client->all->has_quit |= is_main(client) && client->queue.is_broken;
    bool is_done =
        client->in < 0 && client->input_size == 0 && client->busy == 0;
    if (!is_main(client) && (is_done || client->queue.is_broken)) {
        leave(client);
    }
}

void bench_clients_serve(struct bench_clients *all,
                         const struct bench_poll *poll)
{
    for (unsigned i = 0; i < BENCH_CLIENTS; i++) {
        if (all->row[i].is_used) {
            serve_client(&all->row[i], poll);
        }
    }
    if (bench_poll_found(poll, all->listen_fd, POLLIN)) {
        take_connection(all);
    }
}

void bench_clients_resume(struct bench_clients *all)
{
    for (unsigned i = 0; i < BENCH_CLIENTS; i++) {
        if (all->row[i].is_used && all->row[i].input_size > 0) {
            run_input(&all->row[i]);
        }
    }
}

bool bench_clients_are_done(const struct bench_clients *all)
{
    return all->text && all->row[0].busy == 0;
}
