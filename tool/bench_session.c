#include "tool/bench_session.h"

#include <string.h>

/* What an adapter on a desk shows: somebody is there and ready. */
#define MODEM_STATE (RFC2217_MODEM_CTS | RFC2217_MODEM_DSR | RFC2217_MODEM_CD)
#define LINE_STATE 0x60u /* transmitter empty (16550 LSR) */
#define BAUD_DEFAULT 115200u
#define BAUD_MAX 6000000u

#define OPTION_BIT(option) (1ull << (option))
/* Echo is a matter of the firmware behind the line: we say we do it, so that a
 * Telnet program for people sends each key at once and shows none itself. */
#define WE_CAN                                                                 \
    (OPTION_BIT(TELNET_BINARY) | OPTION_BIT(TELNET_ECHO) |                     \
     OPTION_BIT(TELNET_SGA) | OPTION_BIT(TELNET_COM_PORT))
#define THEY_MAY                                                               \
    (OPTION_BIT(TELNET_BINARY) | OPTION_BIT(TELNET_SGA) |                      \
     OPTION_BIT(TELNET_COM_PORT))

static void say_option(struct bench_session *s, enum telnet_verb verb,
                       uint8_t option)
{
    uint8_t out[RFC2217_OPTION_ROOM];
    s->ops->reply(s->ops->ctx, out, rfc2217_put_option(out, verb, option));
}

static void say_u8(struct bench_session *s, unsigned command, uint8_t value)
{
    uint8_t out[RFC2217_COMMAND_ROOM(1)];
    s->ops->reply(s->ops->ctx, out,
                  rfc2217_put_u8(out, command + RFC2217_SERVER, value));
}

static void say_u32(struct bench_session *s, unsigned command, uint32_t value)
{
    uint8_t out[RFC2217_COMMAND_ROOM(4)];
    s->ops->reply(s->ops->ctx, out,
                  rfc2217_put_u32(out, command + RFC2217_SERVER, value));
}

/* ---- options: answer a wish only when it changes something (RFC 854) ---- */

static void on_option(struct bench_session *s)
{
    uint8_t option = s->decoder.option;
    uint64_t bit = option < 64 ? OPTION_BIT(option) : 0;
    switch ((enum telnet_verb)s->decoder.verb) {
    case TELNET_DO:
        if (!(WE_CAN & bit)) {
            say_option(s, TELNET_WONT, option);
        } else if (!(s->we_do & bit)) {
            s->we_do |= bit;
            say_option(s, TELNET_WILL, option);
        }
        return;
    case TELNET_DONT:
        if (s->we_do & bit) {
            s->we_do &= ~bit;
            say_option(s, TELNET_WONT, option);
        }
        return;
    case TELNET_WILL:
        if (!(THEY_MAY & bit)) {
            say_option(s, TELNET_DONT, option);
        } else if (!(s->they_do & bit)) {
            s->they_do |= bit;
            say_option(s, TELNET_DO, option);
        }
        return;
    case TELNET_WONT:
        if (s->they_do & bit) {
            s->they_do &= ~bit;
            say_option(s, TELNET_DONT, option);
        }
        return;
    }
}

/* ---- Com Port commands ---- */

static void on_signature(struct bench_session *s)
{
    static const char text[] = "pogo bench";
    uint8_t out[RFC2217_COMMAND_ROOM(sizeof(text))];
    if (s->decoder.arg_count == 0) {
        s->ops->reply(
            s->ops->ctx, out,
            rfc2217_put_command(out, RFC2217_SIGNATURE + RFC2217_SERVER,
                                (const uint8_t *)text, sizeof(text) - 1));
    }
}

static void on_baud(struct bench_session *s)
{
    uint32_t baud = rfc2217_arg_u32(&s->decoder);
    if (baud > 0 && baud <= BAUD_MAX) {
        s->baud = baud;
        s->ops->baud(s->ops->ctx, baud);
    }
    say_u32(s, RFC2217_SET_BAUDRATE, s->baud);
}

/* The chip's frames are 8N1 all its life here; the others are remembered, so
 * that the client finds what it has set. */
static void on_frame(struct bench_session *s, uint8_t *value, uint8_t low,
                     uint8_t high)
{
    uint8_t wish = rfc2217_arg_u8(&s->decoder);
    if (wish >= low && wish <= high) {
        *value = wish;
    }
    say_u8(s, s->decoder.command, *value);
}

static void on_data_size(struct bench_session *s)
{
    on_frame(s, &s->data_size, 5, 8);
}

static void on_parity(struct bench_session *s)
{
    on_frame(s, &s->parity, 1, 5);
}

static void on_stop_size(struct bench_session *s)
{
    on_frame(s, &s->stop_size, 1, 3);
}

static void set_line(struct bench_session *s, bool *line, bool is_on)
{
    *line = is_on;
    s->ops->lines(s->ops->ctx, s->dtr, s->rts);
}

static uint8_t on_off(bool is_on, enum rfc2217_control on)
{
    return (uint8_t)(is_on ? on : on + 1);
}

/* Every answer is the state after the command, in the command's own numbers. */
static uint8_t control(struct bench_session *s, uint8_t wish)
{
    switch (wish) {
    case RFC2217_DTR_ON:
    case RFC2217_DTR_OFF:
        set_line(s, &s->dtr, wish == RFC2217_DTR_ON);
        return wish;
    case RFC2217_RTS_ON:
    case RFC2217_RTS_OFF:
        set_line(s, &s->rts, wish == RFC2217_RTS_ON);
        return wish;
    case RFC2217_BREAK_ON:
    case RFC2217_BREAK_OFF:
        s->has_break = wish == RFC2217_BREAK_ON;
        return wish;
    case RFC2217_FLOW_NONE:
    case RFC2217_FLOW_XONXOFF:
    case RFC2217_FLOW_HARDWARE:
        s->flow = wish;
        return wish;
    case RFC2217_FLOW_IN_NONE:
    case RFC2217_FLOW_IN_XONXOFF:
    case RFC2217_FLOW_IN_HARDWARE:
        s->flow_in = wish;
        return wish;
    case RFC2217_ASK_BREAK:
        return on_off(s->has_break, RFC2217_BREAK_ON);
    case RFC2217_ASK_DTR:
        return on_off(s->dtr, RFC2217_DTR_ON);
    case RFC2217_ASK_RTS:
        return on_off(s->rts, RFC2217_RTS_ON);
    case RFC2217_ASK_FLOW_IN:
        return s->flow_in;
    default:
        return s->flow; /* asked, or a control that we do not have */
    }
}

static void on_control(struct bench_session *s)
{
    say_u8(s, RFC2217_SET_CONTROL, control(s, rfc2217_arg_u8(&s->decoder)));
}

static void on_line_state(struct bench_session *s)
{
    if (s->decoder.command == RFC2217_SET_LINESTATE_MASK) {
        say_u8(s, RFC2217_SET_LINESTATE_MASK, rfc2217_arg_u8(&s->decoder));
    }
    say_u8(s, RFC2217_NOTIFY_LINESTATE, LINE_STATE);
}

/* pyserial asks for the state by sending the notification itself. */
static void on_modem_state(struct bench_session *s)
{
    if (s->decoder.command == RFC2217_SET_MODEMSTATE_MASK) {
        say_u8(s, RFC2217_SET_MODEMSTATE_MASK, rfc2217_arg_u8(&s->decoder));
    }
    say_u8(s, RFC2217_NOTIFY_MODEMSTATE, MODEM_STATE);
}

static void on_flow(struct bench_session *s)
{
    s->is_suspended = s->decoder.command == RFC2217_FLOW_SUSPEND;
}

static void on_purge(struct bench_session *s)
{
    uint8_t which = rfc2217_arg_u8(&s->decoder);
    if (which & 1) {
        s->ops->purge(s->ops->ctx);
    }
    say_u8(s, RFC2217_PURGE_DATA, which);
}

static void (*const commands[])(struct bench_session *s) = {
    [RFC2217_SIGNATURE] = on_signature,
    [RFC2217_SET_BAUDRATE] = on_baud,
    [RFC2217_SET_DATASIZE] = on_data_size,
    [RFC2217_SET_PARITY] = on_parity,
    [RFC2217_SET_STOPSIZE] = on_stop_size,
    [RFC2217_SET_CONTROL] = on_control,
    [RFC2217_NOTIFY_LINESTATE] = on_line_state,
    [RFC2217_NOTIFY_MODEMSTATE] = on_modem_state,
    [RFC2217_FLOW_SUSPEND] = on_flow,
    [RFC2217_FLOW_RESUME] = on_flow,
    [RFC2217_SET_LINESTATE_MASK] = on_line_state,
    [RFC2217_SET_MODEMSTATE_MASK] = on_modem_state,
    [RFC2217_PURGE_DATA] = on_purge,
};

void bench_session_feed(struct bench_session *s, const uint8_t *bytes,
                        size_t size)
{
    for (size_t i = 0; i < size; i++) {
        switch (rfc2217_decode(&s->decoder, bytes[i])) {
        case RFC2217_DATA:
            s->ops->serial(s->ops->ctx, s->decoder.byte);
            break;
        case RFC2217_OPTION:
            on_option(s);
            break;
        case RFC2217_COMMAND:
            if (s->decoder.command < sizeof(commands) / sizeof(commands[0])) {
                commands[s->decoder.command](s);
            }
            break;
        case RFC2217_NOTHING:
            break;
        }
    }
}

void bench_session_start(struct bench_session *s,
                         const struct bench_session_ops *ops)
{
    memset(s, 0, sizeof(*s));
    s->ops = ops;
    s->baud = BAUD_DEFAULT;
    s->data_size = 8;
    s->parity = 1;
    s->stop_size = 1;
    s->flow = RFC2217_FLOW_NONE;
    s->flow_in = RFC2217_FLOW_IN_NONE;
    rfc2217_decoder_init(&s->decoder);
    s->we_do = OPTION_BIT(TELNET_BINARY) | OPTION_BIT(TELNET_SGA) |
               OPTION_BIT(TELNET_ECHO);
    s->they_do = OPTION_BIT(TELNET_BINARY) | OPTION_BIT(TELNET_SGA);
    say_option(s, TELNET_WILL, TELNET_BINARY);
    say_option(s, TELNET_WILL, TELNET_SGA);
    say_option(s, TELNET_WILL, TELNET_ECHO);
    say_option(s, TELNET_DO, TELNET_BINARY);
    say_option(s, TELNET_DO, TELNET_SGA);
}
