/* Another version than this tree's, for images in tests of updates. The build
 * says which: VERSION_NUMBERS is 0,2,0. */
#include "firmware/core/version.h"
#include "format/ota_file.h"
#include "format/version.h"

#define TEXT_OF(...) VERSION_TEXT(__VA_ARGS__)
#define NUMBER_OF(...) OTA_VERSION(__VA_ARGS__)

const char version_text[] = TEXT_OF(VERSION_NUMBERS);
const uint32_t version_number = NUMBER_OF(VERSION_NUMBERS);
