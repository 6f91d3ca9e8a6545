/* The session's first words: CONNECT, and what follows the broker's answer. */
#include "firmware/core/mqtt_private.h"

/* Bytes, with all texts at their longest: a test says so. */
#define CONNECT 352u
#define SUBSCRIBE (MQTT_TOPIC + MQTT_HEAD + 5u)

void mqtt_greet(struct device *dev)
{
    char client[SETTINGS_NAME + 1], will[MQTT_TOPIC];
    uint8_t bytes[CONNECT];
    const struct settings *settings = &dev->settings;
    const struct mqtt_connect connect = {
        .client_id = client,
        .user = settings->mqtt_user[0] ? settings->mqtt_user : NULL,
        .password = settings->mqtt_password[0] ? settings->mqtt_password : NULL,
        .will_topic = will,
        .will_text = "Offline",
        .keep_alive_s = settings->mqtt_keep_alive};
    struct text text;
    text_init(&text, client, sizeof(client));
    topic_put_client(dev, &text);
    text_init(&text, will, sizeof(will));
    topic_put(dev, TOPIC_TELEMETRY, "LWT", &text);
    mqtt_reader_start(&dev->mqtt.reader);
    dev->mqtt.state = MQTT_GREETING;
    size_t n = mqtt_write_connect(&connect, bytes, sizeof(bytes));
    if (text.is_cut || !mqtt_send(dev, bytes, n))
        mqtt_fail(dev, ": FullTopic is too long");
}

static void subscribe(struct device *dev, struct text *parent)
{
    uint8_t bytes[SUBSCRIBE];
    text_add(parent, "#");
    if (++dev->mqtt.id == 0)
        dev->mqtt.id = 1;
    size_t n =
        mqtt_write_subscribe(dev->mqtt.id, parent->at, bytes, sizeof(bytes));
    if (!parent->is_cut)
        (void)mqtt_send(dev, bytes, n);
}

static void subscribe_all(struct device *dev)
{
    char room[MQTT_TOPIC];
    struct text parent;
    text_init(&parent, room, sizeof(room));
    topic_put(dev, TOPIC_COMMAND, "", &parent);
    subscribe(dev, &parent);
    for (unsigned i = 0; i < SETTINGS_GROUPS; i++) {
        text_init(&parent, room, sizeof(room));
        if (topic_put_group_command(dev, i, &parent))
            subscribe(dev, &parent);
    }
    text_init(&parent, room, sizeof(room));
    if (topic_put_fallback(dev, &parent))
        subscribe(dev, &parent);
}

/* In the order of tasmota.md E.1. The empty POWER clears what somebody left
 * retained there; it goes before the subscription, so it is not heard here. */
void mqtt_come_up(struct device *dev)
{
    struct mqtt_session *mqtt = &dev->mqtt;
    mqtt->state = MQTT_UP;
    mqtt->since_ms = dev->now_ms;
    mqtt->count++;
    mqtt->is_pinging = mqtt->has_told_long = mqtt->has_told_full = false;
    mqtt->is_unwilled = false;
    mqtt_log_host(dev, "Connected to ", "");
    mqtt_say(dev, TOPIC_TELEMETRY, "LWT", "Online", true);
    mqtt_say(dev, TOPIC_COMMAND, "POWER", "", true);
    subscribe_all(dev);
    telemetry_begin(dev, !mqtt->has_greeted);
    discovery_begin(dev, !mqtt->has_greeted);
    mqtt->has_greeted = true;
}
