/* A device with one or another firmware on it, image files, and lines that are
 * run against both: for steps_test.c. */
#ifndef TEST_TOOL_STEPS_FILES_H
#define TEST_TOOL_STEPS_FILES_H

#include "format/bytes.h"
#include "test/tool/cmd_line.h"

#define FLASH 0x100000u
#define KEPT 0xFB000u /* RF and SDK sectors of a 1 MB flash */

static uint8_t flash[FLASH], old[FLASH];
static char said[8192];

/* As Arduino's core makes them: eboot, and a program with words in it. */
static size_t make_arduino(uint8_t *file, size_t room, const char *words)
{
    static uint8_t data[0x6000], code[0x800];
    const struct image_part boot = {0x4010F000, data, 16};
    const struct image_part part[2] = {{0x40100000, data, sizeof(data)},
                                       {0x3FFE8000, code, sizeof(code)}};
    memset(file, 0xFF, room);
    for (size_t i = 0; i < sizeof(data); i++)
        data[i] = (uint8_t)(i * 7 + i / 256 + (uint8_t)words[0]);
    assert_int_equal(
        image_build(IMAGE_DOUT, 0x20, 0x4010F000, &boot, 1, file, 0x1000),
        ERR_NONE);
    memcpy(data + sizeof(data) - 64, words, strlen(words) + 1);
    assert_int_equal(image_build(IMAGE_DOUT, 0x20, 0x40100000, part, 2,
                                 file + 0x1000, room - 0x1000),
                     ERR_NONE);
    return 0x1000 + image_built_size(part, 2);
}

static void put_arduino(const char *name, const char *words)
{
    static uint8_t file[0xA000];
    put_file(name, file, make_arduino(file, sizeof(file), words));
}

/* As a Sonoff is sold: Espressif's boot loader, and what that starts. */
static void make_vendor(uint8_t *file)
{
    static uint8_t data[0x400];
    const struct image_part boot = {0x40100000, data, sizeof(data)};
    assert_int_equal(
        image_build(IMAGE_DOUT, 0x20, 0x40100000, &boot, 1, file, 0x1000),
        ERR_NONE);
    file[0x1000] = IMAGE_MAGIC_V2;
    file[0x1001] = 4;
    memset(file + 0x1002, 0, 0x4000);
}

/* An update of an Arduino program that was cut off behind eboot. */
static void make_cut(uint8_t *file)
{
    (void)make_arduino(file, 0xA000, "9.5.0(tasmota) Tasmota");
    memset(file + 0x1000, 0xFF, 0x9000);
}

/* A device with this firmware on it and old bytes in the last sectors. */
static void put_device(const char *words)
{
    memset(flash, 0xFF, sizeof(flash));
    memset(flash + KEPT, 0x5C, FLASH - KEPT);
    if (words && strcmp(words, "VENDOR") == 0)
        make_vendor(flash);
    else if (words && strcmp(words, "CUT") == 0)
        make_cut(flash);
    else if (words)
        (void)make_arduino(flash, 0xA000, words);
    memset(flash + 0x80000, 0x33, 100);
    put_file("flash.bin", flash, sizeof(flash));
}

static void get_flash(void)
{
    assert_int_equal(get_file("flash.bin", flash, sizeof(flash)), FLASH);
}

static bool is_all(const uint8_t *bytes, size_t size, uint8_t value)
{
    for (size_t i = 0; i < size; i++) {
        if (bytes[i] != value)
            return false;
    }
    return true;
}

static void ends(const char *line, int code, const char *part)
{
    print_message("# %s\n", line);
    int got = run(line, said, sizeof(said));
    if (got != code || !strstr(said, part))
        print_message("# %d: %s\n", got, said);
    assert_int_equal(got, code);
    assert_non_null(strstr(said, part));
    for (const char *p = said; *p; p += strcspn(p, "\n") + 1)
        assert_true(strcspn(p, "\n") <= 80);
}

static int make_all(void **state)
{
    if (make_files(state) != 0)
        return -1;
    put_arduino("tasmota.bin", "9.5.0(tasmota) Tasmota");
    put_arduino("tasmota2.bin", "Upgraded 10.0.0(tasmota) Tasmota");
    put_arduino("esphome.bin", "ESPHome version 2023.5.1 ");
    put_arduino("sketch.bin", "a sketch of mine");
    return 0;
}

#endif
