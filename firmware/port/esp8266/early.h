/* What the port does in user_pre_init, before the SDK starts its radio: the
 * reason of this start, and a stack to work on. */
#ifndef FIRMWARE_PORT_ESP8266_EARLY_H
#define FIRMWARE_PORT_ESP8266_EARLY_H

#include <stdbool.h>

#include "firmware/core/device.h"

/* Why it started, as system_get_rst_info will say in user_init. */
enum start early_reason(void);
/* Call fn on a stack from the heap. False: the heap had no room for one, and
 * fn was not called. */
bool early_call(void (*fn)(void));

#endif
