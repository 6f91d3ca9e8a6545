/* What the stub uses of the chip: registers and functions of the boot ROM.
 * Addresses of the functions are in stub.ld (chip.md B2); signatures as in the
 * NonOS SDK's public headers and esptool's stubs call them. */
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

/* For time-outs only, so what the CPU's clock really is does not matter. */
#define CYCLES_PER_S 80000000u

/* RFC 1321's state; the ROM's layout is private to it. */
struct rom_md5 {
    uint32_t words[22];
};

/* Sizes in bytes; flash functions return 0 when done. */
void ets_delay_us(uint32_t us);
void uart_div_modify(uint32_t uart, uint32_t divider);
void software_reset(void);
void spi_flash_attach(uint32_t is_hspi, uint32_t is_legacy);
int SPIUnlock(void);
int SPIEraseChip(void);
int SPIEraseBlock(uint32_t block);
int SPIEraseSector(uint32_t sector);
int SPIWrite(uint32_t address, const uint32_t *data, uint32_t size);
int SPIRead(uint32_t address, uint32_t *out, uint32_t size);
int SPIParamCfg(uint32_t id, uint32_t chip, uint32_t block, uint32_t sector,
                uint32_t page, uint32_t status_mask);
void MD5Init(struct rom_md5 *md5);
void MD5Update(struct rom_md5 *md5, const void *data, uint32_t size);
void MD5Final(uint8_t *digest, struct rom_md5 *md5);

#endif
