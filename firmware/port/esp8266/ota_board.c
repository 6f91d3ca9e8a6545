/* Which updates this image takes: those for the bench or those for chips. The
 * same program is linked for both, with this object in two forms. OTA_BOARD_IS
 * comes from the build. */
#include "firmware/port/esp8266/system.h"

const enum ota_board ota_board = OTA_BOARD_IS;
