/* The serial loader, ROM side of esptool's protocol (chip.md A1-A6): autobaud,
 * SLIP packets in, replies out. What each op does is in rom_loader_ops.c. */
#include "emulator/rom_private.h"

#include <string.h>

#include "emulator/rom_loader_private.h"

#define PACKET_CYCLES (20ull * CYCLES_PER_US) /* between packet and reply */

/* The ROM receives by interrupt, one byte at a time (its UartDev's trigger
 * level is 1). esptool's v1 stub enables "FIFO full" and leaves the threshold
 * as the ROM had it. */
#define UART0_CONF1 0x60000024u
#define RX_TRIGGER_LEVEL 1u

static enum native_result wait_for_edges(struct chip *chip)
{
    struct uart *uart = &chip->uart[0];
    uint8_t byte;
    if (!uart_autobaud_is_ready(uart))
        return NATIVE_AGAIN;
    uart_autobaud(uart);
    while (uart_rx_pop(uart, &byte))
        ; /* came before we knew the rate */
    return rom_then(chip, rom_loader_receive);
}

enum native_result rom_loader_start(struct chip *chip)
{
    struct rom_loader *loader = &chip->rom.loader;
    memset(loader, 0, sizeof(*loader));
    slip_decoder_init(&loader->decoder, loader->frame, sizeof(loader->frame));
    (void)bus_write32(chip->bus, UART0_CONF1, RX_TRIGGER_LEVEL);
    uart_autobaud_start(&chip->uart[0]);
    return rom_then(chip, wait_for_edges);
}

/* The packet is assembled in guest memory too: what a RAM upload put there is
 * overwritten, as on the chip. */
static void mirror(struct chip *chip, size_t size)
{
    struct rom_loader *loader = &chip->rom.loader;
    uint32_t at = (uint32_t)size - 1;
    if (size)
        bus_copy_in(chip->bus, ROM_PACKET_BUFFER + at, loader->frame + at, 1);
}

enum native_result rom_loader_receive(struct chip *chip)
{
    struct rom_loader *loader = &chip->rom.loader;
    uint8_t byte;
    while (uart_rx_pop(&chip->uart[0], &byte)) {
        size_t before = loader->decoder.size;
        bool is_packet = slip_decode(&loader->decoder, byte);
        if (loader->decoder.size > before)
            mirror(chip, loader->decoder.size);
        if (is_packet) {
            native_spend(chip, PACKET_CYCLES);
            return rom_then(chip, rom_loader_dispatch);
        }
    }
    return NATIVE_AGAIN;
}

enum native_result rom_loader_reply(struct chip *chip, uint8_t error)
{
    struct rom_loader *loader = &chip->rom.loader;
    struct rom *rom = &chip->rom;
    uint8_t reply[10] = {1, loader->op, 2, 0};
    put_u32le(reply + 4, loader->val);
    reply[8] = error ? 1 : 0;
    reply[9] = error;
    bus_copy_in(chip->bus, ROM_REPLY_BUFFER, reply, sizeof(reply));
    unsigned count = loader->op == OP_SYNC ? SYNC_REPLIES : 1;
    for (unsigned i = 0; i < count; i++) {
        uint8_t line[SLIP_ROOM(sizeof(reply))];
        size_t n = slip_encode(reply, sizeof(reply), line);
        memcpy(rom->text + rom->text_size, line, n);
        rom->text_size += (unsigned)n;
    }
    return rom_then(chip, rom_loader_receive);
}
