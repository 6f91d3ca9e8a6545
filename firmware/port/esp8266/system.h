#ifndef FIRMWARE_PORT_ESP8266_SYSTEM_H
#define FIRMWARE_PORT_ESP8266_SYSTEM_H

#include "firmware/hal/flash.h"
#include "format/ota_file.h"

/* The chip's own flash, through the SDK. */
extern const struct flash system_flash;
/* What kind of updates this link of the program takes (ota_board.c). */
extern const enum ota_board ota_board;
/* An event has been handled since that system_get_time: for hal_chip.load. */
void system_note_busy(uint32_t from_us);

#endif
