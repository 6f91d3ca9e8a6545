/* Who may do what over the web: passwords, guesses, other sites, names that
 * lead here from elsewhere, the set-up network. */
#include "firmware/core/web_access.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/core/command.h"
#include "firmware/core/password.h"
#include "test/firmware/web_fixture.h"

/* ---- passwords ----------------------------------------------------------- */

static void every_way_to_give_the_password(void **state)
{
    (void)state;
    static const struct {
        const char *target, *headers;
        unsigned status;
    } rows[] = {
        {ON, WEB_BASIC, 200},
        {ON "&user=admin&password=dq7%20right", "", 200},
        {"/cm?user=admin&password=dq7+right&cmnd=Power%20ON", "", 200},
        {ON, "", 401},
        {ON, "Authorization: Basic YWRtaW46ZHE3IHdyb25n\r\n", 401},
        {ON, "Authorization: Bearer dq7\r\n", 401},
        {ON "&user=admin&password=", "", 401},
        {ON "&user=admin", "", 401},
        {ON "&password=dq7+right", "", 401},
        /* Another name: root:dq7 right. */
        {ON, "Authorization: Basic cm9vdDpkcTcgcmlnaHQ=\r\n", 401},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const char *answer = web_get(rows[i].target, rows[i].headers);
        assert_int_equal(web_status(answer), rows[i].status);
        assert_int_equal(is_on(), rows[i].status == 200);
        if (rows[i].status == 401)
            assert_string_equal(
                web_body(answer),
                "{\"WARNING\":\"Need user=<username>&password=<password>\"}");
        fake_run(&fd, 2 * WEB_GUESS_MS);
    }
}

static void every_route_that_matters_wants_it(void **state)
{
    (void)state;
    static const char *const targets[] = {
        "/?m=1",        "/?m=1&o=1", "/?rst=",    "/cm",       "/cs?c2=0",
        "/cs?c1=Power", "/dl",       "/u1?o=x",   "/wi?save=", "/mq?save=",
        "/lg?save=",    "/co?save=", "/md?save=", "/?o=1",
    };
    for (size_t i = 0; i < sizeof(targets) / sizeof(targets[0]); i++) {
        assert_int_equal(web_status(web_get(targets[i], "")), 401);
        assert_int_equal(web_status(web_get(targets[i], WEB_BASIC)), 200);
    }
    for (unsigned i = 0; i < 2; i++) {
        char request[160];
        snprintf(request, sizeof(request),
                 "POST %s HTTP/1.1\r\n" WEB_HOST "Content-Length: 9\r\n\r\n{",
                 i ? "/u2" : "/rs");
        assert_int_equal(web_status(web_ask(web_peer, request)), 401);
        assert_false(fd.device.web.is_restoring);
    }
}

/* A browser that was asked would send it by itself from then on. */
static void only_tools_are_asked_for_it(void **state)
{
    (void)state;
    const char *mark = "\r\nWWW-Authenticate: Basic realm=\"Pogo\"\r\n";
    assert_non_null(strstr(web_get(ON, ""), mark));
    assert_null(strstr(web_get("/?m=1", FIREFOX), mark));
    assert_int_equal(web_status(web_get("/?m=1", FIREFOX)), 401);
}

static void wrong_ones_take_long(void **state)
{
    (void)state;
    static const uint8_t other[4] = {192, 168, 1, 77};
    unsigned looked_at = 0;
    char target[96];
    for (unsigned i = 0; i < 1000; i++) { /* 100 s, ten a second */
        snprintf(target, sizeof(target), ON "&user=admin&password=%u", i);
        unsigned status = web_status(web_get(target, ""));
        assert_true(status == 401 || status == 429);
        looked_at += status == 401;
        fake_run(&fd, 100);
    }
    assert_in_range(looked_at, WEB_GUESSES,
                    WEB_GUESSES + 100000 / WEB_GUESS_MS);
    (void)web_get(ON "&user=admin&password=x", "");
    /* The right one must wait, too; others need not, nor does the console. */
    assert_int_equal(web_status(web_get(ON, WEB_BASIC)), 429);
    assert_false(is_on());
    assert_int_equal(
        web_status(web_ask(other, "GET " ON " HTTP/1.1\r\n" WEB_HOST WEB_BASIC
                                  "\r\n")),
        200);
    fake_run(&fd, WEB_GUESS_MS);
    assert_int_equal(web_status(web_get(ON, WEB_BASIC)), 200);
    assert_int_equal(web_status(web_get(ON "&user=admin&password=x", "")), 401);
}

/* Many addresses are worth no more than a few. */
static void an_address_for_each_guess(void **state)
{
    (void)state;
    unsigned looked_at = 0;
    for (unsigned i = 0; i < 200; i++) {
        const uint8_t ip[4] = {192, 168, 2, (uint8_t)i};
        const char *answer =
            web_ask(ip, "GET " ON "&user=admin&password=x HTTP/1.1\r\n" WEB_HOST
                        "\r\n");
        looked_at += web_status(answer) == 401;
    }
    assert_int_equal(looked_at, WEB_GUESSERS * WEB_GUESSES);
}

static void without_a_password_all_may(void **state)
{
    (void)state;
    fake_type(&fd, "WebPassword 0");
    assert_true(fake_said("{\"WebPassword\":\"\"}"));
    assert_int_equal(web_status(web_get(ON, "")), 200);
    assert_int_equal(web_status(web_get(ON, FIREFOX)), 403);
    fake_type(&fd, "WebPassword my own one");
    assert_true(fake_said("{\"WebPassword\":\"****\"}"));
    assert_false(fake_said("my own one"));
    assert_int_equal(web_status(web_get(ON, "")), 401);
    assert_int_equal(
        web_status(web_get(ON "&user=admin&password=my+own+one", "")), 200);
    fake_type(&fd, "WebPassword 012345678901234567890123456789012");
    assert_true(fake_said("\"Error\""));
}

/* None is made yet, and an empty one is not it. */
static void before_the_first_password_nobody_may(void **state)
{
    fake_basic(state);
    fake_run(&fd, 1000);
    assert_string_equal(fd.device.settings.web_password, "");
    assert_int_equal(web_status(web_get(ON "&user=admin&password=", "")), 401);
    assert_false(is_on());
}

/* ---- other sites --------------------------------------------------------- */

static void what_browsers_say_of_where_from(void **state)
{
    (void)state;
    static const struct {
        const char *headers;
        unsigned status;
    } rows[] = {
        {WEB_BASIC "Origin: http://evil.example\r\n", 403},
        {WEB_BASIC "Origin: null\r\n", 403},
        {WEB_BASIC "Origin: https://192.168.1.50\r\n", 403},
        {WEB_BASIC "Origin: http://192.168.1.50.evil.example\r\n", 403},
        {WEB_BASIC "Origin: http://192.168.1.50:81\r\n", 403},
        {WEB_BASIC "Origin: http://192.168.1.5\r\n", 403},
        {WEB_BASIC "Origin: http://192.168.1.50\r\n", 200},
        {WEB_BASIC "Referer: http://evil.example/192.168.1.50\r\n", 403},
        {WEB_BASIC "Referer: http://192.168.1.50@evil.example/\r\n", 403},
        {WEB_BASIC "Referer: \r\n", 403},
        {WEB_BASIC "Referer: http://192.168.1.50/cs\r\n", 200},
        {WEB_BASIC "Sec-Fetch-Site: cross-site\r\n", 403},
        {WEB_BASIC "Sec-Fetch-Site: same-site\r\n", 403},
        {WEB_BASIC "Sec-Fetch-Site: same-origin\r\n", 200},
        {WEB_BASIC "Sec-Fetch-Site: none\r\n", 200},
        {WEB_BASIC FIREFOX, 200},
        {FIREFOX, 403}, /* a page of https, by a link or a picture */
        {FIREFOX "X-Requested-With: pogo\r\n", 401},
        {WEB_BASIC FIREFOX "Origin: http://evil.example\r\n"
                           "X-Requested-With: pogo\r\n",
         403},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        assert_int_equal(web_status(web_get(ON, rows[i].headers)),
                         rows[i].status);
        assert_int_equal(is_on(), rows[i].status == 200);
    }
}

static void names_that_lead_here(void **state)
{
    (void)state;
    static const struct {
        const char *host;
        unsigned status;
    } rows[] = {
        {"192.168.1.50", 200},
        {"192.168.1.50:80", 200},
        {"127.80.0.1:40080", 200},
        {"[fe80::1]", 403},
        {"tasmota-A1B2C3-4803", 200},
        {"TASMOTA-a1b2c3-4803.local", 200},
        {"tasmota-A1B2C3-4803.local:80", 200},
        {"tasmota-A1B2C3-4803-2.local", 200}, /* its number in mDNS */
        {"tasmota-A1B2C3-4803-3.local", 403},
        {"tasmota-A1B2C3-4803.fritz.box", 200},
        {"tasmota-A1B2C3-4803.evil.example", 403},
        {"tasmota-A1B2C3-4803x", 403},
        {"tasmota-A1B2C3-480", 403},
        {"evil.example", 403},
        {"192.168.1.50.evil.example", 403},
        {"1.2.3.4.5", 403},
        {"1.2.3", 403},
        {"1.2.3.", 403},
        {"1234.1.1.1", 403},
        {"localhost", 403},
        {"", 403},
    };
    fd.device.mdns.number = 1;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char request[256];
        snprintf(request, sizeof(request),
                 "GET " ON " HTTP/1.1\r\nHost: %s\r\n" WEB_BASIC "\r\n",
                 rows[i].host);
        unsigned status = web_status(web_ask(web_peer, request));
        if (status != rows[i].status)
            print_error("%s\n", rows[i].host);
        assert_int_equal(status, rows[i].status);
        assert_int_equal(is_on(), status == 200);
    }
}

/* ---- the set-up network -------------------------------------------------- */

#define GUEST_ON "GET " ON " HTTP/1.1\r\nHost: 192.168.4.1\r\n"

static void with_the_made_password(void **state)
{
    (void)state;
    char made[64];
    struct settings *settings = &fd.device.settings;
    assert_int_equal(strlen(settings->web_password), PASSWORD_LETTERS);
    assert_true(fake_said("user admin, password "));
    assert_true(fake_said(settings->web_password));
    /* A guest needs none, and is shown it; others are not. */
    snprintf(made, sizeof(made), "\"Made\":\"%s\"", settings->web_password);
    assert_int_equal(web_status(web_ask(web_guest, GUEST_ON "\r\n")), 200);
    assert_true(is_on());
    assert_non_null(
        strstr(web_body(web_ask(web_guest, "GET /me HTTP/1.1\r\n"
                                           "Host: 192.168.4.1\r\n\r\n")),
               made));
    assert_null(strstr(web_body(web_get("/me", "")), "Made"));
    assert_int_equal(web_status(web_get(ON, "")), 401);
    assert_int_equal(
        web_status(web_ask(web_guest, GUEST_ON "Origin: http://x.y\r\n\r\n")),
        403);
    assert_null(
        strstr(web_body(web_get("/cs?c2=0&user=admin&password=abcdefgh", "")),
               settings->web_password));
}

/* A request from home with the made password. */
static const char *ask_unowned(const char *target)
{
    char request[512];
    snprintf(request, sizeof(request),
             "GET %s%cuser=admin&password=%s HTTP/1.1\r\n" WEB_HOST "\r\n",
             target, strchr(target, '?') ? '&' : '?',
             fd.device.settings.web_password);
    return web_ask(web_peer, request);
}

/* Whoever knows it may look; nothing changes but from the set-up network. */
static void the_made_password_changes_nothing(void **state)
{
    (void)state;
    static const char *const reads[] = {"/?m=1",
                                        "/cs?c2=0",
                                        "/dl",
                                        "/tp?t=0",
                                        "/cm?cmnd=Status%200",
                                        "/cm?cmnd=Power",
                                        "/cm?cmnd=_MqttHost%20?",
                                        "/cm?cmnd=Help%20Power",
                                        "/cm?cmnd=Nonsense%201",
                                        "/cs?c1=Module",
                                        "/cm",
                                        "/me"};
    static const char *const changes[] = {"/?m=1&o=1",
                                          "/?rst=",
                                          "/u1?o=http://a/b",
                                          "/wi?save=&s1=x",
                                          "/mq?save=&mh=x",
                                          "/lg?save=&l0=0",
                                          "/co?save=&wp=",
                                          "/md?save=&g3=32",
                                          "/tp?save=&s1=x",
                                          ON,
                                          "/cm?cmnd=_Power%201",
                                          "/cm?cmnd=Backlog",
                                          "/cm?cmnd=Backlog%20Power",
                                          "/cm?cmnd=TimedPower1",
                                          "/cm?cmnd=NoDelay",
                                          "/cm?cmnd=WebPassword%200",
                                          "/cs?c1=Restart%201",
                                          "/cm?cmnd=cmnd/x/Power%201",
                                          "/cm?cmnd=Delay%202"};
    struct settings before = fd.device.settings;
    for (size_t i = 0; i < sizeof(reads) / sizeof(reads[0]); i++)
        assert_int_equal(web_status(ask_unowned(reads[i])), 200);
    for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
        const char *answer = ask_unowned(changes[i]);
        assert_int_equal(web_status(answer), 403);
        assert_memory_equal(web_body(answer), "{\"WARNING\":\"Refused", 19);
        assert_non_null(strstr(web_body(answer), "WebPassword"));
    }
    for (unsigned i = 0; i < 2; i++) {
        char target[96], request[256];
        snprintf(target, sizeof(target), "%s?user=admin&password=%s",
                 i ? "/u2" : "/rs", fd.device.settings.web_password);
        snprintf(request, sizeof(request),
                 "POST %s HTTP/1.1\r\n" WEB_HOST "Content-Length: 2\r\n\r\n{}",
                 target);
        assert_int_equal(web_status(web_ask(web_peer, request)), 403);
    }
    assert_memory_equal(&before, &fd.device.settings, sizeof(before));
    assert_false(is_on());
    assert_false(fd.device.will_restart);
    assert_int_equal(web_status(web_get(ON, "")), 401);
}

/* No row of the command table changes anything when it is only asked, or says
 * of itself that it does. */
static void what_only_tells_changes_nothing(void **state)
{
    (void)state;
    static const char *const payloads[] = {"", " ?", " 1", " 0", " x"};
    for (size_t i = 0; i < command_count; i++) {
        for (size_t k = 0; k < sizeof(payloads) / sizeof(payloads[0]); k++) {
            char line[64];
            snprintf(line, sizeof(line), "%s%s", commands[i].name, payloads[k]);
            if (!command_only_tells(&fd.device, line, strlen(line)))
                continue;
            struct settings before = fd.device.settings;
            before.save_count = 0; /* SaveData saves what had changed */
            command_run(&fd.device, line, strlen(line));
            fd.device.settings.save_count = 0;
            assert_memory_equal(&before, &fd.device.settings, sizeof(before));
            assert_false(fd.device.will_restart);
            assert_int_equal(fd.device.power, 0);
            assert_int_equal(fd.device.backlog.count, 0);
            assert_false(fd.device.backlog.skips_delay);
        }
    }
}

/* The set-up page sends it with the Wi-Fi: from then on it is the owner's, the
 * same one, another one, or none. */
static void the_set_up_page_s_choice(void **state)
{
    static const struct {
        const char *password; /* NULL: the made one */
        enum password_kind kind;
    } rows[] = {{NULL, PASSWORD_OWN},
                {"my-own-one", PASSWORD_OWN},
                {"", PASSWORD_NONE}};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char form[128], request[256];
        const struct settings *settings = &fd.device.settings;
        (void)web_fresh(state);
        snprintf(form, sizeof(form), "s1=home&p1=correct+horse&wp=%s",
                 rows[i].password ? rows[i].password : settings->web_password);
        snprintf(request, sizeof(request),
                 "POST /wi HTTP/1.1\r\nHost: 192.168.4.1\r\n"
                 "Content-Length: %zu\r\n\r\n%s",
                 strlen(form), form);
        assert_int_equal(web_status(web_ask(web_guest, request)), 200);
        assert_int_equal(settings->web_auth, rows[i].kind);
        assert_string_equal(settings->ssid[0], "home");
        if (rows[i].password)
            assert_string_equal(settings->web_password, rows[i].password);
        assert_int_equal(web_status(ask_unowned(ON)), 200);
    }
}

static void with_the_owners_password(void **state)
{
    (void)state;
    fake_type(&fd, "WebPassword mine, mine");
    assert_int_equal(web_status(web_ask(web_guest, GUEST_ON "\r\n")), 401);
    /* In rescue nobody is locked out. */
    fd.device.rescue.is_open = true;
    assert_int_equal(web_status(web_ask(web_guest, GUEST_ON "\r\n")), 200);
    assert_int_equal(web_status(web_get(ON, "")), 401);
    assert_null(strstr(
        web_ask(web_guest, "GET /me HTTP/1.1\r\nHost: 192.168.4.1\r\n\r\n"),
        "mine"));
}

/* Where the home network has the set-up network's addresses nobody is trusted
 * for his; nor when there is no access point. */
static void an_address_alone_is_no_guest(void **state)
{
    (void)state;
    struct device *dev = &fd.device;
    assert_true(web_is_set_up_guest(dev, web_guest));
    assert_false(web_is_set_up_guest(dev, web_peer));
    dev->wifi.state = WIFI_JOINED;
    memcpy(dev->wifi.ip, "\xC0\xA8\x04\x32", 4);
    assert_false(web_is_set_up_guest(dev, web_guest));
    dev->wifi.ip[2] = 1;
    assert_true(web_is_set_up_guest(dev, web_guest));
    dev->wifi.is_showing = false;
    assert_false(web_is_set_up_guest(dev, web_guest));
}

/* WifiConfig 7: who is on the access point of an outage is a stranger. */
static void a_restricted_access_point_trusts_nobody(void **state)
{
    (void)state;
    struct device *dev = &fd.device;
    assert_true(web_is_trusted_guest(dev, web_guest));
    dev->settings.wifi_config = WIFI_CONFIG_RESTRICTED;
    assert_true(web_is_trusted_guest(dev, web_guest)); /* not set up */
    dev->wifi.is_manager = true;
    assert_false(web_is_trusted_guest(dev, web_guest));
    dev->settings.wifi_config = WIFI_CONFIG_MANAGER;
    assert_true(web_is_trusted_guest(dev, web_guest));
}

/* ---- the made password --------------------------------------------------- */

static void a_password_is_made_once(void **state)
{
    (void)state;
    char first[SETTINGS_NAME + 1];
    struct settings *settings = &fd.device.settings;
    snprintf(first, sizeof(first), "%s", settings->web_password);
    for (const char *c = first; *c; c++)
        assert_non_null(strchr("abcdefghjkmnpqrstuvwxyz", *c));
    fake_run(&fd, 2000);
    fake_start(&fd, START_POWER_ON); /* told again, the same */
    fake_forget();
    fake_run(&fd, 3000);
    assert_string_equal(settings->web_password, first);
    assert_true(fake_said(first));
    fake_type(&fd, "WebPassword 1"); /* another one */
    fake_run(&fd, 100);
    assert_int_equal(strlen(settings->web_password), PASSWORD_LETTERS);
    assert_string_not_equal(settings->web_password, first);
    assert_true(fake_said(settings->web_password));
}

static void numbers_without_letters_do_not_hang_it(void **state)
{
    (void)state;
    fake_basic(NULL);
    fake_net.random = UINT32_MAX - 4;
    fake_run(&fd, 5000);
    assert_int_equal(strlen(fd.device.settings.web_password), PASSWORD_LETTERS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(every_way_to_give_the_password, web_owned),
        cmocka_unit_test_setup(every_route_that_matters_wants_it, web_owned),
        cmocka_unit_test_setup(only_tools_are_asked_for_it, web_owned),
        cmocka_unit_test_setup(wrong_ones_take_long, web_owned),
        cmocka_unit_test_setup(an_address_for_each_guess, web_owned),
        cmocka_unit_test_setup(without_a_password_all_may, web_owned),
        cmocka_unit_test(before_the_first_password_nobody_may),
        cmocka_unit_test_setup(what_browsers_say_of_where_from, web_owned),
        cmocka_unit_test_setup(names_that_lead_here, web_owned),
        cmocka_unit_test_setup(with_the_made_password, web_fresh),
        cmocka_unit_test_setup(the_made_password_changes_nothing, web_fresh),
        cmocka_unit_test_setup(what_only_tells_changes_nothing, web_fresh),
        cmocka_unit_test(the_set_up_page_s_choice),
        cmocka_unit_test_setup(with_the_owners_password, web_fresh),
        cmocka_unit_test_setup(an_address_alone_is_no_guest, web_fresh),
        cmocka_unit_test_setup(a_restricted_access_point_trusts_nobody,
                               web_fresh),
        cmocka_unit_test_setup(a_password_is_made_once, web_fresh),
        cmocka_unit_test(numbers_without_letters_do_not_hang_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
