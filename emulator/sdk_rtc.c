/* RTC memory and the RTC's slow clock, by the SDK's functions. */
#include "emulator/sdk_private.h"

/* system_rtc_mem_*: blocks of 4 bytes from 0x60001100, 192 of them; the first
 * 64 are the SDK's. */
#define FIRST_WORD 64u
#define BLOCKS 192u
#define USER_BLOCK 64u
#define RTC_COUNTER 0x6000071Cu

struct piece {
    uint32_t block, memory, size;
};

/* Arguments as the archives take them: 8, 32 and 16 bits; a size that is no
 * multiple of 4 is rounded up. False: they refuse. */
static bool take_piece(struct chip *chip, struct piece *out)
{
    const uint32_t *a = chip->cpu.a;
    uint32_t size = a[4] & 0xFFFFu;
    *out = (struct piece){a[2] & 0xFFu, a[3], (size + 3) & ~3u};
    return out->block < BLOCKS && size <= 4 * (BLOCKS - out->block) &&
           out->memory != 0 && out->memory % 4 == 0;
}

/* bool fn(block, memory, size) */
enum native_result sdk_native_rtc_read(struct chip *chip)
{
    struct piece piece;
    if (!take_piece(chip, &piece))
        return sdk_return(chip, 0);
    const uint32_t *words = &chip->rtc.memory[FIRST_WORD + piece.block];
    return sdk_return(chip,
                      bus_copy_in(chip->bus, piece.memory, words, piece.size));
}

enum native_result sdk_native_rtc_write(struct chip *chip)
{
    struct piece piece;
    if (!take_piece(chip, &piece))
        return sdk_return(chip, 0);
    if (piece.block < USER_BLOCK)
        return sdk_rule_broken(chip, RULE_RTC_SYSTEM_BLOCKS,
                               "block %u, %u bytes", piece.block, piece.size);
    uint32_t *words = &chip->rtc.memory[FIRST_WORD + piece.block];
    return sdk_return(chip,
                      bus_copy_out(chip->bus, piece.memory, words, piece.size));
}

/* uint32 system_get_rtc_time(void): counts of the slow clock, through resets */
enum native_result sdk_native_rtc_time(struct chip *chip)
{
    return sdk_return(chip, sdk_get(chip, RTC_COUNTER));
}

/* uint32 system_rtc_clock_cali_proc(void): microseconds of a count, 12 bits
 * after the point */
enum native_result sdk_native_rtc_calibrate(struct chip *chip)
{
    return sdk_return(chip, (RTC_SLOW_CYCLES << 12) / CYCLES_PER_US);
}
