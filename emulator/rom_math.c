/* Arithmetic that the compiler calls and libgcc for this chip lacks: 64-bit
 * integers, division, soft float (IEEE 754, as the host does it). */
#include "emulator/rom_private.h"

#include <string.h>

#define DIVIDE_CYCLES 60ull
/* Four products of 16 bits, two of 32, their shifts and sums: an assumption. */
#define MULTIPLY_CYCLES 40ull
#define FLOAT_CYCLES 120u
#define NAN_DOUBLE 0x7FF8000000000000u
#define NAN_QUIET_DOUBLE 0x0008000000000000u
#define NAN_SINGLE 0x7FC00000u
#define NAN_QUIET_SINGLE 0x00400000u
#define DIV_BY_ZERO_PC 0x4000DCE5u /* epc1 in users' dumps of __divsi3 */

static uint64_t arg64(const struct chip *chip, unsigned reg)
{
    return chip->cpu.a[reg] | (uint64_t)chip->cpu.a[reg + 1] << 32;
}

/* ---- division: by zero executes an illegal instruction ---- */

static enum native_result divide_by_zero(struct chip *chip)
{
    chip->cpu.pc = DIV_BY_ZERO_PC;
    return rom_fault(chip, FAULT_ILLEGAL, 0);
}

enum native_result native_udivsi3(struct chip *chip)
{
    const uint32_t *a = chip->cpu.a;
    native_spend(chip, DIVIDE_CYCLES);
    return a[3] ? rom_return(chip, a[2] / a[3]) : divide_by_zero(chip);
}

enum native_result native_umodsi3(struct chip *chip)
{
    const uint32_t *a = chip->cpu.a;
    native_spend(chip, DIVIDE_CYCLES);
    return a[3] ? rom_return(chip, a[2] % a[3]) : divide_by_zero(chip);
}

static uint64_t negated(uint64_t value, bool is_negative)
{
    return is_negative ? 0 - value : value;
}

enum native_result native_divsi3(struct chip *chip)
{
    int64_t n = (int32_t)chip->cpu.a[2], d = (int32_t)chip->cpu.a[3];
    native_spend(chip, DIVIDE_CYCLES);
    return d ? rom_return(chip, (uint32_t)(n / d)) : divide_by_zero(chip);
}

enum native_result native_udivdi3(struct chip *chip)
{
    uint64_t d = arg64(chip, 4);
    native_spend(chip, 4 * DIVIDE_CYCLES);
    return d ? rom_return64(chip, arg64(chip, 2) / d) : divide_by_zero(chip);
}

enum native_result native_umoddi3(struct chip *chip)
{
    uint64_t d = arg64(chip, 4);
    native_spend(chip, 4 * DIVIDE_CYCLES);
    return d ? rom_return64(chip, arg64(chip, 2) % d) : divide_by_zero(chip);
}

enum native_result native_divdi3(struct chip *chip)
{
    uint64_t n = arg64(chip, 2), d = arg64(chip, 4);
    bool n_minus = n >> 63, d_minus = d >> 63;
    native_spend(chip, 4 * DIVIDE_CYCLES);
    if (d == 0)
        return divide_by_zero(chip);
    uint64_t q = negated(n, n_minus) / negated(d, d_minus);
    return rom_return64(chip, negated(q, n_minus != d_minus));
}

enum native_result native_muldi3(struct chip *chip)
{
    native_spend(chip, MULTIPLY_CYCLES);
    return rom_return64(chip, arg64(chip, 2) * arg64(chip, 4));
}

enum native_result native_umulsidi3(struct chip *chip)
{
    native_spend(chip, MULTIPLY_CYCLES);
    return rom_return64(chip, (uint64_t)chip->cpu.a[2] * chip->cpu.a[3]);
}

/* ---- soft float ---- */

static double to_double(uint64_t bits)
{
    double value;
    memcpy(&value, &bits, sizeof(value));
    return value;
}

static uint64_t of_double(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof(bits));
    return bits;
}

static float to_single(uint32_t bits)
{
    float value;
    memcpy(&value, &bits, sizeof(value));
    return value;
}

static uint32_t of_single(float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof(bits));
    return bits;
}

static bool is_nan64(uint64_t bits)
{
    return (bits & ~(1ull << 63)) > 0x7FF0000000000000u;
}

static bool is_nan32(uint32_t bits)
{
    return (bits & 0x7FFFFFFFu) > 0x7F800000u;
}

/* A NaN operand comes back quieted; a NaN made here is the default one, whose
 * sign is the host's secret otherwise. */
static enum native_result return_double(struct chip *chip, double value)
{
    uint64_t x = arg64(chip, 2), y = arg64(chip, 4), bits = of_double(value);
    native_spend(chip, FLOAT_CYCLES);
    if (is_nan64(bits))
        bits = is_nan64(x)   ? x | NAN_QUIET_DOUBLE
               : is_nan64(y) ? y | NAN_QUIET_DOUBLE
                             : NAN_DOUBLE;
    return rom_return64(chip, bits);
}

static enum native_result return_single(struct chip *chip, float value)
{
    uint32_t x = chip->cpu.a[2], y = chip->cpu.a[3], bits = of_single(value);
    native_spend(chip, FLOAT_CYCLES);
    if (is_nan32(bits))
        bits = is_nan32(x)   ? x | NAN_QUIET_SINGLE
               : is_nan32(y) ? y | NAN_QUIET_SINGLE
                             : NAN_SINGLE;
    return rom_return(chip, bits);
}

#define DOUBLE_ROW(name, op)                                                   \
    enum native_result native_##name(struct chip *chip)                        \
    {                                                                          \
        return return_double(chip, to_double(arg64(chip, 2))                   \
                                       op to_double(arg64(chip, 4)));          \
    }
DOUBLE_ROW(adddf3, +)
DOUBLE_ROW(subdf3, -)
DOUBLE_ROW(muldf3, *)
DOUBLE_ROW(divdf3, /)

#define SINGLE_ROW(name, op)                                                   \
    enum native_result native_##name(struct chip *chip)                        \
    {                                                                          \
        return return_single(chip, to_single(chip->cpu.a[2])                   \
                                       op to_single(chip->cpu.a[3]));          \
    }
SINGLE_ROW(addsf3, +)
SINGLE_ROW(subsf3, -)
SINGLE_ROW(mulsf3, *)

enum native_result native_floatsidf(struct chip *chip)
{
    native_spend(chip, FLOAT_CYCLES);
    return rom_return64(chip, of_double((double)(int32_t)chip->cpu.a[2]));
}

enum native_result native_floatunsidf(struct chip *chip)
{
    native_spend(chip, FLOAT_CYCLES);
    return rom_return64(chip, of_double((double)chip->cpu.a[2]));
}

enum native_result native_floatsisf(struct chip *chip)
{
    native_spend(chip, FLOAT_CYCLES);
    return rom_return(chip, of_single((float)(int32_t)chip->cpu.a[2]));
}

enum native_result native_floatunsisf(struct chip *chip)
{
    native_spend(chip, FLOAT_CYCLES);
    return rom_return(chip, of_single((float)chip->cpu.a[2]));
}

/* Out of range and NaN: the nearest end, NaN the upper one. */
static uint32_t to_int(double value)
{
    if (!(value < 2147483648.0))
        return 0x7FFFFFFFu;
    return value <= -2147483648.0 ? 0x80000000u : (uint32_t)(int32_t)value;
}

/* Negative values come back negated, as the chip's library does. */
static uint32_t to_unsigned(double value)
{
    if (!(value < 4294967296.0))
        return 0xFFFFFFFFu;
    return value <= -2147483648.0 ? 0x80000000u : (uint32_t)(int64_t)value;
}

enum native_result native_fixdfsi(struct chip *chip)
{
    native_spend(chip, FLOAT_CYCLES);
    return rom_return(chip, to_int(to_double(arg64(chip, 2))));
}

enum native_result native_fixunsdfsi(struct chip *chip)
{
    native_spend(chip, FLOAT_CYCLES);
    return rom_return(chip, to_unsigned(to_double(arg64(chip, 2))));
}

enum native_result native_fixunssfsi(struct chip *chip)
{
    native_spend(chip, FLOAT_CYCLES);
    return rom_return(chip, to_unsigned((double)to_single(chip->cpu.a[2])));
}

enum native_result native_extendsfdf2(struct chip *chip)
{
    uint32_t bits = chip->cpu.a[2];
    native_spend(chip, FLOAT_CYCLES);
    if (is_nan32(bits))
        return rom_return64(chip, (uint64_t)(bits & 0x80000000u) << 32 |
                                      NAN_DOUBLE |
                                      (uint64_t)(bits & 0x3FFFFFu) << 29);
    return rom_return64(chip, of_double((double)to_single(bits)));
}

enum native_result native_truncdfsf2(struct chip *chip)
{
    uint64_t bits = arg64(chip, 2);
    native_spend(chip, FLOAT_CYCLES);
    if (is_nan64(bits))
        return rom_return(chip, (uint32_t)(bits >> 32 & 0x80000000u) |
                                    NAN_SINGLE |
                                    (uint32_t)(bits >> 29 & 0x3FFFFFu));
    return rom_return(chip, of_single((float)to_double(bits)));
}
