/* SLIP framing (RFC 1055) as the ESP8266 ROM loader and its stubs use it: a
 * frame starts and ends with C0; C0 is sent as DB DC and DB as DB DD. */
#ifndef FORMAT_SLIP_H
#define FORMAT_SLIP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SLIP_END 0xC0u
#define SLIP_ESC 0xDBu
#define SLIP_ESC_END 0xDCu
#define SLIP_ESC_ESC 0xDDu

/* Worst case of an encoded frame of n bytes. */
#define SLIP_ROOM(n) (2u * (n) + 2u)

/* Encode one frame; out needs SLIP_ROOM(size). Returns bytes written. */
size_t slip_encode(const uint8_t *in, size_t size, uint8_t *out);

/* A decoder fed byte by byte; the caller owns the frame buffer. */
struct slip_decoder {
    uint8_t *frame;
    size_t room;
    size_t size;    /* bytes of the frame so far */
    bool is_inside; /* a frame has begun */
    bool is_escaped;
    bool is_bad; /* overflow or bad escape: frame will be dropped */
};

void slip_decoder_init(struct slip_decoder *d, uint8_t *frame, size_t room);

/* Feed one byte. True when it completed a good, non-empty frame, which is then
 * in d->frame[0..d->size) until the next call. Bytes outside frames are
 * ignored, as the ROM does. */
bool slip_decode(struct slip_decoder *d, uint8_t byte);

#endif
