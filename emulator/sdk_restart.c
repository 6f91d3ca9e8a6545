/* Why the chip was reset, and how the SDK resets it: system_restart, fatal
 * exceptions, deep sleep. Like the archives it leaves struct rst_info in its
 * first words of RTC memory. */
#include "emulator/rom_private.h"
#include "emulator/sdk_private.h"

#include <string.h>

#define INFO_WORDS SDK_RESET_INFO_WORDS
/* struct rst_info is block 0 of system_rtc_mem_*. */
#define RECORD 64u
/* What the archives wait before they reset or sleep, for Wi-Fi to end. */
#define DELAY_MS 100u

/* enum rst_reason of the public API. */
enum {
    REASON_DEFAULT,
    REASON_WDT,
    REASON_EXCEPTION,
    REASON_SOFT_WDT,
    REASON_SOFT_RESTART,
    REASON_DEEP_SLEEP,
    REASON_EXTERNAL
};

/* ---- the record ---------------------------------------------------------- */

static void record(struct chip *chip, uint32_t reason, uint32_t cause,
                   uint32_t epc1)
{
    const struct cpu *cpu = &chip->cpu;
    const uint32_t words[INFO_WORDS] = {reason,      cause,       epc1,
                                        cpu->epc[2], cpu->epc[3], cpu->excvaddr,
                                        cpu->depc};
    memcpy(&chip->rtc.memory[RECORD], words, sizeof(words));
}

void sdk_reset_by_watchdog(struct chip *chip)
{
    record(chip, REASON_SOFT_WDT, FAULT_LEVEL1, chip->cpu.pc);
    chip_reset(chip, RESET_SOFTWARE);
}

static uint32_t reason_of_software(uint32_t recorded)
{
    bool is_known =
        recorded >= REASON_EXCEPTION && recorded <= REASON_SOFT_RESTART;
    return is_known ? recorded : REASON_SOFT_RESTART;
}

static uint32_t reset_reason(enum reset_cause cause, uint32_t recorded)
{
    switch (cause) {
    case RESET_POWER_ON:
        return REASON_DEFAULT;
    case RESET_EXTERNAL:
        return REASON_EXTERNAL;
    case RESET_SOFTWARE:
        return reason_of_software(recorded);
    case RESET_WATCHDOG:
        return REASON_WDT;
    case RESET_DEEP_SLEEP:
        return REASON_DEEP_SLEEP;
    }
    return REASON_DEFAULT;
}

/* RTC memory is noise after power-up, so the reset's cause is asked first. The
 * record is told once. */
void sdk_reset_recall(struct chip *chip)
{
    uint32_t *words = &chip->rtc.memory[RECORD], *info = chip->sdk.reset_info;
    memset(info, 0, sizeof(chip->sdk.reset_info));
    info[0] = reset_reason(chip->reset_cause, words[0]);
    if (chip->reset_cause == RESET_SOFTWARE && info[0] == words[0])
        memcpy(info, words, sizeof(chip->sdk.reset_info));
    memset(words, 0, sizeof(chip->sdk.reset_info));
}

/* struct rst_info *system_get_rst_info(void) */
enum native_result sdk_native_rst_info(struct chip *chip)
{
    for (uint32_t i = 0; i < INFO_WORDS; i++)
        sdk_put(chip, SDK_RESET_INFO + 4 * i, chip->sdk.reset_info[i]);
    return sdk_return(chip, SDK_RESET_INFO);
}

/* ---- restart ------------------------------------------------------------- */

/* The archives let the UARTs finish. */
static bool is_said(const struct chip *chip)
{
    return uart_tx_is_idle(&chip->uart[0]) && uart_tx_is_idle(&chip->uart[1]);
}

static void restart(struct chip *chip)
{
    if (!is_said(chip)) {
        sdk_timer_own(chip, 1, restart);
        return;
    }
    record(chip, REASON_SOFT_RESTART, 0, 0);
    chip->keeps_pins = true;
    chip_ask_reset(chip, RESET_SOFTWARE);
}

/* void system_restart(void): returns; what is due in the meantime still
 * happens. */
enum native_result sdk_native_restart(struct chip *chip)
{
    sdk_timer_own(chip, DELAY_MS, restart);
    return NATIVE_RETURN;
}

/* ---- fatal exceptions ---------------------------------------------------- */

static const char *cause_name(unsigned cause)
{
    static const struct {
        unsigned cause;
        const char *name;
    } rows[] = {
        {FAULT_ILLEGAL, "IllegalInstructionCause"},
        {FAULT_FETCH, "InstructionFetchErrorCause"},
        {FAULT_LOAD_STORE, "LoadStoreErrorCause"},
        {FAULT_UNALIGNED, "LoadStoreAlignmentCause"},
        {FAULT_FETCH_PROHIBITED, "InstFetchProhibitedCause"},
        {FAULT_LOAD_PROHIBITED, "LoadProhibitedCause"},
        {FAULT_STORE_PROHIBITED, "StoreProhibitedCause"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (rows[i].cause == cause)
            return rows[i].name;
    return "";
}

static enum native_result reset_now(struct chip *chip)
{
    if (!is_said(chip))
        return NATIVE_AGAIN;
    chip_reset(chip, RESET_SOFTWARE);
    return NATIVE_JUMP;
}

enum native_result sdk_fatal(struct chip *chip, unsigned cause)
{
    const struct cpu *cpu = &chip->cpu;
    record(chip, REASON_EXCEPTION, cause, cpu->epc[1]);
    if (chip->sdk.is_print_off)
        return reset_now(chip);
    rom_say(chip, "Fatal exception %u(%s):\n", cause, cause_name(cause));
    rom_say(chip,
            "epc1=0x%08x, epc2=0x%08x, epc3=0x%08x, excvaddr=0x%08x, "
            "depc=0x%08x\n",
            cpu->epc[1], cpu->epc[2], cpu->epc[3], cpu->excvaddr, cpu->depc);
    return rom_then(chip, reset_now);
}

/* What owners see over and over, at the boot ROM's speed (nodemcu-firmware
 * #1500, esp_wifi_repeater #182). */
enum native_result sdk_miss_phy(struct chip *chip, uint8_t first)
{
    chip_event(chip, "sdk no PHY data at 0x%x: restart", chip->sdk.phy_data);
    rom_say(chip, "rf_cal[0] !=0x05,is 0x%02X\n", first);
    return rom_then(chip, reset_now);
}

/* ---- deep sleep ---------------------------------------------------------- */

static void fall_asleep(struct chip *chip)
{
    chip_ask_sleep(chip, chip->sdk.sleep_us);
}

/* The archives refuse what the RTC can't count: 31 bits of its slow clock. */
static bool may_sleep(struct chip *chip, uint64_t us)
{
    if (us >= UINT64_C(0x80000000) * RTC_SLOW_CYCLES / CYCLES_PER_US)
        return false;
    chip->sdk.sleep_us = us;
    return true;
}

static uint64_t argument_us(const struct chip *chip)
{
    return chip->cpu.a[2] | (uint64_t)chip->cpu.a[3] << 32;
}

/* bool system_deep_sleep(us, 64 bits): returns; sleeps 100 ms later. 0: until
 * somebody resets the chip. */
enum native_result sdk_native_deep_sleep(struct chip *chip)
{
    if (!may_sleep(chip, argument_us(chip)))
        return sdk_return(chip, 0);
    sdk_timer_own(chip, DELAY_MS, fall_asleep);
    return sdk_return(chip, 1);
}

/* bool system_deep_sleep_instant(us) */
enum native_result sdk_native_deep_sleep_instant(struct chip *chip)
{
    if (!may_sleep(chip, argument_us(chip)))
        return sdk_return(chip, 0);
    fall_asleep(chip);
    return NATIVE_AGAIN;
}

/* bool system_deep_sleep_set_option(option): what the radio does after waking;
 * there is none here. */
enum native_result sdk_native_deep_sleep_option(struct chip *chip)
{
    return sdk_return(chip, (chip->cpu.a[2] & 0xFFu) <= 4);
}
