/* The flasher against a bench in this process, by the ROM and by the stub. What
 * is on the flash is looked at in the bench's own file. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "tool/flasher.h"

#define FLASH 0x100000u

static char path[64], port[128], said[4096];
static uint8_t content[FLASH];
static struct flasher f;

static void say(void *ctx, const char *line)
{
    (void)ctx;
    strncat(said, line, sizeof(said) - strlen(said) - 2);
    strcat(said, "\n");
}

static const struct way {
    const char *name;
    const char *options;
    bool is_rom_only;
    unsigned baud;
} ways[] = {
    {"stub", "", false, 0},
    {"stub at 115200", "", false, 115200},
    {"stub at 921600, Puya", ",puya", false, 921600},
    {"ROM", "", true, 0},
    {"stub by hand", ",no-lines", false, 0},
    {"ROM by hand", ",no-lines,off", true, 0},
};
#define WAYS (sizeof(ways) / sizeof(ways[0]))

static void put_content(uint8_t fill)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    for (unsigned i = 0; i < FLASH; i++)
        content[i] = fill == 0xFF ? 0xFF : (uint8_t)(fill + i * 13 + (i >> 8));
    assert_int_equal(fwrite(content, 1, FLASH, file), FLASH);
    fclose(file);
}

static void get_content(void)
{
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    assert_int_equal(fread(content, 1, FLASH, file), FLASH);
    fclose(file);
}

static enum err open_way(const char *board, const struct way *way)
{
    snprintf(port, sizeof(port), "bench:%s,flash=%s%s", board, path,
             way->options);
    said[0] = '\0';
    print_message("# %s\n", way->name);
    return flasher_open(
        &f, &(struct flasher_config){.port = port,
                                     .baud = way->baud,
                                     .is_rom_only = way->is_rom_only,
                                     .wait_ms = 10000,
                                     .say = say});
}

static int make_file(void **state)
{
    (void)state;
    snprintf(path, sizeof(path), "/tmp/pogo_flasher_XXXXXX");
    int fd = mkstemp(path);
    if (fd >= 0)
        close(fd);
    return fd < 0;
}

static int drop_file(void **state)
{
    (void)state;
    return unlink(path);
}

static void fill(uint8_t *bytes, uint32_t size)
{
    for (uint32_t i = 0; i < size; i++)
        bytes[i] = (uint8_t)(0xC0 + i * 7 + (i >> 7)); /* C0 and DB too */
}

static void a_write_changes_its_sectors_and_no_others(void **state)
{
    (void)state;
    uint8_t bytes[9001];
    fill(bytes, sizeof(bytes));
    for (size_t w = 0; w < WAYS; w++) {
        for (int is_full = 0; is_full <= 1; is_full++) {
            put_content(is_full ? 0x35 : 0xFF);
            assert_int_equal(open_way("mini", &ways[w]), ERR_NONE);
            assert_int_equal(flasher_write(&f, 0x3000, bytes, sizeof(bytes)),
                             ERR_NONE);
            assert_false(f.is_incomplete);
            flasher_close(&f, ERR_NONE);
            uint8_t before = content[0x2FFF], after = content[0x6000];
            get_content();
            assert_memory_equal(content + 0x3000, bytes, sizeof(bytes));
            assert_int_equal(content[0x2FFF], before);
            assert_int_equal(content[0x6000], after);
            for (unsigned i = 0x3000 + sizeof(bytes); i < 0x6000; i++)
                assert_int_equal(content[i], 0xFF);
        }
    }
}

static void a_read_gives_what_is_there(void **state)
{
    (void)state;
    static uint8_t bytes[FLASH];
    put_content(0x71);
    for (size_t w = 0; w < WAYS; w++) {
        uint32_t size = ways[w].is_rom_only ? 0x1203 : FLASH;
        uint32_t at =
            FLASH - size - (size == FLASH ? 0 : 1) - (FLASH - size) % 4;
        at &= ~3u;
        assert_int_equal(open_way("mini", &ways[w]), ERR_NONE);
        assert_int_equal(flasher_read(&f, at, bytes, size), ERR_NONE);
        assert_memory_equal(bytes, content + at, size);
        flasher_close(&f, ERR_NONE);
    }
}

static void an_erase_takes_exactly_its_sectors(void **state)
{
    (void)state;
    static uint8_t before[FLASH];
    /* Across a whole 64 KB block, with odd sectors on both sides. */
    const uint32_t at = 0xF000, size = 0x13000;
    for (size_t w = 0; w < WAYS; w++) {
        put_content(0x11);
        memcpy(before, content, FLASH);
        assert_int_equal(open_way("basic", &ways[w]), ERR_NONE);
        assert_int_equal(flasher_erase(&f, at, size), ERR_NONE);
        flasher_close(&f, ERR_NONE);
        get_content();
        assert_memory_equal(content, before, at);
        for (unsigned i = at; i < at + size; i++)
            assert_int_equal(content[i], 0xFF);
        assert_memory_equal(content + at + size, before + at + size,
                            FLASH - at - size);
    }
}

static void the_whole_flash_is_erased(void **state)
{
    (void)state;
    for (size_t w = 0; w < WAYS; w++) {
        put_content(0x22);
        assert_int_equal(open_way("mini", &ways[w]), ERR_NONE);
        assert_int_equal(flasher_erase_chip(&f), ERR_NONE);
        flasher_close(&f, ERR_NONE);
        get_content();
        for (unsigned i = 0; i < FLASH; i++)
            assert_int_equal(content[i], 0xFF);
    }
}

static void verify_sees_one_wrong_bit(void **state)
{
    (void)state;
    static uint8_t bytes[5001];
    put_content(0x33);
    for (size_t w = 0; w < WAYS; w++) {
        assert_int_equal(open_way("mini", &ways[w]), ERR_NONE);
        memcpy(bytes, content + 0x2000, sizeof(bytes));
        assert_int_equal(flasher_verify(&f, 0x2000, bytes, sizeof(bytes)),
                         ERR_NONE);
        bytes[sizeof(bytes) - 1] ^= 0x80;
        assert_int_equal(flasher_verify(&f, 0x2000, bytes, sizeof(bytes)),
                         ERR_MISMATCH);
        flasher_close(&f, ERR_NONE);
    }
}

static void what_is_out_of_range_is_refused_untouched(void **state)
{
    (void)state;
    static uint8_t bytes[0x2000], before[FLASH];
    put_content(0x44);
    memcpy(before, content, FLASH);
    for (size_t w = 0; w < WAYS; w++) {
        assert_int_equal(open_way("mini", &ways[w]), ERR_NONE);
        assert_int_equal(flasher_write(&f, FLASH - 0x1000, bytes, 0x1001),
                         ERR_IMAGE_TOO_LARGE);
        assert_int_equal(flasher_write(&f, 0x10, bytes, 0x10), ERR_NOT_ALIGNED);
        assert_int_equal(flasher_erase(&f, 0x800, 0x1000), ERR_NOT_ALIGNED);
        assert_int_equal(flasher_erase(&f, 0, 0x1001), ERR_NOT_ALIGNED);
        assert_int_equal(flasher_read(&f, FLASH, bytes, 4), ERR_BAD_RANGE);
        assert_int_equal(flasher_read(&f, 2, bytes, 4), ERR_NOT_ALIGNED);
        flasher_close(&f, ERR_NONE);
        get_content();
        assert_memory_equal(content, before, FLASH);
    }
}

static void the_chip_is_known(void **state)
{
    (void)state;
    static const uint8_t mac[6] = {0x5C, 0xCF, 0x7F, 1, 2, 3};
    static const struct way with_mac = {"mac", ",mac=5C:CF:7F:01:02:03", false,
                                        0};
    put_content(0xFF);
    assert_int_equal(open_way("mini", &with_mac), ERR_NONE);
    assert_memory_equal(f.chip.mac, mac, 6);
    assert_true(f.chip.is_8285);
    assert_true(f.chip.is_bench);
    assert_int_equal(f.chip.embedded_size, FLASH);
    assert_int_equal(f.chip.crystal_mhz, 26);
    assert_int_equal(f.chip.flash_size, FLASH);
    flasher_close(&f, ERR_NONE);
    assert_int_equal(open_way("basic", &ways[0]), ERR_NONE);
    assert_false(f.chip.is_8285);
    flasher_close(&f, ERR_NONE);
}

static void by_hand_says_what_to_do_before_and_after(void **state)
{
    (void)state;
    put_content(0xFF);
    for (size_t w = 0; w < WAYS; w++) {
        bool is_by_hand = strstr(ways[w].options, "no-lines") != NULL;
        assert_int_equal(open_way("mini", &ways[w]), ERR_NONE);
        assert_int_equal(strstr(said, "Never with mains") != NULL, is_by_hand);
        flasher_close(&f, ERR_NONE);
        assert_int_equal(strstr(said, "disconnect the 3.3 V") != NULL,
                         is_by_hand);
        assert_int_equal(strstr(said, "The chip was reset.") != NULL,
                         !is_by_hand);
    }
}

static void a_failure_is_not_followed_by_advice(void **state)
{
    (void)state;
    for (size_t w = 0; w < WAYS; w++) {
        assert_int_equal(open_way("mini", &ways[w]), ERR_NONE);
        said[0] = '\0';
        flasher_close(&f, ERR_MISMATCH);
        assert_string_equal(said, "");
    }
}

static void a_chip_without_power_does_not_answer(void **state)
{
    (void)state;
    snprintf(port, sizeof(port), "bench:mini,off,no-lines");
    assert_int_equal(flasher_open(&f, &(struct flasher_config){.port = port}),
                     ERR_NO_ANSWER);
    assert_null(f.link);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_write_changes_its_sectors_and_no_others),
        cmocka_unit_test(a_read_gives_what_is_there),
        cmocka_unit_test(an_erase_takes_exactly_its_sectors),
        cmocka_unit_test(the_whole_flash_is_erased),
        cmocka_unit_test(verify_sees_one_wrong_bit),
        cmocka_unit_test(what_is_out_of_range_is_refused_untouched),
        cmocka_unit_test(the_chip_is_known),
        cmocka_unit_test(by_hand_says_what_to_do_before_and_after),
        cmocka_unit_test(a_failure_is_not_followed_by_advice),
        cmocka_unit_test(a_chip_without_power_does_not_answer),
    };
    return cmocka_run_group_tests(tests, make_file, drop_file);
}
