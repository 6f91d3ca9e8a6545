/* A few words that live through a restart, not through loss of power: RTC user
 * memory. After power-on they hold noise; the caller checks. Bound at link
 * time by a port. */
#ifndef FIRMWARE_HAL_RETAIN_H
#define FIRMWARE_HAL_RETAIN_H

#include <stdint.h>

#define HAL_RETAIN_WORDS 16u

uint32_t hal_retain_read(unsigned index);
void hal_retain_write(unsigned index, uint32_t word);

#endif
