/* The rest of the ROM that guests call: delays, clock figures, watchdog, GPIO,
 * RF bus. */
#include "emulator/rom_private.h"

#define GPIO_BASE 0x60000300u
#define GPIO_OUT_W1TS 0x04u
#define GPIO_OUT_W1TC 0x08u
#define GPIO_ENABLE_W1TS 0x10u
#define GPIO_ENABLE_W1TC 0x14u
#define GPIO_IN 0x18u
#define GPIO_STATUS 0x1Cu
#define GPIO_STATUS_W1TC 0x24u
#define GPIO_PIN0 0x28u
#define PIN_INTERRUPT_SHIFT 7u
#define PIN_INTERRUPT_MASK 0x380u
#define PIN_WAKEUP 0x400u
#define PIN_COUNT 16u

/* ---- time ---- */

/* ets_delay_us(us): on to the step with start and length in a2, a3. */
enum native_result native_delay_us(struct chip *chip)
{
    uint32_t *a = chip->cpu.a;
    a[3] = a[2] * CYCLES_PER_US;
    a[2] = rom_ccount(chip);
    return native_goto(chip, ROM_DELAY_STEP);
}

enum native_result native_delay_step(struct chip *chip)
{
    const uint32_t *a = chip->cpu.a;
    uint32_t passed = rom_ccount(chip) - a[2];
    if (passed >= a[3])
        return NATIVE_RETURN;
    return native_wait(chip, chip->clock.now + (a[3] - passed), true);
}

enum native_result native_set_cpu_frequency(struct chip *chip)
{
    rom_put(chip, ROM_TICKS_PER_US, chip->cpu.a[2]);
    return NATIVE_RETURN;
}

enum native_result native_get_cpu_frequency(struct chip *chip)
{
    return rom_return(chip, rom_get(chip, ROM_TICKS_PER_US));
}

/* ---- watchdog ---- */

/* ets_wdt_enable(mode, period 1, period 2) */
enum native_result native_wdt_enable(struct chip *chip)
{
    for (uint32_t i = 0; i < 3; i++)
        rom_put(chip, ROM_WDT_INFO + 4 * i, chip->cpu.a[2 + i]);
    wdt_enable(&chip->wdt);
    return NATIVE_RETURN;
}

enum native_result native_wdt_disable(struct chip *chip)
{
    wdt_disable(&chip->wdt);
    return rom_return(chip, rom_get(chip, ROM_WDT_INFO));
}

/* ets_wdt_restore(mode): nothing for mode 0. */
enum native_result native_wdt_restore(struct chip *chip)
{
    if (chip->cpu.a[2] == 0)
        return NATIVE_RETURN;
    rom_put(chip, ROM_WDT_INFO, chip->cpu.a[2]);
    wdt_enable(&chip->wdt);
    return NATIVE_RETURN;
}

enum native_result native_wdt_get_mode(struct chip *chip)
{
    return rom_return(chip, rom_get(chip, ROM_WDT_INFO));
}

/* ---- system ---- */

enum native_result native_reset_reason(struct chip *chip)
{
    return rom_return(chip, (uint32_t)chip->reset_cause);
}

enum native_result native_set_user_start(struct chip *chip)
{
    rom_put(chip, ROM_USER_START, chip->cpu.a[2]);
    return NATIVE_RETURN;
}

/* The RF part's registers are not modelled: they read as zero. */
enum native_result native_zero(struct chip *chip)
{
    return rom_return(chip, 0);
}

/* ---- GPIO ---- */

static uint32_t gpio_get(struct chip *chip, uint32_t offset)
{
    return rom_get(chip, GPIO_BASE + offset);
}

static void gpio_put(struct chip *chip, uint32_t offset, uint32_t value)
{
    rom_put(chip, GPIO_BASE + offset, value);
}

/* gpio_output_set(set, clear, enable, disable) */
enum native_result native_gpio_output_set(struct chip *chip)
{
    const uint32_t *a = chip->cpu.a;
    gpio_put(chip, GPIO_OUT_W1TS, a[2]);
    gpio_put(chip, GPIO_OUT_W1TC, a[3]);
    gpio_put(chip, GPIO_ENABLE_W1TS, a[4]);
    gpio_put(chip, GPIO_ENABLE_W1TC, a[5]);
    return NATIVE_RETURN;
}

enum native_result native_gpio_input_get(struct chip *chip)
{
    return rom_return(chip, gpio_get(chip, GPIO_IN) & 0xFFFFu);
}

/* gpio_pin_intr_state_set(pin, type) */
enum native_result native_gpio_intr_state(struct chip *chip)
{
    uint32_t offset = GPIO_PIN0 + 4 * (chip->cpu.a[2] % PIN_COUNT);
    uint32_t type = chip->cpu.a[3] << PIN_INTERRUPT_SHIFT;
    gpio_put(chip, offset,
             (gpio_get(chip, offset) & ~PIN_INTERRUPT_MASK) |
                 (type & PIN_INTERRUPT_MASK));
    return NATIVE_RETURN;
}

enum native_result native_gpio_intr_pending(struct chip *chip)
{
    return rom_return(chip, gpio_get(chip, GPIO_STATUS));
}

enum native_result native_gpio_intr_ack(struct chip *chip)
{
    gpio_put(chip, GPIO_STATUS_W1TC, chip->cpu.a[2]);
    if (chip->rom.gpio_handler) {
        chip->cpu.a[2] = 1u << IRQ_GPIO;
        (void)native_isr_unmask(chip);
    }
    return NATIVE_RETURN;
}

/* gpio_intr_handler_register(fn(pending, argument), argument): it is not called
 * again before a gpio_intr_ack (the SDK's gpio.h). */
enum native_result native_gpio_handler_register(struct chip *chip)
{
    uint32_t *a = chip->cpu.a;
    chip->rom.gpio_handler = a[2];
    chip->rom.gpio_argument = a[3];
    a[2] = IRQ_GPIO;
    a[3] = ROM_GPIO_HANDLER;
    a[4] = 0;
    (void)native_isr_attach(chip);
    return NATIVE_RETURN;
}

/* Goes on to the guest's, which returns to whoever called us. */
enum native_result native_gpio_handler(struct chip *chip)
{
    uint32_t *a = chip->cpu.a;
    a[2] = 1u << IRQ_GPIO;
    (void)native_isr_mask(chip);
    a[2] = gpio_get(chip, GPIO_STATUS);
    a[3] = chip->rom.gpio_argument;
    return native_goto(chip, chip->rom.gpio_handler);
}

/* gpio_pin_wakeup_enable(pin, type) */
enum native_result native_gpio_wakeup_enable(struct chip *chip)
{
    uint32_t offset = GPIO_PIN0 + 4 * (chip->cpu.a[2] % PIN_COUNT);
    enum native_result result = native_gpio_intr_state(chip);
    gpio_put(chip, offset, gpio_get(chip, offset) | PIN_WAKEUP);
    return result;
}

enum native_result native_gpio_wakeup_disable(struct chip *chip)
{
    for (uint32_t pin = 0; pin < PIN_COUNT; pin++) {
        uint32_t offset = GPIO_PIN0 + 4 * pin;
        uint32_t value = gpio_get(chip, offset);
        if (value & PIN_WAKEUP)
            gpio_put(chip, offset, value & ~(PIN_WAKEUP | PIN_INTERRUPT_MASK));
    }
    return NATIVE_RETURN;
}

/* gpio_register_set(offset, value), gpio_register_get(offset) */
enum native_result native_gpio_register_set(struct chip *chip)
{
    gpio_put(chip, chip->cpu.a[2] & 0xFCu, chip->cpu.a[3]);
    return NATIVE_RETURN;
}

enum native_result native_gpio_register_get(struct chip *chip)
{
    return rom_return(chip, gpio_get(chip, chip->cpu.a[2] & 0xFCu));
}
