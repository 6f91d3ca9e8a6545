/* Unpacks what the stub's READ sends (tool/stub/protocol.h): bytes in as they
 * come, the flash's content out into the caller's memory, where what came
 * before is what matches refer to. Made for bytes that a line has damaged: it
 * writes nothing but size bytes, whatever comes. */
#ifndef TOOL_STUB_UNPACK_H
#define TOOL_STUB_UNPACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tool/stub/protocol.h"

/* One symbol takes no more bytes than this: a literal 9 decisions, a match 1
 * and two numbers of 31 each, with four bytes for one at the most. */
#define UNPACK_AHEAD 256u
#define UNPACK_ROOM                                                            \
    2048u /* for a frame, and what is left of the one before                   \
           */

struct unpacker {
    uint8_t *out; /* the caller's */
    uint32_t size, done;
    uint32_t low, high, code;
    uint8_t in[UNPACK_ROOM];
    uint32_t at, end;
    bool is_begun, is_match;
    uint16_t kind[2];
    uint16_t length[STUB_PACK_NUMBER], distance[STUB_PACK_NUMBER];
    uint16_t literal[STUB_PACK_CONTEXTS][256];
};

/* A new stream, whose content goes to out[size]. */
void unpack_start(struct unpacker *u, uint8_t *out, uint32_t size);
/* The next bytes of it; u->done moves on as far as they surely go, which is up
 * to UNPACK_AHEAD of them behind. False: it is no such stream, or more than
 * UNPACK_ROOM - UNPACK_AHEAD at once; u->done bytes are right nevertheless. */
bool unpack_take(struct unpacker *u, const uint8_t *bytes, size_t size);
/* No more will come: what is left. is_whole: it ended as it should; else the
 * rest got lost, and what the bytes don't tell is left out. False as above. */
bool unpack_end(struct unpacker *u, bool is_whole);

#endif
