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
};

enum native_result sdk_rule_broken(struct chip *chip, enum sdk_rule rule,
                                   const char *format, ...)
{
    char detail[DETAIL_TEXT];
    va_list args;
    va_start(args, format);
    vsnprintf(detail, sizeof(detail), format, args);
    va_end(args);
    chip_stop(chip, "rule %s: %s (%s; called from 0x%08x)",
              sdk_rules[rule].name, sdk_rules[rule].text, detail,
              chip->cpu.a[0]);
    return NATIVE_STOP;
}
