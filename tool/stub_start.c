/* Our stub into the chip: the first stage through the boot ROM, then the speed,
 * then the second stage at that speed. */
#include "tool/flasher_private.h"

#include <string.h>

#include "format/bytes.h"
#include "tool/stub/blob.h"
#include "tool/stub/protocol.h"

#define UART_CLKDIV 0x60000014u
#define SYNC_TIMEOUT_MS 150u
#define BAUD_SYNCS 10
#define START_TRIES 3
#define CHECK_WORDS 4u /* in one request: on a bad line */
#define LOAD_LARGE 1024u
#define LOAD_SMALL 64u
#define LOAD_MS 300u
#define LOAD_TRIES 30u

static bool answers(struct flasher *f)
{
    for (int i = 0; i < BAUD_SYNCS; i++) {
        if (loader_sync(&f->loader, SYNC_TIMEOUT_MS) == ERR_NONE)
            return f->loader.is_stub;
    }
    return false;
}

/* ---- speed ---- */

/* ERR_STUB: the line does not carry it; both sides are back at the old rate. */
static enum err try_baud(struct flasher *f, unsigned baud)
{
    uint32_t divider;
    struct link *link = f->link;
    enum err e = ERR_NONE;
    if (f->uart_hz == 0) {
        e = loader_read_reg(&f->loader, UART_CLKDIV, &divider);
        f->uart_hz = (uint64_t)(divider & 0xFFFFFu) * f->baud;
    }
    if (e != ERR_NONE)
        return e;
    /* By proportion: right whatever the crystal. */
    uint32_t wanted = (uint32_t)((f->uart_hz + baud / 2) / baud);
    e = stub_ask(f, STUB_BAUD, &wanted, 1, NULL);
    if (e != ERR_NONE)
        return e;
    link->ops->sleep(link, 5);
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

/* Where to go from a speed that the line does not carry. */
static unsigned next_lower(const struct flasher *f, unsigned baud)
{
    static const unsigned steps[] = {921600, 460800, 230400};
    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
        if (steps[i] < baud && steps[i] > f->baud)
            return steps[i];
    }
    return f->baud;
}

enum err flasher_set_baud(struct flasher *f, unsigned baud)
{
    while (baud != f->baud) {
        unsigned next = next_lower(f, baud);
        enum err e = try_baud(f, baud);
        if (e != ERR_STUB)
            return e;
        flasher_say(f, "the line does not carry %u baud; going on with %u",
                    baud, next);
        baud = next;
    }
    return ERR_NONE;
}

/* ---- upload ---- */

/* The ROM's answer to a SYNC means that it was not left. */
static enum err leave_rom(struct flasher *f)
{
    enum err e = ERR_STUB;
    for (int i = 0; i < START_TRIES; i++) {
        e = loader_start(&f->loader, stub_blob.entry);
        if (e != ERR_NONE)
            return e;
        /* The greeting may have come together with the last answer. */
        if (answers(f))
            return ERR_NONE;
        e = loader_resync(&f->loader);
        if (e != ERR_NONE)
            return e;
    }
    return ERR_STUB;
}

static enum err start_first(struct flasher *f)
{
    const struct stub_blob *b = &stub_blob;
    uint32_t divider = 0;
    enum err e = loader_read_reg_sure(&f->loader, UART_CLKDIV, &divider);
    f->uart_hz = (uint64_t)(divider & 0xFFFFFu) * f->baud;
    if (e == ERR_NONE)
        e = loader_upload(&f->loader, b->first_address, b->bytes,
                          b->first_size);
    return e == ERR_NONE ? leave_rom(f) : e;
}

static enum err load(struct flasher *f, uint32_t address, const uint8_t *bytes,
                     uint32_t size)
{
    uint8_t data[4 + LOAD_LARGE];
    put_u32le(data, address);
    memcpy(data + 4, bytes, size);
    return loader_command(
        &f->loader,
        &(struct loader_request){STUB_LOAD, data, 4 + size, 0, LOAD_MS}, NULL);
}

/* Small frames get through a line on which large ones don't. */
static enum err start_second(struct flasher *f)
{
    const struct stub_blob *b = &stub_blob;
    uint32_t most = loader_is_careful(&f->loader) ? LOAD_SMALL : LOAD_LARGE;
    unsigned faults = 0; /* in a row */
    for (uint32_t at = 0; at < b->second_size;) {
        uint32_t n = b->second_size - at;
        n = n < most ? n : most;
        enum err e =
            load(f, b->second_address + at, b->bytes + b->first_size + at, n);
        if (e == ERR_NONE) {
            at += n;
            faults = 0;
            continue;
        }
        if (!loader_is_line_fault(&f->loader, e) || ++faults > LOAD_TRIES)
            return e;
        most = most / 2 > LOAD_SMALL ? most / 2 : LOAD_SMALL;
        e = loader_resync(&f->loader);
        if (e != ERR_NONE)
            return e;
    }
    return stub_ask(f, STUB_GO, &b->dispatcher, 1, NULL);
}

/* Did a bad line spoil what the ROM took? The stub's own frames have a CRC. */
static enum err check_first(struct flasher *f)
{
    const struct stub_blob *b = &stub_blob;
    uint32_t words[CHECK_WORDS];
    enum err e = ERR_NONE;
    for (uint32_t at = 0; at < b->first_size && e == ERR_NONE;) {
        uint32_t left = (b->first_size - at) / 4;
        uint32_t n = left < CHECK_WORDS ? left : CHECK_WORDS;
        e = loader_read_regs(&f->loader, b->first_address + at, n, words);
        for (uint32_t i = 0; i < n && e == ERR_NONE; i++) {
            if (words[i] != get_u32le(b->bytes + at + (size_t)4 * i))
                e = ERR_STUB;
        }
        at += 4 * n;
    }
    return e;
}

enum err flasher_start_stub(struct flasher *f)
{
    unsigned baud = f->config.baud ? f->config.baud : FLASHER_BAUD;
    /* One that is there from before may lack its second stage. */
    bool is_first_there = f->loader.is_stub;
    enum err e = is_first_there ? start_second(f) : start_first(f);
    if (e == ERR_NONE)
        e = flasher_set_baud(f, baud);
    if (e == ERR_NO_ANSWER)
        e = ERR_STUB; /* it had answered before */
    if (e == ERR_NONE && !is_first_there)
        e = start_second(f);
    if (e == ERR_NONE && !is_first_there && loader_is_careful(&f->loader))
        e = check_first(f);
    if (e == ERR_NONE)
        f->path = &stub_path;
    return e;
}
