/* The serial console's way out; what comes in is an event. Bound at link time
 * by a port. */
#ifndef FIRMWARE_HAL_SERIAL_H
#define FIRMWARE_HAL_SERIAL_H

#include <stddef.h>

/* All of it will be sent. Waits only when the port's buffer (at least 1 KB) is
 * full. */
void hal_serial_write(const char *text, size_t size);

#endif
