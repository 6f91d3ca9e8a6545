/* The flash chip as the core needs it: format/flash.h, which the modules that
 * know what is on it share. */
#ifndef FIRMWARE_HAL_FLASH_H
#define FIRMWARE_HAL_FLASH_H

#include "format/flash.h"

#endif
