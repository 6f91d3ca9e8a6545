/* Faults as control lines: cuts of power, brown-outs, a bad serial line, an
 * adapter that is pulled out. What is broken for good: bench_broken.c. */
#include "emulator/bench_private.h"

#include <inttypes.h>

/* Apart from what the seed decides elsewhere. */
#define STREAM 0x42524F57u
#define JITTER_STEPS 1024u

/* ---- power ---- */

void bench_faults_end_brownout(struct bench *bench)
{
    clock_cancel(&bench->chip.clock, &bench->faults.brownout);
}

/* A cut: nobody but a power line brings it back. */
static void cut_power(void *ctx)
{
    struct bench *bench = ctx;
    bench_faults_end_brownout(bench);
    clock_cancel(&bench->chip.clock, &bench->power_back);
    bench_power(bench, false);
}

static void do_cut(struct bench *bench, const struct control *control)
{
    static const enum fault_outcome outcomes[] = {
        [CUT_TORN] = FAULT_TORN,
        [CUT_BEFORE] = FAULT_BEFORE,
        [CUT_AFTER] = FAULT_AFTER,
    };
    struct clock *clock = &bench->chip.clock;
    struct clock_event *event = &bench->faults.cut;
    uint64_t cycles = (uint64_t)control->ms * CYCLES_PER_MS;
    switch (control->cut) {
    case CUT_OFF:
        clock_cancel(clock, event);
        flash_fault_cut(&bench->chip.flash, 0, FAULT_TORN);
        return;
    case CUT_AT:
        clock_at(clock, event, cycles);
        return;
    case CUT_IN:
        clock_in(clock, event, cycles);
        return;
    case CUT_CYCLE:
        clock_at(clock, event, control->cycle);
        return;
    case CUT_FLASH:
        flash_fault_cut(&bench->chip.flash, control->number,
                        outcomes[control->outcome]);
        return;
    }
}

/* About so long: half as much to one and a half times. */
static uint64_t about(struct bench *bench, uint32_t ms)
{
    uint64_t cycles = (uint64_t)ms * CYCLES_PER_MS;
    uint32_t step = fault_random_below(&bench->faults.random, JITTER_STEPS);
    return cycles / 2 + cycles / JITTER_STEPS * step;
}

static void go_off(struct bench *bench)
{
    struct bench_faults *faults = &bench->faults;
    bench_power(bench, false);
    clock_in(&bench->chip.clock, &faults->brownout,
             about(bench, faults->off_ms));
}

static void on_brownout(void *ctx)
{
    struct bench *bench = ctx;
    struct bench_faults *faults = &bench->faults;
    if (bench->chip.has_power) {
        go_off(bench);
        return;
    }
    bench_power(bench, true);
    if (--faults->brownouts > 0) {
        clock_in(&bench->chip.clock, &faults->brownout,
                 about(bench, faults->on_ms));
    }
}

static void do_brownout(struct bench *bench, const struct control *control)
{
    struct bench_faults *faults = &bench->faults;
    faults->brownouts = control->number;
    faults->on_ms = control->ms;
    faults->off_ms = control->off_ms;
    clock_cancel(&bench->chip.clock, &bench->power_back);
    go_off(bench);
}

/* ---- the serial line ---- */

static void do_noise(struct bench *bench, const struct control *control)
{
    static const enum noise_kind kinds[] = {
        [LINE_LOSE] = NOISE_LOSE,
        [LINE_DOUBLE] = NOISE_DOUBLE,
        [LINE_FLIP] = NOISE_FLIP,
    };
    struct line_noise *noise = &bench->faults.noise;
    if (control->noise == LINE_QUIET) {
        line_noise_clear(noise);
        return;
    }
    if (control->is_to) {
        noise->share[NOISE_TO][kinds[control->noise]] = control->number;
    }
    if (control->is_from) {
        noise->share[NOISE_FROM][kinds[control->noise]] = control->number;
    }
}

size_t bench_serial_send(struct bench *bench, const uint8_t *data, size_t size)
{
    struct uart *uart = &bench->chip.uart[0];
    /* A chip without power hears nothing; the adapter sends all the same. */
    if (!bench->chip.has_power || bench->faults.is_unplugged) {
        return size;
    }
    for (size_t i = 0; i < size; i++) {
        uint8_t out[2];
        if (uart_line_pending(uart) > UART_LINE - sizeof(out)) {
            return i;
        }
        unsigned n =
            line_noise_pass(&bench->faults.noise, NOISE_TO, data[i], out);
        (void)uart_line_send(uart, out, n);
    }
    return size;
}

void bench_serial_heard(struct bench *bench, uint8_t byte)
{
    uint8_t out[2];
    if (bench->faults.is_unplugged || !bench->sink.serial) {
        return;
    }
    unsigned n = line_noise_pass(&bench->faults.noise, NOISE_FROM, byte, out);
    for (unsigned i = 0; i < n; i++) {
        bench->sink.serial(bench->sink.ctx, out[i]);
    }
}

static void on_plug(void *ctx)
{
    struct bench *bench = ctx;
    clock_cancel(&bench->chip.clock, &bench->faults.plug);
    if (bench->faults.is_unplugged) {
        bench->faults.is_unplugged = false;
        bench_event(bench, "adapter plugged");
    }
}

/* What the adapter had still to send goes with it. */
static void do_unplug(struct bench *bench, uint32_t ms)
{
    struct clock *clock = &bench->chip.clock;
    if (!bench->faults.is_unplugged) {
        bench->faults.is_unplugged = true;
        bench->faults.unplugs++;
        uart_line_drop(&bench->chip.uart[0]);
        bench_event(bench, "adapter unplugged");
        bench_lines_direct(bench, false, false);
    }
    clock_cancel(clock, &bench->faults.plug);
    if (ms > 0) {
        clock_in(clock, &bench->faults.plug, (uint64_t)ms * CYCLES_PER_MS);
    }
}

bool bench_is_plugged(const struct bench *bench)
{
    return !bench->faults.is_unplugged;
}

unsigned bench_unplugs(const struct bench *bench)
{
    return bench->faults.unplugs;
}

/* ---- lines ---- */

enum err bench_fault(struct bench *bench, const struct control *control)
{
    if (bench_is_broken(control->verb)) {
        return bench_break(bench, control);
    }
    if (control->verb == CONTROL_CUT) {
        do_cut(bench, control);
    } else if (control->verb == CONTROL_BROWNOUT) {
        do_brownout(bench, control);
    } else if (control->verb == CONTROL_STRICT) {
        bench->chip.flash.fault.is_strict = control->is_on;
    } else if (control->verb == CONTROL_NOISE) {
        do_noise(bench, control);
    } else if (control->verb == CONTROL_UNPLUG) {
        do_unplug(bench, control->ms);
    } else {
        on_plug(bench);
    }
    return ERR_NONE;
}

static void show_noise(struct bench *bench, enum noise_side side,
                       const char *name)
{
    static const char *const kinds[] = {[NOISE_LOSE] = "lose",
                                        [NOISE_DOUBLE] = "double",
                                        [NOISE_FLIP] = "flip"};
    for (unsigned kind = 0; kind < NOISE_KINDS; kind++) {
        uint32_t share = bench->faults.noise.share[side][kind];
        if (share > 0) {
            bench_event(bench, "show noise %s %u.%03u %s", kinds[kind],
                        share / 1000, share % 1000, name);
        }
    }
}

void bench_faults_show(struct bench *bench)
{
    const struct flash_chip *flash = &bench->chip.flash;
    bench_event(bench,
                "show flash %" PRIu64 " programs, %" PRIu64 " erases, %" PRIu64
                " words programmed twice",
                flash->programs, flash->erases, flash->fault.rewrites);
    if (bench->faults.cut.is_pending) {
        bench_event(bench, "show cut at cycle %" PRIu64,
                    bench->faults.cut.when);
    }
    if (flash->fault.cut_in > 0) {
        bench_event(bench, "show cut after %u flash", flash->fault.cut_in);
    }
    show_noise(bench, NOISE_TO, "to");
    show_noise(bench, NOISE_FROM, "from");
    if (bench->faults.noise.hits > 0) {
        bench_event(bench, "show noise has changed %" PRIu64 " bytes",
                    bench->faults.noise.hits);
    }
    if (bench->faults.is_unplugged) {
        bench_event(bench, "show adapter unplugged");
    }
}

/* ---- start ---- */

static void on_flash_event(void *ctx, const char *line)
{
    struct bench *bench = ctx;
    bench_console_flush(bench);
    bench_event(bench, "%s", line);
}

static struct clock_event patient(struct bench *bench, void (*fn)(void *))
{
    return (struct clock_event){.fn = fn, .ctx = bench, .is_patient = true};
}

void bench_faults_init(struct bench *bench)
{
    struct flash_fault *flash = &bench->chip.flash.fault;
    struct bench_faults *faults = &bench->faults;
    uint32_t seed = bench->config.seed;
    faults->cut = patient(bench, cut_power);
    faults->brownout = patient(bench, on_brownout);
    faults->plug = patient(bench, on_plug);
    fault_random_start(&faults->random, fault_hash(seed, STREAM, 0));
    line_noise_init(&faults->noise, seed);
    flash->cut = cut_power;
    flash->event = on_flash_event;
    flash->ctx = bench;
}
