/* What the stub uses of the chip: registers and functions of the boot ROM.
 * Addresses of the functions are in stub.ld (chip.md B2); signatures as in the
 * NonOS SDK's public headers and esptool's stubs call them. SPI0's registers:
 * chip.md A9. */
#ifndef TOOL_STUB_ROM_H
#define TOOL_STUB_ROM_H

#include <stdbool.h>
#include <stdint.h>

#define REG(address) (*(volatile uint32_t *)(address))

#define UART0_FIFO 0x60000000u
#define UART0_INT_ENA 0x6000000Cu
#define UART0_CLKDIV 0x60000014u
#define UART0_STATUS 0x6000001Cu /* bits 0-7: received, 16-23: to be sent */
#define UART_TX_LIMIT 126u       /* of 128: never filled to the brim */

/* The compiler is not to know what is at a base: it would take one constant for
 * each register. */
static inline volatile uint32_t *registers_at(uint32_t base)
{
    __asm__("" : "+r"(base));
    return (volatile uint32_t *)base;
}

/* Words from its base on. */
#define SPI0 0x60000200u
enum {
    SPI_CMD = 0,
    SPI_ADDR = 1,
    SPI_USER = 7,
    SPI_USER1 = 8,
    SPI_USER2 = 9,
    SPI_W0 = 16
};
#define SPI_CMD_USER (1u << 18)
#define SPI_USER_COMMAND (1u << 31)
#define SPI_USER_ADDR (1u << 30)
#define SPI_USER_MISO (1u << 28)
#define SPI_USER_MOSI (1u << 27)
#define SPI_BUFFER 64u /* W0 to W15 */

/* The flash's select is pad SD_CMD: SPI0's by function 1, GPIO11 by function 3
 * (ESP8266_RTOS_SDK, esp8266/pin_mux_register.h, gpio_register.h). */
#define GPIO 0x60000300u
enum { GPIO_OUT_SET = 1, GPIO_OUT_CLEAR = 2, GPIO_ENABLE_SET = 4 };
#define MUX_SD_CMD 0x60000830u
#define MUX_GPIO (3u << 4)
#define FLASH_SELECT (1u << 11)

/* For time-outs only, so what the CPU's clock really is does not matter: 52 MHz
 * after the ROM, 80 on the bench. */
#define CYCLES_PER_MS 80000u

/* Flash functions return 0 when done. */
void ets_delay_us(uint32_t us);
void uart_div_modify(uint32_t uart, uint32_t divider);
void software_reset(void);
void spi_flash_attach(uint32_t is_hspi, uint32_t is_legacy);
int SPIUnlock(void);
void *memcpy(void *to, const void *from, uint32_t size);

#endif
