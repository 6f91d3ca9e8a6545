/* All inputs of the device, in time. Edges of pins may be told late, because
 * flash was being erased or a signature checked, but in their order and with
 * their times: what they mean is worked out for the time when they were. */
#ifndef FIRMWARE_CORE_INPUTS_H
#define FIRMWARE_CORE_INPUTS_H

#include <stdbool.h>
#include <stdint.h>

#define INPUTS_LOOK_MS 100u

struct device;

/* After the board has started its inputs. */
void inputs_start(struct device *dev);
/* A debounce time was changed. */
void inputs_move(struct device *dev);
/* Let the device's time pass up to now_ms; buttons and switches act at the
 * times when their levels change. */
void inputs_pass(struct device *dev, uint32_t now_ms);
/* The pins as they are now, bit per GPIO up to 15. */
void inputs_take(struct device *dev, uint16_t pins);
/* With each tick: GPIO16, and now and then all pins, should a change not have
 * been told. */
void inputs_look(struct device *dev);
/* Milliseconds until a level changes if no pin does, or INPUT_NEVER. */
uint32_t inputs_due(const struct device *dev);
/* Something follows when a time is over in which no input does anything: the
 * end of presses, a hold. */
bool inputs_are_counting(const struct device *dev);

#endif
