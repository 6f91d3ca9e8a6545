#include "firmware/core/telemetry.h"

#include "firmware/core/board.h"
#include "firmware/core/command.h"
#include "firmware/core/command_private.h"
#include "firmware/core/version.h"

/* A call that no command made, for what fills in a call's reply. */
static struct command_call open_reply(struct device *dev)
{
    struct command_call call = {.dev = dev};
    text_init(&call.reply, dev->reply, sizeof(dev->reply));
    return call;
}

static void tell(struct command_call *call, const char *name,
                 enum retain_bit bit)
{
    struct device *dev = call->dev;
    const char *const parts[] = {"RSL: ", name, " = ", call->reply.at};
    outlet_log(dev, OUTLET_INFO, parts, sizeof(parts) / sizeof(parts[0]));
    mqtt_say(dev, TOPIC_TELEMETRY, name, call->reply.at,
             settings_retain(&dev->settings, bit));
}

/* ---- once after a start -------------------------------------------------- */

static void tell_names(struct device *dev)
{
    struct command_call call = open_reply(dev);
    text_add(&call.reply, "{\"Info1\":{\"Module\":\"");
    text_json(&call.reply, device_module_name(dev));
    text_format(&call.reply, "\",\"Version\":\"%s(pogo)\",\"FallbackTopic\":\"",
                version_text);
    (void)topic_put_fallback(dev, &call.reply);
    text_add(&call.reply, "\",\"GroupTopic\":\"");
    (void)topic_put_group_command(dev, 0, &call.reply);
    text_add(&call.reply, "\"}}");
    tell(&call, "INFO1", RETAIN_OF_INFO);
}

static void tell_address(struct device *dev)
{
    struct command_call call = open_reply(dev);
    text_format(&call.reply,
                "{\"Info2\":{\"WebServerMode\":\"%s\",\"Hostname\":\"",
                command_web_mode(dev));
    wifi_host_name(dev, &call.reply);
    text_add(&call.reply, "\",\"IPAddress\":\"");
    status_put_ip(&call);
    text_add(&call.reply, "\"}}");
    tell(&call, "INFO2", RETAIN_OF_INFO);
}

static void tell_start(struct device *dev)
{
    struct command_call call = open_reply(dev);
    text_format(&call.reply,
                "{\"Info3\":{\"RestartReason\":\"%s\",\"BootCount\":%u}}",
                status_start_text(dev), (unsigned)dev->settings.boot_count);
    tell(&call, "INFO3", RETAIN_OF_INFO);
}

/* ---- again and again ----------------------------------------------------- */

static bool has_sensor(const struct device *dev)
{
    for (unsigned i = 0; i < SWITCHES; i++) {
        if (dev->contact[i].input.is_used)
            return true;
    }
    return board_has_analog(dev);
}

static void tell_state(struct device *dev)
{
    struct command_call call = open_reply(dev);
    text_add(&call.reply, "{");
    status_put_state(&call);
    text_add(&call.reply, "}");
    tell(&call, "STATE", RETAIN_OF_STATE);
}

void telemetry_sensors(struct device *dev)
{
    struct command_call call = open_reply(dev);
    text_add(&call.reply, "{");
    status_put_sensors(&call);
    text_add(&call.reply, "}");
    tell(&call, "SENSOR", RETAIN_OF_SENSOR);
}

/* It is long, and so were the parts: not before the broker has taken them. */
static void tell_all(struct device *dev)
{
    struct command_call call = open_reply(dev);
    if (hal_tcp_room(dev->mqtt.socket) < DEVICE_REPLY + MQTT_TOPIC + MQTT_HEAD)
        return;
    dev->telemetry.wants_all = false;
    status_put_all(&call);
    mqtt_result(dev, "STATUS0", call.reply.at);
}

static void set_next(struct device *dev, uint32_t ms)
{
    dev->telemetry.next_ms = dev->now_ms + ms;
    dev->telemetry.is_due = true;
}

void telemetry_begin(struct device *dev, bool is_first)
{
    static const char powers[] = "Power0";
    if (is_first) {
        tell_names(dev);
        tell_address(dev);
        tell_start(dev);
    }
    if (dev->relay_count > 0)
        command_run(dev, powers, sizeof(powers) - 1);
    dev->telemetry.is_due = dev->telemetry.wants_all = false;
    if (dev->settings.tele_period > 0)
        set_next(dev, TELEMETRY_FIRST_MS);
}

void telemetry_soon(struct device *dev)
{
    set_next(dev, TELEMETRY_SOON_MS);
}

void telemetry_switched(struct device *dev)
{
    dev->telemetry.has_switched =
        settings_option(&dev->settings, OPTION_TELL_STATE);
}

void telemetry_tick(struct device *dev)
{
    struct telemetry *telemetry = &dev->telemetry;
    if (telemetry->wants_all)
        tell_all(dev);
    if (telemetry->has_switched) {
        telemetry->has_switched = false;
        tell_state(dev);
    }
    if (!telemetry->is_due || (int32_t)(dev->now_ms - telemetry->next_ms) < 0)
        return;
    tell_state(dev);
    if (has_sensor(dev))
        telemetry_sensors(dev);
    telemetry->is_due = dev->settings.tele_period > 0;
    telemetry->next_ms = dev->now_ms + dev->settings.tele_period * 1000u;
}
