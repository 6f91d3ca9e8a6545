/* The flash by way of the boot ROM alone: --no-stub. Slow, and right.
 * Erases and reads go through the SPI registers: the ROM's own erase rubs out
 * up to twice of what it is told (chip.md A4), and it has no read. */
#include "tool/flasher_private.h"

#include <string.h>

#include "format/bytes.h"
#include "format/crc32.h"
#include "format/flash_map.h"

#define FLASH_READ 0x03u
#define FLASH_READ_STATUS 0x05u
#define FLASH_WRITE_ENABLE 0x06u
#define FLASH_ERASE_SECTOR 0x20u
#define FLASH_ERASE_BLOCK 0xD8u
#define STATUS_BUSY 1u

#define READ_SIZE 64u /* W0..W15 */
#define BLOCK_SECTORS (FLASH_BLOCK_SIZE / FLASH_SECTOR_SIZE)
#define WRITE_BLOCK 1024u
#define WRITE_TRIES 3
#define ERASE_TIMEOUT_MS 10000u

static enum err read_words(struct flasher *f, uint32_t address, uint8_t *out,
                           uint32_t size)
{
    const struct spi_command command = {.opcode = FLASH_READ,
                                        .address_size = 3,
                                        .address = address,
                                        .in_size = (uint8_t)size};
    uint32_t words[READ_SIZE / 4];
    enum err e = spi_run(f, &command, 1);
    if (e == ERR_NONE)
        e = spi_result(f, size / 4, words);
    for (size_t i = 0; i < size / 4 && e == ERR_NONE; i++)
        put_u32le(out + 4 * i, words[i]);
    return e;
}

static enum err read_all(struct flasher *f, const char *what, uint32_t address,
                         uint8_t *out, uint32_t size)
{
    enum err e = spi_save(f);
    for (uint32_t at = 0; at < size && e == ERR_NONE; at += READ_SIZE) {
        uint32_t n = size - at < READ_SIZE ? size - at : READ_SIZE;
        if (what && at % FLASH_SECTOR_SIZE == 0)
            flasher_progress(f, what, at, size);
        e = read_words(f, address + at, out + at, n);
    }
    return e == ERR_NONE ? spi_restore(f) : e;
}

static enum err rom_read(struct flasher *f, uint32_t address, uint8_t *out,
                         uint32_t size)
{
    enum err e = read_all(f, "read", address, out, size);
    if (e == ERR_NONE)
        flasher_progress(f, "read", size, size);
    return e;
}

static enum err wait_idle(struct flasher *f, unsigned timeout_ms)
{
    const struct spi_command command = {.opcode = FLASH_READ_STATUS,
                                        .in_size = 1};
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

/* A sector, or a block of sixteen. */
static enum err erase_at(struct flasher *f, uint32_t address, bool is_block)
{
    const struct spi_command both[2] = {
        {.opcode = FLASH_WRITE_ENABLE},
        {.opcode = is_block ? FLASH_ERASE_BLOCK : FLASH_ERASE_SECTOR,
         .address_size = 3,
         .address = address},
    };
    enum err e = spi_save(f);
    if (e == ERR_NONE)
        e = spi_run(f, both, 2);
    if (e == ERR_NONE)
        e = wait_idle(f, ERASE_TIMEOUT_MS);
    return e == ERR_NONE ? spi_restore(f) : e;
}

/* Nothing is erased here (size 0): erase_at has done it, to the sector. */
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
enum err rom_program(struct flasher *f, uint32_t address, const uint8_t *bytes,
                     uint32_t size)
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

/* Sixteen sectors in a row from a block's start on. */
static bool is_block(const struct flash_sector *s, unsigned left)
{
    return s->address % FLASH_BLOCK_SIZE == 0 && left >= BLOCK_SECTORS &&
           s[BLOCK_SECTORS - 1].address ==
               s->address + FLASH_BLOCK_SIZE - FLASH_SECTOR_SIZE;
}

static enum err erase_all(struct flasher *f, const struct flash_sector *sectors,
                          unsigned count)
{
    enum err e = ERR_NONE;
    for (unsigned i = 0; i < count && e == ERR_NONE;) {
        bool is_whole = is_block(&sectors[i], count - i);
        flasher_progress(f, "erase", i * FLASH_SECTOR_SIZE,
                         count * FLASH_SECTOR_SIZE);
        e = erase_at(f, sectors[i].address, is_whole);
        i += is_whole ? BLOCK_SECTORS : 1u;
    }
    return e;
}

static enum err check(struct flasher *f, const struct flash_sector *sector)
{
    uint8_t bytes[FLASH_SECTOR_SIZE];
    enum err e = read_all(f, NULL, sector->address, bytes, sizeof(bytes));
    if (e == ERR_NONE &&
        crc32_update(0, bytes, sizeof(bytes)) != flasher_sector_crc(sector))
        return flasher_fail(f, ERR_MISMATCH, "sector 0x%05x",
                            (unsigned)sector->address);
    return e;
}

/* As the ROM's own look at it says, or ours. */
static bool is_wrong(const struct flasher *f, enum err e)
{
    return e == ERR_MISMATCH ||
           (e == ERR_CHIP_REFUSED && f->loader.error == ROM_WRITE_FAILED);
}

static enum err write_once(struct flasher *f, const struct flash_sector *s)
{
    uint8_t padded[FLASH_SECTOR_SIZE];
    memcpy(padded, s->bytes, s->size);
    memset(padded + s->size, 0xFF, sizeof(padded) - s->size);
    enum err e = rom_program(f, s->address, padded, sizeof(padded));
    return e == ERR_NONE ? check(f, s) : e;
}

/* What reads back wrong is erased and written a second time. */
static enum err write_sector(struct flasher *f, const struct flash_sector *s)
{
    if (!s->bytes)
        return ERR_NONE; /* the flash chip's own status is the proof */
    enum err e = write_once(f, s);
    for (int i = 0; i < 2 && is_wrong(f, e); i++) {
        if (i == 1)
            return flasher_fail(
                f, ERR_FLASH_FAILED,
                "sector 0x%05x reads back wrong after two tries",
                (unsigned)s->address);
        e = erase_at(f, s->address, false);
        if (e == ERR_NONE)
            e = write_once(f, s);
    }
    return e;
}

static enum err rom_write(struct flasher *f, const struct flash_sector *sectors,
                          unsigned count)
{
    uint32_t total = count * FLASH_SECTOR_SIZE;
    enum err e = erase_all(f, sectors, count);
    for (unsigned i = 0; i < count && e == ERR_NONE; i++) {
        flasher_progress(f, "write", i * FLASH_SECTOR_SIZE, total);
        e = write_sector(f, &sectors[i]);
    }
    if (e == ERR_NONE)
        flasher_progress(f, "write", total, total);
    return e;
}

static enum err rom_digests(struct flasher *f, uint32_t address, uint32_t size,
                            uint32_t *crc)
{
    uint8_t bytes[FLASH_SECTOR_SIZE];
    enum err e = ERR_NONE;
    for (uint32_t at = 0; at < size && e == ERR_NONE;) {
        uint32_t n = size - at < sizeof(bytes) ? size - at : sizeof(bytes);
        flasher_progress(f, "verify", at, size);
        e = read_all(f, NULL, address + at, bytes, (n + 3u) & ~3u);
        *crc++ = crc32_update(0, bytes, n);
        at += n;
    }
    if (e == ERR_NONE)
        flasher_progress(f, "verify", size, size);
    return e;
}

/* One by one: each result is in the same registers. */
static enum err rom_spi(struct flasher *f, const struct spi_command *commands,
                        unsigned count, uint8_t *in)
{
    enum err e = spi_save(f);
    for (unsigned i = 0; i < count && e == ERR_NONE; i++) {
        const struct spi_command *c = &commands[i];
        uint32_t words[READ_SIZE / 4] = {0};
        if (c->is_after_busy)
            e = wait_idle(f, ERASE_TIMEOUT_MS);
        if (e == ERR_NONE)
            e = spi_run(f, c, 1);
        if (e == ERR_NONE && c->in_size > 0)
            e = spi_result(f, (c->in_size + 3u) / 4u, words);
        for (unsigned k = 0; k < c->in_size && e == ERR_NONE; k++)
            *in++ = (uint8_t)(words[k / 4] >> (8 * (k % 4)));
    }
    return e == ERR_NONE ? spi_restore(f) : e;
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
    .digests = rom_digests,
    .spi = rom_spi,
    .restart = rom_restart,
};
