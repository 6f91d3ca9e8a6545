/* How an image gets onto a device that runs Tasmota: packed or not, at once or
 * in two steps, and what its updater has to be told before. Pure decisions by
 * what tasmota.md G and Tasmota's release notes say; nothing is sent here. */
#ifndef TOOL_OTA_PLAN_H
#define TOOL_OTA_PLAN_H

#include "tool/ota_file.h"

/* Of the room that it tells of, an upload may not take the last 4 KB. */
#define OTA_SPARE 4096u

/* From 8.2.0 on its updater unpacks .gz (release notes of 8.2.0); SetOption78,
 * which turns its marker check off, is there from 7.1.2.6 on. */
#define OTA_TAKES_GZIP 0x080200u
#define OTA_CHECKS_MARKER 0x070102u

struct ota_step {
    const uint8_t *bytes;
    size_t size;
    const char *name;  /* the upload's file name: ".bin.gz" or ".bin" */
    bool wants_option; /* SetOption78 1 first */
    bool is_minimal;   /* what comes up then is Tasmota's minimal image */
};

/* The next step: the file, when it fits; else minimal (NULL: there is none).
 * is_raw: the file is not to be packed. ERR_WEB_FULL: neither fits, or what
 * runs is a minimal image already: from one to the next is no way. */
MUST_USE enum err ota_plan_step(const struct ota_device *device,
                                const struct ota_file *file,
                                const struct ota_file *minimal, bool is_raw,
                                struct ota_step *out);

/* Does the device run a minimal image? */
bool ota_plan_is_minimal(const struct ota_device *device);

#endif
