/* Parameters in three sectors: what a power cut leaves, at every flash
 * operation. */
#include "test/emulator/sdk_fixture.h"

#define FIRST 0xF0u
#define SIZE 600u

static void fill(uint32_t at, uint32_t seed)
{
    for (uint32_t i = 0; i < SIZE; i += 4)
        poke(chip, at + i, seed * 2654435761u + i);
}

static bool is_filled(uint32_t at, uint32_t seed)
{
    for (uint32_t i = 0; i < SIZE; i += 4)
        if (peek(chip, at + i) != seed * 2654435761u + i)
            return false;
    return true;
}

static uint32_t save(uint32_t seed)
{
    fill(BUFFER, seed);
    return call("system_param_save_with_protect", FIRST, BUFFER, SIZE, 0);
}

static bool holds(uint32_t seed)
{
    assert_int_equal(call("system_param_load", FIRST, 0, BUFFER + SIZE, SIZE),
                     1);
    return is_filled(BUFFER + SIZE, seed);
}

static void what_was_saved_is_loaded(void **state)
{
    (void)state;
    for (uint32_t seed = 1; seed < 6; seed++) {
        uint64_t before = chip->clock.now;
        assert_int_equal(save(seed), 1);
        assert_true(chip->clock.now - before > CYCLES_PER_MS * 40);
        assert_true(holds(seed));
        assert_false(flash_chip_is_busy(&chip->flash));
    }
    assert_int_equal(call("system_param_load", FIRST, 100, BUFFER, 4), 1);
    assert_int_equal(peek(chip, BUFFER), 5 * 2654435761u + 100);
}

static void the_same_is_not_written_again(void **state)
{
    (void)state;
    assert_int_equal(save(1), 1);
    uint64_t erases = chip->flash.erases;
    assert_int_equal(save(1), 1);
    assert_int_equal(chip->flash.erases, erases);
    assert_int_equal(save(2), 1);
    assert_int_equal(chip->flash.erases, erases + 2);
}

static void the_flag_is_the_archives(void **state)
{
    (void)state;
    const uint8_t *flag = chip->flash.data + (FIRST + 2) * 0x1000;
    static const uint8_t mark[] = {0xAA, 0x55, 0xAA, 0x55, 1, 0, 0, 0};
    static const uint8_t mark2[] = {0x55, 0xAA, 0x55, 0xAA};
    assert_int_equal(save(1), 1);
    assert_int_equal(flag[0], 0); /* blank counts as the second */
    assert_memory_equal(flag + 4, mark, sizeof(mark));
    assert_memory_equal(flag + 28, mark2, sizeof(mark2));
    assert_int_equal(save(2), 1);
    assert_int_equal(flag[0], 1);
    assert_int_equal(flag[8], 2);
}

static void what_cannot_be_is_refused(void **state)
{
    static const char save_name[] = "system_param_save_with_protect";
    (void)state;
    assert_int_equal(call(save_name, FIRST, 0, 4, 0), 0);
    assert_int_equal(call(save_name, FIRST, BUFFER, 0x1004, 0), 0);
    assert_int_equal(call(save_name, 0xFE, BUFFER, 4, 0), 0);
    assert_int_equal(call("system_param_load", FIRST, 0xFFC, BUFFER, 8), 0);
    assert_int_equal(call("system_param_load", FIRST, 0, 0, 4), 0);
    (void)call(save_name, FIRST, BUFFER + 1, 4, 0);
    assert_rule("flash-aligned");
    (void)call("system_param_load", FIRST, 2, BUFFER, 4);
    assert_rule("flash-aligned");
}

/* Save seed 3 over seed 2, and take power away after `steps` steps. False: the
 * save had ended before. */
static bool cut_after(unsigned steps)
{
    const struct native *row =
        native_find_name("system_param_save_with_protect");
    bool is_cut = false;
    fill(BUFFER, 3);
    chip->cpu.a[2] = FIRST;
    chip->cpu.a[3] = BUFFER;
    chip->cpu.a[4] = SIZE;
    for (unsigned i = 0; i < steps; i++) {
        enum native_result result = step(row);
        if (result == NATIVE_RETURN)
            return false;
        if (result == NATIVE_AGAIN)
            pass(chip, CYCLES_PER_MS * 3); /* in the middle of an erase */
        else
            row = native_find(chip->cpu.pc);
        is_cut = true;
    }
    chip_power(chip, false);
    chip_power(chip, true);
    chip->cpu.is_stopped = true;
    chip->cpu.a[0] = CALLER;
    chip->cpu.a[1] = STACK;
    return is_cut;
}

static void a_cut_leaves_the_old_or_the_new(void **state)
{
    unsigned old = 0, new = 0, saves;
    (void)state;
    /* From either sector to the other. */
    for (saves = 1; saves <= 2; saves++) {
        for (unsigned steps = 1;; steps++) {
            for (uint32_t i = 0; i < 3; i++)
                (void)call("spi_flash_erase_sector", FIRST + i, 0, 0, 0);
            for (unsigned i = 0; i < saves; i++)
                assert_int_equal(save(i + 3 - saves), 1);
            if (!cut_after(steps))
                break;
            /* Loaded once: bits of a torn flag may read differently. */
            bool is_old = holds(2);
            assert_true(is_old || is_filled(BUFFER + SIZE, 3));
            old += is_old;
            new += !is_old;
            assert_int_equal(save(4), 1);
            assert_true(holds(4));
        }
    }
    assert_true(old > 10);
    assert_true(new > 2);
}

static void restoring_blanks_the_sdks_own(void **state)
{
    (void)state;
    start();
    assert_int_equal(register_partitions(), 1);
    poke(chip, BUFFER, 0x12345678);
    assert_int_equal(call("system_param_save_with_protect", 0xFD, BUFFER, 4, 0),
                     1);
    (void)call("system_restore", 0, 0, 0, 0);
    assert_int_equal(call("system_param_load", 0xFD, 0, BUFFER, 4), 1);
    assert_int_equal(peek(chip, BUFFER), 0xFFFFFFFF);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(what_was_saved_is_loaded),        T(the_same_is_not_written_again),
        T(the_flag_is_the_archives),        T(what_cannot_be_is_refused),
        T(a_cut_leaves_the_old_or_the_new), T(restoring_blanks_the_sdks_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
