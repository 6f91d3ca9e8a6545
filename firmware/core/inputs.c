/* Buttons and switches in time: edges in, levels and actions out. */
#include "firmware/core/inputs.h"

#include "firmware/core/device.h"
#include "firmware/hal/gpio.h"

#define TOLD_PINS 16u /* GPIO16 has no interrupt */

/* Inputs by number: buttons, then switches. */
#define INPUTS (BUTTONS + SWITCHES)
#define BUTTON_INPUTS ((1u << BUTTONS) - 1u)

static const struct input *input_of(const struct device *dev, unsigned i)
{
    return i < BUTTONS ? &dev->button[i].input
                       : &dev->contact[i - BUTTONS].input;
}

static struct input *input_to_change(struct device *dev, unsigned i)
{
    return i < BUTTONS ? &dev->button[i].input
                       : &dev->contact[i - BUTTONS].input;
}

static unsigned debounce_of(const struct device *dev, unsigned i)
{
    return i < BUTTONS ? dev->settings.button_debounce
                       : dev->settings.switch_debounce;
}

/* Of a set of inputs, bit per number, the next one. */
static unsigned next_of(unsigned *set)
{
    unsigned i = (unsigned)__builtin_ctz(*set);
    *set &= *set - 1;
    return i;
}

void inputs_start(struct device *dev)
{
    for (unsigned i = 0; i < INPUTS; i++) {
        const struct input *input = input_of(dev, i);
        unsigned bit = input->is_used ? 1u << i : 0;
        dev->inputs_used = (uint16_t)(dev->inputs_used | bit);
        if (input->pin >= TOLD_PINS)
            dev->inputs_untold = (uint16_t)(dev->inputs_untold | bit);
    }
    dev->looked_ms = dev->now_ms;
    inputs_move(dev);
}

void inputs_move(struct device *dev)
{
    dev->inputs_moving = dev->inputs_used;
}

uint32_t inputs_due(const struct device *dev)
{
    uint32_t soonest = INPUT_NEVER;
    for (unsigned set = dev->inputs_moving; set;) {
        unsigned i = next_of(&set);
        uint32_t due = input_due(input_of(dev, i), debounce_of(dev, i));
        if (due < soonest)
            soonest = due;
    }
    return soonest;
}

bool inputs_are_counting(const struct device *dev)
{
    for (unsigned set = dev->inputs_used; set;) {
        unsigned i = next_of(&set);
        if (i < BUTTONS ? dev->button[i].presses > 0
                        : dev->contact[i - BUTTONS].is_timing)
            return true;
    }
    return false;
}

/* In the first seconds nothing acts: the supply's rise and some boards' other
 * parts move pins then. */
static void act(struct device *dev)
{
    if (!dev->is_awake && dev->uptime_s >= DEVICE_INPUT_SLEEP_S) {
        dev->is_awake = true;
        buttons_settle(dev);
        switches_settle(dev);
    }
    if (dev->is_awake) {
        buttons_handle(dev, dev->inputs_used & BUTTON_INPUTS);
        for (unsigned set = dev->inputs_used & ~BUTTON_INPUTS; set;)
            switch_handle(dev, next_of(&set) - BUTTONS);
    }
}

static bool settle(struct device *dev, uint32_t ms)
{
    bool has_changed = false;
    for (unsigned set = dev->inputs_moving; set;) {
        unsigned i = next_of(&set), debounce = debounce_of(dev, i);
        struct input *input = input_to_change(dev, i);
        has_changed |= input_pass(input, ms, debounce);
        if (input_rests(input, debounce))
            dev->inputs_moving = (uint16_t)(dev->inputs_moving & ~(1u << i));
    }
    return has_changed;
}

static void step(struct device *dev, uint32_t ms)
{
    bool has_changed = settle(dev, ms);
    device_pass_time(dev, ms);
    dev->unacted_ms += ms;
    if (!has_changed && dev->unacted_ms < DEVICE_TICK_MS)
        return;
    dev->unacted_ms = 0;
    act(dev);
}

/* In steps no longer than a tick, so that what takes its time (a hold, the
 * pause after a press) also ends in its place. */
void inputs_pass(struct device *dev, uint32_t now_ms)
{
    while ((int32_t)(now_ms - dev->now_ms) > 0) {
        uint32_t left = now_ms - dev->now_ms, due = inputs_due(dev);
        uint32_t ms = left < DEVICE_TICK_MS ? left : DEVICE_TICK_MS;
        step(dev, due < ms ? due : ms);
    }
}

static void take(struct device *dev, unsigned i, bool is_high)
{
    struct input *input = input_to_change(dev, i);
    if (input->is_high == is_high)
        return;
    unsigned debounce = debounce_of(dev, i), bit = 1u << i;
    if (!(dev->inputs_moving & bit))
        input_leave(input, debounce);
    dev->inputs_moving = (uint16_t)(dev->inputs_moving | bit);
    if (input_edge(input, is_high, debounce))
        act(dev);
}

void inputs_take(struct device *dev, uint16_t pins)
{
    for (unsigned set = dev->inputs_used & ~dev->inputs_untold; set;) {
        unsigned i = next_of(&set);
        take(dev, i, (unsigned)pins >> input_of(dev, i)->pin & 1u);
    }
}

void inputs_look(struct device *dev)
{
    unsigned set = dev->inputs_untold;
    if (dev->now_ms - dev->looked_ms >= INPUTS_LOOK_MS) {
        dev->looked_ms = dev->now_ms;
        set = dev->inputs_used;
    }
    while (set) {
        unsigned i = next_of(&set);
        take(dev, i, hal_gpio_read(input_of(dev, i)->pin));
    }
}
