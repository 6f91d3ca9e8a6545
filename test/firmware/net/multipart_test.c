/* The file in a form: as browsers and curl send it, in pieces of any size. */
#include "firmware/net/multipart.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

struct got {
    uint8_t bytes[512];
    size_t size;
    size_t stop_at; /* refuse when so many came; 0: never */
};

static bool take(void *ctx, const uint8_t *bytes, size_t size)
{
    struct got *got = ctx;
    assert_in_range(size, 1, sizeof(got->bytes) - got->size);
    memcpy(got->bytes + got->size, bytes, size);
    got->size += size;
    return got->stop_at == 0 || got->size < got->stop_at;
}

static bool feed(struct multipart *part, const char *body, size_t size,
                 size_t piece, struct got *got)
{
    bool is_right = true;
    for (size_t at = 0; at < size && is_right; at += piece) {
        size_t n = piece < size - at ? piece : size - at;
        is_right =
            multipart_feed(part, (const uint8_t *)body + at, n, take, got);
    }
    return is_right;
}

#define TYPE "multipart/form-data; boundary=xYz"
#define FILE_HEAD                                                              \
    "Content-Disposition: form-data; name=\"u2\"; filename=\"a.ota\"\r\n"      \
    "Content-Type: application/octet-stream\r\n\r\n"
#define OTHER_HEAD "Content-Disposition: form-data; name=\"filename\"\r\n\r\n"

#define TEXT(text) text, sizeof(text) - 1

/* clang-format off */
static const struct {
    const char *name;
    const char *body;
    size_t size;
    const char *file;
    size_t file_size;
} rows[] = {
    {"a file", TEXT("--xYz\r\n" FILE_HEAD "hello\r\n--xYz--\r\n"),
     TEXT("hello")},
    {"an empty file", TEXT("--xYz\r\n" FILE_HEAD "\r\n--xYz--"), TEXT("")},
    {"a file between fields",
     TEXT("--xYz\r\n" OTHER_HEAD "no\r\n--xYz\r\n" FILE_HEAD "yes\r\n--xYz\r\n"
          OTHER_HEAD "no\r\n--xYz--\r\n"), TEXT("yes")},
    {"no file", TEXT("--xYz\r\n" OTHER_HEAD "no\r\n--xYz--\r\n"), TEXT("")},
    {"what looks like the boundary",
     TEXT("--xYz\r\n" FILE_HEAD "\r\r\n\r\n--xY\r\n--\r\n-\r\n--xYZ\n--xYz\r"
          "\r\n--xYz--\r\n"),
     TEXT("\r\r\n\r\n--xY\r\n--\r\n-\r\n--xYZ\n--xYz\r")},
    {"any bytes", TEXT("--xYz\r\n" FILE_HEAD "\0\xFF\r\n\0\r\n--xYz--\r\n"),
     TEXT("\0\xFF\r\n\0")},
    {"an encoded name", TEXT("--xYz\r\nContent-Disposition: form-data; name=u;"
          "filename*=UTF-8''a\r\n\r\nx\r\n--xYz--"), TEXT("x")},
    {"what comes behind", TEXT("--xYz\r\n" FILE_HEAD "x\r\n--xYz--\r\nmore\r\n"
          "--xYz\r\n"), TEXT("x")},
};

static const struct {
    const char *name, *body;
} bad[] = {
    {"another boundary", "--xY\r\n"},
    {"text before it", "hello --xYz\r\n"},
    {"no line end behind it", "--xYz" FILE_HEAD},
    {"half an end", "--xYz\r\n" FILE_HEAD "a\r\n--xYz-a"},
};

static const struct {
    const char *type;
    bool is_right;
} types[] = {
    {TYPE, true},
    {"Multipart/Form-Data;charset=utf-8; Boundary=\"xYz\"", true},
    {"multipart/form-data; boundary=xYz; a=b", true},
    {"multipart/form-data", false},
    {"multipart/form-data; boundary=", false},
    {"multipart/form-data; boundary=\"xYz", false},
    {"multipart/form-data; boundary=x\tz", false},
    {"multipart/form-data; boundary="
     "1234567890123456789012345678901234567890123456789012345678901234567890",
     true},
    {"multipart/form-data; boundary="
     "12345678901234567890123456789012345678901234567890123456789012345678901",
     false},
    {"application/x-www-form-urlencoded", false},
    {"", false},
};
/* clang-format on */

static void the_file_comes_out(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        for (size_t piece = 1; piece <= rows[i].size; piece++) {
            struct multipart part;
            struct got got = {.size = 0};
            print_message("# %s, %zu at a time\n", rows[i].name, piece);
            assert_true(multipart_start(&part, TYPE));
            assert_true(feed(&part, rows[i].body, rows[i].size, piece, &got));
            assert_int_equal(part.state, MULTIPART_END);
            assert_int_equal(got.size, rows[i].file_size);
            assert_memory_equal(got.bytes, rows[i].file, got.size);
        }
    }
}

static void what_is_no_form_is_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct multipart part;
        struct got got = {.size = 0};
        print_message("# %s\n", bad[i].name);
        assert_true(multipart_start(&part, TYPE));
        assert_false(feed(&part, bad[i].body, strlen(bad[i].body), 3, &got));
        assert_int_equal(part.state, MULTIPART_BAD);
    }
}

static void headers_end_somewhere(void **state)
{
    static char body[MULTIPART_HEAD + 100];
    (void)state;
    for (unsigned more = 0; more < 2; more++) {
        struct multipart part;
        struct got got = {.size = 0};
        int n = snprintf(body, sizeof(body), "--xYz\r\nA: %0*d\r\n\r\n",
                         (int)(MULTIPART_HEAD - 7 + more), 1);
        assert_true(multipart_start(&part, TYPE));
        assert_int_equal(feed(&part, body, (size_t)n, 100, &got), more == 0);
    }
}

static void a_taker_that_refuses_ends_it(void **state)
{
    (void)state;
    for (size_t piece = 1; piece < 90; piece++) {
        struct multipart part;
        struct got got = {.stop_at = 3};
        assert_true(multipart_start(&part, TYPE));
        assert_false(feed(&part, rows[4].body, rows[4].size, piece, &got));
    }
}

static void what_a_content_type_must_say(void **state)
{
    struct multipart part;
    (void)state;
    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        print_message("# %s\n", types[i].type);
        assert_int_equal(multipart_start(&part, types[i].type),
                         types[i].is_right);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_file_comes_out),
        cmocka_unit_test(what_is_no_form_is_refused),
        cmocka_unit_test(headers_end_somewhere),
        cmocka_unit_test(a_taker_that_refuses_ends_it),
        cmocka_unit_test(what_a_content_type_must_say),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
