/* Heads of answers: which announce a file, and why the others are refused. */
#include "firmware/net/http_answer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define OK "HTTP/1.1 200 OK\r\n"

/* clang-format off */
static const struct {
    const char *head;
    enum err error; /* ERR_NONE: a file follows */
    unsigned status;
    int size; /* -1: it is not said */
} rows[] = {
    {OK "Content-Length: 1234\r\n\r\n", ERR_NONE, 200, 1234},
    {"HTTP/1.0 200 OK\r\nServer: SimpleHTTP/0.6 Python/3.11.2\r\n"
     "Content-type: application/octet-stream\r\ncontent-LENGTH:7 \t\r\n\r\n",
     ERR_NONE, 200, 7},
    {"HTTP/1.1 200\nContent-Length:\t0\n\n", ERR_NONE, 200, 0},
    {"HTTP/1.1 200 \r\n\r\n", ERR_NONE, 200, -1},
    {OK "Content-Length-Not: 5\r\nContent-Lengt: 6\r\nX: a:b\r\nEmpty:\r\n\r\n",
     ERR_NONE, 200, -1},
    {OK "Content-Length: 4294967289\r\n\r\n", ERR_NONE, 200, -7},
    {"HTTP/1.0 404 File not found\r\n", ERR_FETCH_MISSING, 404, -1},
    {"HTTP/1.1 410 Gone\r\n", ERR_FETCH_MISSING, 410, -1},
    {"HTTP/1.1 300 Choices\r\n", ERR_FETCH_REDIRECT, 300, -1},
    {"HTTP/1.1 301 Moved\r\n", ERR_FETCH_REDIRECT, 301, -1},
    {"HTTP/1.1 399 x\r\n", ERR_FETCH_REDIRECT, 399, -1},
    {"HTTP/1.1 401 Unauthorized\r\n", ERR_FETCH_REFUSED, 401, -1},
    {"HTTP/1.1 100 Continue\r\n", ERR_FETCH_REFUSED, 100, -1},
    {"HTTP/1.1 206 Partial Content\r\n", ERR_FETCH_REFUSED, 206, -1},
    {"HTTP/1.1 500 x\r\n", ERR_FETCH_REFUSED, 500, -1},
    {OK "Transfer-Encoding:", ERR_FETCH_CODED, 200, -1},
    {OK "content-encoding:", ERR_FETCH_CODED, 200, -1},
    {"HTTP/2 ", ERR_FETCH_HTTP, 0, -1},
    {"SSH-", ERR_FETCH_HTTP, 0, -1},
    {"\r\n", ERR_FETCH_HTTP, 0, -1},
    {"HTTP/1.1 20\r\n", ERR_FETCH_HTTP, 20, -1},
    {"HTTP/1.1 2000", ERR_FETCH_HTTP, 200, -1},
    {"HTTP/1.1 099 x\r\n", ERR_FETCH_HTTP, 99, -1},
    {"HTTP/1.1 200\rX", ERR_FETCH_HTTP, 200, -1},
    {OK "Content-Length: \r\n", ERR_FETCH_HTTP, 200, -1},
    {OK "Content-Length: -", ERR_FETCH_HTTP, 200, -1},
    {OK "Content-Length: 1 2", ERR_FETCH_HTTP, 200, -1},
    {OK "Content-Length: 42949672960", ERR_FETCH_HTTP, 200, -1},
    {OK "Content-Length: 5\r\nContent-Length:", ERR_FETCH_HTTP, 200, -1},
    {OK " folded", ERR_FETCH_HTTP, 200, -1},
    {OK ":", ERR_FETCH_HTTP, 200, -1},
    {OK "no colon\r\n", ERR_FETCH_HTTP, 200, -1},
};
/* clang-format on */
#define ROWS (sizeof(rows) / sizeof(rows[0]))

/* In pieces; bytes of a body behind it stay. */
static size_t read_head(struct http_answer *answer, const char *text,
                        size_t size, size_t piece)
{
    size_t at = 0;
    http_answer_start(answer);
    while (at < size && answer->state < HTTP_ANSWER_BODY) {
        size_t n = size - at < piece ? size - at : piece;
        at += http_answer_take(answer, (const uint8_t *)text + at, n);
    }
    return at;
}

static void every_row_in_pieces(void **state)
{
    (void)state;
    for (size_t i = 0; i < ROWS; i++) {
        for (size_t piece = 1; piece < 100; piece += 13) {
            char text[400];
            struct http_answer answer;
            int n = snprintf(text, sizeof(text), "%sBODY", rows[i].head);
            size_t took = read_head(&answer, text, (size_t)n, piece);
            print_message("# %zu in pieces of %zu\n", i, piece);
            assert_int_equal(answer.error, rows[i].error);
            assert_int_equal(answer.status, rows[i].status);
            if (rows[i].error != ERR_NONE) {
                assert_int_equal(answer.state, HTTP_ANSWER_REFUSED);
                continue;
            }
            assert_int_equal(answer.state, HTTP_ANSWER_BODY);
            assert_int_equal(took, strlen(rows[i].head));
            assert_int_equal(answer.has_size, rows[i].size != -1);
            if (answer.has_size)
                assert_int_equal(answer.size, (uint32_t)rows[i].size);
        }
    }
}

static void a_head_without_end(void **state)
{
    struct http_answer answer;
    (void)state;
    http_answer_start(&answer);
    (void)!http_answer_take(&answer, (const uint8_t *)OK "X:", 19);
    for (unsigned i = 19; i < HTTP_ANSWER_MOST; i++) {
        assert_int_equal(http_answer_take(&answer, (const uint8_t *)"x", 1), 1);
        assert_int_equal(answer.state, HTTP_ANSWER_VALUE);
    }
    assert_int_equal(http_answer_take(&answer, (const uint8_t *)"x", 1), 1);
    assert_int_equal(answer.state, HTTP_ANSWER_REFUSED);
    assert_int_equal(http_answer_take(&answer, (const uint8_t *)"x", 1), 0);
}

/* 256 characters and more: what was counted must not wrap around. */
static void long_names_and_reasons(void **state)
{
    char text[700];
    struct http_answer answer;
    (void)state;
    snprintf(text, sizeof(text),
             "HTTP/1.1 200 %0300d\r\n%0256dcontent-length:"
             " 9\r\n\r\n",
             0, 0);
    read_head(&answer, text, strlen(text), 1);
    assert_int_equal(answer.state, HTTP_ANSWER_BODY);
    assert_false(answer.has_size);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_in_pieces),
        cmocka_unit_test(a_head_without_end),
        cmocka_unit_test(long_names_and_reasons),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
