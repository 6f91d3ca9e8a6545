/* A chip for the tests of the boot ROM: pins strapped by hand, what UART0 sent,
 * events, and calls of single natives without the CPU. */
#ifndef TEST_EMULATOR_ROM_BENCH_H
#define TEST_EMULATOR_ROM_BENCH_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "emulator/chip.h"
#include "emulator/native.h"
#include "format/bytes.h"

#define STRAP_FLASH 3u
#define STRAP_DOWNLOAD 1u
#define STRAP_SDIO 7u
#define ALL_MODES 0xFu
#define DOUT_ONLY (1u << MODE_DOUT | 1u << MODE_DIO)
#define RETURN_HERE 0x40107F00u /* where a called native returns to */
#define SCRATCH 0x3FFE8000u

struct rom_bench {
    struct chip chip;
    uint8_t sent[65536];
    size_t sent_size;
    unsigned last_baud;
    char events[4096];
};

static inline void bench_sent(void *ctx, uint8_t byte, unsigned baud)
{
    struct rom_bench *b = ctx;
    b->last_baud = baud;
    if (b->sent_size < sizeof(b->sent) - 1)
        b->sent[b->sent_size++] = byte;
    b->sent[b->sent_size] = '\0';
}

static inline void bench_event(void *ctx, const char *line)
{
    struct rom_bench *b = ctx;
    size_t used = strlen(b->events);
    if (used + strlen(line) + 2 < sizeof(b->events)) {
        strcat(b->events, line);
        strcat(b->events, "\n");
    }
}

static inline void bench_strap(struct rom_bench *b, unsigned strap)
{
    static const unsigned gpio[] = {2, 0, 15};
    for (unsigned i = 0; i < 3; i++)
        wire_drive(&b->chip.pin[gpio[i]], SIDE_ADAPTER,
                   strap >> i & 1 ? DRIVE_HIGH : DRIVE_LOW);
}

/* A chip without power; 1 MB of flash. */
static inline struct rom_bench *bench_new(unsigned strap, uint8_t modes)
{
    struct rom_bench *b = calloc(1, sizeof(*b));
    assert_non_null(b);
    struct chip_config config = {
        .flash = {.size = 0x100000, .jedec = 0x1440C8, .modes = modes},
        .seed = 1};
    assert_int_equal(chip_init(&b->chip, &config), ERR_NONE);
    b->chip.events = (struct chip_events){bench_event, b};
    b->chip.uart[0].line = (struct uart_line){bench_sent, b};
    bench_strap(b, strap);
    return b;
}

static inline void bench_free(struct rom_bench *b)
{
    chip_free(&b->chip);
    free(b);
}

static inline void bench_run_ms(struct rom_bench *b, unsigned ms)
{
    chip_run(&b->chip, b->chip.clock.now + (uint64_t)ms * CYCLES_PER_MS);
}

static inline void bench_forget(struct rom_bench *b)
{
    b->sent_size = 0;
    b->sent[0] = '\0';
    b->events[0] = '\0';
}

/* Call a native with up to six arguments and let it come to its end. Steps to
 * guest code are not followed: they end the call too. */
static inline uint32_t bench_call(struct rom_bench *b, const char *name,
                                  size_t count, const uint32_t *args)
{
    struct cpu *cpu = &b->chip.cpu;
    const struct native *row = native_find_name(name);
    assert_non_null(row);
    for (size_t i = 0; i < count; i++)
        cpu->a[2 + i] = args[i];
    cpu->a[0] = RETURN_HERE;
    cpu->pc = row->address;
    for (unsigned steps = 0; steps < 2000000; steps++) {
        enum native_result result = native_call(&b->chip, cpu->pc);
        if (result == NATIVE_AGAIN) {
            assert_true(clock_next(&b->chip.clock) != CLOCK_NEVER);
            if (b->chip.clock.now < clock_next(&b->chip.clock))
                b->chip.clock.now = clock_next(&b->chip.clock);
        } else if (result != NATIVE_JUMP || !native_find(cpu->pc)) {
            break;
        }
        clock_run_due(&b->chip.clock);
    }
    return cpu->a[2];
}

#define CALL(b, name, ...)                                                     \
    bench_call(b, name,                                                        \
               sizeof((const uint32_t[]){__VA_ARGS__}) / sizeof(uint32_t),     \
               (const uint32_t[]){__VA_ARGS__})

/* A chip whose ROM has started (download mode), so that its RAM is set up. */
static inline struct rom_bench *bench_started(void)
{
    struct rom_bench *b = bench_new(STRAP_DOWNLOAD, ALL_MODES);
    chip_power(&b->chip, true);
    bench_run_ms(b, 50);
    bench_forget(b);
    b->chip.cpu.a[1] = 0x3FFFFF00u;
    return b;
}

static inline void bench_put(struct rom_bench *b, uint32_t address,
                             const void *data, size_t size)
{
    assert_true(bus_copy_in(b->chip.bus, address, data, size));
}

static inline void bench_get(struct rom_bench *b, uint32_t address, void *data,
                             size_t size)
{
    assert_true(bus_copy_out(b->chip.bus, address, data, size));
}

static inline uint32_t bench_word(struct rom_bench *b, uint32_t address)
{
    uint8_t bytes[4];
    bench_get(b, address, bytes, 4);
    return get_u32le(bytes);
}

#endif
