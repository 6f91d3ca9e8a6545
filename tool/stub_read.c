/* Reading by the stub: it sends frames ahead of our acknowledgements. A frame
 * that was lost or damaged is asked for by a new READ from there on. */
#include "tool/flasher_private.h"

#include <string.h>

#include "format/bytes.h"
#include "format/flash_map.h"
#include "tool/stub/protocol.h"

#define TRIES 40 /* without a frame in between */
#define FRAME_TIMEOUT_MS 300u
#define CHUNK_SMALL 64u
#define DATA 8u

struct reader {
    struct flasher *f;
    uint32_t address, size;
    uint8_t *out;
    uint32_t done;
    uint32_t chunk, window;
    unsigned good; /* frames since the last loss */
    uint32_t mark; /* of this READ */
};

static enum err begin(struct reader *r)
{
    uint8_t data[16];
    r->mark = (r->mark + 1) % 4;
    put_u32le(data, (r->address + r->done) | r->mark);
    put_u32le(data + 4, r->size - r->done);
    put_u32le(data + 8, r->chunk);
    put_u32le(data + 12, r->window);
    return loader_request(&r->f->loader,
                          &(struct loader_request){STUB_READ, data, 16, 0, 0});
}

static enum err acknowledge(struct reader *r, uint32_t count)
{
    uint8_t data[4];
    put_u32le(data, count);
    return loader_request(&r->f->loader,
                          &(struct loader_request){STUB_ACK, data, 4, 0, 0});
}

/* Put in what came, if it is what follows. *is_ahead: it is what comes later.
 */
static bool take(struct reader *r, bool *is_ahead)
{
    struct loader *l = &r->f->loader;
    size_t got = 0;
    *is_ahead = false;
    if (!loader_is_reply(l, STUB_READ) ||
        loader_take_reply(l, &got) != ERR_NONE)
        return false;
    uint32_t next = r->address + r->done, left = r->size - r->done;
    uint32_t n = got > 0 ? (uint32_t)got : FLASH_SECTOR_SIZE;
    bool is_ours = (l->value & 3u) == r->mark;
    *is_ahead = is_ours && l->value > (next | 3u);
    if (!is_ours || (l->value & ~3u) != next || n > left)
        return false;
    if (got > 0)
        memcpy(r->out + r->done, l->frame + DATA, got);
    else
        memset(r->out + r->done, 0xFF, n);
    r->done += n;
    return true;
}

/* Until all is there, or a frame is missing: ERR_TIMEOUT. */
static enum err stream(struct reader *r)
{
    uint32_t start = r->done, acked = start;
    uint32_t step = r->window / 4;
    enum err e = begin(r);
    while (e == ERR_NONE && r->done < r->size) {
        bool is_ahead;
        e = loader_frame(&r->f->loader, FRAME_TIMEOUT_MS);
        if (e != ERR_NONE)
            return e;
        if (!take(r, &is_ahead)) {
            if (is_ahead)
                return ERR_TIMEOUT;
            continue;
        }
        r->good++;
        flasher_progress(r->f, "read", r->done, r->size);
        if (r->done - acked >= step || r->done == r->size) {
            acked = r->done;
            e = acknowledge(r, acked - start);
        }
    }
    return e;
}

/* Small frames get through a line on which large ones don't. */
static void fit_frames(struct reader *r)
{
    if (r->good < 16 && r->chunk > CHUNK_SMALL)
        r->chunk /= 2;
    else if (r->good >= 64 && r->chunk < STUB_READ_CHUNK)
        r->chunk *= 2;
    r->window = r->chunk == STUB_READ_CHUNK ? STUB_READ_WINDOW : 8 * r->chunk;
    r->good = 0;
}

enum err stub_read(struct flasher *f, uint32_t address, uint8_t *out,
                   uint32_t size)
{
    struct reader r = {.f = f,
                       .address = address,
                       .size = size,
                       .out = out,
                       .chunk = STUB_READ_CHUNK,
                       .window = STUB_READ_WINDOW};
    enum err e = ERR_NONE;
    for (int tries = 0; tries < TRIES && r.done < size; tries++) {
        uint32_t before = r.done;
        e = stream(&r);
        if (e != ERR_TIMEOUT)
            break;
        fit_frames(&r);
        if (r.done > before)
            tries = -1; /* it goes on, if slowly */
    }
    return e;
}
