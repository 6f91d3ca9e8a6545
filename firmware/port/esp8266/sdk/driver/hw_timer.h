/* FRC1 as a timer whose handler is an interrupt's: code in IRAM. */
#ifndef SDK_DRIVER_HW_TIMER_H
#define SDK_DRIVER_HW_TIMER_H

#include "c_types.h"

typedef enum { FRC1_SOURCE = 0, NMI_SOURCE = 1 } frc1_timer_source_type;

void hw_timer_init(frc1_timer_source_type source, uint8_t reloads);
void hw_timer_set_func(void (*handler)(void));
void hw_timer_arm(uint32_t us);

#endif
