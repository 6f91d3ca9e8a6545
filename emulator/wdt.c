/* The hardware watchdog. Registers: ESP8266_RTOS_SDK, esp8266/eagle_soc.h
 * ("Watch dog reg"); the stages, counter and second feed register: mongoose-os,
 * esp_hw_wdt_register.h. Offsets from 0x60000900. */
#include "emulator/peripherals.h"

#include "emulator/chip.h"
#include "emulator/sdk_rule.h"

#define WDT_CTL 0x00
#define WDT_OP 0x04    /* length of the first stage */
#define WDT_OP_ND 0x08 /* and of the second */
#define WDT_COUNT 0x0C
#define WDT_STAGE 0x10
#define WDT_RST 0x14
#define WDT_RST_STAGE 0x18

#define CTL_ENABLE 0x01u
#define CTL_NO_RESET 0x02u
#define CTL_ONE_STAGE 0x04u /* decided: bites at the end of the first */
#define CTL_ROM (0x38u | CTL_ENABLE)
#define FEED 0x73u
#define OP_MASK 0xFu

/* A stage is 2^n * 0.8 ms. The ROM's and SDK's defaults make 1.6 s to the
 * interrupt and 6.6 s more to the bite: 8.2 s, as users measure. */
#define STAGE_UNIT (CYCLES_PER_US * 800u)
#define DEFAULT_OP 0xBu
#define DEFAULT_OP_ND 0xDu

static void start_stage(struct wdt *wdt, unsigned stage)
{
    uint32_t exponent = (stage == 0 ? wdt->op : wdt->op_nd) & OP_MASK;
    wdt->stage = stage;
    clock_in(&wdt->chip->clock, &wdt->event, (uint64_t)STAGE_UNIT << exponent);
}

static void bark(struct wdt *wdt)
{
    if (!dport_has_edge(&wdt->chip->dport, IRQ_WDT))
        return;
    cpu_set_irq(&wdt->chip->cpu, IRQ_WDT, true);
    cpu_set_irq(&wdt->chip->cpu, IRQ_WDT, false);
}

static void stage_ended(void *ctx)
{
    struct wdt *wdt = ctx;
    bool is_last = wdt->stage == 1 || wdt->ctl & CTL_ONE_STAGE;
    if (!is_last) {
        bark(wdt);
        start_stage(wdt, 1);
    } else if (wdt->ctl & CTL_NO_RESET) {
        start_stage(wdt, 0);
    } else {
        if (wdt->chip->sdk.is_running)
            sdk_say_hang(wdt->chip, "hardware");
        chip_reset(wdt->chip, RESET_WATCHDOG);
    }
}

void wdt_feed(struct wdt *wdt)
{
    wdt->stage = 0;
    if (wdt->ctl & CTL_ENABLE)
        start_stage(wdt, 0);
}

static void write_ctl(struct wdt *wdt, uint32_t value)
{
    bool was_on = wdt->ctl & CTL_ENABLE;
    wdt->ctl = value;
    if (!(value & CTL_ENABLE))
        clock_cancel(&wdt->chip->clock, &wdt->event);
    else if (!was_on)
        start_stage(wdt, 0);
}

void wdt_enable(struct wdt *wdt)
{
    wdt->op = DEFAULT_OP;
    wdt->op_nd = DEFAULT_OP_ND;
    write_ctl(wdt, CTL_ROM);
    wdt_feed(wdt);
}

void wdt_disable(struct wdt *wdt)
{
    wdt_feed(wdt);
    write_ctl(wdt, wdt->ctl & ~CTL_ENABLE);
}

static uint32_t cycles_in_stage(const struct wdt *wdt)
{
    if (!wdt->event.is_pending)
        return 0;
    uint32_t exponent = (wdt->stage == 0 ? wdt->op : wdt->op_nd) & OP_MASK;
    uint64_t start = wdt->event.when - ((uint64_t)STAGE_UNIT << exponent);
    return (uint32_t)(wdt->chip->clock.now - start);
}

static uint32_t wdt_read(void *ctx, uint32_t offset)
{
    struct wdt *wdt = ctx;
    switch (offset) {
    case WDT_CTL:
        return wdt->ctl;
    case WDT_OP:
        return wdt->op;
    case WDT_OP_ND:
        return wdt->op_nd;
    case WDT_COUNT:
        return cycles_in_stage(wdt);
    case WDT_STAGE:
        return wdt->stage;
    default:
        return 0;
    }
}

static void wdt_write(void *ctx, uint32_t offset, uint32_t value)
{
    struct wdt *wdt = ctx;
    switch (offset) {
    case WDT_CTL:
        write_ctl(wdt, value);
        break;
    case WDT_OP:
        wdt->op = value;
        break;
    case WDT_OP_ND:
        wdt->op_nd = value;
        break;
    case WDT_RST:
    case WDT_RST_STAGE:
        if ((value & 0xFF) == FEED)
            wdt_feed(wdt);
        break;
    default:
        break;
    }
}

void wdt_init(struct wdt *wdt, struct chip *chip)
{
    *wdt = (struct wdt){.chip = chip};
    wdt->device = (struct bus_device){
        .name = "WDT",
        .base = 0x60000900u,
        .size = 0x100,
        .read = wdt_read,
        .write = wdt_write,
        .ctx = wdt,
    };
    wdt->event =
        (struct clock_event){.fn = stage_ended, .ctx = wdt, .is_patient = true};
}

void wdt_reset(struct wdt *wdt)
{
    clock_cancel(&wdt->chip->clock, &wdt->event);
    wdt->ctl = 0;
    wdt->op = DEFAULT_OP;
    wdt->op_nd = DEFAULT_OP_ND;
    wdt->stage = 0;
}
