#include "firmware/core/board.h"

#include "firmware/core/component.h"
#include "firmware/core/device.h"
#include "firmware/core/module.h"
#include "firmware/core/pins.h"
#include "firmware/hal/gpio.h"

void board_wired(const struct settings *settings, struct template *out)
{
    *out = settings->template;
    if (settings->module != MODULE_TEMPLATE)
        (void)module_template(settings->module, out);
}

void board_choose(struct device *dev)
{
    struct settings *settings = &dev->settings;
    struct template wired;
    if (settings->module != MODULE_TEMPLATE &&
        !module_is_known(settings->module))
        settings->module = MODULE_BASIC;
    board_wired(settings, &wired);
    dev->board.base = wired.base;
    for (unsigned i = 0; i < TEMPLATE_PINS; i++) {
        uint16_t component = wired.pin[i];
        if (component == COMPONENT_USER)
            component =
                dev->rescue.is_safe ? COMPONENT_NONE : settings->user_pin[i];
        /* The commands refuse it; settings of another chip may hold it. */
        dev->board.pin[i] = pin_can_be(template_gpio(i), component)
                                ? component
                                : COMPONENT_NONE;
    }
}

bool board_has_analog(const struct device *dev)
{
    return dev->board.pin[TEMPLATE_PINS - 1] == COMPONENT_ANALOG;
}

static bool is_relay(unsigned component)
{
    unsigned function = component >> 5;
    return (function == FUNCTION_RELAY || function == FUNCTION_RELAY_I) &&
           component_is_served(component);
}

static void count_relays(struct device *dev)
{
    for (unsigned i = 0; i < TEMPLATE_PINS; i++) {
        unsigned number = COMPONENT_INDEX(dev->board.pin[i]) + 1;
        if (is_relay(dev->board.pin[i]) && number > dev->relay_count)
            dev->relay_count = number;
    }
}

static void start_button(struct device *dev, unsigned pin, unsigned function,
                         unsigned index)
{
    struct button *button = &dev->button[index];
    bool has_pull_up =
        function == FUNCTION_BUTTON || function == FUNCTION_BUTTON_I;
    button->is_active_high =
        function == FUNCTION_BUTTON_I || function == FUNCTION_BUTTON_IN;
    input_start(&button->input, pin, has_pull_up,
                dev->settings.button_debounce);
}

static void start_switch(struct device *dev, unsigned pin, unsigned function,
                         unsigned index)
{
    struct switch_contact *contact = &dev->contact[index];
    input_start(&contact->input, pin, function == FUNCTION_SWITCH,
                dev->settings.switch_debounce);
    contact->level = contact->input.level;
}

static void start_pin(struct device *dev, unsigned pin, unsigned component)
{
    unsigned function = component >> 5, index = COMPONENT_INDEX(component);
    if (!component_is_served(component))
        return;
    if (is_relay(component))
        relay_start(dev, index + 1, pin, function == FUNCTION_RELAY_I);
    else if (function >= FUNCTION_BUTTON && function <= FUNCTION_BUTTON_IN)
        start_button(dev, pin, function, index);
    else if (function == FUNCTION_SWITCH || function == FUNCTION_SWITCH_N)
        start_switch(dev, pin, function, index);
    else if (function == FUNCTION_LED || function == FUNCTION_LED_I)
        led_start(&dev->led[index], pin, function == FUNCTION_LED_I);
    else if (function == FUNCTION_LED_LINK || function == FUNCTION_LED_LINK_I)
        led_start(&dev->led_link, pin, function == FUNCTION_LED_LINK_I);
    else if (function == FUNCTION_OUTPUT_HIGH ||
             function == FUNCTION_OUTPUT_LOW)
        hal_gpio_output(pin, function == FUNCTION_OUTPUT_HIGH);
}

/* Relays first: their state must not wait for anything (promise 5). */
void board_start(struct device *dev)
{
    count_relays(dev);
    uint8_t present = (uint8_t)((1u << dev->relay_count) - 1u);
    dev->power = relays_at_start(dev) & present;
    for (unsigned pass = 0; pass < 2; pass++) {
        for (unsigned i = 0; i < TEMPLATE_PINS; i++) {
            unsigned component = dev->board.pin[i];
            if (template_gpio(i) != TEMPLATE_A0 &&
                is_relay(component) == (pass == 0))
                start_pin(dev, template_gpio(i), component);
        }
    }
    inputs_start(dev);
    if (!dev->rescue.is_safe) /* relays on user pins go on afterwards */
        device_retain_power(dev);
    leds_update(dev);
}
