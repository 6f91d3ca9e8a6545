/* What comes from the line while no loader answers, and what it means: the boot
 * ROM's banner, a program's log, our own frames, noise. The loader feeds every
 * byte, connect.c asks. No input or output here. Banner and straps: chip.md A7;
 * the ESP32s' boot lines and the logs' marks as their projects print them. */
#ifndef TOOL_HEAR_H
#define TOOL_HEAR_H

#include <stddef.h>
#include <stdint.h>

#define HEARING_TEXT 512u

/* What was heard at one speed. */
struct hearing {
    size_t bytes;         /* since it was forgotten, at all speeds */
    size_t speed_bytes;   /* at this speed, as all that follows */
    size_t text_bytes;    /* printable ones among them */
    unsigned run;         /* printable bytes in a row, up to now */
    unsigned longest_run; /* and at most */
    unsigned echoes;      /* frames of ours that came back */
    unsigned power_ons;   /* banners that say: power came on */
    size_t text_size;
    char text[HEARING_TEXT]; /* the latest bytes; unprintable as '?' */
};

enum heard_kind {
    HEARD_NOTHING,
    HEARD_NOISE,      /* no text at any speed: voltage, ground, wrong pin */
    HEARD_LOG,        /* text: a program runs */
    HEARD_PROGRAM,    /* banner: starts from flash, GPIO0 was not low */
    HEARD_STRAP,      /* banner: GPIO2 low or GPIO15 high */
    HEARD_LOADER,     /* banner: download mode, and yet no answer */
    HEARD_POWER,      /* one power-on after the other */
    HEARD_ECHO,       /* what we send comes back */
    HEARD_OTHER_CHIP, /* boot line of an ESP32 */
    HEARD_KINDS
};

/* What a whole wait has heard, at all speeds. */
struct heard {
    enum heard_kind kind;
    const char *program;   /* whose log it is; NULL: not known */
    unsigned program_baud; /* at which the most text came in one turn */
    size_t most_text;
    char strap;    /* of the last banner: '0' to '7' */
    char chip[16]; /* of HEARD_OTHER_CHIP: "esp32c3" */
    unsigned told; /* bit n: the person knows of kind n */
};

void hear_byte(struct hearing *h, uint8_t byte);
/* The speed changes: what was text there is none here. */
void hear_new_speed(struct hearing *h);
/* What was heard at this speed alone. */
enum heard_kind hear_kind(const struct hearing *h);
/* Add it to the whole: what says more stays, then what is newer. */
void hear_add(struct heard *all, const struct hearing *h, unsigned baud);

#endif
