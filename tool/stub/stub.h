/* Between the stub's files: what the first stage (first.c) gives to the second.
 * Polling only, no interrupts, no heap. Every loop calls stub_pump at least
 * each 400 us: the UART keeps 128 bytes, which 3 Mbaud fill in 430. */
#ifndef TOOL_STUB_STUB_H
#define TOOL_STUB_STUB_H

#include <stdbool.h>
#include <stdint.h>

#include "tool/stub/protocol.h"

struct stub_call {
    uint8_t op;
    uint8_t *data; /* at a multiple of four */
    uint32_t size;
    uint32_t value; /* of the reply, and its data: */
    const uint8_t *result;
    uint32_t result_size;
    bool is_silent; /* no reply, or it was sent */
};

/* ---- first stage ---- */

uint32_t stub_cycles(void);
/* Take what the UART has. True when a request waits for stub_next; from then
 * on nothing is taken until it was called. */
bool stub_pump(void);
/* Until a request waits; false: none came for so long. */
bool stub_wait(uint32_t ms);
/* The request that waits, checked; false: it was bad and is dropped. Its data
 * is good until the next stub_pump. */
bool stub_next(struct stub_call *call);
/* Put back what stub_next gave: the main loop will get it. */
void stub_keep(void);
void stub_reply(uint8_t op, uint32_t value, const uint8_t *data, uint32_t size,
                uint8_t error);
/* A reply piece by piece: its head, with the length that it claims; bytes,
 * escaped and counted into *crc; what ends it. */
uint32_t stub_begin(uint8_t op, uint32_t value, uint32_t length);
void stub_send(uint32_t *crc, const uint8_t *bytes, uint32_t size);
void stub_end(uint32_t crc);
/* Bytes that still wait to be sent. */
uint32_t stub_unsent(void);
uint32_t stub_crc(uint32_t crc, const uint8_t *bytes, uint32_t size);

/* ---- second stage: each returns 0 or an error of protocol.h ---- */

uint8_t stub_second(struct stub_call *call);  /* second.c */
uint8_t stub_do_plan(struct stub_call *call); /* write.c */
uint8_t stub_do_write(struct stub_call *call);
uint8_t stub_do_results(struct stub_call *call);
uint8_t stub_do_read(struct stub_call *call); /* read.c */

/* The most of the RAM: whichever operation is at work has it (second.c). */
#define STUB_MEMORY (STUB_DICT + 16384u + 64u)
extern uint32_t stub_memory[STUB_MEMORY / 4u];

/* spi.c: the flash by way of SPI0's registers. Addresses in bytes. */
void spi_read(uint32_t address, uint32_t *words, uint32_t size); /* up to 64 */
/* SPI_BUFFER bytes, or a whole page; starts it, as the erases do. */
void spi_program(uint32_t address, const uint32_t *words, uint32_t size);
/* 1, 8 or 16 sectors. */
void spi_erase(uint32_t address, uint32_t sectors);
bool spi_is_busy(void);
/* One record of STUB_SPI; bytes into `in`. Returns how many. */
uint32_t spi_command(const uint8_t *record, uint8_t *in);
uint32_t spi_digest(uint32_t address, uint32_t size); /* CRC-32 */

#endif
