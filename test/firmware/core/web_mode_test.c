/* What the owner opens and closes of the web: WebServer, CORS, SetOption128;
 * and SetOption55, whose name the page tells. */
#include "firmware/core/web_access.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "test/firmware/web_fixture.h"

/* Sites that the owner names may ask. */
static void cors(void **state)
{
    (void)state;
    static const char site[] = "Sec-Fetch-Site: cross-site\r\n";
    static const struct {
        const char *cors, *headers, *origin;
        unsigned status;
    } rows[] = {
        {"0", WEB_BASIC, "http://dash.lan", 403},
        {"http://dash.lan", WEB_BASIC, "http://dash.lan", 200},
        {"http://dash.lan", "", "http://dash.lan", 401},
        {"http://dash.lan", WEB_BASIC, "http://dash.lan.evil", 403},
        {"http://dash.lan", WEB_BASIC, "http://evil", 403},
        {"*", WEB_BASIC, "http://evil", 200},
        {"*", "", "http://evil", 403},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char line[96], headers[256];
        snprintf(line, sizeof(line), "CORS %s", rows[i].cors);
        fake_type(&fd, line);
        snprintf(headers, sizeof(headers), "%s" FIREFOX "Origin: %s\r\n%s",
                 site, rows[i].origin, rows[i].headers);
        const char *answer = web_get(ON, headers);
        assert_int_equal(web_status(answer), rows[i].status);
        snprintf(line, sizeof(line), "\r\nAccess-Control-Allow-Origin: %s\r\n",
                 rows[i].cors);
        assert_int_equal(strstr(answer, line) != NULL, i > 0);
        assert_int_equal(strstr(answer, "Access-Control") != NULL, i > 0);
        assert_int_equal(is_on(), rows[i].status == 200);
    }
    assert_non_null(
        strstr(web_ask(web_peer, "OPTIONS /cm HTTP/1.1\r\n" WEB_HOST "\r\n"),
               "Access-Control-Allow-Headers: authorization"));
    /* Where there is no password any word would do. */
    fake_type(&fd, "WebPassword 0");
    assert_int_equal(
        web_status(web_get(ON, WEB_BASIC "Origin: http://evil\r\n")), 403);
}

/* SetOption128 0: nothing but the device's own page gets at /cm. */
static void without_the_http_api(void **state)
{
    (void)state;
    fake_type(&fd, "SetOption128 0");
    const char *answer = web_get(ON, WEB_BASIC);
    assert_int_equal(web_status(answer), 403);
    assert_string_equal(web_body(answer), "");
    assert_int_equal(
        web_status(web_get(ON, WEB_BASIC "Referer: http://192.168.1.5/\r\n")),
        403);
    assert_false(is_on());
    answer = web_get("/cm?cmnd=Status%205",
                     WEB_BASIC "Referer: http://192.168.1.50/\r\n");
    assert_non_null(strstr(web_body(answer), "\"HTTP_API\":0"));
    assert_int_equal(web_status(web_get("/?m=1", WEB_BASIC)), 200);
    fake_type(&fd, "SetOption128 1");
    assert_int_equal(web_status(web_get(ON, WEB_BASIC)), 200);
}

/* Switching, and nothing else; the set-up network is the way back in. */
static void user_mode(void **state)
{
    (void)state;
    static const char *const hidden[] = {ON,
                                         "/cs?c1=Power+1",
                                         "/cs?c2=0",
                                         "/dl",
                                         "/?rst=",
                                         "/co?save=&dn=x",
                                         "/wi?save=&s1=x",
                                         "/tp?t=0",
                                         "/u1?o=http://a/b"};
    fake_type(&fd, "WebServer 1");
    for (size_t i = 0; i < sizeof(hidden) / sizeof(hidden[0]); i++)
        assert_non_null(
            strstr(web_get(hidden[i], WEB_BASIC), "Content-Encoding: gzip"));
    const char *page =
        web_ask(web_peer, "POST /u2 HTTP/1.1\r\n" WEB_HOST WEB_BASIC
                          "Content-Length: 2\r\n\r\n{}");
    assert_non_null(strstr(page, "Content-Encoding: gzip"));
    assert_false(is_on());
    assert_string_equal(fd.device.settings.device_name, "");
    assert_false(fd.device.will_restart);
    assert_non_null(strstr(web_body(web_get("/?m=1&o=1", WEB_BASIC)), ">ON<"));
    assert_int_equal(web_status(web_get("/?m=1&o=1", "")), 401);
    assert_non_null(
        strstr(web_body(web_get("/me", WEB_BASIC)), ",\"User\":[\"Tasmota\"]"));
    assert_null(strstr(web_body(web_get("/me", "")), "User"));
    fd.device.rescue.is_open = true;
    fake_run(&fd, 1000);
    assert_int_equal(
        web_status(web_ask(web_guest, "GET /dl HTTP/1.1\r\n"
                                      "Host: 192.168.4.1\r\n\r\n")),
        200);
    assert_non_null(strstr(web_get(ON, WEB_BASIC), "Content-Encoding: gzip"));
}

static void a_server_that_is_off(void **state)
{
    (void)state;
    fake_type(&fd, "WebServer 0");
    uint8_t socket = web_connect(web_peer);
    assert_false(fake_net.tcp[socket].is_used);
    fd.device.rescue.is_open = true;
    fake_run(&fd, 1000);
    assert_int_equal(
        web_status(web_ask(web_guest, "GET /dl HTTP/1.1\r\n"
                                      "Host: 192.168.4.1\r\n\r\n")),
        200);
}

/* Only a name that works is told. */
static void the_name_in_the_network(void **state)
{
    (void)state;
    assert_null(strstr(web_body(web_get("/me", "")), "Local"));
    fake_type(&fd, "SetOption55 1");
    assert_non_null(strstr(web_body(web_get("/me", "")),
                           "\"Local\":\"tasmota-A1B2C3-4803.local\""));
    fd.device.mdns.number = 1; /* somebody else has it */
    const char *me = web_body(web_get("/me", ""));
    assert_non_null(strstr(me, "\"Name\":\"tasmota-A1B2C3-4803\""));
    assert_non_null(strstr(me, "\"Local\":\"tasmota-A1B2C3-4803-2.local\""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(cors, web_owned),
        cmocka_unit_test_setup(without_the_http_api, web_owned),
        cmocka_unit_test_setup(user_mode, web_owned),
        cmocka_unit_test_setup(a_server_that_is_off, web_owned),
        cmocka_unit_test_setup(the_name_in_the_network, web_owned),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
