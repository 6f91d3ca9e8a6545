/* Unpacks what the stub's READ sends. Why no library's format: the packer has
 * 900 bytes on the chip. With LZ4's a firmware keeps 86 % of its size, with
 * this 71 %, with zlib's 70 %. */
#include "tool/stub_unpack.h"

#include <string.h>

static void make_even(uint16_t *chances, size_t count)
{
    while (count-- > 0)
        *chances++ = STUB_PACK_EVEN;
}

void unpack_start(struct unpacker *u, uint8_t *out, uint32_t size)
{
    u->out = out;
    u->size = size;
    u->done = 0;
    u->low = 0;
    u->high = UINT32_MAX;
    u->at = 0;
    u->end = 0;
    u->is_begun = false;
    u->is_match = false;
    make_even(u->kind, 2);
    make_even(u->length, STUB_PACK_NUMBER);
    make_even(u->distance, STUB_PACK_NUMBER);
    make_even(u->literal[0], (size_t)STUB_PACK_CONTEXTS * 256);
}

/* Zeros behind the end: u->at tells that it was passed. */
static uint32_t next_byte(struct unpacker *u)
{
    uint32_t at = u->at++;
    return at < u->end ? u->in[at] : 0;
}

static unsigned get_bit(struct unpacker *u, uint16_t *chance)
{
    uint32_t one = *chance;
    uint32_t middle = u->low + ((u->high - u->low) >> 12) * (one >> 4);
    unsigned bit = u->code <= middle;
    if (bit) {
        u->high = middle;
        one += (0xFFFFu - one) >> 5;
    } else {
        u->low = middle + 1;
        one -= one >> 5;
    }
    *chance = (uint16_t)one;
    while ((u->low ^ u->high) >> 24 == 0) {
        u->low <<= 8;
        u->high = u->high << 8 | 0xFFu;
        u->code = u->code << 8 | next_byte(u);
    }
    return bit;
}

/* 0: larger than any can be. */
static uint32_t get_number(struct unpacker *u, uint16_t *chances)
{
    uint32_t number = 1;
    for (unsigned i = 0; get_bit(u, chances + i); i += 2) {
        if (i + 3 > STUB_PACK_NUMBER)
            return 0;
        number = number << 1 | get_bit(u, chances + i + 1);
    }
    return number;
}

static uint8_t get_literal(struct unpacker *u)
{
    uint8_t before = u->done > 0 ? u->out[u->done - 1] : 0;
    uint16_t *chances = u->literal[before * STUB_PACK_CONTEXTS / 256];
    unsigned node = 1;
    while (node < 256)
        node = node << 1 | get_bit(u, chances + node);
    return (uint8_t)node;
}

/* How many bytes the next symbol gave, behind those that are done; 0: it is
 * none that can be. */
static uint32_t get_symbol(struct unpacker *u)
{
    uint8_t *out = u->out + u->done;
    u->is_match = get_bit(u, &u->kind[u->is_match]);
    if (!u->is_match) {
        *out = get_literal(u);
        return 1;
    }
    uint32_t length = get_number(u, u->length);
    uint32_t distance = get_number(u, u->distance);
    if (length == 0 || distance == 0 || distance > u->done ||
        u->size - u->done < STUB_PACK_MATCH ||
        length - 1 > u->size - u->done - STUB_PACK_MATCH)
        return 0;
    length += STUB_PACK_MATCH - 1;
    const uint8_t *from = out - distance;
    for (uint32_t i = 0; i < length; i++) /* may run into what it writes */
        out[i] = from[i];
    return length;
}

static void begin(struct unpacker *u)
{
    for (int i = 0; i < 4; i++)
        u->code = u->code << 8 | next_byte(u);
    u->is_begun = true;
}

/* As long as `ahead` bytes are there. */
static bool unpack(struct unpacker *u, uint32_t ahead)
{
    while (u->done < u->size && u->at + ahead <= u->end) {
        if (!u->is_begun)
            begin(u);
        uint32_t n = get_symbol(u);
        if (n == 0)
            return false;
        u->done += n;
    }
    return true;
}

bool unpack_take(struct unpacker *u, const uint8_t *bytes, size_t size)
{
    memmove(u->in, u->in + u->at, u->end - u->at);
    u->end -= u->at;
    u->at = 0;
    if (size > UNPACK_ROOM - u->end)
        return false;
    memcpy(u->in + u->end, bytes, size);
    u->end += (uint32_t)size;
    return unpack(u, UNPACK_AHEAD);
}

bool unpack_end(struct unpacker *u, bool is_whole)
{
    if (!u->is_begun)
        begin(u);
    while (u->done < u->size) {
        uint32_t n = get_symbol(u);
        /* The code's last bytes may be none that came. */
        if (!is_whole && u->at > u->end)
            return true;
        if (n == 0 || u->at > u->end + UNPACK_AHEAD)
            return false;
        u->done += n;
    }
    return true;
}
