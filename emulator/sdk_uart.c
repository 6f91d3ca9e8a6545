/* Libdriver's serial driver, as Espressif's driver_lib/driver/uart.c has it:
 * sending, speeds, and a task of priority 0 that sends back what it hears,
 * until the program puts its own in its place. */
#include "emulator/rom_private.h"
#include "emulator/sdk_private.h"

#define UART_CLOCK 80000000u
#define INT_ST 0x08u
#define INT_ENA 0x0Cu
#define INT_CLR 0x10u
#define CONF0 0x20u
#define CONF1 0x24u
#define INT_FULL 0x001u
#define INT_FRAME_ERROR 0x008u
#define INT_OVERFLOW 0x010u
#define INT_TIMEOUT 0x100u
#define CONF0_8N1 0x1Cu
#define CONF1_UART0 (100u | 0x10u << 8 | 2u << 24 | 1u << 31)
#define CONF1_UART1 1u
#define MUX_GPIO2 0x60000838u
#define MUX_U0TXD 0x60000818u
#define MUX_FUNCTION 0x130u
#define MUX_FUNCTION_2 0x20u /* UART1's output */
#define MUX_PULL_UP 0x80u
#define FIFO_LIMIT 126u
#define TASK 0u
#define QUEUE 10u
#define EVENT_SIZE 8u

static struct uart *uart_of(struct chip *chip, uint32_t number)
{
    return &chip->uart[(number & 0xFFu) == 1];
}

static void put_bits(struct chip *chip, uint32_t address, uint32_t mask,
                     uint32_t bits)
{
    sdk_put(chip, address, (sdk_get(chip, address) & ~mask) | bits);
}

/* ---- sending ------------------------------------------------------------- */

static bool has_room(const struct uart *uart)
{
    return uart->tx_count < FIFO_LIMIT;
}

/* uint8 uart_tx_one_char(uart, byte) */
enum native_result sdk_native_uart_tx(struct chip *chip)
{
    struct uart *uart = uart_of(chip, chip->cpu.a[2]);
    if (!has_room(uart))
        return NATIVE_AGAIN;
    uart_tx_push(uart, (uint8_t)chip->cpu.a[3]);
    return sdk_return(chip, 0);
}

/* uint8 uart_tx_one_char_no_wait(uart, byte): lost when there is no room */
enum native_result sdk_native_uart_tx_no_wait(struct chip *chip)
{
    struct uart *uart = uart_of(chip, chip->cpu.a[2]);
    if (has_room(uart))
        uart_tx_push(uart, (uint8_t)chip->cpu.a[3]);
    return sdk_return(chip, 0);
}

/* uint8 uart0_tx_one_char_no_wait(byte) */
enum native_result sdk_native_uart0_tx_no_wait(struct chip *chip)
{
    if (has_room(&chip->uart[0]))
        uart_tx_push(&chip->uart[0], (uint8_t)chip->cpu.a[2]);
    return sdk_return(chip, 0);
}

/* void uart0_tx_buffer(bytes, count): a2 and a3 move on */
enum native_result sdk_native_uart0_tx_buffer(struct chip *chip)
{
    uint32_t *a = chip->cpu.a;
    for (; (a[3] & 0xFFFFu) > 0; a[2]++, a[3]--) {
        uint8_t byte;
        if (!has_room(&chip->uart[0]))
            return NATIVE_AGAIN;
        if (!bus_copy_out(chip->bus, a[2], &byte, 1))
            return rom_fault(chip, FAULT_LOAD_PROHIBITED, a[2]);
        uart_tx_push(&chip->uart[0], byte);
    }
    return NATIVE_RETURN;
}

/* void uart0_sendStr(text), at_port_print(text) */
enum native_result sdk_native_uart0_send(struct chip *chip)
{
    uint32_t *text = &chip->cpu.a[2];
    for (;; ++*text) {
        uint8_t byte;
        if (!bus_copy_out(chip->bus, *text, &byte, 1))
            return rom_fault(chip, FAULT_LOAD_PROHIBITED, *text);
        if (byte == 0)
            return NATIVE_RETURN;
        if (!has_room(&chip->uart[0]))
            return NATIVE_AGAIN;
        uart_tx_push(&chip->uart[0], byte);
    }
}

/* void UART_WaitTxFifoEmpty(uart) */
enum native_result sdk_native_uart_wait(struct chip *chip)
{
    return uart_of(chip, chip->cpu.a[2])->tx_count ? NATIVE_AGAIN
                                                   : NATIVE_RETURN;
}

/* ---- settings ------------------------------------------------------------ */

static void set_baud(struct chip *chip, uint32_t number, uint32_t baud)
{
    uart_set_divider(uart_of(chip, number), UART_CLOCK / (baud ? baud : 1));
}

/* void UART_SetBaudrate(uart, baud) */
enum native_result sdk_native_uart_baud(struct chip *chip)
{
    set_baud(chip, chip->cpu.a[2], chip->cpu.a[3]);
    return NATIVE_RETURN;
}

/* void UART_SetPrintPort(uart): where os_printf goes */
enum native_result sdk_native_uart_print_port(struct chip *chip)
{
    rom_put(chip, ROM_UART_NUMBER, (chip->cpu.a[2] & 0xFFu) == 1);
    rom_put(chip, ROM_PUTC1, ROM_PUTC_UART);
    return NATIVE_RETURN;
}

static void configure(struct chip *chip, uint32_t number, uint32_t baud)
{
    uint32_t base = chip->uart[number].device.base;
    set_baud(chip, number, baud);
    sdk_put(chip, base + CONF0, CONF0_8N1);
    sdk_put(chip, base + CONF1, number == 0 ? CONF1_UART0 : CONF1_UART1);
    sdk_put(chip, base + INT_CLR, 0xFFFF);
    put_bits(chip, base + INT_ENA, 0,
             INT_FULL | INT_OVERFLOW |
                 (number == 0 ? INT_TIMEOUT | INT_FRAME_ERROR : 0));
}

static void set_receive_interrupts(struct chip *chip, bool are_on)
{
    uint32_t bits = INT_FULL | INT_TIMEOUT;
    put_bits(chip, chip->uart[0].device.base + INT_ENA, bits,
             are_on ? bits : 0);
}

/* void uart_rx_intr_enable(uart), uart_rx_intr_disable(uart): UART0's */
enum native_result sdk_native_uart_rx_on(struct chip *chip)
{
    set_receive_interrupts(chip, true);
    return NATIVE_RETURN;
}

enum native_result sdk_native_uart_rx_off(struct chip *chip)
{
    set_receive_interrupts(chip, false);
    return NATIVE_RETURN;
}

/* ---- hearing ------------------------------------------------------------- */

static bool start_task(struct chip *chip)
{
    uint32_t queue = sdk_heap_alloc(chip, QUEUE * EVENT_SIZE);
    if (queue)
        chip->sdk.task[TASK] = (struct sdk_task){
            .fn = SDK_STEP_UART_TASK, .queue = queue, .room = QUEUE};
    return queue;
}

static enum native_result init(struct chip *chip, uint32_t baud0,
                               uint32_t baud1)
{
    uint32_t *a = chip->cpu.a;
    if (!start_task(chip))
        return NATIVE_RETURN;
    put_bits(chip, MUX_U0TXD, MUX_FUNCTION | MUX_PULL_UP, 0);
    put_bits(chip, MUX_GPIO2, MUX_FUNCTION, MUX_FUNCTION_2);
    configure(chip, 0, baud0);
    configure(chip, 1, baud1);
    a[2] = IRQ_UART;
    a[3] = SDK_STEP_UART_ISR;
    a[4] = 0;
    (void)native_isr_attach(chip);
    a[2] = 1u << IRQ_UART;
    return native_isr_unmask(chip);
}

/* void uart_init(baud of UART0, baud of UART1) */
enum native_result sdk_native_uart_init(struct chip *chip)
{
    return init(chip, chip->cpu.a[2], chip->cpu.a[3]);
}

/* void uart_reattach(void) */
enum native_result sdk_native_uart_reattach(struct chip *chip)
{
    return init(chip, 115200, 115200);
}

/* Its interrupt handler: bytes are left to the task. */
enum native_result sdk_native_uart_isr(struct chip *chip)
{
    uint32_t *a = chip->cpu.a, base = chip->uart[0].device.base;
    uint32_t status = sdk_get(chip, base + INT_ST);
    sdk_put(chip, base + INT_CLR, status);
    if (!(status & (INT_FULL | INT_TIMEOUT)))
        return NATIVE_RETURN;
    set_receive_interrupts(chip, false);
    a[2] = TASK;
    a[3] = a[4] = 0;
    return sdk_native_os_post(chip);
}

/* The task: what the FIFO has goes back, then the interrupts are on again. */
enum native_result sdk_native_uart_task(struct chip *chip)
{
    struct uart *uart = &chip->uart[0];
    uint8_t byte;
    while (uart->rx_count > 0 && has_room(uart))
        if (uart_rx_pop(uart, &byte))
            uart_tx_push(uart, byte);
    if (uart->rx_count > 0)
        return NATIVE_AGAIN;
    sdk_put(chip, uart->device.base + INT_CLR, INT_FULL | INT_TIMEOUT);
    set_receive_interrupts(chip, true);
    return NATIVE_RETURN;
}
