/* Publications that are commands: cmnd/<topic>/<COMMAND>. */
#include "firmware/core/command.h"
#include "firmware/core/mqtt_private.h"

/* The last level of what stands behind the prefix. */
static size_t name_at(const struct mqtt_packet *packet, size_t skipped)
{
    size_t at = packet->topic_size;
    while (at > skipped && packet->topic[at - 1] != '/')
        at--;
    return at;
}

/* Name and payload become one line where the packet stands: the name moves up
 * to the payload, with a space between them, over the packet's identifier or
 * the slash that was before it. */
static char *make_line(struct device *dev, const struct mqtt_packet *packet,
                       size_t name, size_t *size)
{
    char *bytes = (char *)dev->mqtt.reader.bytes;
    size_t n = packet->topic_size - name;
    size_t payload = (size_t)(packet->payload - bytes);
    char *line = bytes + payload - 1 - n;
    const char *from = packet->topic + name;
    if (line < from) {
        for (size_t i = 0; i < n; i++)
            line[i] = from[i];
    } else {
        for (size_t i = n; i > 0; i--)
            line[i - 1] = from[i - 1];
    }
    line[n] = ' ';
    *size = n + 1 + packet->payload_size;
    return line;
}

static void log_topic(struct device *dev, const char *what,
                      const struct mqtt_packet *packet)
{
    char topic[MQTT_TOPIC];
    const char *const parts[] = {"MQT: ", what, topic};
    text_copy(topic, sizeof(topic), packet->topic, packet->topic_size);
    outlet_log(dev, OUTLET_DEBUG, parts, sizeof(parts) / sizeof(parts[0]));
}

void mqtt_take_publish(struct device *dev, const struct mqtt_packet *packet)
{
    size_t skipped = 0, size = 0;
    enum topic_of owner =
        topic_owner(dev, packet->topic, packet->topic_size, &skipped);
    size_t name = name_at(packet, skipped);
    if (owner == TOPIC_OF_NOBODY || name == packet->topic_size)
        return;
    if (packet->is_retained) {
        log_topic(dev, "Left out, because it is retained: ", packet);
        return;
    }
    log_topic(dev, "Received ", packet);
    leds_traffic(dev, LED_SHOWS_HEARD);
    const char *line = make_line(dev, packet, name, &size);
    dev->mqtt.is_group = owner == TOPIC_OF_GROUP;
    command_run(dev, line, size);
    dev->mqtt.is_group = false;
}
