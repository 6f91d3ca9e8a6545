/* One run of the flasher over a bad line, and a judge of what it said. */
#include "test/tool/noise_run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emulator/bench_private.h"
#include "tool/link.h"

#define BOARD_FLASH 0x100000u

static uint8_t data[NOISE_SIZE], back[NOISE_SIZE], before[BOARD_FLASH];
static struct flasher f;

void noise_fill(uint8_t *out, uint32_t size, uint32_t seed)
{
    for (uint32_t i = 0; i < size; i++) {
        seed = seed * 1664525u + 1013904223u;
        out[i] = (uint8_t)(seed >> 24);
    }
}

static void control(struct link *link, const char *line)
{
    struct control c;
    if (control_parse(line, &c) != ERR_NONE ||
        bench_do(link_bench_device(link), &c) != ERR_NONE)
        abort();
}

static bool is_outside_same(const uint8_t *flash)
{
    const uint32_t end = NOISE_AT + NOISE_SIZE;
    return memcmp(flash, before, NOISE_AT) == 0 &&
           memcmp(flash + end, before + end, BOARD_FLASH - end) == 0;
}

/* What f says of the flash after a write that failed. */
static bool is_account_true(const uint8_t *flash)
{
    uint32_t from = f.good_from - NOISE_AT, size = f.good_until - f.good_from;
    if (!f.is_incomplete || f.detail[0] == '\0' || f.good_from < NOISE_AT ||
        f.good_until < f.good_from || from + size > NOISE_SIZE)
        return false;
    return memcmp(flash + f.good_from, data + from, size) == 0;
}

static void judge_write(struct noise_result *r, const uint8_t *flash)
{
    bool is_there = memcmp(flash + NOISE_AT, data, NOISE_SIZE) == 0;
    if (r->err == ERR_NONE && !is_there) {
        r->end = NOISE_LIED;
        r->where = "not what was written";
    } else if (r->err != ERR_NONE && !is_account_true(flash)) {
        r->end = NOISE_LIED;
        r->where = "a wrong account of the flash";
    }
    if (!is_outside_same(flash) && !f.may_be_astray) {
        r->end = NOISE_LIED;
        r->where = "changed elsewhere";
    }
}

static void write_and_read(struct noise_result *r, const uint8_t *flash)
{
    r->where = "write";
    r->err = flasher_write(&f, NOISE_AT, data, NOISE_SIZE);
    r->end = r->err == ERR_NONE ? NOISE_DONE : NOISE_SAID;
    judge_write(r, flash);
    if (r->end != NOISE_DONE)
        return;
    r->where = "read";
    r->err = flasher_read(&f, NOISE_AT, back, NOISE_SIZE);
    if (r->err != ERR_NONE) {
        r->end = NOISE_SAID;
    } else if (memcmp(back, data, NOISE_SIZE) != 0) {
        r->end = NOISE_LIED;
        r->where = "read other bytes than there are";
    }
}

static struct link *open_board(const struct noise_run *run, uint8_t **flash)
{
    char port[64], detail[256];
    struct link *link;
    snprintf(port, sizeof(port), "bench:mini,seed=%u", run->seed);
    if (link_open(port, 115200, &link, detail, sizeof(detail)) != ERR_NONE)
        abort();
    *flash = bench_chip(link_bench_device(link))->flash.data;
    noise_fill(before, BOARD_FLASH, ~run->seed);
    memcpy(*flash, before, BOARD_FLASH);
    noise_fill(data, NOISE_SIZE, run->seed);
    return link;
}

struct noise_result noise_run(const struct noise_run *run)
{
    struct noise_result r = {.where = "open", .end = NOISE_SAID};
    uint8_t *flash;
    char noise[64];
    struct link *link = open_board(run, &flash);
    snprintf(noise, sizeof(noise), "noise %s %s %s", run->kind, run->share,
             run->side);
    if (run->is_from_start)
        control(link, noise);
    r.err = flasher_open(
        &f, &(struct flasher_config){.port = "bench:mini",
                                     .is_rom_only = run->is_rom_only,
                                     .say = run->say,
                                     .link = link});
    if (r.err == ERR_NONE) {
        if (!run->is_from_start)
            control(link, noise);
        write_and_read(&r, flash);
        flasher_close(&f, r.err);
    } else if (memcmp(flash, before, BOARD_FLASH) != 0 || f.detail[0] == '\0') {
        r.end = NOISE_LIED;
        r.where = "changed before the write";
    }
    memcpy(r.detail, f.detail, sizeof(r.detail));
    r.seconds = (unsigned)(link->ops->now_ms(link) / 1000);
    r.hits = link_bench_device(link)->faults.noise.hits;
    link_close(link);
    return r;
}
