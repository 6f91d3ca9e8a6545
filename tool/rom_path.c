/* The flash by way of the boot ROM alone: --no-stub. Slow, and right.
 * Erases and reads go through the SPI registers: the ROM's own erase rubs out
 * up to twice of what it is told (chip.md A4), and it has no read. */
#include "tool/flasher.h"

#include <openssl/evp.h>
#include <string.h>

#include "format/bytes.h"
#include "format/flash_map.h"

#define FLASH_READ 0x03u
#define FLASH_READ_STATUS 0x05u
#define FLASH_WRITE_ENABLE 0x06u
#define FLASH_ERASE_SECTOR 0x20u
#define FLASH_ERASE_BLOCK 0xD8u
#define FLASH_ERASE_CHIP 0xC7u
#define STATUS_BUSY 1u

#define READ_SIZE 64u /* W0..W15 */
#define WRITE_BLOCK 1024u
#define WRITE_TRIES 3
#define ERASE_TIMEOUT_MS 10000u
#define ERASE_CHIP_TIMEOUT_MS 120000u

static enum err read_words(struct flasher *f, uint32_t address, uint8_t *out,
                           uint32_t size)
{
    const struct spi_command command = {FLASH_READ, true, address, 8u * size};
    uint32_t words[READ_SIZE / 4];
    enum err e = spi_run(f, &command, 1);
    if (e == ERR_NONE)
        e = spi_result(f, size / 4, words);
    for (size_t i = 0; i < size / 4 && e == ERR_NONE; i++)
        put_u32le(out + 4 * i, words[i]);
    return e;
}

static enum err rom_read(struct flasher *f, uint32_t address, uint8_t *out,
                         uint32_t size)
{
    enum err e = spi_save(f);
    for (uint32_t at = 0; at < size && e == ERR_NONE; at += READ_SIZE) {
        uint32_t n = size - at < READ_SIZE ? size - at : READ_SIZE;
        e = read_words(f, address + at, out + at, n);
    }
    return e == ERR_NONE ? spi_restore(f) : e;
}

static enum err wait_idle(struct flasher *f, unsigned timeout_ms)
{
    const struct spi_command command = {FLASH_READ_STATUS, false, 0, 8};
    struct link *link = f->link;
    uint64_t end = link->ops->now_ms(link) + timeout_ms;
    for (;;) {
        uint32_t status = 0;
        enum err e = spi_run(f, &command, 1);
        if (e == ERR_NONE)
            e = spi_result(f, 1, &status);
        if (e != ERR_NONE || (status & STATUS_BUSY) == 0)
            return e;
        if (link->ops->now_ms(link) >= end)
            return flasher_fail(f, ERR_FLASH_FAILED,
                                "it is still busy after %u s",
                                timeout_ms / 1000);
    }
}

static enum err erase_one(struct flasher *f, struct spi_command erase,
                          unsigned timeout_ms)
{
    const struct spi_command both[2] = {
        {FLASH_WRITE_ENABLE, false, 0, 0},
        erase,
    };
    enum err e = spi_run(f, both, 2);
    return e == ERR_NONE ? wait_idle(f, timeout_ms) : e;
}

static enum err rom_erase(struct flasher *f, uint32_t address, uint32_t size)
{
    uint32_t end = address + size;
    enum err e = spi_save(f);
    while (address < end && e == ERR_NONE) {
        bool is_block = address % FLASH_BLOCK_SIZE == 0 &&
                        end - address >= FLASH_BLOCK_SIZE;
        uint8_t opcode = is_block ? FLASH_ERASE_BLOCK : FLASH_ERASE_SECTOR;
        e = erase_one(f, (struct spi_command){opcode, true, address, 0},
                      ERASE_TIMEOUT_MS);
        address += is_block ? FLASH_BLOCK_SIZE : FLASH_SECTOR_SIZE;
    }
    return e == ERR_NONE ? spi_restore(f) : e;
}

static enum err rom_erase_chip(struct flasher *f)
{
    enum err e = spi_save(f);
    if (e == ERR_NONE)
        e = erase_one(f, (struct spi_command){FLASH_ERASE_CHIP, false, 0, 0},
                      ERASE_CHIP_TIMEOUT_MS);
    return e == ERR_NONE ? spi_restore(f) : e;
}

/* Nothing is erased here (size 0): rom_erase has done it, to the sector. */
static enum err begin(struct flasher *f, uint32_t address, uint32_t size)
{
    uint8_t data[16];
    put_u32le(data, 0);
    put_u32le(data + 4, (size + WRITE_BLOCK - 1) / WRITE_BLOCK);
    put_u32le(data + 8, WRITE_BLOCK);
    put_u32le(data + 12, address);
    return loader_command(&f->loader,
                          &(struct loader_request){ROM_FLASH_BEGIN, data, 16, 0,
                                                   LOADER_TIMEOUT_MS},
                          NULL);
}

static enum err write_block(struct flasher *f, uint32_t seq,
                            const uint8_t *bytes, uint32_t size)
{
    uint8_t data[16 + WRITE_BLOCK] = {0};
    put_u32le(data, size);
    put_u32le(data + 4, seq);
    memcpy(data + 16, bytes, size);
    return loader_command(&f->loader,
                          &(struct loader_request){
                              ROM_FLASH_DATA, data, 16 + size,
                              loader_checksum(bytes, size), LOADER_TIMEOUT_MS},
                          NULL);
}

/* From FLASH_BEGIN on; *done grows with each block that was acknowledged. */
static enum err write_run(struct flasher *f, uint32_t address,
                          const uint8_t *bytes, uint32_t size, uint32_t *done)
{
    uint32_t seq = 0;
    enum err e = begin(f, address + *done, size - *done);
    while (*done < size && e == ERR_NONE) {
        uint32_t n = size - *done < WRITE_BLOCK ? size - *done : WRITE_BLOCK;
        e = write_block(f, seq++, bytes + *done, n);
        if (e == ERR_NONE)
            *done += n;
    }
    return e;
}

/* The ROM counts a block before it checks it, so a bad one can't be sent again:
 * only a new FLASH_BEGIN, for the rest, gets it back in step (chip.md A4). */
static enum err rom_write(struct flasher *f, uint32_t address,
                          const uint8_t *bytes, uint32_t size)
{
    uint32_t done = 0;
    enum err e = ERR_NONE;
    for (int i = 0; i < WRITE_TRIES; i++) {
        uint32_t before = done;
        e = write_run(f, address, bytes, size, &done);
        if (e != ERR_CHIP_REFUSED && e != ERR_TIMEOUT)
            return e;
        if (done > before)
            i = 0; /* it goes on, if slowly */
        loader_discard(&f->loader);
        done &= ~(FLASH_SECTOR_SIZE - 1); /* FLASH_BEGIN counts in sectors */
    }
    return e;
}

static enum err rom_digest(struct flasher *f, uint32_t address, uint32_t size,
                           uint8_t md5[16])
{
    uint8_t buffer[FLASH_SECTOR_SIZE];
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    enum err e = ERR_MEMORY;
    if (context && EVP_DigestInit_ex(context, EVP_md5(), NULL))
        e = ERR_NONE;
    for (uint32_t at = 0; at < size && e == ERR_NONE;) {
        uint32_t n = size - at < sizeof(buffer) ? size - at : sizeof(buffer);
        flasher_progress(f, "verify", at, size);
        e = rom_read(f, address + at, buffer, (n + 3u) & ~3u);
        if (e == ERR_NONE && !EVP_DigestUpdate(context, buffer, n))
            e = ERR_MEMORY;
        at += n;
    }
    if (e == ERR_NONE && !EVP_DigestFinal_ex(context, md5, NULL))
        e = ERR_MEMORY;
    EVP_MD_CTX_free(context);
    return e;
}

/* FLASH_END leaves the loader; the ROM then starts anew. */
static enum err rom_restart(struct flasher *f)
{
    const uint8_t reboot[4] = {0};
    enum err e = begin(f, 0, 0);
    if (e == ERR_NONE)
        e = loader_command(&f->loader,
                           &(struct loader_request){ROM_FLASH_END, reboot, 4, 0,
                                                    LOADER_TIMEOUT_MS},
                           NULL);
    return e;
}

const struct flash_path rom_path = {
    .name = "ROM",
    .read = rom_read,
    .write = rom_write,
    .erase = rom_erase,
    .erase_chip = rom_erase_chip,
    .digest = rom_digest,
    .restart = rom_restart,
};
