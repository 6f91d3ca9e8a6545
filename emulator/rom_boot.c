/* What happens from reset until somebody else's code runs. */
#include "emulator/rom_private.h"
#include "emulator/sdk_private.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "format/mark.h"

#define STRAP_REGISTER 0x60000318u /* GPIO_IN: bits 16-18 strap, 29-31 SDIO */
#define DOWNLOAD_STRAP 1u
#define FLASH_STRAP 3u
#define IRAM_STRAP 2u
#define SDIO_STRAPS 4u /* 4 to 7 */
#define START_CYCLES (100ull * CYCLES_PER_US)
#define MAIN_STACK (ROM_STACK - 0x70u) /* main's own frames are above */

void rom_say(struct chip *chip, const char *format, ...)
{
    struct rom *rom = &chip->rom;
    char line[256];
    va_list args;
    va_start(args, format);
    vsnprintf(line, sizeof(line), format, args);
    va_end(args);
    for (const char *p = line; *p; p++) {
        if (*p == '\n' && rom->text_size < sizeof(rom->text))
            rom->text[rom->text_size++] = '\r';
        if (rom->text_size < sizeof(rom->text))
            rom->text[rom->text_size++] = *p;
    }
}

enum native_result rom_then(struct chip *chip,
                            enum native_result (*next)(struct chip *chip))
{
    chip->rom.next = next;
    return native_goto(chip, ROM_STEP);
}

enum native_result native_step(struct chip *chip)
{
    struct rom *rom = &chip->rom;
    while (rom->text_sent < rom->text_size) {
        if (!uart_tx_has_room(&chip->uart[0]))
            return NATIVE_AGAIN;
        uart_tx_push(&chip->uart[0], (uint8_t)rom->text[rom->text_sent++]);
    }
    rom->text_size = rom->text_sent = 0;
    return rom->next(chip);
}

static enum native_result halted(struct chip *chip)
{
    (void)chip;
    return NATIVE_AGAIN;
}

enum native_result rom_halt(struct chip *chip)
{
    return rom_then(chip, halted);
}

enum native_result rom_fatal(struct chip *chip, unsigned cause)
{
    const struct cpu *cpu = &chip->cpu;
    chip_event(chip, "fatal exception %u epc1 0x%08x excvaddr 0x%08x a0 0x%08x",
               cause, cpu->epc[1], cpu->excvaddr, cpu->a[0]);
    sdk_say_fault(chip);
    if (chip->sdk.is_running)
        return sdk_fatal(chip, cause);
    rom_say(chip, "Fatal exception (%u): \n", cause);
    rom_say(chip,
            "epc1=0x%08x, epc2=0x%08x, epc3=0x%08x, excvaddr=0x%08x, "
            "depc=0x%08x\n",
            cpu->epc[1], cpu->epc[2], cpu->epc[3], cpu->excvaddr, cpu->depc);
    return rom_halt(chip);
}

enum native_result rom_enter(struct chip *chip, uint32_t entry)
{
    struct cpu *cpu = &chip->cpu;
    cpu->ps = PS_UM;
    cpu->a[0] = ROM_USER_DONE;
    cpu->a[1] = MAIN_STACK;
    return native_goto(chip, entry);
}

enum native_result native_user_done(struct chip *chip)
{
    rom_say(chip, "user code done\n");
    return rom_halt(chip);
}

/* RAM that the ROM's start code fills from its own data. */
static void init_memory(struct chip *chip)
{
    static const uint32_t flashchip[] = {0x1640EF, 0x400000, 0x10000,
                                         0x1000,   0x100,    0xFFFF};
    for (uint32_t a = ROM_DATA; a < ROM_BSS_END; a += 4)
        rom_put(chip, a, 0);
    rom_put(chip, ROM_TICKS_PER_US, CYCLES_PER_US);
    rom_put(chip, ROM_FLASHCHIP_POINTER, ROM_FLASHCHIP);
    for (uint32_t i = 0; i < sizeof(flashchip) / sizeof(*flashchip); i++)
        rom_put(chip, ROM_FLASHCHIP + 4 * i, flashchip[i]);
    rom_put(chip, ROM_PUTC1, ROM_PUTC_UART);
    rom_put(chip, ROM_UART_DEV, 115200);
    rom_isr_init(chip);
}

static enum native_result boot_iram(struct chip *chip)
{
    return rom_enter(chip, IRAM_BASE);
}

static enum native_result start_download(struct chip *chip)
{
    wdt_disable(&chip->wdt);
    return rom_then(chip, rom_loader_start);
}

static enum native_result start_flash(struct chip *chip)
{
    wdt_enable(&chip->wdt);
    return rom_then(chip, rom_boot_flash);
}

/* The latched strap decides after every reset, a software restart too: so a
 * chip that was flashed by wire stays in download mode until power is cycled
 * (chip.md E, "doesn't restart after serial flash"). */
static enum native_result dispatch(struct chip *chip)
{
    unsigned strap = chip->strap & 7u;
    if (strap == DOWNLOAD_STRAP)
        return start_download(chip);
    if (strap == FLASH_STRAP)
        return start_flash(chip);
    if (strap == IRAM_STRAP)
        return rom_then(chip, boot_iram);
    wdt_disable(&chip->wdt);
    if (strap >= SDIO_STRAPS)
        rom_say(chip, "waiting for host\n");
    else
        chip_event(chip, "boot mode 0 does not exist: the chip waits");
    return rom_halt(chip);
}

static enum native_result greet(struct chip *chip)
{
    unsigned cause = (unsigned)chip->reset_cause;
    unsigned mode = chip->strap & 7u;
    unsigned sdio = rom_get(chip, STRAP_REGISTER) >> 29;
    chip_event(chip, "boot cause %u mode (%u,%u)", cause, mode, sdio);
    rom_say(chip, "\n ets Jan  8 2013,rst cause:%u, boot mode:(%u,%u)\n\n",
            cause, mode, sdio);
    if (chip->reset_cause == RESET_WATCHDOG)
        rom_say(chip, "wdt reset\n");
    return rom_then(chip, dispatch);
}

enum native_result native_reset_vector(struct chip *chip)
{
    chip->cpu.ps = PS_UM;
    chip->cpu.a[1] = ROM_STACK;
    init_memory(chip);
    rom_uart_init(chip, 0);
    rom_uart_init(chip, 1);
    native_spend(chip, START_CYCLES);
    return rom_then(chip, greet);
}

/* 0x400010a8: where stubs go to run what is in flash. */
enum native_result native_boot_flash(struct chip *chip)
{
    chip->rom.text_size = chip->rom.text_sent = 0;
    return start_flash(chip);
}

enum native_result native_software_reset(struct chip *chip)
{
    chip_reset(chip, RESET_SOFTWARE);
    return NATIVE_JUMP;
}

/* The words that tell a bench from hardware (format/mark.h). */
static void place_mark(struct chip *chip)
{
    bool has_mark = !chip->config.is_posing_as_hardware;
    bus_set_rom_word(chip->bus, BENCH_MARK_ADDRESS,
                     has_mark ? BENCH_MARK_WORD0 : 0);
    bus_set_rom_word(chip->bus, BENCH_MARK_ADDRESS + 4,
                     has_mark ? BENCH_MARK_WORD1 : 0);
}

void rom_reset(struct chip *chip)
{
    place_mark(chip);
    clock_cancel(&chip->clock, &chip->wake);
    memset(&chip->rom, 0, sizeof(chip->rom));
    chip->cpu.pc = ROM_BASE + 0x80u;
}
