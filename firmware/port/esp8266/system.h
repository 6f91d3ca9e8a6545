#ifndef FIRMWARE_PORT_ESP8266_SYSTEM_H
#define FIRMWARE_PORT_ESP8266_SYSTEM_H

#include "firmware/hal/flash.h"

/* The chip's own flash, through the SDK. */
extern const struct flash system_flash;

#endif
