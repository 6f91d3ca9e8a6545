#include "emulator/native.h"

#include <string.h>

#include "emulator/chip.h"
#include "emulator/elf_image.h"
#include "emulator/sdk_private.h"

#define PLACE_TEXT 64u /* of a function's name and the offset in it */

/* The last row at or before the address; NULL when there is none. */
static const struct native *at_or_before(const struct native *rows,
                                         size_t count, uint32_t address)
{
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (rows[middle].address <= address)
            low = middle + 1;
        else
            high = middle;
    }
    return low ? &rows[low - 1] : NULL;
}

static const struct native *nearest(uint32_t address)
{
    if (address >= SDK_BASE && address < SDK_BASE + SDK_SIZE)
        return at_or_before(sdk_natives, sdk_native_count, address);
    return at_or_before(rom_natives, rom_native_count, address);
}

const struct native *native_find(uint32_t address)
{
    const struct native *row = nearest(address);
    return row && row->address == address ? row : NULL;
}

static const struct native *find_name(const struct native *rows, size_t count,
                                      const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(rows[i].name, name) == 0)
            return &rows[i];
    return NULL;
}

const struct native *native_find_name(const char *name)
{
    const struct native *row = find_name(rom_natives, rom_native_count, name);
    return row ? row : find_name(sdk_natives, sdk_native_count, name);
}

static bool is_native_address(uint32_t pc)
{
    return pc - ROM_BASE < ROM_SIZE || pc - SDK_BASE < SDK_SIZE;
}

static enum native_result call_row(struct chip *chip, const struct native *row)
{
    if (row->is_task_only && chip->rom.handlers)
        return sdk_rule_broken(
            chip, RULE_ISR_CALL, "%s in the handler of interrupt %u, %s",
            row->name, rom_handler_line(chip), rom_handler_name(chip));
    if (!sdk_may_call(chip, row))
        return NATIVE_STOP;
    /* Steps are no calls; their names have a dot. */
    if (chip->sdk.is_running && row->address - SDK_BASE < SDK_STEPS - SDK_BASE)
        history_note(&chip->history, chip->clock.now, row->name, 0);
    if (chip->cpu.a[1] < chip->sdk.stack_low && !sdk_usage_check_pointer(chip))
        return NATIVE_STOP;
    return row->fn(chip);
}

/* Code in flash, from an interrupt handler (cpu_fence_flash). */
static enum native_result call_flash(struct chip *chip, uint32_t pc)
{
    char place[SDK_PLACE];
    sdk_place(chip, pc, place, sizeof(place));
    return sdk_rule_broken(chip, RULE_ISR_IRAM,
                           "%s is in flash; interrupt %u, %s", place,
                           rom_handler_line(chip), rom_handler_name(chip));
}

static enum native_result call_archive(struct chip *chip, uint32_t pc)
{
    const struct elf_image *elf = chip->config.elf;
    const struct native *row = elf_image_native(elf, pc);
    char place[PLACE_TEXT], caller[PLACE_TEXT];
    if (row && row->fn)
        return call_row(chip, row);
    elf_image_place(elf, pc, place, sizeof(place));
    elf_image_place(elf, chip->cpu.a[0], caller, sizeof(caller));
    chip_stop(chip,
              "%s (0x%08x) is Espressif's and has no native; their code is "
              "never run here (called from %s, 0x%08x)",
              place, pc, caller, chip->cpu.a[0]);
    return NATIVE_STOP;
}

/* nearest, at once for what was called lately. */
static const struct native *row_near(struct chip *chip, uint32_t pc)
{
    const struct native **recent =
        &chip->recent_native[(pc >> 2 ^ pc >> 9) % RECENT_NATIVES];
    if (!*recent || (*recent)->address != pc)
        *recent = nearest(pc);
    return *recent;
}

enum native_result native_call(void *ctx, uint32_t pc)
{
    struct chip *chip = ctx;
    const struct native *row = row_near(chip, pc);
    if (chip->rom.handlers && pc - IROM_BASE < IROM_SIZE)
        return call_flash(chip, pc);
    if (chip->config.elf && !is_native_address(pc))
        return call_archive(chip, pc);
    if (row && row->address == pc && row->fn)
        return call_row(chip, row);
    if (row && row->address == pc)
        chip_stop(chip, "%s at 0x%08x is not modelled (called from 0x%08x)",
                  row->name, pc, chip->cpu.a[0]);
    else
        chip_stop(chip, "0x%08x is no known function, %s+0x%x (a0 0x%08x)", pc,
                  row ? row->name : "start", row ? pc - row->address : pc,
                  chip->cpu.a[0]);
    sdk_say_call(chip);
    return NATIVE_STOP;
}

enum native_result native_goto(struct chip *chip, uint32_t address)
{
    chip->cpu.pc = address;
    return NATIVE_JUMP;
}

void native_spend(struct chip *chip, uint64_t cycles)
{
    chip->clock.now += cycles;
}

static void woken(void *ctx)
{
    (void)ctx; /* that the clock stopped here is all that was wanted */
}

enum native_result native_wait(struct chip *chip, uint64_t when,
                               bool is_patient)
{
    struct clock_event *wake = &chip->wake;
    wake->fn = woken;
    wake->ctx = chip;
    wake->is_patient = is_patient;
    if (when != CLOCK_NEVER)
        clock_at(&chip->clock, wake, when);
    return NATIVE_AGAIN;
}
