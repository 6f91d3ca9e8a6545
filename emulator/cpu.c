#include "emulator/cpu_private.h"

#include <stdlib.h>

#include "format/bytes.h"

#define RESET_PC 0x40000080u /* chip.md G1 */
#define RESET_PS (PS_EXCM | PS_INTLEVEL)
#define RESET_VECBASE 0x40000000u

/* Region protection as the ROM's start leaves it: four bits for each 512 MB. */
#define REGION_ATTRIBUTES 0x2222211Fu
#define REGION_MASK 0xE0000000u
#define REGION_HIT 0x8u

#define SIGNED(x) ((int32_t)(x))
#define LIKELY(x) __builtin_expect(!!(x), 1)

static inline uint32_t region_attribute(uint32_t address)
{
    return (address & REGION_MASK) |
           (REGION_ATTRIBUTES >> (address >> 29) * 4 & 15);
}

/* NSAU: zero bits above the highest one. NSA: copies of the sign below it. */
static inline uint32_t zero_bits(uint32_t value)
{
    return value ? (uint32_t)__builtin_clz(value) : 32;
}

static inline uint32_t sign_bits(uint32_t value)
{
    return zero_bits(value ^ (uint32_t)(SIGNED(value) >> 31)) - 1;
}

static void execute(struct cpu *cpu, const void *const **labels);

static void forget_code(void *ctx, uint32_t address, uint32_t size)
{
    struct cpu *cpu = ctx;
    cpu_forget_code(cpu, address, size);
    /* A block that lies in the flash window ends here, for it may be gone. */
    if (address - IROM_BASE < IROM_SIZE)
        cpu->cache->is_attention_due = true;
}

bool cpu_init(struct cpu *cpu)
{
    for (unsigned i = 0; i < 2; i++) {
        cpu->cache = calloc(1, sizeof *cpu->cache);
        cpu->caches[i] = cpu->cache;
        if (!cpu->cache)
            return false;
        execute(cpu, &cpu->cache->labels);
        block_init(cpu->cache);
    }
    block_init_fenced(cpu->caches[1]);
    cpu->bus->forget = forget_code;
    cpu->bus->forget_ctx = cpu;
    cpu->ccompare_event = (struct clock_event){
        .fn = cpu_ccompare_due, .ctx = cpu, .is_patient = true};
    cpu_reset(cpu);
    return true;
}

void cpu_free(struct cpu *cpu)
{
    clock_cancel(cpu->clock, &cpu->ccompare_event);
    cpu->bus->forget = NULL;
    for (unsigned i = 0; i < 2; i++) {
        free(cpu->caches[i]);
        cpu->caches[i] = NULL;
    }
    cpu->cache = NULL;
}

void cpu_reset(struct cpu *cpu)
{
    struct cpu kept = *cpu;
    clock_cancel(cpu->clock, &cpu->ccompare_event);
    *cpu = (struct cpu){.pc = RESET_PC,
                        .ps = RESET_PS,
                        .vecbase = RESET_VECBASE,
                        .is_stopped = kept.is_stopped,
                        .clock = kept.clock,
                        .bus = kept.bus,
                        .cache = kept.caches[0],
                        .caches = {kept.caches[0], kept.caches[1]},
                        .pool = kept.pool,
                        .native = kept.native,
                        .native_ctx = kept.native_ctx,
                        .ccompare_event = kept.ccompare_event,
                        .instructions = kept.instructions,
                        .ccount_base = 0u - (uint32_t)kept.clock->now};
    cpu->ccompare_event.is_pending = false;
    cpu->ccompare_event.next = NULL;
    if (kept.litbase)
        cpu_forget_all(cpu);
    if (kept.cache != cpu->cache)
        bus_fence_flash(cpu->bus, false);
    cpu->cache->is_in_waiti = false;
    cpu->cache->is_attention_due = false;
    cpu->cache->is_redirected = true;
}

void cpu_forget_code(struct cpu *cpu, uint32_t address, uint32_t size)
{
    for (unsigned i = 0; i < 2; i++)
        block_forget(cpu->caches[i], address, size);
}

void cpu_forget_all(struct cpu *cpu)
{
    for (unsigned i = 0; i < 2; i++)
        block_forget_all(cpu->caches[i]);
}

void cpu_fence_flash(struct cpu *cpu, bool is_fenced)
{
    const struct cpu_block_cache *from = cpu->cache;
    struct cpu_block_cache *to = cpu->caches[is_fenced];
    to->is_in_waiti = from->is_in_waiti;
    to->is_attention_due = from->is_attention_due;
    to->is_redirected = from->is_redirected;
    cpu->cache = to;
    bus_fence_flash(cpu->bus, is_fenced);
}

/* Where a slow access stands, and where it goes on. */
struct place {
    uint32_t pc, next;
};

/* After an access that may have done anything: a fault, a reset, a raised
 * interrupt, an event come closer. True when the block must be left; cpu->pc
 * and the clock are then right. */
static bool must_leave(struct cpu *cpu, struct place place, enum fault fault,
                       uint32_t address)
{
    struct cpu_block_cache *cache = cpu->cache;
    if (fault == FAULT_NONE && !cache->is_redirected &&
        !cache->is_attention_due && !cpu->is_stopped &&
        cpu->clock->now + 1 < cpu->clock->limit)
        return false;
    if (fault != FAULT_NONE) {
        cpu->pc = place.pc;
        cpu_exception(cpu, fault, address);
    } else if (!cache->is_redirected) {
        cpu->pc = place.next;
    }
    cpu->clock->now++;
    return true;
}

static enum fault load_slowly(struct cpu *cpu, unsigned bits, uint32_t address,
                              uint32_t *out)
{
    cpu->cache->is_redirected = false;
    return bits == 8    ? bus_read8(cpu->bus, address, out)
           : bits == 16 ? bus_read16(cpu->bus, address, out)
                        : bus_read32(cpu->bus, address, out);
}

static enum fault store_slowly(struct cpu *cpu, unsigned bits, uint32_t address,
                               uint32_t value)
{
    cpu->cache->is_redirected = false;
    return bits == 8    ? bus_write8(cpu->bus, address, value)
           : bits == 16 ? bus_write16(cpu->bus, address, value)
                        : bus_write32(cpu->bus, address, value);
}

/* The block at pc when it is not in its slot. NULL when there is a native, or
 * nothing (the fetch fault is then taken). */
static const struct block *find_block(struct cpu *cpu, uint32_t pc)
{
    enum fault fault = FAULT_NONE;
    cpu->pc = pc;
    if (cpu_is_native(cpu, pc))
        return NULL;
    const struct block *block = block_make(cpu, pc, &fault);
    if (!block) {
        cpu->clock->now++;
        cpu_exception(cpu, fault, pc);
    }
    return block;
}

/* Memory by host width. */
#define GET_8(p) (*(p))
#define GET_16(p) get_u16le(p)
#define GET_32(p) get_u32le(p)
#define PUT_8(p, v) (*(p) = (uint8_t)(v))
#define PUT_16(p, v) put_u16le(p, (uint16_t)(v))
#define PUT_32(p, v) put_u32le(p, v)
#define HOST_8(at, use) bus_dram(bus, at, 0)
#define HOST_16(at, use) bus_dram(bus, at, 1)
#define HOST_32(at, use) bus_word(bus, use, at)
#define HOST_LITERAL(at, use) bus_page(bus, use, at)

/* What isa.def's bodies are made of. */
#define R cpu->a[op->r]
#define S cpu->a[op->s]
#define T cpu->a[op->t]
#define IMM (op->imm)
/* Not block->pc: the block may have been forgotten by what it does itself. */
#define PC (base + op->offset)
#define PLACE ((struct place){PC, base + op[1].offset})
#define NEXT goto *(++op)->go
/* Time is kept in a local variable and counted when a block is left. SYNC
 * brings the clock up to the instruction before this one, for whoever may look
 * at it; RESUME takes over what they made of it. */
#define SYNC clock->now = now + (uint64_t)(op - counted)
#define RESUME                                                                 \
    do {                                                                       \
        now = clock->now;                                                      \
        counted = op;                                                          \
    } while (0)
/* On to the block at `to`. In each place anew, not in one for all, because the
 * host guesses where a jump goes by where it comes from. */
#define ENTER                                                                  \
    do {                                                                       \
        if (!LIKELY(now < clock->limit))                                       \
            goto out;                                                          \
        const struct block *block_ = block_slot(cpu->cache, to);               \
        if (!LIKELY(block_->pc == to))                                         \
            goto find;                                                         \
        base = to;                                                             \
        op = counted = block_->ops;                                            \
        goto * op->go;                                                         \
    } while (0)
#define JUMP(target)                                                           \
    do {                                                                       \
        to = target;                                                           \
        now += (uint64_t)(op - counted) + 1;                                   \
        ENTER;                                                                 \
    } while (0)
/* On to another place in the same block; IMM says how far. */
#define MOVE                                                                   \
    do {                                                                       \
        now += (uint64_t)(op - counted) + 1;                                   \
        op += (int32_t)IMM;                                                    \
        counted = op;                                                          \
        if (!LIKELY(now < clock->limit)) {                                     \
            to = PC;                                                           \
            goto out;                                                          \
        }                                                                      \
        goto * op->go;                                                         \
    } while (0)
#define BRANCH(condition)                                                      \
    if (condition)                                                             \
    JUMP(IMM)
#define LEAVE(target)                                                          \
    do {                                                                       \
        to = target;                                                           \
        goto leave;                                                            \
    } while (0)
#define RAISE(cause)                                                           \
    do {                                                                       \
        fault = cause;                                                         \
        goto raise;                                                            \
    } while (0)
#define BREAKPOINT(debugcause)                                                 \
    do {                                                                       \
        cpu->pc = PC;                                                          \
        if (cpu_break(cpu, debugcause))                                        \
            LEAVE(cpu->pc);                                                    \
    } while (0)
#define LOAD(bits, assign) LOAD_AT(bits, S + IMM, HOST_##bits, assign)
/* Literals stand beside code. */
#define LOAD_LITERAL(assign) LOAD_AT(32, IMM, HOST_LITERAL, assign)
#define LOAD_AT(bits, address, host, assign)                                   \
    uint32_t at_ = (address), word_ = 0;                                       \
    const uint8_t *host_ = host(at_, PAGE_READ);                               \
    if (LIKELY(host_)) {                                                       \
        word_ = GET_##bits(host_);                                             \
        assign;                                                                \
    } else {                                                                   \
        SYNC;                                                                  \
        fault = load_slowly(cpu, bits, at_, &word_);                           \
        if (fault == FAULT_NONE)                                               \
            assign;                                                            \
        if (must_leave(cpu, PLACE, fault, at_))                                \
            return;                                                            \
        RESUME;                                                                \
    }
#define STORE(bits)                                                            \
    uint32_t at_ = S + IMM;                                                    \
    uint8_t *host_ = HOST_##bits(at_, PAGE_WRITE);                             \
    if (LIKELY(host_)) {                                                       \
        PUT_##bits(host_, T);                                                  \
    } else {                                                                   \
        SYNC;                                                                  \
        fault = store_slowly(cpu, bits, at_, T);                               \
        if (must_leave(cpu, PLACE, fault, at_))                                \
            return;                                                            \
        RESUME;                                                                \
    }

/* NOLINTBEGIN(readability-function-size): one row is one body, as in isa.def.
 */

/* Run blocks from cpu->pc until the limit, a native, an exception or an
 * instruction that may change what interrupts do. Given `labels`, only tells
 * where the instructions' bodies are. */
static void execute(struct cpu *cpu, const void *const **labels)
{
    static const void *const label_table[] = {
#define INSN(id, mnemonic, match, mask, size, format, flags, body) &&L_##id,
#include "emulator/isa.def"
#undef INSN
        &&lead_on,
#define INSN(id, mnemonic, match, mask, size, format, flags, body) NULL,
#define COND(id, mnemonic, match, mask, size, format, flags, condition)        \
    &&NEAR_##id,
#include "emulator/isa.def"
#undef INSN
    };
    if (labels) {
        *labels = label_table;
        return;
    }
    struct clock *const clock = cpu->clock;
    struct bus *const bus = cpu->bus;
    const struct op *op, *counted;
    enum fault fault;
    uint32_t base, to = cpu->pc;
    uint64_t now = clock->now;
    ENTER;

#define INSN(id, mnemonic, match, mask, size, format, flags, body)             \
    L_##id:                                                                    \
    {                                                                          \
        body;                                                                  \
    }                                                                          \
    NEXT;
#include "emulator/isa.def"
#undef INSN

#define INSN(id, mnemonic, match, mask, size, format, flags, body)
#define COND(id, mnemonic, match, mask, size, format, flags, condition)        \
    NEAR_##id:                                                                 \
    {                                                                          \
        if (condition)                                                         \
            MOVE;                                                              \
    }                                                                          \
    NEXT;
#include "emulator/isa.def"
#undef INSN

lead_on:
    to = op->imm;
    now += (uint64_t)(op - counted);
    ENTER;
find:
    clock->now = now;
    if (!find_block(cpu, to))
        return;
    ENTER;
out:
    clock->now = now;
    cpu->pc = to;
    return;
leave:
    clock->now = now + (uint64_t)(op - counted) + 1;
    cpu->pc = to;
    return;
raise:
    clock->now = now + (uint64_t)(op - counted) + 1;
    cpu->pc = PC;
    cpu_exception(cpu, fault, 0);
}
/* NOLINTEND(readability-function-size) */

static void run_native(struct cpu *cpu)
{
    cpu->cache->is_redirected = false;
    enum native_result result = cpu->native(cpu->native_ctx, cpu->pc);
    /* Asking again takes no time, so that how often the host asks (in slices of
     * its own clock) changes nothing for the guest. */
    if (result != NATIVE_AGAIN) {
        cpu->clock->now++;
        cpu->instructions++;
    }
    if (cpu->cache->is_redirected)
        return; /* reset, or an exception raised in the native */
    switch (result) {
    case NATIVE_RETURN:
        cpu->pc = cpu->a[0];
        break;
    case NATIVE_AGAIN:
        cpu->is_waiting = true;
        break;
    case NATIVE_STOP:
        cpu->is_stopped = true;
        break;
    case NATIVE_JUMP:
        break;
    }
}

void cpu_run(struct cpu *cpu)
{
    /* A native that waits is asked once in every run; WAITI is not. */
    cpu->is_waiting = false;
    while (!cpu->is_stopped && cpu->clock->now < cpu->clock->limit) {
        cpu->cache->is_attention_due = false;
        if (cpu_has_interrupt(cpu))
            cpu_take_interrupt(cpu);
        if (cpu->cache->is_in_waiti)
            cpu->is_waiting = true;
        if (cpu->is_waiting)
            return;
        if (cpu_is_native(cpu, cpu->pc)) {
            run_native(cpu);
        } else {
            uint64_t from = cpu->clock->now;
            execute(cpu, NULL);
            cpu->instructions += cpu->clock->now - from;
        }
    }
}
