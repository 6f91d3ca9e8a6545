/* The chip's pins as the core needs them: GPIO numbers 0-5, 9, 10, 12-16.
 * Bound at link time by a port; never blocks. */
#ifndef FIRMWARE_HAL_GPIO_H
#define FIRMWARE_HAL_GPIO_H

#include <stdbool.h>

/* Make it an output at `level`; the level is set before the driver is on, so
 * that a relay does not click. */
void hal_gpio_output(unsigned pin, bool level);
/* Make it an input; GPIO16 has no pull-up, there it is ignored. */
void hal_gpio_input(unsigned pin, bool has_pull_up);
void hal_gpio_write(unsigned pin, bool level);
bool hal_gpio_read(unsigned pin);
/* The analogue input A0 now: 0 to 1024 for 0 to 1 V at the chip's own pin.
 * Takes a tenth of a millisecond and disturbs the radio: not to be asked in a
 * loop. HAL_ANALOG_NONE: it is wired to the supply inside of the chip. */
unsigned hal_analog_read(void);
#define HAL_ANALOG_NONE 0xFFFFu

#endif
