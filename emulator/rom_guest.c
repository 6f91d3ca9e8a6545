/* Helpers of all ROM natives: guest memory, results, waiting. */
#include "emulator/rom_private.h"

uint32_t rom_get(struct chip *chip, uint32_t address)
{
    uint32_t value = 0;
    (void)bus_read32(chip->bus, address, &value);
    return value;
}

void rom_put(struct chip *chip, uint32_t address, uint32_t value)
{
    (void)bus_write32(chip->bus, address, value);
}

uint8_t rom_get8(struct chip *chip, uint32_t address, bool *is_ok)
{
    uint8_t byte = 0;
    if (!bus_copy_out(chip->bus, address, &byte, 1))
        *is_ok = false;
    return byte;
}

bool rom_get_string(struct chip *chip, uint32_t address, char *out, size_t room)
{
    bool is_ok = true;
    for (size_t i = 0; i < room; i++) {
        out[i] = (char)rom_get8(chip, address + (uint32_t)i, &is_ok);
        if (!is_ok)
            return false;
        if (out[i] == '\0')
            return true;
    }
    return false;
}

enum native_result rom_return(struct chip *chip, uint32_t value)
{
    chip->cpu.a[2] = value;
    return NATIVE_RETURN;
}

enum native_result rom_return64(struct chip *chip, uint64_t value)
{
    chip->cpu.a[2] = (uint32_t)value;
    chip->cpu.a[3] = (uint32_t)(value >> 32);
    return NATIVE_RETURN;
}

enum native_result rom_fault(struct chip *chip, enum fault cause,
                             uint32_t address)
{
    cpu_exception(&chip->cpu, cause, address);
    return NATIVE_JUMP;
}

uint32_t rom_ccount(const struct chip *chip)
{
    return (uint32_t)chip->clock.now + chip->cpu.ccount_base;
}
