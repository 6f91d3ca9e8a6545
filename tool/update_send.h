/* An update file to a device that runs Pogo, over its serial console: the other
 * side of firmware/core/update_serial.h. */
#ifndef TOOL_UPDATE_SEND_H
#define TOOL_UPDATE_SEND_H

#include <stddef.h>
#include <stdint.h>

#include "format/err.h"
#include "tool/link.h"

#define UPDATE_LINE 512u

struct update_send {
    struct link *link;
    /* How far it is; NULL: nobody wants to know. */
    void (*progress)(void *ctx, uint32_t done, uint32_t total);
    void *ctx;
    char said[UPDATE_LINE]; /* why the device refused it, in its own words */
    char version[32];       /* that the device said after its restart, or "" */
    char line[UPDATE_LINE]; /* what the device is saying */
    size_t line_size;
    uint8_t input[256];
    size_t input_at, input_size;
    size_t heard;      /* bytes while it was asked */
    bool has_answered; /* something read the command and did not know it */
};

/* Send it all, and wait until it is installed and the device starts again.
 * The error is the device's own where it has one (said has its words), of the
 * port, or ERR_NO_ANSWER, ERR_DOWNLOAD_MODE, ERR_NOT_POGO, ERR_BYTES_LOST,
 * ERR_UPDATE_BUSY, ERR_TIMEOUT. link and progress are set by the caller. */
MUST_USE enum err update_send(struct update_send *send, const uint8_t *file,
                              size_t size);

#endif
