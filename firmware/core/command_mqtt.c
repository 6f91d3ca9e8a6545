/* MQTT's own commands, where a setting's row alone does not do; and Status 6.
 */
#include "firmware/core/command_private.h"

#include "firmware/core/telemetry.h"

#define PERIOD_LEAST 10 /* seconds; 0 is off */

/* 1 is the default, and asking sends STATE and SENSOR soon. */
void run_tele_period(struct command_call *call)
{
    struct device *dev = call->dev;
    const struct settings_row *row = settings_row(KEY_TELE_PERIOD);
    if (!call->is_query && !command_in_range(call)) {
        command_fail(call);
        return;
    }
    if (!call->is_query) {
        uint32_t value = (uint32_t)call->number;
        if (value == 1)
            value = row->initial;
        else if (value > 0 && value < PERIOD_LEAST)
            value = PERIOD_LEAST;
        settings_set_number(&dev->settings, KEY_TELE_PERIOD, 0, value);
        command_changed(call);
    }
    telemetry_soon(dev);
    command_open(call, false);
    text_format(&call->reply, "%u}", (unsigned)dev->settings.tele_period);
}

/* What topics may not have is left out, as Tasmota does. */
void run_full_topic(struct command_call *call)
{
    char clean[SETTINGS_FULL_TOPIC + 1] = "";
    size_t size = 0;
    for (size_t i = 0; i < call->size && size < sizeof(clean); i++) {
        char c = call->payload[i];
        if (c != '+' && c != '#' && c != ' ')
            clean[size++] = c;
    }
    call->payload = clean;
    call->size = size;
    run_text(call);
}

/* ---- what the broker is to keep ------------------------------------------ */

static const struct {
    const char *command;
    enum retain_bit bit;
} retains[] = {
    {"ButtonRetain", RETAIN_OF_BUTTON}, {"SwitchRetain", RETAIN_OF_SWITCH},
    {"SensorRetain", RETAIN_OF_SENSOR}, {"PowerRetain", RETAIN_OF_POWER},
    {"InfoRetain", RETAIN_OF_INFO},     {"StateRetain", RETAIN_OF_STATE},
    {"StatusRetain", RETAIN_OF_STATUS},
};
#define RETAINS (sizeof(retains) / sizeof(retains[0]))

void run_retain(struct command_call *call)
{
    struct settings *settings = &call->dev->settings;
    size_t i = 0;
    while (i + 1 < RETAINS && !text_same(retains[i].command, call->row->name))
        i++;
    unsigned bit = 1u << retains[i].bit;
    if (!call->is_query && !command_in_range(call)) {
        command_fail(call);
        return;
    }
    if (!call->is_query) {
        unsigned others = settings->retain & ~bit;
        settings->retain = (uint8_t)(others | (call->number ? bit : 0u));
        device_setting_changed(call->dev, KEY_RETAIN);
    }
    command_open(call, false);
    text_format(&call->reply, "\"%s\"}", settings->retain & bit ? "ON" : "OFF");
}

void status_put_retains(struct command_call *call)
{
    for (size_t i = 0; i < RETAINS; i++)
        text_format(
            &call->reply, ",\"%s\":%u", retains[i].command,
            (unsigned)settings_retain(&call->dev->settings, retains[i].bit));
}

/* ---- Status 6 ------------------------------------------------------------ */

void status_put_mqtt(struct command_call *call)
{
    struct device *dev = call->dev;
    const struct settings *settings = &dev->settings;
    bool is_default = settings->mqtt_client[0] == 0;
    text_add(&call->reply, "\"StatusMQT\":{\"MqttHost\":\"");
    text_json(&call->reply, settings->mqtt_host);
    text_format(&call->reply, "\",\"MqttPort\":%u,\"MqttClientMask\":\"%s",
                (unsigned)settings->mqtt_port,
                is_default ? "DVES_%06X" : settings->mqtt_client);
    text_add(&call->reply, "\",\"MqttClient\":\"");
    topic_put_client(dev, &call->reply);
    text_add(&call->reply, "\",\"MqttUser\":\"");
    text_json(&call->reply, settings->mqtt_user);
    text_format(&call->reply,
                "\",\"MqttCount\":%u,\"MAX_PACKET_SIZE\":%u,\"KEEPALIVE\":%u,"
                "\"SOCKET_TIMEOUT\":%u}",
                (unsigned)dev->mqtt.count, MQTT_PACKET,
                (unsigned)settings->mqtt_keep_alive, MQTT_ANSWER_MS / 1000);
}
