/* At which of two speeds a device speaks: its boot ROM at 74880 baud (chip.md
 * A7), its program at another one. Bytes in, the speed to listen at out; no
 * input or output here. */
#ifndef TOOL_BAUD_CHANGE_H
#define TOOL_BAUD_CHANGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BAUD_OF_ROM 74880u

struct baud_change {
    unsigned program; /* baud */
    unsigned now;     /* the speed to listen at */
    unsigned bytes;   /* looked at since the last verdict */
    unsigned odd;     /* those that no text has */
    unsigned changes; /* since there was text */
    bool has_text;    /* since the last change */
    bool is_waiting;  /* for the ROM; until then all else is noise */
    char line[6];     /* how the line begins that comes now */
    unsigned column;
};

enum baud_verdict {
    BAUD_FINE,
    BAUD_NOISE,   /* what came last, without a line's end, is worth nothing */
    BAUD_CHANGED, /* the same, and ->now has changed */
    BAUD_ENDED    /* the ROM's last line has ended, and ->now has changed */
};

void baud_change_start(struct baud_change *b, unsigned program);
/* The chip was just reset: its ROM speaks first. is_by_hand: it is still to be
 * reset by somebody, and what runs there may speak until then. */
void baud_change_reset(struct baud_change *b, bool is_by_hand);
/* A line goes to the device: its program is to understand it. */
void baud_change_send(struct baud_change *b);
/* What came. Noise at both speeds changes it four times, and not again before
 * there is text. */
enum baud_verdict baud_change_byte(struct baud_change *b, uint8_t byte);
/* Nothing has come for so long. BAUD_NOISE: what came before that was some;
 * BAUD_ENDED: the ROM has, without its last line. */
enum baud_verdict baud_change_quiet(struct baud_change *b, unsigned ms);
/* Noise at both speeds, and the changes are spent. */
bool baud_change_is_lost(const struct baud_change *b);

#endif
