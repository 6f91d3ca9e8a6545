/* The SDK's natives, called as guest code would: arguments in a2.., one step
 * at a time. */
#include "test/emulator/chip_fixture.h"

#include "emulator/native.h"
#include "emulator/sdk_private.h"

#define STACK 0x3FFFF000u
#define CALLER 0x40100000u
#define TIMER(n) (0x3FFE9000u + 32u * (n))
#define QUEUE 0x3FFEA000u
#define BUFFER 0x3FFEB000u
#define FUNCTION(n) (0x40100100u + 16u * (n))

static struct chip *chip;

static int make(void **state)
{
    (void)state;
    chip = chip_make();
    chip->cpu.a[0] = CALLER;
    chip->cpu.a[1] = STACK;
    return 0;
}

static int drop(void **state)
{
    (void)state;
    chip_drop(chip);
    return 0;
}

static enum native_result step(const struct native *row)
{
    chip->cpu.pc = row->address;
    return row->fn(chip);
}

/* Run a function to its end; time passes while it waits. Returns a2. */
static uint32_t call(const char *name, uint32_t a, uint32_t b, uint32_t c,
                     uint32_t d)
{
    const struct native *row = native_find_name(name);
    assert_non_null(row);
    chip->cpu.a[2] = a;
    chip->cpu.a[3] = b;
    chip->cpu.a[4] = c;
    chip->cpu.a[5] = d;
    for (unsigned i = 0; i < 100000; i++) {
        enum native_result result = step(row);
        if (result == NATIVE_RETURN || result == NATIVE_STOP)
            return chip->cpu.a[2];
        if (result == NATIVE_JUMP)
            row = native_find(chip->cpu.pc);
        else
            pass(chip, CYCLES_PER_US * 100);
        assert_non_null(row);
    }
    fail_msg("%s does not end", name);
    return 0;
}

/* One turn of the SDK's loop: the guest function it calls, or 0. */
static uint32_t loop(void)
{
    return step(native_find_name("sdk.loop")) == NATIVE_JUMP ? chip->cpu.pc : 0;
}

static void arm(unsigned n, uint32_t ms, bool repeats)
{
    (void)call("ets_timer_setfn", TIMER(n), FUNCTION(n), n, 0);
    (void)call("ets_timer_arm_new", TIMER(n), ms, repeats, 1);
}

static void timers_fire_in_order_and_once(void **state)
{
    (void)state;
    arm(1, 30, false);
    arm(2, 10, false);
    arm(3, 20, false);
    arm(4, 20, false);
    assert_int_equal(loop(), 0);
    pass(chip, CYCLES_PER_MS * 31);
    assert_int_equal(loop(), FUNCTION(2));
    assert_int_equal(chip->cpu.a[2], 2);
    assert_int_equal(chip->cpu.a[0], SDK_STEP_LOOP);
    assert_int_equal(loop(), FUNCTION(3));
    assert_int_equal(loop(), FUNCTION(4));
    assert_int_equal(loop(), FUNCTION(1));
    assert_int_equal(loop(), 0);
}

static void a_repeating_timer_keeps_its_beat(void **state)
{
    unsigned fired = 0;
    (void)state;
    arm(1, 10, true);
    for (unsigned i = 0; i < 1000; i++) {
        pass(chip, CYCLES_PER_MS);
        fired += loop() == FUNCTION(1);
    }
    assert_in_range(fired, 99, 100);
    (void)call("ets_timer_disarm", TIMER(1), 0, 0, 0);
    pass(chip, CYCLES_PER_MS * 100);
    assert_int_equal(loop(), 0);
}

static void arming_again_moves_a_timer(void **state)
{
    (void)state;
    arm(1, 10, false);
    arm(2, 15, false);
    arm(1, 40, false);
    pass(chip, CYCLES_PER_MS * 20);
    assert_int_equal(loop(), FUNCTION(2));
    assert_int_equal(loop(), 0);
    pass(chip, CYCLES_PER_MS * 21);
    assert_int_equal(loop(), FUNCTION(1));
    assert_int_equal(loop(), 0);
}

static void an_idle_loop_waits_for_its_timer_patiently(void **state)
{
    (void)state;
    arm(1, 500, false);
    assert_int_equal(loop(), 0);
    assert_true(chip->wake.is_pending);
    assert_true(chip->wake.is_patient);
    assert_in_range(chip->wake.when - chip->clock.now, CYCLES_PER_MS * 499ull,
                    CYCLES_PER_MS * 500ull);
}

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

static void rtc_memory_keeps_words_and_guards_the_sdks(void **state)
{
    (void)state;
    poke(chip, BUFFER, 0x12345678);
    assert_int_equal(call("system_rtc_mem_write", 64, BUFFER, 4, 0), 1);
    assert_int_equal(chip->rtc.memory[128], 0x12345678);
    chip_reset(chip, RESET_SOFTWARE);
    assert_int_equal(call("system_rtc_mem_read", 64, BUFFER + 4, 4, 0), 1);
    assert_int_equal(peek(chip, BUFFER + 4), 0x12345678);
    assert_int_equal(call("system_rtc_mem_write", 63, BUFFER, 4, 0), 0);
    assert_int_equal(call("system_rtc_mem_write", 191, BUFFER, 8, 0), 0);
    assert_int_equal(call("system_rtc_mem_read", 192, BUFFER, 4, 0), 0);
}

static void the_reset_reason_is_the_sdks_number(void **state)
{
    static const struct {
        enum reset_cause cause;
        uint32_t reason;
    } rows[] = {{RESET_POWER_ON, 0},
                {RESET_EXTERNAL, 6},
                {RESET_SOFTWARE, 4},
                {RESET_WATCHDOG, 1}};
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        chip_reset(chip, rows[i].cause);
        uint32_t info = call("system_get_rst_info", 0, 0, 0, 0);
        assert_int_equal(peek(chip, info), rows[i].reason);
    }
}

static void an_image_without_a_start_table_is_stopped(void **state)
{
    (void)state;
    poke(chip, SDK_START_TABLE, 0);
    assert_int_equal(step(native_find_name("call_user_start")), NATIVE_STOP);
    assert_non_null(strstr(chip->stop_reason, "start table"));
}

static void start(void)
{
    static const uint32_t table[] = {SDK_START_MAGIC, BUFFER, BUFFER + 100,
                                     FUNCTION(1), FUNCTION(2)};
    for (uint32_t i = 0; i < COUNT(table); i++)
        poke(chip, SDK_START_TABLE + 4 * i, table[i]);
    poke(chip, BUFFER, 1);
    poke(chip, BUFFER + 96, 1);
    poke(chip, BUFFER + 100, 1);
    assert_int_equal(step(native_find_name("call_user_start")), NATIVE_JUMP);
}

static void start_clears_bss_and_calls_user_pre_init(void **state)
{
    (void)state;
    start();
    assert_int_equal(peek(chip, BUFFER), 0);
    assert_int_equal(peek(chip, BUFFER + 96), 0);
    assert_int_equal(peek(chip, BUFFER + 100), 1);
    assert_int_equal(chip->cpu.pc, FUNCTION(1));
    assert_int_equal(chip->uart[0].clock_hz, UART_CLOCK_SDK);
    assert_true(chip->dport.is_cache_on);
}

/* A callback, as the loop calls it; then the guest's code hangs. */
static void hang(uint32_t ps)
{
    start();
    arm(1, 0, false);
    assert_int_equal(loop(), FUNCTION(1));
    chip->cpu.ps = ps;
}

static uint32_t reason(void)
{
    start();
    return peek(chip, call("system_get_rst_info", 0, 0, 0, 0));
}

static void a_callback_that_hangs_is_bitten_by_software(void **state)
{
    (void)state;
    hang(PS_UM);
    pass(chip, CYCLES_PER_MS * 3100ull);
    assert_int_equal(chip->reset_cause, RESET_POWER_ON);
    (void)call("system_soft_wdt_feed", 0, 0, 0, 0);
    pass(chip, CYCLES_PER_MS * 3100ull);
    assert_int_equal(chip->reset_cause, RESET_POWER_ON);
    chip->cpu.pc = FUNCTION(1);
    pass(chip, CYCLES_PER_MS * 200);
    assert_int_equal(chip->reset_cause, RESET_SOFTWARE);
    assert_int_equal(reason(), 3);
    assert_int_equal(peek(chip, SDK_RESET_INFO + 8), FUNCTION(1)); /* epc1 */
    chip_reset(chip, RESET_SOFTWARE); /* it is told once */
    assert_int_equal(reason(), 4);
}

/* It is an interrupt: what masks it is left to the hardware. */
static void masked_interrupts_leave_it_to_the_hardware(void **state)
{
    static const uint32_t masks[] = {PS_UM | 15, PS_UM | PS_EXCM, PS_UM | 1};
    (void)state;
    for (size_t i = 0; i < COUNT(masks); i++) {
        chip_reset(chip, RESET_POWER_ON);
        chip->cpu.is_stopped = true;
        hang(masks[i]);
        pass(chip, CYCLES_PER_S * 8ull);
        assert_int_equal(chip->reset_cause, RESET_POWER_ON);
        pass(chip, CYCLES_PER_S);
        assert_int_equal(chip->reset_cause, RESET_WATCHDOG);
        assert_int_equal(reason(), 1);
    }
}

static void an_idle_loop_is_not_bitten(void **state)
{
    (void)state;
    hang(PS_UM);
    assert_int_equal(loop(), 0);
    pass(chip, CYCLES_PER_S * 60ull);
    assert_int_equal(chip->reset_cause, RESET_POWER_ON);
}

/* RTC memory that happens to look bitten means nothing after power-up. */
static void noise_in_rtc_memory_is_no_bite(void **state)
{
    (void)state;
    chip->rtc.memory[64] = 3;
    assert_int_equal(reason(), 0);
    chip_reset(chip, RESET_SOFTWARE);
    assert_int_equal(reason(), 4);
}

/* Restart for ever until the PHY sector begins with 05. */
static void user_init_runs_only_with_phy_data(void **state)
{
    (void)state;
    for (unsigned has = 0; has < 2; has++) {
        start();
        poke(chip, BUFFER, 5); /* type PHY_DATA */
        poke(chip, BUFFER + 4, 0xFC000);
        poke(chip, BUFFER + 8, 0x1000);
        assert_int_equal(call("system_partition_table_regist", BUFFER, 1, 2, 0),
                         1);
        chip->flash.data[0xFC000] = has ? 5 : 0xFF;
        assert_int_equal(step(native_find_name("sdk.pre_init_done")),
                         NATIVE_JUMP);
        if (has)
            assert_int_equal(chip->cpu.pc, FUNCTION(2));
        else
            assert_int_equal(chip->reset_cause, RESET_SOFTWARE);
    }
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

#define T(name) cmocka_unit_test_setup_teardown(name, make, drop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(timers_fire_in_order_and_once),
        T(a_repeating_timer_keeps_its_beat),
        T(arming_again_moves_a_timer),
        T(an_idle_loop_waits_for_its_timer_patiently),
        T(posts_arrive_in_order_until_the_queue_is_full),
        T(flash_is_erased_written_and_read),
        T(flash_past_its_end_fails),
        T(flash_that_is_not_aligned_stops_with_the_rule),
        T(rtc_memory_keeps_words_and_guards_the_sdks),
        T(the_reset_reason_is_the_sdks_number),
        T(an_image_without_a_start_table_is_stopped),
        T(start_clears_bss_and_calls_user_pre_init),
        T(a_callback_that_hangs_is_bitten_by_software),
        T(masked_interrupts_leave_it_to_the_hardware),
        T(an_idle_loop_is_not_bitten),
        T(noise_in_rtc_memory_is_no_bite),
        T(user_init_runs_only_with_phy_data),
        T(narrow_loads_from_flash_are_done_for_the_guest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
