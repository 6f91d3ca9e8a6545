/* What the loop of `pogo bench` waits for: descriptors, each with the device
 * that it belongs to. Made anew before each wait; finding one takes the same
 * time with a thousand. */
#ifndef TOOL_BENCH_POLL_H
#define TOOL_BENCH_POLL_H

#include <stdbool.h>
#include <stdint.h>

struct pollfd; /* <poll.h> */

/* Zeroed: empty. */
struct bench_poll {
    struct pollfd *fds;
    unsigned *owner; /* of each */
    unsigned count, room;
    unsigned *row; /* by descriptor: where it may stand in fds */
    int rows;
    unsigned now_owner; /* of what is added next: any number */
};

void bench_poll_free(struct bench_poll *poll);
/* Begin anew. */
void bench_poll_clear(struct bench_poll *poll);
/* fd -1 or no events: nothing is added. Events of one descriptor add up.
 * Without memory it is left out, and so served at a later round. */
void bench_poll_add(struct bench_poll *poll, int fd, short events);
/* Until one is found, a signal comes, or wait_ns are over. */
void bench_poll_wait(struct bench_poll *poll, uint64_t wait_ns);
/* Did the last wait find one of these, an error or a hang-up on fd? */
bool bench_poll_found(const struct bench_poll *poll, int fd, short events);

#endif
