/* Unpacks gzip files with zlib: Tasmota and others publish images so. */
#include "tool/unpack.h"

#include <stdlib.h>
#include <zlib.h>

#define GZIP_ONLY 16 /* added to zlib's window bits: nothing but gzip */
#define FIRST_ROOM 0x10000u

bool unpack_is_gzip(const uint8_t *bytes, size_t size)
{
    return size > 2 && bytes[0] == 0x1F && bytes[1] == 0x8B;
}

/* All that comes out, into *out, which grows up to limit and one more. */
static enum err inflate_all(z_stream *z, size_t limit, uint8_t **out)
{
    size_t room = 0;
    int state = Z_OK;
    while (state == Z_OK) {
        room = room == 0 ? FIRST_ROOM : 2 * room;
        room = room > limit ? limit + 1 : room;
        uint8_t *more = realloc(*out, room);
        if (!more)
            return ERR_MEMORY;
        *out = more;
        z->next_out = more + z->total_out;
        z->avail_out = (uInt)(room - z->total_out);
        state = inflate(z, Z_NO_FLUSH);
        if (z->total_out > limit)
            return ERR_NO_ROOM;
    }
    return state == Z_STREAM_END ? ERR_NONE : ERR_PACKED;
}

enum err unpack_gzip(uint8_t **bytes, size_t *size, size_t limit)
{
    z_stream z = {.next_in = *bytes, .avail_in = (uInt)*size};
    uint8_t *out = NULL;
    if (inflateInit2(&z, MAX_WBITS + GZIP_ONLY) != Z_OK)
        return ERR_MEMORY;
    enum err e = inflate_all(&z, limit, &out);
    size_t got = z.total_out;
    inflateEnd(&z);
    if (e != ERR_NONE) {
        free(out);
        return e;
    }
    free(*bytes);
    *bytes = out;
    *size = got;
    return ERR_NONE;
}
