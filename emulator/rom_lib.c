/* The ROM's mem* and str* functions on guest memory. */
#include "emulator/rom_private.h"

#include <stdlib.h>
#include <string.h>

#define CALL_CYCLES 20u
#define PIECE 4096u
#define STRING_LIMIT 0x20000u /* no guest string is longer than its RAM */

static void spend(struct chip *chip, uint32_t bytes)
{
    native_spend(chip, CALL_CYCLES + bytes / 2);
}

/* The first byte of [address, address+size) that can't be accessed is what the
 * chip's own loop would have faulted on; the start is near enough for a size
 * that is all wrong. */
static enum native_result load_fault(struct chip *chip, uint32_t address)
{
    return rom_fault(chip, FAULT_LOAD_PROHIBITED, address);
}

static enum native_result store_fault(struct chip *chip, uint32_t address)
{
    return rom_fault(chip, FAULT_STORE_PROHIBITED, address);
}

/* ---- mem* ---- */

/* memcpy, memmove: overlapping memcpy is the caller's bug; ours moves. */
enum native_result native_memmove(struct chip *chip)
{
    uint32_t to = chip->cpu.a[2], from = chip->cpu.a[3], size = chip->cpu.a[4];
    if (size == 0)
        return NATIVE_RETURN;
    uint8_t *copy = size <= STRING_LIMIT * 16 ? malloc(size) : NULL;
    bool is_read = copy && bus_copy_out(chip->bus, from, copy, size);
    bool is_written = is_read && bus_copy_in(chip->bus, to, copy, size);
    free(copy);
    if (!is_read)
        return load_fault(chip, from);
    if (!is_written)
        return store_fault(chip, to);
    spend(chip, size);
    return NATIVE_RETURN;
}

/* xthal_bcopy(from, to, size) */
enum native_result native_bcopy(struct chip *chip)
{
    uint32_t from = chip->cpu.a[2];
    chip->cpu.a[2] = chip->cpu.a[3];
    chip->cpu.a[3] = from;
    return native_memmove(chip);
}

static enum native_result fill(struct chip *chip, uint8_t value, uint32_t size)
{
    uint8_t piece[PIECE];
    uint32_t to = chip->cpu.a[2];
    memset(piece, value, sizeof(piece));
    for (uint32_t left = size; left;) {
        uint32_t n = left < PIECE ? left : PIECE;
        if (!bus_copy_in(chip->bus, to, piece, n))
            return store_fault(chip, to);
        to += n;
        left -= n;
    }
    spend(chip, size);
    return NATIVE_RETURN;
}

enum native_result native_memset(struct chip *chip)
{
    return fill(chip, (uint8_t)chip->cpu.a[3], chip->cpu.a[4]);
}

enum native_result native_bzero(struct chip *chip)
{
    return fill(chip, 0, chip->cpu.a[3]);
}

/* Compare byte by byte up to `limit`; strings also end at NUL. Gives -1, 0, 1
 * as the ROM does. */
static enum native_result compare(struct chip *chip, uint32_t limit,
                                  bool is_string)
{
    uint32_t left = chip->cpu.a[2], right = chip->cpu.a[3], i;
    uint32_t result = 0;
    bool is_ok = true;
    for (i = 0; i < limit && result == 0; i++) {
        uint8_t l = rom_get8(chip, left + i, &is_ok);
        if (!is_ok)
            return load_fault(chip, left + i);
        uint8_t r = rom_get8(chip, right + i, &is_ok);
        if (!is_ok)
            return load_fault(chip, right + i);
        if (l != r)
            result = l > r ? 1u : ~0u;
        else if (is_string && l == 0)
            break;
    }
    spend(chip, 4 * i);
    return rom_return(chip, result);
}

enum native_result native_memcmp(struct chip *chip)
{
    return compare(chip, chip->cpu.a[4], false);
}

/* ---- str* ---- */

enum native_result native_strcmp(struct chip *chip)
{
    return compare(chip, ~0u, true);
}

enum native_result native_strncmp(struct chip *chip)
{
    return compare(chip, chip->cpu.a[4], true);
}

/* Length of the string, or where it left memory. */
static bool measure(struct chip *chip, uint32_t address, uint32_t limit,
                    uint32_t *length)
{
    bool is_ok = true;
    *length = 0;
    while (*length < limit && rom_get8(chip, address + *length, &is_ok))
        ++*length;
    spend(chip, 2 * *length);
    return is_ok;
}

enum native_result native_strlen(struct chip *chip)
{
    uint32_t length;
    if (!measure(chip, chip->cpu.a[2], ~0u, &length))
        return load_fault(chip, chip->cpu.a[2] + length);
    return rom_return(chip, length);
}

enum native_result native_strcpy(struct chip *chip)
{
    uint32_t length;
    if (!measure(chip, chip->cpu.a[3], ~0u, &length))
        return load_fault(chip, chip->cpu.a[3] + length);
    chip->cpu.a[4] = length + 1;
    return native_memmove(chip);
}

enum native_result native_strncpy(struct chip *chip)
{
    const uint32_t *a = chip->cpu.a;
    uint32_t to = a[2], size = a[4], length;
    if (!measure(chip, a[3], size, &length))
        return load_fault(chip, a[3] + length);
    chip->cpu.a[4] = length;
    enum native_result result = native_memmove(chip);
    if (result != NATIVE_RETURN)
        return result;
    chip->cpu.a[2] = to + length;
    result = fill(chip, 0, size - length);
    if (result == NATIVE_RETURN)
        chip->cpu.a[2] = to;
    return result;
}

static bool is_at(struct chip *chip, uint32_t hay, uint32_t needle,
                  uint32_t length)
{
    bool is_ok = true;
    for (uint32_t i = 0; i < length; i++)
        if (rom_get8(chip, hay + i, &is_ok) !=
            rom_get8(chip, needle + i, &is_ok))
            return false;
    return true;
}

enum native_result native_strstr(struct chip *chip)
{
    uint32_t hay = chip->cpu.a[2], needle = chip->cpu.a[3];
    uint32_t hay_size, needle_size;
    if (!measure(chip, hay, ~0u, &hay_size))
        return load_fault(chip, hay + hay_size);
    if (!measure(chip, needle, ~0u, &needle_size))
        return load_fault(chip, needle + needle_size);
    for (uint32_t i = 0; i + needle_size <= hay_size; i++)
        if (is_at(chip, hay + i, needle, needle_size))
            return rom_return(chip, hay + i);
    return rom_return(chip, 0);
}
