/* Fuzz: what a client sends to the web server. Pieces of any size read the
 * same; texts lie inside of the room, one after the other, with their NUL;
 * arguments and passwords are decoded within their rooms.
 *
 * Input: size of the room x 4, the pieces' size less one, the bytes. */
#include <string.h>

#include "firmware/net/http.h"
#include "test/fuzz/fuzz.h"

enum { COMPLETE, ARGUMENT, PASSWORD, REFUSED };
struct fuzz_way fuzz_ways[] = {{"complete requests", 0},
                               {"arguments", 0},
                               {"names and passwords", 0},
                               {"refused", 0},
                               {NULL, 0}};

static void check_text(const struct http_request *request, const char *text)
{
    const char *end = request->room + request->room_size;
    FUZZ_CHECK(text >= request->room && text < end);
    FUZZ_CHECK(memchr(text, 0, (size_t)(end - text)));
}

static void check(const struct http_request *request)
{
    char out[64];
    const char *user, *password;
    check_text(request, request->path);
    FUZZ_CHECK(request->path[0] == '/');
    if (request->query[0]) {
        check_text(request, request->query);
    }
    for (unsigned i = 0; i < HTTP_FIELDS; i++) {
        if (request->field[i]) {
            check_text(request, request->field[i]);
        }
    }
    fuzz_ways[ARGUMENT].count += http_argument(
        request->query, strlen(request->query), "cmnd", out, sizeof(out));
    FUZZ_CHECK(strlen(out) < sizeof(out));
    if (request->field[HTTP_AUTHORIZATION] &&
        http_basic(request->field[HTTP_AUTHORIZATION], out, sizeof(out), &user,
                   &password)) {
        FUZZ_CHECK(strlen(user) + strlen(password) + 2 <= sizeof(out));
        fuzz_ways[PASSWORD].count++;
    }
}

/* How many requests there were in it; *sum is of all that they say. */
static unsigned read_all(const uint8_t *bytes, size_t size, size_t piece,
                         size_t room_size, uint32_t *sum)
{
    char *room = malloc(room_size + 1); /* each its own, for ASan */
    struct http_request request;
    unsigned requests = 0;
    size_t at = 0;
    FUZZ_CHECK(room);
    *sum = 0;
    http_request_start(&request, room, room_size);
    while (at < size && request.state != HTTP_REFUSED) {
        size_t n = piece < size - at ? piece : size - at;
        size_t took = http_request_take(&request, (const char *)bytes + at, n);
        FUZZ_CHECK(took > 0 && took <= n);
        FUZZ_CHECK(took == n || request.state >= HTTP_BODY);
        at += took;
        if (request.state == HTTP_BODY) {
            check(&request);
            requests++;
            *sum = *sum * 31 + request.size + (uint32_t)strlen(request.query) +
                   (uint32_t)request.method;
            http_request_start(&request, room, room_size);
        }
    }
    *sum = *sum * 31 + (uint32_t)request.state + request.status;
    free(room);
    return requests;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint32_t sum, sum_of_pieces;
    if (size < 2) {
        return 0;
    }
    size_t room = data[0] * 4u;
    unsigned whole = read_all(data + 2, size - 2, size, room, &sum);
    FUZZ_CHECK(whole == read_all(data + 2, size - 2, data[1] + 1u, room,
                                 &sum_of_pieces));
    FUZZ_CHECK(sum == sum_of_pieces);
    fuzz_ways[whole ? COMPLETE : REFUSED].count++;
    return 0;
}

size_t fuzz_seed(unsigned n, uint8_t *out, size_t room)
{
    static const char *const seeds[] = {
        "\xFF\x06GET /cm?cmnd=Power%20TOGGLE&user=admin HTTP/1.1\r\n"
        "Host: 192.168.4.1\r\nAuthorization: Basic "
        "QWxhZGRpbjpvcGVuIHNlc2FtZQ==\r\n\r\n",
        "\x20\x01POST /u2 HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n"
        "Content-Type: multipart/form-data; boundary=x\r\nOrigin: http://a\r\n"
        "Cookie: a=b\r\nConnection: close\r\n\r\n"
        "GET /cm?cmnd=State HTTP/1.0\r\n\r\n",
    };
    return FUZZ_TEXT_SEED(seeds, n, out, room);
}
