#include "emulator/chip.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "emulator/native.h"

static const char *const pin_names[CHIP_GPIOS] = {
    "GPIO0",  "GPIO1",  "GPIO2",  "GPIO3",  "GPIO4",  "GPIO5",
    "GPIO6",  "GPIO7",  "GPIO8",  "GPIO9",  "GPIO10", "GPIO11",
    "GPIO12", "GPIO13", "GPIO14", "GPIO15", "GPIO16",
};

bool chip_is_alive(const struct chip *chip)
{
    return chip->has_power && !chip->is_held && !chip->is_asleep;
}

/* ---- what people and tests are told -------------------------------------- */

static void emit(struct chip *chip, const char *line)
{
    if (chip->events.event)
        chip->events.event(chip->events.ctx, line);
}

void chip_event(struct chip *chip, const char *format, ...)
{
    char line[300];
    va_list args;
    va_start(args, format);
    vsnprintf(line, sizeof line, format, args);
    va_end(args);
    history_add(&chip->history, chip->clock.now, line, 0);
    emit(chip, line);
}

static void look(struct chip *chip)
{
    if (chip->probe.look)
        chip->probe.look(chip->probe.ctx);
}

void chip_stop(struct chip *chip, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(chip->stop_reason, sizeof chip->stop_reason, format, args);
    va_end(args);
    chip->cpu.is_stopped = true;
    const char *line = chip->stop_reason, *before = "stop ";
    while (*line) {
        int size = (int)strcspn(line, "\n");
        chip_event(chip, "%s%.*s", before, size, line);
        line += size + (line[size] == '\n');
        before = "";
    }
    look(chip);
}

/* ---- reset --------------------------------------------------------------- */

static unsigned read_strap(const struct chip *chip)
{
    return (wire_level(&chip->pin[2]) ? 1u : 0) |
           (wire_level(&chip->pin[0]) ? 2u : 0) |
           (wire_level(&chip->pin[15]) ? 4u : 0);
}

/* Pads and outputs are not touched by a restart of the SDK. It jumps to the
 * ROM's reset vector: in the field the ROM then names the cause of the reset
 * before ("rst cause:2", Arduino #1722, #621, #793), so no reset took place.
 * Not measured. */
static void reset_pins(struct chip *chip)
{
    if (!chip->keeps_pins)
        gpio_reset(&chip->gpio);
    chip->keeps_pins = false;
}

static void reset_peripherals(struct chip *chip)
{
    for (unsigned i = 0; i < 2; i++) {
        uart_reset(&chip->uart[i]);
        spi_reset(&chip->spi[i]);
        frc_reset(&chip->frc[i]);
    }
    reset_pins(chip);
    rtc_reset(&chip->rtc);
    dport_reset(&chip->dport);
    wdt_reset(&chip->wdt);
    net_reset(chip);
}

void chip_reset(struct chip *chip, enum reset_cause cause)
{
    if (!chip_is_alive(chip))
        return;
    clock_cancel(&chip->clock, &chip->reset_event);
    chip->reset_cause = cause;
    chip->is_fresh = false;
    chip->stop_reason[0] = '\0';
    reset_peripherals(chip);
    uart_power(&chip->uart[0], true);
    uart_power(&chip->uart[1], true);
    /* Pins are inputs with their pull-ups now: what the board and the button
     * make of them is the strap. */
    if (cause == RESET_POWER_ON || cause == RESET_EXTERNAL)
        chip->strap = read_strap(chip);
    cpu_reset(&chip->cpu);
    chip->cpu.is_stopped = false;
    chip->cpu.is_waiting = false;
    chip_event(chip, "reset cause %d", (int)cause);
    wifi_reset(chip);
    sdk_reset(chip);
    rom_reset(chip);
    look(chip);
}

static void reset_asked(void *ctx)
{
    struct chip *chip = ctx;
    chip_reset(chip, chip->asked_cause);
}

void chip_ask_reset(struct chip *chip, enum reset_cause cause)
{
    chip->asked_cause = cause;
    clock_in(&chip->clock, &chip->reset_event, 0);
}

/* ---- power and EN -------------------------------------------------------- */

/* Nothing runs, drives or hears any more. */
static void go_dark(struct chip *chip)
{
    clock_cancel(&chip->clock, &chip->reset_event);
    clock_cancel(&chip->clock, &chip->sleep_event);
    clock_cancel(&chip->clock, &chip->sdk.watchdog);
    chip->keeps_pins = false;
    chip->cpu.is_stopped = true;
    wifi_reset(chip);
    reset_peripherals(chip);
    uart_power(&chip->uart[0], false);
    uart_power(&chip->uart[1], false);
}

static void start(struct chip *chip)
{
    clock_cancel(&chip->clock, &chip->sleep_event);
    enum reset_cause cause = chip->is_fresh    ? RESET_POWER_ON
                             : chip->is_asleep ? RESET_DEEP_SLEEP
                                               : RESET_EXTERNAL;
    chip->is_asleep = false;
    chip_reset(chip, cause);
    chip->strap = read_strap(chip); /* EN has risen */
}

static void en_changed(void *ctx, bool level)
{
    struct chip *chip = ctx;
    chip->is_held = !level;
    if (!chip->has_power)
        return;
    if (level)
        start(chip);
    else if (!chip->is_asleep)
        go_dark(chip);
    look(chip);
}

static void power_up(struct chip *chip)
{
    /* The module's own resistor holds EN up. */
    wire_drive(&chip->en, SIDE_CHIP, DRIVE_WEAK_HIGH);
    chip->has_power = true;
    chip->is_held = !wire_level(&chip->en);
    chip->is_fresh = true;
    chip->power_ons++;
    bus_power_up(chip->bus, chip->config.seed + chip->power_ons);
    rtc_power_up(&chip->rtc);
    flash_chip_power(&chip->flash, true);
    if (!chip->is_held)
        start(chip);
}

static void power_down(struct chip *chip)
{
    chip->has_power = false;
    chip->is_asleep = false;
    go_dark(chip);
    flash_chip_power(&chip->flash, false);
    wire_drive(&chip->en, SIDE_CHIP, DRIVE_NONE);
    chip->stop_reason[0] = '\0';
}

void chip_power(struct chip *chip, bool is_on)
{
    if (is_on == chip->has_power)
        return;
    if (is_on)
        power_up(chip);
    else
        power_down(chip);
    look(chip);
}

/* ---- deep sleep ---------------------------------------------------------- */

/* GPIO16 in deep sleep: high, and low for a moment at its end. */
#define WAKE_PIN 16
#define WAKE_PULSE CYCLES_PER_MS

static void pulse_ended(void *ctx)
{
    struct chip *chip = ctx;
    wire_drive(&chip->pin[WAKE_PIN], SIDE_CHIP, DRIVE_HIGH);
}

static void sleep_ended(void *ctx)
{
    struct chip *chip = ctx;
    chip_event(chip, "deep sleep is over, GPIO16 low");
    chip->sleep_event.fn = pulse_ended;
    clock_in(&chip->clock, &chip->sleep_event, WAKE_PULSE);
    wire_drive(&chip->pin[WAKE_PIN], SIDE_CHIP, DRIVE_LOW);
}

static void fall_asleep(void *ctx)
{
    struct chip *chip = ctx;
    uint64_t cycles = chip->sleep_cycles;
    go_dark(chip);
    chip->is_asleep = true;
    wire_drive(&chip->pin[WAKE_PIN], SIDE_CHIP, DRIVE_HIGH);
    if (cycles == 0) {
        chip_event(chip, "deep sleep until a reset");
        return;
    }
    chip_event(chip, "deep sleep for %u ms",
               (unsigned)(cycles / CYCLES_PER_MS));
    chip->sleep_event.fn = sleep_ended;
    clock_in(&chip->clock, &chip->sleep_event, cycles);
}

void chip_ask_sleep(struct chip *chip, uint64_t us)
{
    chip->sleep_cycles = us * CYCLES_PER_US;
    chip->sleep_event.fn = fall_asleep;
    clock_in(&chip->clock, &chip->sleep_event, 0);
}

/* ---- life ---------------------------------------------------------------- */

static void flash_changed(void *ctx, uint32_t address, uint32_t size)
{
    struct chip *chip = ctx;
    dport_flash_changed(&chip->dport, address, size);
}

static void init_wires(struct chip *chip)
{
    for (unsigned pin = 0; pin < CHIP_GPIOS; pin++)
        wire_init(&chip->pin[pin], pin_names[pin]);
    wire_init(&chip->en, "EN");
    chip->en_watch = (struct wire_watch){.fn = en_changed, .ctx = chip};
    wire_watch(&chip->en, &chip->en_watch);
    chip->is_held = true;
}

static void init_peripherals(struct chip *chip)
{
    dport_init(&chip->dport, chip); /* its empty ranges first: see there */
    for (unsigned i = 0; i < 2; i++) {
        spi_init(&chip->spi[i], chip, i);
        frc_init(&chip->frc[i], chip, i);
        bus_attach(chip->bus, &chip->uart[i].device);
        bus_attach(chip->bus, &chip->spi[i].device);
        bus_attach(chip->bus, &chip->frc[i].device);
    }
    gpio_init(&chip->gpio, chip);
    rtc_init(&chip->rtc, chip);
    wdt_init(&chip->wdt, chip);
    struct bus_device *devices[] = {
        &chip->gpio.device,       &chip->gpio.mux_device, &chip->rtc.device,
        &chip->rtc.memory_device, &chip->wdt.device,      &chip->dport.device,
    };
    for (size_t i = 0; i < sizeof devices / sizeof devices[0]; i++)
        bus_attach(chip->bus, devices[i]);
}

static enum err init_parts(struct chip *chip)
{
    chip->bus = bus_new();
    if (!chip->bus)
        return ERR_MEMORY;
    chip->cpu.clock = &chip->clock;
    chip->cpu.bus = chip->bus;
    chip->cpu.pool = chip->config.pool;
    chip->cpu.native = native_call;
    chip->cpu.native_ctx = chip;
    if (!cpu_init(&chip->cpu))
        return ERR_MEMORY;
    for (unsigned i = 0; i < 2; i++)
        if (!uart_init(&chip->uart[i], i, &chip->clock, &chip->cpu))
            return ERR_MEMORY;
    chip->uart[0].peer = &chip->uart[1];
    chip->uart[1].peer = &chip->uart[0];
    return flash_chip_init(&chip->flash, &chip->clock, &chip->config.flash);
}

enum err chip_init(struct chip *chip, const struct chip_config *config)
{
    memset(chip, 0, sizeof *chip);
    chip->config = *config;
    chip->reset_event = (struct clock_event){.fn = reset_asked, .ctx = chip};
    chip->sleep_event = (struct clock_event){.ctx = chip, .is_patient = true};
    chip->flash.fd = -1;
    enum err e = init_parts(chip);
    if (e != ERR_NONE) {
        chip_free(chip);
        return e;
    }
    chip->flash.changed = flash_changed;
    chip->flash.changed_ctx = chip;
    memcpy(chip->flash.unique_id + 2, config->mac, sizeof config->mac);
    init_wires(chip);
    net_init(chip, &sdk_espconn_user);
    init_peripherals(chip);
    wifi_init(chip);
    go_dark(chip);
    return ERR_NONE;
}

void chip_free(struct chip *chip)
{
    net_free(chip);
    flash_chip_free(&chip->flash);
    uart_free(&chip->uart[0]);
    uart_free(&chip->uart[1]);
    dport_free(&chip->dport);
    if (chip->cpu.cache)
        cpu_free(&chip->cpu);
    if (chip->bus)
        bus_free(chip->bus);
    chip->bus = NULL;
}

/* ---- run ----------------------------------------------------------------- */

static uint64_t earlier(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

static void run_to_next_event(struct chip *chip, uint64_t until)
{
    struct clock *clock = &chip->clock;
    clock->limit = earlier(until, clock_next(clock));
    if (!chip->cpu.is_stopped)
        cpu_run(&chip->cpu);
    /* Idle, stopped or dark: the time to the next event is skipped. */
    bool is_idle = chip->cpu.is_waiting || chip->cpu.is_stopped;
    if (is_idle && clock->now < clock->limit)
        clock->now = clock->limit;
}

/* What waits may have waited for just this event: until it is asked again it
 * does not count as waiting, also when the run ends here. */
static void run_due(struct chip *chip)
{
    if (clock_next(&chip->clock) <= chip->clock.now)
        chip->cpu.is_waiting = false;
    clock_run_due(&chip->clock);
}

void chip_run(struct chip *chip, uint64_t until)
{
    run_due(chip);
    while (chip->clock.now < until) {
        run_to_next_event(chip, until);
        run_due(chip);
    }
}
