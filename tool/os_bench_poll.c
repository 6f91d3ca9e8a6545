/* The wait of `pogo bench`: descriptors, and whose each is, by poll(). */
#include "tool/bench_poll.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tool/bench_pace.h"

void bench_poll_free(struct bench_poll *poll)
{
    free(poll->fds);
    free(poll->owner);
    free(poll->row);
    memset(poll, 0, sizeof(*poll));
}

void bench_poll_clear(struct bench_poll *poll)
{
    poll->count = 0;
}

/* The row of fd, or NULL. What `row` says of a descriptor that was not added
 * this time points elsewhere, or past the end. */
static struct pollfd *find(const struct bench_poll *poll, int fd)
{
    if (fd < 0 || fd >= poll->rows) {
        return NULL;
    }
    unsigned row = poll->row[fd];
    return row < poll->count && poll->fds[row].fd == fd ? &poll->fds[row]
                                                        : NULL;
}

static bool grow_fds(struct bench_poll *poll)
{
    if (poll->count < poll->room) {
        return true;
    }
    unsigned room = poll->room ? 2 * poll->room : 32;
    struct pollfd *fds = realloc(poll->fds, room * sizeof(*fds));
    if (!fds) {
        return false;
    }
    poll->fds = fds;
    unsigned *owner = realloc(poll->owner, room * sizeof(*owner));
    if (!owner) {
        return false;
    }
    poll->owner = owner;
    poll->room = room;
    return true;
}

static bool grow_rows(struct bench_poll *poll, int fd)
{
    if (fd < poll->rows) {
        return true;
    }
    int rows = 2 * fd + 32;
    unsigned *row = realloc(poll->row, (size_t)rows * sizeof(*row));
    if (!row) {
        return false;
    }
    memset(row + poll->rows, 0, (size_t)(rows - poll->rows) * sizeof(*row));
    poll->row = row;
    poll->rows = rows;
    return true;
}

void bench_poll_add(struct bench_poll *poll, int fd, short events)
{
    struct pollfd *found = find(poll, fd);
    if (found) {
        found->events = (short)(found->events | events);
        return;
    }
    if (fd < 0 || events == 0 || !grow_fds(poll) || !grow_rows(poll, fd)) {
        return;
    }
    poll->row[fd] = poll->count;
    poll->owner[poll->count] = poll->now_owner;
    poll->fds[poll->count++] = (struct pollfd){.fd = fd, .events = events};
}

void bench_poll_wait(struct bench_poll *poll, uint64_t wait_ns)
{
    struct timespec t = {(time_t)(wait_ns / NS_PER_S),
                         (long)(wait_ns % NS_PER_S)};
    if (ppoll(poll->fds, poll->count, &t, NULL) < 0) {
        for (unsigned i = 0; i < poll->count; i++) {
            poll->fds[i].revents = 0;
        }
    }
}

bool bench_poll_found(const struct bench_poll *poll, int fd, short events)
{
    const struct pollfd *row = find(poll, fd);
    return row && row->events & events &&
           row->revents & (events | POLLERR | POLLHUP);
}
