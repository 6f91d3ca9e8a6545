/* The stub's second stage: its operations by number, and the short ones. */
#include "tool/stub/rom.h"
#include "tool/stub/stub.h"

#include "format/flash_map.h"

#define ROM_READ_REG 0x0Au
#define RECORD 8u /* of STUB_SPI, without its bytes */

uint32_t stub_memory[STUB_MEMORY / 4u];
static uint32_t results[STUB_FRAME_MAX / 4u];

static uint32_t arg(const struct stub_call *call, unsigned n)
{
    return ((const uint32_t *)(const void *)call->data)[n];
}

static void give(struct stub_call *call, uint32_t size)
{
    call->result = (const uint8_t *)results;
    call->result_size = size;
}

static uint8_t do_read_reg(struct stub_call *call)
{
    uint32_t count = call->size / 4u;
    if (count > STUB_REGS_MAX)
        return STUB_BAD_LENGTH;
    for (uint32_t i = 0; i < count; i++)
        results[i] = REG(arg(call, i));
    call->value = results[0];
    give(call, 4u * count);
    return 0;
}

static uint8_t do_digests(struct stub_call *call)
{
    uint32_t n = 0;
    for (uint32_t pair = 0; pair < call->size / 8u; pair++) {
        uint32_t at = arg(call, 2 * pair), left = arg(call, 2 * pair + 1);
        while (left > 0) {
            uint32_t size = left < FLASH_SECTOR_SIZE ? left : FLASH_SECTOR_SIZE;
            if (n == STUB_DIGESTS_MAX)
                return STUB_BAD_LENGTH;
            results[n++] = spi_digest(at, size);
            at += size;
            left -= size;
        }
    }
    give(call, 4u * n);
    return 0;
}

static uint8_t do_spi(struct stub_call *call)
{
    uint8_t *in = (uint8_t *)results;
    uint32_t n = 0;
    for (uint32_t at = 0; at + RECORD <= call->size;) {
        const uint8_t *record = call->data + at;
        if (n + record[3] > sizeof(results))
            return STUB_BAD_LENGTH;
        n += spi_command(record, in + n);
        at += RECORD + ((record[2] + 3u) & ~3u);
    }
    give(call, n);
    return 0;
}

uint8_t stub_second(struct stub_call *call)
{
    if (call->op == STUB_DATA || call->op == STUB_ACK) {
        call->is_silent = true; /* late ones */
        return 0;
    }
    if (call->size < 4)
        return STUB_BAD_LENGTH;
    switch (call->op) {
    case STUB_GO: /* the first call of all */
        spi_flash_attach(0, 0);
        SPIUnlock();
        return 0;
    case ROM_READ_REG:
        return do_read_reg(call);
    case STUB_PLAN:
        return stub_do_plan(call);
    case STUB_WRITE:
        return stub_do_write(call);
    case STUB_RESULTS:
        return stub_do_results(call);
    case STUB_DIGESTS:
        return do_digests(call);
    case STUB_READ:
        return stub_do_read(call);
    case STUB_SPI:
        return do_spi(call);
    default:
        return STUB_UNKNOWN_OP;
    }
}
