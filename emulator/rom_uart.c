/* The ROM's UART functions. The debug UART is the one in UartDev. */
#include "emulator/rom_private.h"

#define RESULT_OK 0u
#define RESULT_FAIL 1u
#define CHARACTER_CYCLES 40u
#define UART_UNIT_COUNT 2u
#define UART_CONF1 0x24u /* register offset */
/* In a2 between the two bytes of a line end; no caller has this as its c. */
#define CR_IS_OUT 0x5C0D000Du

static struct uart *debug_uart(struct chip *chip)
{
    return &chip->uart[(rom_get(chip, ROM_UART_NUMBER) & 0xFF) == 1];
}

/* uart_tx_one_char(c), ets_putc(c): waits for room in the FIFO. */
enum native_result native_uart_tx(struct chip *chip)
{
    struct uart *uart = debug_uart(chip);
    if (!uart_tx_has_room(uart))
        return NATIVE_AGAIN;
    uart_tx_push(uart, (uint8_t)chip->cpu.a[2]);
    native_spend(chip, CHARACTER_CYCLES);
    return rom_return(chip, RESULT_OK);
}

/* The ROM's own putc: LF goes out as CR LF, CR is dropped. */
enum native_result native_putc_uart(struct chip *chip)
{
    struct uart *uart = debug_uart(chip);
    uint32_t *a2 = &chip->cpu.a[2];
    if ((*a2 & 0xFF) == '\r' && *a2 != CR_IS_OUT)
        return rom_return(chip, RESULT_OK);
    if (!uart_tx_has_room(uart))
        return NATIVE_AGAIN;
    if ((*a2 & 0xFF) == '\n') {
        uart_tx_push(uart, '\r');
        *a2 = CR_IS_OUT;
        return native_goto(chip, ROM_PUTC_UART);
    }
    if (*a2 == CR_IS_OUT)
        *a2 = '\n';
    return native_uart_tx(chip);
}

/* uart_rx_one_char(out): 0 and a byte, or 1 when there is none. */
enum native_result native_uart_rx(struct chip *chip)
{
    uint8_t byte;
    native_spend(chip, CHARACTER_CYCLES);
    if (!uart_rx_pop(debug_uart(chip), &byte))
        return rom_return(chip, RESULT_FAIL);
    if (!bus_copy_in(chip->bus, chip->cpu.a[2], &byte, 1))
        return rom_fault(chip, FAULT_STORE_PROHIBITED, chip->cpu.a[2]);
    return rom_return(chip, RESULT_OK);
}

/* uart_rx_one_char_block(), ets_getc(): the byte, once there is one. */
enum native_result native_uart_rx_block(struct chip *chip)
{
    uint8_t byte;
    if (!uart_rx_pop(debug_uart(chip), &byte))
        return NATIVE_AGAIN;
    native_spend(chip, CHARACTER_CYCLES);
    return rom_return(chip, byte);
}

/* uart_div_modify(uart, divider) */
enum native_result native_uart_div(struct chip *chip)
{
    const uint32_t *a = chip->cpu.a;
    uart_set_divider(&chip->uart[(a[2] & 0xFF) % UART_UNIT_COUNT], a[3]);
    return rom_return(chip, 0);
}

/* uart_buff_switch(uart): which one is the debug UART. */
enum native_result native_uart_switch(struct chip *chip)
{
    rom_put(chip, ROM_UART_NUMBER, chip->cpu.a[2] & 0xFF);
    return rom_return(chip, 0);
}

/* uartAttach(): UartDev as at reset. */
enum native_result native_uart_attach(struct chip *chip)
{
    rom_put(chip, ROM_UART_DEV, 115200);
    rom_put(chip, ROM_UART_NUMBER, 0);
    return rom_return(chip, 0);
}

void rom_uart_init(struct chip *chip, unsigned index)
{
    struct uart *uart = &chip->uart[index];
    uart_set_divider(uart, ROM_UART_DIVIDER);
    rom_put(chip, uart->device.base + UART_CONF1, ROM_UART_CONF1);
}

/* Uart_Init(uart): UartDev's 115200, reckoned for a 40 MHz crystal. */
enum native_result native_uart_init(struct chip *chip)
{
    rom_uart_init(chip, (chip->cpu.a[2] & 0xFF) % UART_UNIT_COUNT);
    return rom_return(chip, 0);
}

/* GetUartDevice() */
enum native_result native_uart_device(struct chip *chip)
{
    return rom_return(chip, ROM_UART_DEV);
}

/* uart_baudrate_detect(uart, is_sync): waits for edges, then sets the rate. */
enum native_result native_uart_detect(struct chip *chip)
{
    struct uart *uart = &chip->uart[0];
    if (chip->cpu.a[3] != ~0u) {
        uart_autobaud_start(uart);
        chip->cpu.a[3] = ~0u;
    }
    if (!uart_autobaud_is_ready(uart))
        return NATIVE_AGAIN;
    uart_autobaud(uart);
    return rom_return(chip, uart->clkdiv);
}
