/* The SDK's software watchdog: it restarts the chip when a callback has not
 * returned for about 3.2 s (nonos-sdk.md). It is a timer interrupt of the
 * archives: code that masks interrupts, or stays in a handler, stops it too;
 * then the hardware's bites later. Software may stop ours, but not for long:
 * the hardware's then counts on, also while the loop is idle. */
#include "emulator/sdk_private.h"

#define BITE (UINT64_C(3200) * CYCLES_PER_MS)
#define LOOK_AGAIN CYCLES_PER_MS

static void bite(void *ctx)
{
    struct chip *chip = ctx;
    if (chip->cpu.ps & (PS_INTLEVEL | PS_EXCM)) {
        clock_in(&chip->clock, &chip->sdk.watchdog, LOOK_AGAIN);
        return;
    }
    sdk_say_hang(chip, "sdk software");
    sdk_reset_by_watchdog(chip);
}

void sdk_watchdog_feed(struct chip *chip)
{
    if (chip->sdk.is_watchdog_off)
        return;
    chip->sdk.watchdog.fn = bite;
    chip->sdk.watchdog.ctx = chip;
    chip->sdk.watchdog.is_patient = true;
    wdt_enable(&chip->wdt);
    clock_in(&chip->clock, &chip->sdk.watchdog, BITE);
}

void sdk_watchdog_rest(struct chip *chip)
{
    if (chip->sdk.is_watchdog_off)
        return;
    wdt_disable(&chip->wdt);
    clock_cancel(&chip->clock, &chip->sdk.watchdog);
}

/* void system_soft_wdt_feed(void) */
enum native_result sdk_native_wdt_feed(struct chip *chip)
{
    if (chip->sdk.is_watchdog_off)
        return sdk_rule_broken(chip, RULE_SOFT_WDT, "fed while it is stopped");
    sdk_watchdog_feed(chip);
    return NATIVE_RETURN;
}

/* void system_soft_wdt_stop(void) */
enum native_result sdk_native_wdt_stop(struct chip *chip)
{
    clock_cancel(&chip->clock, &chip->sdk.watchdog);
    chip->sdk.is_watchdog_off = true;
    wdt_enable(&chip->wdt);
    return NATIVE_RETURN;
}

/* void system_soft_wdt_restart(void) */
enum native_result sdk_native_wdt_restart(struct chip *chip)
{
    if (!chip->sdk.is_watchdog_off)
        return sdk_rule_broken(chip, RULE_SOFT_WDT,
                               "restarted while it is not stopped");
    chip->sdk.is_watchdog_off = false;
    sdk_watchdog_feed(chip);
    return NATIVE_RETURN;
}
