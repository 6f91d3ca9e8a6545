/* pogo image for an OTA file: what it is, and whether a device would take it.
 * Called by cmd_image.c. */
#ifndef TOOL_IMAGE_OTA_H
#define TOOL_IMAGE_OTA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tool/args.h"

/* Does the file begin as OTA files do? */
bool image_ota_is(const uint8_t *bytes, size_t size);

/* Show it on stdout, as text or (--json) as an object, with the signature
 * looked at when --key is given. Returns the exit code after its message. */
int image_ota_show(const struct args *args, const char *path,
                   const uint8_t *bytes, size_t size);

#endif
