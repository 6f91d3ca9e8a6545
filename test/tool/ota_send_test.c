/* What devices say to an upload, and how an image gets onto a Tasmota. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "fake_web.h"
#include "tool/ota_send.h"

static void pogo_says_its_errors_by_their_text(void **state)
{
    static const struct {
        const char *body;
        enum err e;
    } rows[] = {
        {"Successful. Restarting\n", ERR_NONE},
        {"Failed: the update is for another kind of board\n  try: x\n",
         ERR_OTA_BOARD},
        {"Failed: the update's signature is wrong\n", ERR_OTA_SIGNATURE},
        {"Failed: what a newer version may say\n", ERR_WEB_REFUSED},
        {"<html>", ERR_WEB_REFUSED},
    };
    char said[OTA_SAID];
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        assert_int_equal(ota_send_judge_pogo(rows[i].body, said), rows[i].e);
    assert_int_equal(
        ota_send_judge_pogo("Failed: some new words\n  try: y", said),
        ERR_WEB_REFUSED);
    assert_string_equal(said, "some new words");
}

static void the_page_of_tasmota_is_read(void **state)
{
    static const struct {
        const char *body;
        enum err e;
        const char *said;
    } rows[] = {
        {"<div><b>Upload <font color='#080'>Successful</font></b>", ERR_NONE,
         ""},
        {"<b>Upload <font>Failed</font></b><br><br>Not enough space",
         ERR_WEB_FULL, "Not enough space"},
        {"<b>Upload <font>Failed</font></b>\nNot compatible", ERR_WEB_MARKER,
         "Not compatible"},
        {"<b>Upload <font>Failed</font></b>Upload buffer miscompare",
         ERR_WEB_REFUSED, "Upload buffer miscompare"},
        /* Another language: what the device does then tells. */
        {"<b>Hochladen <font>erfolgreich</font></b>", ERR_NONE, ""},
    };
    char said[OTA_SAID];
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        assert_int_equal(ota_send_judge_page(rows[i].body, said), rows[i].e);
        assert_string_equal(said, rows[i].said);
    }
}

static void only_this_times_log_lines_count(void **state)
{
    static const char url[] = "http://127.0.0.1:9/a1/pogo.ota";
    static const struct {
        const char *log;
        enum err e;
        bool is_over;
    } rows[] = {
        {"", ERR_NONE, false},
        {"RSL: UPGRADE = {\"Upgrade\":\"Failed old\"}\n"
         "RSL: RESULT = {\"OtaUrl\":\"http://127.0.0.1:9/a1/pogo.ota\"}\n",
         ERR_NONE, false},
        {"{\"Upgrade\":\"Version 0.1.0 from http://127.0.0.1:9/a1/pogo.ota\"}\n"
         "UPGRADE = {\"Upgrade\":\"Failed the server has no such file\"}",
         ERR_FETCH_MISSING, true},
        {"{\"Upgrade\":\"Version 8.5.1 from http://127.0.0.1:9/a1/pogo.ota\"}\n"
         "UPGRADE = {\"Upgrade\":\"Failed Not compatible\"}",
         ERR_WEB_MARKER, true},
        {"from http://127.0.0.1:9/a1/pogo.ota\n"
         "UPGRADE = {\"Upgrade\":\"Successful. Restarting\"}",
         ERR_NONE, true},
    };
    char said[OTA_SAID];
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        bool is_over = false;
        print_message("# %s\n", rows[i].log);
        assert_int_equal(ota_send_judge_log(rows[i].log, url, &is_over, said),
                         rows[i].e);
        assert_int_equal(is_over, rows[i].is_over);
    }
}

/* ---- an upload to Tasmota ------------------------------------------------ */

static struct ota_talk talk;
static uint8_t bytes[100] = {0xE9};

static enum err send_raw(const struct fake_row *rows, size_t count,
                         bool wants_option)
{
    static struct ota_job job;
    const struct ota_step step = {.bytes = bytes,
                                  .size = sizeof(bytes),
                                  .name = "image.bin",
                                  .wants_option = wants_option};
    fake_begin(&talk, rows, count);
    job = (struct ota_job){
        .talk = &talk, .device = {.kind = OTA_TASMOTA, .has_commands = true}};
    return ota_send(&job, &step);
}

static void a_marker_that_lacks_is_allowed_first(void **state)
{
    static const struct fake_row rows[] = {
        {0, "/up", 200, NULL, "<html>"},
        {0, "SetOption78%201", 200, NULL, "{\"SetOption78\":\"ON\"}"},
        {0, "/u2?fsz=100", 200, NULL, "Upload Successful"}};
    (void)state;
    assert_int_equal(send_raw(rows, 3, true), ERR_NONE);
    assert_int_equal(fake.uploaded, 100);
    assert_non_null(strstr(fake.asked, "SetOption78%201\nhttp://lamp.local/up\n"
                                       "http://lamp.local/u2?fsz=100\n"));
    assert_null(strstr(fake.asked, "SetOption78%200"));
}

static void what_still_fails_leaves_no_option_behind(void **state)
{
    static const struct fake_row rows[] = {
        {0, "/up", 200, NULL, "<html>"},
        {0, "SetOption78%201", 200, NULL, "{\"SetOption78\":\"ON\"}"},
        {0, "SetOption78%200", 200, NULL, "{\"SetOption78\":\"OFF\"}"},
        {0, "/u2?fsz=100", 200, NULL, "Upload Failed Not compatible"}};
    (void)state;
    /* Nobody expected the check: once more with the option, then given up. */
    assert_int_equal(send_raw(rows, 4, false), ERR_WEB_MARKER);
    assert_non_null(strstr(fake.asked, "u2?fsz=100\n"
                                       "http://lamp.local/"
                                       "cm?cmnd=SetOption78%201\n"));
    assert_non_null(strstr(fake.asked, "u2?fsz=100\n"
                                       "http://lamp.local/"
                                       "cm?cmnd=SetOption78%200\n"));
}

static void a_device_that_is_gone_breaks_the_upload(void **state)
{
    static const struct fake_row rows[] = {{0, "/up", 200, NULL, "<html>"},
                                           {0, "/u2?fsz=100", 0, NULL, ""}};
    (void)state;
    assert_int_equal(send_raw(rows, 2, false), ERR_WEB_BROKEN);
}

/* ---- plans --------------------------------------------------------------- */

static void each_version_gets_what_it_takes(void **state)
{
    static const struct {
        const char *version;
        unsigned free_kb;
        enum firmware_kind kind;
        bool is_raw, has_minimal;
        enum err e;
        size_t size;
        bool wants_option, is_minimal;
    } rows[] = {
        /* raw 400 KB, packed 270; minimal raw 390, packed 284 */
        {"6.6.0(sonoff)", 470, FIRMWARE_POGO, 0, 0, ERR_NONE, 400, 0, 0},
        {"7.2.0(tasmota)", 470, FIRMWARE_POGO, 0, 0, ERR_NONE, 400, 1, 0},
        {"8.1.0(tasmota)", 470, FIRMWARE_TASMOTA, 0, 0, ERR_NONE, 400, 0, 0},
        {"8.5.1(tasmota)", 416, FIRMWARE_POGO, 0, 0, ERR_NONE, 270, 0, 0},
        {"8.5.1(tasmota)", 416, FIRMWARE_POGO, 1, 0, ERR_NONE, 400, 1, 0},
        {"14.4.1(tasmota)", 364, FIRMWARE_POGO, 0, 0, ERR_NONE, 270, 0, 0},
        {"14.4.1(tasmota)", 273, FIRMWARE_POGO, 0, 0, ERR_WEB_FULL, 0, 0, 0},
        {"14.4.1(tasmota)", 274, FIRMWARE_POGO, 0, 0, ERR_NONE, 270, 0, 0},
        {"14.4.1(tasmota)", 364, FIRMWARE_POGO, 1, 0, ERR_WEB_FULL, 0, 0, 0},
        {"14.4.1(tasmota)", 364, FIRMWARE_POGO, 1, 1, ERR_NONE, 284, 0, 1},
        {"14.4.1(minimal)", 364, FIRMWARE_POGO, 1, 1, ERR_WEB_FULL, 0, 0, 0},
        {"6.6.0(sonoff)", 380, FIRMWARE_POGO, 0, 1, ERR_WEB_FULL, 0, 0, 0},
        {"6.6.0(sonoff)", 396, FIRMWARE_POGO, 0, 1, ERR_NONE, 390, 0, 1},
        {"14.4.1", 0, FIRMWARE_POGO, 0, 0, ERR_NONE, 270, 0, 0},
        {"", 0, FIRMWARE_POGO, 0, 0, ERR_NONE, 400, 0, 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct ota_file file = {.kind = rows[i].kind,
                                      .size = 400 * 1024,
                                      .packed_size = 270 * 1024};
        const struct ota_file minimal = {.kind = FIRMWARE_TASMOTA,
                                         .size = 390 * 1024,
                                         .packed_size = 284 * 1024};
        struct ota_device device = {.kind = OTA_TASMOTA,
                                    .free_kb = rows[i].free_kb};
        struct ota_step step;
        snprintf(device.version, sizeof(device.version), "%s", rows[i].version);
        print_message("# %zu: %s\n", i, rows[i].version);
        assert_int_equal(ota_plan_step(&device, &file,
                                       rows[i].has_minimal ? &minimal : NULL,
                                       rows[i].is_raw, &step),
                         rows[i].e);
        if (rows[i].e != ERR_NONE)
            continue;
        assert_int_equal(step.size, rows[i].size * 1024);
        assert_int_equal(step.wants_option, rows[i].wants_option);
        assert_int_equal(step.is_minimal, rows[i].is_minimal);
        assert_int_equal(strstr(step.name, ".gz") != NULL,
                         rows[i].size == 270 || rows[i].size == 284);
    }
}

/* ---- for which device ---------------------------------------------------- */

static void a_bench_image_goes_to_a_bench_alone(void **state)
{
    const struct ota_file image = {.kind = FIRMWARE_POGO, .is_bench = true};
    const struct ota_file update = {.is_update = true, .is_bench = true};
    struct ota_device device = {.kind = OTA_TASMOTA, .is_bench = true};
    (void)state;
    assert_int_equal(ota_file_fits(&image, &device, "127.80.0.1"), ERR_NONE);
    assert_int_equal(ota_file_fits(&image, &device, "192.168.1.5"),
                     ERR_IMAGE_BENCH_ONLY);
    device.is_bench = false; /* a tunnel to a real device */
    assert_int_equal(ota_file_fits(&image, &device, "127.0.0.1"),
                     ERR_IMAGE_BENCH_ONLY);
    device.kind = OTA_POGO;
    assert_int_equal(ota_file_fits(&update, &device, "127.80.0.1"), ERR_NONE);
    assert_int_equal(ota_file_fits(&update, &device, "10.0.0.1"),
                     ERR_IMAGE_BENCH_ONLY);
    assert_int_equal(ota_file_fits(&image, &device, "127.80.0.1"),
                     ERR_WEB_KIND);
    device.kind = OTA_TASMOTA;
    assert_int_equal(ota_file_fits(&update, &device, "127.80.0.1"),
                     ERR_WEB_KIND);
    const struct ota_file other = {.kind = FIRMWARE_ESPHOME};
    assert_int_equal(ota_file_fits(&other, &device, "10.0.0.1"), ERR_WEB_KIND);
}

static void an_image_for_a_larger_flash_is_refused(void **state)
{
    struct ota_file file = {.kind = FIRMWARE_TASMOTA};
    struct ota_device device = {.kind = OTA_TASMOTA, .flash_kb = 1024};
    (void)state;
    file.set.file[0].image.size_freq = 0x20; /* 1 MB */
    assert_int_equal(ota_file_fits(&file, &device, "10.0.0.1"), ERR_NONE);
    file.set.file[0].image.size_freq = 0x40; /* 4 MB */
    assert_int_equal(ota_file_fits(&file, &device, "10.0.0.1"), ERR_IMAGE_SIZE);
    device.flash_kb = 4096;
    assert_int_equal(ota_file_fits(&file, &device, "10.0.0.1"), ERR_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pogo_says_its_errors_by_their_text),
        cmocka_unit_test(the_page_of_tasmota_is_read),
        cmocka_unit_test(only_this_times_log_lines_count),
        cmocka_unit_test(a_marker_that_lacks_is_allowed_first),
        cmocka_unit_test(what_still_fails_leaves_no_option_behind),
        cmocka_unit_test(a_device_that_is_gone_breaks_the_upload),
        cmocka_unit_test(each_version_gets_what_it_takes),
        cmocka_unit_test(a_bench_image_goes_to_a_bench_alone),
        cmocka_unit_test(an_image_for_a_larger_flash_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
