/* For tests of the bench's faults: a quiet bench, and what its flash chip does
 * with a page or a sector. */
#ifndef TEST_EMULATOR_BENCH_FLASH_FIXTURE_H
#define TEST_EMULATOR_BENCH_FLASH_FIXTURE_H

#include "test/emulator/bench_fixture.h"

#define SECTOR 0x1000u
#define AT (247 * SECTOR)

static inline struct flash_chip *flash_of(struct fixture *f)
{
    return &bench_chip(f->bench)->flash;
}

static inline void finish_flash(struct fixture *f)
{
    uint64_t busy = flash_of(f)->busy_until;
    if (busy > bench_now(f->bench)) {
        bench_run(f->bench, busy + 1);
    }
}

/* A program of the whole page, or an erase, to its end or to the cut. */
static inline bool program(struct fixture *f, uint32_t address, uint8_t byte)
{
    uint8_t page[256];
    memset(page, byte, sizeof(page));
    flash_chip_command(flash_of(f), 0x06, 0, NULL, 0, NULL, 0);
    bool is_done = flash_chip_program(flash_of(f), address, page, sizeof(page));
    finish_flash(f);
    return is_done;
}

static inline bool erase(struct fixture *f, uint32_t address)
{
    flash_chip_command(flash_of(f), 0x06, 0, NULL, 0, NULL, 0);
    bool is_done = flash_chip_erase(flash_of(f), address, SECTOR);
    finish_flash(f);
    return is_done;
}

/* How many bytes of the page are so. */
static inline unsigned holds(struct fixture *f, uint32_t address, uint8_t byte)
{
    unsigned n = 0;
    for (unsigned i = 0; i < 256; i++) {
        n += flash_of(f)->data[address + i] == byte;
    }
    return n;
}

/* A running board that has said all it says by itself. */
static inline void open_quiet(struct fixture *f, struct bench_config config)
{
    open_config(f, "mini", config);
    run_ms(f, 100);
    forget(f);
}

#endif
