/* Writing by the boot ROM alone. What is erased goes through the SPI registers:
 * the ROM's own erase rubs out up to twice of what it is told (chip.md A4).
 * What is programmed goes through the ROM, in packets whose addresses and sizes
 * have no check. So the sectors are written from the last to the first: a
 * damaged size erases what lies behind a sector, where a look finds it, and a
 * damaged address leaves the sector itself blank. */
#include "tool/flasher_private.h"

#include <string.h>

#include "format/bytes.h"
#include "format/flash_map.h"

#define FLASH_ERASE_SECTOR 0x20u
#define FLASH_ERASE_BLOCK 0xD8u
#define STATUS_WRITE_ENABLED 2u

#define BLOCK_SECTORS (FLASH_BLOCK_SIZE / FLASH_SECTOR_SIZE)
#define BLOCK_LARGE 1024u
#define BLOCK_SMALL 128u
#define BLOCK_MS 1000u /* 1 KB takes 90 ms at 115200 baud, its pages 20 */
#define TRIES 16
#define INVALID_MAX 3
#define ERASE_TRIES 3
#define RECONNECTS 8
#define PIECE 64u
#define WITNESS_PIECES 8u

/* ---- erase ---- */

/* A sector, or a block of sixteen. The flash takes the permission to write away
 * when it has erased: that it has is so proved. */
static enum err erase_at(struct flasher *f, uint32_t address, bool is_block)
{
    const struct spi_command command = {.opcode = is_block ? FLASH_ERASE_BLOCK
                                                           : FLASH_ERASE_SECTOR,
                                        .address_size = 3,
                                        .address = address};
    uint32_t status = STATUS_WRITE_ENABLED;
    enum err e = spi_save(f);
    for (int i = 0; e == ERR_NONE && (status & STATUS_WRITE_ENABLED); i++) {
        if (i == ERASE_TRIES)
            return flasher_fail(f, ERR_FLASH_FAILED,
                                "sector 0x%05x can't be erased: it is "
                                "protected, or worn out",
                                (unsigned)address);
        e = spi_change(f, &command);
        if (e == ERR_NONE)
            e = rom_wait_idle(f, &status);
    }
    return e == ERR_NONE ? spi_restore(f) : e;
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
        for (int k = 0; k < RECONNECTS && e == ERR_TIMEOUT; k++) {
            e = rom_reconnect(f);
            if (e == ERR_NONE)
                e = erase_at(f, sectors[i].address, is_whole);
        }
        i += is_whole ? BLOCK_SECTORS : 1u;
    }
    return e;
}

/* ---- program ---- */

struct run {
    struct flasher *f;
    const uint8_t *bytes;
    uint32_t size, done, block;
    uint32_t seq; /* that the ROM expects */
};

/* An area outside of the flash is none of ours. */
static bool has_failed(const struct loader *l)
{
    return l->error == ROM_FAILED;
}

/* Nothing is erased here (size 0): erase_at has done it, to the sector. */
static enum err begin(struct run *r, uint32_t address)
{
    uint8_t data[16];
    const struct loader_request rq = {ROM_FLASH_BEGIN, data, 16, 0, BLOCK_MS};
    put_u32le(data, 0);
    put_u32le(data + 4, (r->size + r->block - 1) / r->block);
    put_u32le(data + 8, r->block);
    put_u32le(data + 12, address);
    return loader_insist(&r->f->loader, &rq, NULL, has_failed);
}

static enum err send_once(struct run *r, uint32_t n)
{
    uint8_t data[16 + BLOCK_LARGE] = {0};
    put_u32le(data, n);
    put_u32le(data + 4, r->seq);
    memcpy(data + 16, r->bytes + r->done, n);
    const struct loader_request rq = {ROM_FLASH_DATA, data, 16 + n,
                                      loader_checksum(data + 16, n), BLOCK_MS};
    return loader_command(&r->f->loader, &rq, NULL);
}

/* The ROM counts a block before it checks it (chip.md A4): one that was bad
 * goes again under the next number. One that it calls invalid after an answer
 * got lost was taken: if not, the sector reads back wrong. So it does where the
 * ROM says that the flash has not taken it. */
static enum err send_block(struct run *r)
{
    struct loader *l = &r->f->loader;
    uint32_t left = r->size - r->done;
    uint32_t n = left < r->block ? left : r->block;
    bool is_unknown = false;
    enum err e = ERR_TIMEOUT;
    for (int i = 0, invalid = 0; i < TRIES && invalid < INVALID_MAX; i++) {
        e = send_once(r, n);
        bool is_invalid = e == ERR_CHIP_REFUSED && l->error == ROM_INVALID;
        bool is_bad = e == ERR_CHIP_REFUSED && l->error == ROM_WRITE_FAILED;
        if (e == ERR_NONE || is_bad || (is_invalid && is_unknown)) {
            r->seq++;
            r->done += n;
            return ERR_NONE;
        }
        if (!loader_is_line_fault(l, e))
            return e;
        l->had_faults = true;
        if (e == ERR_CHIP_REFUSED && l->error == ROM_BAD_CHECK)
            r->seq++;
        else if (is_invalid)
            invalid++;
        else
            is_unknown = true;
        e = loader_resync(l);
        if (e != ERR_NONE)
            return e;
        e = ERR_TIMEOUT;
    }
    return e;
}

enum err rom_program(struct flasher *f, uint32_t address, const uint8_t *bytes,
                     uint32_t size)
{
    struct run r = {.f = f,
                    .bytes = bytes,
                    .size = size,
                    .block = f->loader.had_faults ? BLOCK_SMALL : BLOCK_LARGE};
    enum err e = begin(&r, address);
    while (r.done < size && e == ERR_NONE)
        e = send_block(&r);
    return e;
}

/* ---- look ---- */

/* Some bytes that an erase would change, behind a sector. */
struct witness {
    uint32_t address;
    uint8_t bytes[PIECE];
    bool is_there;
};

static bool is_blank(const uint8_t *bytes, uint32_t size)
{
    while (size > 0 && bytes[size - 1] == 0xFF)
        size--;
    return size == 0;
}

static enum err find_witness(struct flasher *f, uint32_t address,
                             struct witness *w)
{
    enum err e = ERR_NONE;
    w->is_there = false;
    if (address >= f->chip.flash_size)
        return ERR_NONE;
    for (unsigned i = 0; i < WITNESS_PIECES && e == ERR_NONE; i++) {
        w->address = address + i * PIECE;
        e = rom_read_piece(f, w->address, w->bytes, PIECE);
        w->is_there = e == ERR_NONE && !is_blank(w->bytes, PIECE);
        if (w->is_there)
            break;
    }
    return e;
}

static enum err ask_witness(struct flasher *f, const struct witness *w)
{
    uint8_t now[PIECE];
    if (!w->is_there)
        return ERR_NONE;
    enum err e = rom_read_piece(f, w->address, now, PIECE);
    if (e != ERR_NONE || !is_blank(now, PIECE))
        return e;
    f->may_be_astray = true;
    return flasher_fail(f, ERR_MISMATCH,
                        "the line has damaged a command, and the boot ROM "
                        "erased more than it should, from 0x%05x on",
                        (unsigned)(w->address & ~(FLASH_SECTOR_SIZE - 1)));
}

/* *wrong: how many bytes are other ones. What comes has no check, so a piece
 * with one is looked at again. */
static enum err count_wrong(struct flasher *f, const struct flash_sector *s,
                            uint32_t *wrong)
{
    uint8_t bytes[PIECE];
    enum err e = ERR_NONE;
    *wrong = 0;
    for (uint32_t at = 0; at < FLASH_SECTOR_SIZE && e == ERR_NONE;
         at += PIECE) {
        e = rom_read_once(f, s->address + at, bytes, PIECE);
        if (e == ERR_NONE && flasher_count_wrong(s, at, bytes, PIECE) > 0)
            e = rom_read_piece(f, s->address + at, bytes, PIECE);
        if (e == ERR_NONE)
            *wrong += flasher_count_wrong(s, at, bytes, PIECE);
    }
    return e;
}

/* ---- a sector ---- */

static enum err write_once(struct flasher *f, const struct flash_sector *s,
                           uint32_t *wrong)
{
    uint8_t padded[FLASH_SECTOR_SIZE];
    struct witness witness;
    memcpy(padded, s->bytes, s->size);
    memset(padded + s->size, 0xFF, sizeof(padded) - s->size);
    enum err e = find_witness(f, s->address + FLASH_SECTOR_SIZE, &witness);
    if (e == ERR_NONE)
        e = rom_program(f, s->address, padded, sizeof(padded));
    if (e == ERR_NONE)
        e = ask_witness(f, &witness);
    return e == ERR_NONE ? count_wrong(f, s, wrong) : e;
}

/* What reads back wrong is erased and written again: twice in all, on a bad
 * line more often. Where hardly anything of it came to be the first time, and
 * all of it later, it was written elsewhere before. */
static enum err write_data(struct flasher *f, const struct flash_sector *s)
{
    uint32_t wrong = 0, first = 0;
    enum err e = write_once(f, s, &wrong);
    first = wrong;
    for (int i = 1; wrong > 0 && e == ERR_NONE; i++) {
        if (i >= (f->loader.had_faults ? TRIES : 2))
            return flasher_bad_sector(f, s->address, wrong);
        e = erase_at(f, s->address, false);
        if (e == ERR_NONE)
            e = write_once(f, s, &wrong);
    }
    f->may_be_astray |= e == ERR_NONE && first > s->size / 2;
    return e;
}

/* Of one that is only erased, the flash chip's own status is the proof. */
static enum err write_sector(struct flasher *f, const struct flash_sector *s)
{
    uint32_t wrong = 0;
    enum err e = ERR_NONE;
    if (s->bytes)
        return write_data(f, s);
    if (f->loader.had_faults)
        e = count_wrong(f, s, &wrong);
    if (e == ERR_NONE && wrong > 0)
        return flasher_fail(f, ERR_FLASH_FAILED,
                            "sector 0x%05x is not blank after its erase",
                            (unsigned)s->address);
    return e;
}

/* From the end to the start, so that a device whose power goes in the middle
 * does not start half a program, either. */
enum err rom_write(struct flasher *f, const struct flash_sector *sectors,
                   unsigned count)
{
    const struct flash_sector *last = &sectors[count - 1];
    uint32_t total = count * FLASH_SECTOR_SIZE;
    const char *what = f->is_erase ? "erase" : "write";
    enum err e = erase_all(f, sectors, count);
    f->good_until = f->good_from = last->address + last->size;
    for (unsigned i = count; i-- > 0 && e == ERR_NONE;) {
        flasher_progress(f, what, total - (i + 1) * FLASH_SECTOR_SIZE, total);
        e = write_sector(f, &sectors[i]);
        for (int k = 0; k < RECONNECTS && e == ERR_TIMEOUT; k++) {
            e = rom_reconnect(f);
            if (e == ERR_NONE)
                e = erase_at(f, sectors[i].address, false);
            if (e == ERR_NONE)
                e = write_sector(f, &sectors[i]);
        }
        if (e == ERR_NONE)
            f->good_from = sectors[i].address;
    }
    if (e == ERR_NONE && f->may_be_astray)
        return flasher_fail(f, ERR_MISMATCH,
                            "the line has damaged an address: all is where it "
                            "belongs, but a part of it is elsewhere, too");
    f->may_be_astray |= e != ERR_NONE && f->loader.had_faults;
    if (e == ERR_NONE)
        flasher_progress(f, what, total, total);
    return e;
}
