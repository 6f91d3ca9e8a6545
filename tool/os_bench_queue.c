/* Bytes to a descriptor that may be slow (write, after a poll). */
#include "tool/bench_queue.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void bench_queue_init(struct bench_queue *queue, size_t limit)
{
    *queue = (struct bench_queue){.limit = limit};
}

void bench_queue_free(struct bench_queue *queue)
{
    free(queue->bytes);
    bench_queue_init(queue, queue->limit);
}

void bench_queue_clear(struct bench_queue *queue)
{
    queue->size = 0;
}

void bench_queue_drop(struct bench_queue *queue, size_t size)
{
    if (size > 0) {
        memmove(queue->bytes, queue->bytes + size, queue->size - size);
        queue->size -= size;
    }
}

static bool grow(struct bench_queue *queue, size_t size)
{
    if (size <= queue->room) {
        return true;
    }
    size_t room = queue->room ? queue->room : 1024;
    while (room < size) {
        room *= 2;
    }
    uint8_t *bytes = realloc(queue->bytes, room);
    if (!bytes) {
        return false;
    }
    queue->bytes = bytes;
    queue->room = room;
    return true;
}

bool bench_queue_put(struct bench_queue *queue, const void *bytes, size_t size)
{
    if (queue->is_broken || size == 0) {
        return true;
    }
    if (size > queue->limit - queue->size || !grow(queue, queue->size + size)) {
        return false;
    }
    memcpy(queue->bytes + queue->size, bytes, size);
    queue->size += size;
    return true;
}

/* stdout is shared with others, so it is not made O_NONBLOCK: a writable pipe
 * takes PIPE_BUF bytes without blocking. */
static bool is_writable(int fd, int wait_ms)
{
    struct pollfd row = {.fd = fd, .events = POLLOUT};
    return poll(&row, 1, wait_ms) == 1 && (row.revents & (POLLOUT | POLLERR));
}

void bench_queue_drain(struct bench_queue *queue, int fd, int wait_ms)
{
    size_t done = 0;
    while (done < queue->size && is_writable(fd, wait_ms)) {
        size_t size = queue->size - done;
        ssize_t n =
            write(fd, queue->bytes + done, size < PIPE_BUF ? size : PIPE_BUF);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0) {
            queue->is_broken = errno != EAGAIN && errno != EWOULDBLOCK;
            queue->error = queue->is_broken ? errno : 0;
            break;
        }
        done += (size_t)n;
    }
    if (queue->is_broken) {
        done = queue->size;
    }
    bench_queue_drop(queue, done);
}

void bench_queue_write(struct bench_queue *queue, int fd)
{
    bench_queue_drain(queue, fd, 0);
}
