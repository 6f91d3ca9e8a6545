/* Changes of input pins, noted by an interrupt with their times, so that none
 * is lost while the task that runs the core is busy for long: with a
 * signature, or with flash. GPIO16 has no interrupt. */
#ifndef FIRMWARE_PORT_ESP8266_GPIO_H
#define FIRMWARE_PORT_ESP8266_GPIO_H

#include <stdbool.h>
#include <stdint.h>

/* Note changes of the pins that are inputs by now; heard is called in the
 * interrupt and must be in IRAM. */
void gpio_start(void (*heard)(void));
/* The oldest change that was not taken yet: the pins after it, and how long ago
 * it was, in us, up to 53 s. has_gap: between the one before and this one there
 * were others that are not known. False: there is none. */
bool gpio_take(uint16_t *pins, uint32_t *age_us, bool *has_gap);
/* When many changes came at once, no more are noted until this, so that a pin
 * in a storm does not stop the device. To be called every few milliseconds. */
void gpio_go_on(void);

#endif
