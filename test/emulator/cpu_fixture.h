/* A CPU with its bus and clock, a register device that does what a test tells
 * it, natives that are recorded, and words for writing small programs. */
#ifndef TEST_EMULATOR_CPU_FIXTURE_H
#define TEST_EMULATOR_CPU_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "emulator/cpu.h"
#include "format/bytes.h"

/* Encodings, as the assembler gives them. */
#define NOP 0x0020F0u
#define ISYNC 0x002000u
#define RFE 0x003000u
#define RFDE 0x003200u
#define ILL 0x000000u
#define SYSCALL 0x005000u
#define SIMCALL 0x005100u
#define BREAK_1_2 0x004120u
#define J_SELF 0xFFFF06u /* j to itself */
#define RET 0x000080u
#define RFI(level) (0x003010u | (level) << 8)
#define RSIL(t, level) (0x006000u | (level) << 8 | (t) << 4)
#define WAITI(level) (0x007000u | (level) << 8)
#define MOVI(t, i) (0x00A002u | (t) << 4 | ((i)&0xF00) | ((i)&0xFFu) << 16)
#define ADDI(t, s, i) (0x00C002u | (t) << 4 | (s) << 8 | ((i)&0xFFu) << 16)
#define MEMORY(r, t, s, i)                                                     \
    (0x000002u | (r) << 12 | (t) << 4 | (s) << 8 | (i) << 16)
#define L8UI(t, s) MEMORY(0u, t, s, 0u)
#define L16UI(t, s) MEMORY(1u, t, s, 0u)
#define L32I(t, s) MEMORY(2u, t, s, 0u)
#define S8I(t, s) MEMORY(4u, t, s, 0u)
#define S16I(t, s) MEMORY(5u, t, s, 0u)
#define S32I(t, s) MEMORY(6u, t, s, 0u)
#define L16SI(t, s) MEMORY(9u, t, s, 0u)
#define JX(s) (0x0000A0u | (s) << 8)
#define CALLX0(s) (0x0000C0u | (s) << 8)
#define RSR(sr, t) (0x030000u | (sr) << 8 | (t) << 4)
#define WSR(sr, t) (0x130000u | (sr) << 8 | (t) << 4)
#define XSR(sr, t) (0x610000u | (sr) << 8 | (t) << 4)
#define SLL(r, s) (0xA10000u | (r) << 12 | (s) << 8)
#define SRL(r, t) (0x910000u | (r) << 12 | (t) << 4)
#define SRA(r, t) (0xB10000u | (r) << 12 | (t) << 4)
#define SRC(r, s, t) (0x810000u | (r) << 12 | (s) << 8 | (t) << 4)
#define SSL(s) (0x401000u | (s) << 8)
#define BEQZ(s, gap) (0x000016u | (s) << 8 | (((gap)-4) & 0xFFFu) << 12)

#define SR_SAR 3u
#define SR_LITBASE 5u
#define SR_EPC1 177u
#define SR_EPS2 194u
#define SR_EXCSAVE1 209u
#define SR_INTERRUPT 226u /* INTSET when written */
#define SR_INTCLEAR 227u
#define SR_INTENABLE 228u
#define SR_PS 230u
#define SR_VECBASE 231u
#define SR_CCOUNT 234u
#define SR_CCOMPARE 240u

#define CODE 0x40100000u
#define DATA 0x3FFE8100u
#define REGISTERS 0x60000000u
#define VECBASE 0x40000000u

static struct machine {
    struct clock clock;
    struct bus *bus;
    struct cpu cpu;
    struct bus_device device;
    uint32_t put_at; /* where put() goes on */
    uint32_t native_pc;
    unsigned native_calls;
    enum native_result (*native)(uint32_t pc); /* NULL: stop */
    uint32_t (*on_read)(uint32_t offset);
    void (*on_write)(uint32_t offset, uint32_t value);
} m;

static uint32_t device_read(void *ctx, uint32_t offset)
{
    (void)ctx;
    return m.on_read ? m.on_read(offset) : 0;
}

static void device_write(void *ctx, uint32_t offset, uint32_t value)
{
    (void)ctx;
    if (m.on_write)
        m.on_write(offset, value);
}

static enum native_result native(void *ctx, uint32_t pc)
{
    (void)ctx;
    m.native_pc = pc;
    m.native_calls++;
    return m.native ? m.native(pc) : NATIVE_STOP;
}

static int open_machine(void **state)
{
    (void)state;
    memset(&m, 0, sizeof m);
    m.bus = bus_new();
    assert_non_null(m.bus);
    m.device = (struct bus_device){.name = "test",
                                   .base = REGISTERS,
                                   .size = 256,
                                   .read = device_read,
                                   .write = device_write};
    bus_attach(m.bus, &m.device);
    m.cpu.clock = &m.clock;
    m.cpu.bus = m.bus;
    m.cpu.native = native;
    assert_true(cpu_init(&m.cpu));
    m.cpu.pc = m.put_at = CODE;
    m.cpu.ps = PS_UM;
    return 0;
}

static int close_machine(void **state)
{
    (void)state;
    cpu_free(&m.cpu);
    bus_free(m.bus);
    return 0;
}

/* Append an instruction to the program. */
static void put_bytes(uint32_t bytes, size_t size)
{
    uint8_t text[4];
    put_u32le(text, bytes);
    assert_true(bus_copy_in(m.bus, m.put_at, text, size));
    m.put_at += (uint32_t)size;
}

static void put(uint32_t bytes)
{
    put_bytes(bytes, bytes & 8 ? 2 : 3);
}

/* Run until now + cycles, a native that stops, or waiting. */
static void run(uint64_t cycles)
{
    m.clock.limit = m.clock.now + cycles;
    cpu_run(&m.cpu);
}

#define CPU_TEST(f)                                                            \
    cmocka_unit_test_setup_teardown(f, open_machine, close_machine)

#endif
