/* The command Publish: anything to any topic. */
#include "firmware/core/command_private.h"

#include "firmware/net/utf8.h"

/* What a broker takes for a topic to publish to (MQTT 3.1.1, 4.7). */
static bool is_topic(const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (text[i] == '+' || text[i] == '#')
            return false;
    }
    return size > 0 && size < MQTT_TOPIC && utf8_is_valid(text, size);
}

/* Publish2: the broker keeps it. */
void run_publish(struct command_call *call)
{
    char topic[MQTT_TOPIC];
    size_t size = 0;
    while (size < call->size && call->payload[size] != ' ')
        size++;
    size_t from = size + (size < call->size); /* behind the space */
    bool can_be = !call->is_query && call->index >= 1 && call->index <= 2 &&
                  is_topic(call->payload, size);
    if (can_be)
        text_copy(topic, sizeof(topic), call->payload, size);
    if (!can_be || !mqtt_publish(call->dev, topic, call->payload + from,
                                 call->size - from, call->index == 2)) {
        command_fail(call);
        return;
    }
    command_open(call, false);
    text_add(&call->reply, "\"Done\"}");
}
