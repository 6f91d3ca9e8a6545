/* Reading by the stub: it packs and sends frames ahead of our acknowledgements.
 * After a frame that was lost or damaged the rest is asked for by a new READ,
 * from where the stream was understood. */
#include "tool/flasher_private.h"

#include <stdlib.h>

#include "format/bytes.h"
#include "format/crc32.h"
#include "tool/stub/protocol.h"
#include "tool/stub_unpack.h"

#define TRIES 40 /* without a byte in between */
#define FRAME_TIMEOUT_MS 300u
#define CHUNK_SMALL 64u
#define HEADER 8u
#define CRC 4u

struct reader {
    struct flasher *f;
    uint32_t address, size;
    uint8_t *out;
    uint32_t done;
    uint32_t chunk;
    unsigned good; /* frames since the last loss */
    uint32_t mark; /* of this READ */
    uint32_t next; /* frame of it */
    struct unpacker unpacker;
};

static enum err begin(struct reader *r)
{
    uint8_t data[12];
    r->mark = (r->mark + 1) % 4;
    r->next = 0;
    put_u32le(data, (r->address + r->done) | r->mark);
    put_u32le(data + 4, r->size - r->done);
    put_u32le(data + 8, r->chunk);
    unpack_start(&r->unpacker, r->out + r->done, r->size - r->done);
    return loader_request(&r->f->loader,
                          &(struct loader_request){STUB_READ, data, 12, 0, 0});
}

static enum err acknowledge(struct reader *r)
{
    uint8_t data[4];
    put_u32le(data, r->next);
    return loader_request(&r->f->loader,
                          &(struct loader_request){STUB_ACK, data, 4, 0, 0});
}

/* A frame of the stream, with its CRC. */
static bool is_piece(const struct loader *l)
{
    const uint8_t *frame = l->frame;
    size_t size = l->slip.size;
    return size > HEADER + CRC && frame[0] == 1 && frame[1] == STUB_READ &&
           get_u16le(frame + 2) == 0 &&
           get_u32le(frame + size - CRC) == crc32_update(0, frame, size - CRC);
}

/* What came. ERR_TIMEOUT: not what follows, or no such stream. */
static enum err take(struct reader *r, bool *is_end)
{
    struct loader *l = &r->f->loader;
    uint32_t value = get_u32le(l->frame + 4);
    bool is_next = value == (r->next << 2 | r->mark);
    if (is_piece(l)) {
        bool is_ours = (value & 3u) == r->mark;
        l->frames_missed += is_ours && !is_next;
        if (!is_next)
            return is_ours ? ERR_TIMEOUT : ERR_NONE;
        r->next++;
        r->good++;
        return unpack_take(&r->unpacker, l->frame + HEADER,
                           l->slip.size - HEADER - CRC)
                   ? acknowledge(r)
                   : ERR_TIMEOUT;
    }
    if (!loader_is_reply(l, STUB_READ))
        return ERR_NONE;
    enum err e = loader_take_reply(l, NULL);
    *is_end = e == ERR_NONE && is_next;
    return loader_is_line_fault(l, e) ? ERR_TIMEOUT : e;
}

/* Until all is there, or a frame is missing: ERR_TIMEOUT. */
static enum err stream(struct reader *r)
{
    uint32_t start = r->done;
    bool is_end = false;
    enum err e = begin(r);
    while (e == ERR_NONE && !is_end) {
        e = loader_frame(&r->f->loader, FRAME_TIMEOUT_MS);
        if (e == ERR_NONE)
            e = take(r, &is_end);
        flasher_progress(r->f, "read", start + r->unpacker.done, r->size);
    }
    if (!unpack_end(&r->unpacker, is_end) && e == ERR_NONE)
        e = ERR_TIMEOUT;
    /* READ wants whole words. */
    r->done =
        start + (e == ERR_NONE ? r->unpacker.done : r->unpacker.done & ~3u);
    flasher_progress(r->f, "read", r->done, r->size);
    return e;
}

/* Small frames get through a line on which large ones don't. */
static void fit_frames(struct reader *r)
{
    if (r->good < 16 && r->chunk > CHUNK_SMALL)
        r->chunk /= 2;
    else if (r->good >= 64 && r->chunk < STUB_READ_CHUNK)
        r->chunk *= 2;
    r->good = 0;
}

enum err stub_read(struct flasher *f, uint32_t address, uint8_t *out,
                   uint32_t size)
{
    struct reader *r = calloc(1, sizeof(*r));
    enum err e = r ? ERR_NONE : ERR_MEMORY;
    if (r) {
        r->f = f;
        r->address = address;
        r->out = out;
        r->size = size;
        r->chunk = STUB_READ_CHUNK;
    }
    for (int tries = 0; r && tries < TRIES && r->done < size; tries++) {
        uint32_t before = r->done;
        e = stream(r);
        if (e != ERR_TIMEOUT)
            break;
        fit_frames(r);
        if (r->done > before)
            tries = -1; /* it goes on, if slowly */
    }
    free(r);
    return e;
}
