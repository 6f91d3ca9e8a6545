#include "firmware/core/switch.h"

#include "firmware/core/command.h"
#include "firmware/core/device.h"

/* What the edges do, by mode. */
static const struct {
    uint8_t on_low, on_high;
    int8_t timed; /* a push that may become a hold begins on: 0 low, 1 high */
} modes[SWITCH_MODE_LAST + 1] = {
    [0] = {SWITCH_TOGGLE, SWITCH_TOGGLE, -1},
    [1] = {SWITCH_OFF, SWITCH_ON, -1},
    [2] = {SWITCH_ON, SWITCH_OFF, -1},
    [3] = {SWITCH_TOGGLE, SWITCH_NOTHING, -1},
    [4] = {SWITCH_NOTHING, SWITCH_TOGGLE, -1},
    [5] = {SWITCH_NOTHING, SWITCH_TOGGLE, 0},
    [6] = {SWITCH_TOGGLE, SWITCH_NOTHING, 1},
    [7] = {SWITCH_TOGGLE, SWITCH_TOGGLE, -1},
    [8] = {SWITCH_TOGGLE, SWITCH_TOGGLE, -1},
    [9] = {SWITCH_OFF, SWITCH_ON, -1},
    [10] = {SWITCH_ON, SWITCH_OFF, -1},
    [11] = {SWITCH_TOGGLE, SWITCH_NOTHING, -1},
    [12] = {SWITCH_NOTHING, SWITCH_TOGGLE, -1},
    [13] = {SWITCH_ON, SWITCH_NOTHING, -1},
    [14] = {SWITCH_NOTHING, SWITCH_ON, -1},
    [15] = {SWITCH_NOTHING, SWITCH_NOTHING, -1},
    [16] = {SWITCH_NOTHING, SWITCH_NOTHING, -1},
};

static enum switch_action edge(struct switch_contact *contact, unsigned mode,
                               bool level, uint32_t now_ms)
{
    contact->level = level;
    if (modes[mode].timed == (int8_t)level) {
        contact->is_timing = true;
        contact->pushed_ms = now_ms;
        return SWITCH_NOTHING;
    }
    if (modes[mode].timed >= 0 && !contact->is_timing)
        return SWITCH_NOTHING; /* it was a hold, or down from the start */
    contact->is_timing = false;
    return level ? modes[mode].on_high : modes[mode].on_low;
}

enum switch_action switch_step(struct switch_contact *contact, unsigned mode,
                               bool level, uint32_t now_ms, uint32_t hold_ms)
{
    if (mode > SWITCH_MODE_LAST)
        mode = 0;
    if (level != contact->level)
        return edge(contact, mode, level, now_ms);
    if (contact->is_timing && now_ms - contact->pushed_ms >= hold_ms) {
        contact->is_timing = false;
        return SWITCH_HOLD;
    }
    return SWITCH_NOTHING;
}

static void tell(struct device *dev, unsigned number, const char *action)
{
    char buffer[64];
    struct text text;
    text_init(&text, buffer, sizeof(buffer));
    text_format(&text, "{\"Switch%u\":{\"Action\":\"%s\"}}", number, action);
    device_result(dev, "RESULT", buffer);
}

static void act(struct device *dev, unsigned number, enum switch_action action)
{
    static const char *const names[] = {"OFF", "ON", "TOGGLE", "HOLD"};
    if (settings_option(&dev->settings, OPTION_DETACH_SWITCH))
        tell(dev, number, names[action]);
    else if (action != SWITCH_HOLD && number <= dev->relay_count)
        command_power(dev, number, (enum state)action);
}

void switches_settle(struct device *dev)
{
    if (!input_is_mains(dev->settings.switch_debounce))
        return;
    for (unsigned i = 0; i < SWITCHES; i++)
        dev->contact[i].level = dev->contact[i].input.level;
}

void switches_handle(struct device *dev)
{
    uint32_t hold_ms = dev->settings.hold_time * 100u;
    for (unsigned i = 0; i < SWITCHES; i++) {
        struct switch_contact *contact = &dev->contact[i];
        if (!contact->input.is_used)
            continue;
        enum switch_action action =
            switch_step(contact, dev->settings.switch_mode[i],
                        contact->input.level, dev->now_ms, hold_ms);
        if (action != SWITCH_NOTHING)
            act(dev, i + 1, action);
    }
}
