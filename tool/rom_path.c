/* The flash by way of the boot ROM alone: --no-stub. Slow, and right.
 * Reads go through the SPI registers: the ROM has none. Writing is in
 * rom_write.c. */
#include "tool/flasher_private.h"

#include <string.h>

#include "format/bytes.h"
#include "format/crc32.h"
#include "format/flash_map.h"

#define FLASH_READ 0x03u
#define FLASH_READ_STATUS 0x05u
#define FLASH_WRITE_ENABLE 0x06u
#define STATUS_BUSY 1u

#define READ_SIZE 64u /* W0..W15 */
#define READ_TRIES 24
#define RECONNECTS 8
#define SAME 2 /* as the time before */
#define BUSY_TIMEOUT_MS 10000u

static enum err read_words(struct flasher *f, uint32_t address, uint8_t *out,
                           uint32_t size)
{
    const struct spi_command command = {.opcode = FLASH_READ,
                                        .address_size = 3,
                                        .address = address,
                                        .in_size = (uint8_t)size};
    uint32_t words[READ_SIZE / 4];
    enum err e = spi_run(f, &command);
    if (e == ERR_NONE)
        e = spi_result(f, size / 4, words);
    for (size_t i = 0; i < size / 4 && e == ERR_NONE; i++)
        put_u32le(out + 4 * i, words[i]);
    return e;
}

enum err rom_read_once(struct flasher *f, uint32_t address, uint8_t *out,
                       uint32_t size)
{
    enum err e = spi_save(f);
    for (uint32_t at = 0; at < size && e == ERR_NONE; at += READ_SIZE) {
        uint32_t n = size - at < READ_SIZE ? size - at : READ_SIZE;
        e = read_words(f, address + at, out + at, n);
    }
    return e == ERR_NONE ? spi_restore(f) : e;
}

/* On until each word was the same three times in a row: of a bad line's bits
 * one in 800 is wrong, and twice the same one is then wrong in every image. */
static enum err read_surely(struct flasher *f, uint32_t address, uint8_t *out,
                            uint32_t size)
{
    uint8_t again[READ_SIZE];
    uint8_t same[READ_SIZE / 4] = {0};
    uint32_t left = size / 4;
    enum err e = ERR_NONE;
    for (int i = 0; i < READ_TRIES && left > 0 && e == ERR_NONE; i++) {
        e = rom_read_once(f, address, again, size);
        for (uint32_t k = 0; k < size && e == ERR_NONE; k += 4) {
            if (same[k / 4] >= SAME)
                continue;
            if (memcmp(again + k, out + k, 4) == 0)
                left -= ++same[k / 4] == SAME;
            else
                same[k / 4] = 0;
            memcpy(out + k, again + k, 4);
        }
    }
    return e == ERR_NONE && left > 0 ? ERR_TIMEOUT : e;
}

enum err rom_read_piece(struct flasher *f, uint32_t address, uint8_t *out,
                        uint32_t size)
{
    enum err e = rom_read_once(f, address, out, size);
    for (uint32_t at = 0; at < size && e == ERR_NONE && f->loader.had_faults;) {
        uint32_t n = size - at < READ_SIZE ? size - at : READ_SIZE;
        e = read_surely(f, address + at, out + at, n);
        at += n;
    }
    return e;
}

enum err rom_reconnect(struct flasher *f)
{
    unsigned wait_ms = f->config.wait_ms;
    f->loader.had_faults = true;
    f->config.wait_ms = 0; /* nobody is asked in the middle */
    loader_discard(&f->loader);
    enum err e = flasher_connect(f);
    f->config.wait_ms = wait_ms;
    f->detail[0] = '\0';
    if (e == ERR_NONE)
        e = flasher_attach(f);
    return e == ERR_NONE || e == ERR_PORT_GONE ? e : ERR_TIMEOUT;
}

static enum err read_sector(struct flasher *f, uint32_t address, uint8_t *out,
                            uint32_t size)
{
    enum err e = rom_read_piece(f, address, out, size);
    for (int i = 0; i < RECONNECTS && e == ERR_TIMEOUT; i++) {
        e = rom_reconnect(f);
        if (e == ERR_NONE)
            e = rom_read_piece(f, address, out, size);
    }
    return e;
}

static enum err read_all(struct flasher *f, uint32_t address, uint8_t *out,
                         uint32_t size)
{
    bool is_again = f->loader.had_faults;
    enum err e = ERR_NONE;
    for (uint32_t at = 0; at < size && e == ERR_NONE;) {
        uint32_t left = size - at;
        uint32_t n = left < FLASH_SECTOR_SIZE ? left : FLASH_SECTOR_SIZE;
        flasher_progress(f, "read", at, size);
        e = read_sector(f, address + at, out + at, n);
        at += n;
        /* What came before the first fault was not looked at twice. */
        if (f->loader.had_faults && !is_again) {
            is_again = true;
            at = 0;
        }
    }
    return e;
}

static enum err rom_read(struct flasher *f, uint32_t address, uint8_t *out,
                         uint32_t size)
{
    enum err e = read_all(f, address, out, size);
    if (e == ERR_NONE)
        flasher_progress(f, "read", size, size);
    return e;
}

enum err rom_wait_idle(struct flasher *f, uint32_t *status)
{
    const struct spi_command command = {.opcode = FLASH_READ_STATUS,
                                        .in_size = 1};
    struct link *link = f->link;
    uint64_t end = link->ops->now_ms(link) + BUSY_TIMEOUT_MS;
    for (;;) {
        *status = 0;
        enum err e = spi_run(f, &command);
        if (e == ERR_NONE)
            e = spi_result(f, 1, status);
        if (e != ERR_NONE || (*status & STATUS_BUSY) == 0)
            return e;
        if (link->ops->now_ms(link) >= end)
            return flasher_fail(f, ERR_FLASH_FAILED,
                                "it is still busy after %u s",
                                BUSY_TIMEOUT_MS / 1000);
    }
}

static enum err rom_digests(struct flasher *f, uint32_t address, uint32_t size,
                            uint32_t *crc)
{
    uint8_t bytes[FLASH_SECTOR_SIZE];
    enum err e = ERR_NONE;
    for (uint32_t at = 0; at < size && e == ERR_NONE;) {
        uint32_t n = size - at < sizeof(bytes) ? size - at : sizeof(bytes);
        flasher_progress(f, "verify", at, size);
        e = rom_read_piece(f, address + at, bytes, (n + 3u) & ~3u);
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
            e = rom_wait_idle(f, words);
        if (c->opcode == FLASH_WRITE_ENABLE && i + 1 < count)
            e = spi_change(f, &commands[++i]); /* it sends its own */
        else if (e == ERR_NONE)
            e = spi_run(f, c);
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
    enum err e = flasher_attach(f);
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
