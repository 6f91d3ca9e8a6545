/* Commands that only read or write a setting: numbers, texts, levels of logs.
 */
#include "firmware/core/command_private.h"

#include "firmware/net/utf8.h"

void run_number(struct command_call *call)
{
    struct settings *settings = &call->dev->settings;
    unsigned key = call->row->key;
    bool is_indexed = command_indexes(call->row) > 0;
    unsigned index = is_indexed ? call->index - 1 : 0;
    if (index >= settings_count(key) ||
        (!call->is_query && !command_in_range(call))) {
        command_fail(call);
        return;
    }
    if (!call->is_query) {
        settings_set_number(settings, key, index, (uint32_t)call->number);
        command_changed(call);
    }
    command_open(call, is_indexed);
    text_format(&call->reply, "%u}",
                (unsigned)settings_number(settings, key, index));
}

/* Texts whose defaults are worked out. */
static bool show_default(struct command_call *call, unsigned index)
{
    struct device *dev = call->dev;
    unsigned key = call->row->key;
    if (key == KEY_FRIENDLY_NAME)
        device_friendly_name(dev, index, &call->reply);
    else if (key == KEY_DEVICE_NAME)
        device_name(dev, &call->reply);
    else if (key == KEY_TOPIC)
        device_topic(dev, &call->reply);
    else if (key == KEY_SWITCH_TEXT)
        switch_name(dev, index + 1, &call->reply);
    else if (key == KEY_STATE_TEXT)
        text_add(&call->reply, device_state_text(dev, index));
    else if (key == KEY_FULL_TOPIC)
        topic_put_full(dev, &call->reply);
    else if (key == KEY_GROUP_TOPIC)
        topic_put_group(dev, index, &call->reply);
    else if (key == KEY_PREFIX)
        topic_put_prefix(dev, index, &call->reply);
    else if (key == KEY_MQTT_CLIENT)
        topic_put_client(dev, &call->reply);
    else if (key == KEY_HOSTNAME && !dev->settings.hostname[0])
        text_add(&call->reply, WIFI_NAME_PATTERN);
    else
        return false;
    return true;
}

/* What is shown of a text: its default while it is empty. A secret shows
 * whether there is one. */
static void show_text(struct command_call *call, unsigned index)
{
    const struct settings_row *row = settings_row(call->row->key);
    size_t room = 0;
    const char *text =
        settings_text(&call->dev->settings, row->key, index, &room);
    if (row->kind == KIND_SECRET)
        text_add(&call->reply, text && text[0] ? "****" : "");
    else if (!show_default(call, index) && text)
        text_json(&call->reply, text);
}

static void report_text(struct command_call *call, unsigned index)
{
    text_add(&call->reply, "\"");
    show_text(call, index);
    text_add(&call->reply, "\"");
}

/* All elements; names only of relays that there are. */
static void report_texts(struct command_call *call)
{
    unsigned count = settings_count(call->row->key);
    if (call->row->key == KEY_FRIENDLY_NAME)
        count = call->dev->relay_count ? call->dev->relay_count : 1;
    for (unsigned i = 0; i < count; i++) {
        text_format(&call->reply, "%c\"%s%u\":", i ? ',' : '{', call->row->name,
                    i + 1);
        report_text(call, i);
    }
    text_add(&call->reply, "}");
}

/* A pattern of Tasmota's (%s-%04d) in Hostname: there is only the default. */
static bool is_pattern(const struct command_call *call)
{
    bool has_percent = false;
    for (size_t i = 0; i < call->size; i++)
        has_percent |= call->payload[i] == '%';
    return has_percent && call->row->key == KEY_HOSTNAME;
}

static bool is_reset(const struct command_call *call)
{
    if (is_pattern(call))
        return true;
    char c = call->payload[0];
    bool is_plain = call->row->key == KEY_STATE_TEXT; /* 0 and 1 are texts */
    return call->size == 1 &&
           (c == '"' || (!is_plain && (c == '0' || c == '1')));
}

/* A part of MQTT topics: UTF-8 (3.1.1, 1.5.3), no wildcards, no spaces, nothing
 * that JSON would have to escape. */
bool command_is_topic(const char *text, size_t size, bool may_have_levels)
{
    for (size_t i = 0; i < size; i++) {
        char c = text[i];
        if ((unsigned char)c <= ' ' || c == '#' || c == '+' || c == '"' ||
            c == '\\' || (c == '/' && !may_have_levels))
            return false;
    }
    return utf8_is_valid(text, size);
}

/* With two prefixes alike the device would take its own replies for commands.
 */
static bool is_prefix(const struct command_call *call)
{
    for (unsigned i = 0; i < SETTINGS_PREFIXES; i++) {
        char other[SETTINGS_PREFIX + 1];
        struct text text;
        text_init(&text, other, sizeof(other));
        topic_put_prefix(call->dev, i, &text);
        if (i + 1 != call->index &&
            text_same_size(call->payload, call->size, other))
            return false;
    }
    return command_is_topic(call->payload, call->size, false);
}

/* A state's text is put into JSON and topics' payloads as it is. */
static bool is_state_text(const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (text[i] == '"' || text[i] == '\\' || (unsigned char)text[i] < 0x20)
            return false;
    }
    return true;
}

static bool is_hex(const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        char c = text_upper(text[i]);
        if (!text_is_digit(c) && (c < 'A' || c > 'F'))
            return false;
    }
    return true;
}

/* WPA's are 8 to 63 characters, or the key itself as 64 hex digits (IEEE
 * 802.11); WEP's are 5 or 13. */
static bool is_password(const char *text, size_t size)
{
    return size == SETTINGS_PASSWORD ? is_hex(text, size)
                                     : size >= 8 || size == 5;
}

/* A url goes into a request as it is: letters, digits and signs. What Upgrade
 * can't use of them, Upgrade says. */
static bool is_url(const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (text[i] <= ' ' || text[i] > '~' || text[i] == '"' ||
            text[i] == '\\')
            return false;
    }
    return true;
}

static bool is_allowed(const struct command_call *call)
{
    const char *text = call->payload;
    switch (is_reset(call) ? KEY_NONE : call->row->key) {
    case KEY_TOPIC:
    case KEY_GROUP_TOPIC:
    case KEY_MQTT_CLIENT:
    case KEY_MQTT_HOST:
    case KEY_NTP_SERVER:
    case KEY_LOG_HOST:
        return command_is_topic(text, call->size, false);
    case KEY_FULL_TOPIC:
        return command_is_topic(text, call->size, true);
    case KEY_PREFIX:
        return is_prefix(call);
    case KEY_MQTT_USER:
        return utf8_is_valid(text, call->size);
    case KEY_OTA_URL:
    case KEY_CORS:
        return is_url(text, call->size);
    case KEY_STATE_TEXT:
        return is_state_text(text, call->size);
    case KEY_AP_PASSWORD:
        return call->size >= 8;
    case KEY_PASSWORD:
        return is_password(text, call->size);
    default:
        return true;
    }
}

/* Texts that are in the topics. */
static bool is_in_topics(unsigned key)
{
    return key == KEY_TOPIC || key == KEY_FULL_TOPIC || key == KEY_PREFIX;
}

static void set_text(struct command_call *call, char *text, size_t room)
{
    if (is_in_topics(call->row->key))
        mqtt_before_change(call->dev);
    if (call->row->key == KEY_TOPIC || call->row->key == KEY_HOSTNAME)
        mdns_stop(call->dev);
    text_copy(text, room, call->payload, is_reset(call) ? 0 : call->size);
    for (char *c = text; *c && call->row->key == KEY_STATE_TEXT; c++)
        *c = *c == ' ' ? '_' : *c;
    command_changed(call);
}

void run_text(struct command_call *call)
{
    unsigned key = call->row->key;
    bool is_indexed = command_indexes(call->row) > 0;
    unsigned index = is_indexed ? call->index - 1 : 0;
    size_t room = 0;
    char *text = settings_text(&call->dev->settings, key, index, &room);
    if (call->is_query && is_indexed && !call->has_index) {
        report_texts(call);
        return;
    }
    if (!text ||
        (!call->is_query && (call->size >= room || !is_allowed(call)))) {
        command_fail(call);
        return;
    }
    if (!call->is_query)
        set_text(call, text, room);
    command_open(call, is_indexed);
    report_text(call, index);
    text_add(&call->reply, "}");
}

void run_log_level(struct command_call *call)
{
    struct settings *settings = &call->dev->settings;
    unsigned key = call->row->key;
    if (!call->is_query && !command_in_range(call)) {
        command_fail(call);
        return;
    }
    if (!call->is_query) {
        settings_set_number(settings, key, 0, (uint32_t)call->number);
        command_changed(call);
    }
    unsigned level = (unsigned)settings_number(settings, key, 0);
    unsigned active = key == KEY_SYS_LOG ? syslog_level(call->dev) : level;
    command_open(call, false);
    text_format(&call->reply, "{\"%u\":{\"Active\":\"%u\"}}}", level, active);
}

/* Its level is 0 while the console rests. */
void run_serial_log(struct command_call *call)
{
    struct device *dev = call->dev;
    if (!call->is_query)
        outlet_wake_serial(dev);
    if (outlet_serial_level(dev) > OUTLET_NONE || !call->is_query) {
        run_log_level(call);
        return;
    }
    command_open(call, false);
    text_format(&call->reply, "{\"%u\":{\"Active\":\"0\"}}}",
                (unsigned)dev->settings.serial_log);
}
