#include "firmware/core/button.h"

#include "firmware/core/command.h"
#include "firmware/core/device.h"

static enum button_action press_end(struct button *button, uint32_t now_ms,
                                    unsigned *presses)
{
    if (button->is_pressed || button->presses == 0 ||
        now_ms - button->pressed_ms < BUTTON_WINDOW_MS)
        return BUTTON_NOTHING;
    *presses = button->presses;
    button->presses = 0;
    return BUTTON_PRESSES;
}

static enum button_action press_begin(struct button *button, uint32_t now_ms,
                                      const struct button_rules *rules,
                                      unsigned *presses)
{
    button->is_pressed = true;
    button->is_held = false;
    button->pressed_ms = now_ms;
    if (rules->is_immediate) {
        *presses = 1;
        return BUTTON_PRESSES;
    }
    if (button->presses < 255)
        button->presses++;
    return BUTTON_NOTHING;
}

enum button_action button_step(struct button *button, bool is_pressed,
                               uint32_t now_ms,
                               const struct button_rules *rules,
                               unsigned *presses, bool *began)
{
    *began = is_pressed && !button->is_pressed;
    if (*began)
        return press_begin(button, now_ms, rules, presses);
    if (!is_pressed && button->is_pressed) {
        button->is_pressed = false;
        if (button->is_held)
            return BUTTON_CLEAR;
    }
    if (is_pressed && !button->is_held &&
        now_ms - button->pressed_ms >= rules->hold_ms) {
        button->is_held = true;
        button->presses = 0;
        return BUTTON_HOLD;
    }
    return press_end(button, now_ms, presses);
}

static bool is_down(const struct button *button)
{
    return button->input.level == button->is_active_high;
}

void buttons_settle(struct device *dev)
{
    for (unsigned i = 0; i < BUTTONS; i++) {
        struct button *button = &dev->button[i];
        button->is_pressed = is_down(button);
        button->is_held = true; /* what is down from the start is no hold */
        button->presses = 0;
    }
}

static void tell(struct device *dev, unsigned number, const char *action)
{
    char buffer[64];
    struct text text;
    text_init(&text, buffer, sizeof(buffer));
    text_format(&text, "{\"Button%u\":{\"Action\":\"%s\"}}", number, action);
    device_result(dev, "RESULT", buffer);
}

/* Which relay a number of presses means; 0: none. */
static unsigned relay_of(const struct device *dev, unsigned number,
                         unsigned presses)
{
    if (presses > 2 && settings_option(&dev->settings, OPTION_RESTRICT))
        return 0;
    bool is_swapped = settings_option(&dev->settings, OPTION_SWAP_PRESSES);
    if (is_swapped && presses <= 2)
        presses = 3 - presses;
    if (number > 1) /* two quick presses cancel out, three are one */
        return presses % 2 && number <= dev->relay_count ? number : 0;
    return presses <= 5 && presses <= dev->relay_count ? presses : 0;
}

static void act(struct device *dev, unsigned number, unsigned presses)
{
    static const char *const actions[] = {"SINGLE", "DOUBLE", "TRIPLE", "QUAD",
                                          "PENTA"};
    if (settings_option(&dev->settings, OPTION_DETACH_BUTTON)) {
        if (presses >= 1 && presses <= 5)
            tell(dev, number, actions[presses - 1]);
        return;
    }
    unsigned relay = relay_of(dev, number, presses);
    if (relay > 0)
        command_power(dev, relay, STATE_TOGGLE);
}

void buttons_handle(struct device *dev)
{
    const struct button_rules rules = {
        .is_immediate = settings_option(&dev->settings, OPTION_IMMEDIATE),
        .hold_ms = dev->settings.hold_time * 100u,
    };
    bool is_detached = settings_option(&dev->settings, OPTION_DETACH_BUTTON);
    for (unsigned i = 0; i < BUTTONS; i++) {
        struct button *button = &dev->button[i];
        unsigned presses = 0;
        bool began = false;
        if (!button->input.is_used)
            continue;
        enum button_action action = button_step(
            button, is_down(button), dev->now_ms, &rules, &presses, &began);
        if (began)
            leds_blink(dev);
        if (action == BUTTON_PRESSES)
            act(dev, i + 1, presses);
        else if (action == BUTTON_HOLD && is_detached)
            tell(dev, i + 1, "HOLD");
        else if (action == BUTTON_CLEAR && is_detached)
            tell(dev, i + 1, "CLEAR");
    }
}
