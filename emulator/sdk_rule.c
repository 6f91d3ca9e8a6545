/* The SDK's rules, and how the device is stopped when one is broken. */
#include "emulator/sdk_rule.h"

#include <stdarg.h>
#include <stdio.h>

#include "emulator/sdk_private.h"

#define DETAIL_TEXT 120u

const struct sdk_rule_row sdk_rules[RULE_COUNT] = {
    [RULE_FLASH_ALIGNED] = {"flash-aligned",
                            "spi_flash_* take addresses, sizes and memory that "
                            "are multiples of 4",
                            "align the buffer and round the size up"},
    [RULE_HEAP_OVERRUN] = {"heap-overrun",
                           "nothing is written before or behind a block of "
                           "the heap",
                           "ask for as many bytes as are written, the text's "
                           "final 0 too"},
    [RULE_HEAP_FREED] = {"heap-freed",
                         "memory of the heap is not written after it was freed",
                         "free it last, and set the pointer to NULL"},
    [RULE_HEAP_DOUBLE_FREE] = {"heap-double-free",
                               "a block of the heap is freed once",
                               "set the pointer to NULL when it is freed"},
    [RULE_HEAP_FOREIGN_FREE] = {"heap-foreign-free",
                                "free takes only what malloc gave",
                                "free the block's first byte, and nothing "
                                "that is not on the heap"},
    [RULE_ISR_IRAM] = {"isr-iram",
                       "interrupt handlers, what they call and what they read "
                       "are in RAM",
                       "mark the function IRAM_ATTR; constants must not be "
                       "const"},
    [RULE_ISR_CALL] = {"isr-call",
                       "an interrupt handler calls no function of the SDK that "
                       "is for tasks",
                       "system_os_post from the handler, and do it in the "
                       "task"},
};

void sdk_place(struct chip *chip, uint32_t address, char *out, size_t room)
{
    (void)chip;
    if (address)
        snprintf(out, room, "0x%08x", address);
    else
        snprintf(out, room, "the SDK itself");
}

enum native_result sdk_rule_broken(struct chip *chip, enum sdk_rule rule,
                                   const char *format, ...)
{
    char detail[DETAIL_TEXT], place[SDK_PLACE];
    va_list args;
    va_start(args, format);
    vsnprintf(detail, sizeof(detail), format, args);
    va_end(args);
    bool has_returned = chip->cpu.pc - SDK_STEP_PRE_INIT_DONE <=
                        SDK_STEP_LOOP - SDK_STEP_PRE_INIT_DONE;
    sdk_place(chip, has_returned ? chip->sdk.callback_fn : chip->cpu.a[0],
              place, sizeof(place));
    chip_stop(chip, "rule %s: %s (%s; %s %s)", sdk_rules[rule].name,
              sdk_rules[rule].text, detail,
              has_returned ? "in the callback" : "called from", place);
    return NATIVE_STOP;
}
