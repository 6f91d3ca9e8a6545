/* Uploads to the bench's Tasmota: what it takes, and what eboot makes of it.
 * Which version checks what was read in Tasmota's sources: 6.6.0 wants E9 and
 * looks for no marker, 8.5.1 takes gzip unchecked and wants its marker in a raw
 * image, 14 takes both without; tasmota.md F.6, G.1, G.2. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zlib.h>

#include "format/image.h"
#include "tool/bench_tasmota.h"
#include "tool/recognize.h"

#define SECTOR 4096u
#define GZIP_MAGIC 0x1Fu
#define UNPACKED_MOST 0x100000u

static const char *const errors[] = {
    [1] = "No file selected",
    [2] = "Not enough space",
    [3] = "Magic byte is not 0xE9",
    [4] = "Program flash size is larger than real flash size",
    [5] = "Upload buffer miscompare",
    [6] = "Upload failed. Enable logging 3",
    [7] = "Upload aborted",
    [14] = "Not compatible",
};

const char *tasmota_stage_text(unsigned error)
{
    bool is_known = error < sizeof(errors) / sizeof(errors[0]);
    return is_known && errors[error] ? errors[error] : "Upload error code";
}

unsigned tasmota_free_kb(const struct tasmota *t)
{
    unsigned used = (t->program_size + SECTOR - 1) / SECTOR * SECTOR;
    return used < TASMOTA_PROGRAM_END ? (TASMOTA_PROGRAM_END - used) / 1024 : 0;
}

size_t tasmota_room(const struct tasmota *t)
{
    unsigned kb = tasmota_free_kb(t);
    return kb > 4 ? (size_t)(kb - 4) * 1024 : 0;
}

void tasmota_stage_begin(struct tasmota *t)
{
    t->stage.size = 0;
    t->stage.error = tasmota_room(t) == 0 ? 2 : 0;
    t->stage.is_ready = false;
}

/* The flash size that an image's header names, in KB; 0: one that no table of
 * the core has. */
static unsigned header_kb(uint8_t size_freq)
{
    static const unsigned kb[] = {512, 256, 1024, 2048, 4096};
    unsigned n = size_freq >> 4;
    return n < sizeof(kb) / sizeof(kb[0]) ? kb[n] : 0;
}

static unsigned check_first(const struct tasmota *t, const uint8_t *bytes,
                            size_t size)
{
    bool is_gz = bytes[0] == GZIP_MAGIC;
    if (bytes[0] != IMAGE_MAGIC && !(is_gz && t->version->has_gz))
        return 3;
    if (!is_gz && size > 3 && header_kb(bytes[3]) > 1024)
        return 4;
    return 0;
}

void tasmota_stage_put(struct tasmota *t, const void *bytes, size_t size)
{
    struct tasmota_stage *s = &t->stage;
    if (s->error || size == 0)
        return;
    if (s->size == 0)
        s->error = check_first(t, bytes, size);
    if (!s->error &&
        (size > sizeof(s->bytes) - s->size || s->size + size > tasmota_room(t)))
        s->error = t->version->full;
    if (s->error)
        return;
    memcpy(s->bytes + s->size, bytes, size);
    s->size += size;
}

/* The words that Tasmota puts around the oldest version that may be replaced by
 * this one; aligned, as its own search has it. */
static bool has_marker(const uint8_t *bytes, size_t size)
{
    static const uint8_t begin[4] = {0xA5, 0x5A, 0xA5, 0x5A};
    static const uint8_t end[4] = {0x5A, 0xA5, 0x5A, 0xA5};
    for (size_t i = 0; i + 12 <= size; i += 4) {
        if (memcmp(bytes + i, begin, 4) == 0 &&
            memcmp(bytes + i + 8, end, 4) == 0)
            return true;
    }
    return false;
}

void tasmota_stage_end(struct tasmota *t)
{
    struct tasmota_stage *s = &t->stage;
    bool is_checked = t->version->has_check && !tasmota_option(t, 78) &&
                      s->bytes[0] != GZIP_MAGIC;
    if (!s->error && s->size == 0)
        s->error = 1;
    if (!s->error && is_checked && !has_marker(s->bytes, s->size))
        s->error = 14;
    s->is_ready = !s->error;
}

/* ---- eboot ---- */

static uint8_t *inflate_all(const uint8_t *bytes, size_t size, size_t *out)
{
    z_stream z = {.next_in = (z_const Bytef *)(uintptr_t)bytes,
                  .avail_in = (uInt)size};
    uint8_t *all = malloc(UNPACKED_MOST);
    if (!all || inflateInit2(&z, 15 + 16) != Z_OK) {
        free(all);
        return NULL;
    }
    z.next_out = all;
    z.avail_out = UNPACKED_MOST;
    int code = inflate(&z, Z_FINISH);
    *out = z.total_out;
    (void)inflateEnd(&z);
    if (code == Z_STREAM_END)
        return all;
    free(all);
    return NULL;
}

uint8_t *tasmota_stage_unpack(const struct tasmota *t, size_t *size)
{
    const struct tasmota_stage *s = &t->stage;
    if (s->bytes[0] == GZIP_MAGIC)
        return inflate_all(s->bytes, s->size, size);
    uint8_t *all = malloc(s->size);
    *size = s->size;
    if (all)
        memcpy(all, s->bytes, s->size);
    return all;
}

bool tasmota_stage_runs(struct tasmota *t, const uint8_t *bytes, size_t size)
{
    struct image image = {.version = 0};
    struct recognized what;
    (void)!image_check(bytes, size, &image);
    recognize(bytes, size, &image, &what);
    if (what.kind != FIRMWARE_TASMOTA)
        return false;
    t->is_minimal = memmem(bytes, size, "minimal)", 8) != NULL;
    t->program_size = (unsigned)size;
    return true;
}

/* The file's name up to its last `-` or else its first dot, then -minimal. */
void tasmota_minimal_url(const char *url, char *out, size_t room)
{
    const char *slash = strrchr(url, '/');
    const char *name = slash ? slash : url;
    const char *dot = strchr(name, '.');
    if (!dot)
        dot = name + strlen(name);
    const char *end = dot;
    for (const char *p = name; p < dot; p++)
        end = *p == '-' ? p : end;
    snprintf(out, room, "%.*s-minimal%s", (int)(end - url), url, dot);
}
