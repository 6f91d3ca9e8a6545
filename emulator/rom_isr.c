/* Exceptions and interrupts as the ROM's run-time system (xtos) serves them:
 * a frame of 256 bytes on the interrupted stack, C handlers from tables in RAM
 * that guests may look at, and the way back. */
#include "emulator/rom_private.h"
#include "emulator/sdk_private.h"

#define CAUSES 64u
#define FRAME_SIZE 256u
/* Words of the frame (xtos UserFrame, known from exception handlers that
 * change it). */
#define FRAME_EPC 0u
#define FRAME_PS 4u
#define FRAME_SAR 8u
#define FRAME_VPRI 12u
#define FRAME_A0 16u
#define FRAME_A2 20u /* a2 to a15 */
#define FRAME_CAUSE 76u
#define EDGE_LINES 0x3F80u /* 7 to 13: cleared when they are served */
#define LEVEL1_LINES 0x3FFFu
#define DEBUG_LEVEL 2u
#define NMI_LEVEL 3u

static uint32_t irq_slot(uint32_t line)
{
    return ROM_IRQ_TABLE + 8u * (IRQ_NMI - line);
}

void rom_isr_init(struct chip *chip)
{
    for (uint32_t cause = 0; cause < CAUSES; cause++) {
        rom_put(chip, ROM_VECTOR_TABLE + 4 * cause, ROM_UNHANDLED_EXCEPTION);
        rom_put(chip, ROM_HANDLER_TABLE + 4 * cause, ROM_P_NONE);
    }
    rom_put(chip, ROM_VECTOR_TABLE + 4 * FAULT_SYSCALL, ROM_SYSCALL_HANDLER);
    rom_put(chip, ROM_VECTOR_TABLE + 4 * FAULT_LEVEL1, ROM_L1INT_HANDLER);
    rom_put(chip, ROM_IRQ_ENABLED, 0);
    rom_put(chip, ROM_IRQ_VPRI, ~0u);
    for (uint32_t line = 0; line < IRQ_COUNT; line++) {
        rom_put(chip, irq_slot(line), ROM_UNHANDLED_IRQ);
        rom_put(chip, irq_slot(line) + 4, line);
    }
}

/* ---- frames ---- */

/* False when the stack is not in memory; nothing is changed then. */
static bool push_frame(struct chip *chip)
{
    struct cpu *cpu = &chip->cpu;
    uint32_t frame = cpu->a[1] - FRAME_SIZE;
    uint8_t probe;
    if (!bus_copy_out(chip->bus, frame, &probe, 1) ||
        !bus_copy_out(chip->bus, frame + FRAME_SIZE - 1, &probe, 1))
        return false;
    rom_put(chip, frame + FRAME_EPC, cpu->epc[1]);
    rom_put(chip, frame + FRAME_PS, cpu->ps);
    rom_put(chip, frame + FRAME_SAR, cpu->sar);
    rom_put(chip, frame + FRAME_VPRI, rom_get(chip, ROM_IRQ_VPRI));
    rom_put(chip, frame + FRAME_A0, cpu->a[0]);
    for (unsigned i = 2; i < 16; i++)
        rom_put(chip, frame + FRAME_A2 + 4 * (i - 2), cpu->a[i]);
    rom_put(chip, frame + FRAME_CAUSE, cpu->exccause);
    cpu->a[1] = frame;
    return true;
}

/* Restore what the frame says (a handler may have changed it) and RFE. */
static enum native_result pop_frame(struct chip *chip)
{
    struct cpu *cpu = &chip->cpu;
    uint32_t frame = cpu->a[1];
    cpu->epc[1] = rom_get(chip, frame + FRAME_EPC);
    cpu->ps = rom_get(chip, frame + FRAME_PS) & ~PS_EXCM;
    cpu->sar = rom_get(chip, frame + FRAME_SAR);
    cpu->a[0] = rom_get(chip, frame + FRAME_A0);
    for (unsigned i = 2; i < 16; i++)
        cpu->a[i] = rom_get(chip, frame + FRAME_A2 + 4 * (i - 2));
    cpu->a[1] = frame + FRAME_SIZE;
    return native_goto(chip, cpu->epc[1]);
}

/* ---- level-1 interrupts ---- */

unsigned rom_handler_line(const struct chip *chip)
{
    unsigned n = chip->rom.handlers;
    return n > 0 && n <= ROM_HANDLERS ? chip->rom.lines[n - 1] : IRQ_COUNT;
}

const char *rom_handler_name(const struct chip *chip)
{
    static const char *const names[IRQ_COUNT] = {
        [IRQ_WDEV] = "WDEV",         [IRQ_SLC] = "SLC",
        [IRQ_SPI] = "SPI",           [IRQ_RTC] = "RTC",
        [IRQ_GPIO] = "GPIO",         [IRQ_UART] = "UART",
        [IRQ_CCOMPARE] = "CCOMPARE", [IRQ_SOFT] = "software",
        [IRQ_WDT] = "watchdog",      [IRQ_FRC1] = "FRC1",
        [IRQ_FRC2] = "FRC2",         [IRQ_NMI] = "NMI"};
    unsigned line = rom_handler_line(chip);
    return line < IRQ_COUNT && names[line] ? names[line] : "unknown";
}

/* The SDK's rule isr-iram: until it has returned, no code in flash is run. */
void rom_handler_begins(struct chip *chip, unsigned line)
{
    if (chip->rom.handlers < ROM_HANDLERS)
        chip->rom.lines[chip->rom.handlers] = (uint8_t)line;
    chip->rom.handlers++;
    if (chip->sdk.is_running)
        cpu_fence_flash(&chip->cpu, true);
}

void rom_handler_ended(struct chip *chip)
{
    if (chip->rom.handlers > 0 && --chip->rom.handlers == 0)
        cpu_fence_flash(&chip->cpu, false);
}

static enum native_result call_handler(struct chip *chip, uint32_t line)
{
    struct cpu *cpu = &chip->cpu;
    uint32_t handler = rom_get(chip, irq_slot(line));
    if (handler == ROM_UNHANDLED_IRQ || handler == 0) {
        chip_event(chip, "interrupt %u has no handler", line);
        return rom_halt(chip);
    }
    rom_handler_begins(chip, line);
    cpu->interrupt &= ~(1u << line & EDGE_LINES);
    cpu->a[2] = rom_get(chip, irq_slot(line) + 4);
    cpu->a[3] = cpu->a[1];
    cpu->a[0] = ROM_IRQ_RETURN;
    return native_goto(chip, handler);
}

/* Serve the highest pending line; with none left, back to where we came from.
 */
static enum native_result serve_lines(struct chip *chip)
{
    struct cpu *cpu = &chip->cpu;
    uint32_t pending = cpu->interrupt & cpu->intenable & LEVEL1_LINES;
    if (pending == 0)
        return pop_frame(chip);
    uint32_t line = 31u - (uint32_t)__builtin_clz(pending);
    return call_handler(chip, line);
}

enum native_result native_irq_return(struct chip *chip)
{
    rom_handler_ended(chip);
    return serve_lines(chip);
}

static enum native_result serve_interrupt(struct chip *chip)
{
    struct cpu *cpu = &chip->cpu;
    if (!push_frame(chip))
        return rom_fatal(chip, cpu->exccause);
    cpu->ps = (cpu->ps & ~(PS_EXCM | PS_INTLEVEL)) | 1u | PS_UM;
    return serve_lines(chip);
}

/* ---- exceptions ---- */

static enum native_result serve_exception(struct chip *chip)
{
    struct cpu *cpu = &chip->cpu;
    uint32_t cause = cpu->exccause & (CAUSES - 1);
    uint32_t handler = rom_get(chip, ROM_HANDLER_TABLE + 4 * cause);
    if (cause == FAULT_SYSCALL) { /* xtos: a system call does nothing */
        cpu->ps &= ~PS_EXCM;
        return native_goto(chip, cpu->epc[1] + 3);
    }
    if (handler == ROM_P_NONE || handler == 0 || !push_frame(chip))
        return rom_fatal(chip, cause);
    cpu->ps = (cpu->ps & ~(PS_EXCM | PS_INTLEVEL)) | 1u | PS_UM;
    cpu->a[2] = cpu->a[1];
    cpu->a[3] = cause;
    cpu->a[0] = ROM_EXC_RETURN;
    return native_goto(chip, handler);
}

enum native_result native_exc_return(struct chip *chip)
{
    return pop_frame(chip);
}

enum native_result native_user_vector(struct chip *chip)
{
    if (chip->cpu.exccause == FAULT_LEVEL1)
        return serve_interrupt(chip);
    return serve_exception(chip);
}

enum native_result native_double_vector(struct chip *chip)
{
    chip_event(chip, "double exception at 0x%08x", chip->cpu.depc);
    return rom_fatal(chip, chip->cpu.exccause);
}

enum native_result native_nmi_vector(struct chip *chip)
{
    if (chip->sdk.nmi_fn)
        return sdk_nmi(chip);
    chip_event(chip, "NMI without a handler at 0x%08x",
               chip->cpu.epc[NMI_LEVEL]);
    return rom_fatal(chip, chip->cpu.exccause);
}

enum native_result native_debug_vector(struct chip *chip)
{
    chip_event(chip, "break instruction at 0x%08x", chip->cpu.epc[DEBUG_LEVEL]);
    return rom_fatal(chip, chip->cpu.exccause);
}

/* ---- rows ---- */

static void apply_enable(struct chip *chip)
{
    chip->cpu.intenable =
        rom_get(chip, ROM_IRQ_ENABLED) & rom_get(chip, ROM_IRQ_VPRI);
}

/* ets_isr_unmask(mask), _xtos_ints_on: returns what was enabled before. */
enum native_result native_isr_unmask(struct chip *chip)
{
    uint32_t before = rom_get(chip, ROM_IRQ_ENABLED);
    rom_put(chip, ROM_IRQ_ENABLED, before | chip->cpu.a[2]);
    apply_enable(chip);
    return rom_return(chip, before);
}

enum native_result native_isr_mask(struct chip *chip)
{
    uint32_t before = rom_get(chip, ROM_IRQ_ENABLED);
    rom_put(chip, ROM_IRQ_ENABLED, before & ~chip->cpu.a[2]);
    apply_enable(chip);
    return rom_return(chip, before);
}

enum native_result native_set_vpri(struct chip *chip)
{
    uint32_t before = rom_get(chip, ROM_IRQ_VPRI);
    rom_put(chip, ROM_IRQ_VPRI, chip->cpu.a[2]);
    apply_enable(chip);
    return rom_return(chip, before);
}

/* ets_isr_attach(line, handler, argument): returns the handler before. */
enum native_result native_isr_attach(struct chip *chip)
{
    const uint32_t *a = chip->cpu.a;
    uint32_t line = a[2];
    if (line >= IRQ_COUNT)
        return rom_return(chip, 0);
    uint32_t before = rom_get(chip, irq_slot(line));
    rom_put(chip, irq_slot(line), a[3] ? a[3] : ROM_UNHANDLED_IRQ);
    rom_put(chip, irq_slot(line) + 4, a[3] ? a[4] : line);
    return rom_return(chip, before == ROM_UNHANDLED_IRQ ? 0 : before);
}

/* _xtos_set_interrupt_handler(line, handler): its argument is the line. */
enum native_result native_set_interrupt_handler(struct chip *chip)
{
    chip->cpu.a[4] = chip->cpu.a[2];
    return native_isr_attach(chip);
}

/* _xtos_set_exception_handler(cause, handler): returns the handler before. */
enum native_result native_set_exception_handler(struct chip *chip)
{
    const uint32_t *a = chip->cpu.a;
    uint32_t cause = a[2], handler = a[3];
    if (cause >= CAUSES)
        return rom_return(chip, 0);
    uint32_t slot = ROM_HANDLER_TABLE + 4 * cause;
    uint32_t before = rom_get(chip, slot);
    rom_put(chip, slot, handler ? handler : ROM_P_NONE);
    rom_put(chip, ROM_VECTOR_TABLE + 4 * cause,
            handler ? ROM_C_WRAPPER : ROM_UNHANDLED_EXCEPTION);
    return rom_return(chip, before == ROM_P_NONE ? 0 : before);
}

static uint32_t set_level(struct chip *chip, uint32_t level)
{
    uint32_t before = chip->cpu.ps;
    chip->cpu.ps = (before & ~PS_INTLEVEL) | (level & PS_INTLEVEL);
    return before;
}

enum native_result native_intr_lock(struct chip *chip)
{
    set_level(chip, NMI_LEVEL);
    rom_put(chip, ROM_INTR_LOCK, NMI_LEVEL);
    return rom_return(chip, NMI_LEVEL);
}

enum native_result native_intr_unlock(struct chip *chip)
{
    set_level(chip, 0);
    return rom_return(chip, 0);
}

/* _xtos_set_intlevel(level), _xtos_restore_intlevel(ps): give back PS. */
enum native_result native_set_intlevel(struct chip *chip)
{
    return rom_return(chip, set_level(chip, chip->cpu.a[2]));
}

enum native_result native_set_min_intlevel(struct chip *chip)
{
    uint32_t level = chip->cpu.a[2] & PS_INTLEVEL;
    uint32_t now = chip->cpu.ps & PS_INTLEVEL;
    return rom_return(chip, set_level(chip, level > now ? level : now));
}

enum native_result native_restore_intlevel(struct chip *chip)
{
    chip->cpu.ps = chip->cpu.a[2];
    return rom_return(chip, chip->cpu.ps);
}

enum native_result native_nothing(struct chip *chip)
{
    (void)chip;
    return NATIVE_RETURN;
}

enum native_result native_get_ccount(struct chip *chip)
{
    return rom_return(chip, rom_ccount(chip));
}

enum native_result native_get_interrupt(struct chip *chip)
{
    return rom_return(chip, chip->cpu.interrupt);
}

enum native_result native_set_intclear(struct chip *chip)
{
    chip->cpu.interrupt &= ~(chip->cpu.a[2] & EDGE_LINES);
    return rom_return(chip, chip->cpu.a[2]);
}

enum native_result native_get_ccompare(struct chip *chip)
{
    return rom_return(chip, chip->cpu.ccompare);
}
