/* Another version than this tree's, for images in tests of updates. Its three
 * numbers come from the build. */
#include "firmware/core/version.h"
#include "format/ota_file.h"
#include "format/version.h"

const char version_text[] = VERSION_TEXT(TEST_MAJOR, TEST_MINOR, TEST_PATCH);
const uint32_t version_number = OTA_VERSION(TEST_MAJOR, TEST_MINOR, TEST_PATCH);
