/* What another firmware has left where a program's radio data and the SDK's
 * parameters are (docs/flash.md). Bytes in, findings out. Only what can be told
 * for sure: what the SDK makes of it on a real chip is not known. */
#ifndef TOOL_DOCTOR_RADIO_H
#define TOOL_DOCTOR_RADIO_H

#include "format/image.h"
#include "tool/doctor_flash.h"

/* image: the one at 0, as image_read has read it. */
void doctor_radio_read(const struct doctor_flash *flash,
                       const struct image *image, struct doctor_findings *out);

#endif
