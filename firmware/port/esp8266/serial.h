/* UART0 with an interrupt and two rings: what the console needs. */
#ifndef FIRMWARE_PORT_ESP8266_SERIAL_H
#define FIRMWARE_PORT_ESP8266_SERIAL_H

#include <stddef.h>

/* Wait until the ROM's last words are out of the chip: at most 17 ms. Needs
 * nothing of the SDK. */
void serial_drain(void);
/* 115200 baud, interrupts on. heard is called from the interrupt whenever
 * bytes came in. What was written before (less than a ring) is sent now. */
void serial_start(void (*heard)(void));
/* Bytes that came in, up to room; 0: none are left. */
size_t serial_read(char *to, size_t room);
/* Wait until all that was written is on its way out of the chip. */
void serial_flush(void);

#endif
