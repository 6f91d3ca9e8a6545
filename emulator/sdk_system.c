/* The SDK's system functions: tasks, restart and its reason, identity, RTC
 * memory. */
#include <string.h>

#include "emulator/sdk_private.h"

/* system_rtc_mem_*: blocks of 4 bytes from 0x60001100, 192 of them; the first
 * 64 are the SDK's. */
#define RTC_FIRST_WORD 64u
#define RTC_BLOCKS 192u
#define RTC_USER_BLOCK 64u
/* enum partition_type of the public API. */
#define PARTITION_PHY_DATA 5u
#define PARTITION_SIZE 12u /* type, address, size */
#define PARTITIONS 16u

/* ---- tasks --------------------------------------------------------------- */

/* bool system_os_task(fn, priority, queue, queue length) */
enum native_result sdk_native_os_task(struct chip *chip)
{
    const uint32_t *a = chip->cpu.a;
    if (a[3] >= SDK_TASKS || a[5] == 0 || a[2] == 0)
        return sdk_return(chip, 0);
    chip->sdk.task[a[3]] =
        (struct sdk_task){.fn = a[2], .queue = a[4], .room = a[5] & 0xFFu};
    return sdk_return(chip, 1);
}

/* bool system_os_post(priority, signal, parameter); interrupts may call it */
enum native_result sdk_native_os_post(struct chip *chip)
{
    const uint32_t *a = chip->cpu.a;
    struct sdk_task *task = a[2] < SDK_TASKS ? &chip->sdk.task[a[2]] : NULL;
    if (!task || task->fn == 0 || task->count == task->room)
        return sdk_return(chip, 0);
    uint32_t slot = (task->head + task->count) % task->room;
    sdk_put(chip, task->queue + 8 * slot, a[3]);
    sdk_put(chip, task->queue + 8 * slot + 4, a[4]);
    task->count++;
    return sdk_return(chip, 1);
}

/* ---- the system ---------------------------------------------------------- */

enum native_result sdk_native_restart(struct chip *chip)
{
    chip_reset(chip, RESET_SOFTWARE);
    return NATIVE_JUMP;
}

/* enum rst_reason of the public API. */
static uint32_t reset_reason(const struct chip *chip)
{
    switch (chip->reset_cause) {
    case RESET_POWER_ON:
        return 0;
    case RESET_WATCHDOG:
        return 1;
    case RESET_SOFTWARE:
        return 4;
    case RESET_DEEP_SLEEP:
        return 5;
    case RESET_EXTERNAL:
        return 6;
    }
    return 0;
}

/* struct rst_info: reason, exccause, epc1, epc2, epc3, excvaddr, depc */
enum native_result sdk_native_rst_info(struct chip *chip)
{
    for (uint32_t i = 0; i < 7; i++)
        sdk_put(chip, SDK_RESET_INFO + 4 * i, 0);
    sdk_put(chip, SDK_RESET_INFO, reset_reason(chip));
    sdk_watchdog_tell(chip, SDK_RESET_INFO);
    return sdk_return(chip, SDK_RESET_INFO);
}

enum native_result sdk_native_chip_id(struct chip *chip)
{
    const uint8_t *mac = chip->config.mac;
    return sdk_return(chip,
                      (uint32_t)mac[3] << 16 | (uint32_t)mac[4] << 8 | mac[5]);
}

/* Microseconds since the start, 32 bits. */
enum native_result sdk_native_time(struct chip *chip)
{
    return sdk_return(chip, (uint32_t)(chip->clock.now / CYCLES_PER_US));
}

enum native_result sdk_native_feed(struct chip *chip)
{
    wdt_feed(&chip->wdt);
    sdk_watchdog_feed(chip);
    return NATIVE_RETURN;
}

/* ---- RTC memory: bool fn(block, memory, size) ---------------------------- */

static bool rtc_is_inside(const uint32_t *a)
{
    return a[2] < RTC_BLOCKS && a[4] <= 4 * (RTC_BLOCKS - a[2]) &&
           a[3] % 4 == 0;
}

enum native_result sdk_native_rtc_read(struct chip *chip)
{
    const uint32_t *a = chip->cpu.a;
    if (!rtc_is_inside(a))
        return sdk_return(chip, 0);
    bool done = bus_copy_in(chip->bus, a[3],
                            &chip->rtc.memory[RTC_FIRST_WORD + a[2]], a[4]);
    return sdk_return(chip, done);
}

enum native_result sdk_native_rtc_write(struct chip *chip)
{
    const uint32_t *a = chip->cpu.a;
    if (!rtc_is_inside(a) || a[2] < RTC_USER_BLOCK)
        return sdk_return(chip, 0);
    bool done = bus_copy_out(chip->bus, a[3],
                             &chip->rtc.memory[RTC_FIRST_WORD + a[2]], a[4]);
    return sdk_return(chip, done);
}

/* ---- partitions ---------------------------------------------------------- */

/* bool fn(table, count, map) */
enum native_result sdk_native_partitions(struct chip *chip)
{
    const uint32_t *a = chip->cpu.a;
    uint32_t count = a[3] < PARTITIONS ? a[3] : PARTITIONS;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t row = a[2] + PARTITION_SIZE * i;
        if (sdk_get(chip, row) == PARTITION_PHY_DATA)
            chip->sdk.phy_data = sdk_get(chip, row + 4);
    }
    return sdk_return(chip, chip->sdk.phy_data != 0);
}

/* ---- Wi-Fi, as far as it is off ------------------------------------------ */

/* bool fn(interface, 6 bytes); the soft AP's has bit 1 of the first byte set */
enum native_result sdk_native_macaddr(struct chip *chip)
{
    const uint32_t *a = chip->cpu.a;
    uint8_t mac[6];
    memcpy(mac, chip->config.mac, sizeof(mac));
    if (a[2] == 1)
        mac[0] = (uint8_t)(mac[0] | 2);
    return sdk_return(chip, bus_copy_in(chip->bus, a[3], mac, sizeof(mac)));
}

enum native_result sdk_native_opmode(struct chip *chip)
{
    if (chip->cpu.a[2] == 0) /* NULL_MODE */
        return sdk_return(chip, 1);
    chip_stop(chip, "wifi_set_opmode_current(%u): there is no Wi-Fi yet",
              chip->cpu.a[2]);
    return NATIVE_STOP;
}

/* ---- narrow loads from flash --------------------------------------------- */

/* The exception frame (rom_isr.c): a0 at 16, a2 to a15 from 20. */
static uint32_t frame_register(uint32_t frame, unsigned number)
{
    return number == 0 ? frame + 16 : frame + 20 + 4 * (number - 2);
}

/* L8UI, L16UI, L16SI: op0 2, r 0, 1, 9 (ISA summary). */
static unsigned load_size(uint32_t code)
{
    unsigned r = (code >> 12) & 15u;
    if ((code & 15u) != 2 || (r != 0 && r != 1 && r != 9))
        return 0;
    return r == 0 ? 1 : 2;
}

/* The handler that the archives install for cause 3: void fn(frame, cause).
 * Does the load that the instruction could not do; about 230 cycles. */
enum native_result sdk_native_load_store(struct chip *chip)
{
    uint32_t frame = chip->cpu.a[2];
    uint32_t epc = sdk_get(chip, frame);
    uint8_t bytes[3] = {0}, data[2] = {0};
    (void)bus_copy_out(chip->bus, epc, bytes, sizeof(bytes));
    uint32_t code =
        bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16;
    unsigned size = load_size(code);
    unsigned s = (code >> 8) & 15u, t = (code >> 4) & 15u;
    uint32_t base =
        s == 1 ? frame + 256 : sdk_get(chip, frame_register(frame, s));
    uint32_t address = base + (code >> 16) * size;
    if (size == 0 || t == 1 || !bus_copy_out(chip->bus, address, data, size)) {
        chip_stop(chip, "access of the wrong width at 0x%08x, code at 0x%08x",
                  address, epc);
        return NATIVE_STOP;
    }
    if (chip->rom.handlers)
        return sdk_rule_broken(chip, RULE_ISR_IRAM,
                               "byte at 0x%08x, code at 0x%08x", address, epc);
    uint32_t value = data[0] | (uint32_t)data[1] << 8;
    if (((code >> 12) & 15u) == 9)
        value = (uint32_t)(int32_t)(int16_t)value;
    sdk_put(chip, frame_register(frame, t), value);
    sdk_put(chip, frame, epc + 3);
    native_spend(chip, 230);
    return NATIVE_RETURN;
}
