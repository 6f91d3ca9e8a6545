/* GPIO 0 to 15, by the boot ROM's functions. */
#ifndef SDK_GPIO_H
#define SDK_GPIO_H

#include "c_types.h"

typedef enum {
    GPIO_PIN_INTR_DISABLE = 0,
    GPIO_PIN_INTR_POSEDGE = 1,
    GPIO_PIN_INTR_NEGEDGE = 2,
    GPIO_PIN_INTR_ANYEDGE = 3,
    GPIO_PIN_INTR_LOLEVEL = 4,
    GPIO_PIN_INTR_HILEVEL = 5
} GPIO_INT_TYPE;

void gpio_init(void);
void gpio_output_set(uint32_t set, uint32_t clear, uint32_t enable,
                     uint32_t disable);
uint32_t gpio_input_get(void);
uint32_t gpio_intr_pending(void);
void gpio_intr_ack(uint32_t mask);
typedef void (*gpio_intr_handler_fn_t)(uint32_t pending, void *argument);
/* Called once, and again after gpio_intr_ack. */
void gpio_intr_handler_register(gpio_intr_handler_fn_t handler, void *argument);
void gpio_pin_intr_state_set(uint32_t pin, GPIO_INT_TYPE type);

#define GPIO_OUTPUT_SET(pin, level)                                            \
    gpio_output_set((uint32_t)(level) << (pin),                                \
                    (~(uint32_t)(level)&1u) << (pin), 1u << (pin), 0)
#define GPIO_INPUT_GET(pin) ((gpio_input_get() >> (pin)) & 1u)

#endif
