/* FRC1 as a timer for programs: libdriver's hw_timer_*, and the NMI that the
 * archives make of it. Facts: Espressif's driver_lib/driver/hw_timer.c and the
 * API reference ("Hardware timer"). */
#include "emulator/rom_private.h"
#include "emulator/sdk_private.h"

#define FRC1_LOAD 0x60000600u
#define FRC1_CTRL 0x60000608u
#define CTRL_ENABLE 0x80u
#define CTRL_RELOAD 0x40u
#define CTRL_DIVIDE_16 0x04u
#define TICKS_PER_US 5u
#define DPORT_NMI 0x3FF00000u
#define DPORT_NMI_SOURCE 0x1Fu
#define DPORT_NMI_FRC1 0x0Fu
#define DPORT_EDGE_ENABLE 0x3FF00004u
#define DPORT_EDGE_FRC1 0x02u

/* Limits of hw_timer_arm, in us. */
#define LEAST_ONCE 10u
#define LEAST_RELOAD 50u
#define LEAST_NMI 100u
#define MOST 0x199999u /* 23 bits of ticks */

#define SOURCE_NMI 1u /* enum frc1_timer_source_type */

/* The frame of an NMI handler, on the interrupted stack: a0, a2 to a15, SAR,
 * and where to go back to. */
#define FRAME_SIZE 80u
#define FRAME_A0 0u
#define FRAME_A2 4u
#define FRAME_SAR 60u
#define FRAME_PC 64u
#define FRAME_PS 68u
#define NMI_LEVEL 3u

static void put_bits(struct chip *chip, uint32_t address, uint32_t mask,
                     uint32_t bits)
{
    sdk_put(chip, address, (sdk_get(chip, address) & ~mask) | bits);
}

/* ---- the NMI ------------------------------------------------------------- */

static void attach_nmi(struct chip *chip, uint32_t fn)
{
    chip->sdk.nmi_fn = fn;
    put_bits(chip, DPORT_NMI, DPORT_NMI_SOURCE, DPORT_NMI_FRC1);
}

/* void NmiTimSetFunc(function) */
enum native_result sdk_native_nmi_set_func(struct chip *chip)
{
    attach_nmi(chip, chip->cpu.a[2]);
    return NATIVE_RETURN;
}

enum native_result sdk_nmi(struct chip *chip)
{
    struct cpu *cpu = &chip->cpu;
    uint32_t frame = cpu->a[1] - FRAME_SIZE;
    sdk_put(chip, frame + FRAME_A0, cpu->a[0]);
    for (unsigned i = 2; i < 16; i++)
        sdk_put(chip, frame + FRAME_A2 + 4 * (i - 2), cpu->a[i]);
    sdk_put(chip, frame + FRAME_SAR, cpu->sar);
    sdk_put(chip, frame + FRAME_PC, cpu->epc[NMI_LEVEL]);
    sdk_put(chip, frame + FRAME_PS, cpu->eps[NMI_LEVEL]);
    cpu->a[1] = frame;
    cpu->a[0] = SDK_STEP_NMI_RETURN;
    cpu->ps = PS_UM | NMI_LEVEL;
    rom_handler_begins(chip, IRQ_NMI);
    rom_handler_begins(chip, IRQ_NMI);
    return native_goto(chip, chip->sdk.nmi_fn);
}

enum native_result sdk_native_nmi_return(struct chip *chip)
{
    struct cpu *cpu = &chip->cpu;
    uint32_t frame = cpu->a[1];
    rom_handler_ended(chip);
    rom_handler_ended(chip);
    cpu->a[0] = sdk_get(chip, frame + FRAME_A0);
    for (unsigned i = 2; i < 16; i++)
        cpu->a[i] = sdk_get(chip, frame + FRAME_A2 + 4 * (i - 2));
    cpu->sar = sdk_get(chip, frame + FRAME_SAR);
    cpu->ps = sdk_get(chip, frame + FRAME_PS);
    cpu->a[1] = frame + FRAME_SIZE;
    return native_goto(chip, sdk_get(chip, frame + FRAME_PC));
}

/* ---- hw_timer ------------------------------------------------------------ */

/* void hw_timer_set_func(function) */
enum native_result sdk_native_hw_timer_set_func(struct chip *chip)
{
    chip->sdk.hw_timer_fn = chip->cpu.a[2];
    return NATIVE_RETURN;
}

/* Both sources' handler: goes on to the program's function, which returns to
 * whoever called us. */
enum native_result sdk_native_hw_timer_isr(struct chip *chip)
{
    uint32_t fn = chip->sdk.hw_timer_fn;
    return fn ? native_goto(chip, fn) : NATIVE_RETURN;
}

static void attach_isr(struct chip *chip)
{
    uint32_t *a = chip->cpu.a;
    a[2] = IRQ_FRC1;
    a[3] = SDK_STEP_HW_TIMER_ISR;
    a[4] = 0;
    (void)native_isr_attach(chip);
}

/* void hw_timer_init(source, reloads by itself) */
enum native_result sdk_native_hw_timer_init(struct chip *chip)
{
    uint32_t *a = chip->cpu.a;
    bool is_nmi = (a[2] & 0xFFu) == SOURCE_NMI, reloads = (a[3] & 0xFFu) == 1;
    sdk_put(chip, FRC1_CTRL,
            CTRL_DIVIDE_16 | CTRL_ENABLE | (reloads ? CTRL_RELOAD : 0));
    chip->sdk.hw_timer_least = !reloads ? LEAST_ONCE
                               : is_nmi ? LEAST_NMI
                                        : LEAST_RELOAD;
    if (is_nmi)
        attach_nmi(chip, SDK_STEP_HW_TIMER_ISR);
    else
        attach_isr(chip);
    put_bits(chip, DPORT_EDGE_ENABLE, 0, DPORT_EDGE_FRC1);
    a[2] = 1u << IRQ_FRC1;
    (void)native_isr_unmask(chip);
    return NATIVE_RETURN;
}

/* void hw_timer_arm(us) */
enum native_result sdk_native_hw_timer_arm(struct chip *chip)
{
    uint32_t us = chip->cpu.a[2], least = chip->sdk.hw_timer_least;
    if (us < (least ? least : LEAST_ONCE) || us > MOST)
        return sdk_rule_broken(chip, RULE_HW_TIMER_RANGE,
                               "%u us, here at least %u", us,
                               least ? least : LEAST_ONCE);
    sdk_put(chip, FRC1_LOAD, us * TICKS_PER_US);
    return NATIVE_RETURN;
}
