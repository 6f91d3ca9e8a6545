/* Fuzz: what a web server says before the file. Pieces of any size read the
 * same; the head ends where its empty line is, and never later.
 *
 * Input: the pieces' size less one, the bytes. */
#include <string.h>

#include "firmware/net/http_answer.h"
#include "test/fuzz/fuzz.h"

enum { SIZED, UNSIZED, REFUSED, UNFINISHED };
struct fuzz_way fuzz_ways[] = {{"files with a size", 0},
                               {"files without one", 0},
                               {"refused", 0},
                               {"unfinished", 0},
                               {NULL, 0}};

static size_t read_all(struct http_answer *answer, const uint8_t *bytes,
                       size_t size, size_t piece)
{
    size_t at = 0;
    http_answer_start(answer);
    while (at < size && answer->state < HTTP_ANSWER_BODY) {
        size_t n = piece < size - at ? piece : size - at;
        size_t took = http_answer_take(answer, bytes + at, n);
        FUZZ_CHECK(took > 0 && took <= n);
        FUZZ_CHECK(took == n || answer->state >= HTTP_ANSWER_BODY);
        at += took;
    }
    return at;
}

static void check(const struct http_answer *answer, const uint8_t *bytes,
                  size_t size)
{
    FUZZ_CHECK(size <= HTTP_ANSWER_MOST + 1);
    if (answer->state == HTTP_ANSWER_BODY) {
        FUZZ_CHECK(answer->status == 200 && answer->error == ERR_NONE);
        FUZZ_CHECK(size > 13 && bytes[size - 1] == '\n');
        FUZZ_CHECK(memcmp(bytes, "HTTP/1.", 7) == 0);
        fuzz_ways[answer->has_size ? SIZED : UNSIZED].count++;
    } else if (answer->state == HTTP_ANSWER_REFUSED) {
        FUZZ_CHECK(answer->error != ERR_NONE);
        fuzz_ways[REFUSED].count++;
    } else {
        FUZZ_CHECK(answer->error == ERR_NONE);
        fuzz_ways[UNFINISHED].count++;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct http_answer whole, parts;
    if (size < 2)
        return 0;
    size_t taken = read_all(&whole, data + 1, size - 1, size);
    FUZZ_CHECK(taken == read_all(&parts, data + 1, size - 1, data[0] + 1u));
    FUZZ_CHECK(whole.state == parts.state && whole.error == parts.error);
    FUZZ_CHECK(whole.size == parts.size && whole.status == parts.status);
    FUZZ_CHECK(whole.has_size == parts.has_size);
    check(&whole, data + 1, taken);
    return 0;
}

size_t fuzz_seed(unsigned n, uint8_t *out, size_t room)
{
    static const char *const seeds[] = {
        "\x06HTTP/1.0 200 OK\r\nServer: SimpleHTTP/0.6 Python/3.11.2\r\n"
        "Content-type: application/octet-stream\r\nContent-Length: 162276\r\n"
        "Last-Modified: Sat, 21 Nov 2026 09:00:00 GMT\r\n\r\nPOGO",
        "\x01HTTP/1.1 200\nConnection: close\n\nPOGO",
        "\x20HTTP/1.1 302 Found\r\nLocation: https://a/\r\n\r\n",
        "\x20HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nPOGO",
    };
    return FUZZ_TEXT_SEED(seeds, n, out, room);
}
