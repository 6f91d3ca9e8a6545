/* One contact on a pin, debounced by the times of its edges. */
#include "firmware/core/input.h"

#include "firmware/hal/gpio.h"

enum digit { DIGIT_KEEP_HIGH = 1, DIGIT_KEEP_LOW = 2, DIGIT_MAINS = 9 };

bool input_is_mains(unsigned debounce)
{
    return debounce % 10 == DIGIT_MAINS;
}

static bool keeps(unsigned debounce, enum digit digit)
{
    return !input_is_mains(debounce) && (debounce % 10 & (unsigned)digit);
}

/* The sum's upper end. */
static unsigned top_of(unsigned debounce)
{
    unsigned ms = debounce - debounce % 10;
    if (input_is_mains(debounce))
        return ms > INPUT_MAINS_MS ? ms : INPUT_MAINS_MS;
    return ms + 1;
}

void input_start(struct input *input, unsigned pin, bool has_pull_up,
                 unsigned debounce)
{
    hal_gpio_input(pin, has_pull_up);
    bool is_high = hal_gpio_read(pin);
    *input = (struct input){
        .pin = (uint8_t)pin,
        .is_used = true,
        .level = is_high && !input_is_mains(debounce),
        .is_high = is_high,
        .sum_ms = is_high ? (uint16_t)top_of(debounce) : 0,
    };
}

static bool goes_up(const struct input *input, unsigned debounce)
{
    return input->is_high && !input_is_mains(debounce);
}

/* True: the sum is at an end where the level is another. */
static bool settle(struct input *input, unsigned debounce)
{
    bool before = input->level;
    if (input->sum_ms >= top_of(debounce)) {
        input->sum_ms = (uint16_t)top_of(debounce);
        input->level = true;
    } else if (input->sum_ms == 0) {
        input->level = false;
    }
    return input->level != before;
}

bool input_rests(const struct input *input, unsigned debounce)
{
    if (goes_up(input, debounce))
        return input->level && input->sum_ms == top_of(debounce);
    return !input->level && input->sum_ms == 0;
}

void input_leave(struct input *input, unsigned debounce)
{
    input->sum_ms = input->level ? (uint16_t)top_of(debounce) : 0;
}

bool input_edge(struct input *input, bool is_high, unsigned debounce)
{
    bool is_fall = input->is_high && !is_high;
    input->is_high = is_high;
    if (input_is_mains(debounce)) {
        if (!is_fall)
            return false;
        input->sum_ms = (uint16_t)(input->sum_ms + INPUT_MAINS_MS);
        return settle(input, debounce);
    }
    if (is_high && input->level && keeps(debounce, DIGIT_KEEP_HIGH))
        input->sum_ms = (uint16_t)top_of(debounce);
    if (!is_high && !input->level && keeps(debounce, DIGIT_KEEP_LOW))
        input->sum_ms = 0;
    return false;
}

uint32_t input_due(const struct input *input, unsigned debounce)
{
    if (goes_up(input, debounce)) {
        unsigned top = top_of(debounce);
        if (input->level)
            return INPUT_NEVER;
        return input->sum_ms < top ? top - input->sum_ms : 0;
    }
    return input->level ? input->sum_ms : INPUT_NEVER;
}

bool input_pass(struct input *input, uint32_t ms, unsigned debounce)
{
    uint32_t sum = input->sum_ms, top = top_of(debounce);
    if (goes_up(input, debounce))
        sum = sum + ms < top ? sum + ms : top;
    else
        sum = sum > ms ? sum - ms : 0;
    input->sum_ms = (uint16_t)sum;
    return settle(input, debounce);
}
