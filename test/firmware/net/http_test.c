/* HTTP requests: what clients send, what nobody should, and what is in it. */
#include "firmware/net/http.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static char room[256];
static struct http_request request;

/* In pieces of this size; what is left of the text. */
static size_t read_request(const char *text, size_t piece, size_t room_size)
{
    size_t size = strlen(text), at = 0;
    http_request_start(&request, room, room_size);
    while (at < size && request.state < HTTP_BODY) {
        size_t n = piece < size - at ? piece : size - at;
        at += http_request_take(&request, text + at, n);
    }
    return size - at;
}

#define HOST "Host: 192.168.4.1\r\n"

static void a_browsers_request(void **state)
{
    const char *text =
        "GET /cm?cmnd=Power%20ON&x=1 HTTP/1.1\r\n"
        "Host: sonoff.local\r\n"
        "User-Agent: Mozilla/5.0 (a long one, and nobody asks)\r\n"
        "X-Requested-With:fetch\r\n"
        "ORIGIN:   http://sonoff.local  \r\n"
        "Accept: */*\r\n"
        "Connection: keep-alive\r\n"
        "\r\nGET /next";
    (void)state;
    for (size_t piece = 1; piece <= strlen(text); piece++) {
        assert_int_equal(read_request(text, piece, sizeof(room)), 9);
        assert_int_equal(request.state, HTTP_BODY);
        assert_int_equal(request.method, HTTP_GET);
        assert_string_equal(request.path, "/cm");
        assert_string_equal(request.query, "cmnd=Power%20ON&x=1");
        assert_string_equal(request.field[HTTP_HOST], "sonoff.local");
        assert_string_equal(request.field[HTTP_ORIGIN], "http://sonoff.local");
        assert_string_equal(request.field[HTTP_REQUESTED_WITH], "fetch");
        assert_null(request.field[HTTP_REFERER]);
        assert_false(request.is_closing);
        assert_true(request.is_browser);
        assert_int_equal(request.size, 0);
    }
}

static void a_form(void **state)
{
    (void)state;
    assert_int_equal(read_request("\r\nPOST /wi HTTP/1.1\r\n" HOST
                                  "Content-Length: 12\r\n\r\ns1=a&p1=b%20",
                                  1, sizeof(room)),
                     12);
    assert_int_equal(request.method, HTTP_POST);
    assert_int_equal(request.size, 12);
    assert_string_equal(request.query, "");
}

/* clang-format off */
static const struct {
    const char *text;
    bool is_closing;
} connections[] = {
    {"GET / HTTP/1.1\r\n" HOST "\r\n", false},
    {"GET / HTTP/1.1\r\n" HOST "Connection: close\r\n\r\n", true},
    {"GET / HTTP/1.1\r\n" HOST "Connection: TE, Close\r\n\r\n", true},
    {"GET / HTTP/1.1\r\n" HOST "Connection: closed\r\n\r\n", false},
    {"GET / HTTP/1.0\r\n\r\n", true},
    {"GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n", false},
    {"GET / HTTP/1.1\n" "Host: x\n\n", false}, /* by hand */
};

static const struct {
    const char *name, *text;
    unsigned status;
} refused[] = {
    {"no version", "GET /\r\n\r\n", 400},
    {"no target", "GET\r\n\r\n", 400},
    {"a whole address", "GET http://a/ HTTP/1.1\r\n" HOST "\r\n", 400},
    {"four words", "GET / a HTTP/1.1\r\n" HOST "\r\n", 400},
    {"another protocol", "GET / RTSP/1.0\r\n\r\n", 505},
    {"a later one", "GET / HTTP/2\r\n\r\n", 505},
    {"no host", "GET / HTTP/1.1\r\n\r\n", 400},
    {"two hosts", "GET / HTTP/1.1\r\n" HOST HOST "\r\n", 400},
    {"a tab in the line", "GET /\ta HTTP/1.1\r\n" HOST "\r\n", 400},
    {"a folded header", "GET / HTTP/1.1\r\n" HOST " more\r\n\r\n", 400},
    {"a space before the colon", "GET / HTTP/1.1\r\nHost : a\r\n\r\n", 400},
    {"a header without a colon", "GET / HTTP/1.1\r\nHost\r\n\r\n", 400},
    {"a header without a name", "GET / HTTP/1.1\r\n: a\r\n\r\n", 400},
    {"a control in a value", "GET / HTTP/1.1\r\nHost: a\x01\r\n\r\n", 400},
    {"a return by itself", "GET / HTTP/1.1\rHost: a\r\n\r\n", 400},
    {"chunks", "POST / HTTP/1.1\r\n" HOST
     "Transfer-Encoding: chunked\r\n\r\n", 501},
    {"a form without a size", "POST / HTTP/1.1\r\n" HOST "\r\n", 411},
    {"a size that is none", "POST / HTTP/1.1\r\n" HOST
     "Content-Length: 1x\r\n\r\n", 400},
    {"no size in it", "POST / HTTP/1.1\r\n" HOST
     "Content-Length: \r\n\r\n", 400},
    {"a size below nothing", "POST / HTTP/1.1\r\n" HOST
     "Content-Length: -1\r\n\r\n", 400},
    {"two sizes", "POST / HTTP/1.1\r\n" HOST
     "Content-Length: 1\r\nContent-Length: 1\r\n\r\n", 400},
    {"a size beyond 32 bits", "POST / HTTP/1.1\r\n" HOST
     "Content-Length: 4294967300\r\n\r\n", 400},
};
/* clang-format on */

static void who_closes(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(connections) / sizeof(connections[0]); i++) {
        print_message("# row %zu\n", i);
        assert_int_equal(read_request(connections[i].text, 3, sizeof(room)), 0);
        assert_int_equal(request.state, HTTP_BODY);
        assert_int_equal(request.is_closing, connections[i].is_closing);
    }
}

static void what_is_wrong_is_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
        print_message("# %s\n", refused[i].name);
        (void)read_request(refused[i].text, 5, sizeof(room));
        assert_int_equal(request.state, HTTP_REFUSED);
        assert_int_equal(request.status, refused[i].status);
        assert_string_not_equal(http_reason(request.status), "Error");
        assert_int_equal(http_request_take(&request, "x", 1), 0);
    }
}

static void what_is_too_long_is_refused(void **state)
{
    static char text[HTTP_HEAD_MOST + 200];
    (void)state;
    snprintf(text, sizeof(text), "GET /%0300d HTTP/1.1\r\n", 1);
    (void)read_request(text, 10, sizeof(room));
    assert_int_equal(request.status, 414);
    snprintf(text, sizeof(text), "GET / HTTP/1.1\r\nHost: %0300d\r\n", 1);
    (void)read_request(text, 10, sizeof(room));
    assert_int_equal(request.status, 431);
    snprintf(text, sizeof(text), "GET / HTTP/1.1\r\n%0300d: 1\r\n", 1);
    (void)read_request(text, 10, sizeof(room));
    assert_int_equal(request.status, 431);
    /* What nobody asks for takes no room, but there is an end to it. */
    snprintf(text, sizeof(text), "GET / HTTP/1.1\r\n" HOST "A: %0*d\r\n\r\n",
             4000, 1);
    assert_int_equal(read_request(text, 100, sizeof(room)), 0);
    assert_int_equal(request.state, HTTP_BODY);
    snprintf(text, sizeof(text), "GET / HTTP/1.1\r\n" HOST "A: %0*d\r\n\r\n",
             (int)HTTP_HEAD_MOST, 1);
    (void)read_request(text, 100, sizeof(room));
    assert_int_equal(request.status, 431);
}

/* With every room from none to enough: refused, or the same texts. */
static void rooms_of_any_size(void **state)
{
    const char *text = "GET /cs?c2=0 HTTP/1.1\r\nHost: abc\r\nOrigin: "
                       "http://abc\r\nReferer:\r\n\r\n";
    unsigned whole = 0;
    (void)state;
    for (size_t size = 0; size < 100; size++) {
        memset(room, 0x5A, sizeof(room));
        (void)read_request(text, 7, size);
        assert_int_equal(room[size], 0x5A);
        if (request.state == HTTP_BODY) {
            whole++;
            assert_string_equal(request.query, "c2=0");
            assert_string_equal(request.field[HTTP_HOST], "abc");
            assert_string_equal(request.field[HTTP_ORIGIN], "http://abc");
            assert_string_equal(request.field[HTTP_REFERER], "");
        }
    }
    assert_in_range(whole, 30, 70);
}

/* clang-format off */
static const struct {
    const char *query, *name, *value; /* NULL: not there, or wrong */
} arguments[] = {
    {"cmnd=Power%20ON", "cmnd", "Power ON"},
    {"cmnd=Power+ON&user=admin", "cmnd", "Power ON"},
    {"cmnd=Power+ON&user=admin", "user", "admin"},
    {"cmnd=a%2Bb%26c%3Dd", "cmnd", "a+b&c=d"},
    {"cmnd=%C3%BC", "cmnd", "\xC3\xBC"},
    {"cmnd=", "cmnd", ""},
    {"cmnd=a=b", "cmnd", "a=b"},
    {"xcmnd=1&cmnd=2", "cmnd", "2"},
    {"cmnd=1&cmnd=2", "cmnd", "1"},
    {"cmndx=1", "cmnd", NULL},
    {"cmnd", "cmnd", NULL},
    {"", "cmnd", NULL},
    {"&&", "cmnd", NULL},
    {"cmnd=%4", "cmnd", NULL},
    {"cmnd=%", "cmnd", NULL},
    {"cmnd=%zz", "cmnd", NULL},
    {"cmnd=a%00b", "cmnd", NULL},
    {"cmnd=1234567890123456", "cmnd", NULL},
    {"cmnd=123456789012345", "cmnd", "123456789012345"},
};
/* clang-format on */

static void arguments_are_decoded(void **state)
{
    char out[16];
    (void)state;
    for (size_t i = 0; i < sizeof(arguments) / sizeof(arguments[0]); i++) {
        const char *want = arguments[i].value;
        print_message("# %s\n", arguments[i].query);
        strcpy(out, "before");
        assert_int_equal(http_argument(arguments[i].query,
                                       strlen(arguments[i].query),
                                       arguments[i].name, out, sizeof(out)),
                         want != NULL);
        assert_string_equal(out, want ? want : "");
    }
}

static void a_plus_in_a_path_is_a_plus(void **state)
{
    char out[16];
    size_t size = sizeof(out);
    (void)state;
    assert_true(http_decode("/a+b%20c", 8, false, out, &size));
    assert_string_equal(out, "/a+b c");
    assert_int_equal(size, 6);
    size = 0;
    assert_false(http_decode("/", 1, false, out, &size));
}

/* clang-format off */
static const struct {
    const char *header, *user, *password;
} basics[] = {
    /* RFC 7617, section 2 */
    {"Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==", "Aladdin", "open sesame"},
    {"basic  YWRtaW46", "admin", ""},
    {"BASIC YTpiOmM=", "a", "b:c"},
    {"Basic YWRtaW4=", NULL, NULL}, /* no colon */
    {"Basic YTpi!===", NULL, NULL},
    {"Basic YTpiOmM", NULL, NULL},  /* cut short */
    {"Basic YTpi=OmM", NULL, NULL},
    {"Basic YTo=====", NULL, NULL},
    {"Basic YQA6Yg==", NULL, NULL}, /* NUL in it */
    {"Basic ", NULL, NULL},
    {"Digest YTpi", NULL, NULL},
    {"Bas", NULL, NULL},
};
/* clang-format on */

static void who_it_is(void **state)
{
    char out[32];
    (void)state;
    for (size_t i = 0; i < sizeof(basics) / sizeof(basics[0]); i++) {
        const char *user = NULL, *password = NULL;
        print_message("# %s\n", basics[i].header);
        assert_int_equal(
            http_basic(basics[i].header, out, sizeof(out), &user, &password),
            basics[i].user != NULL);
        if (basics[i].user) {
            assert_string_equal(user, basics[i].user);
            assert_string_equal(password, basics[i].password);
        }
    }
    const char *user, *password;
    assert_false(http_basic(basics[0].header, out, 19, &user, &password));
    assert_true(http_basic(basics[0].header, out, 20, &user, &password));
}

static void secrets_are_compared_whole(void **state)
{
    (void)state;
    assert_true(http_same_secret("", ""));
    assert_true(http_same_secret("pogo-1234", "pogo-1234"));
    assert_false(http_same_secret("pogo-1235", "pogo-1234"));
    assert_false(http_same_secret("xogo-1234", "pogo-1234"));
    assert_false(http_same_secret("pogo", "pogo-1234"));
    assert_false(http_same_secret("pogo-1234", "pogo"));
    assert_false(http_same_secret("", "pogo"));
    assert_false(http_same_secret("pogo", ""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_browsers_request),
        cmocka_unit_test(a_form),
        cmocka_unit_test(who_closes),
        cmocka_unit_test(what_is_wrong_is_refused),
        cmocka_unit_test(what_is_too_long_is_refused),
        cmocka_unit_test(rooms_of_any_size),
        cmocka_unit_test(arguments_are_decoded),
        cmocka_unit_test(a_plus_in_a_path_is_a_plus),
        cmocka_unit_test(who_it_is),
        cmocka_unit_test(secrets_are_compared_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
