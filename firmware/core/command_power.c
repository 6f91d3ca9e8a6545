/* Commands that switch, or say how switching works: Power, PulseTime,
 * SwitchMode. */
#include "firmware/core/command_private.h"

#include "firmware/core/interlock.h"

static const char *power_text(const struct device *dev, unsigned number)
{
    return device_state_text(dev, device_is_on(dev, number));
}

/* stat/RESULT with the states of relays from..to, then each one's plain
 * state. */
static void report(struct command_call *call, unsigned from, unsigned to)
{
    char key[16];
    for (unsigned n = from; n <= to; n++) {
        device_power_key(call->dev, n, key);
        text_format(&call->reply, "%c\"%s\":\"%s\"", n == from ? '{' : ',', key,
                    power_text(call->dev, n));
    }
    text_add(&call->reply, "}");
    command_send(call, "RESULT");
    for (unsigned n = from; n <= to; n++) {
        device_power_key(call->dev, n, key);
        device_result(call->dev, key, power_text(call->dev, n));
    }
    telemetry_switched(call->dev);
}

void command_report_power(struct command_call *call, uint8_t relays)
{
    for (unsigned n = 1; n <= call->dev->relay_count; n++) {
        if (((unsigned)relays >> (n - 1)) & 1u)
            report(call, n, n);
    }
}

void command_put_bits(struct command_call *call, uint8_t bits)
{
    unsigned n = call->dev->relay_count ? call->dev->relay_count : 1;
    for (; n > 0; n--)
        text_add(&call->reply, ((unsigned)bits >> (n - 1)) & 1u ? "1" : "0");
}

static void report_blink(struct command_call *call, unsigned number, bool on)
{
    char key[16];
    device_power_key(call->dev, number, key);
    text_format(&call->reply, "{\"%s\":\"Blink %s\"}", key,
                device_state_text(call->dev, on));
}

/* Power0 with a toggle turns all off when any is on, else all on: as one. */
static void set_all(struct device *dev, enum state state)
{
    if (state == STATE_TOGGLE)
        state = dev->power ? STATE_OFF : STATE_ON;
    for (unsigned n = 1; n <= dev->relay_count; n++)
        relay_set(dev, n, state);
}

/* What interlock switched off is said before what was asked for. */
static void switch_one(struct command_call *call, unsigned number,
                       enum state state)
{
    uint8_t before = call->dev->power;
    relay_set(call->dev, number, state);
    uint8_t changed = before ^ call->dev->power;
    command_report_power(call, changed & (uint8_t) ~(1u << (number - 1)));
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
        switch_one(call, number, state);
    if (!call->is_query && state >= STATE_BLINK &&
        interlock_rivals(dev, number) == 0)
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

static void set_pulse(struct command_call *call, unsigned index)
{
    struct device *dev = call->dev;
    dev->settings.pulse_time[index] = (uint16_t)call->number;
    dev->relay[index].has_pulse = false; /* the next switching starts one */
    command_changed(call);
}

/* PulseTime0 sets them all. */
void run_pulse_time(struct command_call *call)
{
    struct device *dev = call->dev;
    bool is_all = call->index == 0 || (call->is_query && !call->has_index);
    if (call->index > RELAYS || (!call->is_query && !command_in_range(call))) {
        command_fail(call);
        return;
    }
    unsigned from = is_all ? 0 : call->index - 1;
    unsigned to = is_all ? RELAYS : call->index;
    for (unsigned i = from; i < to && !call->is_query; i++)
        set_pulse(call, i);
    if (is_all) {
        report_pulses(call);
        return;
    }
    command_open(call, true);
    text_format(&call->reply, "{\"Set\":%u,\"Remaining\":%u}}",
                (unsigned)dev->settings.pulse_time[from],
                pulse_left(dev, from));
}
