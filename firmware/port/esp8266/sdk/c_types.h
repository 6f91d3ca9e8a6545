/* Our own minimal headers of the NonOS SDK's public API: names, numbers and
 * layouts, no text of Espressif's. With SDK=path the SDK's own take their
 * place. */
#ifndef SDK_C_TYPES_H
#define SDK_C_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint8_t uint8;
typedef int8_t sint8;
typedef uint16_t uint16;
typedef int16_t sint16;
typedef uint32_t uint32;
typedef int32_t sint32;

typedef enum { OK, FAIL, PENDING, BUSY, CANCEL } STATUS;

/* Code that must run while the flash is busy or the cache is off. */
#define IRAM_ATTR __attribute__((section(".iram.text")))

#endif
