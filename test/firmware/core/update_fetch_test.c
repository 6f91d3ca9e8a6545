/* Updates from a url: right ones in every shape, and each thing that stops one
 * with what is said about it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "test/firmware/fake_net.h"
#include "test/firmware/update_fixture.h"

#define URL "http://files.local:8000/a/next.ota"
#define FAILED(why) "RSL: UPGRADE = {\"Upgrade\":\"Failed " why "\"}"

static const uint8_t server[4] = {192, 168, 1, 5};

/* In its network, and with a url. */
static int setup(void **state)
{
    const struct hal_wifi_event joined = {
        .change = HAL_WIFI_GOT_IP, .ip = {192, 168, 1, 50}, .channel = 6};
    update_setup(state);
    sntp_off(&fd.device); /* it asks for names, too */
    struct settings *settings = &fd.device.settings;
    snprintf(settings->ssid[0], sizeof(settings->ssid[0]), "home");
    wifi_changed(&fd.device);
    fake_run(&fd, 3000);
    fake_wifi(&fd, &joined);
    assert_int_equal(fd.device.wifi.state, WIFI_JOINED);
    fake_type(&fd, "OtaUrl " URL);
    fake_forget();
    return 0;
}

/* Its connection; the test fails when there is none. */
static uint8_t connection(void)
{
    for (uint8_t i = 0; i < HAL_SOCKETS; i++) {
        if (fake_net.tcp[i].is_used)
            return i;
    }
    fail();
    return 0;
}

static bool has_connection(void)
{
    for (uint8_t i = 0; i < HAL_SOCKETS; i++) {
        if (fake_net.tcp[i].is_used)
            return true;
    }
    return false;
}

/* Upgrade 1, up to the GET. */
static uint8_t ask(void)
{
    fake_type(&fd, "Upgrade 1");
    fake_resolved(&fd, server);
    uint8_t socket = connection();
    fake_connected(&fd, socket);
    return socket;
}

static void say(uint8_t socket, const char *text)
{
    fake_receive(&fd, socket, text, strlen(text));
}

static void say_head(uint8_t socket, size_t size)
{
    char head[100];
    snprintf(head, sizeof(head),
             "HTTP/1.0 200 OK\r\nServer: x\r\nContent-Length: %zu\r\n\r\n",
             size);
    say(socket, head);
}

static void send_bytes(uint8_t socket, const uint8_t *bytes, size_t size,
                       size_t piece)
{
    for (size_t at = 0; at < size && fake_net.tcp[socket].is_used; at += piece)
        fake_receive(&fd, socket, bytes + at,
                     size - at < piece ? size - at : piece);
}

/* Nothing is left of it, and the next one may come. */
static void assert_over(void)
{
    assert_false(has_connection());
    assert_int_equal(fd.device.update.state, UPDATE_IDLE);
    assert_int_equal(fd.device.fetch.state, FETCH_IDLE);
    assert_int_not_equal(record_of(SLOT_B).state, SLOT_TRYING);
}

/* ---- right ones ---------------------------------------------------------- */

static void the_request(void **state)
{
    (void)state;
    fake_type(&fd, "Upgrade 1");
    assert_true(fake_said("RSL: RESULT = {\"Upgrade\":\"Version "));
    assert_true(fake_said(" from " URL "\"}"));
    assert_string_equal(fake_net.name, "files.local");
    fake_resolved(&fd, server);
    uint8_t socket = connection();
    assert_memory_equal(fake_net.tcp[socket].ip, server, 4);
    assert_int_equal(fake_net.tcp[socket].port, 8000);
    fake_connected(&fd, socket);
    const char *sent = fake_net.tcp[socket].sent;
    assert_ptr_equal(strstr(sent, "GET /a/next.ota HTTP/1.1\r\n"
                                  "Host: files.local:8000\r\n"),
                     sent);
    assert_non_null(strstr(sent, "\r\nConnection: close\r\n\r\n"));
}

static void in_every_shape(void **state)
{
    static const size_t pieces[] = {1, 100, 536, 1460, 5000};
    (void)state;
    for (size_t i = 0; i < 10; i++) {
        setup(NULL);
        uint8_t socket = ask();
        if (i % 2)
            say_head(socket, made.size);
        else
            say(socket, "HTTP/1.1 200 OK\r\n\r\n");
        send_bytes(socket, made.file, made.size, pieces[i / 2]);
        if (i % 2 == 0)
            fake_closed(&fd, socket);
        fake_run(&fd, 100);
        assert_true(fake_said("UPGRADE = {\"Upgrade\":\"Successful. "
                              "Restarting\"}"));
        assert_false(has_connection());
        assert_int_equal(record_of(SLOT_B).state, SLOT_TRYING);
        assert_memory_equal(fake.flash + slot_image_address(SLOT_B),
                            made.image[SLOT_B], MADE_IMAGE);
    }
}

/* Head and file in one segment, and bytes behind the file's end. */
static void all_at_once(void **state)
{
    static char all[MADE_ROOM + 200];
    (void)state;
    uint8_t socket = ask();
    int head =
        snprintf(all, sizeof(all),
                 "HTTP/1.0 200 OK\r\nContent-Length: %zu\r\n\r\n", made.size);
    memcpy(all + head, made.file, made.size);
    memcpy(all + head + made.size, "more", sizeof("more"));
    fake_receive(&fd, socket, all, (size_t)head + made.size + sizeof("more"));
    fake_run(&fd, 100);
    assert_int_equal(fd.device.update.state, UPDATE_INSTALLED);
}

static void a_newer_version_is_asked_for_by_its_number(void **state)
{
    (void)state;
    static const char *const others[] = {"Upgrade 0",       "Upgrade 0.0.1",
                                         "Upgrade 2",       "Upgrade x",
                                         "Upgrade 999.0.0", "Upgrade 9.9"};
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        fake_type(&fd, others[i]);
        assert_true(fake_said("{\"Upgrade\":\"1 or >"));
        assert_int_equal(fd.device.update.state, UPDATE_IDLE);
    }
    fake_type(&fd, "Upgrade 99.0.0");
    assert_int_equal(fd.device.update.state, UPDATE_RECEIVING);
}

/* ---- urls ---------------------------------------------------------------- */

/* clang-format off */
static const struct {
    const char *url, *said;
} urls[] = {
    {"1", FAILED("no address of an update in OtaUrl")},
    {"files.local/next.ota", FAILED("no address of an update in OtaUrl")},
    {"ftp://a/b.ota", FAILED("no address of an update in OtaUrl")},
    {"http:///b.ota", FAILED("no address of an update in OtaUrl")},
    {"http://:80/b.ota", FAILED("no address of an update in OtaUrl")},
    {"http://a:/b.ota", FAILED("no address of an update in OtaUrl")},
    {"http://a:0/b.ota", FAILED("no address of an update in OtaUrl")},
    {"http://a:65536/b.ota", FAILED("no address of an update in OtaUrl")},
    {"http://a:99999999999/b.ota", FAILED("no address of an update in OtaUrl")},
    {"http://me:secret@a/b.ota", FAILED("no address of an update in OtaUrl")},
    {"http://me@a/b.ota", FAILED("no address of an update in OtaUrl")},
    {"http://"
     "a23456789b123456789c123456789d123456789e123456789f123456789g12345/b",
     FAILED("no address of an update in OtaUrl")},
    {"https://a/b.ota", FAILED("https: is not spoken here")},
    {"HTTPS://a/b.ota", FAILED("https: is not spoken here")},
    {"http://ota.tasmota.com/tasmota/release/tasmota.bin.gz",
     FAILED("a .bin is no update for Pogo, its own pogo.ota is")},
    {"http://a/tasmota.BIN", FAILED("a .bin is no update for Pogo, its own pogo.ota is")},
    {"http://a/tasmota.bin?x=1", FAILED("a .bin is no update for Pogo, its own pogo.ota is")},
};
/* clang-format on */

static void urls_that_are_none(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(urls) / sizeof(urls[0]); i++) {
        char line[160];
        print_message("# %s\n", urls[i].url);
        snprintf(line, sizeof(line), "OtaUrl %s", urls[i].url);
        fake_type(&fd, line);
        fake_type(&fd, "Upgrade 1");
        assert_true(fake_said(urls[i].said));
        assert_true(fake_said("UPD: "));
        assert_over();
    }
    assert_int_equal(fake_net.names, 0);
    fake_type(&fd, "OtaUrl http://a/b c");
    assert_true(fake_said("\"Command\":\"Error\""));
}

static void a_host_alone(void **state)
{
    (void)state;
    fake_type(&fd, "OtaUrl HTTP://10.1.2.3");
    uint8_t socket = ask();
    assert_int_equal(fake_net.tcp[socket].port, 80);
    const char *sent = fake_net.tcp[socket].sent;
    assert_ptr_equal(strstr(sent, "GET / HTTP/1.1\r\nHost: 10.1.2.3\r\n"),
                     sent);
}

/* ---- what stops one ------------------------------------------------------ */

static void without_a_network(void **state)
{
    (void)state;
    update_setup(state);
    fake_type(&fd, "OtaUrl " URL);
    fake_type(&fd, "Upgrade 1");
    assert_true(fake_said(FAILED("there is no network to fetch from")));
    assert_over();
}

static void no_such_host(void **state)
{
    (void)state;
    fake_type(&fd, "Upgrade 1");
    fake_resolved(&fd, NULL);
    assert_true(fake_said(FAILED("the server's name has no address")));
    assert_over();
    fake_type(&fd, "Upgrade 1");
    fake_run(&fd, UPDATE_FETCH_MS + 20);
    assert_true(fake_said(FAILED("the server's name has no address")));
    assert_over();
    fake_resolved(&fd, server); /* too late */
    assert_over();
}

static void nobody_is_there(void **state)
{
    (void)state;
    fake_type(&fd, "Upgrade 1");
    fake_resolved(&fd, server);
    fake_closed(&fd, connection());
    assert_true(fake_said(FAILED("the server can't be reached")));
    assert_over();
    fake_type(&fd, "Upgrade 1");
    fake_resolved(&fd, server);
    fake_run(&fd, UPDATE_FETCH_MS + 20);
    assert_true(fake_said(FAILED("the server can't be reached")));
    assert_over();
}

static void a_server_that_is_silent(void **state)
{
    (void)state;
    uint8_t socket = ask();
    fake_run(&fd, UPDATE_FETCH_MS - 100);
    assert_true(fake_net.tcp[socket].is_used);
    fake_run(&fd, 200);
    assert_true(fake_said(FAILED("the server does not answer")));
    assert_over();
    (void)ask();
    fake_closed(&fd, connection());
    assert_true(fake_said(FAILED("what answered is no web server")));
    assert_over();
}

/* clang-format off */
static const struct {
    const char *answer, *said, *status;
} answers[] = {
    {"HTTP/1.0 404 File not found\r\n", FAILED("the server has no such file"),
     "UPD: the server answered 404"},
    {"HTTP/1.1 301 Moved\r\n", FAILED("the server sends us to another address"),
     "UPD: the server answered 301"},
    {"HTTP/1.1 401 No\r\n", FAILED("the server does not give the file"),
     "UPD: the server answered 401"},
    {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n",
     FAILED("the server sends the file in chunks or packed"), ""},
    {"SSH-2.0-OpenSSH\r\n", FAILED("what answered is no web server"), ""},
    {"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
     FAILED("the update ended before its image was whole"), ""},
    {"HTTP/1.1 200 OK\r\n\r\n<html>"
     "<p>Please log in to this very welcoming hotel network first</p>"
     "<p>and then accept the terms of using it, of which there are</p>",
     FAILED("not an update file for Pogo"), ""},
};
/* clang-format on */

static void answers_that_are_no_file(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
        print_message("# %s\n", answers[i].answer);
        uint8_t socket = ask();
        say(socket, answers[i].answer);
        if (fake_net.tcp[socket].is_used)
            fake_closed(&fd, socket);
        assert_true(fake_said(answers[i].said));
        assert_true(fake_said(answers[i].status));
        assert_over();
    }
}

static void a_file_that_ends_early(void **state)
{
    (void)state;
    for (unsigned has_size = 0; has_size < 2; has_size++) {
        uint8_t socket = ask();
        if (has_size)
            say_head(socket, made.size);
        else
            say(socket, "HTTP/1.1 200 OK\r\n\r\n");
        send_bytes(socket, made.file, 5000, 1460);
        fake_forget();
        fake_closed(&fd, socket);
        assert_true(
            fake_said(FAILED("the update ended before its image was whole")));
        assert_over();
    }
}

static void a_server_that_stalls(void **state)
{
    (void)state;
    uint8_t socket = ask();
    say_head(socket, made.size);
    send_bytes(socket, made.file, 5000, 1460);
    fake_run(&fd, UPDATE_STALL_MS + 20);
    assert_true(fake_said(FAILED("no more of the update came")));
    assert_over();
}

static void a_stranger_s_file(void **state)
{
    (void)state;
    seal_file(&other_key);
    uint8_t socket = ask();
    say_head(socket, made.size);
    send_bytes(socket, made.file, made.size, 1460);
    fake_run(&fd, 100);
    assert_true(fake_said(FAILED("the update's signature is wrong")));
    assert_over();
}

/* ---- others at work ------------------------------------------------------ */

static void one_at_a_time(void **state)
{
    (void)state;
    uint8_t socket = ask();
    fake_type(&fd, "Upgrade 1");
    assert_true(fake_said(FAILED("another update is coming in already")));
    assert_int_equal(connection(), socket);
    fake_type(&fd, "UpgradeSerial 5000");
    assert_true(fake_said(FAILED("another update is coming in already")));
    say_head(socket, made.size);
    send_bytes(socket, made.file, made.size, 1460);
    fake_run(&fd, 100);
    assert_int_equal(fd.device.update.state, UPDATE_INSTALLED);
}

/* The serial console's own update, while nothing is fetched. */
static void another_one_s_end_is_not_ours(void **state)
{
    (void)state;
    fake_type(&fd, "UpgradeSerial 5000");
    fake_type(&fd, "");
    assert_int_equal(fd.device.fetch.state, FETCH_IDLE);
    assert_int_equal(fd.device.update.state, UPDATE_RECEIVING);
    fake_run(&fd, 1000);
    assert_int_equal(fd.device.update.state, UPDATE_RECEIVING);
}

/* The broker's name is being asked for. */
static void a_name_waits_for_its_turn(void **state)
{
    static const uint8_t broker[4] = {192, 168, 1, 9};
    (void)state;
    fake_type(&fd, "MqttHost broker");
    fake_run(&fd, 3000);
    assert_string_equal(fake_net.name, "broker");
    fake_type(&fd, "Upgrade 1");
    fake_run(&fd, 50);
    assert_string_equal(fake_net.name, "broker");
    fake_resolved(&fd, broker);
    assert_memory_equal(fake_net.tcp[connection()].ip, broker, 4);
    fake_run(&fd, 50);
    assert_string_equal(fake_net.name, "files.local");
    fake_resolved(&fd, server);
    assert_memory_equal(fake_net.tcp[fd.device.fetch.socket].ip, server, 4);
}

static void relays_switch_meanwhile(void **state)
{
    (void)state;
    uint8_t socket = ask();
    say_head(socket, made.size);
    send_bytes(socket, made.file, 3000, 1460);
    unsigned power = fd.device.power;
    fake_type(&fd, "Power1 2");
    assert_int_not_equal(fd.device.power, power);
    send_bytes(socket, made.file + 3000, made.size - 3000, 1460);
    fake_run(&fd, 100);
    assert_int_equal(fd.device.update.state, UPDATE_INSTALLED);
}

#define TEST(name) cmocka_unit_test_setup(name, setup)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_request),
        TEST(in_every_shape),
        TEST(all_at_once),
        TEST(a_newer_version_is_asked_for_by_its_number),
        TEST(urls_that_are_none),
        TEST(a_host_alone),
        TEST(without_a_network),
        TEST(no_such_host),
        TEST(nobody_is_there),
        TEST(a_server_that_is_silent),
        TEST(answers_that_are_no_file),
        TEST(a_file_that_ends_early),
        TEST(a_server_that_stalls),
        TEST(a_stranger_s_file),
        TEST(one_at_a_time),
        TEST(another_one_s_end_is_not_ours),
        TEST(a_name_waits_for_its_turn),
        TEST(relays_switch_meanwhile),
    };
    return cmocka_run_group_tests(tests, update_keys, NULL);
}
