/* Bytes that wait until a descriptor takes them, so that a reader who is slow
 * or gone never holds the bench up. Used by every server of `pogo bench`. */
#ifndef TOOL_BENCH_QUEUE_H
#define TOOL_BENCH_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bench_queue {
    uint8_t *bytes;
    size_t size, room;
    size_t limit;   /* never holds more than this */
    bool is_broken; /* the reader is gone: what is put is dropped */
    int error;      /* then: errno of the write */
};

void bench_queue_init(struct bench_queue *queue, size_t limit);
void bench_queue_free(struct bench_queue *queue);
/* All of it or, beyond the limit, nothing (false). */
bool bench_queue_put(struct bench_queue *queue, const void *bytes, size_t size);
/* Write what the descriptor takes without blocking, be it O_NONBLOCK or not. */
void bench_queue_write(struct bench_queue *queue, int fd);
/* The same, waiting for a slow reader, but no longer than wait_ms each time. */
void bench_queue_drain(struct bench_queue *queue, int fd, int wait_ms);
/* Forget the first size bytes (no more than there are), or all. */
void bench_queue_drop(struct bench_queue *queue, size_t size);
void bench_queue_clear(struct bench_queue *queue);

#endif
