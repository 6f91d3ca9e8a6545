#include "tool/flasher.h"

#include <openssl/evp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "format/flash_map.h"

#define LOADER_BAUD 115200u
#define BANNER_WAIT_MS 300u

void flasher_say(struct flasher *f, const char *format, ...)
{
    char line[256];
    va_list args;
    va_start(args, format);
    vsnprintf(line, sizeof(line), format, args);
    va_end(args);
    if (f->config.say)
        f->config.say(f->config.ctx, line);
}

enum err flasher_fail(struct flasher *f, enum err e, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(f->detail, sizeof(f->detail), format, args);
    va_end(args);
    return e;
}

void flasher_progress(struct flasher *f, const char *what, uint32_t done,
                      uint32_t total)
{
    if (f->config.progress)
        f->config.progress(f->config.ctx, what, done, total);
}

/* Every failure names something concrete; the port if nothing better. */
static enum err name_port(struct flasher *f, enum err e)
{
    if (e == ERR_NONE || f->detail[0] != '\0')
        return e;
    if (e == ERR_CHIP_REFUSED)
        return flasher_fail(f, e, "%s: error code 0x%02X", f->config.port,
                            f->loader.error);
    return flasher_fail(f, e, "%s, %u baud, %s", f->config.port, f->baud,
                        f->path ? f->path->name : "ROM");
}

/* ---- open and close ---- */

static enum err start(struct flasher *f)
{
    enum err e = flasher_connect(f);
    if (e == ERR_NONE)
        e = flasher_identify(f);
    if (e == ERR_NONE && !f->config.is_rom_only)
        e = flasher_start_stub(f);
    return name_port(f, e);
}

enum err flasher_open(struct flasher *f, const struct flasher_config *config)
{
    memset(f, 0, sizeof(*f));
    f->config = *config;
    f->path = &rom_path;
    f->baud = LOADER_BAUD;
    if (config->baud != 0 && config->baud < LOADER_BAUD)
        f->baud = config->baud;
    enum err e = link_open(config->port, f->baud, &f->link, f->detail,
                           sizeof(f->detail));
    if (e != ERR_NONE)
        return e;
    loader_init(&f->loader, f->link);
    e = start(f);
    if (e != ERR_NONE) {
        link_close(f->link);
        f->link = NULL;
    }
    return e;
}

static void tell_to_restart(struct flasher *f)
{
    flasher_say(f, "Now release the button. Never with mains connected: "
                   "disconnect the 3.3 V and connect it again;");
    flasher_say(f, "until then the chip stays in download mode, whatever "
                   "restarts it.");
    if (f->link->ops->ask)
        f->link->ops->ask(f->link, LINK_ASK_RUN);
}

/* A chip that was reset prints its banner: noise at our speed, but not
 * silence. Silence means that the lines lead nowhere. */
static bool was_reset(struct flasher *f)
{
    loader_discard(&f->loader);
    loader_forget_hearing(&f->loader);
    if (reset_to_program(f->link) != ERR_NONE)
        return false;
    while (loader_frame(&f->loader, BANNER_WAIT_MS) == ERR_NONE) {
    }
    return f->loader.heard.bytes > 0 || f->loader.slip.is_inside;
}

/* After a failure what to do next is the error's business. */
static void leave(struct flasher *f, enum err result)
{
    if (f->config.after == AFTER_NO_RESET)
        return;
    if (f->config.after == AFTER_SOFT_RESET) {
        if (f->path->restart(f) != ERR_NONE)
            flasher_say(f, "the chip did not answer to the restart");
        return;
    }
    f->was_reset = f->link->has_lines && !f->has_asked && was_reset(f);
    if (result != ERR_NONE)
        return;
    if (f->was_reset)
        flasher_say(f, "The chip was reset.");
    else
        tell_to_restart(f);
}

void flasher_close(struct flasher *f, enum err result)
{
    if (!f->link)
        return;
    /* A stub that stays must be found at the usual speed by the next command.
     */
    bool may_stay = f->config.after == AFTER_NO_RESET || f->has_asked ||
                    !f->link->has_lines;
    if (!f->is_gone && may_stay && f->loader.is_stub &&
        flasher_set_baud(f, LOADER_BAUD) != ERR_NONE)
        flasher_say(f, "the chip no longer answers");
    if (!f->is_gone)
        leave(f, result);
    link_close(f->link);
    f->link = NULL;
}

static enum err finish(struct flasher *f, enum err e)
{
    if (e == ERR_PORT_GONE || e == ERR_TIMEOUT || e == ERR_NO_ANSWER)
        f->is_gone = true;
    return name_port(f, e);
}

/* ---- operations ---- */

static enum err check_range(struct flasher *f, uint32_t address, uint32_t size,
                            enum err e)
{
    if (address <= f->chip.flash_size && size <= f->chip.flash_size - address)
        return ERR_NONE;
    return flasher_fail(f, e, "0x%05x bytes at 0x%05x; the flash has 0x%05x",
                        (unsigned)size, (unsigned)address,
                        (unsigned)f->chip.flash_size);
}

static uint32_t step_at(uint32_t address, uint32_t left)
{
    /* Up to the next 64 KB border, so that whole blocks are erased as such. */
    uint32_t n = FLASHER_STEP - address % FLASHER_STEP;
    return n < left ? n : left;
}

enum err flasher_read(struct flasher *f, uint32_t address, uint8_t *out,
                      uint32_t size)
{
    uint8_t odd[4];
    uint32_t whole = size & ~3u;
    enum err e = check_range(f, address, size, ERR_BAD_RANGE);
    if (e == ERR_NONE && address % 4 != 0)
        return flasher_fail(f, ERR_NOT_ALIGNED, "read from 0x%05x",
                            (unsigned)address);
    for (uint32_t at = 0; at < whole && e == ERR_NONE;) {
        uint32_t n = step_at(address + at, whole - at);
        flasher_progress(f, "read", at, size);
        e = f->path->read(f, address + at, out + at, n);
        at += n;
    }
    if (e == ERR_NONE && whole < size) {
        e = f->path->read(f, address + whole, odd, 4);
        memcpy(out + whole, odd, size - whole);
    }
    if (e == ERR_NONE)
        flasher_progress(f, "read", size, size);
    return finish(f, e);
}

enum err flasher_erase(struct flasher *f, uint32_t address, uint32_t size)
{
    enum err e = check_range(f, address, size, ERR_BAD_RANGE);
    if (e == ERR_NONE && (address | size) % FLASH_SECTOR_SIZE != 0)
        return flasher_fail(f, ERR_NOT_ALIGNED, "0x%05x bytes at 0x%05x",
                            (unsigned)size, (unsigned)address);
    for (uint32_t at = 0; at < size && e == ERR_NONE;) {
        uint32_t n = step_at(address + at, size - at);
        flasher_progress(f, "erase", at, size);
        e = f->path->erase(f, address + at, n);
        at += n;
    }
    if (e == ERR_NONE)
        flasher_progress(f, "erase", size, size);
    return finish(f, e);
}

enum err flasher_erase_chip(struct flasher *f)
{
    flasher_progress(f, "erase", 0, f->chip.flash_size);
    enum err e = f->path->erase_chip(f);
    if (e == ERR_NONE)
        flasher_progress(f, "erase", f->chip.flash_size, f->chip.flash_size);
    return finish(f, e);
}

void flasher_md5(const uint8_t *bytes, size_t size, uint8_t md5[16])
{
    if (!EVP_Digest(bytes, size, md5, NULL, EVP_md5(), NULL))
        memset(md5, 0, 16);
}

enum err flasher_verify(struct flasher *f, uint32_t address,
                        const uint8_t *bytes, uint32_t size)
{
    uint8_t want[16], have[16];
    enum err e = check_range(f, address, size, ERR_IMAGE_TOO_LARGE);
    if (e == ERR_NONE)
        e = f->path->digest(f, address, size, have);
    flasher_md5(bytes, size, want);
    if (e == ERR_NONE && memcmp(want, have, sizeof(want)) != 0)
        return flasher_fail(f, ERR_MISMATCH, "0x%05x bytes at 0x%05x",
                            (unsigned)size, (unsigned)address);
    return finish(f, e);
}

static bool is_blank(const uint8_t *bytes, uint32_t size)
{
    for (uint32_t i = 0; i < size; i++) {
        if (bytes[i] != 0xFF)
            return false;
    }
    return true;
}

/* One sector; erased ones need no FF written. The tail is filled up with FF. */
static enum err write_sector(struct flasher *f, uint32_t address,
                             const uint8_t *bytes, uint32_t size)
{
    uint8_t padded[FLASH_SECTOR_SIZE];
    if (is_blank(bytes, size))
        return ERR_NONE;
    memcpy(padded, bytes, size);
    memset(padded + size, 0xFF, sizeof(padded) - size);
    return f->path->write(f, address, padded, (size + 3u) & ~3u);
}

static enum err write_all(struct flasher *f, uint32_t address,
                          const uint8_t *bytes, uint32_t size)
{
    enum err e = ERR_NONE;
    for (uint32_t at = 0; at < size && e == ERR_NONE; at += FLASH_SECTOR_SIZE) {
        uint32_t n =
            size - at < FLASH_SECTOR_SIZE ? size - at : FLASH_SECTOR_SIZE;
        flasher_progress(f, "write", at, size);
        e = write_sector(f, address + at, bytes + at, n);
    }
    if (e == ERR_NONE)
        flasher_progress(f, "write", size, size);
    return e;
}

enum err flasher_write(struct flasher *f, uint32_t address,
                       const uint8_t *bytes, uint32_t size)
{
    uint32_t sectors =
        (size + FLASH_SECTOR_SIZE - 1) & ~(FLASH_SECTOR_SIZE - 1);
    enum err e = check_range(f, address, size, ERR_IMAGE_TOO_LARGE);
    if (e != ERR_NONE)
        return e;
    if (address % FLASH_SECTOR_SIZE != 0)
        return flasher_fail(f, ERR_NOT_ALIGNED, "write to 0x%05x",
                            (unsigned)address);
    f->is_incomplete = true;
    e = flasher_erase(f, address, sectors);
    if (e == ERR_NONE)
        e = finish(f, write_all(f, address, bytes, size));
    if (e == ERR_NONE)
        e = flasher_verify(f, address, bytes, size);
    f->is_incomplete = e != ERR_NONE;
    return e;
}
