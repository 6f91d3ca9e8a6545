/* os_printf and the archives' formatting into memory. */
#include "emulator/rom_private.h"
#include "emulator/sdk_private.h"

#define SCRATCH 32u /* below the stack: a2 to a7, as va_start saves them */
#define CYCLES_PER_CHARACTER 40u
#define NO_LIMIT 0xFFFFFFFFu

/* int os_printf_plus(format, ...) */
enum native_result sdk_native_printf(struct chip *chip)
{
    return chip->sdk.is_print_off ? sdk_return(chip, 0) : native_printf(chip);
}

/* void system_set_os_print(is on) */
enum native_result sdk_native_set_os_print(struct chip *chip)
{
    chip->sdk.is_print_off = (chip->cpu.a[2] & 0xFFu) == 0;
    return NATIVE_RETURN;
}

enum native_result sdk_native_get_os_print(struct chip *chip)
{
    return sdk_return(chip, !chip->sdk.is_print_off);
}

/* ---- into memory --------------------------------------------------------- */

/* At most size - 1 characters and a NUL; gives the whole text's length. */
static enum native_result print_to(struct chip *chip, uint32_t to,
                                   uint32_t size, uint32_t format,
                                   const uint32_t va[3])
{
    uint8_t piece[ROM_FORMAT_PIECE], nul = 0;
    uint32_t done = 0, length = rom_format(chip, format, va, 0, piece);
    uint32_t kept = length < size ? length : size ? size - 1 : 0;
    native_spend(chip, (uint64_t)length * CYCLES_PER_CHARACTER);
    while (done < kept) {
        uint32_t n =
            kept - done < sizeof(piece) ? kept - done : (uint32_t)sizeof(piece);
        if (!bus_copy_in(chip->bus, to + done, piece, n))
            return rom_fault(chip, FAULT_STORE_PROHIBITED, to + done);
        done += n;
        (void)rom_format(chip, format, va, done, piece);
    }
    if (size && !bus_copy_in(chip->bus, to + done, &nul, 1))
        return rom_fault(chip, FAULT_STORE_PROHIBITED, to + done);
    return rom_return(chip, length);
}

/* The va_list of a function with `named` arguments before the dots. */
static void start_list(struct chip *chip, uint32_t named, uint32_t va[3])
{
    const struct cpu *cpu = &chip->cpu;
    uint32_t registers = cpu->a[1] - SCRATCH;
    for (unsigned i = 2; i < 8; i++)
        rom_put(chip, registers + 4 * (i - 2), cpu->a[i]);
    va[0] = cpu->a[1] - 32;
    va[1] = registers;
    va[2] = 4 * named;
}

/* int ets_sprintf(to, format, ...) */
enum native_result sdk_native_sprintf(struct chip *chip)
{
    const uint32_t *a = chip->cpu.a;
    uint32_t va[3];
    start_list(chip, 2, va);
    return print_to(chip, a[2], NO_LIMIT, a[3], va);
}

/* int ets_snprintf(to, size, format, ...) */
enum native_result sdk_native_snprintf(struct chip *chip)
{
    const uint32_t *a = chip->cpu.a;
    uint32_t va[3];
    start_list(chip, 3, va);
    return print_to(chip, a[2], a[3], a[4], va);
}

/* int ets_vsprintf(to, format, va_list): the list is three words by value */
enum native_result sdk_native_vsprintf(struct chip *chip)
{
    const uint32_t *a = chip->cpu.a;
    const uint32_t va[3] = {a[4], a[5], a[6]};
    return print_to(chip, a[2], NO_LIMIT, a[3], va);
}

/* int ets_vsnprintf(to, size, format, va_list) */
enum native_result sdk_native_vsnprintf(struct chip *chip)
{
    const uint32_t *a = chip->cpu.a;
    const uint32_t va[3] = {a[5], a[6], a[7]};
    return print_to(chip, a[2], a[3], a[4], va);
}

/* ---- what is where in memory --------------------------------------------- */

static enum native_result said(struct chip *chip)
{
    (void)chip;
    return NATIVE_RETURN;
}

/* void system_print_meminfo(void): constants in RAM are part of data here. */
enum native_result sdk_native_print_meminfo(struct chip *chip)
{
    const struct sdk *sdk = &chip->sdk;
    const uint32_t at[] = {DRAM_BASE, sdk->bss_start, sdk->bss_end,
                           chip->heap.start, SDK_HEAP_END};
    static const char *const name[] = {"data", "bss", NULL, "heap"};
    if (sdk->is_print_off)
        return NATIVE_RETURN;
    for (unsigned i = 0; i < sizeof(name) / sizeof(name[0]); i++)
        if (name[i])
            rom_say(chip, "%-6s: 0x%x ~ 0x%x, len: %u\n", name[i], at[i],
                    at[i + 1], at[i + 1] - at[i]);
    return rom_then(chip, said);
}

/* void system_show_malloc(void): one line for each block in use */
enum native_result sdk_native_show_malloc(struct chip *chip)
{
    for (unsigned i = 0; i < chip->heap.count; i++) {
        const struct sdk_block *block = &chip->heap.block[i];
        if (block->asked)
            chip_event(chip, "sdk heap 0x%08x %u bytes, from 0x%08x",
                       block->address + SDK_HEAP_HEADER, block->asked,
                       block->caller);
    }
    return NATIVE_RETURN;
}
