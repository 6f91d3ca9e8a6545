/* The adapter's lines on the bench: DTR and RTS, the two-transistor circuit, EN
 * and GPIO0. */
#include "emulator/bench_private.h"

/* EN's capacitor: it falls at once and rises late, so that GPIO0 has its level
 * when EN rises (chip.md C). */
#define EN_RISE_MS 4u

static void set_en(struct bench *bench, bool is_low)
{
    wire_drive(&bench->chip.en, SIDE_ADAPTER, is_low ? DRIVE_LOW : DRIVE_NONE);
}

static void set_gpio0(struct bench *bench, bool is_low)
{
    wire_drive(&bench->chip.pin[0], SIDE_ADAPTER,
               is_low ? DRIVE_LOW : DRIVE_NONE);
}

static void on_en_rises(void *ctx)
{
    set_en(ctx, false);
}

void bench_lines_init(struct bench *bench)
{
    struct chip *chip = &bench->chip;
    bench->en_rises.fn = on_en_rises;
    bench->en_rises.ctx = bench;
    /* The resistors of every ESP8266 board: run mode unless told otherwise. */
    wire_drive(&chip->en, SIDE_BOARD, DRIVE_WEAK_HIGH);
    wire_drive(&chip->pin[0], SIDE_BOARD, DRIVE_WEAK_HIGH);
    wire_drive(&chip->pin[2], SIDE_BOARD, DRIVE_WEAK_HIGH);
    wire_drive(&chip->pin[15], SIDE_BOARD, DRIVE_WEAK_LOW);
}

void bench_lines_direct(struct bench *bench, bool dtr, bool rts)
{
    dtr = dtr && bench_is_plugged(bench);
    rts = rts && bench_is_plugged(bench);
    bench->dtr = dtr;
    bench->rts = rts;
    clock_cancel(&bench->chip.clock, &bench->en_rises);
    set_gpio0(bench, dtr);
    set_en(bench, rts);
}

void bench_lines_circuit(struct bench *bench, bool dtr, bool rts)
{
    struct clock *clock = &bench->chip.clock;
    dtr = dtr && bench_is_plugged(bench);
    rts = rts && bench_is_plugged(bench);
    bool is_en_low = rts && !dtr;
    bench->dtr = dtr;
    bench->rts = rts;
    set_gpio0(bench, dtr && !rts);
    if (is_en_low) {
        clock_cancel(clock, &bench->en_rises);
        set_en(bench, true);
    } else if (bench->chip.en.side[SIDE_ADAPTER] == DRIVE_LOW &&
               !bench->en_rises.is_pending) {
        clock_in(clock, &bench->en_rises, (uint64_t)EN_RISE_MS * CYCLES_PER_MS);
    }
}
