/* Commands about pins: Gpio, Gpios. */
#include "firmware/core/command_private.h"

#include "firmware/core/board.h"
#include "firmware/core/component.h"
#include "firmware/core/pins.h"

static void report_pin(struct command_call *call, unsigned position,
                       unsigned component, char mark)
{
    text_format(&call->reply, "%c\"GPIO%u\":{\"%u\":\"", mark,
                template_gpio(position), component);
    component_name(component, &call->reply);
    text_add(&call->reply, "\"}");
}

/* Those that the board leaves to the user, or all: whatever was asked for, as
 * Tasmota does. */
static void report_pins(struct command_call *call, bool all)
{
    const struct settings *settings = &call->dev->settings;
    struct template wired;
    char mark = '{';
    board_wired(settings, &wired);
    for (unsigned i = 0; i < TEMPLATE_PINS; i++) {
        bool is_user = wired.pin[i] == COMPONENT_USER;
        if (!all && !is_user)
            continue;
        report_pin(call, i, is_user ? settings->user_pin[i] : wired.pin[i],
                   mark);
        mark = ',';
    }
    text_add(&call->reply, mark == '{' ? "{\"GPIO\":\"Not supported\"}" : "}");
}

static unsigned position_of(unsigned gpio)
{
    unsigned position = 0;
    while (position < TEMPLATE_PINS && template_gpio(position) != gpio)
        position++;
    return position;
}

static bool is_users(const struct settings *settings, unsigned position)
{
    struct template wired;
    board_wired(settings, &wired);
    return position < TEMPLATE_PINS && wired.pin[position] == COMPONENT_USER;
}

/* A component that the device does something with, on this pin. A0 is read as
 * it is, and nothing else can be. */
static bool is_for_pin(const struct command_call *call, unsigned position)
{
    unsigned component = (unsigned)call->number;
    bool is_analog = template_gpio(position) == TEMPLATE_A0;
    if (!call->has_number || call->number < 0 ||
        call->number > (int32_t)COMPONENT_LAST ||
        !component_is_served(component))
        return false;
    return component <= COMPONENT_USER ||
           is_analog == (component == COMPONENT_ANALOG);
}

/* It moves here from where it was. */
static void set_pin(struct device *dev, unsigned position, unsigned component)
{
    uint16_t *pin = dev->settings.user_pin;
    for (unsigned i = 0; i < TEMPLATE_PINS; i++) {
        if (pin[i] == component && component != COMPONENT_USER)
            pin[i] = COMPONENT_NONE;
    }
    pin[position] = (uint16_t)component;
    device_setting_changed(dev, KEY_USER_PIN);
}

/* False: it was answered already. */
static bool change_pin(struct command_call *call)
{
    unsigned position = position_of(call->index);
    unsigned component = (unsigned)call->number;
    if (pin_is_flash(call->index)) {
        command_refuse_pin(call, call->index, component);
    } else if (!call->has_index || !is_users(&call->dev->settings, position) ||
               !is_for_pin(call, position)) {
        command_fail(call);
    } else if (!pin_can_be(call->index, component)) {
        command_refuse_pin(call, call->index, component);
    } else {
        set_pin(call->dev, position, component);
        return true;
    }
    return false;
}

void run_gpio(struct command_call *call)
{
    bool all = call->has_number && call->number == 255;
    if (call->is_query || all || change_pin(call))
        report_pins(call, all);
}

void run_gpios(struct command_call *call)
{
    text_add(&call->reply, "{\"GPIOs1\":");
    component_list(call->has_number && call->number == 255, &call->reply);
    text_add(&call->reply, "}");
}
