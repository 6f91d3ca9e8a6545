/* What pogo and its stub say to each other. The frames are the ROM loader's
 * (chip.md A1): SLIP, a request `00 op len16 chk32 data`, a reply
 * `01 op len16 val32 data status error`. Two things are ours: chk is the CRC-32
 * of op and data (not for SYNC, so that one SYNC serves the ROM and the stub),
 * and four bytes with the CRC-32 of all before them end a reply, which len does
 * not count. A reply's val is its request's chk where nothing else is said, so
 * that one that comes late is not taken for another request's. All numbers are
 * u32, little-endian, where nothing else is said. Included by the stub (xtensa)
 * and the tool.
 *
 * The stub comes in two stages. The ROM takes the first one, at the speed that
 * the ROM can do; it changes the speed and takes the second. Operations below
 * 0x50 need the second. */
#ifndef TOOL_STUB_PROTOCOL_H
#define TOOL_STUB_PROTOCOL_H

/* Sent once, as a frame of four bytes, when the first stage has started. */
#define STUB_GREETING "POG2"
/* The value of the reply to SYNC: the same four bytes. The ROM's is its own. */
#define STUB_MAGIC 0x32474F50u

/* SYNC 08 is as in the ROM. READ_REG 0A takes up to STUB_REGS_MAX addresses:
 * val is the first one's word, data all of them. */
enum stub_op {
    STUB_PLAN = 0x41,    /* index, runs from there on; see WRITE */
    STUB_WRITE = 0x42,   /* runs of the plan, 1: pages; see below */
    STUB_DATA = 0x43,    /* offset, bytes of a WRITE; has no reply of its own */
    STUB_RESULTS = 0x44, /* first sector of the plan, count; one u32 each */
    STUB_DIGESTS = 0x45, /* pairs of address and size; a CRC-32 for each 4 KB
                            or rest, STUB_DIGESTS_MAX at most */
    STUB_READ = 0x46,    /* address, size, chunk; see below */
    STUB_ACK = 0x47,     /* frames of a READ that came; has no reply */
    STUB_SPI = 0x48,     /* SPI commands, see below */
    STUB_BAUD = 0x50,    /* UART divider; answered at the old rate. Without a
                            SYNC within STUB_BAUD_TRIAL_MS the old rate comes
                            back. */
    STUB_LOAD = 0x51,    /* address, bytes: into RAM, words only */
    STUB_GO = 0x52,      /* address of the second stage's dispatcher */
    STUB_RESET = 0x53    /* software reset; answered before it */
};

#define STUB_REGS_MAX 16u
#define STUB_DIGESTS_MAX 256u
#define STUB_FRAME_MAX 2000u /* data of a request */
#define STUB_BAUD_TRIAL_MS 1500u
/* A stub that hears nothing for so long restarts the chip: a pogo that was
 * killed leaves none behind. SYNC counts as something. */
#define STUB_IDLE_MS 15000u

/* WRITE programs whole sectors of 4 KB, 64 bytes at once, or whole pages where
 * a program takes as long whatever its size, in the order of a plan: up to
 * STUB_RUNS_MAX runs of `first sector | count << 12 | flags`, loaded before
 * by PLAN. What comes in DATA is one raw LZMA1 stream (lc 0, lp 0, pb 0,
 * dictionary STUB_DICT) of the content of the sectors, without those of runs
 * that are only erased, and STUB_PAD zero bytes behind it.
 *
 * DATA's offset is that of its first byte in this stream, so frames may have
 * any size. The stub tells how far it is by replies to WRITE whenever that
 * changes: val is the bytes that came in order, data is `room` (it takes no
 * byte from this offset on), `sectors` that are written and read back, and 1
 * when a frame came that did not follow (send again from val). A reply with an
 * error ends it; its data is room, sectors, and the address where it happened.
 * With all sectors done it is over. Any other request ends it, too.
 *
 * Each sector is read back and compared. One that differs is erased and
 * programmed a second time, and from there on with units of 64; RESULTS are the
 * CRC-32s of what was read. */
#define STUB_RUN_ERASE_ONLY (1u << 24)
#define STUB_RUNS_MAX 1024u
#define STUB_SECTORS_MAX 4096u
#define STUB_DICT 49152u
#define STUB_PAD 24u

/* READ sends the flash packed, as one stream in frames `01 46 0000 val32 bytes
 * crc32`: no status, and no length, which is not known when they begin. val is
 * the frame's number from 0 times four, and in its lowest bits those of the
 * request's address, so that frames of an older READ can be told. A frame ends
 * with the symbol in which it got `chunk` bytes or 32 KB of the flash. ACK says
 * how many frames came in order; at most STUB_READ_WINDOW are ahead of it. An
 * ordinary reply with the frames' number in val is the end. Any other request
 * ends it; a new READ from what is missing is how to go on after a loss.
 *
 * The stream is made of decisions between two, each by a chance of 1 in 64 K
 * that begins as STUB_PACK_EVEN and learns by a 32nd of what it was wrong. The
 * range from low to high is parted at low + (high - low) / 4096 * (chance /
 * 16): up to there is a 1. A byte goes out as soon as low and high agree on it;
 * the last one is high's, and those behind it count as 0.
 *
 * A symbol is a decision (by what kind the one before was): 0 is a byte, eight
 * decisions from its highest bit on, by those before them and by the six upper
 * bits of the byte in front, which at the start is 0. 1 is a match, two numbers
 * from 1: its bytes less STUB_PACK_MATCH - 1, and how far back they stand. A
 * number goes without its highest bit, a 1 before each other one, and a 0. */
#define STUB_READ_CHUNK 1024u /* at most */
#define STUB_READ_WINDOW 8u
#define STUB_PACK_EVEN 0x8000u
#define STUB_PACK_MATCH 4u
#define STUB_PACK_CONTEXTS 64u
#define STUB_PACK_NUMBER 32u /* chances: for 16 bits */

/* SPI runs commands one after the other, each `opcode u8, address bytes u8 (0,
 * 3 or with dummies 4), bytes out u8, bytes in u8, address u32, the bytes out`.
 * Up to 64 out, 64 in; the result is all that came in. Bit 7 of `address
 * bytes`: wait until the flash is not busy first. */
#define STUB_SPI_WAIT 0x80u

/* The error byte of a reply whose status is 1. */
enum stub_error {
    STUB_BAD_LENGTH = 0xE0,
    STUB_BAD_CRC = 0xE1,
    STUB_UNKNOWN_OP = 0xE2,
    STUB_FLASH_BUSY = 0xE3,    /* an erase or program took too long */
    STUB_FLASH_DIFFERS = 0xE4, /* reads back wrong, twice */
    STUB_BAD_DATA = 0xE5       /* the LZMA stream is none, or the plan */
};

#endif
