/* Commands about LEDs: LedPower, LedMask. */
#include "firmware/core/command_private.h"

void run_led_power(struct command_call *call)
{
    struct settings *settings = &call->dev->settings;
    if (call->index == 0 || call->index > LEDS ||
        (!call->is_query && !command_in_range(call))) {
        command_fail(call);
        return;
    }
    unsigned bit = 1u << (call->index - 1);
    if (!call->is_query) {
        unsigned power = settings->led_power;
        bool is_lit = call->number == 2 ? !(power & bit) : call->number == 1;
        settings->led_power = (uint8_t)(is_lit ? power | bit : power & ~bit);
        settings->led_state = 0;
        device_changed(call->dev);
    }
    command_open(call, true);
    text_format(&call->reply, "\"%s\"}",
                device_state_text(call->dev, (settings->led_power & bit) != 0));
}

void run_led_mask(struct command_call *call)
{
    struct settings *settings = &call->dev->settings;
    if (!call->is_query && !command_in_range(call)) {
        command_fail(call);
        return;
    }
    if (!call->is_query) {
        settings->led_mask = (uint16_t)call->number;
        command_changed(call);
    }
    unsigned mask = settings->led_mask;
    command_open(call, false);
    text_format(&call->reply, "\"%u (0x%04X)\"}", mask, mask);
}
