/* RTC: reset cause, retained memory, GPIO16. Registers: ESP8266_RTOS_SDK,
 * esp8266/eagle_soc.h ("RTC reg") and rtc_register.h; GPIO16: Arduino's
 * esp8266_peri.h. Offsets from 0x60000700. */
#include "emulator/peripherals.h"

#include <string.h>

#include "emulator/chip.h"

#define RTC_CTL 0x00
#define RTC_STATE1 0x14 /* bits 6:0 the cause of the last reset */
#define RTC_SLP_CNT_VAL 0x1C
#define RTC_SCRATCH0 0x30 /* to SCRATCH3: survive every reset but power */
#define RTC_SCRATCH3 0x3C
#define RTC_GPIO_OUT 0x68
#define RTC_GPIO_ENABLE 0x74
#define RTC_GPIO_IN_DATA 0x8C
#define RTC_GPIO_CONF 0x90
#define PAD_XPD_DCDC_CONF 0xA0

#define CTL_SOFTWARE_RESET (1u << 31)
#define STATE1_CAUSE 0x7Fu
#define GPIO16_PIN 16
/* Function 1 is GPIO, 0 the wake-up output, 2 external interrupt. */
#define PAD_FUNCTION_MASK 0x43u
#define PAD_GPIO 1u

static uint32_t slow_counter(const struct rtc *rtc)
{
    uint64_t age = rtc->chip->clock.now - rtc->base_time;
    return (uint32_t)(age / RTC_SLOW_CYCLES);
}

void rtc_update_pin(struct rtc *rtc)
{
    enum drive drive = DRIVE_NONE;
    if (rtc->chip->is_asleep)
        return; /* chip.c has it */
    bool is_gpio =
        (rtc->reg[PAD_XPD_DCDC_CONF / 4] & PAD_FUNCTION_MASK) == PAD_GPIO;
    if (chip_is_alive(rtc->chip) && is_gpio &&
        rtc->reg[RTC_GPIO_ENABLE / 4] & 1)
        drive = rtc->reg[RTC_GPIO_OUT / 4] & 1 ? DRIVE_HIGH : DRIVE_LOW;
    wire_drive(&rtc->chip->pin[GPIO16_PIN], SIDE_CHIP, drive);
}

static uint32_t rtc_read(void *ctx, uint32_t offset)
{
    struct rtc *rtc = ctx;
    switch (offset) {
    case RTC_STATE1:
        return (uint32_t)rtc->chip->reset_cause & STATE1_CAUSE;
    case RTC_SLP_CNT_VAL:
        return slow_counter(rtc);
    case RTC_GPIO_IN_DATA:
        return wire_level(&rtc->chip->pin[GPIO16_PIN]);
    default:
        return rtc->reg[offset / 4];
    }
}

static void rtc_write(void *ctx, uint32_t offset, uint32_t value)
{
    struct rtc *rtc = ctx;
    if (offset == RTC_CTL && value & CTL_SOFTWARE_RESET) {
        chip_ask_reset(rtc->chip, RESET_SOFTWARE);
        return;
    }
    rtc->reg[offset / 4] = value;
    rtc_update_pin(rtc);
}

static uint32_t memory_read(void *ctx, uint32_t offset)
{
    const struct rtc *rtc = ctx;
    return rtc->memory[offset / 4];
}

static void memory_write(void *ctx, uint32_t offset, uint32_t value)
{
    struct rtc *rtc = ctx;
    rtc->memory[offset / 4] = value;
}

void rtc_init(struct rtc *rtc, struct chip *chip)
{
    *rtc = (struct rtc){.chip = chip};
    rtc->device = (struct bus_device){
        .name = "RTC",
        .base = 0x60000700u,
        .size = 0x100,
        .read = rtc_read,
        .write = rtc_write,
        .ctx = rtc,
    };
    rtc->memory_device = (struct bus_device){
        .name = "RTC memory",
        .base = 0x60001000u,
        .size = sizeof rtc->memory,
        .read = memory_read,
        .write = memory_write,
        .ctx = rtc,
    };
}

void rtc_reset(struct rtc *rtc)
{
    for (uint32_t at = 0; at < sizeof rtc->reg; at += 4)
        if (at < RTC_SCRATCH0 || at > RTC_SCRATCH3)
            rtc->reg[at / 4] = 0;
    rtc_update_pin(rtc);
}

void rtc_power_up(struct rtc *rtc)
{
    memset(rtc->reg, 0, sizeof rtc->reg);
    for (unsigned i = 0; i < sizeof rtc->memory / sizeof rtc->memory[0]; i++)
        rtc->memory[i] = dport_random(&rtc->chip->dport);
    rtc->base_time = rtc->chip->clock.now;
}
