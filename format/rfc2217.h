/* Telnet (RFC 854) with the Com Port Control Option (RFC 2217): a serial port
 * over TCP. The codec of both ends: `pogo bench` is the server (access server
 * in the RFC's words), link_rfc2217.c the client. Bytes only: what an answer
 * must be is the caller's business; no sockets, no memory of options. */
#ifndef FORMAT_RFC2217_H
#define FORMAT_RFC2217_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TELNET_SE 240u
#define TELNET_SB 250u
#define TELNET_IAC 255u

enum telnet_verb {
    TELNET_WILL = 251, /* I want to / agree to do it */
    TELNET_WONT = 252,
    TELNET_DO = 253, /* you please do it */
    TELNET_DONT = 254
};

/* Telnet options (RFC 856, 857, 858, 2217). */
#define TELNET_BINARY 0u
#define TELNET_ECHO 1u
#define TELNET_SGA 3u
#define TELNET_COM_PORT 44u

/* Commands as the client sends them; the server's codes are these + 100. */
#define RFC2217_SERVER 100u

enum rfc2217_command {
    RFC2217_SIGNATURE = 0,    /* text, or nothing to ask for the peer's */
    RFC2217_SET_BAUDRATE = 1, /* u32 big-endian; 0 asks */
    RFC2217_SET_DATASIZE = 2, /* 5-8; 0 asks */
    RFC2217_SET_PARITY = 3,   /* 1 none 2 odd 3 even 4 mark 5 space; 0 asks */
    RFC2217_SET_STOPSIZE = 4, /* 1, 2, 3 = one and a half; 0 asks */
    RFC2217_SET_CONTROL = 5,  /* enum rfc2217_control */
    RFC2217_NOTIFY_LINESTATE = 6,  /* server to client: bits of the 16550 LSR */
    RFC2217_NOTIFY_MODEMSTATE = 7, /* server to client: bits of the MSR */
    RFC2217_FLOW_SUSPEND = 8,      /* no argument, no answer */
    RFC2217_FLOW_RESUME = 9,
    RFC2217_SET_LINESTATE_MASK = 10,
    RFC2217_SET_MODEMSTATE_MASK = 11,
    RFC2217_PURGE_DATA = 12 /* 1 what the port received, 2 what waits to be
                               sent, 3 both */
};

enum rfc2217_control {
    RFC2217_ASK_FLOW = 0,
    RFC2217_FLOW_NONE = 1,
    RFC2217_FLOW_XONXOFF = 2,
    RFC2217_FLOW_HARDWARE = 3,
    RFC2217_ASK_BREAK = 4,
    RFC2217_BREAK_ON = 5,
    RFC2217_BREAK_OFF = 6,
    RFC2217_ASK_DTR = 7,
    RFC2217_DTR_ON = 8, /* asserted: the pin is low */
    RFC2217_DTR_OFF = 9,
    RFC2217_ASK_RTS = 10,
    RFC2217_RTS_ON = 11,
    RFC2217_RTS_OFF = 12,
    RFC2217_ASK_FLOW_IN = 13,
    RFC2217_FLOW_IN_NONE = 14,
    RFC2217_FLOW_IN_XONXOFF = 15,
    RFC2217_FLOW_IN_HARDWARE = 16
};

/* Modem state bits: low nibble "has changed". */
#define RFC2217_MODEM_CTS 0x10u
#define RFC2217_MODEM_DSR 0x20u
#define RFC2217_MODEM_RI 0x40u
#define RFC2217_MODEM_CD 0x80u

/* ---- decoding ---- */

enum rfc2217_item {
    RFC2217_NOTHING, /* in the middle of something, or a thing to ignore */
    RFC2217_DATA,    /* d->byte is a byte of the serial line */
    RFC2217_OPTION,  /* d->verb and d->option: a WILL, WONT, DO or DONT */
    RFC2217_COMMAND  /* d->command (server's codes: + RFC2217_SERVER) with
                        d->args[0..d->arg_count), IACs already undoubled */
};

#define RFC2217_ARGS 64u

struct rfc2217_decoder {
    enum rfc2217_item item; /* what the last byte completed */
    uint8_t byte;
    uint8_t verb, option; /* enum telnet_verb; any option number */
    uint8_t command;      /* 0-255: check it */
    uint8_t args[RFC2217_ARGS];
    unsigned arg_count; /* arguments beyond RFC2217_ARGS are dropped */
    unsigned state;     /* private */
    uint8_t sub_option; /* private */
    bool has_command;   /* private */
};

void rfc2217_decoder_init(struct rfc2217_decoder *d);

/* Feed one byte from the network; what it completed is returned and valid
 * until the next call. Any byte sequence is safe. Subnegotiations of other
 * options, and Telnet commands without argument (NOP, AYT …), are ignored. */
enum rfc2217_item rfc2217_decode(struct rfc2217_decoder *d, uint8_t byte);

/* The argument as a big-endian number: 4 bytes for a baud rate, 1 for the
 * rest. 0 when there are fewer. */
uint32_t rfc2217_arg_u32(const struct rfc2217_decoder *d);
uint8_t rfc2217_arg_u8(const struct rfc2217_decoder *d);

/* ---- encoding: each returns the bytes written to out ---- */

#define RFC2217_DATA_ROOM(n) (2u * (n)) /* worst case of n serial bytes */
#define RFC2217_OPTION_ROOM 3u
#define RFC2217_COMMAND_ROOM(n) (6u + 2u * (n)) /* with n argument bytes */

/* Serial bytes: FF is doubled, nothing else is touched (both directions are
 * used as in TELNET_BINARY; pyserial's do so without asking). */
size_t rfc2217_put_data(uint8_t *out, const uint8_t *data, size_t size);
size_t rfc2217_put_option(uint8_t *out, enum telnet_verb verb, uint8_t option);
/* command: the server adds RFC2217_SERVER itself. */
size_t rfc2217_put_command(uint8_t *out, unsigned command, const uint8_t *args,
                           size_t arg_count);
size_t rfc2217_put_u8(uint8_t *out, unsigned command, uint8_t value);
size_t rfc2217_put_u32(uint8_t *out, unsigned command, uint32_t value);

#endif
