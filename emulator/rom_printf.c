/* ets_printf and its kin. The text is formatted anew at every step and only
 * the characters from the saved position on are used: so nothing is kept but
 * one small frame on the guest's stack, and an interrupt handler may print
 * between two characters. */
#include "emulator/rom_private.h"

#include <stdio.h>
#include <string.h>

/* The frame, words. */
#define FRAME_SIZE 64u
#define FRAME_A0 0u
#define FRAME_PUTC 4u /* 0: the UART */
#define FRAME_FORMAT 8u
#define FRAME_VA 12u /* the caller's va_list: stack, registers, index */
#define FRAME_POSITION 24u
#define FRAME_IS_CR_OUT 28u
#define FRAME_REGISTERS 32u /* a2 to a7, as va_start would save them */

#define WINDOW ROM_FORMAT_PIECE
#define NUMBER_ROOM 40u
#define CHARACTER_CYCLES 60ull
#define WIDTH_LIMIT 255u

/* Where formatted characters go: those from `skip` on, `WINDOW` at most. */
struct window {
    uint32_t skip, count;
    uint8_t text[WINDOW];
};

/* The xtensa va_list. The first 24 bytes of arguments were in registers; on
 * the stack the index begins at 32. */
struct arguments {
    struct chip *chip;
    uint32_t stack, registers, index;
};

struct conversion {
    bool is_left, is_zero_padded, has_precision;
    uint32_t width, precision;
    char kind;
};

static void emit(struct window *window, char c)
{
    if (window->count >= window->skip && window->count < window->skip + WINDOW)
        window->text[window->count - window->skip] = (uint8_t)c;
    window->count++;
}

static void emit_many(struct window *window, char c, uint32_t n)
{
    while (n--)
        emit(window, c);
}

static uint32_t next_argument(struct arguments *args)
{
    uint32_t end = args->index + 4;
    bool is_register = end <= 24;
    if (!is_register && args->index <= 24)
        end = 36;
    args->index = end;
    return rom_get(args->chip,
                   (is_register ? args->registers : args->stack) + end - 4);
}

static uint32_t read_number(struct chip *chip, uint32_t *at,
                            struct arguments *args)
{
    bool is_ok = true;
    uint32_t value = 0;
    char c = (char)rom_get8(chip, *at, &is_ok);
    if (c == '*') {
        ++*at;
        return next_argument(args);
    }
    for (; c >= '0' && c <= '9'; c = (char)rom_get8(chip, ++*at, &is_ok))
        value = value * 10 + (uint32_t)(c - '0');
    return value;
}

/* What stands between % and the conversion's letter. */
static struct conversion read_conversion(struct chip *chip, uint32_t *at,
                                         struct arguments *args)
{
    struct conversion conv = {0};
    bool is_ok = true;
    for (;; ++*at) {
        char c = (char)rom_get8(chip, *at, &is_ok);
        if (c == '-')
            conv.is_left = true;
        else if (c == '0')
            conv.is_zero_padded = true;
        else
            break;
    }
    conv.width = read_number(chip, at, args) & WIDTH_LIMIT;
    if (rom_get8(chip, *at, &is_ok) == '.') {
        ++*at;
        conv.has_precision = true;
        conv.precision = read_number(chip, at, args) & WIDTH_LIMIT;
    }
    while (rom_get8(chip, *at, &is_ok) == 'l' ||
           rom_get8(chip, *at, &is_ok) == 'h')
        ++*at;
    conv.kind = (char)rom_get8(chip, *at, &is_ok);
    if (conv.kind != '\0')
        ++*at;
    return conv;
}

static void emit_field(struct window *window, const struct conversion *conv,
                       const char *sign, const char *digits, uint32_t length)
{
    uint32_t total = (uint32_t)strlen(sign) + length;
    uint32_t pad = conv->width > total ? conv->width - total : 0;
    if (!conv->is_left && !conv->is_zero_padded)
        emit_many(window, ' ', pad);
    while (*sign)
        emit(window, *sign++);
    if (!conv->is_left && conv->is_zero_padded)
        emit_many(window, '0', pad);
    for (uint32_t i = 0; i < length; i++)
        emit(window, digits[i]);
    if (conv->is_left)
        emit_many(window, ' ', pad);
}

static void emit_integer(struct window *window, const struct conversion *conv,
                         uint32_t value)
{
    char digits[NUMBER_ROOM];
    const char *sign = "";
    if ((conv->kind == 'd' || conv->kind == 'i') && (int32_t)value < 0) {
        sign = "-";
        value = 0 - value;
    }
    if (conv->kind == 'x' || conv->kind == 'p')
        snprintf(digits, sizeof(digits), "%x", value);
    else if (conv->kind == 'X')
        snprintf(digits, sizeof(digits), "%X", value);
    else if (conv->kind == 'o')
        snprintf(digits, sizeof(digits), "%o", value);
    else
        snprintf(digits, sizeof(digits), "%u", value);
    emit_field(window, conv, sign, digits, (uint32_t)strlen(digits));
}

static void emit_string(struct window *window, const struct conversion *conv,
                        struct chip *chip, uint32_t address)
{
    struct conversion padded = *conv;
    char text[512];
    uint32_t length = 0;
    bool is_ok = true;
    uint32_t limit = conv->has_precision ? conv->precision : sizeof(text);
    padded.is_zero_padded = false;
    while (address && length < limit && length < sizeof(text)) {
        text[length] = (char)rom_get8(chip, address + length, &is_ok);
        if (!is_ok || text[length] == '\0')
            break;
        length++;
    }
    if (address)
        emit_field(window, &padded, "", text, length);
    else
        emit_field(window, &padded, "", "(null)", 6);
}

static void emit_conversion(struct window *window,
                            const struct conversion *conv,
                            struct arguments *args)
{
    char c;
    switch (conv->kind) {
    case 'd':
    case 'i':
    case 'u':
    case 'x':
    case 'X':
    case 'o':
    case 'p':
        emit_integer(window, conv, next_argument(args));
        break;
    case 's':
        emit_string(window, conv, args->chip, next_argument(args));
        break;
    case 'c':
        c = (char)next_argument(args);
        emit_field(window, conv, "", &c, 1);
        break;
    case '\0':
        break;
    default: /* %% and what the ROM does not know */
        emit(window, conv->kind);
        break;
    }
}

/* The whole text into the window. */
static void format(struct window *window, struct arguments args,
                   uint32_t address)
{
    bool is_ok = true;
    for (;;) {
        char c = (char)rom_get8(args.chip, address, &is_ok);
        if (c == '\0' || !is_ok)
            return;
        address++;
        if (c != '%') {
            emit(window, c);
            continue;
        }
        struct conversion conv = read_conversion(args.chip, &address, &args);
        emit_conversion(window, &conv, &args);
    }
}

uint32_t rom_format(struct chip *chip, uint32_t address, const uint32_t va[3],
                    uint32_t skip, uint8_t piece[ROM_FORMAT_PIECE])
{
    struct window window = {.skip = skip};
    struct arguments args = {
        .chip = chip, .stack = va[0], .registers = va[1], .index = va[2]};
    format(&window, args, address);
    memcpy(piece, window.text, ROM_FORMAT_PIECE);
    return window.count;
}

static struct window format_frame(struct chip *chip, uint32_t frame)
{
    struct window window = {.skip = rom_get(chip, frame + FRAME_POSITION)};
    struct arguments args = {.chip = chip,
                             .stack = rom_get(chip, frame + FRAME_VA),
                             .registers = rom_get(chip, frame + FRAME_VA + 4),
                             .index = rom_get(chip, frame + FRAME_VA + 8)};
    format(&window, args, rom_get(chip, frame + FRAME_FORMAT));
    return window;
}

/* ---- output ---- */

static struct uart *debug_uart(struct chip *chip)
{
    return &chip->uart[(rom_get(chip, ROM_UART_NUMBER) & 0xFF) == 1];
}

/* One character to the UART as the ROM's putc does; false: no room yet. */
static bool put_uart(struct chip *chip, uint32_t frame, uint8_t c)
{
    struct uart *uart = debug_uart(chip);
    if (c == '\r')
        return true;
    if (!uart_tx_has_room(uart))
        return false;
    if (c == '\n' && !rom_get(chip, frame + FRAME_IS_CR_OUT)) {
        uart_tx_push(uart, '\r');
        rom_put(chip, frame + FRAME_IS_CR_OUT, 1);
        if (!uart_tx_has_room(uart))
            return false;
    }
    uart_tx_push(uart, c);
    rom_put(chip, frame + FRAME_IS_CR_OUT, 0);
    return true;
}

static enum native_result finish(struct chip *chip, uint32_t count)
{
    uint32_t frame = chip->cpu.a[1];
    chip->cpu.a[0] = rom_get(chip, frame + FRAME_A0);
    chip->cpu.a[1] = frame + FRAME_SIZE;
    return rom_return(chip, count);
}

static enum native_result write_window(struct chip *chip, uint32_t frame,
                                       const struct window *window)
{
    uint32_t position = window->skip;
    for (uint32_t i = 0; i < WINDOW && position < window->count; i++) {
        if (!put_uart(chip, frame, window->text[i]))
            break;
        position++;
    }
    native_spend(chip, (position - window->skip) * CHARACTER_CYCLES);
    rom_put(chip, frame + FRAME_POSITION, position);
    return position == window->skip ? NATIVE_AGAIN
                                    : native_goto(chip, ROM_PRINTF_STEP);
}

/* Where ets_write_char sends characters: 0 is the UART. */
static uint32_t installed_putc(struct chip *chip)
{
    uint32_t putc1 = rom_get(chip, ROM_PUTC1);
    uint32_t putc = putc1 ? putc1 : rom_get(chip, ROM_PUTC2);
    return putc == ROM_PUTC_UART ? 0 : putc ? putc : ROM_P_NONE;
}

enum native_result native_printf_step(struct chip *chip)
{
    uint32_t frame = chip->cpu.a[1];
    struct window window = format_frame(chip, frame);
    uint32_t putc = rom_get(chip, frame + FRAME_PUTC);
    if (window.skip >= window.count)
        return finish(chip, window.count);
    if (putc == ROM_WRITE_CHAR)
        putc = installed_putc(chip);
    else if (putc == ROM_PUTC_UART)
        putc = 0;
    if (putc == 0)
        return write_window(chip, frame, &window);
    rom_put(chip, frame + FRAME_POSITION, window.skip + 1);
    chip->cpu.a[2] = window.text[0];
    chip->cpu.a[0] = ROM_PRINTF_STEP;
    return native_goto(chip, putc);
}

/* Make the frame; va_list still to be filled in. */
static uint32_t open_frame(struct chip *chip, uint32_t putc, uint32_t fmt)
{
    struct cpu *cpu = &chip->cpu;
    uint32_t frame = cpu->a[1] - FRAME_SIZE;
    rom_put(chip, frame + FRAME_A0, cpu->a[0]);
    rom_put(chip, frame + FRAME_PUTC, putc);
    rom_put(chip, frame + FRAME_FORMAT, fmt);
    rom_put(chip, frame + FRAME_POSITION, 0);
    rom_put(chip, frame + FRAME_IS_CR_OUT, 0);
    for (unsigned i = 2; i < 8; i++)
        rom_put(chip, frame + FRAME_REGISTERS + 4 * (i - 2), cpu->a[i]);
    cpu->a[1] = frame;
    return frame;
}

static enum native_result start(struct chip *chip, uint32_t frame,
                                const uint32_t va[3])
{
    for (unsigned i = 0; i < 3; i++)
        rom_put(chip, frame + FRAME_VA + 4 * i, va[i]);
    return native_goto(chip, ROM_PRINTF_STEP);
}

static enum native_result print(struct chip *chip, uint32_t putc)
{
    uint32_t frame = open_frame(chip, putc, chip->cpu.a[2]);
    const uint32_t va[3] = {frame + FRAME_SIZE - 32, frame + FRAME_REGISTERS,
                            4};
    return start(chip, frame, va);
}

/* ets_printf(format, ...) */
enum native_result native_printf(struct chip *chip)
{
    return print(chip, ROM_WRITE_CHAR);
}

/* ets_uart_printf(format, ...): to the UART whatever is installed. */
enum native_result native_uart_printf(struct chip *chip)
{
    return print(chip, ROM_PUTC_UART);
}

/* ets_vprintf(putc, format, va_list): the list is three words by value. */
enum native_result native_vprintf(struct chip *chip)
{
    const uint32_t *a = chip->cpu.a;
    const uint32_t va[3] = {a[4], a[5], a[6]};
    return start(chip, open_frame(chip, a[2], a[3]), va);
}

/* ets_write_char(c): a tail call of what is installed. */
enum native_result native_write_char(struct chip *chip)
{
    uint32_t putc = installed_putc(chip);
    return native_goto(chip, putc ? putc : ROM_PUTC_UART);
}

/* ets_install_putc1(putc), ets_install_putc2(putc) */
enum native_result native_install_putc1(struct chip *chip)
{
    rom_put(chip, ROM_PUTC1, chip->cpu.a[2]);
    return NATIVE_RETURN;
}

enum native_result native_install_putc2(struct chip *chip)
{
    rom_put(chip, ROM_PUTC2, chip->cpu.a[2]);
    return NATIVE_RETURN;
}

enum native_result native_install_uart_printf(struct chip *chip)
{
    rom_put(chip, ROM_PUTC1, ROM_PUTC_UART);
    return NATIVE_RETURN;
}
