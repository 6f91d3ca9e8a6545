/* What the device says to the broker. */
#include "firmware/core/mqtt_private.h"

#define LOG_TOPIC "LOGGING"

bool mqtt_send(struct device *dev, const uint8_t *bytes, size_t size)
{
    dev->mqtt.sent_ms = dev->now_ms;
    return size > 0 && hal_tcp_send(dev->mqtt.socket, bytes, size);
}

static void tell_full(struct device *dev)
{
    if (!dev->mqtt.has_told_full)
        device_log(dev, "MQT: the broker is slow, some of what was to be "
                        "published is left out");
    dev->mqtt.has_told_full = true;
}

/* All but the payload, when both have room. */
static bool begin(struct device *dev, const char *topic, size_t size,
                  bool is_retained)
{
    uint8_t head[MQTT_HEAD + 2 + MQTT_TOPIC];
    if (dev->mqtt.state != MQTT_UP)
        return false;
    if (settings_option(&dev->settings, OPTION_NO_RETAIN))
        is_retained = false;
    size_t n =
        mqtt_write_publish_head(topic, size, is_retained, head, sizeof(head));
    if (n > 0 && hal_tcp_room(dev->mqtt.socket) >= n + size)
        return mqtt_send(dev, head, n);
    tell_full(dev);
    return false;
}

bool mqtt_publish(struct device *dev, const char *topic, const char *payload,
                  size_t size, bool is_retained)
{
    if (!begin(dev, topic, size, is_retained))
        return false;
    leds_traffic(dev, LED_SHOWS_SAID);
    return size == 0 || hal_tcp_send(dev->mqtt.socket, payload, size);
}

bool mqtt_say(struct device *dev, enum topic_prefix prefix, const char *name,
              const char *text, bool is_retained)
{
    char topic[MQTT_TOPIC];
    struct text full;
    if (dev->mqtt.state != MQTT_UP)
        return false;
    text_init(&full, topic, sizeof(topic));
    topic_put(dev, prefix, name, &full);
    return !full.is_cut &&
           mqtt_publish(dev, topic, text, text_length(text), is_retained);
}

/* ---- what the outlet hands on -------------------------------------------- */

/* Which of the retain settings is for what stat/ brings. */
static const struct {
    const char *name; /* what a topic begins with */
    enum retain_bit bit;
} retained[] = {
    {"POWER", RETAIN_OF_POWER},
    {"STATUS", RETAIN_OF_STATUS},
};

static bool is_retained(const struct device *dev, const char *name,
                        const char *text)
{
    for (size_t i = 0; i < sizeof(retained) / sizeof(retained[0]); i++) {
        size_t n = text_length(retained[i].name);
        if (text_length(name) >= n &&
            text_same_size(name, n, retained[i].name) &&
            settings_retain(&dev->settings, retained[i].bit))
            return n != 5 ||
                   text[0] != '{'; /* with SetOption4 both are POWER */
    }
    return false;
}

void mqtt_result(struct device *dev, const char *name, const char *text)
{
    if (settings_option(&dev->settings, OPTION_JSON_ONLY) && text[0] != '{')
        return;
    mqtt_say(dev, TOPIC_STATUS, name, text, is_retained(dev, name, text));
}

void mqtt_log(struct device *dev, const struct outlet_line *line)
{
    char topic[MQTT_TOPIC];
    struct text full;
    size_t size = 0;
    text_init(&full, topic, sizeof(topic));
    topic_put(dev, TOPIC_STATUS, LOG_TOPIC, &full);
    for (size_t i = 0; i < line->count; i++)
        size += text_length(line->parts[i]);
    if (full.is_cut || !begin(dev, topic, size, false))
        return;
    for (size_t i = 0; i < line->count; i++) {
        size_t n = text_length(line->parts[i]);
        if (n > 0)
            (void)hal_tcp_send(dev->mqtt.socket, line->parts[i], n);
    }
}
