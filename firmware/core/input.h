/* One contact on a pin, debounced: a counter goes up with each high sample and
 * down with each low one, and the level changes only at its ends, so that 50 Hz
 * picked up by a long wire averages out. Sampled every INPUT_SAMPLE_MS. */
#ifndef FIRMWARE_CORE_INPUT_H
#define FIRMWARE_CORE_INPUT_H

#include <stdbool.h>
#include <stdint.h>

#define INPUT_SAMPLE_MS 10u

struct input {
    uint8_t pin;
    bool is_used;
    bool level; /* debounced; true is high */
    uint8_t count;
};

/* Make the pin an input and take its level as it is. */
void input_start(struct input *input, unsigned pin, bool has_pull_up,
                 unsigned debounce_ms);
/* Take one sample. The level changes after debounce_ms of the same level.
 * passed_ms: since the sample before. One that comes late, because the flash
 * was being erased, counts for those that it is late for, but never alone. */
void input_sample(struct input *input, bool is_high, unsigned debounce_ms,
                  uint32_t passed_ms);

#endif
