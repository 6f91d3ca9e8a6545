/* Any number of steps in one session: what is on the flash after them, what was
 * saved before, and what is refused before the first erase. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "format/bytes.h"
#include "test/tool/steps_files.h"
#include "tool/flash_status.h"
#include "tool/monitor.h"
#include "tool/flasher_private.h"
#include "tool/session.h"

static const struct {
    const char *before, *image, *said;
    bool is_kept;
} installs[] = {
    {NULL, "tasmota.bin", "erased: nothing", false},
    {"9.5.0(tasmota) Tasmota", "tasmota.bin", "kept: an update", true},
    {"9.5.0(tasmota) Tasmota", "tasmota2.bin", "kept: an update", true},
    {"ESPHome version 2023.5.1 ", "tasmota.bin", "erased: another", false},
    {"Sonoff ITEAD-1000 ", "tasmota.bin", "erased: another", false},
    {"VENDOR", "tasmota.bin", "erased: another", false},
    {"VENDOR", "sketch.bin", "erased: another", false},
    {"CUT", "tasmota2.bin", "not known", true},
    {"nobody knows it", "tasmota.bin", "not known", true},
    {"a sketch of mine", "sketch.bin", "kept: an update", true},
    {"ESPHome version 2022.1.1 ", "sketch.bin", "not known", true},
};

static void a_first_install_erases_what_an_update_keeps(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(installs) / sizeof(installs[0]); i++) {
        char line[128];
        for (unsigned has_backup = 0; has_backup < 2; has_backup++) {
            put_device(installs[i].before);
            unlink("copy.bin");
            snprintf(line, sizeof(line), BENCH "flash %s %s",
                     has_backup ? "--backup copy.bin" : "", installs[i].image);
            ends(line, EXIT_DONE, installs[i].said);
            get_flash();
            assert_true(is_all(flash + KEPT, FLASH - KEPT,
                               installs[i].is_kept ? 0x5C : 0xFF));
            assert_true(is_all(flash + 0x80000, 100, 0x33));
        }
    }
}

static void pogo_has_its_own_way_with_them(void **state)
{
    (void)state;
    put_device("9.5.0(tasmota) Tasmota");
    ends(BENCH "flash bench.bin", EXIT_DONE, "read back");
    assert_non_null(strstr(said, "SDK settings of what was there before"));
    get_flash();
    assert_true(is_all(flash + KEPT, FLASH - KEPT, 0x5C));
    ends(BENCH "flash bench.bin", EXIT_DONE, "held it already");
    assert_null(strstr(said, "SDK settings"));
    ends(BENCH "flash tasmota.bin", EXIT_DONE, "erased: another firmware");
}

static void a_backup_is_what_was_there_before(void **state)
{
    (void)state;
    put_device("ESPHome version 2022.1.1 ");
    memcpy(old, flash, sizeof(old));
    ends(BENCH "flash --json --backup saved.bin --erase all --verify-read "
               "tasmota.bin",
         EXIT_DONE, "every byte was read back");
    get_flash();
    assert_true(is_all(flash + 0xA000, FLASH - 0xA000, 0xFF));
    assert_int_equal(get_file("saved.bin", flash, sizeof(flash)), FLASH);
    assert_memory_equal(flash, old, FLASH);
    ends(BENCH "restore saved.bin", EXIT_DONE, "are on the flash; ");
    get_flash();
    assert_memory_equal(flash, old, FLASH);
    ends(BENCH "restore saved.bin", EXIT_DONE, "256 of 256 sectors");
    ends(BENCH "restore tasmota.bin", EXIT_REFUSED, "not a backup");
    ends(BENCH "restore --force tasmota.bin", EXIT_DONE, "are on the flash");
    ends(BENCH "flash saved.bin", EXIT_DONE, "read back");
    get_flash();
    assert_memory_equal(flash, old, FLASH);
}

static void another_device_s_backup_is_named_as_such(void **state)
{
    (void)state;
    static const struct {
        const char *name, *other; /* NULL: no word of it */
    } rows[] = {
        {"pogo-5CCF7F000001-2026-11-21.bin", "5C:CF:7F:00:00:01"},
        {"./pogo-5ccf7f000001-2026-11-21-2.bin", "5C:CF:7F:00:00:01"},
        {"pogo-5CCF7F.bin", NULL},
        {"vendor.bin", NULL},
    };
    char line[128], json[256];
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        put_device(NULL);
        put_file(rows[i].name, flash, sizeof(flash));
        snprintf(line, sizeof(line), BENCH "restore --json %s", rows[i].name);
        ends(line, EXIT_DONE, "are on the flash");
        size_t n = get_file("stdout.txt", (uint8_t *)said, sizeof(said) - 1);
        said[n] = '\0';
        snprintf(json, sizeof(json), "\"other_device\":%s%s%s}",
                 rows[i].other ? "\"" : "",
                 rows[i].other ? rows[i].other : "null",
                 rows[i].other ? "\"" : "");
        assert_non_null(strstr(said, json));
        n = get_file("stderr.txt", (uint8_t *)said, sizeof(said) - 1);
        said[n] = '\0';
        assert_int_equal(strstr(said, "WARNING: by its name") != NULL,
                         rows[i].other != NULL);
    }
}

/* It may be the only copy of what the device came with. */
static void a_backup_takes_no_other_s_place(void **state)
{
    (void)state;
    static const char *const lines[] = {
        BENCH "backup vendor.bin",
        BENCH "flash --backup vendor.bin --erase all tasmota.bin",
    };
    static uint8_t kept[16];
    put_file("vendor.bin", "the only one", 12);
    put_device("9.5.0(tasmota) Tasmota");
    memcpy(old, flash, sizeof(old));
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        ends(lines[i], EXIT_REFUSED, "there already");
        assert_non_null(strstr(said, "vendor.bin"));
        assert_int_equal(get_file("vendor.bin", kept, sizeof(kept)), 12);
        assert_memory_equal(kept, "the only one", 12);
        get_flash();
        assert_memory_equal(flash, old, FLASH);
    }
}

static void a_mismatch_names_the_first_sector(void **state)
{
    (void)state;
    put_device(NULL);
    ends(BENCH "flash tasmota.bin", EXIT_DONE, "read back");
    get_flash();
    flash[0x3010] ^= 1;
    flash[0x5010] ^= 1;
    put_file("flash.bin", flash, sizeof(flash));
    ends(BENCH "verify tasmota.bin", EXIT_MISMATCH,
         "other bytes from 0x03000 on");
}

static void a_monitor_and_json_do_not_share_stdout(void **state)
{
    (void)state;
    static const char *const lines[] = {BENCH "flash --json --monitor dout.bin",
                                        BENCH "run --monitor-time 1 --json",
                                        BENCH "restore --json --monitor old"};
    put_device(NULL);
    put_file("old", flash, sizeof(flash));
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
        ends(lines[i], EXIT_USAGE, "--json and --monitor both use stdout");
}

static void a_jig_saves_each_board_and_reads_back(void **state)
{
    (void)state;
    put_device(NULL);
    memcpy(old, flash, sizeof(old));
    ends(BENCH "flash --json --loop --boards 1 --backup - --verify-read "
               "dout.bin",
         EXIT_DONE, "1 board: 1 passed");
    static char out[65536];
    (void)get_file("stdout.txt", (uint8_t *)out, sizeof(out) - 1);
    assert_non_null(
        strstr(out, "\"phase\":\"read\",\"done\":3024,\"total\":3024}"));
    const char *name = strstr(said, "saved  pogo-");
    char path[64] = "";
    assert_non_null(name);
    assert_int_equal(sscanf(name, "saved %63s", path), 1);
    assert_int_equal(get_file(path, flash, sizeof(flash)), FLASH);
    assert_memory_equal(flash, old, FLASH);
    ends(BENCH "flash --loop --boards 1 --backup one.bin dout.bin", EXIT_USAGE,
         "named by its MAC");
    ends(BENCH "flash --loop --boards 1 --monitor dout.bin", EXIT_USAGE,
         "goes without --monitor");
}

static void a_backup_s_name_has_the_mac_and_is_never_taken_twice(void **state)
{
    (void)state;
    static char out[2]
                   [65536]; /* a line for each event, the result at the end */
    for (unsigned i = 0; i < 2; i++) {
        ends("-p bench:mini,mac=5C:CF:7F:0A:0B:0C backup --json", EXIT_DONE,
             "pogo-5CCF7F0A0B0C-20");
        memset(out[i], 0, sizeof(out[i]));
        (void)get_file("stdout.txt", (uint8_t *)out[i], sizeof(out[i]) - 1);
        assert_non_null(strstr(out[i], "\"size\":1048576,\"md5\":\""));
    }
    assert_string_not_equal(out[0], out[1]);
    assert_non_null(strstr(out[1], "-2.bin"));
}

static void what_is_the_same_is_said(void **state)
{
    (void)state;
    put_device(NULL);
    ends(BENCH "flash tasmota.bin", EXIT_DONE, "read back");
    assert_null(strstr(said, "held it already"));
    ends(BENCH "flash tasmota.bin", EXIT_DONE, "all 8 sectors held it already");
    get_flash();
    flash[0x3000] ^= 1;
    put_file("flash.bin", flash, sizeof(flash));
    ends(BENCH "flash tasmota.bin", EXIT_DONE,
         "7 of 8 sectors held it already");
    ends(BENCH "verify --verify-read --json tasmota.bin", EXIT_DONE,
         "every byte was read back");
}

static void a_refusal_comes_before_the_first_erase(void **state)
{
    (void)state;
    static const struct {
        const char *line, *said;
    } rows[] = {
        {"flash --erase all esp32.bin", "is an image for an ESP32-C3"},
        {"flash --erase all whole.bin", "is an image for another chip"},
        {"flash --erase all over.bin", "settings begin at 0xfb000"},
        {"flash esp32.bin@0x1000", "is an image for an ESP32-C3"},
        {"flash tasmota.bin esp32.bin@0x10000", "for an ESP32-C3"},
        {"flash over.bin@0x1000", "0xfd000, settings begin at 0xfb000"},
        {"flash near.bin@0xf8000", "0x100000, settings begin at"},
        {"flash --erase all spoilt.bin.gz", "packed file is damaged"},
        {"flash --erase all four.bin", "larger flash"},
        {"flash --erase all --backup no/such.bin tasmota.bin", NULL},
    };
    static uint8_t file[0xFC000] = {0xE9, 3, 2, 0x20, 0, 0x10, 0x38,
                                    0x40, 0, 0, 0,    0, 5};
    /* Another chip's entry, in a file that reads as one of ours to its end. */
    const struct image_part part = {0x40080000, file, 0x2000};
    static uint8_t whole[0x2100];
    put_file("esp32.bin", file, 0x4000);
    assert_int_equal(image_build(IMAGE_DOUT, 0x20, 0x40080400, &part, 1, whole,
                                 sizeof(whole)),
                     ERR_NONE);
    put_file("whole.bin", whole, image_built_size(&part, 1));
    (void)make_arduino(file, 0xA000, "sketch");
    memset(file + 0xA000, 0, sizeof(file) - 0xA000);
    put_file("over.bin", file, sizeof(file));
    put_file("near.bin", file, 0x8000);
    put_file("spoilt.bin.gz", "\x1F\x8B\x08 nothing", 12);
    put_device("9.5.0(tasmota) Tasmota");
    memcpy(old, flash, sizeof(old));
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char line[128];
        snprintf(line, sizeof(line), BENCH "%s", rows[i].line);
        ends(line, rows[i].said ? EXIT_REFUSED : EXIT_FAILED,
             rows[i].said ? rows[i].said : "no/such.bin");
        get_flash();
        assert_memory_equal(flash, old, FLASH);
    }
}

/* Version 2, as Espressif's own tools make them for 0x1000. */
static size_t make_user1(uint8_t *file, size_t room)
{
    static uint8_t data[64];
    const struct image_part part = {0x40100000, data, sizeof(data)};
    struct image image;
    memset(file, 0, 48);
    memcpy(file, "\xEA\x04\x02\x20\x04\x00\x10\x40", 8);
    put_u32le(file + 12, 32);
    assert_int_equal(image_build(IMAGE_DIO, 0x20, 0x40100000, &part, 1,
                                 file + 48, room - 48),
                     ERR_NONE);
    size_t size = 48 + image_built_size(&part, 1) + 4;
    assert_int_equal(image_read(file, size, &image), ERR_IMAGE_CHECKSUM);
    put_u32le(file + size - 4, image.crc);
    return size;
}

static void espressif_s_files_go_where_they_belong(void **state)
{
    (void)state;
    static uint8_t file[0x2000];
    put_file("user1.bin", file, make_user1(file, sizeof(file)));
    memset(file, 0x05, 128);
    put_file("init.bin", file, 128);
    memset(file, 0xFF, 0x1000);
    put_file("blank.bin", file, 0x1000);
    put_device(NULL);
    ends(BENCH "flash dout.bin user1.bin@0x1000 init.bin@0xFC000 "
               "blank.bin@0xFE000",
         EXIT_DONE, "user1.bin at 0x01000 is an image for Espressif's");
    assert_null(strstr(said, "WARNING"));
    get_flash();
    assert_true(is_all(flash + 0xFC000, 128, 0x05));
    ends(BENCH "flash --force esp32.bin@0x10000", EXIT_DONE, "it is forced");
}

static void packed_images_are_unpacked(void **state)
{
    (void)state;
    static uint8_t file[0xA000];
    size_t size = get_file("tasmota.bin", file, sizeof(file));
    assert_int_equal(system("gzip -k9 tasmota.bin"), 0);
    put_device(NULL);
    ends(BENCH "flash tasmota.bin.gz", EXIT_DONE, "Tasmota 9.5.0(tasmota)");
    get_flash();
    assert_memory_equal(flash, file, size);
    ends(BENCH "verify tasmota.bin.gz", EXIT_DONE, "are on the flash");
    ends("image --json tasmota.bin.gz", EXIT_DONE, "");
}

static void a_foreign_image_gets_the_chip_s_size(void **state)
{
    (void)state;
    ends("-p bench:mini,size=4MB,flash=large.flash flash tasmota.bin",
         EXIT_DONE, "says flash size 1MB; the chip has 4MB: set so");
    ends("-p bench:mini,size=4MB,flash=large.flash verify tasmota.bin",
         EXIT_DONE, "flash size in its header");
    ends("-p bench:mini,size=4MB,flash=large.flash flash -fs keep tasmota.bin",
         EXIT_DONE, "7 of 8 sectors");
    ends("-p bench:mini,size=4MB flash bench.bin", EXIT_DONE, "read back");
    assert_null(strstr(said, "the chip has 4MB"));
}

/* A device that says a line every 100 ms. */
static uint64_t now_ms;

static enum err hear(struct link *link, uint8_t *data, size_t room,
                     unsigned timeout_ms, size_t *got)
{
    (void)link;
    static const char line[] = "up\r\n\x1B[2J\x01\x7F\xC3\xA4\xFF\xC3";
    assert_true(room >= sizeof(line));
    memcpy(data, line, sizeof(line) - 1);
    *got = sizeof(line) - 1;
    now_ms += timeout_ms;
    return now_ms > 2000 ? ERR_PORT_GONE : ERR_NONE;
}

static enum err set_baud(struct link *link, unsigned baud)
{
    (void)link;
    return baud == 115200 ? ERR_NONE : ERR_USAGE;
}

static uint64_t tell_time(struct link *link)
{
    (void)link;
    return now_ms;
}

static enum err watch(unsigned seconds, char *out, size_t room)
{
    static const struct link_ops ops = {
        .read = hear, .set_baud = set_baud, .now_ms = tell_time};
    struct link link = {.ops = &ops};
    fflush(NULL);
    int before = dup(1);
    assert_non_null(freopen("stdout.txt", "w", stdout));
    enum err e = monitor_run(&link, seconds);
    fflush(NULL);
    dup2(before, 1);
    close(before);
    out[get_file("stdout.txt", (uint8_t *)out, room - 1)] = '\0';
    return e;
}

static void the_monitor_shows_what_the_device_says(void **state)
{
    (void)state;
    char out[2048];
    now_ms = 0;
    assert_int_equal(watch(0, out, sizeof(out)), ERR_PORT_GONE);
    assert_memory_equal(out, "up\n.[2J..\xC3\xA4..up\n", 16);
    now_ms = 0;
    assert_int_equal(watch(1, out, sizeof(out)), ERR_NONE);
    assert_int_equal(now_ms, 1000);
    ends(BENCH "flash --json --monitor tasmota.bin", EXIT_USAGE,
         "both use stdout");
    put_device(NULL);
    ends(BENCH "flash --monitor-time 1 tasmota.bin", EXIT_DONE, "was reset");
}

/* A flash whose byte 5 reads as something else. */
static enum err read_wrong(struct flasher *f, uint32_t address, uint8_t *out,
                           uint32_t size)
{
    (void)f;
    for (uint32_t i = 0; i < size; i++)
        out[i] = address + i == 5 ? 1 : 0;
    return ERR_NONE;
}

static void a_byte_that_reads_wrong_is_named(void **state)
{
    (void)state;
    static const struct flash_path path = {.name = "wrong", .read = read_wrong};
    static struct session s;
    static const uint8_t zeros[64];
    s.flasher.path = &path;
    s.flasher.chip.flash_size = FLASH;
    assert_int_equal(session_read_back(&s.flasher, 0, zeros, 64), ERR_MISMATCH);
    assert_string_equal(s.flasher.detail, "0x01 at 0x00005, not 0x00");
    assert_int_equal(session_read_back(&s.flasher, 0, zeros, 4), ERR_NONE);
    assert_int_equal(session_read_back(&s.flasher, 8, zeros, 64), ERR_NONE);
}

static void protecting_bits_are_named(void **state)
{
    (void)state;
    static struct flasher f;
    struct flash_status s;
    uint8_t in = 0;
    const struct flasher_config config = {.port = "bench:mini"};
    const struct spi_command protect[2] = {
        {.opcode = 0x06},
        {.opcode = 0x01, .out_size = 1, .out = {0x84}},
    };
    assert_int_equal(flasher_open(&f, &config), ERR_NONE);
    assert_int_equal(flash_status_read(&f, &s), ERR_NONE);
    assert_false(flash_status_is_protected(&s));
    assert_int_equal(flash_status_size(&s), FLASH);
    assert_int_equal(f.path->spi(&f, protect, 2, &in), ERR_NONE);
    assert_int_equal(flash_status_read(&f, &s), ERR_NONE);
    assert_true(flash_status_is_protected(&s));
    assert_memory_equal(flash_status_bit(&s, 0), "BP0: ", 5);
    assert_memory_equal(flash_status_bit(&s, 1), "SRP0: ", 6);
    assert_null(flash_status_bit(&s, 2));
    flasher_close(&f, ERR_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_first_install_erases_what_an_update_keeps),
        cmocka_unit_test(pogo_has_its_own_way_with_them),
        cmocka_unit_test(a_backup_is_what_was_there_before),
        cmocka_unit_test(another_device_s_backup_is_named_as_such),
        cmocka_unit_test(a_backup_takes_no_other_s_place),
        cmocka_unit_test(a_mismatch_names_the_first_sector),
        cmocka_unit_test(a_monitor_and_json_do_not_share_stdout),
        cmocka_unit_test(a_jig_saves_each_board_and_reads_back),
        cmocka_unit_test(a_backup_s_name_has_the_mac_and_is_never_taken_twice),
        cmocka_unit_test(what_is_the_same_is_said),
        cmocka_unit_test(a_refusal_comes_before_the_first_erase),
        cmocka_unit_test(espressif_s_files_go_where_they_belong),
        cmocka_unit_test(packed_images_are_unpacked),
        cmocka_unit_test(a_foreign_image_gets_the_chip_s_size),
        cmocka_unit_test(the_monitor_shows_what_the_device_says),
        cmocka_unit_test(a_byte_that_reads_wrong_is_named),
        cmocka_unit_test(protecting_bits_are_named),
    };
    return cmocka_run_group_tests(tests, make_all, drop_files);
}
