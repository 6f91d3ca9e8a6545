#include "firmware/core/input.h"

#include "firmware/hal/gpio.h"

/* Samples that make a level. The setting's last digit is a mode of Tasmota's,
 * not a time; dividing drops it. */
static unsigned samples(unsigned debounce_ms)
{
    unsigned n = debounce_ms / INPUT_SAMPLE_MS;
    return n == 0 ? 1 : n > 200 ? 200 : n;
}

void input_start(struct input *input, unsigned pin, bool has_pull_up,
                 unsigned debounce_ms)
{
    hal_gpio_input(pin, has_pull_up);
    bool level = hal_gpio_read(pin);
    *input = (struct input){
        .pin = (uint8_t)pin,
        .is_used = true,
        .level = level,
        .count = level ? (uint8_t)samples(debounce_ms) : 0,
    };
}

/* How much a sample counts. */
static unsigned weight(unsigned top, uint32_t passed_ms)
{
    uint32_t n = passed_ms / INPUT_SAMPLE_MS;
    if (n >= top)
        n = top - 1;
    return n == 0 ? 1 : (unsigned)n;
}

void input_sample(struct input *input, bool is_high, unsigned debounce_ms,
                  uint32_t passed_ms)
{
    unsigned top = samples(debounce_ms), n = weight(top, passed_ms);
    unsigned count = input->count;
    if (is_high)
        count += n;
    else
        count = count > n ? count - n : 0;
    input->count = (uint8_t)(count < top ? count : top);
    if (input->count >= top) {
        input->count = (uint8_t)top;
        input->level = true;
    } else if (input->count == 0) {
        input->level = false;
    }
}
