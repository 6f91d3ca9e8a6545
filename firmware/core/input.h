/* One contact on a pin, debounced: a sum of milliseconds goes up while the pin
 * is high and down while it is low, and the level changes only at its ends, so
 * that 50 Hz picked up by a long wire averages out. The pin's edges come with
 * their times (inputs.h), so nothing depends on when somebody looks.
 *
 * What ButtonDebounce and SwitchDebounce mean (tasmota.md B.3): tens are the
 * time; the last digit says more. 1: a high level that was reached stays until
 * the pin was low for all of the time, without a break; 2: the same for low; 3:
 * both. 9: the pin gets a pulse to low in each period of the mains while the
 * contact is closed, and the level is high while they come. */
#ifndef FIRMWARE_CORE_INPUT_H
#define FIRMWARE_CORE_INPUT_H

#include <stdbool.h>
#include <stdint.h>

/* Each pulse keeps the level for two periods of 50 Hz; INPUT_NEVER: a level
 * that does not change by itself. */
#define INPUT_MAINS_MS 40u
#define INPUT_NEVER 0xFFFFFFFFu

struct input {
    uint8_t pin;
    bool is_used;
    bool level;      /* debounced; true is high */
    bool is_high;    /* as the pin is */
    uint16_t sum_ms; /* 0: surely low */
};

/* The last digit is 9. */
bool input_is_mains(unsigned debounce);
/* Make the pin an input and take its level as it is. */
void input_start(struct input *input, unsigned pin, bool has_pull_up,
                 unsigned debounce);
/* The pin is high or low from now on. True: the level has changed, which only
 * pulses of the mains do at once. */
bool input_edge(struct input *input, bool is_high, unsigned debounce);
/* Nothing will change while the pin stays: no time need be passed. */
bool input_rests(const struct input *input, unsigned debounce);
/* It has rested, perhaps since before another debounce was set. */
void input_leave(struct input *input, unsigned debounce);
/* Milliseconds until the level changes if the pin stays, or INPUT_NEVER. A
 * level takes one more than the time that is set: times are whole
 * milliseconds, and what is shorter must not do. */
uint32_t input_due(const struct input *input, unsigned debounce);
/* So much time has passed, at most input_due. True: the level has changed. */
bool input_pass(struct input *input, uint32_t ms, unsigned debounce);

#endif
