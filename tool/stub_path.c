/* The flash by way of our stub (tool/stub/): requests of numbers, digests, SPI
 * commands. Reading and writing, which stream, have files of their own. */
#include "tool/flasher_private.h"

#include <assert.h>
#include <string.h>

#include "format/bytes.h"
#include "format/flash_map.h"
#include "tool/stub/protocol.h"

#define TRIES 60       /* of a request, as long as something comes back */
#define SILENCE 8      /* of them in a row with nothing */
#define ANSWER_MS 700u /* 64 digests take 250 at 52 MHz */
#define WORDS_MOST 64u
#define WORDS_LEAST 4u
#define NUMBERS_MAX (STUB_FRAME_MAX / 4u)
#define RECORD 12u /* of STUB_SPI, with one word of bytes out */
#define DATA 8u    /* where it begins in a reply */

static bool is_worth_retry(const struct flasher *f, enum err e)
{
    return e == ERR_TIMEOUT ||
           (e == ERR_CHIP_REFUSED && f->loader.error == STUB_BAD_CRC);
}

/* Again after a lost or damaged frame: all requests can be. */
static enum err command_again(struct flasher *f,
                              const struct loader_request *rq, size_t *got)
{
    enum err e = ERR_TIMEOUT;
    for (int i = 0, silent = 0; i < TRIES && silent < SILENCE; i++) {
        size_t before = f->loader.heard.bytes;
        e = loader_command(&f->loader, rq, got);
        if (!is_worth_retry(f, e))
            break;
        f->loader.had_faults = true;
        silent = f->loader.heard.bytes > before ? 0 : silent + 1;
        loader_discard(&f->loader);
    }
    return is_worth_retry(f, e) ? ERR_TIMEOUT : e;
}

enum err stub_ask(struct flasher *f, uint8_t op, const uint32_t *numbers,
                  unsigned count, size_t *got)
{
    uint8_t data[4 * NUMBERS_MAX];
    assert(count <= NUMBERS_MAX);
    for (unsigned i = 0; i < count; i++)
        put_u32le(data + (size_t)4 * i, numbers[i]);
    return command_again(
        f, &(struct loader_request){op, data, (size_t)4 * count, 0, ANSWER_MS},
        got);
}

/* Short ones get through a line on which long ones don't. */
static enum err ask_for_words(struct flasher *f, uint8_t op,
                              const uint32_t request[2], unsigned count,
                              uint32_t *out)
{
    size_t got = 0;
    enum err e = stub_ask(f, op, request, 2, &got);
    if (e == ERR_NONE && got != (size_t)4 * count)
        e = ERR_PROTOCOL;
    for (unsigned i = 0; i < count && e == ERR_NONE; i++)
        out[i] = get_u32le(f->loader.frame + DATA + (size_t)4 * i);
    return e;
}

enum err stub_ask_words(struct flasher *f, uint8_t op, uint32_t first,
                        uint32_t unit, uint32_t total, uint32_t *out)
{
    /* Digests take their time, results none. */
    bool is_long = op == STUB_RESULTS && !loader_is_careful(&f->loader);
    uint32_t most = is_long ? NUMBERS_MAX : WORDS_MOST;
    for (uint32_t at = 0; at < total;) {
        uint32_t left = (total - at + unit - 1) / unit;
        uint32_t n = left < most ? left : most;
        uint32_t span = n * unit < total - at ? n * unit : total - at;
        const uint32_t request[2] = {first + at, span};
        if (op == STUB_DIGESTS)
            flasher_progress(f, "compare", at, total);
        enum err e = ask_for_words(f, op, request, n, out);
        if (e == ERR_TIMEOUT && n > WORDS_LEAST) {
            most = n / 4;
            continue;
        }
        if (e != ERR_NONE)
            return e;
        out += n;
        at += span;
    }
    if (op == STUB_DIGESTS)
        flasher_progress(f, "compare", total, total);
    return ERR_NONE;
}

enum err stub_looks(struct flasher *f, const uint32_t *address, unsigned count,
                    uint32_t *crc)
{
    uint32_t pairs[NUMBERS_MAX];
    size_t got;
    assert(2 * count <= NUMBERS_MAX);
    for (size_t i = 0; i < count; i++) {
        pairs[2 * i] = address[i];
        pairs[2 * i + 1] = FLASH_SECTOR_SIZE;
    }
    enum err e = stub_ask(f, STUB_DIGESTS, pairs, 2 * count, &got);
    if (e == ERR_NONE && got != (size_t)4 * count)
        e = ERR_PROTOCOL;
    for (unsigned i = 0; i < count && e == ERR_NONE; i++)
        crc[i] = get_u32le(f->loader.frame + DATA + (size_t)4 * i);
    return e;
}

static enum err stub_digests(struct flasher *f, uint32_t address, uint32_t size,
                             uint32_t *crc)
{
    return stub_ask_words(f, STUB_DIGESTS, address, FLASH_SECTOR_SIZE, size,
                          crc);
}

static enum err stub_spi(struct flasher *f, const struct spi_command *commands,
                         unsigned count, uint8_t *in)
{
    uint8_t data[SPI_COMMANDS_MAX * RECORD] = {0};
    size_t got = 0, want = 0, size = 0;
    assert(count <= SPI_COMMANDS_MAX);
    for (unsigned i = 0; i < count; i++) {
        const struct spi_command *c = &commands[i];
        uint8_t *record = data + size;
        record[0] = c->opcode;
        record[1] =
            (uint8_t)(c->address_size | (c->is_after_busy ? STUB_SPI_WAIT : 0));
        record[2] = c->out_size;
        record[3] = c->in_size;
        put_u32le(record + 4, c->address);
        memcpy(record + 8, c->out, sizeof(c->out));
        size += c->out_size > 0 ? RECORD : RECORD - 4;
        want += c->in_size;
    }
    enum err e = command_again(
        f, &(struct loader_request){STUB_SPI, data, size, 0, LOADER_TIMEOUT_MS},
        &got);
    if (e == ERR_NONE && got != want)
        return ERR_PROTOCOL;
    if (e == ERR_NONE)
        memcpy(in, f->loader.frame + DATA, want);
    return e;
}

static enum err stub_restart(struct flasher *f)
{
    return stub_ask(f, STUB_RESET, NULL, 0, NULL);
}

const struct flash_path stub_path = {
    .name = "stub",
    .read = stub_read,
    .write = stub_write,
    .digests = stub_digests,
    .spi = stub_spi,
    .restart = stub_restart,
};
