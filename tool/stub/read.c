/* Reading the flash out: frames as fast as the line takes them, a window ahead
 * of the host's acknowledgements. Empty sectors take one short frame. */
#include "tool/stub/stub.h"

#include "format/flash_map.h"
#include "tool/stub/rom.h"

#define SILENCE_MS 3000u

static uint32_t chunk[STUB_READ_CHUNK / 4u];

/* Wait until so many bytes were acknowledged. False when there is something
 * else to do, or nobody there. */
static bool wait_for_ack(uint32_t *acked, uint32_t wanted)
{
    uint32_t start = stub_cycles();
    while (*acked < wanted || stub_pump()) {
        struct stub_call call;
        if (!stub_pump()) {
            if (stub_cycles() - start > SILENCE_MS * CYCLES_PER_MS)
                return false;
            ets_delay_us(50);
            continue;
        }
        if (!stub_next(&call))
            continue;
        if (call.op != STUB_ACK || call.size < 4) {
            stub_keep();
            return false;
        }
        *acked = *(const uint32_t *)(const void *)call.data;
    }
    return true;
}

static void send_sector(uint32_t address, uint32_t size, uint32_t most,
                        uint32_t mark)
{
    bool is_blank = false;
    if (size == FLASH_SECTOR_SIZE)
        spi_digest(address, size, &is_blank);
    if (is_blank) {
        stub_reply(STUB_READ, address | mark, (const uint8_t *)chunk, 0, 0);
        return;
    }
    while (size > 0) {
        uint32_t n = size < most ? size : most;
        for (uint32_t at = 0; at < n; at += SPI_BUFFER)
            spi_read(address + at, chunk + at / 4u, SPI_BUFFER);
        stub_reply(STUB_READ, address | mark, (const uint8_t *)chunk, n, 0);
        address += n;
        size -= n;
    }
}

uint8_t stub_do_read(struct stub_call *call)
{
    const uint32_t *arg = (const uint32_t *)(const void *)call->data;
    uint32_t mark = arg[0] & 3u, address = arg[0] - mark;
    uint32_t size = arg[1], most = arg[2], window = arg[3];
    uint32_t acked = 0, at = 0;
    if (call->size < 16 || (size & 3u) != 0 || most == 0 ||
        most % SPI_BUFFER != 0 || most > STUB_READ_CHUNK)
        return STUB_BAD_LENGTH;
    call->is_silent = true;
    while (at < size) {
        uint32_t n =
            FLASH_SECTOR_SIZE - ((address + at) & (FLASH_SECTOR_SIZE - 1));
        n = n < size - at ? n : size - at;
        n = window < n ? most : n;
        n = n < size - at ? n : size - at;
        uint32_t end = at + n;
        if (!wait_for_ack(&acked, end > window ? end - window : 0))
            return 0;
        send_sector(address + at, n, most, mark);
        at = end;
    }
    wait_for_ack(&acked, size);
    return 0;
}
