/* The web server: its routes, its answers, and what it does with clients that
 * are slow, many, or send too much. */
#include "firmware/core/web.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/core/password.h"
#include "firmware/core/web_private.h"
#include "test/firmware/web_fixture.h"

#define ASK(target) web_get(target, WEB_BASIC)

/* ---- commands ------------------------------------------------------------ */

static void a_command_and_its_results(void **state)
{
    (void)state;
    static const struct {
        const char *target, *body;
    } rows[] = {
        {"/cm?cmnd=Power%20ON", "{\"POWER\":\"ON\"}"},
        {"/cm?cmnd=Power+OFF&x=1", "{\"POWER\":\"OFF\"}"},
        {"/cm?x=1&cmnd=power", "{\"POWER\":\"OFF\"}"},
        {"/cm?cmnd=LedState%200", "{\"LedState\":0}"},
        {"/cm?cmnd=Nonsense", "{\"Command\":\"Unknown\",\"Input\":"
                              "\"NONSENSE\"}"},
        {"/cm?cmnd=Backlog%20", "{\"Backlog\":\"Empty\"}"},
        {"/cm?cmnd=Backlog%20Power%20ON", "{}"},
        {"/cm", "{\"WARNING\":\"Enter command cmnd=\"}"},
        {"/cm?cmnd=", "{\"WARNING\":\"Enter command cmnd=\"}"},
        {"/cm?cmnd=%zz", "{\"WARNING\":\"Enter command cmnd=\"}"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const char *answer = ASK(rows[i].target);
        assert_int_equal(web_status(answer), 200);
        assert_non_null(strstr(answer, "Content-Type: application/json\r\n"));
        assert_string_equal(web_body(answer), rows[i].body);
    }
}

static void status_0_is_one_object(void **state)
{
    (void)state;
    const char *body = web_body(ASK("/cm?cmnd=Status%200"));
    assert_memory_equal(body, "{\"Status\":{", 11);
    assert_non_null(strstr(body, "},\"StatusPRM\":{"));
    assert_non_null(strstr(body, "},\"StatusSTS\":{"));
    assert_non_null(strstr(body, "\"Webserver\":2,\"HTTP_API\":1,"));
    assert_string_equal(body + strlen(body) - 2, "}}");
}

static void a_posted_command(void **state)
{
    (void)state;
    const char *request = "POST /cm HTTP/1.1\r\n" WEB_HOST WEB_BASIC
                          "Content-Length: 15\r\n\r\ncmnd=Power%20ON";
    /* However it comes. */
    for (size_t piece = 1; piece < strlen(request); piece += 7) {
        uint8_t socket = web_connect(web_peer);
        for (size_t at = 0; at < strlen(request); at += piece) {
            size_t left = strlen(request) - at;
            fake_receive(&fd, socket, request + at,
                         left < piece ? left : piece);
        }
        assert_string_equal(web_body(fake_net.tcp[socket].sent),
                            "{\"POWER\":\"ON\"}");
        assert_false(fake_net.tcp[socket].is_used);
    }
}

static void a_secret_is_not_said_back(void **state)
{
    (void)state;
    const char *body = web_body(ASK("/cm?cmnd=Password1%20my%20secret1"));
    assert_string_equal(body, "{\"Password1\":\"****\"}");
    assert_null(strstr(web_body(ASK("/cs?c2=0")), "my secret1"));
    assert_null(strstr(web_body(ASK("/dl")), "my secret1"));
    assert_null(strstr(web_body(ASK("/dl")), WEB_SECRET));
}

static void the_console_goes_on_where_it_was(void **state)
{
    (void)state;
    unsigned place = 0, flag = 9;
    const char *body = web_body(ASK("/cs?c2=0"));
    assert_int_equal(sscanf(body, "%u}1%u}1", &place, &flag), 2);
    assert_int_equal(flag, 0);
    assert_non_null(strstr(body, "Module: Sonoff Basic\n"));
    assert_string_equal(body + strlen(body) - 2, "}1");
    char target[64];
    snprintf(target, sizeof(target), "/cs?c2=%u&c1=Power%%20ON", place);
    body = web_body(ASK(target));
    assert_int_equal(sscanf(body, "%u}1%u}1", &place, &flag), 2);
    assert_int_equal(flag, 1);
    assert_null(strstr(body, "Module: "));
    assert_non_null(strstr(body, "CMD: Power ON\n"));
    assert_non_null(strstr(body, "RSL: POWER = ON}1"));
}

static void a_page_s_state_and_toggle(void **state)
{
    (void)state;
    assert_non_null(strstr(web_body(ASK("/?m=1")), ">OFF</td>"));
    assert_non_null(strstr(web_body(ASK("/?m=1&o=1")), ">ON</td>"));
    assert_true(device_is_on(&fd.device, 1));
    /* No such output. */
    assert_non_null(strstr(web_body(ASK("/?m=1&o=2")), ">ON</td>"));
    assert_non_null(strstr(web_body(ASK("/?m=1&o=")), ">ON</td>"));
    fake_run(&fd, 10000);
    assert_int_equal(fake.restarts, 0);
    assert_int_equal(web_status(ASK("/?rst=")), 200);
    fake_run(&fd, 3000);
    assert_int_equal(fake.restarts, 1);
}

/* Tasmota's page for it: a look at it resets nothing. */
static void a_reset_is_posted(void **state)
{
    (void)state;
    fake_type(&fd, "DeviceName Lamp");
    assert_non_null(strstr(ASK("/rt"), "Content-Encoding: gzip"));
    assert_non_null(strstr(ASK("/rt?save="), "Content-Encoding: gzip"));
    assert_non_null(strstr(ASK("/u3"), "Content-Encoding: gzip"));
    assert_int_equal(
        web_status(web_ask(web_peer, "POST /rt HTTP/1.1\r\n" WEB_HOST
                                     "Content-Length: 0\r\n\r\n")),
        401);
    fake_run(&fd, 3000);
    assert_int_equal(fake.restarts, 0);
    assert_int_equal(
        web_status(web_ask(web_peer, "POST /rt HTTP/1.1\r\n" WEB_HOST WEB_BASIC
                                     "Content-Length: 0\r\n\r\n")),
        200);
    fake_run(&fd, 3000);
    assert_int_equal(fake.restarts, 1);
    fake_start(&fd, START_SOFTWARE);
    assert_string_equal(fd.device.settings.device_name, "");
}

static void form_fields_are_commands(void **state)
{
    (void)state;
    struct settings *settings = &fd.device.settings;
    assert_int_equal(web_status(ASK("/co?save=&dn=My+lamp&a0=One&t2=on&"
                                    "wp=****&b2=0")),
                     200);
    assert_string_equal(settings->device_name, "My lamp");
    assert_string_equal(settings->friendly_name[0], "One");
    assert_string_equal(settings->web_password, WEB_SECRET);
    assert_int_equal(settings->module, 1);
    const char *answer = web_ask(
        web_peer, "POST /wi HTTP/1.1\r\n" WEB_HOST WEB_BASIC
                  "Content-Length: 30\r\n\r\ns1=new%3Bnet&p1=pass%3Bword%21");
    assert_int_equal(web_status(answer), 200);
    assert_string_equal(settings->ssid[0], "new;net");
    assert_string_equal(settings->password[0], "pass;word!");
    (void)ASK("/co?save=&dn=");
    assert_string_equal(settings->device_name, "");
    (void)ASK("/md?save=&g3=32&h3=2");
    assert_int_equal(settings->user_pin[3], 33);
    /* Without save it is the page. */
    assert_non_null(strstr(ASK("/co?dn=other"), "Content-Encoding: gzip"));
    assert_string_equal(settings->device_name, "");
}

static void a_template_is_activated(void **state)
{
    (void)state;
    const char *t = "/co?save=&t2=on&t1=%7B%22NAME%22%3A%22Two%22%2C%22GPIO%22"
                    "%3A%5B17%2C255%2C255%2C255%2C0%2C0%2C0%2C0%2C21%2C56%2C"
                    "255%2C0%2C0%5D%2C%22FLAG%22%3A0%2C%22BASE%22%3A1%7D";
    assert_int_equal(web_status(ASK(t)), 200);
    assert_string_equal(fd.device.settings.template.name, "Two");
    assert_int_equal(fd.device.settings.module, 0);
}

/* What was refused is named; what was taken stays. */
static void a_form_tells_what_it_did_not_take(void **state)
{
    (void)state;
    struct settings *settings = &fd.device.settings;
    static const struct {
        const char *target, *refused;
    } rows[] = {
        {"/mq?save=&mh=broker&ml=70000&mt=a%20b", "MqttPort, Topic."},
        {"/lg?save=&l0=9", "SerialLog."},
        {"/wi?save=&s1=other&p1=short12", "Password1."},
        {"/co?save=&t1=nonsense", "Template."},
        {"/co?save=&t1=%7B%22GPIO%22%3A%5B1%2C224%5D%7D&t2=on", "Template."},
        {"/md?save=&g1=224&g99=200", "Module, Gpio1."},
        {"/co?save=&b2=1", "Emulation."},
        {"/tp?save=&g1=224", "Template."},
        {"/u1?o=http://a%20b/", "OtaUrl."},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const char *answer = ASK(rows[i].target);
        const char *mark = "Not taken, for the value is wrong: ";
        assert_int_equal(web_status(answer), 400);
        const char *body = web_body(answer);
        assert_memory_equal(body, mark, strlen(mark));
        assert_memory_equal(body + strlen(mark), rows[i].refused,
                            strlen(rows[i].refused));
    }
    assert_string_equal(settings->mqtt_host, "broker");
    assert_int_equal(settings->mqtt_port, 1883);
    assert_string_equal(settings->ssid[0], "other");
    assert_int_equal(settings->module, 1);
    assert_false(fd.device.will_restart);
}

/* Boards are counted from 0 there, and 255 is the template. */
static void the_module_s_form(void **state)
{
    (void)state;
    struct settings *settings = &fd.device.settings;
    (void)ASK("/md?save=&g99=7");
    assert_int_equal(settings->module, 8);
    (void)ASK("/md?save=&g99=255");
    assert_int_equal(settings->module, 0);
    (void)ASK("/md?save=&g99=0");
    assert_int_equal(settings->module, 1);
}

static void the_template_s_form(void **state)
{
    (void)state;
    const struct template *template = &fd.device.settings.template;
    assert_string_equal(web_body(ASK("/tp?t=0")),
                        "Sonoff Basic}132,1,1,1,1,0,0,0,224,320,1,0,0,0}10}11");
    assert_int_equal(web_status(ASK("/tp?t=75")), 400);
    assert_int_equal(web_status(ASK("/tp?t=x")), 400);
    assert_int_equal(web_status(ASK("/tp?save=&s1=My+own&g99=7&g0=32&h0=2&"
                                    "g13=224")),
                     200);
    assert_string_equal(template->name, "My own");
    assert_int_equal(template->base, 8);
    assert_int_equal(template->pin[0], 33);
    assert_int_equal(template->pin[9], 224);
    assert_memory_equal(web_body(ASK("/tp?t=255")), "My own}133,", 11);
    assert_non_null(strstr(ASK("/tp"), "Content-Encoding: gzip"));
}

/* A connection carries one request. */
static void what_follows_a_request_goes_by(void **state)
{
    (void)state;
    static char request[4096];
    size_t size = (size_t)snprintf(request, sizeof(request),
                                   "POST /cm HTTP/1.1\r\n" WEB_HOST WEB_BASIC
                                   "Content-Length: 10\r\n\r\ncmnd=Power");
    memset(request + size, 'x', 2000);
    assert_string_equal(web_body(web_ask(web_peer, request)),
                        "{\"POWER\":\"OFF\"}");
    uint8_t socket = web_connect(web_peer);
    web_send(socket, "POST /cm HTTP/1.1\r\n" WEB_HOST WEB_BASIC
                     "Content-Length: 10\r\n\r\n");
    web_send(socket, request + size - 10);
    assert_string_equal(web_body(fake_net.tcp[socket].sent),
                        "{\"POWER\":\"OFF\"}");
}

/* ---- answers ------------------------------------------------------------- */

static void answers_of_both_versions(void **state)
{
    (void)state;
    const char *answer =
        web_ask(web_peer, "GET /cm?cmnd=Power HTTP/1.0\r\n" WEB_BASIC "\r\n");
    assert_null(strstr(answer, "chunked"));
    assert_string_equal(web_body(answer), "{\"POWER\":\"OFF\"}");
    answer = web_ask(
        web_peer, "HEAD /cm?cmnd=Power HTTP/1.1\r\n" WEB_HOST WEB_BASIC "\r\n");
    assert_int_equal(web_status(answer), 200);
    assert_string_equal(strstr(answer, "\r\n\r\n"), "\r\n\r\n");
}

static void refusals(void **state)
{
    (void)state;
    static const struct {
        const char *request;
        unsigned status;
    } rows[] = {
        {"GET /nothing HTTP/1.1\r\n" WEB_HOST WEB_BASIC "\r\n", 404},
        {"PUT /cm?cmnd=Power HTTP/1.1\r\n" WEB_HOST WEB_BASIC "\r\n", 405},
        {"OPTIONS /cm HTTP/1.1\r\n" WEB_HOST "\r\n", 204},
        {"GET /cm HTTP/2.0\r\n\r\n", 505},
        {"nonsense\r\n\r\n", 400},
        {"POST /cm HTTP/1.1\r\n" WEB_HOST WEB_BASIC "\r\n", 411},
        {"POST /cm HTTP/1.1\r\n" WEB_HOST WEB_BASIC
         "Content-Length: 700\r\n\r\n",
         413},
        {"POST /cm HTTP/1.1\r\n" WEB_HOST WEB_BASIC
         "Content-Length: 4000000000\r\n\r\n",
         413},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        assert_int_equal(web_status(web_ask(web_peer, rows[i].request)),
                         rows[i].status);
    assert_false(device_is_on(&fd.device, 1));
}

/* A backup with every text full of what JSON escapes takes more than a
 * connection holds at once. */
static void a_long_answer_waits_for_room(void **state)
{
    (void)state;
    struct settings *settings = &fd.device.settings;
    for (unsigned i = 0; i < SETTINGS_RELAYS; i++)
        memset(settings->friendly_name[i], 1, SETTINGS_NAME);
    memset(settings->ssid, 2, sizeof(settings->ssid));
    settings->ssid[0][SETTINGS_SSID] = settings->ssid[1][SETTINGS_SSID] = 0;
    uint8_t socket = web_connect(web_peer);
    struct fake_tcp *tcp = &fake_net.tcp[socket];
    tcp->queued = HAL_NET_QUEUE - 3000;
    web_send(socket, "GET /dl HTTP/1.1\r\n" WEB_HOST WEB_BASIC "\r\n");
    web_send(socket, "more");
    assert_true(tcp->is_used);
    unsigned waits = 0;
    for (; tcp->is_used; waits++)
        fake_arrived(&fd, socket);
    assert_in_range(waits, 1, 4);
    const char *body = web_body(tcp->sent);
    assert_non_null(strstr(body, "\"WebLog\":2"));
    assert_string_equal(body + strlen(body) - 2, "}\n");
}

static void a_client_that_does_not_read_is_left(void **state)
{
    (void)state;
    uint8_t socket = web_connect(web_peer);
    fake_net.tcp[socket].queued = HAL_NET_QUEUE - 900; /* little room */
    web_send(socket, "GET /dl HTTP/1.1\r\n" WEB_HOST WEB_BASIC "\r\n");
    fake_run(&fd, WEB_STALL_MS - 100);
    assert_true(fake_net.tcp[socket].is_used);
    fake_run(&fd, 200);
    assert_false(fake_net.tcp[socket].is_used);
}

/* ---- clients ------------------------------------------------------------- */

static void a_slow_request_is_left(void **state)
{
    (void)state;
    uint8_t socket = web_connect(web_peer);
    struct fake_tcp *tcp = &fake_net.tcp[socket];
    for (unsigned s = 0; s < 9; s++) {
        web_send(socket, s ? "x" : "GET /");
        fake_run(&fd, 1000);
    }
    assert_true(tcp->is_used);
    fake_run(&fd, 1010);
    assert_false(tcp->is_used);
    assert_int_equal(tcp->size, 0);
}

static void two_are_read_at_a_time(void **state)
{
    (void)state;
    uint8_t a = web_connect(web_peer), b = web_connect(web_peer);
    web_send(a, "GET /cm?cm");
    web_send(b, "GET /cm?cm");
    assert_int_equal(web_status(ASK("/cm?cmnd=Power")), 503);
    fake_closed(&fd, a);
    assert_int_equal(web_status(ASK("/cm?cmnd=Power")), 200);
    web_send(b, "nd=Power HTTP/1.1\r\n" WEB_HOST WEB_BASIC "\r\n");
    assert_string_equal(web_body(fake_net.tcp[b].sent), "{\"POWER\":\"OFF\"}");
}

static void who_says_nothing_makes_place(void **state)
{
    (void)state;
    uint8_t silent[WEB_CLIENTS];
    for (unsigned i = 0; i < WEB_CLIENTS; i++) {
        silent[i] = web_connect(web_peer);
        fake_run(&fd, 100);
    }
    uint8_t fifth = web_connect(web_peer);
    assert_false(fake_net.tcp[fifth].is_used); /* all are new */
    fake_run(&fd, WEB_IDLE_MS);
    assert_int_equal(web_status(ASK("/cm?cmnd=Power")), 200);
    assert_true(fake_net.tcp[silent[1]].is_used);
    assert_true(fake_net.tcp[silent[3]].is_used);
}

static void other_sockets_are_not_its_own(void **state)
{
    (void)state;
    struct hal_net_event event = {.change = HAL_NET_RECEIVED, .socket = 3};
    assert_false(web_handle(&fd.device, &event));
    event.change = HAL_NET_DATAGRAM;
    event.socket = 0;
    uint8_t socket = web_connect(web_peer);
    assert_int_equal(socket, 0);
    assert_false(web_handle(&fd.device, &event));
    event.change = HAL_NET_CONNECTED;
    assert_false(web_handle(&fd.device, &event));
}

/* ---- the set-up network -------------------------------------------------- */

static void every_name_leads_home(void **state)
{
    (void)state;
    static const uint8_t query[] =
        "\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x03www\x07"
        "example\x03"
        "com\x00\x00\x01\x00\x01";
    assert_true(fake_net.udp[0].is_used);
    fake_datagram(&fd, 0, web_guest, 5353, query, sizeof(query) - 1);
    assert_int_equal(fake_net.udp[0].count, 1);
    assert_memory_equal(fake_net.udp[0].ip, web_guest, 4);
    assert_int_equal(fake_net.udp[0].to, 5353);
    size_t size = fake_net.udp[0].size;
    assert_memory_equal(fake_net.udp[0].sent + size - 4, "\xC0\xA8\x04\x01", 4);
    fake_datagram(&fd, 0, web_peer, 5353, query, sizeof(query) - 1);
    assert_int_equal(fake_net.udp[0].count, 1); /* nobody else is answered */
}

static void a_phone_is_led_to_the_page(void **state)
{
    (void)state;
    static const char *const requests[] = {
        "GET /generate_204 HTTP/1.1\r\nHost: connectivitycheck.gstatic.com"
        "\r\n\r\n",
        "GET /hotspot-detect.html HTTP/1.0\r\nHost: captive.apple.com\r\n\r\n",
        "GET /connecttest.txt HTTP/1.1\r\nHost: www.msftconnecttest.com"
        "\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: example.com\r\n\r\n",
        "GET /redirect HTTP/1.1\r\nHost: 192.168.4.1\r\n\r\n",
    };
    for (size_t i = 0; i < sizeof(requests) / sizeof(requests[0]); i++) {
        const char *answer = web_ask(web_guest, requests[i]);
        assert_int_equal(web_status(answer), 302);
        assert_non_null(
            strstr(answer, "\r\nLocation: http://192.168.4.1/\r\n"));
    }
    const char *page =
        web_ask(web_guest, "GET / HTTP/1.1\r\nHost: 192.168.4.1\r\n\r\n");
    assert_int_equal(web_status(page), 200);
    assert_non_null(strstr(page, "Content-Encoding: gzip"));
}

/* ---- the table ----------------------------------------------------------- */

static void the_routes_table(void **state)
{
    (void)state;
    for (size_t i = 0; i < web_route_count; i++) {
        const struct web_route *a = &web_routes[i];
        assert_true(a->path[0] == '/' && a->run && a->help[0]);
        assert_true(a->need <= WEB_COMMAND);
        /* What changes something never answers to everybody. */
        assert_false(a->takes_file && a->need != WEB_CHANGE);
        for (size_t k = i + 1; k < web_route_count; k++) {
            const struct web_route *b = &web_routes[k];
            bool is_same = strcmp(a->path, b->path) == 0 &&
                           (!a->argument ||
                            (b->argument && !strcmp(a->argument, b->argument)));
            assert_false(is_same); /* b would never be found */
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_command_and_its_results, web_owned),
        cmocka_unit_test_setup(status_0_is_one_object, web_owned),
        cmocka_unit_test_setup(a_posted_command, web_owned),
        cmocka_unit_test_setup(what_follows_a_request_goes_by, web_owned),
        cmocka_unit_test_setup(a_secret_is_not_said_back, web_owned),
        cmocka_unit_test_setup(the_console_goes_on_where_it_was, web_owned),
        cmocka_unit_test_setup(a_page_s_state_and_toggle, web_owned),
        cmocka_unit_test_setup(a_reset_is_posted, web_owned),
        cmocka_unit_test_setup(form_fields_are_commands, web_owned),
        cmocka_unit_test_setup(a_template_is_activated, web_owned),
        cmocka_unit_test_setup(a_form_tells_what_it_did_not_take, web_owned),
        cmocka_unit_test_setup(the_module_s_form, web_owned),
        cmocka_unit_test_setup(the_template_s_form, web_owned),
        cmocka_unit_test_setup(answers_of_both_versions, web_owned),
        cmocka_unit_test_setup(refusals, web_owned),
        cmocka_unit_test_setup(a_long_answer_waits_for_room, web_owned),
        cmocka_unit_test_setup(a_client_that_does_not_read_is_left, web_owned),
        cmocka_unit_test_setup(a_slow_request_is_left, web_owned),
        cmocka_unit_test_setup(two_are_read_at_a_time, web_owned),
        cmocka_unit_test_setup(who_says_nothing_makes_place, web_owned),
        cmocka_unit_test_setup(other_sockets_are_not_its_own, web_owned),
        cmocka_unit_test_setup(every_name_leads_home, web_fresh),
        cmocka_unit_test_setup(a_phone_is_led_to_the_page, web_fresh),
        cmocka_unit_test(the_routes_table),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
