/* Files over the web: updates and backups, in every shape that clients send
 * them, and whoever stops in the middle. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "test/firmware/update_fixture.h"
#include "test/firmware/web_fixture.h"

static const struct hal_wifi_event got_ip = {
    .change = HAL_WIFI_GOT_IP, .ip = {192, 168, 1, 50}, .channel = 6};

/* A device that takes updates, with WEB_SECRET. */
static int setup(void **state)
{
    update_setup(state);
    struct settings *settings = &fd.device.settings;
    snprintf(settings->ssid[0], sizeof(settings->ssid[0]), "home");
    fake_type(&fd, "WebPassword " WEB_SECRET);
    fake_wifi(&fd, &got_ip);
    fake_run(&fd, 2000);
    return 0;
}

/* The head of an upload: of this size, with this Content-Type. */
static uint8_t begin(const char *path, size_t size, const char *type)
{
    char head[512];
    uint8_t socket = web_connect(web_peer);
    snprintf(head, sizeof(head),
             "POST %s HTTP/1.1\r\n" WEB_HOST WEB_BASIC "Content-Length: %zu\r\n"
             "Content-Type: %s\r\n\r\n",
             path, size, type);
    web_send(socket, head);
    return socket;
}

static void send_bytes(uint8_t socket, const void *bytes, size_t size,
                       size_t piece)
{
    for (size_t at = 0; at < size && fake_net.tcp[socket].is_used; at += piece)
        fake_receive(&fd, socket, (const char *)bytes + at,
                     size - at < piece ? size - at : piece);
}

#define RAW "application/octet-stream"
#define MIXED "multipart/form-data; boundary=----x"
#define PART                                                                   \
    "------x\r\nContent-Disposition: form-data; name=\"u2\"; "                 \
    "filename=\"a\"\r\nContent-Type: application/octet-stream\r\n\r\n"
#define PART_END "\r\n------x--\r\n"

static const char *upload(const char *path, const void *bytes, size_t size,
                          size_t piece, bool is_mixed)
{
    size_t all = size + (is_mixed ? strlen(PART PART_END) : 0);
    uint8_t socket = begin(path, all, is_mixed ? MIXED : RAW);
    if (is_mixed)
        send_bytes(socket, PART, strlen(PART), piece);
    send_bytes(socket, bytes, size, piece);
    if (is_mixed)
        send_bytes(socket, PART_END, strlen(PART_END), piece);
    fake_run(&fd, 100); /* the signature */
    assert_false(fake_net.tcp[socket].is_used);
    return fake_net.tcp[socket].sent;
}

/* ---- updates ------------------------------------------------------------- */

static void an_update_in_every_shape(void **state)
{
    (void)state;
    static const size_t pieces[] = {1, 100, 536, 1460, 5000};
    for (size_t i = 0; i < 10; i++) {
        setup(NULL);
        const char *answer = upload(i % 3 ? "/u2" : "/rs", made.file, made.size,
                                    pieces[i / 2], i % 2);
        assert_int_equal(web_status(answer), 200);
        assert_non_null(strstr(web_body(answer), "Successful"));
        assert_int_equal(fd.device.update.state, UPDATE_INSTALLED);
        assert_int_equal(record_of(SLOT_B).state, SLOT_TRYING);
        assert_memory_equal(fake.flash + slot_image_address(SLOT_B),
                            made.image[SLOT_B], MADE_IMAGE);
    }
}

static void a_wrong_one_is_told(void **state)
{
    (void)state;
    const char *answer;
    made.file[made.size - 2000] ^= 1; /* damaged */
    answer = upload("/u2", made.file, made.size, 1460, true);
    assert_int_equal(web_status(answer), 400);
    assert_non_null(strstr(web_body(answer), "Failed: "));
    assert_int_equal(fd.device.update.state, UPDATE_IDLE);
    assert_int_not_equal(record_of(SLOT_B).state, SLOT_TRYING);
    /* An image for another firmware, and nothing. */
    answer = upload("/u2", "\xE9\x03\x02\x20", 4, 4, true);
    assert_non_null(strstr(web_body(answer), "not an update file for Pogo"));
    answer = upload("/u2", "", 0, 1, false);
    assert_int_equal(web_status(answer), 400);
    answer = upload("/u2", "", 0, 1, true);
    assert_int_equal(web_status(answer), 400);
    assert_int_equal(fd.device.update.state, UPDATE_IDLE);
}

/* Settings of Tasmota, by either way in; and other files where backups go. */
static void another_firmware_s_backup_is_told(void **state)
{
    (void)state;
    uint8_t dmp[4096] = {0x09, 0x12, 0x00 ^ 0x5C, 0x10 ^ 0x5D};
    for (unsigned i = 0; i < 4; i++) {
        bool is_text = i == 3;
        const char *answer =
            upload(i == 1 ? "/u2" : "/rs", is_text ? (const void *)"no" : dmp,
                   is_text ? 2 : sizeof(dmp), 1460, i != 2);
        assert_int_equal(web_status(answer), 400);
        assert_non_null(strstr(web_body(answer), "no backup of Pogo"));
        assert_non_null(strstr(web_body(answer), "Template"));
        assert_false(fd.device.web.is_restoring);
        assert_int_equal(fd.device.update.state, UPDATE_IDLE);
    }
}

static void a_stranger_s_signature(void **state)
{
    (void)state;
    seal_file(&other_key);
    const char *answer = upload("/u2", made.file, made.size, 1460, false);
    assert_int_equal(web_status(answer), 400);
    assert_int_equal(fd.device.update.state, UPDATE_IDLE);
    assert_int_not_equal(record_of(SLOT_B).state, SLOT_TRYING);
}

static void one_at_a_time(void **state)
{
    (void)state;
    uint8_t first = begin("/u2", made.size, RAW);
    send_bytes(first, made.file, 3000, 1460);
    const char *answer = upload("/u2", made.file, made.size, 1460, false);
    assert_non_null(strstr(answer, "another update is coming in already"));
    assert_int_equal(fd.device.update.state, UPDATE_RECEIVING);
    send_bytes(first, made.file + 3000, made.size - 3000, 1460);
    fake_run(&fd, 100);
    assert_int_equal(web_status(fake_net.tcp[first].sent), 200);
}

static void one_that_stops_is_given_up(void **state)
{
    (void)state;
    uint8_t socket = begin("/u2", made.size, RAW);
    send_bytes(socket, made.file, 3000, 1460);
    fake_closed(&fd, socket);
    assert_int_equal(fd.device.update.state, UPDATE_IDLE);
    socket = begin("/u2", made.size, RAW);
    send_bytes(socket, made.file, 3000, 1460);
    fake_run(&fd, WEB_STALL_MS + 100);
    assert_int_equal(fd.device.update.state, UPDATE_IDLE);
    assert_int_equal(web_status(fake_net.tcp[socket].sent), 400);
    assert_false(fake_net.tcp[socket].is_used);
    /* A file field's end that does not come. */
    socket = begin("/u2", strlen(PART) + 3000, MIXED);
    send_bytes(socket, PART, strlen(PART), 1460);
    send_bytes(socket, made.file, 3000, 1460);
    assert_int_equal(web_status(fake_net.tcp[socket].sent), 400);
    assert_int_equal(fd.device.update.state, UPDATE_IDLE);
}

static void what_follows_a_file_goes_by(void **state)
{
    (void)state;
    static uint8_t file[MADE_ROOM + 100];
    uint8_t socket = begin("/u2", made.size, RAW);
    memcpy(file, made.file, made.size);
    send_bytes(socket, file, made.size + 100, made.size + 100);
    fake_run(&fd, 100);
    assert_int_equal(web_status(fake_net.tcp[socket].sent), 200);
}

/* ---- backups ------------------------------------------------------------- */

static void a_backup_comes_back(void **state)
{
    (void)state;
    char backup[4096];
    struct settings *settings = &fd.device.settings, before;
    fake_type(&fd, "FriendlyName1 A \"name\", {odd}; \\ ä");
    fake_type(&fd, "PulseTime3 1234");
    fake_type(&fd, "SetOption73 1");
    fake_type(&fd, "Password2 stays here");
    before = *settings;
    snprintf(backup, sizeof(backup), "%s", web_body(web_get("/dl", WEB_BASIC)));
    for (size_t piece = 1; piece < 2000; piece += 333) {
        fake_type(&fd, "FriendlyName1 other");
        fake_type(&fd, "PulseTime3 5");
        fake_type(&fd, "SetOption73 0");
        const char *answer =
            upload("/rs", backup, strlen(backup), piece, piece % 2);
        assert_int_equal(web_status(answer), 200);
        assert_false(fd.device.web.is_restoring);
        fake_start(&fd, START_SOFTWARE); /* it is on flash */
        assert_string_equal(settings->friendly_name[0],
                            before.friendly_name[0]);
        assert_int_equal(settings->pulse_time[2], 1234);
        assert_int_equal(settings->option, before.option);
        assert_string_equal(settings->password[1], "stays here");
        assert_string_equal(settings->web_password, WEB_SECRET);
        fake_wifi(&fd, &got_ip);
        fake_run(&fd, 1000);
    }
}

static void a_wrong_backup_changes_nothing(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "{\"PulseTime\":[9,9],\"PowerOnState\":6}",
        "{\"PulseTime\":[9,9],\"PowerOnState\":-1}",
        "{\"PulseTime\":[9,9],\"PowerOnState\":\"1\"}",
        "{\"PulseTime\":[9,9],\"PowerOnState\":[1,1]}",
        "{\"PulseTime\":[9,9],\"DeviceName\":7}",
        "{\"PulseTime\":[9,9],\"DeviceName\":"
        "\"012345678901234567890123456789012\"}",
        "{\"PulseTime\":[9,9],\"OtaKey\":\"00\"}",
        "{\"PulseTime\":[9,9,9,9,9,9,9,9,9]}",
        "{\"PulseTime\":[9,9],\"x\"}",
        "{\"PulseTime\":[9,9],}",
        "{\"PulseTime\":[9,9],7}",
        "{\"PulseTime\":[9,9]} x",
        "{\"PulseTime\":[9,9]",
        "{\"PulseTime\":[9,9],\"x\":\"",
        "{\"PulseTime\":[9,9]]",
        "{\"PulseTime\":[9,9],\"x\":[[[[[[[[[[1]]]]]]]]]]}",
        "{",
        "{{",
    };
    struct settings *settings = &fd.device.settings;
    fake_type(&fd, "PulseTime1 77"); /* not saved yet */
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        const char *answer = upload("/rs", texts[i], strlen(texts[i]), 5, 0);
        if (web_status(answer) != 400)
            print_error("%s\n", texts[i]);
        assert_int_equal(web_status(answer), 400);
        assert_int_equal(settings->pulse_time[0], 77);
        assert_false(fd.device.web.is_restoring);
        assert_false(fd.device.will_restart);
    }
}

static void a_member_that_is_too_long(void **state)
{
    (void)state;
    char text[700];
    for (size_t size = 480; size < 600; size++) {
        int n = snprintf(text, sizeof(text),
                         "{\"PulseTime\":[9],\"x\":\"%0*d\"}", (int)size, 0);
        const char *answer = upload("/rs", text, (size_t)n, 100, false);
        assert_int_equal(web_status(answer), size <= 504 ? 200 : 400);
        fd.device.will_restart = false;
    }
}

static void a_backup_that_stops_changes_nothing(void **state)
{
    (void)state;
    struct settings *settings = &fd.device.settings;
    uint8_t socket = begin("/rs", 1000, RAW);
    web_send(socket, "{\"PulseTime\":[9,9],\"Power");
    assert_int_equal(settings->pulse_time[0], 9);
    fake_type(&fd, "FriendlyName1 meanwhile");
    fake_run(&fd, 5000);
    assert_true(fd.device.has_changes); /* waits */
    const char *answer = upload("/rs", "{}", 2, 1, false);
    assert_int_equal(web_status(answer), 400); /* one at a time */
    assert_true(fd.device.web.is_restoring);
    fake_closed(&fd, socket);
    assert_int_equal(settings->pulse_time[0], 0);
    assert_false(fd.device.web.is_restoring);
}

/* Nobody gives himself a password, or another life, with a backup. */
static void what_is_the_device_s_own_stays(void **state)
{
    (void)state;
    struct settings *settings = &fd.device.settings;
    uint32_t boots = settings->boot_count;
    const char *text = "{\"WebAuth\":2,\"WebPassword\":\"x\",\"BootCount\":9,"
                       "\"Unknown\":{\"a\":[1]},\"PulseTime\":[5]}";
    assert_int_equal(web_status(upload("/rs", text, strlen(text), 9, 1)), 200);
    assert_string_equal(settings->web_password, WEB_SECRET);
    assert_int_equal(settings->web_auth, 1);
    assert_int_equal(settings->boot_count, boots);
    assert_int_equal(settings->pulse_time[0], 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(an_update_in_every_shape, setup),
        cmocka_unit_test_setup(a_wrong_one_is_told, setup),
        cmocka_unit_test_setup(a_stranger_s_signature, setup),
        cmocka_unit_test_setup(another_firmware_s_backup_is_told, setup),
        cmocka_unit_test_setup(one_at_a_time, setup),
        cmocka_unit_test_setup(one_that_stops_is_given_up, setup),
        cmocka_unit_test_setup(what_follows_a_file_goes_by, setup),
        cmocka_unit_test_setup(a_backup_comes_back, setup),
        cmocka_unit_test_setup(a_wrong_backup_changes_nothing, setup),
        cmocka_unit_test_setup(a_member_that_is_too_long, setup),
        cmocka_unit_test_setup(a_backup_that_stops_changes_nothing, setup),
        cmocka_unit_test_setup(what_is_the_device_s_own_stays, setup),
    };
    return cmocka_run_group_tests(tests, update_keys, NULL);
}
