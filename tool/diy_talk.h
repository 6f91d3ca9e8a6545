/* Talking with one device in DIY mode: requests with the pause that it needs
 * between them, and failures in two lines. */
#ifndef TOOL_DIY_TALK_H
#define TOOL_DIY_TALK_H

#include "tool/diy_protocol.h"
#include "tool/os_diy.h"

#define DIY_ANSWER_MS 8000u /* for an answer; ota_unlock takes longer */
#define DIY_UNLOCK_MS 40000u

struct diy_talk {
    struct diy_device device;
    uint64_t last_ms; /* when the last request was over; 0: none yet */
    char why[256];    /* of the last failure of the network; "" */
};

/* "192.168.1.50:8081". */
#define DIY_PLACE 24u
void diy_place(const struct diy_device *device, char out[DIY_PLACE]);

/* Ask once. on_wait (may be NULL) as in struct os_http; with it no time limit
 * but its own. ERR_DIY_SILENT, ERR_DIY_ANSWER, or what the device answered. */
MUST_USE enum err diy_ask_once(struct diy_talk *talk,
                               const struct diy_request *request,
                               bool (*on_wait)(void *ctx), void *ctx,
                               struct diy_answer *out);
/* Ask, and where nobody was heard once more: radio loses things. Not for the
 * flashing. */
MUST_USE enum err diy_ask(struct diy_talk *talk,
                          const struct diy_request *request,
                          struct diy_answer *out);

/* Two lines for what went wrong; returns the exit code. */
int diy_fail(enum err e, const struct diy_talk *talk, const char *what);

#endif
