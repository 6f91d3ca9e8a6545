/* The SDK's natives, called as guest code would: arguments in a2.., one step
 * at a time. */
#include "test/emulator/sdk_fixture.h"

static void posts_arrive_in_order_until_the_queue_is_full(void **state)
{
    (void)state;
    assert_int_equal(call("system_os_post", 0, 1, 1, 0), 0); /* no task yet */
    assert_int_equal(call("system_os_task", FUNCTION(1), 0, QUEUE, 2), 1);
    assert_int_equal(call("system_os_task", FUNCTION(2), 2, QUEUE + 64, 2), 1);
    assert_int_equal(call("system_os_task", FUNCTION(3), 3, QUEUE, 2), 0);
    assert_int_equal(call("system_os_post", 0, 11, 12, 0), 1);
    assert_int_equal(call("system_os_post", 0, 21, 22, 0), 1);
    assert_int_equal(call("system_os_post", 0, 31, 32, 0), 0);
    assert_int_equal(call("system_os_post", 2, 41, 42, 0), 1);
    assert_int_equal(loop(), FUNCTION(2)); /* the higher priority */
    assert_int_equal(peek(chip, chip->cpu.a[2]), 41);
    assert_int_equal(loop(), FUNCTION(1));
    assert_int_equal(peek(chip, chip->cpu.a[2]), 11);
    assert_int_equal(peek(chip, chip->cpu.a[2] + 4), 12);
    assert_int_equal(call("system_os_post", 0, 51, 52, 0), 1);
    assert_int_equal(loop(), FUNCTION(1));
    assert_int_equal(peek(chip, chip->cpu.a[2]), 21);
    assert_int_equal(loop(), FUNCTION(1));
    assert_int_equal(peek(chip, chip->cpu.a[2]), 51);
    assert_int_equal(loop(), 0);
}

static void flash_is_erased_written_and_read(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < 1000; i += 4)
        poke(chip, BUFFER + i, i * 2654435761u);
    uint64_t before = chip->clock.now;
    assert_int_equal(call("spi_flash_erase_sector", 0xF7, 0, 0, 0), SDK_OK);
    assert_true(chip->clock.now - before > CYCLES_PER_MS * 10);
    assert_int_equal(call("spi_flash_write", 0xF7010, BUFFER, 1000, 0), SDK_OK);
    assert_false(flash_chip_is_busy(&chip->flash));
    assert_int_equal(call("spi_flash_read", 0xF7010, BUFFER + 1000, 1000, 0),
                     SDK_OK);
    for (uint32_t i = 0; i < 1000; i += 4)
        assert_int_equal(peek(chip, BUFFER + 1000 + i), i * 2654435761u);
    assert_int_equal(call("spi_flash_get_id", 0, 0, 0, 0), WINBOND_1M);
}

static void flash_past_its_end_fails(void **state)
{
    (void)state;
    assert_int_equal(call("spi_flash_erase_sector", 0x100, 0, 0, 0),
                     SDK_FAILED);
    assert_int_equal(call("spi_flash_read", 0xFFFFC, BUFFER, 8, 0), SDK_FAILED);
    assert_int_equal(call("spi_flash_write", 0xFFFFFFFC, BUFFER, 8, 0),
                     SDK_FAILED);
}

static void a_read_function_of_the_program_is_asked(void **state)
{
    (void)state;
    (void)call("spi_flash_set_read_func", FUNCTION(5), 0, 0, 0);
    chip->cpu.a[2] = 0x1000;
    chip->cpu.a[3] = BUFFER;
    chip->cpu.a[4] = 16;
    assert_int_equal(step(native_find_name("spi_flash_read")), NATIVE_JUMP);
    assert_int_equal(chip->cpu.pc, FUNCTION(5));
    assert_int_equal(chip->cpu.a[2], 0x3FFFC718); /* the ROM's flashchip */
    assert_int_equal(chip->cpu.a[3], 0x1000);
    assert_int_equal(chip->cpu.a[4], BUFFER);
    assert_int_equal(chip->cpu.a[5], 16);
    (void)call("spi_flash_set_read_func", 0, 0, 0, 0);
    assert_int_equal(call("spi_flash_read", 0x1000, BUFFER, 16, 0), SDK_OK);
    assert_int_equal(call("spi_flash_read", 0x1000, 0, 16, 0), SDK_FAILED);
    assert_int_equal(call("spi_flash_write", 0x1000, 0, 16, 0), SDK_FAILED);
    assert_int_equal(call("spi_flash_erase_protect_enable", 0, 0, 0, 0), 1);
}

static void flash_that_is_not_aligned_stops_with_the_rule(void **state)
{
    static const uint32_t rows[][3] = {
        {2, BUFFER, 4}, {0, BUFFER + 1, 4}, {0, BUFFER, 5}};
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        chip->stop_reason[0] = 0;
        (void)call("spi_flash_read", rows[i][0], rows[i][1], rows[i][2], 0);
        assert_non_null(strstr(chip->stop_reason, "multiples of 4"));
        assert_non_null(strstr(chip->stop_reason, "40100000"));
    }
}

static void an_image_without_a_start_table_is_stopped(void **state)
{
    (void)state;
    poke(chip, SDK_START_TABLE, 0);
    assert_int_equal(step(native_find_name("call_user_start")), NATIVE_STOP);
    assert_non_null(strstr(chip->stop_reason, "start table"));
}

static void start_clears_bss_and_calls_user_pre_init(void **state)
{
    (void)state;
    start();
    assert_int_equal(peek(chip, BUFFER), 0);
    assert_int_equal(peek(chip, BUFFER + 96), 0);
    assert_int_equal(peek(chip, BUFFER + 100), 1);
    assert_int_equal(chip->cpu.pc, FUNCTION(1));
    assert_int_equal(chip->uart[0].clock_hz, UART_CLOCK_ROM);
    assert_true(chip->dport.is_cache_on);
}

/* What a native says goes out before it resets the chip. */
static void run_to_reset(void)
{
    for (unsigned i = 0; i < 1000; i++) {
        if (chip->reset_cause == RESET_SOFTWARE)
            return;
        if (step(native_find(chip->cpu.pc)) == NATIVE_AGAIN)
            pass(chip, CYCLES_PER_US * 100);
    }
}

/* Restart for ever until the PHY sector begins with 05. */
static void user_init_runs_only_with_phy_data(void **state)
{
    (void)state;
    for (unsigned has = 0; has < 2; has++) {
        start();
        assert_int_equal(register_partitions(), 1);
        chip->flash.data[0xFC000] = has ? 5 : 0xFF;
        assert_int_equal(step(native_find_name("sdk.pre_init_done")),
                         NATIVE_JUMP);
        if (!has) {
            assert_non_null(strstr(chip->rom.text, "rf_cal[0] !=0x05,is 0xFF"));
            run_to_reset();
            assert_int_equal(chip->reset_cause, RESET_SOFTWARE);
            continue;
        }
        assert_int_equal(chip->cpu.pc, FUNCTION(2));
        assert_int_equal(chip->uart[0].clock_hz, UART_CLOCK_SDK);
    }
}

/* Then what user_init asked for, and only then timers and tasks. */
static void the_end_of_the_start_is_told_first(void **state)
{
    (void)state;
    start();
    arm(4, 0, false);
    (void)call("system_init_done_cb", FUNCTION(3), 0, 0, 0);
    assert_int_equal(step(native_find_name("sdk.init_done")), NATIVE_JUMP);
    assert_int_equal(chip->cpu.pc, FUNCTION(3));
    assert_int_equal(chip->cpu.a[0], SDK_STEP_LOOP);
    assert_int_equal(loop(), FUNCTION(4));
    assert_int_equal(loop(), 0);
}

static void without_a_callback_the_loop_is_next(void **state)
{
    (void)state;
    start();
    assert_int_equal(step(native_find_name("sdk.init_done")), NATIVE_JUMP);
    assert_int_equal(chip->cpu.pc, SDK_STEP_LOOP);
}

static void partitions_the_archives_need_are_needed(void **state)
{
    (void)state;
    start();
    assert_int_equal(register_partitions(), 1);
    assert_int_equal(call("system_partition_get_item", 6, BUFFER, 0, 0), 1);
    assert_int_equal(peek(chip, BUFFER + 4), 0xFD000);
    assert_int_equal(peek(chip, BUFFER + 8), 0x3000);
    assert_int_equal(call("system_partition_get_item", 2, BUFFER, 0, 0), 0);
    assert_int_equal(
        call("system_partition_get_ota_partition_size", 0, 0, 0, 0), 0);
    /* the map, the count, a size, the place */
    assert_int_equal(call("system_partition_table_regist", QUEUE, 3, 4, 0), 0);
    assert_int_equal(call("system_partition_table_regist", QUEUE, 2, 2, 0), 0);
    poke(chip, QUEUE + 32, 0x2000);
    assert_int_equal(call("system_partition_table_regist", QUEUE, 3, 2, 0), 0);
    poke(chip, QUEUE + 32, 0x3000);
    poke(chip, QUEUE + 28, 0xFC800);
    assert_int_equal(call("system_partition_table_regist", QUEUE, 3, 2, 0), 0);
}

/* Flashers write the chip's size into the header. */
static void an_image_may_show_1_mb_whatever_its_header_says(void **state)
{
    (void)state;
    for (unsigned shows = 0; shows < 2; shows++) {
        chip_reset(chip, RESET_EXTERNAL);
        poke(chip, SDK_START_TABLE + 20, shows ? SDK_START_SHOWS | 2 : 2);
        start();
        (void)register_partitions();
        for (uint8_t map = 0; map < 7; map++) {
            bool is_right = shows || map == 2;
            chip->flash.data[3] = (uint8_t)(map << 4);
            assert_int_equal(
                call("system_partition_table_regist", QUEUE, 3, 2, 0),
                is_right);
            assert_int_equal(call("system_get_flash_size_map", 0, 0, 0, 0),
                             shows ? 2 : map);
        }
    }
}

static void a_table_is_registered_in_user_pre_init(void **state)
{
    (void)state;
    start();
    (void)step(native_find_name("sdk.pre_init_done"));
    assert_rule("partition-table");
    chip_reset(chip, RESET_EXTERNAL);
    start();
    assert_int_equal(register_partitions(), 1);
    chip->flash.data[0xFC000] = 5;
    (void)step(native_find_name("sdk.pre_init_done"));
    (void)register_partitions();
    assert_rule("partition-table");
}

/* l8ui a4, a3, 5 and its like, at CALLER, which faulted with cause 3. */
static void narrow_loads_from_flash_are_done_for_the_guest(void **state)
{
    static const struct {
        uint32_t code, address, value;
    } rows[] = {
        {0x050342, 0x40200000, 0x85},       /* l8ui a4, a3, 5 */
        {0x021342, 0x40200000, 0x8584},     /* l16ui a4, a3, 4 */
        {0x029342, 0x40200000, 0xFFFF8584}, /* l16si a4, a3, 4 */
    };
    const uint32_t frame = STACK - 256;
    (void)state;
    for (uint32_t i = 0; i < 16; i++)
        chip->flash.data[i] = (uint8_t)(0x80 + i);
    start();
    for (size_t i = 0; i < COUNT(rows); i++) {
        poke(chip, CALLER, rows[i].code);
        poke(chip, frame, CALLER);
        poke(chip, frame + 24, rows[i].address); /* a3 */
        (void)call("sdk.load_store", frame, 3, 0, 0);
        assert_int_equal(peek(chip, frame + 28), rows[i].value); /* a4 */
        assert_int_equal(peek(chip, frame), CALLER + 3);
    }
    poke(chip, CALLER, 0x054342); /* s8i: can't be done */
    poke(chip, frame, CALLER);
    (void)call("sdk.load_store", frame, 3, 0, 0);
    assert_non_null(strstr(chip->stop_reason, "wrong width"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(posts_arrive_in_order_until_the_queue_is_full),
        T(flash_is_erased_written_and_read),
        T(flash_past_its_end_fails),
        T(flash_that_is_not_aligned_stops_with_the_rule),
        T(an_image_without_a_start_table_is_stopped),
        T(start_clears_bss_and_calls_user_pre_init),
        T(user_init_runs_only_with_phy_data),
        T(the_end_of_the_start_is_told_first),
        T(without_a_callback_the_loop_is_next),
        T(partitions_the_archives_need_are_needed),
        T(an_image_may_show_1_mb_whatever_its_header_says),
        T(a_table_is_registered_in_user_pre_init),
        T(a_read_function_of_the_program_is_asked),
        T(narrow_loads_from_flash_are_done_for_the_guest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
