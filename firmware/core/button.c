#include "firmware/core/button.h"

#include "firmware/core/command.h"
#include "firmware/core/device.h"
#include "firmware/core/key.h"
#include "firmware/core/module.h"

#define SET_UP_PRESSES 6u
#define OLD_SET_UP_PRESSES 4u /* Tasmota's up to 8.2 */

/* ---- presses ---------------------------------------------------------------
 */

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
    button->is_long = false;
    button->is_ignored = false;
    button->pressed_ms = now_ms;
    if (rules->is_immediate) {
        *presses = 1;
        return BUTTON_PRESSES;
    }
    if (button->presses < 255)
        button->presses++;
    return BUTTON_NOTHING;
}

static enum button_action hold(struct button *button, uint32_t passed_ms,
                               const struct button_rules *rules)
{
    if (rules->is_immediate) {
        if (button->is_long || passed_ms < rules->hold_ms * BUTTON_LONG)
            return BUTTON_NOTHING;
        button->is_long = true;
        return BUTTON_LONG_HOLD;
    }
    if (rules->ignore_ms > 0 && passed_ms > rules->ignore_ms) {
        button->is_ignored = true;
        button->presses = 0;
    }
    if (button->is_ignored || button->is_held || passed_ms < rules->hold_ms)
        return BUTTON_NOTHING;
    button->is_held = true;
    button->presses = 0;
    return BUTTON_HOLD;
}

static enum button_action edge(struct button *button, bool is_pressed,
                               uint32_t now_ms, unsigned *presses, bool *began)
{
    *began = is_pressed != button->is_pressed &&
             now_ms - button->pressed_ms >= BUTTON_EDGE_MS;
    button->is_pressed = is_pressed;
    if (!*began)
        return BUTTON_NOTHING;
    button->pressed_ms = now_ms;
    *presses = 1;
    return BUTTON_PRESSES;
}

enum button_action button_step(struct button *button, bool is_pressed,
                               uint32_t now_ms,
                               const struct button_rules *rules,
                               unsigned *presses, bool *began)
{
    if (rules->is_edge)
        return edge(button, is_pressed, now_ms, presses, began);
    *began = is_pressed && !button->is_pressed;
    if (*began)
        return press_begin(button, now_ms, rules, presses);
    if (is_pressed)
        return hold(button, now_ms - button->pressed_ms, rules);
    bool has_ended = button->is_pressed;
    button->is_pressed = false;
    if (has_ended && button->is_held && !button->is_ignored)
        return BUTTON_CLEAR;
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
        button->is_long = true;
        button->is_ignored = true;
        button->presses = 0;
    }
}

/* ---- what they do ----------------------------------------------------------
 */

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
    bool is_swapped = settings_option(&dev->settings, OPTION_SWAP_PRESSES);
    bool is_single = module_has_single_presses(dev->board.base);
    if (is_swapped && presses <= 2 && !is_single)
        presses = 3 - presses;
    /* Two quick presses cancel out, three are one. */
    if (number > 1 || is_single)
        return presses % 2 && number <= dev->relay_count ? number : 0;
    return presses <= 5 && presses <= dev->relay_count ? presses : 0;
}

static bool is_set_up(const struct device *dev, unsigned number,
                      unsigned presses)
{
    bool is_old = presses == OLD_SET_UP_PRESSES && dev->relay_count <= 1 &&
                  !settings_option(&dev->settings, OPTION_DETACH_BUTTON);
    return number == 1 && (presses == SET_UP_PRESSES || is_old);
}

static void toggle(struct device *dev, unsigned number, unsigned presses)
{
    unsigned relay = relay_of(dev, number, presses);
    /* A single press also speaks where there is no relay for it. */
    unsigned spoken = relay ? relay : presses == 1 ? number : 0;
    if (spoken > 0 && key_send(dev, KEY_OF_BUTTON, spoken, STATE_TOGGLE))
        return;
    if (relay > 0)
        command_power(dev, relay, STATE_TOGGLE);
}

static void act(struct device *dev, unsigned number, unsigned presses)
{
    static const char *const actions[] = {"SINGLE", "DOUBLE", "TRIPLE", "QUAD",
                                          "PENTA"};
    bool is_restricted = settings_option(&dev->settings, OPTION_RESTRICT);
    if (is_set_up(dev, number, presses) && !is_restricted)
        rescue_open(dev, presses);
    else if (!settings_option(&dev->settings, OPTION_DETACH_BUTTON))
        toggle(dev, number, is_restricted && presses > 2 ? 0 : presses);
    else if (presses >= 1 && presses <= 5)
        tell(dev, number, actions[presses - 1]);
}

static void act_hold(struct device *dev, unsigned number,
                     enum button_action action)
{
    struct settings *settings = &dev->settings;
    if (action == BUTTON_LONG_HOLD) { /* the way back for who forgot it */
        settings->option &= ~(1u << OPTION_IMMEDIATE);
        device_setting_changed(dev, KEY_OPTION);
        device_result(dev, "RESULT", "{\"SetOption13\":\"OFF\"}");
    } else if (settings_option(settings, OPTION_DETACH_BUTTON)) {
        tell(dev, number, action == BUTTON_HOLD ? "HOLD" : "CLEAR");
    } else if (action == BUTTON_HOLD) {
        (void)key_send(dev, KEY_OF_BUTTON, number, KEY_HOLD);
    }
}

static void handle(struct device *dev, unsigned i,
                   const struct button_rules *rules)
{
    struct button *button = &dev->button[i];
    unsigned presses = 0;
    bool began = false;
    enum button_action action = button_step(
        button, is_down(button), dev->now_ms, rules, &presses, &began);
    if (began)
        leds_blink(dev);
    if (action == BUTTON_PRESSES)
        act(dev, i + 1, presses);
    else if (action != BUTTON_NOTHING)
        act_hold(dev, i + 1, action);
}

void buttons_handle(struct device *dev, unsigned set)
{
    const struct settings *settings = &dev->settings;
    bool is_restricted = settings_option(settings, OPTION_RESTRICT);
    const struct button_rules rules = {
        .is_immediate = settings_option(settings, OPTION_IMMEDIATE),
        .is_edge = module_has_edge_buttons(dev->board.base),
        .hold_ms = settings->hold_time * 100u,
        .ignore_ms = is_restricted ? settings->hold_ignore * 100u : 0,
    };
    for (unsigned i = 0; i < BUTTONS; i++)
        if (set >> i & 1u)
            handle(dev, i, &rules);
}
