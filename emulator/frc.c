/* The timers FRC1 and FRC2. Registers: ESP8266_RTOS_SDK,
 * esp8266/timer_register.h; control bits: Arduino's esp8266_peri.h. Offsets
 * from 0x60000600 (FRC1), 0x60000620. */
#include "emulator/peripherals.h"

#include "emulator/chip.h"

#define FRC_LOAD 0x00
#define FRC_COUNT 0x04
#define FRC_CTRL 0x08
#define FRC_INT 0x0C
#define FRC_ALARM 0x10 /* FRC2 only */

#define CTRL_INT (1u << 8)
#define CTRL_ENABLE (1u << 7)
#define CTRL_RELOAD (1u << 6)
#define CTRL_PRESCALE_SHIFT 2
#define CTRL_LEVEL (1u << 0)
#define CTRL_MASK 0xFFu

#define FRC1_MASK 0x7FFFFFu

static bool is_frc1(const struct frc *frc)
{
    return frc->index == 0;
}

static uint64_t cycles_per_tick(const struct frc *frc)
{
    static const uint16_t divider[] = {1, 16, 256, 256};
    return divider[(frc->ctrl >> CTRL_PRESCALE_SHIFT) & 3];
}

static uint32_t count_now(const struct frc *frc)
{
    if (!(frc->ctrl & CTRL_ENABLE))
        return frc->base_count;
    uint64_t age = frc->chip->clock.now - frc->base_time;
    uint32_t ticks = (uint32_t)(age / cycles_per_tick(frc));
    if (is_frc1(frc))
        return (frc->base_count - ticks) & FRC1_MASK;
    return frc->base_count + ticks;
}

static uint64_t ticks_to_go(const struct frc *frc)
{
    if (is_frc1(frc))
        return frc->base_count ? frc->base_count : FRC1_MASK + 1;
    uint32_t ticks = frc->alarm - frc->base_count;
    return ticks ? ticks : 1ull << 32;
}

/* From base_count at base_time, when is the next interrupt? */
static void plan(struct frc *frc)
{
    clock_cancel(&frc->chip->clock, &frc->event);
    if (!(frc->ctrl & CTRL_ENABLE))
        return;
    uint64_t cycles = ticks_to_go(frc) * cycles_per_tick(frc);
    clock_at(&frc->chip->clock, &frc->event, frc->base_time + cycles);
}

static void start_from(struct frc *frc, uint32_t count, uint64_t when)
{
    frc->base_count = is_frc1(frc) ? count & FRC1_MASK : count;
    frc->base_time = when;
    plan(frc);
}

/* FRC1 reaches the CPU only through the edge enable of DPORT, as NMI when DPORT
 * says so; an edge interrupt is a short pulse. */
static void interrupt(struct frc *frc)
{
    struct chip *chip = frc->chip;
    frc->ctrl |= CTRL_INT;
    enum cpu_irq irq = IRQ_FRC2;
    if (is_frc1(frc)) {
        if (!dport_has_edge(&chip->dport, IRQ_FRC1))
            return;
        irq = dport_has_nmi(&chip->dport) ? IRQ_NMI : IRQ_FRC1;
    }
    cpu_set_irq(&chip->cpu, irq, true);
    if (!(frc->ctrl & CTRL_LEVEL))
        cpu_set_irq(&chip->cpu, irq, false);
}

static void lower_irq(struct frc *frc)
{
    frc->ctrl &= ~CTRL_INT;
    if (is_frc1(frc))
        cpu_set_irq(&frc->chip->cpu, IRQ_NMI, false);
    cpu_set_irq(&frc->chip->cpu, is_frc1(frc) ? IRQ_FRC1 : IRQ_FRC2, false);
}

static void expired(void *ctx)
{
    struct frc *frc = ctx;
    uint32_t next = is_frc1(frc) ? FRC1_MASK : frc->alarm;
    if (frc->ctrl & CTRL_RELOAD)
        next = frc->load;
    start_from(frc, next, frc->event.when);
    interrupt(frc);
}

static uint32_t frc_read(void *ctx, uint32_t offset)
{
    struct frc *frc = ctx;
    switch (offset) {
    case FRC_LOAD:
        return frc->load;
    case FRC_COUNT:
        return count_now(frc);
    case FRC_CTRL:
        return frc->ctrl;
    case FRC_INT:
        return frc->ctrl & CTRL_INT ? 1 : 0;
    case FRC_ALARM:
        return frc->alarm;
    default:
        return 0;
    }
}

static void write_ctrl(struct frc *frc, uint32_t value)
{
    /* The count goes on from where it is, at the new rate. */
    uint32_t count = count_now(frc);
    frc->ctrl = (frc->ctrl & CTRL_INT) | (value & CTRL_MASK);
    start_from(frc, count, frc->chip->clock.now);
}

static void frc_write(void *ctx, uint32_t offset, uint32_t value)
{
    struct frc *frc = ctx;
    switch (offset) {
    case FRC_LOAD:
        frc->load = is_frc1(frc) ? value & FRC1_MASK : value;
        start_from(frc, frc->load, frc->chip->clock.now);
        break;
    case FRC_CTRL:
        write_ctrl(frc, value);
        break;
    case FRC_INT:
        lower_irq(frc);
        break;
    case FRC_ALARM:
        start_from(frc, count_now(frc), frc->chip->clock.now);
        frc->alarm = value;
        plan(frc);
        break;
    default:
        break;
    }
}

void frc_init(struct frc *frc, struct chip *chip, unsigned index)
{
    *frc = (struct frc){.chip = chip, .index = index};
    frc->device = (struct bus_device){
        .name = index == 0 ? "FRC1" : "FRC2",
        .base = index == 0 ? 0x60000600u : 0x60000620u,
        .size = 0x20,
        .read = frc_read,
        .write = frc_write,
        .ctx = frc,
    };
    frc->event =
        (struct clock_event){.fn = expired, .ctx = frc, .is_patient = true};
}

void frc_reset(struct frc *frc)
{
    clock_cancel(&frc->chip->clock, &frc->event);
    frc->load = frc->ctrl = frc->alarm = frc->base_count = 0;
    frc->base_time = frc->chip->clock.now;
    lower_irq(frc);
}
