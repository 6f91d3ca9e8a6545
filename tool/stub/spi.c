/* The flash chip by way of SPI0's registers (chip.md A9): not through the ROM's
 * functions, which wait until the flash is done. */
#include "tool/stub/rom.h"
#include "tool/stub/stub.h"

#define READ 0x03u
#define PROGRAM 0x02u
#define READ_STATUS 0x05u
#define WRITE_ENABLE 0x06u
#define ERASE_SECTOR 0x20u
#define ERASE_HALF_BLOCK 0x52u
#define ERASE_BLOCK 0xD8u
#define STATUS_BUSY 1u

/* Lengths in bytes; address_bytes 0, 3, or 4 with one byte of dummy bits;
 * opcode 0: none is sent. */
static void run(uint32_t opcode, uint32_t address_bytes, uint32_t address,
                uint32_t out, uint32_t in)
{
    volatile uint32_t *spi = registers_at(SPI0);
    spi[SPI_USER] = (opcode ? SPI_USER_COMMAND : 0) |
                    (address_bytes ? SPI_USER_ADDR : 0) |
                    (out ? SPI_USER_MOSI : 0) | (in ? SPI_USER_MISO : 0);
    /* Each field holds the bits less one. */
    spi[SPI_USER1] = (8u * address_bytes - 1u) << 26 |
                     ((8u * out - 1u) & 0x1FFu) << 17 |
                     ((8u * in - 1u) & 0x1FFu) << 8;
    spi[SPI_USER2] = 7u << 28 | opcode;
    spi[SPI_ADDR] = address << 8;
    spi[SPI_CMD] = SPI_CMD_USER;
    while ((spi[SPI_CMD] & SPI_CMD_USER) != 0) {
    }
}

static void get_buffer(uint32_t *words, uint32_t size)
{
    volatile uint32_t *from = registers_at(SPI0) + SPI_W0;
    for (uint32_t i = 0; i < size; i += 4)
        *words++ = *from++;
}

static void put_buffer(const uint32_t *words, uint32_t size)
{
    volatile uint32_t *to = registers_at(SPI0) + SPI_W0;
    for (uint32_t i = 0; i < size; i += 4)
        *to++ = *words++;
}

void spi_read(uint32_t address, uint32_t *words, uint32_t size)
{
    run(READ, 3, address, 0, size);
    get_buffer(words, size);
}

bool spi_is_busy(void)
{
    run(READ_STATUS, 0, 0, 0, 1);
    return (registers_at(SPI0)[SPI_W0] & STATUS_BUSY) != 0;
}

/* The controller sends 64 bytes at once and lets go of the flash's select
 * behind them: no register holds it (its SPI_PIN has no such bit, other than
 * the ESP32's). So for a page the select is GPIO11 meanwhile, and the bytes
 * follow in parts without command and address. Nobody is known to have done
 * that on a real chip: write.c reads it back, and does without if it was wrong.
 */
void spi_program(uint32_t address, const uint32_t *words, uint32_t size)
{
    volatile uint32_t *gpio = registers_at(GPIO);
    volatile uint32_t *mux = registers_at(MUX_SD_CMD);
    uint32_t select = *mux, opcode = PROGRAM, lead = 3;
    run(WRITE_ENABLE, 0, 0, 0, 0);
    gpio[GPIO_OUT_SET] = FLASH_SELECT;
    gpio[GPIO_ENABLE_SET] = FLASH_SELECT;
    if (size > SPI_BUFFER) {
        *mux = select | MUX_GPIO;
        gpio[GPIO_OUT_CLEAR] = FLASH_SELECT;
    }
    for (; size > 0; size -= SPI_BUFFER) {
        put_buffer(words, SPI_BUFFER);
        run(opcode, lead, address, SPI_BUFFER, 0);
        words += SPI_BUFFER / 4u;
        opcode = lead = 0;
    }
    gpio[GPIO_OUT_SET] = FLASH_SELECT;
    *mux = select;
}

void spi_erase(uint32_t address, uint32_t sectors)
{
    run(WRITE_ENABLE, 0, 0, 0, 0);
    run(sectors == 1   ? ERASE_SECTOR
        : sectors == 8 ? ERASE_HALF_BLOCK
                       : ERASE_BLOCK,
        3, address, 0, 0);
}

uint32_t spi_command(const uint8_t *record, uint8_t *in)
{
    const uint32_t *words = (const uint32_t *)(const void *)record;
    volatile uint32_t *w0 = registers_at(SPI0) + SPI_W0;
    uint32_t out = record[2] & 63u, count = record[3] & 63u;
    uint32_t start = stub_cycles();
    while ((record[1] & STUB_SPI_WAIT) != 0 && spi_is_busy() &&
           stub_cycles() - start < 1000u * CYCLES_PER_MS)
        ets_delay_us(50);
    put_buffer(words + 2, out);
    run(record[0], record[1] & 7u, words[1], out, count);
    for (uint32_t i = 0; i < count; i++)
        in[i] = (uint8_t)(w0[i / 4u] >> 8 * (i & 3u));
    return count;
}

uint32_t spi_digest(uint32_t address, uint32_t size)
{
    uint32_t words[SPI_BUFFER / 4u], crc = 0;
    while (size > 0) {
        uint32_t n = size < SPI_BUFFER ? size : SPI_BUFFER;
        spi_read(address, words, SPI_BUFFER);
        crc = stub_crc(crc, (const uint8_t *)words, n);
        stub_pump();
        address += n;
        size -= n;
    }
    return crc;
}
