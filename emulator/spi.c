/* SPI0 and SPI1: the registers through which software talks to the flash chip.
 * Registers and bits: ESP8266_RTOS_SDK, esp8266/spi_register.h; how esptool
 * uses them: chip.md A9, B3. Offsets from 0x60000200 (SPI0), 0x60000100. */
#include "emulator/peripherals.h"

#include <string.h>

#include "emulator/chip.h"

#define SPI_CMD 0x00
#define SPI_ADDR 0x04
#define SPI_CTRL 0x08
#define SPI_RD_STATUS 0x10
#define SPI_USER 0x1C
#define SPI_USER1 0x20
#define SPI_USER2 0x24
#define SPI_W0 0x40
#define SPI_EXT2 0xF8 /* bits 2:0 are the state machine: 0 is idle */

#define CMD_READ (1u << 31)
#define CMD_WREN (1u << 30)
#define CMD_WRDI (1u << 29)
#define CMD_RDID (1u << 28)
#define CMD_RDSR (1u << 27)
#define CMD_WRSR (1u << 26)
#define CMD_PP (1u << 25)
#define CMD_SE (1u << 24)
#define CMD_BE (1u << 23)
#define CMD_CE (1u << 22)
#define CMD_DP (1u << 21)
#define CMD_RES (1u << 20)
#define CMD_USR (1u << 18)

#define CTRL_QIO (1u << 24)
#define CTRL_DIO (1u << 23)
#define CTRL_TWO_BYTE_STATUS (1u << 22)
#define CTRL_QOUT (1u << 20)
#define CTRL_DOUT (1u << 14)
#define CTRL_FASTRD (1u << 13)
#define CTRL_MODES (CTRL_QIO | CTRL_DIO | CTRL_QOUT | CTRL_DOUT | CTRL_FASTRD)

#define USER_COMMAND (1u << 31)
#define USER_ADDR (1u << 30)
#define USER_DUMMY (1u << 29)
#define USER_MISO (1u << 28)
#define USER_MOSI (1u << 27)
#define USER_MOSI_HIGH (1u << 25) /* W8-W15 */
#define USER_MISO_HIGH (1u << 24)
#define USER_RESET USER_COMMAND
#define USER1_RESET (23u << 26)
#define USER2_RESET (7u << 28)

#define BUFFER 64u /* W0-W15 */
#define ADDRESS_MASK 0xFFFFFFu
#define LENGTH_SHIFT 24
/* The clock line's 40 MHz, as the ROM sets it; SPI_CLOCK changes nothing here.
 * A mode's more data lines count for data, not for the address. */
#define CYCLES_PER_CLOCK 2u

static uint32_t *reg(struct spi *spi, uint32_t offset)
{
    return &spi->reg[offset / 4];
}

static void get_buffer(struct spi *spi, uint8_t *bytes)
{
    for (unsigned i = 0; i < BUFFER; i++)
        bytes[i] = (uint8_t)(*reg(spi, SPI_W0 + (i & ~3u)) >> (8 * (i & 3)));
}

static void put_buffer(struct spi *spi, unsigned at, const uint8_t *bytes,
                       size_t size)
{
    for (size_t i = 0; i < size; i++) {
        unsigned n = (at + (unsigned)i) % BUFFER;
        uint32_t *word = reg(spi, SPI_W0 + (n & ~3u));
        unsigned shift = 8 * (n & 3);
        *word = (*word & ~(0xFFu << shift)) | ((uint32_t)bytes[i] << shift);
    }
}

/* Whatever the flash answers; FF where nothing is wired. */
static void transfer(struct spi *spi, uint8_t opcode, uint32_t address,
                     const uint8_t *out, size_t out_size, uint8_t *in,
                     size_t in_size)
{
    if (spi->index == 0 && spi->is_attached)
        flash_chip_command(&spi->chip->flash, opcode, address, out, out_size,
                           in, in_size);
    else if (in_size)
        memset(in, 0xFF, in_size);
}

/* READ and PP: address in bits 23:0, length in bits 31:24. */
static size_t fixed_length(struct spi *spi)
{
    size_t length = *reg(spi, SPI_ADDR) >> LENGTH_SHIFT;
    return length < BUFFER ? length : BUFFER;
}

/* The line is busy with so many bytes; data goes over `lanes` lines. */
static void take_time(struct spi *spi, size_t lead, size_t data, unsigned lanes)
{
    uint64_t clocks = 8u * (1u + lead) + 8u * data / lanes;
    uint64_t now = spi->chip->clock.now;
    if (spi->busy_until < now)
        spi->busy_until = now;
    spi->busy_until += clocks * CYCLES_PER_CLOCK;
}

static void run_read(struct spi *spi)
{
    static const struct {
        uint8_t opcode, lanes;
    } row[] = {{0xEB, 4}, {0x6B, 4}, {0xBB, 2}, {0x3B, 2}, {0x03, 1}};
    unsigned mode = spi_flash_mode(spi);
    uint8_t bytes[BUFFER];
    size_t length = fixed_length(spi);
    transfer(spi, row[mode].opcode, *reg(spi, SPI_ADDR) & ADDRESS_MASK, NULL, 0,
             bytes, length);
    take_time(spi, flash_chip_lead(row[mode].opcode), length, row[mode].lanes);
    put_buffer(spi, 0, bytes, length);
}

static void run_program(struct spi *spi)
{
    uint8_t bytes[BUFFER];
    get_buffer(spi, bytes);
    transfer(spi, 0x02, *reg(spi, SPI_ADDR) & ADDRESS_MASK, bytes,
             fixed_length(spi), NULL, 0);
    take_time(spi, 3, fixed_length(spi), 1);
}

static void run_read_id(struct spi *spi)
{
    uint8_t id[4] = {0};
    transfer(spi, 0x9F, 0, NULL, 0, id, 3);
    put_buffer(spi, 0, id, sizeof id);
    take_time(spi, 0, 3, 1);
}

static void run_read_status(struct spi *spi)
{
    uint8_t status = 0;
    transfer(spi, 0x05, 0, NULL, 0, &status, 1);
    *reg(spi, SPI_RD_STATUS) = status;
    take_time(spi, 0, 1, 1);
}

static void run_write_status(struct spi *spi)
{
    uint32_t value = *reg(spi, SPI_RD_STATUS);
    uint8_t bytes[2] = {(uint8_t)value, (uint8_t)(value >> 8)};
    transfer(spi, 0x01, 0, bytes,
             *reg(spi, SPI_CTRL) & CTRL_TWO_BYTE_STATUS ? 2 : 1, NULL, 0);
    take_time(spi, 0, 2, 1);
}

static size_t bytes_of_bits(uint32_t bits)
{
    return (bits + 7) / 8;
}

struct user {
    uint8_t opcode;
    uint32_t address;
    size_t lead; /* address and dummy bytes clocked */
    uint8_t out[BUFFER];
    size_t out_size;
};

/* Everything that is clocked out, as the flash understands it. */
static void gather_user(struct spi *spi, struct user *user)
{
    uint32_t flags = *reg(spi, SPI_USER), lengths = *reg(spi, SPI_USER1);
    *user = (struct user){.opcode = 0xFF};
    if (flags & USER_COMMAND)
        user->opcode = (uint8_t)*reg(spi, SPI_USER2);
    if (flags & USER_ADDR) {
        unsigned bits = (lengths >> 26) + 1;
        /* Sent from the top bit on; the flash takes the first 24. */
        user->address = *reg(spi, SPI_ADDR) >> (bits < 24 ? 32 - bits : 8);
        user->lead = bytes_of_bits(bits);
    }
    if (flags & USER_DUMMY)
        user->lead += bytes_of_bits((lengths & 0xFF) + 1);
    if (flags & USER_MOSI) {
        uint8_t bytes[BUFFER];
        unsigned from = flags & USER_MOSI_HIGH ? BUFFER / 2 : 0;
        get_buffer(spi, bytes);
        size_t size = bytes_of_bits(((lengths >> 17) & 0x1FF) + 1);
        user->out_size = size < BUFFER - from ? size : BUFFER - from;
        memcpy(user->out, bytes + from, user->out_size);
    }
}

/* An address may also be clocked out as the first data bytes. */
static void take_address_from_data(struct user *user, size_t lead)
{
    if (user->lead != 0 || lead < 3 || user->out_size < 3)
        return;
    user->address = ((uint32_t)user->out[0] << 16) |
                    ((uint32_t)user->out[1] << 8) | user->out[2];
    user->lead = lead < user->out_size ? lead : user->out_size;
    user->out_size -= user->lead;
    memmove(user->out, user->out + user->lead, user->out_size);
}

static void hold_byte(struct spi *spi, uint8_t byte)
{
    if (spi->held_size < SPI_HELD_MAX)
        spi->held[spi->held_size++] = byte;
}

/* A part of the command that ends when its select does. */
static void run_held(struct spi *spi, const struct user *user)
{
    uint32_t flags = *reg(spi, SPI_USER);
    uint8_t nothing[BUFFER];
    if (flags & USER_COMMAND)
        hold_byte(spi, user->opcode);
    for (unsigned i = 3; i > 0 && flags & USER_ADDR; i--)
        hold_byte(spi, (uint8_t)(user->address >> 8 * (i - 1)));
    for (size_t i = 0; i < user->out_size; i++)
        hold_byte(spi, user->out[i]);
    memset(nothing, 0xFF, sizeof nothing);
    if (flags & USER_MISO)
        put_buffer(spi, 0, nothing, BUFFER);
    take_time(spi, user->lead, user->out_size, 1);
}

void spi_hold(struct spi *spi, bool is_held)
{
    if (is_held == spi->is_held)
        return;
    spi->is_held = is_held;
    size_t size = spi->held_size;
    spi->held_size = 0;
    size_t lead = size > 0 ? 1u + flash_chip_lead(spi->held[0]) : 1u;
    if (is_held || size < lead)
        return;
    const uint8_t *held = spi->held;
    uint32_t address =
        lead < 4 ? 0
                 : (uint32_t)held[1] << 16 | (uint32_t)held[2] << 8 | held[3];
    flash_chip_command(&spi->chip->flash, held[0], address, held + lead,
                       size - lead, NULL, 0);
}

static void run_user(struct spi *spi)
{
    struct user user;
    gather_user(spi, &user);
    if (spi->is_held) {
        run_held(spi, &user);
        return;
    }
    size_t lead = flash_chip_lead(user.opcode);
    take_address_from_data(&user, lead);
    uint32_t flags = *reg(spi, SPI_USER);
    unsigned to = flags & USER_MISO_HIGH ? BUFFER / 2 : 0;
    size_t size = 0;
    if (flags & USER_MISO)
        size = bytes_of_bits(((*reg(spi, SPI_USER1) >> 8) & 0x1FF) + 1);
    if (size > BUFFER - to)
        size = BUFFER - to;

    /* An opcode that wants more address or dummy bytes than were sent before
     * MISO starts takes them out of the reading time. */
    size_t missing = lead > user.lead ? lead - user.lead : 0;
    if (missing > size)
        missing = size;
    uint8_t in[BUFFER];
    memset(in, 0xFF, sizeof in);
    transfer(spi, user.opcode, user.address, user.out, user.out_size,
             in + missing, size - missing);
    put_buffer(spi, to, in, size);
    take_time(spi, user.lead, user.out_size + size, 1);
}

static void run_plain(struct spi *spi, uint8_t opcode)
{
    take_time(spi, flash_chip_lead(opcode), 0, 1);
    transfer(spi, opcode, *reg(spi, SPI_ADDR) & ADDRESS_MASK, NULL, 0, NULL, 0);
}

/* clang-format off */
static const struct {
    uint32_t bit;
    void (*run)(struct spi *spi); /* or, when NULL, a plain opcode */
    uint8_t opcode;
} commands[] = {
    {CMD_READ, run_read, 0},
    {CMD_WREN, NULL, 0x06},
    {CMD_WRDI, NULL, 0x04},
    {CMD_RDID, run_read_id, 0},
    {CMD_RDSR, run_read_status, 0},
    {CMD_WRSR, run_write_status, 0},
    {CMD_PP, run_program, 0},
    {CMD_SE, NULL, 0x20},
    {CMD_BE, NULL, 0xD8},
    {CMD_CE, NULL, 0xC7},
    {CMD_DP, NULL, 0xB9},
    {CMD_RES, NULL, 0xAB},
    {CMD_USR, run_user, 0},
};
/* clang-format on */

static void run_commands(struct spi *spi, uint32_t bits)
{
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        if (!(bits & commands[i].bit))
            continue;
        if (commands[i].run)
            commands[i].run(spi);
        else
            run_plain(spi, commands[i].opcode);
    }
}

static uint32_t spi_read(void *ctx, uint32_t offset)
{
    struct spi *spi = ctx;
    bool is_running = spi->chip->clock.now < spi->busy_until;
    if (offset == SPI_CMD)
        return is_running ? spi->running : 0;
    if (offset == SPI_EXT2)
        return is_running;
    return *reg(spi, offset);
}

static void spi_write(void *ctx, uint32_t offset, uint32_t value)
{
    struct spi *spi = ctx;
    if (offset == SPI_CMD) {
        spi->running = value;
        run_commands(spi, value);
        return;
    }
    uint32_t old = *reg(spi, offset);
    *reg(spi, offset) = value;
    if (offset == SPI_CTRL && (old ^ value) & CTRL_MODES && spi->index == 0)
        dport_refresh(&spi->chip->dport);
}

/* clang-format off */
static const struct {
    unsigned mode;
    uint32_t bits;
} modes[] = {
    {MODE_QIO, CTRL_QIO | CTRL_FASTRD},
    {MODE_QOUT, CTRL_QOUT | CTRL_FASTRD},
    {MODE_DIO, CTRL_DIO | CTRL_FASTRD},
    {MODE_DOUT, CTRL_DOUT | CTRL_FASTRD},
    {SPI_MODE_SLOW, 0},
};
/* clang-format on */

unsigned spi_flash_mode(const struct spi *spi)
{
    uint32_t ctrl = spi->reg[SPI_CTRL / 4] & CTRL_MODES & ~CTRL_FASTRD;
    for (size_t i = 0; i < sizeof modes / sizeof modes[0]; i++)
        if (ctrl && (modes[i].bits & ctrl) == ctrl)
            return modes[i].mode;
    return SPI_MODE_SLOW;
}

void spi_set_flash_mode(struct spi *spi, unsigned mode)
{
    for (size_t i = 0; i < sizeof modes / sizeof modes[0]; i++)
        if (modes[i].mode == mode)
            spi_write(spi, SPI_CTRL,
                      (*reg(spi, SPI_CTRL) & ~CTRL_MODES) | modes[i].bits);
}

void spi_init(struct spi *spi, struct chip *chip, unsigned index)
{
    *spi = (struct spi){.chip = chip, .index = index};
    spi->device = (struct bus_device){
        .name = index == 0 ? "SPI0" : "SPI1",
        .base = index == 0 ? 0x60000200u : 0x60000100u,
        .size = 0x100,
        .read = spi_read,
        .write = spi_write,
        .ctx = spi,
    };
    spi_reset(spi);
}

void spi_reset(struct spi *spi)
{
    memset(spi->reg, 0, sizeof spi->reg);
    *reg(spi, SPI_USER) = USER_RESET;
    *reg(spi, SPI_USER1) = USER1_RESET;
    *reg(spi, SPI_USER2) = USER2_RESET;
    spi->is_attached = false;
    spi->is_held = false;
    spi->held_size = 0;
    spi->busy_until = 0;
}
