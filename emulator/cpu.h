/* The lx106: Xtensa LX, call0, density, MUL16/MUL32, NSA; no windows, loops,
 * divide or floating point (chip.md G1). Runs predecoded basic blocks; looks at
 * the clock and at interrupts once per block. One instruction is one cycle. */
#ifndef EMULATOR_CPU_H
#define EMULATOR_CPU_H

#include <stdbool.h>
#include <stdint.h>

#include "emulator/bus.h"
#include "emulator/clock.h"

/* PS fields. */
#define PS_INTLEVEL 0x0Fu
#define PS_EXCM 0x10u
#define PS_UM 0x20u

enum cpu_irq {
    IRQ_WDEV = 0,
    IRQ_SLC = 1,
    IRQ_SPI = 2,
    IRQ_RTC = 3,
    IRQ_GPIO = 4,
    IRQ_UART = 5,
    IRQ_CCOMPARE = 6,
    IRQ_SOFT = 7,
    IRQ_WDT = 8,
    IRQ_FRC1 = 9,
    IRQ_FRC2 = 10,
    IRQ_NMI = 14,
    IRQ_COUNT = 15
};

/* What a native (a ROM or SDK function in C) tells the CPU. */
enum native_result {
    NATIVE_RETURN, /* go on at a0 */
    NATIVE_JUMP,   /* the native has set pc (a call into guest code, a reset) */
    NATIVE_AGAIN,  /* nothing to do before the next event or interrupt: call me
                      again then. What the native must remember is in the guest's
                      argument registers, so an interrupt may come between. */
    NATIVE_STOP    /* the device must not go on (rule broken, unknown function):
                      chip_stop has been called */
};

struct cpu_block_cache; /* private to the CPU */

struct cpu {
    uint32_t a[16];
    uint32_t pc;
    uint32_t sar, litbase, ps, vecbase;
    uint32_t epc[4], eps[4], excsave[4]; /* by level; index 0 unused */
    uint32_t depc, exccause, excvaddr;
    uint32_t interrupt; /* pending bits, latched and level */
    uint32_t irq_lines; /* level inputs as they are now */
    uint32_t intenable;
    uint32_t ccount_base; /* CCOUNT = (uint32_t)clock->now + ccount_base */
    uint32_t ccompare;
    uint32_t debugcause, icount, icountlevel, ibreakenable, ibreaka, dbreaka,
        dbreakc, prid;
    bool is_waiting; /* WAITI or NATIVE_AGAIN: nothing until event or interrupt
                      */
    bool is_stopped; /* reset held, power off, or chip_stop */

    struct clock *clock;
    struct bus *bus;
    struct cpu_block_cache *cache;     /* the one in use */
    struct cpu_block_cache *caches[2]; /* of all code; of that outside flash */
    struct block_pool *pool;           /* block_pool.h; NULL: none */
    /* Called when pc is in ROM_BASE.., in SDK_BASE.. or hooked. */
    enum native_result (*native)(void *ctx, uint32_t pc);
    void *native_ctx;
    struct clock_event ccompare_event;
    uint64_t instructions; /* executed so far, for speed figures */
};

/* clock, bus, native and native_ctx must be set before. False: no memory. */
bool cpu_init(struct cpu *cpu);
void cpu_free(struct cpu *cpu);
/* Registers as after reset (PS 0x1F, VECBASE 0x40000000, pc 0x40000080). */
void cpu_reset(struct cpu *cpu);
/* Run until clock->now reaches clock->limit, or is_waiting or is_stopped. */
void cpu_run(struct cpu *cpu);
/* Set a level interrupt line; edge lines (8-13, 14) latch on a rise. */
void cpu_set_irq(struct cpu *cpu, enum cpu_irq irq, bool is_active);
/* An interrupt could be taken now (enabled, pending, level allows it). */
bool cpu_has_interrupt(const struct cpu *cpu);
/* Enter the exception vector as the hardware does; excvaddr for 9, 28, 29. */
void cpu_exception(struct cpu *cpu, enum fault cause, uint32_t excvaddr);
/* Code in [address, address+size) is not run: to reach it asks `native`, as in
 * the ROM. At most CPU_HOOKS ranges; false: no more. They live through a reset.
 */
#define CPU_HOOKS 4
bool cpu_hook(struct cpu *cpu, uint32_t address, uint32_t size);
void cpu_unhook_all(struct cpu *cpu);
/* For a native: from now on code in the flash window is not run; to reach it
 * asks `native`, and loads from it fault with cause 3. Or all is as before. A
 * reset lifts the fence. */
void cpu_fence_flash(struct cpu *cpu, bool is_fenced);
/* Forget decoded code in [address, address+size). */
void cpu_forget_code(struct cpu *cpu, uint32_t address, uint32_t size);

#endif
