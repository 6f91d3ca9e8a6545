/* Our stub into the chip: the first stage through the boot ROM, then the speed,
 * then the second stage at that speed. */
#include "tool/flasher.h"

#include "format/bytes.h"
#include "tool/stub/blob.h"
#include "tool/stub/protocol.h"

#define UART_CLKDIV 0x60000014u
#define SYNC_TIMEOUT_MS 150u
#define BAUD_SYNCS 6
#define LOAD_SIZE 1024u

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

static enum err start_first(struct flasher *f)
{
    const struct stub_blob *b = &stub_blob;
    uint32_t divider = 0;
    enum err e = loader_read_reg(&f->loader, UART_CLKDIV, &divider);
    f->uart_hz = (uint64_t)(divider & 0xFFFFFu) * f->baud;
    if (e == ERR_NONE)
        e = loader_upload(&f->loader, b->first_address, b->bytes,
                          b->first_size);
    if (e == ERR_NONE)
        e = loader_start(&f->loader, b->entry);
    /* The greeting may have come together with the last answer. */
    if (e == ERR_NONE || e == ERR_TIMEOUT)
        e = answers(f) ? ERR_NONE : ERR_STUB;
    return e;
}

static enum err load(struct flasher *f, uint32_t address, const uint8_t *bytes,
                     uint32_t size)
{
    uint32_t words[1 + LOAD_SIZE / 4];
    words[0] = address;
    for (uint32_t i = 0; i < size / 4; i++)
        words[1 + i] = get_u32le(bytes + (size_t)4 * i);
    return stub_ask(f, STUB_LOAD, words, 1 + size / 4, NULL);
}

static enum err start_second(struct flasher *f)
{
    const struct stub_blob *b = &stub_blob;
    enum err e = ERR_NONE;
    for (uint32_t at = 0; at < b->second_size && e == ERR_NONE;) {
        uint32_t n = b->second_size - at;
        n = n < LOAD_SIZE ? n : LOAD_SIZE;
        e = load(f, b->second_address + at, b->bytes + b->first_size + at, n);
        at += n;
    }
    return e == ERR_NONE ? stub_ask(f, STUB_GO, &b->dispatcher, 1, NULL) : e;
}

enum err flasher_start_stub(struct flasher *f)
{
    unsigned baud = f->config.baud ? f->config.baud : FLASHER_BAUD;
    /* One that is there from before may lack its second stage. */
    bool is_first_there = f->loader.is_stub;
    enum err e = is_first_there ? start_second(f) : start_first(f);
    if (e == ERR_NONE)
        e = flasher_set_baud(f, baud);
    if (e == ERR_NONE && !is_first_there)
        e = start_second(f);
    if (e == ERR_NONE)
        f->path = &stub_path;
    return e;
}
