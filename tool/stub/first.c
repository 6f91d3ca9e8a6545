/* The stub's first stage: what the boot ROM loads, so it is small. It takes and
 * answers frames, changes the speed of the line, and loads the second stage,
 * which goes on using what is here. No constants but in the code: bytes can't
 * be read from where code is. */
#include "tool/stub/rom.h"
#include "tool/stub/stub.h"

#include "format/slip.h"

#define HEADER 8u
#define PAUSE_US 50u /* between two looks: a busy loop sees no more */

enum rom_op { ROM_SYNC = 0x08 };

/* The stub is a whole program: what it remembers lives here. */
static uint32_t frame_words[(HEADER + STUB_FRAME_MAX) / 4u];
static struct slip_decoder decoder;
static bool is_waiting; /* a frame, for stub_next */
static uint32_t crc_table[256];
static uint8_t (*second)(struct stub_call *call);

void stub_main(void);

/* ---- CRC-32 as format/crc32.h, faster: a table made at the start ---- */

static void make_crc_table(void)
{
    for (uint32_t i = 0; i < 256; i++) {
        uint32_t crc = i;
        for (unsigned bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ (crc & 1 ? 0xEDB88320u : 0);
        crc_table[i] = crc;
    }
}

uint32_t stub_crc(uint32_t crc, const uint8_t *bytes, uint32_t size)
{
    crc = ~crc;
    while (size-- > 0)
        crc = crc >> 8 ^ crc_table[(crc ^ *bytes++) & 0xFFu];
    return ~crc;
}

/* ---- serial ---- */

uint32_t stub_cycles(void)
{
    uint32_t n;
    __asm__ volatile("rsr %0, ccount" : "=a"(n));
    return n;
}

uint32_t stub_unsent(void)
{
    return (REG(UART0_STATUS) >> 16) & 0xFFu;
}

bool stub_pump(void)
{
    while (!is_waiting && (REG(UART0_STATUS) & 0xFFu) != 0)
        is_waiting = slip_decode(&decoder, (uint8_t)REG(UART0_FIFO));
    return is_waiting;
}

static void send_byte(uint8_t byte)
{
    while (stub_unsent() >= UART_TX_LIMIT) {
        if (stub_pump() || (REG(UART0_STATUS) & 0xFFu) == 0)
            ets_delay_us(PAUSE_US);
    }
    REG(UART0_FIFO) = byte;
}

void stub_send(uint32_t *crc, const uint8_t *bytes, uint32_t size)
{
    *crc = stub_crc(*crc, bytes, size);
    while (size-- > 0) {
        uint8_t byte = *bytes++;
        if (byte == SLIP_END || byte == SLIP_ESC) {
            send_byte(SLIP_ESC);
            byte = byte == SLIP_END ? SLIP_ESC_END : SLIP_ESC_ESC;
        }
        send_byte(byte);
    }
}

static void flush(void)
{
    while (stub_unsent() != 0)
        ets_delay_us(PAUSE_US);
    ets_delay_us(1000); /* the last byte leaves the shift register */
}

uint32_t stub_begin(uint8_t op, uint32_t value, uint32_t length)
{
    uint32_t head[2] = {1u | (uint32_t)op << 8 | length << 16, value};
    uint32_t crc = 0;
    send_byte(SLIP_END);
    stub_send(&crc, (const uint8_t *)head, HEADER);
    return crc;
}

void stub_end(uint32_t crc)
{
    uint32_t all = crc;
    stub_send(&crc, (const uint8_t *)&all, 4);
    send_byte(SLIP_END);
}

void stub_reply(uint8_t op, uint32_t value, const uint8_t *data, uint32_t size,
                uint8_t error)
{
    const uint8_t status[2] = {error != 0, error};
    uint32_t crc = stub_begin(op, value, size + 2u);
    stub_send(&crc, data, size);
    stub_send(&crc, status, 2);
    stub_end(crc);
}

/* ---- requests ---- */

bool stub_next(struct stub_call *call)
{
    const uint32_t *word = frame_words;
    is_waiting = false;
    *call = (struct stub_call){
        .op = (uint8_t)(word[0] >> 8),
        .value = word[1], /* says which request the reply is for */
        .data = (uint8_t *)(frame_words + 2),
        .size = word[0] >> 16,
        .result = (const uint8_t *)frame_words,
    };
    return decoder.size >= HEADER && (word[0] & 0xFFu) == 0 &&
           call->size == decoder.size - HEADER &&
           (call->op == ROM_SYNC ||
            stub_crc(stub_crc(0, &call->op, 1), call->data, call->size) ==
                word[1]);
}

void stub_keep(void)
{
    is_waiting = true;
}

bool stub_wait(uint32_t ms)
{
    uint32_t start = stub_cycles();
    while (!stub_pump()) {
        if (stub_cycles() - start > ms * CYCLES_PER_MS)
            return false;
        ets_delay_us(PAUSE_US);
    }
    return true;
}

static void do_baud(struct stub_call *call, uint32_t divider)
{
    uint32_t old = REG(UART0_CLKDIV) & 0xFFFFFu;
    uint32_t start;
    stub_reply(call->op, call->value, call->data, 0, 0);
    flush();
    uart_div_modify(0, divider);
    /* A good SYNC proves that both sides mean the same rate. */
    start = stub_cycles();
    while (stub_cycles() - start < STUB_BAUD_TRIAL_MS * CYCLES_PER_MS) {
        if (stub_wait(100) && stub_next(call) && call->op == ROM_SYNC) {
            call->value = STUB_MAGIC;
            return;
        }
    }
    uart_div_modify(0, old);
    call->is_silent = true; /* nobody to answer to */
}

static void load(const uint32_t *words, uint32_t size)
{
    volatile uint32_t *to = (volatile uint32_t *)words[0];
    for (uint32_t i = 4; i < size; i += 4)
        *to++ = *++words;
}

static uint8_t handle(struct stub_call *call)
{
    const uint32_t *arg = (const uint32_t *)(const void *)call->data;
    if (call->op == ROM_SYNC) {
        call->value = STUB_MAGIC;
    } else if (call->size >= 4 && call->op == STUB_BAUD) {
        do_baud(call, arg[0]);
    } else if (call->size >= 4 && call->op == STUB_LOAD) {
        load(arg, call->size);
    } else if (call->size >= 4 && call->op == STUB_GO) {
        second = (uint8_t(*)(struct stub_call *))arg[0];
        return second(call);
    } else if (call->op == STUB_RESET) {
        stub_reply(call->op, call->value, call->data, 0, 0);
        flush();
        software_reset();
    } else {
        return second ? second(call) : STUB_UNKNOWN_OP;
    }
    return 0;
}

/* Entered from the ROM loader's MEM_END; never returns. */
void stub_main(void)
{
    uint32_t greeting = STUB_MAGIC, crc = 0;
    REG(UART0_INT_ENA) = 0; /* the ROM's handler must not take our bytes */
    slip_decoder_init(&decoder, (uint8_t *)frame_words, sizeof(frame_words));
    is_waiting = false;
    second = 0;
    make_crc_table();
    send_byte(SLIP_END);
    stub_send(&crc, (const uint8_t *)&greeting, 4);
    send_byte(SLIP_END);
    while (stub_wait(STUB_IDLE_MS)) {
        struct stub_call call;
        uint8_t error = stub_next(&call) ? handle(&call) : STUB_BAD_CRC;
        if (!call.is_silent)
            stub_reply(call.op, call.value, call.result, call.result_size,
                       error);
    }
    software_reset();
}
