/* Commands about buttons and switches: SwitchMode, ButtonTopic, SwitchTopic,
 * SwitchText. */
#include "firmware/core/command_private.h"

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

/* What short cuts stand for (tasmota.md A.0). False: it is none. */
static bool put_short_cut(struct command_call *call, struct text *topic)
{
    char c = call->size == 1 ? call->payload[0] : ' ';
    if (c == '1')
        device_topic(call->dev, topic);
    else if (c == '2')
        topic_put_client(call->dev, topic);
    return c == '"' || (c >= '0' && c <= '2');
}

void run_key_topic(struct command_call *call)
{
    char name[SETTINGS_NAME + 1];
    struct text topic;
    size_t room;
    char *own = settings_text(&call->dev->settings, call->row->key, 0, &room);
    text_init(&topic, name, sizeof(name));
    if (!call->is_query && !put_short_cut(call, &topic)) {
        if (call->size >= room ||
            !command_is_topic(call->payload, call->size, false)) {
            command_fail(call);
            return;
        }
        text_add_size(&topic, call->payload, call->size);
    }
    if (!call->is_query) {
        text_copy(own, room, topic.at, topic.size);
        command_changed(call);
    }
    command_open(call, false);
    text_format(&call->reply, "\"%s\"}", own[0] ? own : "0");
}
