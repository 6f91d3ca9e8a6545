/* Flash chips that are protected by their own status registers (W25Q80's
 * datasheet; GigaDevice's and XMC's bits lie the same): lifted before a write,
 * and said. Without it they take erases and programs and change nothing. */
#include "tool/flasher_private.h"

#define READ_STATUS 0x05u
#define READ_STATUS_2 0x35u
#define WRITE_ENABLE 0x06u
#define WRITE_STATUS 0x01u
#define PROTECT 0x7Cu /* BP0 to BP2, TB, SEC */
#define SRP0 0x80u
#define SHOWN 0xFCu     /* without BUSY and WEL, which come and go */
#define PROTECT_2 0x40u /* CMP: the others */

static bool is_protected(const uint8_t status[2])
{
    /* All FF or none: a chip without the second register. */
    return (status[0] & PROTECT) != 0 ||
           ((status[1] & PROTECT_2) != 0 && status[1] != 0xFF);
}

static enum err read_status(struct flasher *f, uint8_t status[2])
{
    static const struct spi_command both[2] = {
        {.opcode = READ_STATUS, .in_size = 1, .is_after_busy = true},
        {.opcode = READ_STATUS_2, .in_size = 1}};
    return f->path->spi(f, both, 2, status);
}

/* Both registers, so that none is cleared for want of its byte. */
static enum err clear(struct flasher *f, const uint8_t status[2])
{
    const struct spi_command both[2] = {
        {.opcode = WRITE_ENABLE},
        {.opcode = WRITE_STATUS,
         .out_size = status[1] == 0xFF ? 1 : 2,
         .out = {(uint8_t)(status[0] & ~PROTECT & 0xFCu),
                 (uint8_t)(status[1] & ~PROTECT_2)}}};
    uint8_t none[1];
    return f->path->spi(f, both, 2, none);
}

enum err flasher_unprotect(struct flasher *f)
{
    uint8_t before[2] = {0}, after[2] = {0};
    enum err e = read_status(f, before);
    if (e != ERR_NONE || !is_protected(before))
        return e;
    e = clear(f, before);
    if (e == ERR_NONE)
        e = read_status(f, after);
    if (e == ERR_NONE && is_protected(after))
        return flasher_fail(f, ERR_FLASH_FAILED,
                            "it is protected (status 0x%02x 0x%02x) and locked "
                            "%s",
                            after[0] & SHOWN, after[1],
                            (after[0] & SRP0) ? "by its WP pin"
                                              : "until its power goes");
    if (e == ERR_NONE)
        flasher_say(f,
                    "The flash was protected (status 0x%02x 0x%02x); that is "
                    "lifted.",
                    before[0] & SHOWN, before[1]);
    return e;
}
