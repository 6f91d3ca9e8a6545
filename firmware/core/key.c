/* Buttons and switches over MQTT. */
#include "firmware/core/key.h"

#include "firmware/core/device.h"

/* Is it the device's own topic, or that of a group it is in? */
static bool is_own(struct device *dev, const char *topic)
{
    char own[MQTT_TOPIC];
    struct text text;
    text_init(&text, own, sizeof(own));
    device_topic(dev, &text);
    if (text_same(own, topic))
        return true;
    for (unsigned i = 0; i < SETTINGS_GROUPS; i++) {
        text_init(&text, own, sizeof(own));
        topic_put_group(dev, i, &text);
        if (own[0] && text_same(own, topic))
            return true;
    }
    return false;
}

static bool is_retained(const struct device *dev, enum key_kind kind,
                        unsigned state)
{
    const struct settings *settings = &dev->settings;
    unsigned bit = kind == KEY_OF_BUTTON ? RETAIN_OF_BUTTON : RETAIN_OF_SWITCH;
    bool is_hold_too = !settings_option(settings, OPTION_NO_HOLD_RETAIN);
    return ((unsigned)settings->retain >> bit & 1u) &&
           (state != KEY_HOLD || is_hold_too);
}

bool key_send(struct device *dev, enum key_kind kind, unsigned number,
              unsigned state)
{
    char full[MQTT_TOPIC], name[16];
    struct text text;
    const char *topic = kind == KEY_OF_BUTTON ? dev->settings.button_topic
                                              : dev->settings.switch_topic;
    bool is_both = settings_option(&dev->settings, OPTION_LOCAL_TOO);
    if (!topic[0])
        return false;
    if (state == STATE_TOGGLE && number <= dev->relay_count &&
        (is_both || is_own(dev, topic)))
        state = device_is_on(dev, number) ? STATE_OFF : STATE_ON;
    text_init(&text, name, sizeof(name));
    text_format(&text, "POWER%u", number);
    text_init(&text, full, sizeof(full));
    topic_put_other(dev, topic, name, &text);
    const char *payload = device_state_text(dev, state);
    return mqtt_publish(dev, full, payload, text_length(payload),
                        is_retained(dev, kind, state)) &&
           !is_both;
}
