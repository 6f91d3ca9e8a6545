#include "emulator/sdk_private.h"

#include <string.h>

#include "emulator/elf_image.h"

/* The ROM's table of C exception handlers, by cause (chip.md B3). */
#define HANDLER_TABLE 0x3FFFC100u
#define PHY_DATA_GOOD 0x05u

const struct native sdk_natives[] = {
#define R(address, name, fn) {address, name, fn, true},
#define I(address, name, fn) {address, name, fn, false},
#include "emulator/sdk_rows.h"
#undef R
#undef I
};
const size_t sdk_native_count = sizeof(sdk_natives) / sizeof(sdk_natives[0]);

uint32_t sdk_get(struct chip *chip, uint32_t address)
{
    uint32_t value = 0;
    (void)bus_read32(chip->bus, address, &value);
    return value;
}

void sdk_put(struct chip *chip, uint32_t address, uint32_t value)
{
    (void)bus_write32(chip->bus, address, value);
}

enum native_result sdk_return(struct chip *chip, uint32_t value)
{
    chip->cpu.a[2] = value;
    return NATIVE_RETURN;
}

void sdk_reset(struct chip *chip)
{
    clock_cancel(&chip->clock, &chip->sdk.watchdog);
    sdk_usage_keep(chip);
    memset(&chip->sdk, 0, sizeof(chip->sdk));
    chip->sdk.reset_at = chip->clock.now;
    sdk_heap_reset(chip);
    chip->uart[0].clock_hz = UART_CLOCK_ROM;
    chip->uart[1].clock_hz = UART_CLOCK_ROM;
    /* Of an image with archives only the entry, until it is there. */
    cpu_unhook_all(&chip->cpu);
    if (chip->config.elf && elf_image_has_archives(chip->config.elf))
        (void)cpu_hook(&chip->cpu, elf_image_start(chip->config.elf)->entry, 1);
}

/* ---- calling the guest ----------------------------------------------------
 */

/* pc is where it goes. */
static enum native_result enter(struct chip *chip, const char *callback)
{
    chip->sdk.callback = callback;
    chip->sdk.callback_fn = chip->cpu.pc;
    history_note(&chip->history, chip->clock.now, callback, chip->cpu.pc);
    return NATIVE_JUMP;
}

/* Back from it, or nothing was called. False: it has broken a rule. */
static bool returned(struct chip *chip)
{
    if (!chip->sdk.callback)
        return true;
    bool is_good = sdk_heap_check(chip) && sdk_usage_check_paint(chip);
    chip->sdk.callback = NULL;
    return is_good;
}

/* ---- start, in the archives' order --------------------------------------- */

static void zero_bss(struct chip *chip, uint32_t from, uint32_t to)
{
    static const uint8_t zeroes[64];
    while (from < to) {
        uint32_t n = to - from < sizeof(zeroes) ? to - from : sizeof(zeroes);
        if (!bus_copy_in(chip->bus, from, zeroes, n))
            return;
        from += n;
    }
}

/* The start table of an image that was linked for the bench. */
static bool read_table(struct chip *chip, struct elf_start *start)
{
    uint32_t table = SDK_START_TABLE;
    if (sdk_get(chip, table) != SDK_START_MAGIC) {
        chip_stop(chip, "call_user_start: the image has no start table at "
                        "0x3FFE8000; it was not linked for the bench");
        return false;
    }
    *start = (struct elf_start){.bss_start = sdk_get(chip, table + 4),
                                .bss_end = sdk_get(chip, table + 8),
                                .user_pre_init = sdk_get(chip, table + 12),
                                .user_init = sdk_get(chip, table + 16),
                                .shows_1mb = sdk_get(chip, table + 20) ==
                                             (SDK_START_SHOWS | SDK_MAP_1MB)};
    return true;
}

/* The symbols of one that was linked with the archives. From here on theirs is
 * never run. */
static bool read_symbols(struct chip *chip, struct elf_start *start)
{
    const struct elf_image *elf = chip->config.elf;
    if (!elf_image_is_loaded(elf, chip->bus)) {
        chip_stop(chip, "call_user_start: the flash holds another program than "
                        "the ELF file given with --elf");
        return false;
    }
    elf_image_hook(elf, &chip->cpu);
    chip->sdk.names = elf;
    *start = *elf_image_start(elf);
    return true;
}

/* Names for messages, if the ELF file is this image's. */
static void take_names(struct chip *chip)
{
    const struct elf_image *elf = chip->config.elf;
    if (!elf || elf_image_has_archives(elf))
        return;
    if (elf_image_is_loaded(elf, chip->bus))
        chip->sdk.names = elf;
    else
        chip_event(chip, "sdk the flash holds another program than the ELF "
                         "file: places have no names");
}

static bool is_in_sdk(uint32_t address)
{
    return address - SDK_BASE < SDK_SIZE;
}

enum native_result sdk_native_start(struct chip *chip)
{
    struct elf_start start;
    chip->sdk.is_running = true;
    chip->sdk.entry_stack = chip->cpu.a[1];
    dport_cache(&chip->dport, true, 0, true);
    bool has_archives = chip->config.elf && !is_in_sdk(chip->cpu.pc);
    if (!(has_archives ? read_symbols(chip, &start) : read_table(chip, &start)))
        return NATIVE_STOP;
    take_names(chip);
    zero_bss(chip, start.bss_start, start.bss_end);
    sdk_heap_init(chip, start.bss_end + (has_archives ? 0 : SDK_ARCHIVES_DRAM));
    sdk_wifi_start(chip);
    sdk_usage_start(chip, chip->cpu.pc, has_archives);
    sdk_put(chip, HANDLER_TABLE + 4 * FAULT_LOAD_STORE, SDK_STEP_LOAD_STORE);
    chip->sdk.has_byte_load_handler = true;
    chip->sdk.user_init = start.user_init;
    chip->sdk.shows_1mb = start.shows_1mb;
    chip->sdk.bss_start = start.bss_start;
    chip->sdk.bss_end = start.bss_end;
    sdk_watchdog_feed(chip);
    chip->cpu.ps = PS_UM;
    chip->cpu.a[1] = SDK_STACK;
    chip->cpu.a[0] = SDK_STEP_PRE_INIT_DONE;
    chip->cpu.pc = start.user_pre_init;
    return enter(chip, "user_pre_init");
}

/* The radio's start: without its data the archives restart for ever. */
enum native_result sdk_native_pre_init_done(struct chip *chip)
{
    uint8_t first = 0;
    if (!returned(chip))
        return NATIVE_STOP;
    chip->sdk.has_pre_init_ended = true;
    if (chip->sdk.phy_data == 0)
        return sdk_rule_broken(chip, RULE_PARTITION_TABLE,
                               "there is none that was accepted");
    flash_chip_read(&chip->flash, chip->sdk.phy_data, &first, 1);
    if (first != PHY_DATA_GOOD)
        return sdk_miss_phy(chip, first);
    /* After user_pre_init, as in the archives: what the ROM wrote and is not
     * sent yet goes out at another speed. */
    chip->uart[0].clock_hz = UART_CLOCK_SDK;
    chip->uart[1].clock_hz = UART_CLOCK_SDK;
    sdk_reset_recall(chip);
    chip->cpu.a[0] = SDK_STEP_INIT_DONE;
    chip->cpu.pc = chip->sdk.user_init;
    return enter(chip, "user_init");
}

enum native_result sdk_native_init_done(struct chip *chip)
{
    if (!returned(chip))
        return NATIVE_STOP;
    wifi_ready(chip);
    chip->cpu.a[0] = SDK_STEP_LOOP;
    if (!chip->sdk.init_done)
        return native_goto(chip, SDK_STEP_LOOP);
    chip->cpu.pc = chip->sdk.init_done;
    return enter(chip, "init done");
}

/* ---- afterwards: callbacks, timers, tasks, then nothing
 * ------------------------ */

enum native_result sdk_native_loop(struct chip *chip)
{
    uint64_t next = CLOCK_NEVER;
    chip->cpu.a[0] = SDK_STEP_LOOP;
    if (!returned(chip))
        return NATIVE_STOP;
    sdk_call_returned(chip);
    const char *callback = sdk_call_run(chip) ? chip->sdk.calls.now.name
                           : sdk_timer_run(chip, &next) ? "os_timer"
                           : sdk_task_run(chip)         ? "task"
                                                        : NULL;
    if (callback) {
        sdk_watchdog_feed(chip); /* a callback has so long to return */
        return enter(chip, callback);
    }
    if (chip->stop_reason[0])
        return NATIVE_STOP;
    sdk_watchdog_rest(chip); /* nothing runs that could hang */
    return native_wait(chip, next, true);
}
