/* A flash chip on a clock of its own, and what the tests of its faults do and
 * ask again and again. */
#ifndef TEST_EMULATOR_FLASH_FAULT_FIXTURE_H
#define TEST_EMULATOR_FLASH_FAULT_FIXTURE_H

#include "test/emulator/chip_fixture.h"

#include <stdio.h>

#include "format/bytes.h"

#define MB 0x100000u
#define SECTOR 0x1000u
#define AT 0x8000u

struct fixture {
    struct clock clock;
    struct flash_chip flash;
    uint8_t before[2 * SECTOR]; /* of AT - SECTOR / 2 on */
    char said[400];
    unsigned changes;
};

static void note_event(void *ctx, const char *line)
{
    struct fixture *f = ctx;
    size_t used = strlen(f->said);
    snprintf(f->said + used, sizeof f->said - used, "%s\n", line);
}

static void note_change(void *ctx, uint32_t address, uint32_t size)
{
    struct fixture *f = ctx;
    (void)address, (void)size;
    f->changes++;
}

static struct fixture *open_flash(uint32_t seed, bool is_puya)
{
    struct fixture *f = calloc(1, sizeof *f);
    assert_non_null(f);
    struct flash_chip_config config = {.size = MB,
                                       .jedec = WINBOND_1M,
                                       .modes = ALL_MODES,
                                       .is_puya = is_puya,
                                       .seed = seed};
    assert_int_equal(flash_chip_init(&f->flash, &f->clock, &config), ERR_NONE);
    flash_chip_power(&f->flash, true);
    f->flash.fault.event = note_event;
    f->flash.fault.ctx = f;
    f->flash.changed = note_change;
    f->flash.changed_ctx = f;
    return f;
}

static void close_flash(struct fixture *f)
{
    assert_null(f->clock.head);
    flash_chip_free(&f->flash);
    free(f);
}

static void run_until(struct fixture *f, uint64_t when)
{
    while (f->clock.head && f->clock.head->when <= when) {
        f->clock.now = f->clock.head->when;
        clock_run_due(&f->clock);
    }
    f->clock.now = when > f->clock.now ? when : f->clock.now;
}

static void settle(struct fixture *f)
{
    run_until(f, f->flash.busy_until);
}

static void enable(struct fixture *f)
{
    flash_chip_command(&f->flash, 0x06, 0, NULL, 0, NULL, 0);
}

static bool program(struct fixture *f, uint32_t address, const void *data,
                    size_t size)
{
    enable(f);
    return flash_chip_program(&f->flash, address, data, size);
}

static bool erase(struct fixture *f, uint32_t address)
{
    enable(f);
    return flash_chip_erase(&f->flash, address, SECTOR);
}

/* The sectors around AT hold something everywhere; nothing runs. */
static void fill(struct fixture *f)
{
    for (uint32_t i = 0; i < sizeof f->before; i++)
        f->before[i] = (uint8_t)(i * 7 + (i >> 8) * 13);
    memcpy(f->flash.data + AT - SECTOR / 2, f->before, sizeof f->before);
}

static void blank(struct fixture *f)
{
    memset(f->before, 0xFF, sizeof f->before);
    memset(f->flash.data + AT - SECTOR / 2, 0xFF, sizeof f->before);
}

/* An erase at AT that nothing disturbs. */
static void erase_whole(struct fixture *f)
{
    assert_true(erase(f, AT));
    settle(f);
}

/* Power goes when so many percent of the operation's time are over. */
static void lose_power(struct fixture *f, unsigned percent)
{
    uint64_t time = f->flash.busy_until - f->clock.now;
    run_until(f, f->clock.now + time * percent / 100);
    flash_chip_power(&f->flash, false);
}

/* How the words of AT's range stand beside what they were and should become. */
struct found {
    unsigned old, done, torn;
};

static struct found compare(const struct fixture *f, uint32_t offset,
                            const uint8_t *goal, uint32_t size)
{
    struct found found = {0};
    const uint8_t *is = f->flash.data + AT + offset;
    const uint8_t *was = f->before + SECTOR / 2 + offset;
    for (uint32_t at = 0; at < size; at += 4) {
        if (memcmp(is + at, goal + at, 4) == 0)
            found.done++;
        else if (memcmp(is + at, was + at, 4) == 0)
            found.old++;
        else
            found.torn++;
    }
    return found;
}

static void assert_only_changed(const struct fixture *f, uint32_t offset,
                                uint32_t size)
{
    const uint8_t *is = f->flash.data + AT - SECTOR / 2;
    for (uint32_t i = 0; i < sizeof f->before; i++) {
        uint32_t at = i - SECTOR / 2 - offset;
        if (at >= size && is[i] != f->before[i])
            fail_msg("byte %u before AT - 0x800 changed", i);
    }
}

#endif
