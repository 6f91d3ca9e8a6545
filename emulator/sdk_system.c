/* The SDK's system functions that need little: identity, clocks, versions. */
#include "emulator/rom_private.h"
#include "emulator/sdk_private.h"
#include "format/bytes.h"

#define DPORT_CPU_CLOCK 0x3FF00014u
#define CPU_CLOCK_160 1u
#define ADC_INVALID 0xFFFFu

/* ---- the system ---------------------------------------------------------- */

enum native_result sdk_native_chip_id(struct chip *chip)
{
    const uint8_t *mac = chip->config.mac;
    return sdk_return(chip,
                      (uint32_t)mac[3] << 16 | (uint32_t)mac[4] << 8 | mac[5]);
}

/* Microseconds since the reset, 32 bits. */
enum native_result sdk_native_time(struct chip *chip)
{
    uint64_t age = chip->clock.now - chip->sdk.reset_at;
    return sdk_return(chip, (uint32_t)(age / CYCLES_PER_US));
}

/* ---- clocks -------------------------------------------------------------- */

/* bool system_update_cpu_freq(MHz): the register and the ROM's figure follow.
 * The CPU goes on at 80 MHz here (docs/bench.md). */
enum native_result sdk_native_update_cpu_freq(struct chip *chip)
{
    uint32_t mhz = chip->cpu.a[2] & 0xFFu;
    uint32_t now = sdk_get(chip, DPORT_CPU_CLOCK) & ~CPU_CLOCK_160;
    if (mhz != 80 && mhz != 160)
        return sdk_return(chip, 0);
    sdk_put(chip, DPORT_CPU_CLOCK, now | (mhz == 160 ? CPU_CLOCK_160 : 0));
    sdk_put(chip, ROM_TICKS_PER_US, mhz);
    return sdk_return(chip, 1);
}

enum native_result sdk_native_get_cpu_freq(struct chip *chip)
{
    return sdk_return(chip, sdk_get(chip, ROM_TICKS_PER_US) & 0xFFu);
}

/* Days from 1970-01-01, of the proleptic Gregorian calendar. */
static uint64_t days_since_1970(uint32_t year, uint32_t month, uint32_t day)
{
    /* The year begins in March, so that the leap day is its last. */
    uint32_t y = month > 2 ? year : year - 1;
    uint32_t m = month > 2 ? month - 3 : month + 9;
    uint64_t days = 365ull * y + y / 4 - y / 100 + y / 400;
    return days + (153 * m + 2) / 5 + day - 1 - 719468;
}

/* uint64 system_mktime(year, month 1.., day 1.., hour, minute, second) */
enum native_result sdk_native_mktime(struct chip *chip)
{
    uint32_t *a = chip->cpu.a;
    uint64_t days = days_since_1970(a[2], a[3], a[4]);
    uint64_t s = ((days * 24 + a[5]) * 60 + a[6]) * 60 + a[7];
    a[2] = (uint32_t)s;
    a[3] = (uint32_t)(s >> 32);
    return NATIVE_RETURN;
}

/* ---- versions ------------------------------------------------------------ */

/* const char *system_get_sdk_version(void) */
enum native_result sdk_native_version(struct chip *chip)
{
    static const char text[] = "3.0.4"; /* the headers' (version.h) */
    (void)bus_copy_in(chip->bus, SDK_VERSION_TEXT, text, sizeof(text));
    return sdk_return(chip, SDK_VERSION_TEXT);
}

uint32_t sdk_size_map(const struct chip *chip)
{
    uint8_t header[4];
    flash_chip_read(&chip->flash, 0, header, sizeof(header));
    return chip->sdk.shows_1mb ? SDK_MAP_1MB : header[3] >> 4;
}

/* enum flash_size_map */
enum native_result sdk_native_flash_size_map(struct chip *chip)
{
    return sdk_return(chip, sdk_size_map(chip));
}

/* uint8 system_get_boot_version(void): 31 is "none of Espressif's", the blank
 * of a field of 5 bits. */
enum native_result sdk_native_boot_version(struct chip *chip)
{
    return sdk_return(chip, 31);
}

/* uint8 system_get_boot_mode(void): normal */
enum native_result sdk_native_boot_mode(struct chip *chip)
{
    return sdk_return(chip, 1);
}

/* What goes on to another image of Espressif's boot loader. */
enum native_result sdk_native_no_boot_loader(struct chip *chip)
{
    chip_stop(chip,
              "this function needs Espressif's boot loader, which the bench "
              "does not have (called from 0x%08x)",
              chip->cpu.a[0]);
    return NATIVE_STOP;
}

/* ---- analogue ------------------------------------------------------------ */

/* Byte 107 of the PHY data: FF connects the converter to the supply. */
static bool measures_supply(struct chip *chip)
{
    uint8_t byte = 0;
    flash_chip_read(&chip->flash, chip->sdk.phy_data + 107, &byte, 1);
    return byte == 0xFF;
}

static uint32_t read_tout(struct chip *chip)
{
    uint32_t value = chip->tout_mv * 1024u / 1000u;
    if (measures_supply(chip))
        return ADC_INVALID;
    return value < 1024 ? value : 1024;
}

/* uint16 system_adc_read(void): TOUT in 1/1024 V */
enum native_result sdk_native_adc_read(struct chip *chip)
{
    return sdk_return(chip, read_tout(chip));
}

/* void system_adc_read_fast(uint16 *to, uint16 count, uint8 divider) */
enum native_result sdk_native_adc_read_fast(struct chip *chip)
{
    uint32_t to = chip->cpu.a[2], count = chip->cpu.a[3] & 0xFFFFu;
    uint8_t value[2];
    put_u16le(value, (uint16_t)read_tout(chip));
    for (uint32_t i = 0; i < count; i++)
        (void)bus_copy_in(chip->bus, to + 2 * i, value, sizeof(value));
    return NATIVE_RETURN;
}

/* uint16 system_get_vdd33(void): in 1/1024 V; 3.3 V here */
enum native_result sdk_native_get_vdd33(struct chip *chip)
{
    return sdk_return(chip, measures_supply(chip) ? 3300u * 1024u / 1000u
                                                  : ADC_INVALID);
}

/* ---- chance -------------------------------------------------------------- */

/* unsigned long os_random(void) */
enum native_result sdk_native_random(struct chip *chip)
{
    return sdk_return(chip, dport_random(&chip->dport));
}

/* int os_get_random(memory, size) */
enum native_result sdk_native_get_random(struct chip *chip)
{
    uint32_t to = chip->cpu.a[2], size = chip->cpu.a[3];
    for (uint32_t done = 0; done < size; done += 4) {
        uint32_t word = dport_random(&chip->dport);
        uint32_t n = size - done < 4 ? size - done : 4;
        if (!bus_copy_in(chip->bus, to + done, &word, n))
            return sdk_return(chip, (uint32_t)-1);
    }
    return sdk_return(chip, 0);
}

/* ---- without effect ------------------------------------------------------ */

/* system_phy_set_*: the radio's power, calibration and so on. */
enum native_result sdk_native_phy_set(struct chip *chip)
{
    (void)chip;
    return NATIVE_RETURN;
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
    if (chip->rom.handlers && chip->cpu.excvaddr - IROM_BASE < IROM_SIZE)
        return sdk_rule_broken(chip, RULE_ISR_IRAM, "read at 0x%08x, in flash",
                               chip->cpu.excvaddr);
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
    uint32_t value = data[0] | (uint32_t)data[1] << 8;
    if (((code >> 12) & 15u) == 9)
        value = (uint32_t)(int32_t)(int16_t)value;
    sdk_put(chip, frame_register(frame, t), value);
    sdk_put(chip, frame, epc + 3);
    native_spend(chip, 230);
    return NATIVE_RETURN;
}
