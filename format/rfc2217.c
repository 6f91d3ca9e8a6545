#include "format/rfc2217.h"

#include <string.h>

#include "format/bytes.h"

enum state {
    STATE_DATA,
    STATE_IAC,
    STATE_VERB,     /* after WILL, WONT, DO, DONT: the option follows */
    STATE_SUB,      /* after SB: the option follows */
    STATE_SUB_ARGS, /* its bytes */
    STATE_SUB_IAC   /* an IAC among them */
};

void rfc2217_decoder_init(struct rfc2217_decoder *d)
{
    memset(d, 0, sizeof(*d));
}

static enum rfc2217_item after_iac(struct rfc2217_decoder *d, uint8_t byte)
{
    d->state = STATE_DATA;
    if (byte == TELNET_IAC) {
        d->byte = byte;
        return RFC2217_DATA;
    }
    if (byte == TELNET_SB) {
        d->state = STATE_SUB;
    } else if (byte >= TELNET_WILL) {
        d->verb = byte;
        d->state = STATE_VERB;
    }
    return RFC2217_NOTHING;
}

static void sub_byte(struct rfc2217_decoder *d, uint8_t byte)
{
    if (!d->has_command) {
        d->command = byte;
        d->has_command = true;
    } else if (d->arg_count < RFC2217_ARGS) {
        d->args[d->arg_count++] = byte;
    }
}

static enum rfc2217_item sub_after_iac(struct rfc2217_decoder *d, uint8_t byte)
{
    if (byte == TELNET_IAC) {
        d->state = STATE_SUB_ARGS;
        sub_byte(d, byte);
        return RFC2217_NOTHING;
    }
    d->state = STATE_DATA;
    if (byte != TELNET_SE) {
        /* The end is missing: whatever this is begins a new Telnet command. */
        return after_iac(d, byte);
    }
    return d->sub_option == TELNET_COM_PORT && d->has_command ? RFC2217_COMMAND
                                                              : RFC2217_NOTHING;
}

static enum rfc2217_item step(struct rfc2217_decoder *d, uint8_t byte)
{
    switch ((enum state)d->state) {
    case STATE_IAC:
        return after_iac(d, byte);
    case STATE_VERB:
        d->option = byte;
        d->state = STATE_DATA;
        return RFC2217_OPTION;
    case STATE_SUB:
        d->sub_option = byte;
        d->has_command = false;
        d->arg_count = 0;
        d->state = STATE_SUB_ARGS;
        return RFC2217_NOTHING;
    case STATE_SUB_ARGS:
        if (byte == TELNET_IAC) {
            d->state = STATE_SUB_IAC;
        } else {
            sub_byte(d, byte);
        }
        return RFC2217_NOTHING;
    case STATE_SUB_IAC:
        return sub_after_iac(d, byte);
    case STATE_DATA:
    default:
        if (byte == TELNET_IAC) {
            d->state = STATE_IAC;
            return RFC2217_NOTHING;
        }
        d->byte = byte;
        return RFC2217_DATA;
    }
}

enum rfc2217_item rfc2217_decode(struct rfc2217_decoder *d, uint8_t byte)
{
    d->item = step(d, byte);
    return d->item;
}

uint32_t rfc2217_arg_u32(const struct rfc2217_decoder *d)
{
    return d->arg_count >= 4 ? get_u32be(d->args) : 0;
}

uint8_t rfc2217_arg_u8(const struct rfc2217_decoder *d)
{
    return d->arg_count >= 1 ? d->args[0] : 0;
}

size_t rfc2217_put_data(uint8_t *out, const uint8_t *data, size_t size)
{
    size_t n = 0;
    for (size_t i = 0; i < size; i++) {
        out[n++] = data[i];
        if (data[i] == TELNET_IAC) {
            out[n++] = TELNET_IAC;
        }
    }
    return n;
}

size_t rfc2217_put_option(uint8_t *out, enum telnet_verb verb, uint8_t option)
{
    out[0] = TELNET_IAC;
    out[1] = (uint8_t)verb;
    out[2] = option;
    return 3;
}

size_t rfc2217_put_command(uint8_t *out, unsigned command, const uint8_t *args,
                           size_t arg_count)
{
    out[0] = TELNET_IAC;
    out[1] = TELNET_SB;
    out[2] = TELNET_COM_PORT;
    out[3] = (uint8_t)command;
    size_t n = 4 + rfc2217_put_data(out + 4, args, arg_count);
    out[n++] = TELNET_IAC;
    out[n++] = TELNET_SE;
    return n;
}

size_t rfc2217_put_u8(uint8_t *out, unsigned command, uint8_t value)
{
    return rfc2217_put_command(out, command, &value, 1);
}

size_t rfc2217_put_u32(uint8_t *out, unsigned command, uint32_t value)
{
    uint8_t args[4];
    put_u32be(args, value);
    return rfc2217_put_command(out, command, args, sizeof(args));
}
