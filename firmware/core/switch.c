/* Switches: what follows from what they do. */
#include "firmware/core/switch.h"

#include "firmware/core/command.h"
#include "firmware/core/device.h"
#include "firmware/core/key.h"

void switches_settle(struct device *dev)
{
    if (!input_is_mains(dev->settings.switch_debounce))
        return;
    for (unsigned i = 0; i < SWITCHES; i++)
        dev->contact[i].level = dev->contact[i].input.level;
}

void switch_name(const struct device *dev, unsigned number, struct text *out)
{
    const char *name = dev->settings.switch_text[number - 1];
    text_json(out, name);
    if (!name[0])
        text_format(out, "Switch%u", number);
}

void switches_report(const struct device *dev, struct text *out)
{
    for (unsigned i = 0; i < SWITCHES; i++) {
        const struct switch_contact *contact = &dev->contact[i];
        if (!contact->input.is_used)
            continue;
        text_add(out, ",\"");
        switch_name(dev, i + 1, out);
        bool is_on =
            contact->level != switch_is_inverted(dev->settings.switch_mode[i]);
        text_format(out, "\":\"%s\"", device_state_text(dev, is_on));
    }
}

static const char *action_name(const struct device *dev,
                               enum switch_action action)
{
    static const char *const names[] = {[SWITCH_INCREMENT] = "POWER_INCREMENT",
                                        [SWITCH_INVERT] = "POWER_INV",
                                        [SWITCH_CLEAR] = "POWER_CLEAR",
                                        [SWITCH_RELEASE] = "POWER_RELEASE",
                                        [SWITCH_FULL] = "POWER_100",
                                        [SWITCH_DELAYED] = "POWER_DELAYED"};
    return action <= SWITCH_HOLD ? device_state_text(dev, action)
                                 : names[action];
}

static void tell(struct device *dev, unsigned number, enum switch_action action)
{
    char buffer[SETTINGS_SWITCH_TEXT * 6 + 64]; /* all escaped */
    struct text text;
    text_init(&text, buffer, sizeof(buffer));
    text_add(&text, "{\"");
    switch_name(dev, number, &text);
    text_format(&text, "\":{\"Action\":\"%s\"}}", action_name(dev, action));
    device_result(dev, "RESULT", buffer);
}

static void act(struct device *dev, unsigned number, enum switch_action action)
{
    bool is_detached = settings_option(&dev->settings, OPTION_DETACH_SWITCH);
    if (action == SWITCH_SENSOR) {
        telemetry_sensors(dev);
        return;
    }
    if (is_detached)
        tell(dev, number, action);
    bool is_sent = action <= SWITCH_HOLD &&
                   key_send(dev, KEY_OF_SWITCH, number, (unsigned)action);
    if (!is_detached && !is_sent && action <= SWITCH_TOGGLE &&
        number <= dev->relay_count)
        command_power(dev, number, (enum state)action);
}

void switch_handle(struct device *dev, unsigned i)
{
    struct switch_contact *contact = &dev->contact[i];
    enum switch_action action =
        switch_step(contact, dev->settings.switch_mode[i], contact->input.level,
                    dev->now_ms, dev->settings.hold_time * 100u);
    if (action != SWITCH_NOTHING)
        act(dev, i + 1, action);
}
