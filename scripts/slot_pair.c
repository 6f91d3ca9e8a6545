/* Pairs of images: the words that make their checksums the same, and what they
 * differ in. */
#include "scripts/slot_pair.h"

#include <stdio.h>
#include <string.h>

#include "format/bytes.h"
#include "format/image.h"
#include "format/ota_file.h"

#define ADDRESS_FIRST (MAP_IROM_BASE + MAP_SLOT_A)
#define ADDRESS_LAST (ADDRESS_FIRST + MAP_SLOT_SIZE) /* an end may be named */

/* ---- balance ---- */

/* What a word adds to the difference of the checksums, which are the XOR of
 * all bytes. */
static uint8_t weight(uint32_t word)
{
    uint32_t bits = word ^ ota_relocate(word, SLOT_B);
    return (uint8_t)(bits ^ bits >> 8 ^ bits >> 16 ^ bits >> 24);
}

/* All differences that n words can make, for n from 0 on: word[d] is the last
 * word of a shortest way to d. The low 12 bits of a word do not matter. */
static void find_ways(uint32_t word[256])
{
    bool is_known[256] = {true};
    for (unsigned n = 0; n < BALANCE_WORDS; n++) {
        bool is_before[256];
        memcpy(is_before, is_known, sizeof(is_before));
        for (unsigned d = 0; d < 256; d++) {
            for (uint32_t w = ADDRESS_FIRST; w < ADDRESS_LAST; w += 0x1000) {
                unsigned next = d ^ weight(w);
                if (!is_before[d] || is_known[next])
                    continue;
                is_known[next] = true;
                word[next] = w;
            }
        }
    }
}

void slot_balance(uint8_t difference, uint32_t words[BALANCE_WORDS])
{
    uint32_t last[256] = {0};
    find_ways(last);
    memset(words, 0, BALANCE_WORDS * sizeof(words[0]));
    for (unsigned n = 0; difference != 0 && n < BALANCE_WORDS; n++) {
        words[n] = last[difference];
        difference ^= weight(words[n]);
    }
}

/* ---- compare ---- */

/* Segment 1 is the first, as `pogo image` counts; "the header" before it. */
static void name_place(const struct image *image, uint32_t at, char *text,
                       size_t room)
{
    snprintf(text, room, "the headers and checksum");
    for (unsigned i = 0; i < image->segment_count; i++) {
        const struct image_segment *s = &image->segment[i];
        if (at >= s->offset && at - s->offset < s->size)
            snprintf(text, room, "segment %u (0x%08x), offset 0x%x", i + 1,
                     (unsigned)s->address, (unsigned)(at - s->offset));
    }
}

static bool is_moved(uint32_t a, uint32_t b)
{
    return b == ota_relocate(a, SLOT_B) && a >= ADDRESS_FIRST &&
           a <= ADDRESS_LAST;
}

static bool fail(struct slot_pair *out, const struct image *image, uint32_t at,
                 uint32_t in_a, uint32_t in_b)
{
    char place[80];
    name_place(image, at, place, sizeof(place));
    snprintf(out->problem, sizeof(out->problem),
             "in %s, at 0x%x of the image, A has %08x and B %08x", place,
             (unsigned)at, (unsigned)in_a, (unsigned)in_b);
    return false;
}

bool slot_pair_compare(const uint8_t *a, const uint8_t *b, size_t size,
                       struct slot_pair *out)
{
    struct image image;
    out->count = 0;
    out->problem[0] = '\0';
    if (image_read(a, size, &image) != ERR_NONE || size % 4 != 0) {
        snprintf(out->problem, sizeof(out->problem), "A is not a whole image");
        return false;
    }
    for (uint32_t at = 0; at < size; at += 4) {
        uint32_t in_a = get_u32le(a + at), in_b = get_u32le(b + at);
        if (in_a == in_b)
            continue;
        if (!is_moved(in_a, in_b) || out->count == out->room)
            return fail(out, &image, at, in_a, in_b);
        out->offsets[out->count++] = at;
    }
    return true;
}
