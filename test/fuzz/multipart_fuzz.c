/* Fuzz: forms with a file. A file of any bytes that does not hold its boundary
 * comes out as it is; a body of any bytes reads the same in pieces of any size.
 *
 * Input: flags (bit 0: the rest is a file, put into a form; else a body; bits 1
 * to 7: the pieces' size less one), the bytes. */
#include <string.h>

#include "firmware/net/multipart.h"
#include "test/fuzz/fuzz.h"

#define ROOM 20000u

enum { FILES, BODIES, BAD };
struct fuzz_way fuzz_ways[] = {
    {"files", 0}, {"bodies", 0}, {"bodies that are none", 0}, {NULL, 0}};

struct got {
    uint8_t bytes[ROOM];
    size_t size;
};

static bool take(void *ctx, const uint8_t *bytes, size_t size)
{
    struct got *got = ctx;
    FUZZ_CHECK(size > 0 && size <= ROOM - got->size);
    memcpy(got->bytes + got->size, bytes, size);
    got->size += size;
    return true;
}

static enum multipart_state feed(const uint8_t *body, size_t size, size_t piece,
                                 struct got *got)
{
    struct multipart part;
    got->size = 0;
    FUZZ_CHECK(multipart_start(&part, "multipart/form-data; boundary=xYz"));
    for (size_t at = 0; at < size; at += piece) {
        size_t n = piece < size - at ? piece : size - at;
        if (!multipart_feed(&part, body + at, n, take, got)) {
            break;
        }
    }
    return part.state;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char head[] =
        "--xYz\r\nContent-Disposition: form-data; name=u; filename=a\r\n\r\n";
    static const char tail[] = "\r\n--xYz--\r\n";
    static struct got whole, pieces;
    static uint8_t body[ROOM];
    size_t used = 0;
    if (size < 1 || size > ROOM - sizeof(head) - sizeof(tail)) {
        return 0;
    }
    size_t piece = (data[0] >> 1) + 1u;
    bool is_file = data[0] & 1;
    if (is_file) {
        memcpy(body, head, used = sizeof(head) - 1);
    }
    memcpy(body + used, data + 1, size - 1);
    used += size - 1;
    if (is_file) {
        memcpy(body + used, tail, sizeof(tail) - 1);
        used += sizeof(tail) - 1;
    }
    enum multipart_state state = feed(body, used, used, &whole);
    FUZZ_CHECK(feed(body, used, piece, &pieces) == state);
    FUZZ_CHECK(whole.size == pieces.size &&
               memcmp(whole.bytes, pieces.bytes, whole.size) == 0);
    if (is_file && !memmem(data + 1, size - 1, "\r\n--xYz", 7)) {
        FUZZ_CHECK(state == MULTIPART_END && whole.size == size - 1 &&
                   memcmp(whole.bytes, data + 1, size - 1) == 0);
        fuzz_ways[FILES].count++;
    } else {
        fuzz_ways[state == MULTIPART_BAD ? BAD : BODIES].count++;
    }
    return 0;
}

size_t fuzz_seed(unsigned n, uint8_t *out, size_t room)
{
    static const char *const seeds[] = {
        "\x07\r\n--xY\r\n-\r\r\n--xYYz",
        "\x04--xYz\r\nA: filename=b\r\nC: d; filename=\"e\"\r\n\r\nfile\r\n"
        "--xYz\r\nA: b\r\n\r\nnot a file\r\n--xYz--\r\n",
    };
    return FUZZ_TEXT_SEED(seeds, n, out, room);
}
