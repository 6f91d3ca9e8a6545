/* The SDK's natives without the CPU: called as guest code would call them,
 * arguments in a2.., one step at a time. */
#ifndef TEST_EMULATOR_SDK_FIXTURE_H
#define TEST_EMULATOR_SDK_FIXTURE_H

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

static inline int make(void **state)
{
    (void)state;
    chip = chip_make();
    chip->cpu.a[0] = CALLER;
    chip->cpu.a[1] = STACK;
    return 0;
}

static inline int drop(void **state)
{
    (void)state;
    chip_drop(chip);
    return 0;
}

static inline enum native_result step(const struct native *row)
{
    chip->cpu.pc = row->address;
    return row->fn(chip);
}

/* Run a function to its end; time passes while it waits. Returns a2. */
static inline uint32_t call(const char *name, uint32_t a, uint32_t b,
                            uint32_t c, uint32_t d)
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
static inline uint32_t loop(void)
{
    return step(native_find_name("sdk.loop")) == NATIVE_JUMP ? chip->cpu.pc : 0;
}

/* call_user_start: pre-init is FUNCTION(1), user_init FUNCTION(2). */
static inline void start(void)
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

/* A table of what the archives need, in memory and the flash's header. */
static inline uint32_t register_partitions(void)
{
    static const uint32_t table[] = {4,      0xFB000, 0x1000,  5,     0xFC000,
                                     0x1000, 6,       0xFD000, 0x3000};
    for (uint32_t i = 0; i < COUNT(table); i++)
        poke(chip, QUEUE + 4 * i, table[i]);
    chip->flash.data[3] = 0x20;
    return call("system_partition_table_regist", QUEUE, 3, 2, 0);
}

static inline void arm(unsigned n, uint32_t ms, bool repeats)
{
    (void)call("ets_timer_disarm", TIMER(n), 0, 0, 0);
    (void)call("ets_timer_setfn", TIMER(n), FUNCTION(n), n, 0);
    (void)call("ets_timer_arm_new", TIMER(n), ms, repeats, 1);
}

static inline void assert_rule(const char *name)
{
    if (!strstr(chip->stop_reason, "rule ") || !strstr(chip->stop_reason, name))
        fail_msg("rule %s is not broken: %s", name, chip->stop_reason);
    chip->stop_reason[0] = '\0';
}

/* A guest's text in memory. */
static inline uint32_t text(uint32_t at, const char *s)
{
    assert_true(bus_copy_in(chip->bus, at, s, strlen(s) + 1));
    return at;
}

static inline void assert_text(uint32_t at, const char *s)
{
    char got[200] = "";
    assert_true(bus_copy_out(chip->bus, at, got, strlen(s) + 1));
    assert_string_equal(got, s);
}

#define T(name) cmocka_unit_test_setup_teardown(name, make, drop)

#endif
