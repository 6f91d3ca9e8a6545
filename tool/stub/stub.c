/* The flasher program that pogo uploads into the chip's RAM. It polls the UART
 * and answers one command at a time; flash work and digests are done by
 * functions of the boot ROM. No interrupts, no heap. While it is busy it does
 * not read, so the host waits for each answer. tool/stub_path.c is its peer,
 * protocol.h what they say. */
#include "tool/stub/rom.h"

#include "format/bytes.h"
#include "format/crc32.h"
#include "format/flash_map.h"
#include "format/slip.h"
#include "tool/stub/protocol.h"

#define HEADER 8u

/* Between two looks at the UART. Less than its 128 bytes take at 3 Mbaud; a
 * busy loop would see no more, and costs the bench a hundred times as much. */
#define PAUSE_US 50u

enum rom_op { ROM_SYNC = 0x08, ROM_WRITE_REG = 0x09, ROM_READ_REG = 0x0A };

#define REQUEST_ROOM (HEADER + 4u + STUB_WRITE_MAX)

/* The stub is a whole program: what it remembers lives here. */
static uint32_t request_words[REQUEST_ROOM / 4u];
static uint32_t buffer_words[STUB_WRITE_MAX / 4u];
static struct slip_decoder decoder;
static uint32_t reply_value;

void stub_main(void);

/* ---- serial ---- */

static uint32_t cycles(void)
{
    uint32_t n;
    __asm__ volatile("rsr %0, ccount" : "=a"(n));
    return n;
}

static bool receive_byte(uint8_t *out)
{
    if ((REG(UART0_STATUS) & 0xFFu) == 0)
        return false;
    *out = (uint8_t)REG(UART0_FIFO);
    return true;
}

static void send_byte(uint8_t byte)
{
    while (((REG(UART0_STATUS) >> 16) & 0xFFu) >= UART_TX_LIMIT)
        ets_delay_us(PAUSE_US);
    REG(UART0_FIFO) = byte;
}

static void send_escaped(const uint8_t *data, uint32_t size)
{
    while (size-- > 0) {
        uint8_t byte = *data++;
        if (byte == SLIP_END || byte == SLIP_ESC) {
            send_byte(SLIP_ESC);
            byte = byte == SLIP_END ? SLIP_ESC_END : SLIP_ESC_ESC;
        }
        send_byte(byte);
    }
}

static void send_u32(uint32_t value)
{
    uint8_t bytes[4];
    put_u32le(bytes, value);
    send_escaped(bytes, sizeof(bytes));
}

static void flush(void)
{
    while (((REG(UART0_STATUS) >> 16) & 0xFFu) != 0)
        ets_delay_us(PAUSE_US);
    ets_delay_us(1000); /* the last byte leaves the shift register */
}

static void reply(uint8_t op, const uint8_t *data, uint32_t size, uint8_t error)
{
    uint8_t head[HEADER] = {1, op};
    const uint8_t status[2] = {error != 0, error};
    put_u16le(head + 2, (uint16_t)(size + 2));
    put_u32le(head + 4, reply_value);
    send_byte(SLIP_END);
    send_escaped(head, HEADER);
    send_escaped(data, size);
    send_escaped(status, 2);
    send_byte(SLIP_END);
}

/* One frame, or false when none came within `wait` cycles (0: forever). */
static bool receive_frame(uint32_t wait)
{
    uint32_t start = cycles();
    uint8_t byte;
    for (;;) {
        if (receive_byte(&byte)) {
            if (slip_decode(&decoder, byte))
                return true;
            continue;
        }
        if (wait != 0 && cycles() - start > wait)
            return false;
        ets_delay_us(PAUSE_US);
    }
}

/* ---- commands: each returns 0 or an error of protocol.h ---- */

struct call {
    uint8_t op;
    const uint8_t *data;
    uint32_t size;
    uint8_t result[16];
    uint32_t result_size;
};

static uint32_t arg(const struct call *call, unsigned n)
{
    return get_u32le(call->data + 4u * n);
}

static uint8_t do_sync(struct call *call)
{
    (void)call;
    reply_value = STUB_MAGIC;
    return 0;
}

static uint8_t do_write_reg(struct call *call)
{
    for (uint32_t at = 0; at + 16 <= call->size; at += 16) {
        const uint8_t *p = call->data + at;
        uint32_t address = get_u32le(p);
        uint32_t value = get_u32le(p + 4);
        uint32_t mask = get_u32le(p + 8);
        ets_delay_us(get_u32le(p + 12));
        REG(address) = (value & mask) | (REG(address) & ~mask);
    }
    return 0;
}

static uint8_t do_read_reg(struct call *call)
{
    reply_value = REG(arg(call, 0));
    return 0;
}

static uint8_t do_erase(struct call *call)
{
    uint32_t at = arg(call, 0);
    uint32_t end = at + arg(call, 1);
    if (((at | end) & (FLASH_SECTOR_SIZE - 1)) != 0)
        return STUB_BAD_LENGTH;
    while (at < end) {
        bool is_block =
            (at & (FLASH_BLOCK_SIZE - 1)) == 0 && end - at >= FLASH_BLOCK_SIZE;
        int failed = is_block ? SPIEraseBlock(at / FLASH_BLOCK_SIZE)
                              : SPIEraseSector(at / FLASH_SECTOR_SIZE);
        if (failed)
            return STUB_FLASH_ERROR;
        at += is_block ? FLASH_BLOCK_SIZE : FLASH_SECTOR_SIZE;
    }
    return 0;
}

static uint8_t do_erase_chip(struct call *call)
{
    (void)call;
    return SPIEraseChip() ? STUB_FLASH_ERROR : 0;
}

static uint8_t do_write(struct call *call)
{
    uint32_t size = call->size - 4u;
    if (((arg(call, 0) | size) & 3u) != 0 || size > STUB_WRITE_MAX)
        return STUB_BAD_LENGTH;
    /* The data begins at a multiple of four in request_words. */
    int failed =
        SPIWrite(arg(call, 0), request_words + (HEADER + 4u) / 4u, size);
    return failed ? STUB_FLASH_ERROR : 0;
}

/* Take what acks there are; false when the host gave up or is gone. */
static bool take_acks(uint32_t *acked, uint32_t must_reach)
{
    while (*acked < must_reach || (REG(UART0_STATUS) & 0xFFu) != 0) {
        if (!receive_frame(3u * CYCLES_PER_S))
            return false;
        if (decoder.size != 4)
            continue;
        uint32_t ack = get_u32le(decoder.frame);
        if (ack == STUB_READ_ABORT)
            return false;
        *acked = ack;
    }
    return true;
}

static uint8_t do_read(struct call *call)
{
    /* The acks overwrite the request, so its arguments are taken first. */
    uint32_t address = arg(call, 0);
    uint32_t size = arg(call, 1);
    uint8_t *bytes = (uint8_t *)buffer_words;
    uint32_t acked = 0;
    if (((address | size) & 3u) != 0)
        return STUB_BAD_LENGTH;
    for (uint32_t at = 0; at < size;) {
        uint32_t n = size - at < STUB_READ_CHUNK ? size - at : STUB_READ_CHUNK;
        uint32_t sent = at + n;
        if (!take_acks(&acked,
                       sent > STUB_READ_WINDOW ? sent - STUB_READ_WINDOW : 0))
            return STUB_NO_ACK;
        buffer_words[0] = address + at;
        if (SPIRead(address + at, buffer_words + 1, n))
            return STUB_FLASH_ERROR;
        send_byte(SLIP_END);
        send_escaped(bytes, n + 4);
        send_u32(crc32_update(0, bytes, n + 4));
        send_byte(SLIP_END);
        at = sent;
    }
    return take_acks(&acked, size) ? 0 : STUB_NO_ACK;
}

static uint8_t do_md5(struct call *call)
{
    struct rom_md5 md5;
    uint32_t at = arg(call, 0);
    uint32_t left = arg(call, 1);
    if ((at & 3u) != 0)
        return STUB_BAD_LENGTH;
    MD5Init(&md5);
    while (left > 0) {
        uint32_t n = left < STUB_WRITE_MAX ? left : STUB_WRITE_MAX;
        if (SPIRead(at, buffer_words, (n + 3u) & ~3u))
            return STUB_FLASH_ERROR;
        MD5Update(&md5, buffer_words, n);
        at += n;
        left -= n;
    }
    MD5Final(call->result, &md5);
    call->result_size = 16;
    return 0;
}

static uint8_t do_baud(struct call *call)
{
    uint32_t old = REG(UART0_CLKDIV) & 0xFFFFFu;
    uint32_t divider = arg(call, 0);
    reply(call->op, call->result, 0, 0);
    flush();
    uart_div_modify(0, divider);
    slip_decoder_init(&decoder, (uint8_t *)request_words, REQUEST_ROOM);
    /* A good SYNC proves that both sides mean the same rate. */
    uint32_t start = cycles();
    while (cycles() - start < STUB_BAUD_TRIAL_MS * (CYCLES_PER_S / 1000u)) {
        if (receive_frame(CYCLES_PER_S / 10u) && decoder.size >= HEADER &&
            decoder.frame[0] == 0 && decoder.frame[1] == ROM_SYNC) {
            call->op = ROM_SYNC;
            return do_sync(call);
        }
    }
    uart_div_modify(0, old);
    call->op = 0; /* nobody to answer to */
    return 0;
}

static uint8_t do_reset(struct call *call)
{
    reply(call->op, call->result, 0, 0);
    flush();
    software_reset();
    return 0;
}

static uint8_t do_flash_size(struct call *call)
{
    /* Geometry that all supported flash chips share. */
    SPIParamCfg(0, arg(call, 0), FLASH_BLOCK_SIZE, FLASH_SECTOR_SIZE,
                FLASH_PAGE_SIZE, 0xFFFFu);
    return 0;
}

struct row {
    uint32_t op;
    uint32_t size_min; /* of the data */
    uint8_t (*handler)(struct call *call);
};

/* clang-format off */
static const struct row rows[] = {
    {ROM_SYNC,        0, do_sync},
    {ROM_WRITE_REG,  16, do_write_reg},
    {ROM_READ_REG,    4, do_read_reg},
    {STUB_ERASE,      8, do_erase},
    {STUB_ERASE_CHIP, 0, do_erase_chip},
    {STUB_WRITE,      8, do_write},
    {STUB_READ,       8, do_read},
    {STUB_MD5,        8, do_md5},
    {STUB_BAUD,       4, do_baud},
    {STUB_RESET,      0, do_reset},
    {STUB_FLASH_SIZE, 4, do_flash_size},
};
/* clang-format on */

static uint8_t dispatch(struct call *call, uint32_t crc)
{
    for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (rows[i].op != call->op)
            continue;
        if (call->op != ROM_SYNC &&
            crc32_update(0, call->data, call->size) != crc)
            return STUB_BAD_CRC;
        if (call->size < rows[i].size_min)
            return STUB_BAD_LENGTH;
        return rows[i].handler(call);
    }
    return STUB_UNKNOWN_OP;
}

static void handle_frame(void)
{
    const uint8_t *frame = decoder.frame;
    struct call call = {.op = frame[1], .data = frame + HEADER};
    if (decoder.size < HEADER || frame[0] != 0)
        return; /* a late ack, or noise */
    call.size = get_u16le(frame + 2);
    uint8_t error = STUB_BAD_LENGTH;
    if (call.size == decoder.size - HEADER)
        error = dispatch(&call, get_u32le(frame + 4));
    if (call.op != 0)
        reply(call.op, call.result, call.result_size, error);
}

/* Entered from the ROM loader's MEM_END; never returns. */
void stub_main(void)
{
    const uint8_t greeting[] = STUB_GREETING;
    REG(UART0_INT_ENA) = 0; /* the ROM's handler must not take our bytes */
    slip_decoder_init(&decoder, (uint8_t *)request_words, REQUEST_ROOM);
    reply_value = 0;
    spi_flash_attach(0, 0);
    SPIUnlock();
    send_byte(SLIP_END);
    send_escaped(greeting, 4);
    send_byte(SLIP_END);
    for (;;) {
        if (receive_frame(0))
            handle_frame();
    }
}
