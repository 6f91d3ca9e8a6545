/* Another firmware into a device in DIY mode: the device downloads it from a
 * server of ours, and starts it. */
#ifndef TOOL_DIY_FLASH_H
#define TOOL_DIY_FLASH_H

#include "tool/diy_image.h"
#include "tool/diy_talk.h"

/* ---- what to do after an attempt; pure ---- */

#define DIY_ATTEMPTS 4u        /* while the device's own firmware still runs */
#define DIY_LOST_ATTEMPTS 100u /* with a damaged image, each some 6 s */

enum diy_next {
    DIY_DONE,
    DIY_AGAIN,    /* ota_flash once more */
    DIY_AWAIT,    /* once it answers again */
    DIY_OPEN,     /* unlock first, then once more */
    DIY_GIVE_UP,  /* the error says why */
    DIY_NO_ROAD,  /* it never came to our server: ERR_DIY_FIREWALL */
    DIY_UNDECIDED /* it has fetched all, and nothing is heard: ERR_DIY_GONE */
};

struct diy_attempt {
    unsigned count;    /* so far, this one too */
    unsigned silent;   /* the last so many met nobody */
    bool is_in_danger; /* one of them ended with 471: power must stay on */
    bool has_asked;    /* our server heard of the device this time */
    bool has_all;      /* and gave the end of the image */
    bool has_waited;   /* for it to answer, in vain */
};

/* e: how it ended. Sets is_in_danger. Once that is set the answer is never to
 * give up, but for a device that was silent for DIY_LOST_ATTEMPTS. */
enum diy_next diy_flash_next(struct diy_attempt *attempt, enum err e);

/* ---- doing it ---- */

struct diy_flash {
    struct diy_talk *talk;
    const struct diy_image *image;
    uint16_t port; /* of the server; 0: any */
    unsigned attempts;
};

/* Unlock the device; returns the exit code after its message. */
int diy_unlock(struct diy_talk *talk);
/* Until the device has it. Asks nobody. Returns the exit code after its
 * messages. */
int diy_flash(struct diy_flash *flash);

#endif
