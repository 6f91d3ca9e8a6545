/* The client's side of the ESP8266's serial loader: packets, SYNC, registers,
 * upload to RAM (chip.md A1-A4). Speaks to the ROM, and in the same frames to
 * our stub, whose replies carry a CRC-32 (tool/stub/protocol.h). Knows nothing
 * of flash: rom_path.c and stub_path.c do. Gives what it hears to hear.c, so
 * that a failed connection can be explained. */
#ifndef TOOL_LOADER_H
#define TOOL_LOADER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "format/slip.h"
#include "tool/hear.h"
#include "tool/link.h"

/* Operations of the ROM loader. */
enum rom_op {
    ROM_FLASH_BEGIN = 0x02,
    ROM_FLASH_DATA = 0x03,
    ROM_FLASH_END = 0x04,
    ROM_MEM_BEGIN = 0x05,
    ROM_MEM_END = 0x06,
    ROM_MEM_DATA = 0x07,
    ROM_SYNC = 0x08,
    ROM_WRITE_REG = 0x09,
    ROM_READ_REG = 0x0A
};

/* Its error codes; INVALID and BAD_CHECK are made by a bad line, too. */
enum rom_error {
    ROM_INVALID = 0x05,
    ROM_FAILED = 0x06,
    ROM_BAD_CHECK = 0x07,
    ROM_WRITE_FAILED = 0x08,
    ROM_READ_FAILED = 0x09,
    ROM_LENGTH = 0x0A
};

#define LOADER_DATA_MAX 4100u /* of one request: address and 4 KB */
#define LOADER_TIMEOUT_MS 3000u

struct loader {
    struct link *link;
    struct slip_decoder slip;
    uint8_t frame[LOADER_DATA_MAX + 64];
    uint8_t input[1024];
    size_t input_at, input_size;
    bool is_stub;           /* our stub answers, not the ROM */
    uint32_t value;         /* of the last reply */
    uint8_t error;          /* error byte of the last refused command */
    bool had_faults;        /* the line has lost or damaged something */
    unsigned frames_missed; /* of reads: the next one came in place of
                               the one expected; unlike had_faults never for
                               slowness alone */
    bool is_careful; /* from the start as if it had: small blocks, a look */
    struct hearing heard;
};

struct loader_request {
    uint8_t op;
    const uint8_t *data;
    size_t size;    /* up to LOADER_DATA_MAX */
    uint32_t check; /* ROM's data checksum; the stub's CRC is computed */
    unsigned timeout_ms;
};

/* One record of WRITE_REG: wait, then change the masked bits. */
struct reg_write {
    uint32_t address, value, mask, delay_us;
};
#define LOADER_REGS_MAX 24u /* records in one packet, by our choice */

void loader_init(struct loader *loader, struct link *link);
void loader_forget_hearing(struct loader *loader);
/* Throw away what is in buffers and on its way in. */
void loader_discard(struct loader *loader);

/* Wait for one frame: loader->frame[0..slip.size). ERR_TIMEOUT when none. */
MUST_USE enum err loader_frame(struct loader *loader, unsigned timeout_ms);
/* Send one frame of these bytes. */
MUST_USE enum err loader_send(struct loader *loader, const uint8_t *bytes,
                              size_t size);
/* Send a request and wait for its reply. The reply's data without its status
 * is left in loader->frame + 8, its length in *got (may be NULL).
 * ERR_CHIP_REFUSED leaves the code in loader->error. */
MUST_USE enum err loader_command(struct loader *loader,
                                 const struct loader_request *request,
                                 size_t *got);

/* The same in parts, for requests that have several replies or none: send it,
 * look at the frame that came, take what a reply says. */
MUST_USE enum err loader_request(struct loader *loader,
                                 const struct loader_request *request);
bool loader_is_reply(const struct loader *loader, uint8_t op);
MUST_USE enum err loader_take_reply(struct loader *loader, size_t *got);

/* After a frame that was lost or damaged: end what the other side takes for the
 * middle of one, and drop what it answers to that. */
MUST_USE enum err loader_resync(struct loader *loader);
/* Is it what a bad line makes of a request or its reply? Then it may be sent
 * again. An error code that nobody sends is one: the ROM's replies have no
 * check. */
bool loader_is_line_fault(const struct loader *loader, enum err e);
/* A command that may be sent twice, until it is understood, 16 times at most;
 * the line is put right after each fault. is_damage: is this refusal of the
 * chip (loader->error) the line's doing, too? *got as in loader_command. */
MUST_USE enum err loader_insist(struct loader *loader,
                                const struct loader_request *request,
                                size_t *got,
                                bool (*is_damage)(const struct loader *loader));
/* Had such a fault, or is to be careful all the same. */
bool loader_is_careful(const struct loader *loader);

/* One SYNC. Sets is_stub by who answers. */
MUST_USE enum err loader_sync(struct loader *loader, unsigned timeout_ms);
MUST_USE enum err loader_read_reg(struct loader *loader, uint32_t address,
                                  uint32_t *out);
/* The same until two in a row agree: the ROM's frames have no check. For
 * registers that don't change. */
MUST_USE enum err loader_read_reg_sure(struct loader *loader, uint32_t address,
                                       uint32_t *out);
/* `count` words from `address` on, in one go where the other side can take it
 * (the ROM: its ring of 256 bytes holds 16 requests). count is up to 16. */
MUST_USE enum err loader_read_regs(struct loader *loader, uint32_t address,
                                   unsigned count, uint32_t *out);
/* May be written twice, after a line fault. */
MUST_USE enum err loader_write_regs(struct loader *loader,
                                    const struct reg_write *rows,
                                    unsigned count);
/* loader_upload.c: into RAM by the ROM, in blocks; size is a multiple of 4.
 * Sends again what a bad line spoils. The ROM's checks are weak: had_faults
 * then says that what came to be there needs a look. */
MUST_USE enum err loader_upload(struct loader *loader, uint32_t address,
                                const uint8_t *bytes, size_t size);
/* Jump there, or not, if that got lost: a SYNC tells who answers. The ROM's
 * answer may be lost and is not waited for long. */
MUST_USE enum err loader_start(struct loader *loader, uint32_t entry);

/* 0xEF xor all bytes: the check of the ROM's *_DATA requests. */
uint32_t loader_checksum(const uint8_t *bytes, size_t size);

#endif
