/* The flash by way of our stub (tool/stub/): fast, and every frame carries a
 * CRC-32. Also starts the stub and changes the speed. */
#include "tool/flasher.h"

#include <string.h>

#include "format/bytes.h"
#include "format/crc32.h"
#include "format/flash_map.h"
#include "tool/stub/blob.h"
#include "tool/stub/protocol.h"

#define UART_CLKDIV 0x60000014u
#define TRIES 3
#define SYNC_TIMEOUT_MS 150u
#define BAUD_SYNCS 6
#define BAUD_LOW 230400u
#define QUIET_MS 3500u /* the stub gives up a read after 3 s */
#define ERASE_TIMEOUT_MS 10000u
#define ERASE_CHIP_TIMEOUT_MS 120000u
#define MD5_TIMEOUT_MS 30000u

/* A command whose arguments are numbers. */
static enum err ask(struct flasher *f, uint8_t op, uint32_t a, uint32_t b,
                    unsigned timeout_ms, size_t *got)
{
    uint8_t data[8];
    put_u32le(data, a);
    put_u32le(data + 4, b);
    return loader_command(
        &f->loader, &(struct loader_request){op, data, 8, 0, timeout_ms}, got);
}

static bool is_worth_retry(const struct flasher *f, enum err e)
{
    return e == ERR_TIMEOUT ||
           (e == ERR_CHIP_REFUSED && f->loader.error == STUB_BAD_CRC) ||
           (e == ERR_CHIP_REFUSED && f->loader.error == STUB_BAD_LENGTH);
}

/* The same, again after a lost or damaged frame: all of them can be. */
static enum err ask_again(struct flasher *f, uint8_t op, uint32_t a, uint32_t b,
                          unsigned timeout_ms, size_t *got)
{
    enum err e = ERR_TIMEOUT;
    for (int i = 0; i < TRIES; i++) {
        e = ask(f, op, a, b, timeout_ms, got);
        if (!is_worth_retry(f, e))
            break;
        loader_discard(&f->loader);
    }
    if (e == ERR_CHIP_REFUSED && f->loader.error == STUB_FLASH_ERROR)
        return flasher_fail(f, ERR_FLASH_FAILED, "at address 0x%05x",
                            (unsigned)a);
    return e;
}

static enum err stub_write(struct flasher *f, uint32_t address,
                           const uint8_t *bytes, uint32_t size)
{
    uint8_t data[4 + STUB_WRITE_MAX];
    enum err e = ERR_NONE;
    for (uint32_t at = 0; at < size && e == ERR_NONE;) {
        uint32_t n = size - at < STUB_WRITE_MAX ? size - at : STUB_WRITE_MAX;
        struct loader_request rq = {STUB_WRITE, data, 4 + n, 0,
                                    LOADER_TIMEOUT_MS};
        put_u32le(data, address + at);
        memcpy(data + 4, bytes + at, n);
        /* Programming the same bytes twice changes nothing. */
        e = ERR_TIMEOUT;
        for (int i = 0; i < TRIES; i++) {
            e = loader_command(&f->loader, &rq, NULL);
            if (!is_worth_retry(f, e))
                break;
        }
        at += n;
    }
    if (e == ERR_CHIP_REFUSED && f->loader.error == STUB_FLASH_ERROR)
        return flasher_fail(f, ERR_FLASH_FAILED, "at address 0x%05x",
                            (unsigned)address);
    return e;
}

static enum err send_ack(struct flasher *f, uint32_t count)
{
    uint8_t ack[4];
    put_u32le(ack, count);
    return loader_send(&f->loader, ack, sizeof(ack));
}

static bool is_chunk(const struct loader *l, uint32_t address, uint32_t n)
{
    return l->slip.size == n + 8 && get_u32le(l->frame) == address &&
           get_u32le(l->frame + n + 4) == crc32_update(0, l->frame, n + 4);
}

/* Frames until all is there; *done tells how far it came. ERR_PROTOCOL when a
 * frame was bad or missing: the stub is then to be stopped. */
static enum err read_stream(struct flasher *f, uint32_t address, uint8_t *out,
                            uint32_t size, uint32_t *done)
{
    uint32_t start = *done;
    while (*done < size) {
        uint32_t left = size - *done;
        uint32_t n = left < STUB_READ_CHUNK ? left : STUB_READ_CHUNK;
        enum err e = loader_frame(&f->loader, LOADER_TIMEOUT_MS);
        if (e != ERR_NONE)
            return e == ERR_TIMEOUT ? ERR_PROTOCOL : e;
        if (!is_chunk(&f->loader, address + *done, n))
            return ERR_PROTOCOL;
        memcpy(out + *done, f->loader.frame + 4, n);
        *done += n;
        e = send_ack(f, *done - start);
        if (e != ERR_NONE)
            return e;
    }
    return ERR_NONE;
}

/* The stub's reply follows the last ack; left on the line it would be taken for
 * the next command's. What it says does not matter: CRCs have proven the data.
 * A stub that missed the ack sends it late. */
static enum err take_reply(struct flasher *f)
{
    enum err e = loader_frame(&f->loader, QUIET_MS);
    return e == ERR_TIMEOUT || e == ERR_PROTOCOL ? ERR_NONE : e;
}

static enum err read_from(struct flasher *f, uint32_t address, uint8_t *out,
                          uint32_t size, uint32_t *done)
{
    uint8_t request[16] = {0, STUB_READ, 8, 0};
    put_u32le(request + 8, address + *done);
    put_u32le(request + 12, size - *done);
    put_u32le(request + 4, crc32_update(0, request + 8, 8));
    enum err e = loader_send(&f->loader, request, sizeof(request));
    if (e == ERR_NONE)
        e = read_stream(f, address, out, size, done);
    return e == ERR_NONE ? take_reply(f) : e;
}

/* Stop a read that went wrong, and wait until the stub listens again. */
static enum err stop_read(struct flasher *f)
{
    enum err e = send_ack(f, STUB_READ_ABORT);
    f->link->ops->sleep(f->link, QUIET_MS);
    loader_discard(&f->loader);
    return e == ERR_NONE ? loader_sync(&f->loader, LOADER_TIMEOUT_MS) : e;
}

static enum err stub_read(struct flasher *f, uint32_t address, uint8_t *out,
                          uint32_t size)
{
    uint32_t done = 0;
    enum err e = ERR_NONE;
    for (int i = 0; i < TRIES && done < size; i++) {
        e = read_from(f, address, out, size, &done);
        if (e != ERR_PROTOCOL)
            break;
        e = stop_read(f);
        if (e != ERR_NONE)
            break;
        e = ERR_PROTOCOL;
    }
    return e;
}

static enum err stub_erase(struct flasher *f, uint32_t address, uint32_t size)
{
    return ask_again(f, STUB_ERASE, address, size, ERASE_TIMEOUT_MS, NULL);
}

static enum err stub_erase_chip(struct flasher *f)
{
    return ask_again(f, STUB_ERASE_CHIP, 0, 0, ERASE_CHIP_TIMEOUT_MS, NULL);
}

static enum err stub_digest(struct flasher *f, uint32_t address, uint32_t size,
                            uint8_t md5[16])
{
    size_t got = 0;
    enum err e = ask_again(f, STUB_MD5, address, size, MD5_TIMEOUT_MS, &got);
    if (e == ERR_NONE && got != 16)
        return ERR_PROTOCOL;
    if (e == ERR_NONE)
        memcpy(md5, f->loader.frame + 8, 16);
    return e;
}

static enum err stub_restart(struct flasher *f)
{
    return ask(f, STUB_RESET, 0, 0, LOADER_TIMEOUT_MS, NULL);
}

const struct flash_path stub_path = {
    .name = "stub",
    .read = stub_read,
    .write = stub_write,
    .erase = stub_erase,
    .erase_chip = stub_erase_chip,
    .digest = stub_digest,
    .restart = stub_restart,
};

/* ---- start and speed ---- */

static bool answers(struct flasher *f)
{
    for (int i = 0; i < BAUD_SYNCS; i++) {
        if (loader_sync(&f->loader, SYNC_TIMEOUT_MS) == ERR_NONE)
            return f->loader.is_stub;
    }
    return false;
}

/* ERR_STUB: the line does not carry it; both sides are back at the old rate. */
static enum err try_baud(struct flasher *f, unsigned baud)
{
    uint32_t divider;
    struct link *link = f->link;
    enum err e = loader_read_reg(&f->loader, UART_CLKDIV, &divider);
    if (e != ERR_NONE)
        return e;
    /* By proportion: right whatever the crystal. */
    uint64_t clock = (uint64_t)(divider & 0xFFFFFu) * f->baud;
    e = ask(f, STUB_BAUD, (uint32_t)((clock + baud / 2) / baud), 0,
            LOADER_TIMEOUT_MS, NULL);
    if (e != ERR_NONE)
        return e;
    link->ops->sleep(link, 10);
    if (link->ops->set_baud(link, baud) == ERR_NONE) {
        loader_discard(&f->loader);
        if (answers(f)) {
            f->baud = baud;
            return ERR_NONE;
        }
    }
    e = link->ops->set_baud(link, f->baud);
    link->ops->sleep(link, 2 * STUB_BAUD_TRIAL_MS);
    loader_discard(&f->loader);
    if (e != ERR_NONE)
        return e;
    return answers(f) ? ERR_STUB : ERR_NO_ANSWER;
}

enum err flasher_set_baud(struct flasher *f, unsigned baud)
{
    while (baud != f->baud) {
        unsigned next = baud > BAUD_LOW ? BAUD_LOW : f->baud;
        enum err e = try_baud(f, baud);
        if (e != ERR_STUB)
            return e;
        flasher_say(f, "the line does not carry %u baud; going on with %u",
                    baud, next);
        baud = next;
    }
    return ERR_NONE;
}

static enum err upload(struct flasher *f)
{
    const struct stub_blob *b = &stub_blob;
    enum err e =
        loader_upload(&f->loader, b->text_address, b->bytes, b->text_size);
    if (e == ERR_NONE && b->data_size > 0)
        e = loader_upload(&f->loader, b->data_address, b->bytes + b->text_size,
                          b->data_size);
    if (e == ERR_NONE)
        e = loader_start(&f->loader, b->entry);
    return e;
}

enum err flasher_start_stub(struct flasher *f)
{
    enum err e = ERR_NONE;
    if (!f->loader.is_stub) {
        e = upload(f);
        /* The greeting may have come together with the last answer. */
        if (e == ERR_NONE || e == ERR_TIMEOUT)
            e = answers(f) ? ERR_NONE : ERR_STUB;
    }
    if (e == ERR_NONE)
        e = ask(f, STUB_FLASH_SIZE, f->chip.flash_size, 0, LOADER_TIMEOUT_MS,
                NULL);
    if (e != ERR_NONE)
        return e;
    f->path = &stub_path;
    return flasher_set_baud(f, f->config.baud ? f->config.baud : FLASHER_BAUD);
}
