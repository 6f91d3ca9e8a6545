#include "emulator/bench_private.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emulator/trace.h"

/* How long `power cycle` leaves the supply off. */
#define POWER_GAP_MS 500u

/* JEDEC ids carry the size as a power of two in their third byte. */
#define JEDEC_PUYA 0x6085u

static void tell(struct bench *bench, const char *line)
{
    if (bench->sink.event) {
        bench->sink.event(bench->sink.ctx,
                          bench->chip.clock.now / CYCLES_PER_MS, line);
    }
}

void bench_event(struct bench *bench, const char *format, ...)
{
    char line[BENCH_EVENT_ROOM];
    va_list args;
    va_start(args, format);
    vsnprintf(line, sizeof(line), format, args);
    va_end(args);
    history_add(&bench->chip.history, bench->chip.clock.now, line, 0);
    tell(bench, line);
}

static void on_chip_event(void *ctx, const char *line)
{
    struct bench *bench = ctx;
    bench_console_flush(bench);
    tell(bench, line);
}

/* ---- power ---- */

void bench_power(struct bench *bench, bool is_on)
{
    if (bench->chip.has_power == is_on) {
        return;
    }
    bench_console_flush(bench);
    bench_event(bench, "power %s", is_on ? "on" : "off");
    chip_power(&bench->chip, is_on);
}

static void on_power_back(void *ctx)
{
    bench_power(ctx, true);
}

static void do_power(struct bench *bench, enum control_verb verb)
{
    clock_cancel(&bench->chip.clock, &bench->power_back);
    bench_faults_end_brownout(bench);
    bench_power(bench, verb == CONTROL_POWER_ON);
    if (verb == CONTROL_POWER_CYCLE) {
        clock_in(&bench->chip.clock, &bench->power_back,
                 (uint64_t)POWER_GAP_MS * CYCLES_PER_MS);
    }
}

/* ---- the serial side ---- */

/* What a receiver at line_baud makes of a byte sent at baud: it samples each
 * of its ten bits in the middle, on a line that idles high. */
static uint8_t misread(uint8_t byte, unsigned baud, unsigned line_baud)
{
    uint8_t seen = 0;
    for (unsigned bit = 0; bit < 8; bit++) {
        uint64_t sent_bit =
            ((uint64_t)(2 * bit + 3) * baud) / (2 * (uint64_t)line_baud);
        bool is_high =
            sent_bit > 8 || (sent_bit > 0 && (byte >> (sent_bit - 1)) & 1);
        seen = (uint8_t)(seen | (is_high ? 1u << bit : 0));
    }
    return seen;
}

/* As the UART's own rule (uart.h), but by the rate at which this byte was sent:
 * the chip may have changed its own since. */
static bool is_clear(unsigned baud, unsigned line_baud)
{
    uint64_t gap = baud > line_baud ? baud - line_baud : line_baud - baud;
    return line_baud == 0 || gap * 100 <= (uint64_t)line_baud * 4;
}

static void on_uart_byte(void *ctx, uint8_t byte, unsigned baud)
{
    struct bench *bench = ctx;
    unsigned line_baud = bench->chip.uart[0].line_baud;
    bench_console_byte(bench, byte);
    if (bench->sink.console) {
        bench->sink.console(bench->sink.ctx, byte);
    }
    bench_serial_heard(bench, is_clear(baud, line_baud)
                                  ? byte
                                  : misread(byte, baud, line_baud));
}

void bench_serial_baud(struct bench *bench, unsigned baud)
{
    uart_line_set_baud(&bench->chip.uart[0], baud);
}

static enum err do_console(struct bench *bench, const char *text)
{
    uint8_t line[CONTROL_TEXT + 1];
    size_t size = strlen(text);
    memcpy(line, text, size + 1);
    line[size++] = '\n';
    return bench_serial_send(bench, line, size) == size ? ERR_NONE
                                                        : ERR_NO_ROOM;
}

/* ---- control ---- */

static void show(struct bench *bench)
{
    const struct chip *chip = &bench->chip;
    bench_event(bench, "show power %s", chip->has_power ? "on" : "off");
    if (chip->stop_reason[0]) {
        bench_event(bench, "show chip stopped: %.*s",
                    (int)strcspn(chip->stop_reason, "\n"), chip->stop_reason);
    } else if (!wire_level(&chip->en)) {
        bench_event(bench, "show chip held in reset");
    } else if (chip->has_power) {
        bench_event(bench, "show chip cause %d strap %u, console at %u baud",
                    (int)chip->reset_cause, chip->strap,
                    uart_baud(&chip->uart[0]));
    }
    bench_parts_show(bench);
    bench_faults_show(bench);
    bench_wifi_show(bench);
    bench_net_show(bench);
    bench_event(bench, "show dtr %s", bench->dtr ? "on" : "off");
    bench_event(bench, "show rts %s", bench->rts ? "on" : "off");
}

static enum err do_board(struct bench *bench, const struct control *control)
{
    enum control_verb verb = control->verb;
    if (verb == CONTROL_PRESS || verb == CONTROL_RELEASE) {
        return bench_press(bench, control);
    }
    if (verb == CONTROL_SWITCH) {
        return bench_switch(bench, control);
    }
    if (verb == CONTROL_CONSOLE) {
        return do_console(bench, control->text);
    }
    if (verb == CONTROL_ANALOG) {
        bench->chip.tout_mv = control->number;
    } else if (verb == CONTROL_SHOW) {
        show(bench);
    } else {
        do_power(bench, verb);
    }
    return ERR_NONE;
}

enum err bench_do(struct bench *bench, const struct control *control)
{
    switch (control_kind(control->verb)) {
    case CONTROL_OF_BOARD:
        return do_board(bench, control);
    case CONTROL_OF_LINES:
        bench_lines_circuit(
            bench, control->verb == CONTROL_DTR ? control->is_on : bench->dtr,
            control->verb == CONTROL_RTS ? control->is_on : bench->rts);
        return ERR_NONE;
    case CONTROL_OF_FAULTS:
        return bench_fault(bench, control);
    case CONTROL_OF_AIR:
        return control->verb == CONTROL_PHONE ? bench_phone(bench, control)
                                              : bench_air(bench, control);
    case CONTROL_OF_SCRIPT:
        return ERR_NONE;
    }
    return ERR_UNKNOWN;
}

/* ---- time ---- */

void bench_run(struct bench *bench, uint64_t cycle)
{
    struct clock *clock = &bench->chip.clock;
    while (clock->now < cycle) {
        uint64_t before = clock->now;
        chip_run(&bench->chip, cycle);
        if (clock->now > before) {
            continue;
        }
        /* A stopped chip does not move time, but the bench's does go on. */
        uint64_t next = clock_next(clock);
        clock->now = next < cycle ? next : cycle;
        clock_run_due(clock);
    }
}

uint64_t bench_now(const struct bench *bench)
{
    return bench->chip.clock.now;
}

bool bench_is_idle(const struct bench *bench)
{
    const struct chip *chip = &bench->chip;
    return !chip->has_power || chip->cpu.is_stopped ||
           (chip->cpu.is_waiting && !cpu_has_interrupt(&chip->cpu));
}

uint64_t bench_next(const struct bench *bench, bool with_patient)
{
    const struct clock *clock = &bench->chip.clock;
    return with_patient ? clock_next(clock) : clock_next_busy(clock);
}

/* ---- opening ---- */

static bool is_zero_mac(const uint8_t mac[6])
{
    static const uint8_t zero[6];
    return memcmp(mac, zero, sizeof(zero)) == 0;
}

static void default_mac(uint8_t mac[6], uint32_t seed)
{
    /* 5C:CF:7F is Espressif's; the rest is scattered by the seed. */
    uint32_t tail = (seed + 1) * 2654435761u;
    mac[0] = 0x5C;
    mac[1] = 0xCF;
    mac[2] = 0x7F;
    mac[3] = (uint8_t)(tail >> 24);
    mac[4] = (uint8_t)(tail >> 16);
    mac[5] = (uint8_t)(tail >> 8);
}

static struct chip_config chip_config(const struct bench_config *config)
{
    const struct board *board = config->board;
    struct chip_config chip = {
        .flash = {.size = config->flash_size ? config->flash_size
                                             : board->flash_size,
                  .modes = board->flash_modes,
                  .is_puya = config->is_puya,
                  .seed = config->seed,
                  .file = config->flash_file,
                  .base = config->flash_base},
        .is_8285 = board->is_8285,
        .seed = config->seed,
        .is_posing_as_hardware = config->is_posing_as_hardware,
        .elf = config->elf,
        .pool = config->pool,
        .address = config->address,
        .net = config->net,
    };
    uint32_t capacity = 0;
    while ((1u << capacity) < chip.flash.size) {
        capacity++;
    }
    uint32_t maker = config->is_puya ? JEDEC_PUYA : board->flash_jedec & 0xFFFF;
    if (config->flash_id != 0) {
        maker = config->flash_id;
    }
    chip.flash.jedec = maker | capacity << 16;
    memcpy(chip.mac, config->mac, sizeof(chip.mac));
    if (is_zero_mac(chip.mac)) {
        default_mac(chip.mac, config->seed);
    }
    return chip;
}

static void connect_all(struct bench *bench)
{
    struct chip *chip = &bench->chip;
    bench->power_back.fn = on_power_back;
    bench->power_back.ctx = bench;
    bench->power_back.is_patient = true;
    chip->events = (struct chip_events){on_chip_event, bench};
    chip->uart[0].line = (struct uart_line){on_uart_byte, bench};
    bench_console_init(bench);
    bench_lines_init(bench);
    bench_parts_init(bench);
    bench_faults_init(bench);
}

enum err bench_open(const struct bench_config *config,
                    const struct bench_sink *sink, struct bench **out)
{
    struct bench *bench = calloc(1, sizeof(*bench));
    *out = NULL;
    if (!bench) {
        return ERR_MEMORY;
    }
    bench->config = *config;
    bench->sink = *sink;
    struct chip_config row = chip_config(config);
    if (config->air) {
        bench->air = *config->air;
    }
    row.air = &bench->air;
    enum err e = chip_init(&bench->chip, &row);
    if (e != ERR_NONE) {
        free(bench);
        return e;
    }
    connect_all(bench);
    if (config->trace) {
        trace_attach(config->trace, &bench->chip, config->board);
    }
    *out = bench;
    if (config->is_holding_button) {
        struct control press = {.verb = CONTROL_PRESS,
                                .number = config->board->parts[0].gpio};
        e = bench_press(bench, &press);
    }
    if (!config->is_off) {
        bench_power(bench, true);
    }
    return e;
}

void bench_close(struct bench *bench)
{
    if (bench) {
        if (bench->config.trace) {
            trace_detach(bench->config.trace, &bench->chip);
        }
        chip_free(&bench->chip);
        free(bench);
    }
}

void bench_report(struct bench *bench)
{
    char text[200];
    if (sdk_usage_text(&bench->chip, text, sizeof(text))) {
        bench_console_flush(bench);
        bench_event(bench, "report %s", text);
    }
}

struct chip *bench_chip(struct bench *bench)
{
    return &bench->chip;
}
