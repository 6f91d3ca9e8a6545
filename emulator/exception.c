/* Exceptions and interrupts as the lx106 takes them (XEA2; chip.md G1). */
#include "emulator/cpu_private.h"

/* Vectors, from VECBASE. */
#define VECTOR_DEBUG 0x10u
#define VECTOR_NMI 0x20u
#define VECTOR_KERNEL 0x30u
#define VECTOR_USER 0x50u
#define VECTOR_DOUBLE 0x70u

#define NMI_LEVEL 3u
#define NMI_BIT (1u << IRQ_NMI)
/* Interrupts 8-13 and the NMI remember a rise; 0-5 are as their line is. */
#define EDGE_BITS (0x3F00u | NMI_BIT)

/* Causes that tell an address. */
#define ADDRESS_CAUSES                                                         \
    (1u << FAULT_FETCH | 1u << FAULT_LOAD_STORE | 1u << FAULT_UNALIGNED |      \
     1u << FAULT_FETCH_PROHIBITED | 1u << FAULT_LOAD_PROHIBITED |              \
     1u << FAULT_STORE_PROHIBITED)

static void enter(struct cpu *cpu, uint32_t vector)
{
    cpu->ps |= PS_EXCM;
    cpu->pc = cpu->vecbase + vector;
    cpu->is_waiting = false;
    cpu->cache->is_in_waiti = false;
    cpu->cache->is_redirected = true;
}

void cpu_exception(struct cpu *cpu, enum fault cause, uint32_t excvaddr)
{
    uint32_t vector = cpu->ps & PS_UM ? VECTOR_USER : VECTOR_KERNEL;
    if (cpu->ps & PS_EXCM) {
        cpu->depc = cpu->pc;
        vector = VECTOR_DOUBLE;
    } else {
        cpu->epc[1] = cpu->pc;
    }
    cpu->exccause = (uint32_t)cause;
    if (ADDRESS_CAUSES >> cause & 1)
        cpu->excvaddr = excvaddr;
    enter(cpu, vector);
}

static void enter_level(struct cpu *cpu, uint32_t level, uint32_t vector)
{
    cpu->epc[level] = cpu->pc;
    cpu->eps[level] = cpu->ps;
    cpu->ps = (cpu->ps & ~PS_INTLEVEL) | level;
    enter(cpu, vector);
}

bool cpu_break(struct cpu *cpu, uint32_t debugcause)
{
    uint32_t level = cpu->ps & PS_INTLEVEL;
    if (cpu->ps & PS_EXCM && level < 1)
        level = 1;
    if (level >= DEBUG_LEVEL)
        return false;
    cpu->debugcause = debugcause;
    enter_level(cpu, DEBUG_LEVEL, VECTOR_DEBUG);
    return true;
}

bool cpu_has_interrupt(const struct cpu *cpu)
{
    if (cpu->interrupt & NMI_BIT)
        return true;
    return (cpu->interrupt & cpu->intenable) &&
           !(cpu->ps & (PS_EXCM | PS_INTLEVEL));
}

void cpu_take_interrupt(struct cpu *cpu)
{
    if (cpu->interrupt & NMI_BIT) {
        cpu->interrupt &= ~NMI_BIT;
        enter_level(cpu, NMI_LEVEL, VECTOR_NMI);
    } else {
        cpu_exception(cpu, FAULT_LEVEL1, 0);
    }
}

void cpu_set_irq(struct cpu *cpu, enum cpu_irq irq, bool is_active)
{
    uint32_t bit = 1u << irq;
    bool is_rise = is_active && !(cpu->irq_lines & bit);
    cpu->irq_lines = is_active ? cpu->irq_lines | bit : cpu->irq_lines & ~bit;
    if (is_rise)
        cpu->interrupt |= bit;
    else if (!is_active && !(bit & EDGE_BITS))
        cpu->interrupt &= ~bit;
    if (cpu_has_interrupt(cpu))
        cpu->cache->is_attention_due = true;
}

void cpu_arm_ccompare(struct cpu *cpu)
{
    uint32_t ccount = (uint32_t)cpu->clock->now + cpu->ccount_base;
    uint64_t cycles = cpu->ccompare - ccount;
    /* Equal now is past already: the match comes a full turn later. */
    clock_in(cpu->clock, &cpu->ccompare_event, cycles ? cycles : 1ull << 32);
}

void cpu_ccompare_due(void *ctx)
{
    struct cpu *cpu = ctx;
    cpu->interrupt |= 1u << IRQ_CCOMPARE;
    if (cpu_has_interrupt(cpu))
        cpu->cache->is_attention_due = true;
    /* From the time of the match: the event may have run some cycles late. */
    clock_at(cpu->clock, &cpu->ccompare_event,
             cpu->ccompare_event.when + (1ull << 32));
}
