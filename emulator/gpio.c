/* GPIO 0 to 15 and the pads' IO_MUX. Registers: ESP8266_RTOS_SDK,
 * esp8266/gpio_register.h and pin_mux_register.h; interrupt types: Arduino's
 * esp8266_peri.h (GPCI). Offsets from 0x60000300. */
#include "emulator/peripherals.h"

#include <string.h>

#include "emulator/chip.h"

#define GPIO_OUT 0x00
#define GPIO_OUT_W1TS 0x04
#define GPIO_OUT_W1TC 0x08
#define GPIO_ENABLE 0x0C
#define GPIO_ENABLE_W1TS 0x10
#define GPIO_ENABLE_W1TC 0x14
#define GPIO_IN 0x18
#define GPIO_STATUS 0x1C
#define GPIO_STATUS_W1TS 0x20
#define GPIO_STATUS_W1TC 0x24
#define GPIO_PIN0 0x28
#define GPIO_PIN15 0x64

#define PINS 16u
#define PIN_MASK 0xFFFFu
#define PIN_OPEN_DRAIN (1u << 2)
#define PIN_INT_SHIFT 7

enum int_type { INT_OFF, INT_RISE, INT_FALL, INT_CHANGE, INT_LOW, INT_HIGH };

/* GPIO_IN above the pins: the latched strap, and the SDIO strap that the
 * banner prints second (chip.md A7: 6 on boards without SDIO). */
#define STRAP_SHIFT 16
#define SDIO_STRAP (6u << 29)

#define MUX_PULLUP (1u << 7)

/* clang-format off */
/* By GPIO: offset of its register in IO_MUX (0x60000800), the function that is
 * plain GPIO, and whether the pad pulls up after reset (ESP8266EX datasheet, pin
 * list: the strapping, UART and MTxx pads do). */
static const struct pad {
    uint8_t mux_offset;
    uint8_t gpio_function;
    bool has_pullup_at_reset;
} pads[PINS] = {
    {0x34, 0, true},  /* GPIO0 */
    {0x18, 3, true},  /* U0TXD */
    {0x38, 0, true},  /* GPIO2 */
    {0x14, 3, true},  /* U0RXD */
    {0x3C, 0, false}, /* GPIO4 */
    {0x40, 0, false}, /* GPIO5 */
    {0x1C, 3, false}, /* SD_CLK: flash clock */
    {0x20, 3, false}, /* SD_DATA0: flash data 1 */
    {0x24, 3, false}, /* SD_DATA1: flash data 0 */
    {0x28, 3, false}, /* SD_DATA2 */
    {0x2C, 3, false}, /* SD_DATA3 */
    {0x30, 3, false}, /* SD_CMD: flash select */
    {0x04, 3, true},  /* MTDI */
    {0x08, 3, true},  /* MTCK */
    {0x0C, 3, true},  /* MTMS */
    {0x10, 3, true},  /* MTDO */
};
/* clang-format on */

#define FUNCTION_SPI_FLASH 1u
#define FLASH_PINS ((1u << 6) | (1u << 7) | (1u << 8) | (1u << FLASH_SELECT))
#define FLASH_SELECT 11u

/* Bits 5:4 and 8 make the function. */
static unsigned function_of(uint32_t mux)
{
    return ((mux >> 4) & 3) | ((mux >> 6) & 4);
}

static bool is_uart_tx(unsigned pin, unsigned function)
{
    return (pin == 1 && function == 0) ||
           (pin == 2 && (function == 2 || function == 4));
}

static enum drive drive_of(const struct gpio *gpio, unsigned pin)
{
    if (!chip_is_alive(gpio->chip))
        return DRIVE_NONE;
    unsigned function = function_of(gpio->mux[pin]);
    bool is_output =
        function == pads[pin].gpio_function && (gpio->enable >> pin & 1) != 0;
    bool is_high = gpio->out >> pin & 1;
    if (is_output && !is_high)
        return DRIVE_LOW;
    if (is_output && !(gpio->pin[pin] & PIN_OPEN_DRAIN))
        return DRIVE_HIGH;
    if (is_uart_tx(pin, function))
        return DRIVE_HIGH; /* an idle line; bytes go by uart_line */
    return gpio->mux[pin] & MUX_PULLUP ? DRIVE_WEAK_HIGH : DRIVE_NONE;
}

static uint32_t read_levels(const struct gpio *gpio)
{
    uint32_t levels = 0;
    for (unsigned pin = 0; pin < PINS; pin++)
        if (wire_level(&gpio->chip->pin[pin]))
            levels |= 1u << pin;
    return levels;
}

static bool is_triggered(uint32_t config, bool was_high, bool is_high)
{
    switch ((config >> PIN_INT_SHIFT) & 7) {
    case INT_RISE:
        return !was_high && is_high;
    case INT_FALL:
        return was_high && !is_high;
    case INT_CHANGE:
        return was_high != is_high;
    case INT_LOW:
        return !is_high;
    case INT_HIGH:
        return is_high;
    default:
        return false;
    }
}

/* Level interrupts set their bit again as long as the level holds. */
static void look_for_interrupts(struct gpio *gpio)
{
    uint32_t levels = read_levels(gpio);
    for (unsigned pin = 0; pin < PINS; pin++)
        if (is_triggered(gpio->pin[pin], gpio->levels >> pin & 1,
                         levels >> pin & 1))
            gpio->status |= 1u << pin;
    gpio->levels = levels;
    cpu_set_irq(&gpio->chip->cpu, IRQ_GPIO, gpio->status != 0);
}

static void level_changed(void *ctx, bool level)
{
    (void)level;
    struct gpio *gpio = ctx;
    if (chip_is_alive(gpio->chip))
        look_for_interrupts(gpio);
}

void gpio_update(struct gpio *gpio)
{
    for (unsigned pin = 0; pin < PINS; pin++) {
        struct wire *wire = &gpio->chip->pin[pin];
        enum drive drive = drive_of(gpio, pin);
        if (wire->side[SIDE_CHIP] != drive)
            wire_drive(wire, SIDE_CHIP, drive);
    }
    rtc_update_pin(&gpio->chip->rtc);
}

static uint32_t gpio_read(void *ctx, uint32_t offset)
{
    struct gpio *gpio = ctx;
    if (offset >= GPIO_PIN0 && offset <= GPIO_PIN15)
        return gpio->pin[(offset - GPIO_PIN0) / 4];
    switch (offset) {
    case GPIO_OUT:
        return gpio->out;
    case GPIO_ENABLE:
        return gpio->enable;
    case GPIO_IN:
        return read_levels(gpio) | (gpio->chip->strap & 7u) << STRAP_SHIFT |
               SDIO_STRAP;
    case GPIO_STATUS:
        return gpio->status;
    default:
        return 0;
    }
}

static void write_register(struct gpio *gpio, uint32_t offset, uint32_t value)
{
    switch (offset) {
    case GPIO_OUT:
        gpio->out = value;
        break;
    case GPIO_OUT_W1TS:
        gpio->out |= value;
        break;
    case GPIO_OUT_W1TC:
        gpio->out &= ~value;
        break;
    case GPIO_ENABLE:
        gpio->enable = value;
        break;
    case GPIO_ENABLE_W1TS:
        gpio->enable |= value;
        break;
    case GPIO_ENABLE_W1TC:
        gpio->enable &= ~value;
        break;
    case GPIO_STATUS:
        gpio->status = value;
        break;
    case GPIO_STATUS_W1TS:
        gpio->status |= value;
        break;
    case GPIO_STATUS_W1TC:
        gpio->status &= ~value;
        break;
    default:
        break;
    }
}

/* The flash answers when all four of its pads are switched to SPI. Its select
 * may also be a pin's, which software holds low. */
static void follow_flash_pins(struct gpio *gpio)
{
    struct spi *spi = &gpio->chip->spi[0];
    bool has_data = true;
    unsigned select = function_of(gpio->mux[FLASH_SELECT]);
    for (unsigned pin = 0; pin < FLASH_SELECT; pin++)
        if (FLASH_PINS >> pin & 1 &&
            function_of(gpio->mux[pin]) != FUNCTION_SPI_FLASH)
            has_data = false;
    spi->is_attached = has_data && select == FUNCTION_SPI_FLASH;
    spi_hold(spi, has_data && drive_of(gpio, FLASH_SELECT) == DRIVE_LOW);
}

void gpio_attach_flash(struct gpio *gpio)
{
    for (unsigned pin = 0; pin < PINS; pin++)
        if (FLASH_PINS >> pin & 1)
            gpio->mux[pin] = FUNCTION_SPI_FLASH << 4;
    follow_flash_pins(gpio);
    gpio_update(gpio);
}

static void gpio_write(void *ctx, uint32_t offset, uint32_t value)
{
    struct gpio *gpio = ctx;
    if (offset >= GPIO_PIN0 && offset <= GPIO_PIN15)
        gpio->pin[(offset - GPIO_PIN0) / 4] = value;
    else
        write_register(gpio, offset, value & PIN_MASK);
    if (function_of(gpio->mux[FLASH_SELECT]) ==
        pads[FLASH_SELECT].gpio_function)
        follow_flash_pins(gpio);
    gpio_update(gpio);
    look_for_interrupts(gpio);
}

static int pin_of_mux(uint32_t offset)
{
    for (unsigned pin = 0; pin < PINS; pin++)
        if (pads[pin].mux_offset == offset)
            return (int)pin;
    return -1;
}

static uint32_t mux_read(void *ctx, uint32_t offset)
{
    struct gpio *gpio = ctx;
    int pin = pin_of_mux(offset);
    return pin < 0 ? 0 : gpio->mux[pin];
}

static void mux_write(void *ctx, uint32_t offset, uint32_t value)
{
    struct gpio *gpio = ctx;
    int pin = pin_of_mux(offset);
    if (pin < 0)
        return;
    unsigned old = function_of(gpio->mux[pin]);
    gpio->mux[pin] = value;
    if (FLASH_PINS >> pin & 1 && function_of(value) != old)
        follow_flash_pins(gpio);
    gpio_update(gpio);
}

void gpio_init(struct gpio *gpio, struct chip *chip)
{
    *gpio = (struct gpio){.chip = chip};
    gpio->device = (struct bus_device){
        .name = "GPIO",
        .base = 0x60000300u,
        .size = 0x100,
        .read = gpio_read,
        .write = gpio_write,
        .ctx = gpio,
    };
    gpio->mux_device = (struct bus_device){
        .name = "IO_MUX",
        .base = 0x60000800u,
        .size = 0x100,
        .read = mux_read,
        .write = mux_write,
        .ctx = gpio,
    };
    for (unsigned pin = 0; pin < PINS; pin++) {
        gpio->watch[pin] =
            (struct wire_watch){.fn = level_changed, .ctx = gpio};
        wire_watch(&chip->pin[pin], &gpio->watch[pin]);
    }
}

void gpio_reset(struct gpio *gpio)
{
    gpio->out = gpio->enable = gpio->status = 0;
    memset(gpio->pin, 0, sizeof gpio->pin);
    for (unsigned pin = 0; pin < PINS; pin++)
        gpio->mux[pin] = pads[pin].has_pullup_at_reset ? MUX_PULLUP : 0;
    gpio_update(gpio);
    gpio->levels = read_levels(gpio);
    cpu_set_irq(&gpio->chip->cpu, IRQ_GPIO, false);
}
