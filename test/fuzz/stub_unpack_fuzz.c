/* Fuzz: what the stub's READ sends. Any bytes, in pieces of any size, give the
 * same content and stay inside of it. And any content, packed here as
 * tool/stub/protocol.h has it with matches chosen by chance, comes out again;
 * of a stream that was cut off only what is right.
 *
 * Input: flags (bit 0: the rest is content; else a stream; bits 1 to 7: the
 * pieces' size less one, and the choices), where it is cut u16, the bytes. */
#include "tool/stub_unpack.h"

#include <string.h>

#include "test/fuzz/fuzz.h"

#define ROOM 1200u

enum { STREAMS, BAD, PACKED, CUT };
struct fuzz_way fuzz_ways[] = {{"streams", 0},
                               {"streams that are none", 0},
                               {"packed", 0},
                               {"packed and cut off", 0},
                               {NULL, 0}};

/* ---- a packer, as the protocol says ---- */

static struct packer {
    uint8_t out[2 * ROOM + 64];
    size_t size;
    uint32_t low, high;
    uint16_t kind[2], length[32], distance[32], literal[64][256];
} p;

static void put_bit(uint16_t *chance, unsigned bit)
{
    uint32_t middle = p.low + (p.high - p.low) / 4096u * (*chance / 16u);
    if (bit) {
        p.high = middle;
        *chance = (uint16_t)(*chance + (65535 - *chance) / 32);
    } else {
        p.low = middle + 1;
        *chance = (uint16_t)(*chance - *chance / 32);
    }
    for (; p.low >> 24 == p.high >> 24; p.low <<= 8) {
        FUZZ_CHECK(p.size < sizeof(p.out));
        p.out[p.size++] = (uint8_t)(p.high >> 24);
        p.high = p.high << 8 | 0xFF;
    }
}

static void put_number(uint16_t *chance, uint32_t number)
{
    unsigned bits = 0;
    while (number >> bits > 1)
        bits++;
    while (bits-- > 0) {
        put_bit(chance++, 1);
        put_bit(chance++, number >> bits & 1);
    }
    put_bit(chance, 0);
}

static void put_byte(uint8_t byte, uint8_t before)
{
    for (unsigned node = 1, i = 8; i-- > 0; node = node * 2 + (byte >> i & 1))
        put_bit(&p.literal[before >> 2][node], byte >> i & 1);
}

static uint32_t match(const uint8_t *at, uint32_t back, size_t left)
{
    uint32_t n = 0;
    while (n < left && at[n] == *(at + n - back))
        n++;
    return n;
}

static void pack(const uint8_t *bytes, size_t size, uint32_t choice)
{
    uint16_t *chance = p.kind;
    uint8_t last = 0;
    p = (struct packer){.high = ~0u};
    while (chance < (uint16_t *)(&p + 1))
        *chance++ = 0x8000;
    for (size_t at = 0; at < size;) {
        uint32_t back = choice % 97u + 1, n = 0;
        choice = choice * 1664525u + 1013904223u;
        if (back <= at)
            n = match(bytes + at, back, size - at);
        put_bit(&p.kind[last], n >= 4);
        last = n >= 4;
        if (last) {
            put_number(p.length, n - 3);
            put_number(p.distance, back);
        } else {
            put_byte(bytes[at], at > 0 ? bytes[at - 1] : 0);
        }
        at += last ? n : 1;
    }
    FUZZ_CHECK(p.size < sizeof(p.out));
    p.out[p.size++] = (uint8_t)(p.high >> 24);
}

/* ---- what comes out ---- */

struct got {
    struct unpacker u;
    uint8_t *out; /* of its own, so that a sanitizer knows its bounds */
    bool is_good;
};

static void feed(struct got *got, const uint8_t *stream, size_t size,
                 size_t piece, size_t content, bool is_whole)
{
    got->is_good = true;
    free(got->out);
    got->out = malloc(content > 0 ? content : 1);
    FUZZ_CHECK(got->out);
    unpack_start(&got->u, got->out, (uint32_t)content);
    for (size_t at = 0; at < size && got->is_good; at += piece)
        got->is_good = unpack_take(&got->u, stream + at,
                                   piece < size - at ? piece : size - at);
    if (got->is_good)
        got->is_good = unpack_end(&got->u, is_whole);
    FUZZ_CHECK(got->u.done <= content);
}

static void check_content(const uint8_t *bytes, size_t size, size_t piece,
                          size_t cut)
{
    static struct got got;
    pack(bytes, size, (uint32_t)(cut * 31 + piece));
    feed(&got, p.out, p.size, piece, size, true);
    FUZZ_CHECK(got.is_good && got.u.done == size &&
               memcmp(got.out, bytes, size) == 0);
    fuzz_ways[PACKED].count++;
    if (cut >= p.size)
        return;
    feed(&got, p.out, cut, piece, size, false);
    FUZZ_CHECK(got.is_good && memcmp(got.out, bytes, got.u.done) == 0);
    /* Little of what came is wasted. */
    FUZZ_CHECK(cut < 16 || got.u.done > 0);
    fuzz_ways[CUT].count++;
}

static void check_stream(const uint8_t *stream, size_t size, size_t piece,
                         size_t content)
{
    static struct got whole, pieces;
    feed(&whole, stream, size, 1024, content, true);
    feed(&pieces, stream, size, piece, content, true);
    FUZZ_CHECK(whole.is_good == pieces.is_good &&
               whole.u.done == pieces.u.done &&
               memcmp(whole.out, pieces.out, whole.u.done) == 0);
    fuzz_ways[whole.is_good ? STREAMS : BAD].count++;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 4 || size > ROOM)
        return 0;
    size_t piece = (data[0] >> 1) + 1u, where = data[1] + 256u * data[2];
    if (data[0] & 1)
        check_content(data + 3, size - 3, piece, where);
    else
        check_stream(data + 3, size - 3, piece, where % ROOM);
    return 0;
}

/* Content, its stream, and the stream of content with matches. */
size_t fuzz_seed(unsigned n, uint8_t *out, size_t room)
{
    uint8_t bytes[600];
    if (n > 3)
        return 0;
    for (size_t i = 0; i < sizeof(bytes); i++)
        bytes[i] = (uint8_t)(n & 2 ? i * i / 7 : i / 90 * 37 + i % 13);
    pack(bytes, sizeof(bytes), n);
    const uint8_t *from = n & 1 ? bytes : p.out;
    size_t size = n & 1 ? sizeof(bytes) : p.size;
    FUZZ_CHECK(size + 3 <= room);
    memcpy(out + 3, from, size);
    out[0] = (uint8_t)(40 | (n & 1));
    out[1] = (uint8_t)(n & 1 ? 100 : sizeof(bytes) & 0xFF);
    out[2] = (uint8_t)(n & 1 ? 0 : sizeof(bytes) >> 8);
    return size + 3;
}
