/* Registers of the ESP8266 that the port touches; numbers from Espressif's
 * technical reference and public headers. 32-bit accesses only. */
#ifndef FIRMWARE_PORT_ESP8266_REGISTERS_H
#define FIRMWARE_PORT_ESP8266_REGISTERS_H

#include <stdint.h>

#define REG(address) (*(volatile uint32_t *)(address))

#define UART0_FIFO 0x60000000u
#define UART0_INT_ST 0x60000008u
#define UART0_INT_ENA 0x6000000Cu
#define UART0_INT_CLR 0x60000010u
#define UART0_STATUS 0x6000001Cu /* bits 0-7 received, 16-23 to be sent */
#define UART0_CONF1 0x60000024u
#define UART_INT_RX_FULL 0x001u
#define UART_INT_TX_EMPTY 0x002u
#define UART_INT_RX_OVERFLOW 0x010u
#define UART_INT_RX_TIMEOUT 0x100u
#define UART_CONF1_RX_TIMEOUT_ON (1u << 31)
#define UART_CONF1(rx_full, tx_empty, rx_timeout)                              \
    ((rx_full) | (tx_empty) << 8 | (rx_timeout) << 24 |                        \
     UART_CONF1_RX_TIMEOUT_ON)

#define GPIO_OUT_SET 0x60000304u
#define GPIO_OUT_CLEAR 0x60000308u
#define GPIO_ENABLE_SET 0x60000310u
#define GPIO_ENABLE_CLEAR 0x60000314u
#define GPIO_IN 0x60000318u
#define GPIO_STATUS 0x6000031Cu
#define GPIO_STATUS_CLEAR 0x60000324u
#define GPIO_PIN(n) (0x60000328u + 4 * (n))
#define GPIO_PIN_ANY_EDGE (3u << 7)

#define IO_MUX 0x60000800u
#define IO_MUX_FUNCTION (1u << 8 | 3u << 4) /* its three bits */
#define IO_MUX_FUNCTION_3 (3u << 4)
#define IO_MUX_PULL_UP (1u << 7)

/* Fuses, set in the factory; either of two bits tells an ESP8285. */
#define EFUSE_0 0x3FF00050u
#define EFUSE_2 0x3FF00058u
#define EFUSE_0_8285 (1u << 4)
#define EFUSE_2_8285 (1u << 16)

#define RANDOM_NUMBER 0x3FF20E44u /* noise of the radio while it is on */

/* GPIO16 belongs to the RTC. */
#define RTC_GPIO_OUT 0x60000768u
#define RTC_GPIO_ENABLE 0x60000774u
#define RTC_GPIO_IN 0x6000078Cu
#define RTC_GPIO_CONF 0x60000790u
#define PAD_XPD_DCDC_CONF 0x600007A0u

#endif
