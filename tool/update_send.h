/* An update file to a device that runs Pogo, over its serial console: the other
 * side of firmware/core/update_serial.h. */
#ifndef TOOL_UPDATE_SEND_H
#define TOOL_UPDATE_SEND_H

#include <stddef.h>
#include <stdint.h>

#include "format/err.h"
#include "tool/console_line.h"

#define UPDATE_LINE 512u

/* How far it came. */
enum update_stage {
    UPDATE_ASKING,  /* nothing was sent */
    UPDATE_SENDING, /* what ran still runs, whatever happens */
    UPDATE_PROVING, /* all was sent, the device did not say yet what it is */
    UPDATE_STARTING /* it is installed */
};

/* What the device says of the new version when it starts again. */
enum update_verdict { VERDICT_NONE, VERDICT_TRIAL, VERDICT_LEFT };

struct update_send {
    struct link *link;
    /* How far it is, and what is waited for; NULL: nobody wants to know. */
    void (*progress)(void *ctx, uint32_t done, uint32_t total);
    void (*say)(void *ctx, const char *line);
    void *ctx;
    enum update_stage stage;
    size_t taken;           /* bytes that the device says it took */
    char said[UPDATE_LINE]; /* why the device refused it, in its own words */
    char before[32];        /* the version that took the update, or "" */
    char version[32];       /* that the device said after its restart, or "" */
    enum update_verdict verdict;
    char left[96];               /* VERDICT_LEFT: "1.2.3: why", or "" */
    bool has_done;               /* it said that the update is installed */
    bool has_restarted;          /* words of a start were seen */
    bool has_proved;             /* what ran proved itself while it was asked */
    struct console_line console; /* what the device is saying */
    bool has_answered; /* something read the command and did not know it */
};

/* Send it all, and wait until it is installed. While the version that runs is
 * on trial, and says so, it waits 15 s for its proof. The error is the device's
 * own where it has one (said has its words), of the port, or ERR_NO_ANSWER,
 * ERR_DOWNLOAD_MODE, ERR_NOT_POGO, ERR_BYTES_LOST, ERR_UPDATE_BUSY,
 * ERR_TIMEOUT, ERR_DEVICE_RESTARTED. link, progress, say and ctx are set by the
 * caller. */
MUST_USE enum err update_send(struct update_send *send, const uint8_t *file,
                              size_t size);

/* Then: wait until the device starts again and says what became of the update
 * (version, verdict; a device whose log is off has no version).
 * ERR_UPDATE_SILENT: nothing answers; errors of the port. */
MUST_USE enum err update_watch(struct update_send *send);

#endif
