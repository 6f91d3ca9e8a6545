/* Flash chips that begin with the same content and share its memory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "emulator/flash_chip.h"

#define SIZE 0x100000u

struct two {
    struct clock clock;
    struct flash_base *base;
    struct flash_chip chip[2];
    char file[32];
};

static void make_file(char file[32], const void *bytes, size_t size)
{
    strcpy(file, "/tmp/pogo-base-XXXXXX");
    int fd = mkstemp(file);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, bytes, size), size);
    close(fd);
}

static void open_two(struct two *t)
{
    struct flash_chip_config config = {
        .size = SIZE, .jedec = 0x1440EF, .modes = 0xF};
    memset(t, 0, sizeof *t);
    make_file(t->file, "abcdef", 6);
    assert_int_equal(flash_base_open(t->file, SIZE, &t->base), ERR_NONE);
    config.base = t->base;
    for (unsigned i = 0; i < 2; i++) {
        assert_int_equal(flash_chip_init(&t->chip[i], &t->clock, &config),
                         ERR_NONE);
        flash_chip_power(&t->chip[i], true);
    }
}

static void close_two(struct two *t)
{
    flash_chip_free(&t->chip[0]);
    flash_chip_free(&t->chip[1]);
    flash_base_close(t->base);
    unlink(t->file);
}

static void assert_holds(const struct flash_chip *chip, uint32_t address,
                         const char *text)
{
    char got[16];
    flash_chip_read(chip, address, got, strlen(text));
    assert_memory_equal(got, text, strlen(text));
}

static void both_begin_with_the_file_and_blank_after_it(void **state)
{
    (void)state;
    struct two t;
    open_two(&t);
    for (unsigned i = 0; i < 2; i++) {
        assert_holds(&t.chip[i], 0, "abcdef\xFF\xFF");
        assert_holds(&t.chip[i], SIZE - 4, "\xFF\xFF\xFF\xFF");
    }
    close_two(&t);
}

static void each_keeps_its_changes_to_itself(void **state)
{
    (void)state;
    struct two t;
    char kept[8] = {0};
    open_two(&t);
    t.chip[0].is_write_enabled = true;
    assert_true(flash_chip_program(&t.chip[0], 6, "xyz", 3));
    t.clock.now += CYCLES_PER_S;
    assert_holds(&t.chip[0], 0, "abcdefxyz\xFF");
    assert_holds(&t.chip[1], 0, "abcdef\xFF\xFF\xFF\xFF");
    t.chip[1].is_write_enabled = true;
    assert_true(flash_chip_erase(&t.chip[1], 0, 0x1000));
    t.clock.now += CYCLES_PER_S;
    assert_holds(&t.chip[0], 0, "abcdefxyz\xFF");
    assert_holds(&t.chip[1], 0, "\xFF\xFF\xFF\xFF\xFF\xFF\xFF");
    FILE *file = fopen(t.file, "r");
    assert_non_null(file);
    assert_int_equal(fread(kept, 1, sizeof kept, file), 6);
    assert_string_equal(kept, "abcdef");
    fclose(file);
    close_two(&t);
}

static void a_file_that_does_not_fit_is_refused(void **state)
{
    (void)state;
    struct flash_base *base;
    char file[32], *bytes = calloc(1, SIZE + 1);
    assert_non_null(bytes);
    make_file(file, bytes, SIZE + 1);
    assert_int_equal(flash_base_open(file, SIZE, &base), ERR_IMAGE_TOO_LARGE);
    assert_null(base);
    unlink(file);
    assert_int_equal(flash_base_open(file, SIZE, &base), ERR_FILE_OPEN);
    assert_null(base);
    free(bytes);
}

static void a_base_of_another_size_is_refused(void **state)
{
    (void)state;
    struct clock clock = {0};
    struct flash_chip chip;
    struct flash_chip_config config = {
        .size = 2 * SIZE, .jedec = 0x1540EF, .modes = 0xF};
    struct flash_base *base;
    assert_int_equal(flash_base_open(NULL, SIZE, &base), ERR_NONE);
    config.base = base;
    assert_int_equal(flash_chip_init(&chip, &clock, &config), ERR_BAD_RANGE);
    flash_base_close(base);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_begin_with_the_file_and_blank_after_it),
        cmocka_unit_test(each_keeps_its_changes_to_itself),
        cmocka_unit_test(a_file_that_does_not_fit_is_refused),
        cmocka_unit_test(a_base_of_another_size_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
