/* The SDK's rules: the table, and what is said when one is broken. Names and
 * lines of a real image: test/guest/guest_test.sh. */
#include "test/emulator/chip_fixture.h"

#include <ctype.h>
#include <stdio.h>

#include "emulator/native.h"
#include "emulator/sdk_private.h"

#define CALLER 0x40201234u

static struct chip *chip;
static char events[4000];

static void note(void *ctx, const char *line)
{
    (void)ctx;
    size_t size = strlen(events);
    snprintf(events + size, sizeof(events) - size, "%s\n", line);
}

static int make(void **state)
{
    (void)state;
    chip = chip_make();
    chip->events = (struct chip_events){note, NULL};
    chip->sdk.is_running = true;
    chip->cpu.a[0] = CALLER;
    events[0] = '\0';
    return 0;
}

static int drop(void **state)
{
    (void)state;
    chip_drop(chip);
    return 0;
}

static void every_rule_has_a_name_a_text_and_advice(void **state)
{
    (void)state;
    for (unsigned i = 0; i < RULE_COUNT; i++) {
        const struct sdk_rule_row *row = &sdk_rules[i];
        assert_non_null(row->name);
        for (const char *c = row->name; *c; c++)
            assert_true(islower((unsigned char)*c) || *c == '-');
        assert_true(row->text && strlen(row->text) > 10);
        assert_true(row->advice && strlen(row->advice) > 10);
        assert_null(strchr(row->text, '\n'));
        assert_null(strchr(row->advice, '\n'));
        for (unsigned k = 0; k < i; k++)
            assert_string_not_equal(row->name, sdk_rules[k].name);
    }
}

static void the_message_is_one_event_a_line(void **state)
{
    (void)state;
    events[0] = '\0';
    memset(&chip->history, 0, sizeof(chip->history));
    chip->sdk.callback = "os_timer";
    chip->sdk.callback_fn = CALLER + 4;
    history_add(&chip->history, CYCLES_PER_MS, "one", 0);
    history_add(&chip->history, CYCLES_PER_MS * 5 / 2, "two", CALLER);
    history_add(&chip->history, CYCLES_PER_MS * 3, "two", CALLER);
    assert_int_equal(sdk_rule_broken(chip, RULE_FLASH_ALIGNED, "size %u", 5),
                     NATIVE_STOP);
    assert_true(chip->cpu.is_stopped);
    const struct sdk_rule_row *row = &sdk_rules[RULE_FLASH_ALIGNED];
    char expected[600];
    snprintf(expected, sizeof(expected),
             "stop rule %s: %s\ndetail size 5\nat 0x40201234\n"
             "in the callback os_timer: 0x40201238\ntry %s\n"
             "before 1.000 ms one\nbefore 3.000 ms two: 0x40201234 x 2\n",
             row->name, row->text, row->advice);
    assert_string_equal(events, expected);
    assert_memory_equal(chip->stop_reason, expected + 5, strlen(expected) - 5);
}

static void a_long_history_fits(void **state)
{
    char text[HISTORY_TEXT + 5];
    (void)state;
    memset(text, 'x', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    for (unsigned i = 0; i < 2 * HISTORY_ENTRIES; i++)
        history_add(&chip->history, i, text, CALLER + i);
    (void)sdk_rule_broken(chip, RULE_ISR_CALL, "%s", text);
    assert_non_null(strstr(chip->stop_reason, "0x40201243\n"));
}

static enum native_result call(const char *name)
{
    chip->stop_reason[0] = '\0';
    chip->cpu.pc = native_find_name(name)->address;
    return native_call(chip, chip->cpu.pc);
}

static void handlers_may_call_some_functions_only(void **state)
{
    (void)state;
    rom_handler_begins(chip, IRQ_GPIO);
    assert_int_equal(call("system_get_time"), NATIVE_RETURN);
    assert_int_equal(call("system_os_post"), NATIVE_RETURN);
    assert_int_equal(call("ets_isr_mask"), NATIVE_RETURN);
    assert_int_equal(call("pvPortMalloc"), NATIVE_STOP);
    assert_non_null(strstr(chip->stop_reason, "rule isr-call: "));
    assert_non_null(strstr(chip->stop_reason, "pvPortMalloc"));
    assert_non_null(
        strstr(chip->stop_reason, "in the handler of interrupt 4, GPIO"));
    rom_handler_begins(chip, IRQ_FRC1);
    rom_handler_ended(chip);
    assert_int_equal(call("system_get_chip_id"), NATIVE_STOP);
    rom_handler_ended(chip);
    assert_int_equal(call("system_get_chip_id"), NATIVE_RETURN);
}

#define T(name) cmocka_unit_test_setup_teardown(name, make, drop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(every_rule_has_a_name_a_text_and_advice),
        T(the_message_is_one_event_a_line),
        T(a_long_history_fits),
        T(handlers_may_call_some_functions_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
