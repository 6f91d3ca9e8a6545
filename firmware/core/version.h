/* The version of the firmware that runs, in an object of its own: linked with
 * another such object the same program is another version, as the tests of
 * updates need it. */
#ifndef FIRMWARE_CORE_VERSION_H
#define FIRMWARE_CORE_VERSION_H

#include <stdint.h>

extern const char version_text[]; /* "0.1.0" */
/* 0.1.0 is 0x00010000 (OTA_VERSION). The build reads this word out of the ELF
 * file: what it writes into trailer and OTA file is what runs. */
extern const uint32_t version_number;

#endif
