#include "format/slip.h"

size_t slip_encode(const uint8_t *in, size_t size, uint8_t *out)
{
    size_t n = 0;
    out[n++] = SLIP_END;
    for (size_t i = 0; i < size; i++) {
        if (in[i] == SLIP_END) {
            out[n++] = SLIP_ESC;
            out[n++] = SLIP_ESC_END;
        } else if (in[i] == SLIP_ESC) {
            out[n++] = SLIP_ESC;
            out[n++] = SLIP_ESC_ESC;
        } else {
            out[n++] = in[i];
        }
    }
    out[n++] = SLIP_END;
    return n;
}

void slip_decoder_init(struct slip_decoder *d, uint8_t *frame, size_t room)
{
    d->frame = frame;
    d->room = room;
    d->size = 0;
    d->is_inside = false;
    d->is_escaped = false;
    d->is_bad = false;
}

static void append(struct slip_decoder *d, uint8_t byte)
{
    if (d->size < d->room)
        d->frame[d->size++] = byte;
    else
        d->is_bad = true;
}

static bool end_of_frame(struct slip_decoder *d)
{
    bool is_frame = d->is_inside && d->size > 0 && !d->is_bad && !d->is_escaped;
    d->is_escaped = false;
    d->is_bad = false;
    /* A frame's end does not begin the next one, but an empty frame does: so
     * C0 C0 in a row (an end lost on the line) still gets us into step. */
    d->is_inside = !is_frame;
    if (!is_frame)
        d->size = 0;
    return is_frame;
}

bool slip_decode(struct slip_decoder *d, uint8_t byte)
{
    if (byte == SLIP_END)
        return end_of_frame(d);
    if (!d->is_inside) {
        d->size = 0;
        return false;
    }
    if (d->is_escaped) {
        d->is_escaped = false;
        if (byte == SLIP_ESC_END)
            append(d, SLIP_END);
        else if (byte == SLIP_ESC_ESC)
            append(d, SLIP_ESC);
        else
            d->is_bad = true;
    } else if (byte == SLIP_ESC) {
        d->is_escaped = true;
    } else {
        append(d, byte);
    }
    return false;
}
