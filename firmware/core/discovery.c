#include "firmware/core/discovery.h"

#include "firmware/core/command_private.h"
#include "firmware/core/version.h"
#include "firmware/hal/system.h"

/* Home Assistant takes sw for a version of Tasmota and offers the latest of
 * those while that is greater: docs/tasmota.md. So greater than any of them,
 * and behind it our own. */
#define NO_TASMOTA "99."

#define TOPIC 48u /* "tasmota/discovery/5CCF7FA1B2C3/sensors" */

static void put_mac(struct text *out)
{
    struct hal_chip chip;
    hal_system_chip(&chip);
    for (unsigned i = 0; i < sizeof(chip.mac); i++)
        text_format(out, "%02X", (unsigned)chip.mac[i]);
}

/* One name per relay; null where nobody gave one. */
static void put_names(struct device *dev, struct text *out)
{
    unsigned count = dev->relay_count ? dev->relay_count : 1;
    text_add(out, "[");
    for (unsigned i = 0; i < count; i++) {
        bool has_name = dev->settings.friendly_name[i][0];
        text_add(out, i ? "," : "");
        if (has_name || i == 0) {
            text_add(out, "\"");
            device_friendly_name(dev, i, out);
            text_add(out, "\"");
        } else {
            text_add(out, "null");
        }
    }
    text_add(out, "]");
}

static void put_who(struct command_call *call)
{
    struct device *dev = call->dev;
    struct text *out = &call->reply;
    text_add(out, "{\"ip\":\"");
    status_put_ip(call);
    text_add(out, "\",\"dn\":\"");
    device_name(dev, out);
    text_add(out, "\",\"fn\":");
    put_names(dev, out);
    text_add(out, ",\"hn\":\"");
    wifi_host_name(dev, out);
    text_add(out, "\",\"mac\":\"");
    put_mac(out);
    text_add(out, "\",\"md\":\"");
    text_json(out, device_module_name(dev));
}

static void put_topics(struct device *dev, struct text *out)
{
    text_add(out,
             "\",\"ty\":0,\"if\":0,\"ofln\":\"Offline\",\"onln\":\"Online\","
             "\"state\":[");
    for (unsigned i = 0; i < SETTINGS_STATE_TEXTS; i++)
        text_format(out, "%s\"%s\"", i ? "," : "", device_state_text(dev, i));
    text_format(out, "],\"sw\":\"" NO_TASMOTA "%s\",\"t\":\"", version_text);
    device_topic(dev, out);
    text_add(out, "\",\"ft\":\"");
    topic_put_full(dev, out);
    text_add(out, "\",\"tp\":[\"");
    for (unsigned i = 0; i < SETTINGS_PREFIXES; i++) {
        text_add(out, i ? "\",\"" : "");
        topic_put_prefix(dev, i, out);
    }
    text_add(out, "\"]");
}

/* null is Switch<n>. */
static void put_switch_name(const struct device *dev, unsigned i,
                            struct text *out)
{
    text_add(out, i ? "," : "");
    if (!dev->settings.switch_text[i][0]) {
        text_add(out, "null");
        return;
    }
    text_add(out, "\"");
    switch_name(dev, i + 1, out);
    text_add(out, "\"");
}

/* 1: there is one that Home Assistant may show. Switches only when they are
 * detached, and buttons likewise: else they are the relays' own business. */
static void put_parts(struct device *dev, struct text *out)
{
    const struct settings *settings = &dev->settings;
    unsigned count = dev->relay_count ? dev->relay_count : 1;
    text_add(out, ",\"rl\":[");
    for (unsigned i = 0; i < count; i++)
        text_format(out, "%s%u", i ? "," : "", (unsigned)dev->relay[i].is_used);
    text_add(out, "],\"swc\":[");
    for (unsigned i = 0; i < SWITCHES; i++) {
        bool is_shown = dev->contact[i].input.is_used &&
                        settings_option(settings, OPTION_DETACH_SWITCH);
        text_format(out, "%s%d", i ? "," : "",
                    is_shown ? (int)settings->switch_mode[i] : -1);
    }
    text_add(out, "],\"swn\":[");
    for (unsigned i = 0; i < SWITCHES; i++)
        put_switch_name(dev, i, out);
    text_add(out, "],\"btn\":[");
    for (unsigned i = 0; i < BUTTONS; i++) {
        bool is_shown = dev->button[i].input.is_used &&
                        settings_option(settings, OPTION_DETACH_BUTTON);
        text_format(out, "%s%u", i ? "," : "", (unsigned)is_shown);
    }
    text_add(out, "]");
}

/* Those that Home Assistant asks about; none of the others exists here. */
static const struct {
    uint8_t number;
    int16_t bit; /* enum option_bit, or -1 */
} options[] = {
    {4, OPTION_COMMAND_TOPIC},
    {11, OPTION_SWAP_PRESSES},
    {13, OPTION_IMMEDIATE},
    {17, -1},
    {20, -1},
    {30, OPTION_LIGHTS},
    {68, -1},
    {73, OPTION_DETACH_BUTTON},
    {82, -1},
    {114, OPTION_DETACH_SWITCH},
    {117, -1},
};

static void put_options(struct device *dev, struct text *out)
{
    text_add(out, ",\"so\":{");
    for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
        int bit = options[i].bit;
        bool is_on =
            bit >= 0 && settings_option(&dev->settings, (enum option_bit)bit);
        text_format(out, "%s\"%u\":%u", i ? "," : "",
                    (unsigned)options[i].number, (unsigned)is_on);
    }
    text_add(out, "},\"lk\":0,\"lt_st\":0,\"bat\":0,\"dslp\":0,\"sho\":[],"
                  "\"sht\":[],\"ver\":1}");
}

static void put_config(struct command_call *call)
{
    put_who(call);
    put_topics(call->dev, &call->reply);
    put_parts(call->dev, &call->reply);
    put_options(call->dev, &call->reply);
}

static void put_sensors(struct command_call *call)
{
    text_add(&call->reply, "{\"sn\":{");
    status_put_sensors(call);
    text_add(&call->reply, "},\"ver\":1}");
}

/* SetOption19 1 takes it back: an empty retained message is none. */
static void send(struct device *dev, const char *name,
                 void (*put)(struct command_call *call))
{
    char topic[TOPIC];
    struct text text;
    struct command_call call = {.dev = dev};
    text_init(&text, topic, sizeof(topic));
    text_add(&text, "tasmota/discovery/");
    put_mac(&text);
    text_format(&text, "/%s", name);
    text_init(&call.reply, dev->reply, sizeof(dev->reply));
    if (!settings_option(&dev->settings, OPTION_NO_DISCOVERY))
        put(&call);
    if (!call.reply.is_cut)
        (void)mqtt_publish(dev, topic, call.reply.at, call.reply.size, true);
}

static void set_next(struct device *dev, uint32_t ms)
{
    dev->discovery.next_ms = dev->now_ms + ms;
}

void discovery_begin(struct device *dev, bool is_first)
{
    set_next(dev, is_first ? DISCOVERY_FIRST_MS : DISCOVERY_SOON_MS);
}

void discovery_soon(struct device *dev)
{
    set_next(dev, DISCOVERY_SOON_MS);
}

void discovery_tick(struct device *dev)
{
    if ((int32_t)(dev->now_ms - dev->discovery.next_ms) < 0)
        return;
    set_next(dev, DISCOVERY_AGAIN_MS);
    /* A last will that came late is corrected, too. */
    (void)mqtt_say(dev, TOPIC_TELEMETRY, "LWT", "Online", true);
    send(dev, "config", put_config);
    send(dev, "sensors", put_sensors);
}
