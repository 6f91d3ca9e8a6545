/* The server's half of one RFC 2217 session: what every Telnet option and Com
 * Port command of a client is answered with, and what it does to the line. No
 * sockets: bytes in, bytes and calls out. */
#ifndef TOOL_BENCH_SESSION_H
#define TOOL_BENCH_SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "format/rfc2217.h"

struct bench_session_ops {
    void (*reply)(void *ctx, const uint8_t *bytes, size_t size); /* to it */
    void (*serial)(void *ctx, uint8_t byte); /* a byte for the chip */
    void (*baud)(void *ctx, unsigned baud);
    void (*lines)(void *ctx, bool dtr, bool rts);
    void (*purge)(void *ctx); /* forget what it has not yet read */
    void *ctx;
};

struct bench_session {
    const struct bench_session_ops *ops;
    struct rfc2217_decoder decoder;
    uint64_t we_do, they_do; /* bit per option below 64 */
    unsigned baud;
    uint8_t data_size, parity, stop_size, flow, flow_in;
    bool has_break, dtr, rts;
    bool is_suspended; /* it asked for silence */
};

/* Starts with both lines off and 115200 8N1, and makes our offers. */
void bench_session_start(struct bench_session *session,
                         const struct bench_session_ops *ops);
void bench_session_feed(struct bench_session *session, const uint8_t *bytes,
                        size_t size);

#endif
