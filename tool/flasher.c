#include "tool/flasher_private.h"

#include <openssl/evp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "format/crc32.h"
#include "format/flash_map.h"

#define LOADER_BAUD 115200u
#define BANNER_WAIT_MS 300u
#define STARTS 1 /* besides the first */
#define STARTS_BAD_LINE 8
#define STARTS_BY_HAND 2 /* on such a line, where a person may be asked */

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
    return flasher_fail(
        f, e, "%s, %u baud, %s%s", f->config.port, f->baud,
        f->path ? f->path->name : "ROM",
        f->loader.had_faults ? "; the line loses or changes bytes" : "");
}

bool flasher_has_stub(const struct flasher *f)
{
    return f->path == &stub_path;
}

/* ---- open and close ---- */

static enum err start_once(struct flasher *f)
{
    enum err e = flasher_connect(f);
    f->has_answered = e == ERR_NONE;
    if (e == ERR_NONE)
        e = flasher_check_chip(f);
    if (f->config.before == BEFORE_NO_SYNC &&
        loader_is_line_fault(&f->loader, e))
        return flasher_fail(f, ERR_NO_ANSWER,
                            "%s: no loader answers at %u baud; --before "
                            "no-reset-no-sync goes on where another command "
                            "has left one running: try without it",
                            f->config.port, f->baud);
    if (e == ERR_NONE && !f->config.is_rom_only)
        e = flasher_start_stub(f);
    if (e == ERR_NONE)
        e = flasher_identify(f);
    return e;
}

/* Is it what a bad line, or a stub that was damaged on its way, makes? */
static bool may_help_again(const struct flasher *f, enum err e)
{
    return loader_is_line_fault(&f->loader, e) || e == ERR_STUB ||
           e == ERR_PROTOCOL || e == ERR_CHIP_REFUSED;
}

/* From the beginning, with the chip back in its ROM. */
static enum err begin_again(struct flasher *f)
{
    f->detail[0] = '\0';
    f->path = &rom_path;
    f->loader.is_stub = false;
    f->loader.is_careful = true;
    f->uart_hz = 0;
    f->has_spi_saved = false;
    enum err e = f->link->ops->set_baud(f->link, f->first_baud);
    f->baud = f->first_baud;
    loader_discard(&f->loader);
    if (e == ERR_NONE)
        e = start_once(f);
    return e;
}

/* Besides the first one; a line shows only in time that it is bad. */
static int most_starts(const struct flasher *f)
{
    if (!f->loader.had_faults)
        return STARTS;
    return f->link->has_lines ? STARTS_BAD_LINE : STARTS_BY_HAND;
}

static enum err start(struct flasher *f)
{
    enum err e = start_once(f);
    for (int i = 0; i < most_starts(f) && may_help_again(f, e); i++)
        e = begin_again(f);
    /* Without a program of ours, then. */
    if (!f->config.is_rom_only && may_help_again(f, e)) {
        flasher_say(f, "pogo's program does not start in the chip; going on "
                       "with the boot ROM alone, which is slower");
        f->config.is_rom_only = true;
        e = begin_again(f);
    }
    return name_port(f, e);
}

static enum err open_link(struct flasher *f)
{
    f->link = f->config.link;
    if (f->link)
        return f->link->ops->set_baud(f->link, f->baud);
    return link_open(f->config.port, f->baud, &f->link, f->detail,
                     sizeof(f->detail));
}

static void leave_link(struct flasher *f)
{
    if (!f->config.link)
        link_close(f->link);
    f->link = NULL;
}

enum err flasher_open(struct flasher *f, const struct flasher_config *config)
{
    memset(f, 0, sizeof(*f));
    f->config = *config;
    f->path = &rom_path;
    f->baud = LOADER_BAUD;
    if (config->baud != 0 && config->baud < LOADER_BAUD)
        f->baud = config->baud;
    f->first_baud = f->baud;
    enum err e = open_link(f);
    if (e != ERR_NONE)
        return e;
    loader_init(&f->loader, f->link);
    e = start(f);
    if (e != ERR_NONE)
        leave_link(f);
    return e;
}

/* Until it loses its power the chip stays in download mode, whatever restarts
 * it. That is no hurry where nothing was written: the next command finds it. */
static void tell_to_restart(struct flasher *f)
{
    bool has_written = f->sectors > 0;
    flasher_say(f,
                "%s. Never with mains connected: disconnect the 3.3 V and "
                "connect it again%s.",
                has_written ? "Now release the button"
                            : "The chip stays in download mode for the next "
                              "command. To leave it release the button",
                has_written ? "; until then the chip stays in download mode, "
                              "whatever restarts it"
                            : "");
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
    return f->loader.heard.bytes > 0;
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

struct link *flasher_leave(struct flasher *f, enum err result)
{
    struct link *link = f->link;
    if (!link)
        return NULL;
    /* A stub that stays must be found at the usual speed by the next command.
     */
    bool may_stay = f->config.after == AFTER_NO_RESET || f->has_asked ||
                    !f->link->has_lines;
    if (!f->is_gone && may_stay && f->loader.is_stub &&
        flasher_set_baud(f, LOADER_BAUD) != ERR_NONE)
        flasher_say(f, "the chip no longer answers");
    if (!f->is_gone)
        leave(f, result);
    f->link = NULL;
    return link;
}

void flasher_close(struct flasher *f, enum err result)
{
    struct link *link = flasher_leave(f, result);
    if (!f->config.link)
        link_close(link);
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

enum err flasher_read(struct flasher *f, uint32_t address, uint8_t *out,
                      uint32_t size)
{
    uint8_t odd[4];
    uint32_t whole = size & ~3u;
    enum err e = check_range(f, address, size, ERR_BAD_RANGE);
    if (e == ERR_NONE && address % 4 != 0)
        return flasher_fail(f, ERR_NOT_ALIGNED, "read from 0x%05x",
                            (unsigned)address);
    if (e == ERR_NONE && whole > 0)
        e = f->path->read(f, address, out, whole);
    if (e == ERR_NONE && whole < size) {
        e = f->path->read(f, address + whole, odd, 4);
        memcpy(out + whole, odd, size - whole);
    }
    return finish(f, e);
}

/* ---- sectors ---- */

static bool is_blank(const uint8_t *bytes, uint32_t size)
{
    for (uint32_t i = 0; i < size; i++) {
        if (bytes[i] != 0xFF)
            return false;
    }
    return true;
}

uint32_t flasher_sector_crc(const struct flash_sector *sector)
{
    uint8_t all[FLASH_SECTOR_SIZE];
    memset(all, 0xFF, sizeof(all));
    if (sector->bytes)
        memcpy(all, sector->bytes, sector->size);
    return crc32_update(0, all, sizeof(all));
}

/* The sectors of a range; bytes NULL: to be erased. */
static struct flash_sector *cut_up(uint32_t address, const uint8_t *bytes,
                                   uint32_t size, unsigned *count)
{
    unsigned n = (size + FLASH_SECTOR_SIZE - 1) / FLASH_SECTOR_SIZE;
    struct flash_sector *sectors = calloc(n + 1u, sizeof(*sectors));
    for (unsigned i = 0; i < n && sectors; i++) {
        uint32_t at = i * FLASH_SECTOR_SIZE, left = size - at;
        sectors[i] = (struct flash_sector){
            address + at, bytes ? bytes + at : NULL,
            left < FLASH_SECTOR_SIZE ? left : FLASH_SECTOR_SIZE};
        if (bytes && is_blank(bytes + at, sectors[i].size))
            sectors[i].bytes = NULL;
    }
    *count = n;
    return sectors;
}

/* Take out what is on the flash already. Returns how many are left. */
static unsigned leave_out(struct flash_sector *sectors, unsigned count,
                          const uint32_t *crc)
{
    unsigned left = 0;
    for (unsigned i = 0; i < count; i++) {
        if (flasher_sector_crc(&sectors[i]) != crc[i])
            sectors[left++] = sectors[i];
    }
    return left;
}

/* A look at some of them: when none holds what it should, all are written
 * without a look at the others, which takes 2 ms for each. On a slow line that
 * is nothing. */
#define LOOKS 4u
#define SLOW_BAUD 230400u

static enum err is_any_same(struct flasher *f,
                            const struct flash_sector *sectors, unsigned count,
                            bool *is_any)
{
    const struct flash_sector *look[LOOKS];
    uint32_t address[LOOKS], crc[LOOKS];
    *is_any = count <= LOOKS || f->baud <= SLOW_BAUD;
    if (*is_any)
        return ERR_NONE;
    for (unsigned i = 0; i < LOOKS; i++) {
        look[i] = &sectors[i * (count - 1) / (LOOKS - 1)];
        address[i] = look[i]->address;
    }
    enum err e = stub_looks(f, address, LOOKS, crc);
    for (unsigned i = 0; i < LOOKS && e == ERR_NONE; i++)
        *is_any |= flasher_sector_crc(look[i]) == crc[i];
    return e;
}

/* *count becomes what has to be written. The ROM would need longer to read the
 * flash than to write it. */
static enum err only_changed(struct flasher *f, struct flash_sector *sectors,
                             unsigned *count)
{
    bool is_any = false;
    if (f->path == &rom_path)
        return ERR_NONE;
    enum err e = is_any_same(f, sectors, *count, &is_any);
    if (e != ERR_NONE || !is_any)
        return e;
    uint32_t *crc = calloc(*count, sizeof(*crc));
    if (!crc)
        return ERR_MEMORY;
    e = f->path->digests(f, sectors[0].address, *count * FLASH_SECTOR_SIZE,
                         crc);
    if (e == ERR_NONE)
        *count = leave_out(sectors, *count, crc);
    free(crc);
    return e;
}

static enum err put(struct flasher *f, uint32_t address, const uint8_t *bytes,
                    uint32_t size)
{
    struct flash_sector *sectors = cut_up(address, bytes, size, &f->sectors);
    unsigned count = f->sectors;
    f->same_sectors = 0;
    f->write_from = f->good_from = f->good_until = address;
    f->write_until = address + size;
    f->is_erase = !bytes;
    f->is_incomplete = true;
    if (!sectors)
        return ERR_MEMORY;
    enum err e = count > 0 ? only_changed(f, sectors, &count) : ERR_NONE;
    if (e == ERR_NONE && count > 0)
        e = flasher_unprotect(f);
    if (e == ERR_NONE && count > 0) {
        f->has_begun = true;
        f->good_until = sectors[0].address;
        e = f->path->write(f, sectors, count);
    }
    if (e == ERR_NONE) {
        f->same_sectors = f->sectors - count;
        f->good_until = address + size;
    }
    free(sectors);
    f->is_incomplete = e != ERR_NONE;
    return finish(f, e);
}

enum err flasher_erase(struct flasher *f, uint32_t address, uint32_t size)
{
    enum err e = check_range(f, address, size, ERR_BAD_RANGE);
    if (e == ERR_NONE && (address | size) % FLASH_SECTOR_SIZE != 0)
        return flasher_fail(f, ERR_NOT_ALIGNED, "0x%05x bytes at 0x%05x",
                            (unsigned)size, (unsigned)address);
    return e == ERR_NONE ? put(f, address, NULL, size) : e;
}

enum err flasher_erase_chip(struct flasher *f)
{
    return flasher_erase(f, 0, f->chip.flash_size);
}

void flasher_md5(const uint8_t *bytes, size_t size, uint8_t md5[16])
{
    if (!EVP_Digest(bytes, size, md5, NULL, EVP_md5(), NULL))
        memset(md5, 0, 16);
}

enum err flasher_verify(struct flasher *f, uint32_t address,
                        const uint8_t *bytes, uint32_t size)
{
    unsigned count = (size + FLASH_SECTOR_SIZE - 1) / FLASH_SECTOR_SIZE;
    enum err e = check_range(f, address, size, ERR_IMAGE_TOO_LARGE);
    uint32_t *crc = e == ERR_NONE ? calloc(count + 1u, sizeof(*crc)) : NULL;
    if (e == ERR_NONE && !crc)
        e = ERR_MEMORY;
    if (e == ERR_NONE)
        e = f->path->digests(f, address, size, crc);
    for (unsigned i = 0; i < count && e == ERR_NONE; i++) {
        uint32_t at = i * FLASH_SECTOR_SIZE, left = size - at;
        uint32_t n = left < FLASH_SECTOR_SIZE ? left : FLASH_SECTOR_SIZE;
        if (crc32_update(0, bytes + at, n) == crc[i])
            continue;
        f->differs_at = address + at;
        e = flasher_fail(f, ERR_MISMATCH,
                         "0x%05x bytes at 0x%05x: other bytes from 0x%05x on",
                         (unsigned)size, (unsigned)address,
                         (unsigned)f->differs_at);
    }
    free(crc);
    return finish(f, e);
}

enum err flasher_write(struct flasher *f, uint32_t address,
                       const uint8_t *bytes, uint32_t size)
{
    enum err e = check_range(f, address, size, ERR_IMAGE_TOO_LARGE);
    if (e != ERR_NONE)
        return e;
    if (address % FLASH_SECTOR_SIZE != 0)
        return flasher_fail(f, ERR_NOT_ALIGNED, "write to 0x%05x",
                            (unsigned)address);
    return put(f, address, bytes, size);
}

static void account_for(const struct flasher *f, char *out, size_t room)
{
    unsigned from = f->write_from, until = f->write_until - 1;
    if (!f->has_begun)
        snprintf(out, room, "nothing was changed yet");
    else if (f->is_erase)
        snprintf(out, room, "0x%05x to 0x%05x may be blank in part", from,
                 until);
    else if (f->good_until == f->good_from)
        snprintf(out, room, "no part of it is known to be there");
    else if (f->good_from == from && f->good_until - 1 == until)
        snprintf(out, room, "all of it is there");
    else
        snprintf(out, room, "0x%05x to 0x%05x hold it, the rest does not",
                 (unsigned)f->good_from, (unsigned)f->good_until - 1);
}

void flasher_account(const struct flasher *f, char out[FLASHER_ACCOUNT])
{
    char there[96];
    account_for(f, there, sizeof(there));
    snprintf(out, FLASHER_ACCOUNT, "%s%s", there,
             f->may_be_astray ? ", and other places may have changed" : "");
}
