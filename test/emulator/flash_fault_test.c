/* Faults of the flash chip: what power leaves when it goes, odd sectors, words
 * that are programmed twice. */
#include "test/emulator/flash_fault_fixture.h"

static void a_torn_program_tears_one_word_of_its_own(void **state)
{
    static const struct {
        bool is_puya;
        uint32_t size;
        unsigned percent;
        unsigned least_old, least_done; /* of size / 4 words */
    } rows[] = {
        {false, 256, 50, 10, 10}, {false, 256, 1, 55, 0},
        {false, 256, 99, 0, 55},  {false, 32, 50, 0, 0},
        {false, 4, 50, 0, 0},     {true, 256, 50, 10, 10},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        uint8_t data[256], goal[256];
        for (unsigned k = 0; k < 256; k++)
            data[k] = (uint8_t)(0x5A ^ k);
        struct fixture *f = open_flash(3, rows[i].is_puya);
        rows[i].is_puya ? fill(f) : blank(f);
        uint32_t size = rows[i].size;
        assert_true(program(f, AT + 0x100, data, size));
        memcpy(goal, f->flash.data + AT + 0x100, size);
        lose_power(f, rows[i].percent);
        assert_only_changed(f, 0x100, size);
        struct found found = compare(f, 0x100, goal, size);
        if (found.torn != 1 || found.old < rows[i].least_old ||
            found.done < rows[i].least_done)
            fail_msg("row %zu: %u old, %u done, %u torn", i, found.old,
                     found.done, found.torn);
        for (uint32_t k = 0; k < size; k++) {
            uint8_t was = f->before[SECTOR / 2 + 0x100 + k];
            uint8_t is = f->flash.data[AT + 0x100 + k];
            assert_int_equal((is ^ was) & ~(goal[k] ^ was), 0);
        }
        assert_string_equal(f->said, "cut torn program 0x008100\n");
        assert_int_equal(f->changes, 2); /* the program, the tearing */
        close_flash(f);
    }
}

static void a_torn_erase_leaves_old_new_and_unstable_words(void **state)
{
    static const struct {
        unsigned percent, least_old, least_done, least_torn;
    } rows[] = {{0, 800, 0, 50}, {50, 300, 400, 50}, {95, 0, 900, 20}};
    uint8_t goal[SECTOR];
    (void)state;
    memset(goal, 0xFF, sizeof goal);
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct fixture *f = open_flash(3, false);
        fill(f);
        assert_true(erase(f, AT));
        lose_power(f, rows[i].percent);
        assert_only_changed(f, 0, SECTOR);
        struct found found = compare(f, 0, goal, SECTOR);
        if (found.old < rows[i].least_old || found.done < rows[i].least_done ||
            found.torn < rows[i].least_torn)
            fail_msg("row %zu: %u old, %u done, %u torn", i, found.old,
                     found.done, found.torn);
        assert_string_equal(f->said, "cut torn erase 0x008000\n");
        /* What was torn reads anew, and only that. */
        uint8_t first[SECTOR], second[SECTOR];
        flash_chip_power(&f->flash, true);
        flash_chip_read(&f->flash, AT, first, SECTOR);
        f->clock.now++;
        flash_chip_read(&f->flash, AT, second, SECTOR);
        unsigned differing = 0;
        for (uint32_t k = 0; k < SECTOR; k++) {
            uint8_t mask = f->flash.fault.unstable[AT + k];
            assert_int_equal((first[k] ^ second[k]) & ~mask, 0);
            assert_int_equal((first[k] ^ f->flash.data[AT + k]) & ~mask, 0);
            differing += first[k] != second[k];
        }
        assert_true(differing >= rows[i].least_torn);
        close_flash(f);
    }
}

static void what_is_complete_is_not_torn(void **state)
{
    (void)state;
    uint8_t data[256] = {0};
    struct fixture *f = open_flash(3, false);
    fill(f);
    erase_whole(f);
    assert_true(program(f, AT, data, sizeof data));
    settle(f);
    flash_chip_power(&f->flash, false);
    assert_memory_equal(f->flash.data + AT, data, sizeof data);
    for (uint32_t i = sizeof data; i < SECTOR; i++)
        assert_int_equal(f->flash.data[AT + i], 0xFF);
    assert_string_equal(f->said, "");
    close_flash(f);
}

static void a_reset_command_tears_as_power_does(void **state)
{
    (void)state;
    struct fixture *f = open_flash(3, false);
    fill(f);
    assert_true(erase(f, AT));
    flash_chip_command(&f->flash, 0x66, 0, NULL, 0, NULL, 0);
    flash_chip_command(&f->flash, 0x99, 0, NULL, 0, NULL, 0);
    assert_string_equal(f->said, "cut torn erase 0x008000\n");
    assert_false(flash_chip_is_busy(&f->flash));
    close_flash(f);
}

/* An erase and a program torn with this seed, the chip's bytes into out. */
static void torn_bytes(uint32_t seed, unsigned percent, uint8_t *out)
{
    uint8_t data[256];
    memset(data, 0x24, sizeof data);
    struct fixture *f = open_flash(seed, false);
    fill(f);
    assert_true(erase(f, AT));
    lose_power(f, percent);
    flash_chip_power(&f->flash, true);
    assert_true(program(f, AT + SECTOR, data, sizeof data));
    lose_power(f, percent);
    flash_chip_power(&f->flash, true);
    flash_chip_read(&f->flash, 0, out, MB);
    close_flash(f);
}

static void the_seed_decides_every_byte(void **state)
{
    (void)state;
    uint8_t *first = malloc(MB), *second = malloc(MB);
    for (uint32_t seed = 0; seed < 4; seed++) {
        torn_bytes(seed, 40, first);
        torn_bytes(seed, 40, second);
        assert_memory_equal(first, second, MB);
        torn_bytes(seed + 1, 40, second);
        assert_memory_not_equal(first + AT, second + AT, SECTOR);
        assert_memory_not_equal(first + AT + SECTOR, second + AT + SECTOR, 256);
    }
    free(first);
    free(second);
}

static void a_whole_erase_makes_unstable_bits_sound(void **state)
{
    (void)state;
    uint8_t data[SECTOR], zero[256] = {0};
    struct fixture *f = open_flash(5, false);
    fill(f);
    assert_true(erase(f, AT));
    lose_power(f, 50);
    flash_chip_power(&f->flash, true);
    assert_true(program(f, AT, zero, sizeof zero));
    settle(f);
    flash_chip_read(&f->flash, AT, data, SECTOR);
    assert_memory_equal(data, zero, sizeof zero); /* also in unstable words */
    erase_whole(f);
    for (unsigned i = 0; i < 3; i++) {
        f->clock.now++;
        flash_chip_read(&f->flash, AT, data, SECTOR);
        for (uint32_t k = 0; k < SECTOR; k++)
            assert_int_equal(data[k], 0xFF);
        flash_chip_power(&f->flash, false);
        flash_chip_power(&f->flash, true);
    }
    close_flash(f);
}

/* Operation 1 and 4 are erases, the others programs of 32 bytes; all follow
 * each other at once. Returns how many were begun. */
static unsigned do_six(struct fixture *f)
{
    uint8_t data[32];
    unsigned begun = 0;
    memset(data, 0x11, sizeof data);
    for (unsigned i = 0; i < 6 && f->flash.has_power; i++) {
        begun += i % 3 == 0 ? erase(f, AT)
                            : program(f, AT + 32 * i, data, sizeof data);
        run_until(f, f->flash.busy_until);
        run_until(f, f->clock.now + 1);
    }
    return begun;
}

static void power_is_cut_at_the_nth_operation(void **state)
{
    static const struct {
        uint32_t n;
        enum fault_outcome outcome;
        unsigned begun;
        uint64_t programs, erases;
        const char *said;
    } rows[] = {
        {0, FAULT_TORN, 6, 4, 2, ""},
        {7, FAULT_TORN, 6, 4, 2, ""},
        {1, FAULT_TORN, 1, 0, 1, "cut torn erase 0x008000\n"},
        {2, FAULT_TORN, 2, 1, 1, "cut torn program 0x008000\n"},
        {4, FAULT_TORN, 4, 2, 2, "cut torn erase 0x008000\n"},
        {1, FAULT_BEFORE, 0, 0, 0, "cut before erase 0x008000\n"},
        {3, FAULT_BEFORE, 2, 1, 1, "cut before program 0x008000\n"},
        {3, FAULT_AFTER, 3, 2, 1, "cut after program 0x008000\n"},
        {6, FAULT_AFTER, 6, 4, 2, "cut after program 0x008000\n"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct fixture *f = open_flash(1, false);
        fill(f);
        flash_fault_cut(&f->flash, rows[i].n, rows[i].outcome);
        assert_int_equal(do_six(f), rows[i].begun);
        assert_string_equal(f->said, rows[i].said);
        assert_int_equal(f->flash.programs, rows[i].programs);
        assert_int_equal(f->flash.erases, rows[i].erases);
        assert_int_equal(f->flash.has_power, rows[i].said[0] == 0);
        if (rows[i].outcome == FAULT_BEFORE && rows[i].n == 1)
            assert_only_changed(f, 0, 0);
        flash_chip_power(&f->flash, true);
        assert_true(erase(f, AT)); /* it came once */
        settle(f);
        close_flash(f);
    }
}

static void before_and_after_are_clean(void **state)
{
    (void)state;
    uint8_t data[32];
    memset(data, 0x11, sizeof data);
    for (unsigned is_after = 0; is_after < 2; is_after++) {
        struct fixture *f = open_flash(1, false);
        blank(f);
        flash_fault_cut(&f->flash, 1, is_after ? FAULT_AFTER : FAULT_BEFORE);
        assert_int_equal(program(f, AT, data, sizeof data), is_after);
        /* Nothing begins between this and the loss of power. */
        assert_false(program(f, AT + 32, data, sizeof data));
        run_until(f, f->flash.busy_until);
        assert_false(f->flash.has_power);
        assert_only_changed(f, 0, is_after ? 32 : 0);
        assert_int_equal(f->flash.data[AT], is_after ? 0x11 : 0xFF);
        close_flash(f);
    }
}

static void a_stuck_sector_does_not_change(void **state)
{
    (void)state;
    uint8_t zero[32] = {0};
    struct fixture *f = open_flash(1, false);
    fill(f);
    assert_true(flash_fault_sector(&f->flash, AT / SECTOR, SECTOR_STUCK));
    assert_false(flash_fault_sector(&f->flash, MB / SECTOR, SECTOR_STUCK));
    assert_true(erase(f, AT));
    assert_true(flash_chip_is_busy(&f->flash));
    settle(f);
    assert_true(program(f, AT, zero, sizeof zero));
    settle(f);
    assert_only_changed(f, 0, 0);
    /* An erase of the block goes round it. */
    enable(f);
    assert_true(flash_chip_erase(&f->flash, AT, 0x10000));
    settle(f);
    assert_memory_equal(f->flash.data + AT, f->before + SECTOR / 2, SECTOR);
    assert_int_equal(f->flash.data[AT - 1], 0xFF);
    assert_int_equal(f->flash.data[AT + SECTOR], 0xFF);
    assert_true(flash_fault_sector(&f->flash, AT / SECTOR, SECTOR_FINE));
    erase_whole(f);
    assert_int_equal(f->flash.data[AT], 0xFF);
    close_flash(f);
}

static unsigned wrong_bytes(uint32_t seed, uint32_t size, uint8_t *out)
{
    uint8_t data[256];
    memset(data, 0xA5, sizeof data);
    struct fixture *f = open_flash(seed, false);
    blank(f);
    assert_true(flash_fault_sector(&f->flash, AT / SECTOR, SECTOR_WORN));
    assert_true(program(f, AT, data, size));
    settle(f);
    assert_only_changed(f, 0, size);
    unsigned wrong = 0;
    for (uint32_t i = 0; i < size; i++)
        wrong += f->flash.data[AT + i] != data[i];
    memcpy(out, f->flash.data + AT, size);
    close_flash(f);
    return wrong;
}

static void a_worn_sector_keeps_wrong_bits(void **state)
{
    (void)state;
    uint8_t first[256], second[256];
    for (uint32_t seed = 0; seed < 20; seed++) {
        assert_int_equal(wrong_bytes(seed, 1, first), 1);
        unsigned wrong = wrong_bytes(seed, 256, first);
        assert_in_range(wrong, 4, 60);
        assert_int_equal(wrong_bytes(seed, 256, second), wrong);
        assert_memory_equal(first, second, 256);
        wrong_bytes(seed + 1, 256, second);
        assert_memory_not_equal(first, second, 256);
    }
}

static void words_programmed_twice_are_counted(void **state)
{
    static const struct {
        uint32_t address;
        const char *data;
        uint64_t count; /* so far */
        const char *said;
    } rows[] = {
        {AT, "abcdefgh", 0, ""},
        {AT + 8, "ij", 0, ""},
        {AT + 10, "kl", 1, "rewrite 0x008008 words 1\n"},
        {AT + 4, "abcdefgh", 3, "rewrite 0x008004 words 2\n"},
        {AT + 12, "\xFF\xFF\xFF\xFF", 3, ""},
        {AT + 12, "mnop", 3, ""},
        {AT, "\xFF\xFF\xFF\xFF", 4, "rewrite 0x008000 words 1\n"},
    };
    (void)state;
    struct fixture *f = open_flash(1, false);
    f->flash.fault.is_strict = true;
    for (size_t i = 0; i < COUNT(rows); i++) {
        f->said[0] = 0;
        assert_true(
            program(f, rows[i].address, rows[i].data, strlen(rows[i].data)));
        settle(f);
        assert_int_equal(f->flash.fault.rewrites, rows[i].count);
        assert_string_equal(f->said, rows[i].said);
    }
    erase_whole(f);
    f->said[0] = 0;
    assert_true(program(f, AT, "abcd", 4));
    settle(f);
    assert_int_equal(f->flash.fault.rewrites, 4);
    /* Over the page's end it goes on at its beginning. */
    f->flash.fault.is_strict = false;
    assert_true(program(f, AT + 252, "qrstuvwx", 8));
    settle(f);
    assert_int_equal(f->flash.fault.rewrites, 5);
    assert_string_equal(f->said, "");
    close_flash(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_torn_program_tears_one_word_of_its_own),
        cmocka_unit_test(a_torn_erase_leaves_old_new_and_unstable_words),
        cmocka_unit_test(what_is_complete_is_not_torn),
        cmocka_unit_test(a_reset_command_tears_as_power_does),
        cmocka_unit_test(the_seed_decides_every_byte),
        cmocka_unit_test(a_whole_erase_makes_unstable_bits_sound),
        cmocka_unit_test(power_is_cut_at_the_nth_operation),
        cmocka_unit_test(before_and_after_are_clean),
        cmocka_unit_test(a_stuck_sector_does_not_change),
        cmocka_unit_test(a_worn_sector_keeps_wrong_bits),
        cmocka_unit_test(words_programmed_twice_are_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
