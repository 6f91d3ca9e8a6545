/* The version that runs is that of this tree. */
#include "firmware/core/version.h"

#include "format/ota_file.h"
#include "format/version.h"

const char version_text[] = POGO_VERSION;
const uint32_t version_number = OTA_VERSION(POGO_MAJOR, POGO_MINOR, POGO_PATCH);
