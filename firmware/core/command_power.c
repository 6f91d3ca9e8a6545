/* Commands that switch, or say how switching works: Power, PulseTime, LedPower,
 * SwitchMode. */
#include "firmware/core/command_private.h"

static const char *const onoff[] = {"OFF", "ON"};

/* stat/RESULT with the states of relays from..to, then each one's plain
 * state. */
static void report(struct command_call *call, unsigned from, unsigned to)
{
    char key[16];
    for (unsigned n = from; n <= to; n++) {
        device_power_key(call->dev, n, key);
        text_format(&call->reply, "%c\"%s\":\"%s\"", n == from ? '{' : ',', key,
                    onoff[device_is_on(call->dev, n)]);
    }
    text_add(&call->reply, "}");
    command_send(call, "RESULT");
    for (unsigned n = from; n <= to; n++) {
        device_power_key(call->dev, n, key);
        device_result(call->dev, key, onoff[device_is_on(call->dev, n)]);
    }
}

static void report_blink(struct command_call *call, unsigned number, bool on)
{
    char key[16];
    device_power_key(call->dev, number, key);
    text_format(&call->reply, "{\"%s\":\"Blink %s\"}", key, onoff[on]);
}

/* Power0 with a toggle turns all off when any is on, else all on: as one. */
static void set_all(struct device *dev, enum state state)
{
    if (state == STATE_TOGGLE)
        state = dev->power ? STATE_OFF : STATE_ON;
    for (unsigned n = 1; n <= dev->relay_count; n++)
        relay_set(dev, n, state);
}

void run_power(struct command_call *call)
{
    struct device *dev = call->dev;
    unsigned number = call->index;
    if (dev->relay_count == 0 || (!call->is_query && !command_in_range(call))) {
        command_fail(call);
        return;
    }
    enum state state = (enum state)call->number;
    if (call->index == 0) {
        if (!call->is_query)
            set_all(dev, state);
        report(call, 1, dev->relay_count);
        return;
    }
    if (number > dev->relay_count)
        number = 1;
    if (!call->is_query)
        relay_set(dev, number, state);
    if (!call->is_query && state >= STATE_BLINK)
        report_blink(call, number, state == STATE_BLINK);
    else
        report(call, number, number);
}

static unsigned pulse_left(const struct device *dev, unsigned index)
{
    const struct relay *relay = &dev->relay[index];
    if (!relay->has_pulse)
        return 0;
    uint32_t ms = relay->pulse_until_ms - dev->now_ms;
    return ms <= 11100 ? ms / 100 : ms / 1000 + 100;
}

static void report_pulses(struct command_call *call)
{
    const struct device *dev = call->dev;
    text_add(&call->reply, "{\"PulseTime\":{\"Set\":");
    for (unsigned i = 0; i < RELAYS; i++)
        text_format(&call->reply, "%c%u", i ? ',' : '[',
                    (unsigned)dev->settings.pulse_time[i]);
    text_add(&call->reply, "],\"Remaining\":");
    for (unsigned i = 0; i < RELAYS; i++)
        text_format(&call->reply, "%c%u", i ? ',' : '[', pulse_left(dev, i));
    text_add(&call->reply, "]}}");
}

void run_pulse_time(struct command_call *call)
{
    struct device *dev = call->dev;
    unsigned i = call->index - 1;
    if (call->is_query && !call->has_index) {
        report_pulses(call);
        return;
    }
    if (i >= RELAYS || (!call->is_query && !command_in_range(call))) {
        command_fail(call);
        return;
    }
    if (!call->is_query) {
        dev->settings.pulse_time[i] = (uint16_t)call->number;
        dev->relay[i].has_pulse = false; /* the next switching starts one */
        command_changed(call);
    }
    command_open(call, true);
    text_format(&call->reply, "{\"Set\":%u,\"Remaining\":%u}}",
                (unsigned)dev->settings.pulse_time[i], pulse_left(dev, i));
}

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
                onoff[(settings->led_power & bit) != 0]);
}

static void report_modes(struct command_call *call)
{
    text_add(&call->reply, "{\"SwitchMode\":");
    for (unsigned i = 0; i < SWITCHES; i++)
        text_format(&call->reply, "%c%u", i ? ',' : '[',
                    (unsigned)call->dev->settings.switch_mode[i]);
    text_add(&call->reply, "]}");
}

/* SwitchMode0 sets them all; the rest is as for any number. */
void run_switch_mode(struct command_call *call)
{
    if (!call->has_index || call->index > 0) {
        run_number(call);
        return;
    }
    if (!call->is_query && !command_in_range(call)) {
        command_fail(call);
        return;
    }
    for (unsigned i = 0; i < SWITCHES && !call->is_query; i++)
        call->dev->settings.switch_mode[i] = (uint8_t)call->number;
    if (!call->is_query)
        command_changed(call);
    report_modes(call);
}
