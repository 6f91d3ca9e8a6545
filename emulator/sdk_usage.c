/* How much of the chip's memory an image uses. */
#include "emulator/sdk_usage.h"

#include <stdio.h>
#include <string.h>

#include "emulator/rom_private.h"
#include "emulator/sdk_private.h"
#include "format/bytes.h"
#include "format/flash_map.h"
#include "format/image.h"

#define STACK_FLOOR (SDK_STACK - SDK_STACK_SIZE)
#define PAINT_FROM ROM_BSS_END
#define PAINT_SIZE (SDK_STACK - PAINT_FROM)
#define PAINT 0xA6u
#define USER_IRAM 0x8000u
#define USER_DRAM (SDK_HEAP_END - DRAM_BASE)

/* ---- the stack ----------------------------------------------------------- */

static void paint(struct chip *chip)
{
    uint8_t bytes[PAINT_SIZE];
    memset(bytes, PAINT, sizeof(bytes));
    (void)bus_copy_in(chip->bus, PAINT_FROM, bytes, sizeof(bytes));
}

/* The stack reaches down to `address`. */
static bool reach(struct chip *chip, uint32_t address)
{
    chip->sdk.stack_low = address;
    if (SDK_STACK - address > chip->usage.stack)
        chip->usage.stack = SDK_STACK - address;
    if (!chip->sdk.has_pre_init_ended &&
        SDK_STACK - address > SDK_PRE_INIT_STACK) {
        (void)sdk_rule_broken(chip, RULE_PRE_INIT_STACK,
                              "at least %u bytes are used",
                              SDK_STACK - address);
        return false;
    }
    if (address >= STACK_FLOOR)
        return true;
    (void)sdk_rule_broken(chip, RULE_STACK, "at least %u bytes are used",
                          SDK_STACK - address);
    return false;
}

bool sdk_usage_check_pointer(struct chip *chip)
{
    uint32_t a1 = chip->cpu.a[1];
    /* Elsewhere: a stack of the program's own. */
    if (!chip->sdk.is_running || a1 >= chip->sdk.stack_low || a1 < SDK_HEAP_END)
        return true;
    return reach(chip, a1);
}

bool sdk_usage_check_paint(struct chip *chip)
{
    uint8_t bytes[PAINT_SIZE];
    uint32_t size = chip->sdk.stack_low - PAINT_FROM, at = 0;
    if (chip->sdk.stack_low <= PAINT_FROM ||
        !bus_copy_out(chip->bus, PAINT_FROM, bytes, size))
        return true;
    /* All as the first, which is the rule after every callback, is quickly
     * seen. */
    if (bytes[0] == PAINT && memcmp(bytes, bytes + 1, size - 1) == 0)
        return true;
    while (bytes[at] == PAINT)
        at++;
    return reach(chip, PAINT_FROM + at);
}

/* ---- IRAM ---------------------------------------------------------------- */

/* Bytes that the image at this place in flash has in IRAM; false: there is none
 * with this entry. */
static bool measure(struct chip *chip, uint32_t at, uint32_t entry,
                    uint32_t *iram)
{
    uint8_t head[IMAGE_HEADER];
    flash_chip_read(&chip->flash, at, head, sizeof(head));
    *iram = 0;
    if (head[0] != IMAGE_MAGIC || get_u32le(head + 4) != entry)
        return false;
    unsigned segments = head[1];
    at += IMAGE_HEADER;
    for (; segments > 0 && segments <= IMAGE_SEGMENTS; segments--) {
        flash_chip_read(&chip->flash, at, head, sizeof(head));
        uint32_t address = get_u32le(head), size = get_u32le(head + 4);
        if (address - IRAM_BASE < IRAM_SIZE)
            *iram += size;
        at += IMAGE_HEADER + size;
    }
    return true;
}

static uint32_t iram_of(struct chip *chip, uint32_t entry)
{
    static const uint32_t places[] = {MAP_SLOT_A, MAP_SLOT_B, MAP_BOOT};
    uint32_t iram = 0;
    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
        if (measure(chip, places[i], entry, &iram))
            return iram;
    return 0;
}

/* ---- the report ---------------------------------------------------------- */

void sdk_usage_start(struct chip *chip, uint32_t entry, bool has_archives)
{
    struct sdk_usage *usage = &chip->usage;
    usage->heap_lowest = usage->is_known ? usage->heap_lowest : UINT32_MAX;
    usage->is_known = true;
    usage->iram = iram_of(chip, entry) + (has_archives ? 0 : SDK_ARCHIVES_IRAM);
    usage->dram = chip->heap.start - DRAM_BASE;
    chip->sdk.stack_low = SDK_STACK;
    paint(chip);
}

void sdk_usage_keep(struct chip *chip)
{
    struct sdk_usage *usage = &chip->usage;
    const struct sdk_heap *heap = &chip->heap;
    if (!chip->sdk.is_running || !usage->is_known)
        return;
    usage->heap_total = heap->total;
    usage->heap_largest = sdk_heap_largest(chip);
    if (heap->lowest < usage->heap_lowest)
        usage->heap_lowest = heap->lowest;
}

bool sdk_usage_text(struct chip *chip, char *out, size_t room)
{
    const struct sdk_usage *usage = &chip->usage;
    sdk_usage_keep(chip);
    if (!usage->is_known)
        return false;
    snprintf(out, room,
             "stack %u of %u bytes, heap lowest %u of %u free, largest block "
             "%u, IRAM %u of %u, DRAM %u of %u",
             usage->stack, SDK_STACK_SIZE, usage->heap_lowest,
             usage->heap_total, usage->heap_largest, usage->iram, USER_IRAM,
             usage->dram, USER_DRAM);
    return true;
}
