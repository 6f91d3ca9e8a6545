/* What pogo and its stub say to each other. The frames are the ROM loader's
 * (chip.md A1): SLIP, a request `00 op len16 chk32 data`, a reply
 * `01 op len16 val32 data status error`. But chk is the CRC-32 of the data and
 * is checked (not for SYNC, so that one SYNC serves the ROM and the stub). All
 * numbers are u32, little-endian. Included by the stub (xtensa) and the tool.
 */
#ifndef TOOL_STUB_PROTOCOL_H
#define TOOL_STUB_PROTOCOL_H

/* Sent once, as a frame of four bytes, when the stub has started. */
#define STUB_GREETING "POG1"
/* The value of the reply to SYNC: the same four bytes. The ROM's is its own. */
#define STUB_MAGIC 0x31474F50u

/* SYNC 08, WRITE_REG 09 and READ_REG 0A are as in the ROM. */
enum stub_op {
    STUB_ERASE = 0x40,      /* address, size: multiples of 4 KB */
    STUB_ERASE_CHIP = 0x41, /* nothing */
    STUB_WRITE = 0x42,      /* address, bytes; answered when programmed */
    STUB_READ = 0x43,       /* address, size; see below */
    STUB_MD5 = 0x44,        /* address, size; 16 bytes before the status */
    STUB_BAUD = 0x45,       /* UART divider; answered at the old rate. Without a
                               SYNC within STUB_BAUD_TRIAL_MS the old rate
                               comes back. */
    STUB_RESET = 0x46,      /* software reset; answered before it */
    STUB_FLASH_SIZE = 0x47  /* bytes: what the ROM functions may reach */
};

/* READ sends frames of `address, bytes, CRC-32 of address and bytes` with
 * STUB_READ_CHUNK bytes each (the last may be shorter), and stays at most
 * STUB_READ_WINDOW bytes ahead of the host's acks. An ack is a frame of one
 * u32: the bytes that came so far; STUB_READ_ABORT stops it. When all is acked
 * the reply follows. Eight acks fit into the chip's 128-byte FIFO. */
#define STUB_READ_CHUNK 1024u
#define STUB_READ_WINDOW 8192u
#define STUB_READ_ABORT 0xFFFFFFFFu

#define STUB_WRITE_MAX 4096u
#define STUB_BAUD_TRIAL_MS 1500u

/* The error byte of a reply whose status is 1. */
enum stub_error {
    STUB_BAD_LENGTH = 0xE0,
    STUB_BAD_CRC = 0xE1,
    STUB_UNKNOWN_OP = 0xE2,
    STUB_FLASH_ERROR = 0xE3,
    STUB_NO_ACK = 0xE4
};

#endif
