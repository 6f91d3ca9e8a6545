/* GPIO16 belongs to the RTC. */
#ifndef SDK_DRIVER_GPIO16_H
#define SDK_DRIVER_GPIO16_H

#include "c_types.h"

void gpio16_output_conf(void);
void gpio16_output_set(uint8_t level);
void gpio16_input_conf(void);
uint8_t gpio16_input_get(void);

#endif
