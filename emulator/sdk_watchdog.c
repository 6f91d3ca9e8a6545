/* The SDK's software watchdog: it restarts the chip when a callback has not
 * returned for about 3.2 s (nonos-sdk.md), and leaves the reason in the SDK's
 * first words of RTC memory. It is a timer interrupt of the archives: code that
 * masks interrupts, or stays in a handler, stops it too; then the hardware's
 * bites later. */
#include "emulator/sdk_private.h"

#define BITE (UINT64_C(3200) * CYCLES_PER_MS)
#define LOOK_AGAIN CYCLES_PER_MS
/* struct rst_info begins at block 0 of system_rtc_mem_*. */
#define RECORD_REASON 64u
#define RECORD_CAUSE 65u
#define RECORD_EPC1 66u
#define LEVEL1_INTERRUPT 4u /* EXCCAUSE; the watchdog's own interrupt */

static void bite(void *ctx)
{
    struct chip *chip = ctx;
    if (chip->cpu.ps & (PS_INTLEVEL | PS_EXCM)) {
        clock_in(&chip->clock, &chip->sdk.watchdog, LOOK_AGAIN);
        return;
    }
    chip_event(chip, "sdk software watchdog, code at 0x%08x", chip->cpu.pc);
    chip->rtc.memory[RECORD_REASON] = SDK_REASON_SOFT_WDT;
    chip->rtc.memory[RECORD_CAUSE] = LEVEL1_INTERRUPT;
    chip->rtc.memory[RECORD_EPC1] = chip->cpu.pc;
    chip_reset(chip, RESET_SOFTWARE);
}

void sdk_watchdog_feed(struct chip *chip)
{
    chip->sdk.watchdog.fn = bite;
    chip->sdk.watchdog.ctx = chip;
    chip->sdk.watchdog.is_patient = true;
    clock_in(&chip->clock, &chip->sdk.watchdog, BITE);
}

void sdk_watchdog_stop(struct chip *chip)
{
    clock_cancel(&chip->clock, &chip->sdk.watchdog);
}

/* RTC memory is noise after power-up, so the reset's cause is asked first. */
void sdk_watchdog_recall(struct chip *chip)
{
    uint32_t *record = &chip->rtc.memory[RECORD_REASON];
    chip->sdk.was_bitten =
        chip->reset_cause == RESET_SOFTWARE && *record == SDK_REASON_SOFT_WDT;
    *record = 0;
}

void sdk_watchdog_tell(struct chip *chip, uint32_t info)
{
    const uint32_t *record = &chip->rtc.memory[RECORD_REASON];
    if (!chip->sdk.was_bitten)
        return;
    sdk_put(chip, info, SDK_REASON_SOFT_WDT);
    sdk_put(chip, info + 4, record[RECORD_CAUSE - RECORD_REASON]);
    sdk_put(chip, info + 8, record[RECORD_EPC1 - RECORD_REASON]);
}
