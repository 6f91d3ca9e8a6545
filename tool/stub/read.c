/* Reading the flash out, packed while it is sent: as fast as the line takes
 * it, a window of frames ahead of the host's acknowledgements. */
#include "tool/stub/rom.h"
#include "tool/stub/stub.h"

#define SILENCE_MS 3000u
/* A frame ends here, too: erased flash packs so well that none would come. */
#define NEWS 0x8000u

#define RING 0x4000u /* what matches may be with: a power of two */
#define STEP 256u    /* of the flash, at least, before the packer */
#define HASHES 4096u /* of four bytes: each step moves three bits */
#define LITERALS (256u * STUB_PACK_CONTEXTS)

/* In the RAM that writing uses otherwise. */
#define ring ((uint8_t *)stub_memory)
#define chances ((uint16_t *)(void *)(ring + RING))
#define literal chances
#define lengths (literal + LITERALS)
#define distances (lengths + STUB_PACK_NUMBER)
#define kind (distances + STUB_PACK_NUMBER)
#define last_at (kind + 2) /* where four bytes began, modulo 64 K */
_Static_assert(RING + 2 * (LITERALS + 2 * STUB_PACK_NUMBER + 2 + HASHES) <=
                   STUB_MEMORY,
               "all fits");

static struct packer {
    uint32_t low, high; /* of the coder's range */
    uint32_t mark, frames, acked;
    uint32_t in_frame, crc;
    bool is_match; /* the last symbol */
} p;

/* ---- the packer: protocol.h says what comes out ---- */

static void put_byte(uint32_t byte)
{
    const uint8_t one = (uint8_t)byte;
    if (p.in_frame++ == 0)
        p.crc = stub_begin(STUB_READ, p.frames++ << 2 | p.mark, 0);
    stub_send(&p.crc, &one, 1);
}

static void put_bit(uint16_t *chance, bool bit)
{
    uint32_t one = *chance;
    uint32_t middle = p.low + ((p.high - p.low) >> 12) * (one >> 4);
    if (bit) {
        p.high = middle;
        one += (0xFFFFu - one) >> 5;
    } else {
        p.low = middle + 1;
        one -= one >> 5;
    }
    *chance = (uint16_t)one;
    while ((p.low ^ p.high) >> 24 == 0) {
        put_byte(p.high >> 24);
        p.low <<= 8;
        p.high = p.high << 8 | 0xFFu;
    }
}

static void put_number(uint16_t *chance, uint32_t number)
{
    uint32_t bits = 31u - (uint32_t)__builtin_clz(number);
    while (bits-- > 0) {
        put_bit(chance++, true);
        put_bit(chance++, number >> bits & 1);
    }
    put_bit(chance, false);
}

static void put_literal(uint16_t *chance, uint32_t byte)
{
    uint32_t node = 1;
    do {
        bool bit = byte >> 7 & 1;
        put_bit(chance + node, bit);
        node = node << 1 | bit;
        byte <<= 1;
    } while (node < 256);
}

/* How many bytes from `at` on are as those `distance` before. */
static uint32_t match(uint32_t at, uint32_t distance, uint32_t most)
{
    uint32_t n = 0;
    if (distance - 1 < at && distance <= RING - 2 * STEP)
        while (n < most &&
               ring[(at + n) % RING] == ring[(at + n - distance) % RING])
            n++;
    return n;
}

/* ---- frames ---- */

static void end_frame(void)
{
    if (p.in_frame > 0)
        stub_end(p.crc);
    p.in_frame = 0;
}

/* Until there is room for another frame. False when there is something else to
 * do, or nobody there. */
static bool wait_for_ack(void)
{
    while (p.frames - p.acked >= STUB_READ_WINDOW || stub_pump()) {
        struct stub_call call;
        if (!stub_wait(SILENCE_MS))
            return false;
        if (!stub_next(&call))
            continue;
        if (call.op != STUB_ACK || call.size < 4) {
            stub_keep();
            return false;
        }
        p.acked = *(const uint32_t *)(const void *)call.data;
    }
    return true;
}

static void start(uint32_t mark)
{
    for (uint16_t *chance = chances; chance < last_at; chance++)
        *chance = STUB_PACK_EVEN;
    p = (struct packer){.high = ~0u, .mark = mark};
    ring[RING - 1] = 0; /* the byte before the first */
}

/* The symbol at `at`: how many bytes of it are still to come. */
static uint32_t put_symbol(uint32_t at, uint32_t distance, uint32_t most)
{
    uint32_t n = match(at, distance, most);
    bool is_match = n >= STUB_PACK_MATCH;
    put_bit(kind + p.is_match, is_match);
    p.is_match = is_match;
    if (!is_match) {
        put_literal(literal + 256 * (ring[(at - 1) % RING] >> 2),
                    ring[at % RING]);
        return 0;
    }
    put_number(lengths, n - STUB_PACK_MATCH + 1);
    put_number(distances, distance);
    return n - 1;
}

static bool pack(uint32_t address, uint32_t size, uint32_t chunk)
{
    uint32_t hash = 0, filled = 0, skip = 0;
    for (uint32_t at = 0; at < size; at++) {
        if (p.in_frame >= chunk || at % NEWS == 0) {
            end_frame();
            if (!wait_for_ack())
                return false;
        }
        for (; filled < size && filled - at < STEP; filled += SPI_BUFFER)
            spi_read(address + filled,
                     (uint32_t *)(void *)(ring + filled % RING), SPI_BUFFER);
        hash = (hash << 3 ^ ring[(at + 3) % RING]) % HASHES;
        uint32_t distance = (at - last_at[hash]) & 0xFFFFu;
        last_at[hash] = (uint16_t)at;
        if (skip > 0)
            skip--;
        else
            skip =
                put_symbol(at, distance, (filled < size ? filled : size) - at);
    }
    put_byte(p.high >> 24);
    end_frame();
    return true;
}

uint8_t stub_do_read(struct stub_call *call)
{
    const uint32_t *arg = (const uint32_t *)(const void *)call->data;
    uint32_t mark = arg[0] & 3u;
    if (call->size < 12)
        return STUB_BAD_LENGTH;
    start(mark);
    call->is_silent = !pack(arg[0] - mark, arg[1], arg[2]);
    call->value = p.frames << 2 | mark;
    return 0;
}
