/* pogo image for an OTA file: what it is, and whether a device would take it.
 * Called by cmd_image.c, cmd_update.c and
 * ota_file.c. */
#ifndef TOOL_IMAGE_OTA_H
#define TOOL_IMAGE_OTA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "format/err.h"
#include "tool/args.h"

/* Does the file begin as OTA files do? */
bool image_ota_is(const uint8_t *bytes, size_t size);

/* What to try when a file on this computer is not as it should be: the table's
 * hints are for what arrives at a device. */
const char *image_ota_hint(enum err e);

/* Is it as it was made, and signed by this key? NULL: whose it is the device
 * will say. out is its header, where that can be read. Errors of the reader
 * (format/ota_file.h). */
struct ota_header;
struct ota_key;
MUST_USE enum err image_ota_check(const uint8_t *bytes, size_t size,
                                  struct ota_key *key, struct ota_header *out);

/* Show it on stdout, as text or (--json) as an object, with the signature
 * looked at when --key is given. Returns the exit code after its message. */
int image_ota_show(const struct args *args, const char *path,
                   const uint8_t *bytes, size_t size);

#endif
