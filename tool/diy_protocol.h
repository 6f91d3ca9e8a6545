/* The vendor's DIY mode as texts: requests, answers, what a device says of
 * itself, and what the numbers of its errors mean (tool/diy_device.h names the
 * source). JSON is jansson's business. No network here. */
#ifndef TOOL_DIY_PROTOCOL_H
#define TOOL_DIY_PROTOCOL_H

#include "format/err.h"
#include "tool/diy_device.h"

enum diy_what {
    DIY_INFO,
    DIY_SIGNAL,
    DIY_SWITCH,  /* is_on */
    DIY_STARTUP, /* text: on, off, stay */
    DIY_PULSE,   /* is_on, pulse_ms */
    DIY_WIFI,    /* text: the network's name; password */
    DIY_UNLOCK,
    DIY_FLASH /* text: the image's URL; sha256 */
};

struct diy_request {
    enum diy_what what;
    bool is_on;
    unsigned pulse_ms; /* a multiple of 500, 500 to 36,000,000 */
    const char *text;
    const char *password;
    const char *sha256; /* 64 hex digits */
};

/* What stands behind /zeroconf/. */
const char *diy_path(enum diy_what what);

/* The body; id "" is taken by any device. The caller frees it; NULL: no memory,
 * or a text is no UTF-8. */
char *diy_body(const struct diy_request *request, const char *id);

struct diy_answer {
    int number; /* the device's own error; 0: done */
    struct diy_state state;
};

/* ERR_DIY_ANSWER: it is not one. Else the error's row; ERR_NONE: done. */
MUST_USE enum err diy_answer_read(const char *text, size_t size,
                                  struct diy_answer *out);

/* What a device says of itself: `data` of an answer, or of data1 to data4.
 * False: it is no JSON object; out is then all zero. */
bool diy_state_read(const char *text, size_t size, struct diy_state *out);

/* "switch on, startup stay, pulse off, locked, -61 dBm"; "" when nothing is
 * known. */
void diy_state_text(const struct diy_state *state, char *out, size_t room);

/* The row of the device's error number. */
enum err diy_err(int number);

#endif
