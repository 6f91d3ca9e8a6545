#include "firmware/core/mqtt_topic.h"

#include "firmware/core/device.h"
#include "firmware/hal/system.h"

static const char *const prefixes[SETTINGS_PREFIXES] = {"cmnd", "stat", "tele"};
#define FULL_TOPIC "%prefix%/%topic%/"

void topic_put_prefix(struct device *dev, unsigned prefix, struct text *out)
{
    const char *own = dev->settings.prefix[prefix];
    text_add(out, own[0] ? own : prefixes[prefix]);
}

void topic_put_group(struct device *dev, unsigned index, struct text *out)
{
    const char *own = dev->settings.group_topic[index];
    text_add(out, own[0] || index > 0 ? own : "tasmotas");
}

void topic_put_client(struct device *dev, struct text *out)
{
    struct hal_chip chip;
    hal_system_chip(&chip);
    if (dev->settings.mqtt_client[0])
        text_add(out, dev->settings.mqtt_client);
    else
        text_format(out, "DVES_%06X", (unsigned)chip.chip_id);
}

/* ---- FullTopic ----------------------------------------------------------- */

/* What FullTopic is filled with: own topic when group is NULL. */
struct filling {
    struct device *dev;
    enum topic_prefix prefix;
    const char *topic;
};

static void put_prefix(const struct filling *filling, struct text *out)
{
    topic_put_prefix(filling->dev, filling->prefix, out);
}

static void put_topic(const struct filling *filling, struct text *out)
{
    if (filling->topic)
        text_add(out, filling->topic);
    else
        device_topic(filling->dev, out);
}

static void put_host(const struct filling *filling, struct text *out)
{
    wifi_host_name(filling->dev, out);
}

static void put_id(const struct filling *filling, struct text *out)
{
    struct hal_chip chip;
    (void)filling;
    hal_system_chip(&chip);
    for (unsigned i = 0; i < sizeof(chip.mac); i++)
        text_format(out, "%02X", (unsigned)chip.mac[i]);
}

/* clang-format off */
static const struct {
    const char *token;
    void (*put)(const struct filling *filling, struct text *out);
} tokens[] = {
    {"%prefix%", put_prefix},
    {"%topic%", put_topic},
    {"%hostname%", put_host},
    {"%id%", put_id},
};
/* clang-format on */
#define TOKENS (sizeof(tokens) / sizeof(tokens[0]))

static bool begins(const char *text, const char *word)
{
    size_t n = 0;
    while (word[n] && text[n] == word[n])
        n++;
    return word[n] == 0;
}

static bool has_token(struct device *dev, const char *token)
{
    const char *at = dev->settings.full_topic;
    bool is_there = at[0] == 0; /* the default has those that are asked for */
    for (; *at; at++)
        is_there = is_there || begins(at, token);
    return is_there;
}

/* Size of the token at this place, after it was put; 0: it is none. */
static size_t put_token(const char *at, const struct filling *filling,
                        struct text *out)
{
    for (size_t i = 0; i < TOKENS; i++) {
        if (begins(at, tokens[i].token)) {
            tokens[i].put(filling, out);
            return text_length(tokens[i].token);
        }
    }
    return 0;
}

static void end_level(struct text *out)
{
    if (out->size > 0 && out->at[out->size - 1] != '/')
        text_add(out, "/");
}

void topic_put_full(struct device *dev, struct text *out)
{
    const char *own = dev->settings.full_topic;
    text_add(out, own[0] ? own : FULL_TOPIC);
    end_level(out);
}

/* Without %prefix% commands need a level of their own, or the device would hear
 * itself. */
static void fill(const struct filling *filling, struct text *out)
{
    const char *own = filling->dev->settings.full_topic;
    const char *at = own[0] ? own : FULL_TOPIC;
    while (*at) {
        size_t n = put_token(at, filling, out);
        if (n == 0)
            text_add_size(out, at, 1);
        at += n ? n : 1;
    }
    end_level(out);
    if (filling->prefix == TOPIC_COMMAND &&
        !has_token(filling->dev, "%prefix%")) {
        put_prefix(filling, out);
        end_level(out);
    }
}

/* ---- whole topics -------------------------------------------------------- */

void topic_put(struct device *dev, enum topic_prefix prefix, const char *name,
               struct text *out)
{
    const struct filling filling = {dev, prefix, NULL};
    fill(&filling, out);
    text_add(out, name);
}

void topic_put_other(struct device *dev, const char *topic, const char *name,
                     struct text *out)
{
    const struct filling filling = {dev, TOPIC_COMMAND, topic};
    fill(&filling, out);
    text_add(out, name);
}

bool topic_put_group_command(struct device *dev, unsigned index,
                             struct text *out)
{
    char group[SETTINGS_NAME + 1];
    struct text text;
    const struct filling filling = {dev, TOPIC_COMMAND, group};
    text_init(&text, group, sizeof(group));
    topic_put_group(dev, index, &text);
    if (text.size == 0 || !has_token(dev, "%topic%"))
        return false;
    if (!settings_option(&dev->settings, OPTION_PLAIN_GROUP)) {
        fill(&filling, out);
        return true;
    }
    put_prefix(&filling, out);
    end_level(out);
    text_add(out, group);
    end_level(out);
    return true;
}

bool topic_put_fallback(struct device *dev, struct text *out)
{
    const struct filling filling = {dev, TOPIC_COMMAND, NULL};
    if (!has_token(dev, "%topic%"))
        return false;
    put_prefix(&filling, out);
    end_level(out);
    topic_put_client(dev, out);
    text_add(out, "_fb/");
    return true;
}

/* ---- whose it is --------------------------------------------------------- */

static bool is_below(const struct text *parent, const char *topic, size_t size)
{
    size_t n = 0;
    while (n < size && n < parent->size && topic[n] == parent->at[n])
        n++;
    return !parent->is_cut && parent->size > 0 && n == parent->size;
}

enum topic_of topic_owner(struct device *dev, const char *topic, size_t size,
                          size_t *skipped)
{
    char room[MQTT_TOPIC];
    struct text parent;
    text_init(&parent, room, sizeof(room));
    topic_put(dev, TOPIC_COMMAND, "", &parent);
    *skipped = parent.size;
    if (is_below(&parent, topic, size))
        return TOPIC_OF_OWNER;
    text_init(&parent, room, sizeof(room));
    bool has_fallback = topic_put_fallback(dev, &parent);
    *skipped = parent.size;
    if (has_fallback && is_below(&parent, topic, size))
        return TOPIC_OF_OWNER;
    for (unsigned i = 0; i < SETTINGS_GROUPS; i++) {
        text_init(&parent, room, sizeof(room));
        bool has_group = topic_put_group_command(dev, i, &parent);
        *skipped = parent.size;
        if (has_group && is_below(&parent, topic, size))
            return TOPIC_OF_GROUP;
    }
    return TOPIC_OF_NOBODY;
}
