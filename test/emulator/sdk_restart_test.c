/* Why the chip restarted: system_restart, watchdogs, fatal exceptions, deep
 * sleep; and RTC memory, which remembers. */
#include "test/emulator/sdk_fixture.h"

#include "format/flash_map.h"

static void rtc_memory_keeps_words(void **state)
{
    (void)state;
    poke(chip, BUFFER, 0x12345678);
    assert_int_equal(call("system_rtc_mem_write", 64, BUFFER, 4, 0), 1);
    assert_int_equal(chip->rtc.memory[128], 0x12345678);
    chip_reset(chip, RESET_SOFTWARE);
    assert_int_equal(call("system_rtc_mem_read", 64, BUFFER + 4, 4, 0), 1);
    assert_int_equal(peek(chip, BUFFER + 4), 0x12345678);
    chip_power(chip, false);
    chip_power(chip, true);
    chip->cpu.is_stopped = true;
    assert_int_equal(call("system_rtc_mem_read", 64, BUFFER + 4, 4, 0), 1);
    assert_int_not_equal(peek(chip, BUFFER + 4), 0x12345678);
}

static void rtc_memory_has_its_range(void **state)
{
    static const struct {
        uint32_t block, memory, size, done;
    } rows[] = {
        {64, BUFFER, 512, 1},      {191, BUFFER, 4, 1},    {191, BUFFER, 8, 0},
        {192, BUFFER, 4, 0},       {64, BUFFER + 2, 4, 0}, {64, 0, 4, 0},
        {64, BUFFER, 516, 0},      {0x140, BUFFER, 4, 1}, /* 8 bits: 64 */
        {190, BUFFER, 0x10008, 1},                        /* 16 bits: 8 */
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        assert_int_equal(call("system_rtc_mem_write", rows[i].block,
                              rows[i].memory, rows[i].size, 0),
                         rows[i].done);
        assert_int_equal(call("system_rtc_mem_read", rows[i].block,
                              rows[i].memory, rows[i].size, 0),
                         rows[i].done);
    }
    assert_int_equal(call("system_rtc_mem_read", 0, BUFFER, 28, 0), 1);
    (void)call("system_rtc_mem_write", 63, BUFFER, 4, 0);
    assert_rule("rtc-system-blocks");
}

/* A size that is no multiple of 4 is rounded up, as on the chip. */
static void rtc_memory_is_whole_words(void **state)
{
    (void)state;
    poke(chip, BUFFER, 0x11223344);
    poke(chip, BUFFER + 4, 0x55667788);
    assert_int_equal(call("system_rtc_mem_write", 70, BUFFER, 5, 0), 1);
    assert_int_equal(chip->rtc.memory[64 + 71], 0x55667788);
}

static uint32_t reason(void)
{
    start();
    assert_int_equal(register_partitions(), 1);
    chip->flash.data[MAP_PHY_DATA] = 5;
    assert_int_equal(step(native_find(SDK_STEP_PRE_INIT_DONE)), NATIVE_JUMP);
    return peek(chip, call("system_get_rst_info", 0, 0, 0, 0));
}

static void the_reset_reason_is_the_sdks_number(void **state)
{
    static const struct {
        enum reset_cause cause;
        uint32_t reason;
    } rows[] = {{RESET_POWER_ON, 0},
                {RESET_EXTERNAL, 6},
                {RESET_SOFTWARE, 4},
                {RESET_WATCHDOG, 1},
                {RESET_DEEP_SLEEP, 5}};
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        chip_reset(chip, rows[i].cause);
        assert_int_equal(reason(), rows[i].reason);
    }
}

/* The archives wait 100 ms; what is due meanwhile still happens. */
static void a_restart_comes_after_a_while(void **state)
{
    (void)state;
    start();
    arm(1, 50, false);
    (void)call("system_restart", 0, 0, 0, 0);
    assert_int_equal(loop(), 0);
    pass(chip, CYCLES_PER_MS * 51);
    assert_int_equal(loop(), FUNCTION(1));
    pass(chip, CYCLES_PER_MS * 48);
    assert_int_equal(loop(), 0);
    assert_int_equal(chip->reset_cause, RESET_POWER_ON);
    pass(chip, CYCLES_PER_MS);
    (void)loop();
    pass(chip, 1);
    assert_int_equal(chip->reset_cause, RESET_SOFTWARE);
    assert_int_equal(reason(), 4);
}

static void time_begins_at_the_reset(void **state)
{
    (void)state;
    pass(chip, CYCLES_PER_MS * 5);
    uint32_t before = call("system_get_time", 0, 0, 0, 0);
    uint32_t rtc = call("system_get_rtc_time", 0, 0, 0, 0);
    assert_true(before >= 5000);
    pass(chip, CYCLES_PER_US * 10);
    assert_int_equal(call("system_get_time", 0, 0, 0, 0), before + 10);
    chip_reset(chip, RESET_SOFTWARE);
    assert_in_range(call("system_get_time", 0, 0, 0, 0), 0, 1);
    assert_true(call("system_get_rtc_time", 0, 0, 0, 0) >= rtc);
    /* one count of the slow clock, us * 4096 */
    assert_in_range(call("system_rtc_clock_cali_proc", 0, 0, 0, 0), 5 * 4096,
                    7 * 4096);
}

/* ---- fatal exceptions ---------------------------------------------------- */

static char said[400];
static size_t said_size;

static void hear(void *ctx, uint8_t byte, unsigned baud)
{
    (void)ctx, (void)baud;
    if (said_size < sizeof(said) - 1)
        said[said_size++] = (char)byte;
    said[said_size] = '\0';
}

static void crash(unsigned cause)
{
    said[said_size = 0] = '\0';
    chip->uart[0].line = (struct uart_line){hear, NULL};
    chip->cpu.epc[1] = 0x40201234;
    chip->cpu.excvaddr = 0x10;
    enum native_result result = sdk_fatal(chip, cause);
    for (unsigned i = 0; i < 1000; i++) {
        if (chip->reset_cause == RESET_SOFTWARE)
            return;
        assert_true(result == NATIVE_JUMP || result == NATIVE_AGAIN);
        pass(chip, CYCLES_PER_MS);
        result = step(native_find(chip->cpu.pc));
    }
    fail_msg("no reset");
}

static void a_fatal_exception_is_said_and_told(void **state)
{
    (void)state;
    start();
    crash(28);
    assert_non_null(strstr(said, "Fatal exception 28(LoadProhibitedCause):"));
    assert_non_null(strstr(said, "epc1=0x40201234, epc2=0x00000000"));
    assert_int_equal(reason(), 2);
    assert_int_equal(peek(chip, SDK_RESET_INFO + 4), 28);
    assert_int_equal(peek(chip, SDK_RESET_INFO + 8), 0x40201234);
    assert_int_equal(peek(chip, SDK_RESET_INFO + 20), 0x10);
    chip_reset(chip, RESET_SOFTWARE); /* it is told once */
    assert_int_equal(reason(), 4);
    assert_int_equal(peek(chip, SDK_RESET_INFO + 8), 0);
}

static void it_is_not_said_when_printing_is_off(void **state)
{
    (void)state;
    start();
    (void)call("system_set_os_print", 0, 0, 0, 0);
    crash(0);
    assert_string_equal(said, "");
    assert_int_equal(reason(), 2);
    assert_int_equal(call("system_get_os_print", 0, 0, 0, 0), 1);
}

/* ---- watchdogs ----------------------------------------------------------- */

/* A callback, as the loop calls it; then the guest's code hangs. */
static void hang(uint32_t ps)
{
    start();
    arm(1, 0, false);
    assert_int_equal(loop(), FUNCTION(1));
    chip->cpu.ps = ps;
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

/* Then the hardware's has its 8.2 s, also while nothing runs. */
static void a_stopped_watchdog_leaves_it_to_the_hardware(void **state)
{
    (void)state;
    for (unsigned is_idle = 0; is_idle < 2; is_idle++) {
        chip_reset(chip, RESET_POWER_ON);
        chip->cpu.is_stopped = true;
        hang(PS_UM);
        (void)call("system_soft_wdt_stop", 0, 0, 0, 0);
        if (is_idle)
            assert_int_equal(loop(), 0);
        pass(chip, CYCLES_PER_S * 8ull);
        assert_int_equal(chip->reset_cause, RESET_POWER_ON);
        pass(chip, CYCLES_PER_S);
        assert_int_equal(chip->reset_cause, RESET_WATCHDOG);
    }
}

static void a_restarted_watchdog_bites_again(void **state)
{
    (void)state;
    hang(PS_UM);
    (void)call("system_soft_wdt_stop", 0, 0, 0, 0);
    pass(chip, CYCLES_PER_S * 5ull);
    (void)call("system_soft_wdt_restart", 0, 0, 0, 0);
    pass(chip, CYCLES_PER_S * 3ull);
    assert_int_equal(chip->reset_cause, RESET_POWER_ON);
    pass(chip, CYCLES_PER_S);
    assert_int_equal(reason(), 3);
}

static void the_software_watchdog_has_a_rule(void **state)
{
    (void)state;
    start();
    (void)call("system_soft_wdt_restart", 0, 0, 0, 0);
    assert_rule("soft-wdt");
    (void)call("system_soft_wdt_stop", 0, 0, 0, 0);
    (void)call("system_soft_wdt_feed", 0, 0, 0, 0);
    assert_rule("soft-wdt");
}

/* ---- deep sleep ---------------------------------------------------------- */

static struct wire_watch wake_wire;

/* The wire from GPIO16 to EN that boards for deep sleep have. */
static void lead_to_en(void *ctx, bool level)
{
    struct chip *of = ctx;
    bool is_low = of->pin[16].side[SIDE_CHIP] == DRIVE_LOW;
    (void)level;
    wire_drive(&of->en, SIDE_BOARD, is_low ? DRIVE_LOW : DRIVE_NONE);
}

static void sleep_now(uint64_t us)
{
    start();
    assert_int_equal(
        call("system_deep_sleep", (uint32_t)us, (uint32_t)(us >> 32), 0, 0), 1);
    assert_true(chip_is_alive(chip));
    pass(chip, CYCLES_PER_MS * 101);
    (void)loop();
    pass(chip, 1);
    assert_false(chip_is_alive(chip));
}

static void with_the_wire_it_wakes_by_itself(void **state)
{
    (void)state;
    wake_wire = (struct wire_watch){.fn = lead_to_en, .ctx = chip};
    wire_drive(&chip->pin[16], SIDE_BOARD, DRIVE_WEAK_HIGH);
    wire_watch(&chip->pin[16], &wake_wire);
    chip->rtc.memory[130] = 0xABCD;
    sleep_now(2000000);
    pass(chip, CYCLES_PER_MS * 1999ull);
    assert_false(chip_is_alive(chip));
    pass(chip, CYCLES_PER_MS * 2);
    assert_true(chip_is_alive(chip));
    assert_int_equal(chip->reset_cause, RESET_DEEP_SLEEP);
    assert_int_equal(chip->rtc.memory[130], 0xABCD);
    chip->cpu.is_stopped = true;
    assert_int_equal(reason(), 5);
}

static void without_it_sleeps_until_a_reset(void **state)
{
    (void)state;
    sleep_now(2000000);
    assert_true(wire_level(&chip->pin[16]));
    pass(chip, CYCLES_PER_S * 20ull);
    assert_false(chip_is_alive(chip));
    wire_drive(&chip->en, SIDE_ADAPTER, DRIVE_LOW);
    wire_drive(&chip->en, SIDE_ADAPTER, DRIVE_NONE);
    assert_true(chip_is_alive(chip));
    assert_int_equal(chip->reset_cause, RESET_DEEP_SLEEP);
    wire_drive(&chip->en, SIDE_ADAPTER, DRIVE_LOW);
    wire_drive(&chip->en, SIDE_ADAPTER, DRIVE_NONE);
    assert_int_equal(chip->reset_cause, RESET_EXTERNAL);
}

static void power_ends_a_sleep(void **state)
{
    (void)state;
    sleep_now(0);
    pass(chip, CYCLES_PER_S * 20ull);
    chip_power(chip, false);
    chip_power(chip, true);
    assert_true(chip_is_alive(chip));
    assert_int_equal(chip->reset_cause, RESET_POWER_ON);
}

/* 31 bits of the slow clock: about 4 hours. */
static void a_sleep_that_is_too_long_is_refused(void **state)
{
    uint64_t us = UINT64_C(5) * 3600 * 1000000;
    (void)state;
    assert_int_equal(
        call("system_deep_sleep", (uint32_t)us, (uint32_t)(us >> 32), 0, 0), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(rtc_memory_keeps_words),
        T(rtc_memory_has_its_range),
        T(rtc_memory_is_whole_words),
        T(the_reset_reason_is_the_sdks_number),
        T(a_restart_comes_after_a_while),
        T(time_begins_at_the_reset),
        T(a_fatal_exception_is_said_and_told),
        T(it_is_not_said_when_printing_is_off),
        T(a_callback_that_hangs_is_bitten_by_software),
        T(masked_interrupts_leave_it_to_the_hardware),
        T(an_idle_loop_is_not_bitten),
        T(noise_in_rtc_memory_is_no_bite),
        T(a_stopped_watchdog_leaves_it_to_the_hardware),
        T(a_restarted_watchdog_bites_again),
        T(the_software_watchdog_has_a_rule),
        T(with_the_wire_it_wakes_by_itself),
        T(without_it_sleeps_until_a_reset),
        T(power_ends_a_sleep),
        T(a_sleep_that_is_too_long_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
