/* Writing by the stub: one LZMA stream of the sectors, made while it is sent,
 * as many bytes ahead of the stub's answers as the line holds for a moment.
 * What was lost is sent again from where the stub says it is; frames get
 * smaller while that happens. */
#include "tool/flasher_private.h"

#include <lzma.h>
#include <stdlib.h>
#include <string.h>

#include "format/bytes.h"
#include "format/flash_map.h"
#include "tool/stub/protocol.h"

#define FRAME_LARGE 1984u
#define FRAME_SMALL 32u
#define AHEAD_MS 200u    /* of line time */
#define PATIENCE_MS 150u /* for news, besides the line time of what is sent */
#define RESTARTS 5
#define MAKE 4096u
#define DATA 8u
/* A program of these takes 2 ms, whatever its size (chip.md F3). */
#define MAKER_PUYA 0x85u

struct sender {
    struct flasher *f;
    const struct flash_sector *sectors;
    unsigned count;
    /* The stream so far; made by the encoder as it is needed. */
    lzma_stream encoder;
    uint8_t *bytes;
    uint32_t size, limit;
    unsigned fed; /* sectors that the encoder has */
    uint8_t sector[FLASH_SECTOR_SIZE];
    bool is_complete;
    /* What the stub said. */
    uint32_t acked, room;
    unsigned done;
    uint32_t sent;
    uint32_t frame, most; /* bytes of one; of one on a good line */
    unsigned good;        /* frames since the last loss */
    uint64_t deadline;
    uint64_t heed_after; /* what is told of a loss before that is old news */
};

/* ---- the stream ---- */

static bool start_encoder(struct sender *s)
{
    lzma_options_lzma options;
    lzma_filter filters[] = {{LZMA_FILTER_LZMA1, &options},
                             {LZMA_VLI_UNKNOWN, NULL}};
    s->encoder = (lzma_stream)LZMA_STREAM_INIT;
    if (lzma_lzma_preset(&options, 9 | LZMA_PRESET_EXTREME))
        return false;
    options.dict_size = STUB_DICT;
    options.lc = 0;
    options.lp = 0;
    options.pb = 0;
    return lzma_raw_encoder(&s->encoder, filters) == LZMA_OK;
}

static void feed(struct sender *s)
{
    while (s->fed < s->count && !s->sectors[s->fed].bytes)
        s->fed++;
    if (s->fed == s->count)
        return;
    const struct flash_sector *sector = &s->sectors[s->fed++];
    memset(s->sector, 0xFF, sizeof(s->sector));
    memcpy(s->sector, sector->bytes, sector->size);
    s->encoder.next_in = s->sector;
    s->encoder.avail_in = sizeof(s->sector);
}

static bool has_room(struct sender *s)
{
    if (s->limit - s->size >= MAKE + STUB_PAD)
        return true;
    uint8_t *more = realloc(s->bytes, s->limit + 16 * MAKE);
    if (!more)
        return false;
    s->bytes = more;
    s->limit += 16 * MAKE;
    return true;
}

/* Until the stream has `wanted` bytes, or is complete. */
static bool make(struct sender *s, uint32_t wanted)
{
    while (s->size < wanted && !s->is_complete) {
        if (!has_room(s))
            return false;
        if (s->encoder.avail_in == 0)
            feed(s);
        bool is_last = s->encoder.avail_in == 0;
        s->encoder.next_out = s->bytes + s->size;
        s->encoder.avail_out = MAKE;
        lzma_ret r = lzma_code(&s->encoder, is_last ? LZMA_FINISH : LZMA_RUN);
        if (r != LZMA_OK && r != LZMA_STREAM_END)
            return false;
        s->size += MAKE - (uint32_t)s->encoder.avail_out;
        if (r == LZMA_STREAM_END) {
            memset(s->bytes + s->size, 0, STUB_PAD);
            s->size += STUB_PAD;
            s->is_complete = true;
        }
    }
    return true;
}

/* ---- the plan ---- */

static enum err send_plan(struct sender *s, uint32_t *runs)
{
    uint32_t words[1 + 128] = {0};
    enum err e = ERR_NONE;
    unsigned n = 0;
    *runs = 0;
    for (unsigned i = 0; i < s->count && e == ERR_NONE; n++) {
        const struct flash_sector *first = &s->sectors[i];
        unsigned k = 1;
        while (i + k < s->count && k < 0xFFF &&
               !first[k].bytes == !first->bytes &&
               first[k].address == first->address + k * FLASH_SECTOR_SIZE)
            k++;
        if (n == 128) {
            words[0] = *runs - n;
            e = stub_ask(s->f, STUB_PLAN, words, 1 + n, NULL);
            n = 0;
        }
        words[1 + n] = first->address / FLASH_SECTOR_SIZE | k << 12 |
                       (first->bytes ? 0 : STUB_RUN_ERASE_ONLY);
        ++*runs;
        i += k;
    }
    words[0] = *runs - n;
    return e == ERR_NONE ? stub_ask(s->f, STUB_PLAN, words, 1 + n, NULL) : e;
}

/* ---- sending ---- */

static uint64_t now(struct sender *s)
{
    return s->f->link->ops->now_ms(s->f->link);
}

static uint32_t line_ms(const struct sender *s, uint32_t bytes)
{
    return (uint32_t)((uint64_t)bytes * 10000u / s->f->baud);
}

static void be_patient(struct sender *s)
{
    uint64_t line = line_ms(s, s->sent - s->acked);
    s->deadline = now(s) + PATIENCE_MS + 2 * line;
}

static void start_over(struct sender *s)
{
    s->heed_after = now(s) + 2u + line_ms(s, s->sent - s->acked);
    s->sent = s->acked;
    s->good = 0;
    if (s->frame > FRAME_SMALL)
        s->frame /= 2;
    be_patient(s);
}

static enum err send_frame(struct sender *s, uint32_t n)
{
    uint8_t data[4 + FRAME_LARGE];
    put_u32le(data, s->sent);
    memcpy(data + 4, s->bytes + s->sent, n);
    s->sent += n;
    return loader_request(
        &s->f->loader, &(struct loader_request){STUB_DATA, data, 4 + n, 0, 0});
}

static uint32_t ahead_most(const struct flasher *f)
{
    return (uint32_t)((uint64_t)f->baud * AHEAD_MS / 10000u);
}

/* Half of what may be on its way: one is sent while the other is answered. */
static uint32_t frame_most(const struct flasher *f)
{
    uint32_t half = ahead_most(f) / 2;
    return half < FRAME_SMALL   ? FRAME_SMALL
           : half < FRAME_LARGE ? half
                                : FRAME_LARGE;
}

/* As much as may be on its way now. */
static enum err send_ahead(struct sender *s)
{
    uint32_t ahead = ahead_most(s->f);
    /* On a bad line what follows a lost frame is sent in vain. */
    unsigned frames = s->frame < FRAME_LARGE / 4 ? 4 : 16;
    if (ahead > frames * s->frame)
        ahead = frames * s->frame;
    uint32_t end = s->acked + ahead < s->room ? s->acked + ahead : s->room;
    enum err e = make(s, end) ? ERR_NONE : ERR_MEMORY;
    end = end < s->size ? end : s->size;
    while (e == ERR_NONE && s->sent < end) {
        uint32_t n = end - s->sent;
        /* No small frames just because the window moved a little. */
        if (n < s->frame && end < s->size && s->sent > s->acked)
            break;
        e = send_frame(s, n < s->frame ? n : s->frame);
    }
    return e;
}

/* By a look at it how bad it is. */
static enum err name_sector(struct sender *s, uint32_t where)
{
    struct flasher *f = s->f;
    void (*progress)(void *, const char *, uint32_t, uint32_t) =
        f->config.progress;
    uint8_t bytes[FLASH_SECTOR_SIZE];
    unsigned i = 0;
    while (i + 1 < s->count && s->sectors[i].address != where)
        i++;
    f->config.progress = NULL;
    enum err e = stub_read(f, where, bytes, sizeof(bytes));
    f->config.progress = progress;
    if (e != ERR_NONE)
        return e;
    return flasher_bad_sector(
        f, where, flasher_count_wrong(&s->sectors[i], 0, bytes, sizeof(bytes)));
}

static enum err flash_failed(struct sender *s, uint32_t where)
{
    if (s->f->loader.error == STUB_FLASH_DIFFERS)
        return name_sector(s, where);
    if (s->f->loader.error == STUB_FLASH_BUSY)
        return flasher_fail(s->f, ERR_FLASH_FAILED,
                            "it was busy with its part at 0x%05x for 5 s",
                            (unsigned)where);
    return ERR_CHIP_REFUSED;
}

static void note_progress(struct sender *s, unsigned done)
{
    if (done > s->count)
        return;
    s->done = done;
    if (done < s->count)
        s->f->good_until = s->sectors[done].address;
    flasher_progress(s->f, s->f->is_erase ? "erase" : "write",
                     done * FLASH_SECTOR_SIZE, s->count * FLASH_SECTOR_SIZE);
}

/* One reply to WRITE. */
static enum err take_news(struct sender *s)
{
    size_t got = 0;
    enum err e = loader_take_reply(&s->f->loader, &got);
    const uint8_t *data = s->f->loader.frame + DATA;
    uint32_t val = s->f->loader.value;
    if (e == ERR_CHIP_REFUSED && got == 12)
        return flash_failed(s, get_u32le(data + 8));
    if (e != ERR_NONE || got != 12 || val > s->size)
        return e == ERR_NONE ? ERR_PROTOCOL : e;
    if (val > s->acked || get_u32le(data + 4) > s->done)
        be_patient(s);
    if (val > s->acked) {
        s->acked = val;
        if (s->sent < val)
            s->sent = val;
        if (++s->good >= 32 && s->frame < s->most) {
            s->frame = s->frame * 2 < s->most ? s->frame * 2 : s->most;
            s->good = 0;
        }
    }
    s->room = get_u32le(data);
    note_progress(s, get_u32le(data + 4));
    if (get_u32le(data + 8) != 0 && val == s->acked && s->sent > val &&
        now(s) >= s->heed_after)
        start_over(s);
    return ERR_NONE;
}

/* Until all sectors are done. ERR_TIMEOUT: the stub says nothing any more. */
static enum err stream(struct sender *s)
{
    enum err e = ERR_NONE;
    unsigned silent = 0;
    be_patient(s);
    while (e == ERR_NONE && s->done < s->count) {
        e = send_ahead(s);
        if (e == ERR_NONE)
            e = loader_frame(&s->f->loader, 50);
        if (e == ERR_NONE && loader_is_reply(&s->f->loader, STUB_WRITE)) {
            e = take_news(s);
            silent = 0;
        } else if (e == ERR_TIMEOUT) {
            e = ++silent > 60 ? ERR_TIMEOUT : ERR_NONE;
        }
        if (e == ERR_NONE && s->sent > s->acked && now(s) > s->deadline)
            start_over(s);
    }
    return e;
}

static enum err check_results(struct sender *s)
{
    uint32_t *crc = calloc(s->count, sizeof(*crc));
    enum err e = crc ? stub_ask_words(s->f, STUB_RESULTS, 0, 1, s->count, crc)
                     : ERR_MEMORY;
    for (unsigned i = 0; i < s->count && e == ERR_NONE; i++) {
        if (crc[i] != flasher_sector_crc(&s->sectors[i]))
            e = flasher_fail(s->f, ERR_MISMATCH, "sector 0x%05x",
                             (unsigned)s->sectors[i].address);
    }
    free(crc);
    return e;
}

/* One WRITE, from its plan to its results. */
static enum err run(struct sender *s)
{
    uint32_t words[2] = {0, (s->f->chip.jedec & 0xFFu) == MAKER_PUYA};
    size_t got;
    if (!start_encoder(s))
        return ERR_MEMORY;
    enum err e = send_plan(s, words);
    if (e == ERR_NONE)
        e = stub_ask(s->f, STUB_WRITE, words, 2, &got);
    if (e == ERR_NONE) {
        s->room = got == 12 ? get_u32le(s->f->loader.frame + DATA) : 0;
        e = stream(s);
    }
    lzma_end(&s->encoder);
    free(s->bytes);
    return e == ERR_NONE ? check_results(s) : e;
}

/* After silence on the line the rest is written by a WRITE of its own. */
enum err stub_write(struct flasher *f, const struct flash_sector *sectors,
                    unsigned count)
{
    enum err e = ERR_NONE;
    flasher_progress(f, f->is_erase ? "erase" : "write", 0,
                     count * FLASH_SECTOR_SIZE);
    for (unsigned at = 0, tries = 0; at < count && tries <= RESTARTS; tries++) {
        struct sender s = {.f = f,
                           .sectors = sectors + at,
                           .count = count - at,
                           .frame = frame_most(f),
                           .most = frame_most(f)};
        e = run(&s);
        if (e != ERR_TIMEOUT)
            return e;
        if (s.done > 0)
            tries = 0;
        at += s.done;
        loader_discard(&f->loader);
    }
    return e;
}
