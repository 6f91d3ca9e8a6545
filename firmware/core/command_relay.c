/* Commands that hold relays back, or switch them for a while: Interlock,
 * PowerLock, TimedPower. */
#include "firmware/core/command_private.h"

#include "firmware/core/interlock.h"

/* ---- Interlock ----------------------------------------------------------- */

static void set_interlock(struct command_call *call)
{
    struct settings *settings = &call->dev->settings;
    if (call->has_number)
        settings_set_option(settings, OPTION_INTERLOCK, call->number == 1);
    relays_separate(call->dev);
    device_setting_changed(call->dev, KEY_INTERLOCK);
}

void run_interlock(struct command_call *call)
{
    struct device *dev = call->dev;
    uint8_t before = dev->power;
    bool is_right = dev->relay_count > 1 &&
                    (command_in_range(call) ||
                     (!call->has_number &&
                      interlock_parse(dev->settings.interlock, call->payload,
                                      call->size, dev->relay_count)));
    if (!call->is_query && !is_right) {
        command_fail(call);
        return;
    }
    if (!call->is_query)
        set_interlock(call);
    command_open(call, false);
    text_format(&call->reply, "\"%s\"",
                device_state_text(
                    dev, settings_option(&dev->settings, OPTION_INTERLOCK)));
    if (dev->relay_count > 1) {
        text_add(&call->reply, ",\"Groups\":\"");
        interlock_print(dev, &call->reply);
        text_add(&call->reply, "\"");
    }
    text_add(&call->reply, "}");
    command_send(call, "RESULT");
    command_report_power(call, before ^ dev->power);
}

/* ---- PowerLock ----------------------------------------------------------- */

/* PowerLock0 sets all; without a payload or an index all are shown. */
void run_power_lock(struct command_call *call)
{
    struct settings *settings = &call->dev->settings;
    unsigned count = call->dev->relay_count;
    bool is_set = call->has_index && !call->is_query;
    if (call->index > count || (!call->is_query && !command_in_range(call)) ||
        (!call->is_query && !call->has_index)) {
        command_fail(call);
        return;
    }
    unsigned mask = call->index ? 1u << (call->index - 1) : (1u << count) - 1u;
    if (is_set) {
        unsigned lock = settings->power_lock;
        lock = call->number ? lock | mask : lock & ~mask;
        settings->power_lock = (uint8_t)lock;
        device_setting_changed(call->dev, KEY_POWER_LOCK);
    }
    command_open(call, false);
    text_add(&call->reply, "\"");
    command_put_bits(call, settings->power_lock);
    text_add(&call->reply, "\"}");
}

/* ---- TimedPower ---------------------------------------------------------- */

#define TIMED_LEAST_MS 50

static void report_timers(struct command_call *call)
{
    const struct device *dev = call->dev;
    bool has_some = false;
    command_open(call, false);
    for (unsigned n = 1; n <= dev->relay_count; n++) {
        const struct relay *relay = &dev->relay[n - 1];
        if (!relay->has_timer)
            continue;
        text_format(
            &call->reply, "%c{\"Remaining\":%u,\"Command\":\"Power%u %u\"}",
            has_some ? ',' : '[', (unsigned)(relay->timer_at_ms - dev->now_ms),
            n, (unsigned)relay->timer_end);
        has_some = true;
    }
    text_add(&call->reply, has_some ? "]}" : "\"Empty\"}");
}

/* "2000" or "2000,toggle": on where no state is given. */
static bool read_timed(const struct command_call *call, int32_t *ms,
                       int32_t *state)
{
    size_t size = 0;
    while (size < call->size && call->payload[size] != ',')
        size++;
    *state = STATE_ON;
    if (!text_number(call->payload, size, ms) || *ms < call->row->min)
        return false;
    if (size < call->size &&
        !command_number(call->dev, call->payload + size + 1,
                        call->size - size - 1, state))
        return false;
    if (*ms < TIMED_LEAST_MS)
        *ms = TIMED_LEAST_MS;
    return *state >= STATE_OFF && *state <= STATE_BLINK;
}

void run_timed_power(struct command_call *call)
{
    struct device *dev = call->dev;
    unsigned from = call->index ? call->index : 1;
    unsigned to = call->index ? call->index : dev->relay_count;
    uint8_t before = dev->power, asked = 0;
    int32_t ms = 0, state = 0;
    if (call->is_query && !call->has_index) {
        report_timers(call);
        return;
    }
    if (to < 1 || to > dev->relay_count ||
        (!call->is_query && !read_timed(call, &ms, &state))) {
        command_fail(call);
        return;
    }
    for (unsigned n = from; n <= to; n++) {
        if (call->is_query)
            dev->relay[n - 1].has_timer = false;
        else
            relay_set_for(dev, n, (enum state)state, (uint32_t)ms);
        asked |= (uint8_t)(1u << (n - 1));
    }
    if (!call->is_query) {
        command_report_power(call, asked | (before ^ dev->power));
        return;
    }
    command_open(call, false);
    text_add(&call->reply, "\"Done\"}");
}
