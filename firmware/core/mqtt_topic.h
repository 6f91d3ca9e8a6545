/* Names on the broker: FullTopic with its tokens filled in, for what comes and
 * for what goes (tasmota.md E.1). Pure text; settings checks keep wildcards,
 * quotes and spaces out of every part. */
#ifndef FIRMWARE_CORE_MQTT_TOPIC_H
#define FIRMWARE_CORE_MQTT_TOPIC_H

#include <stdbool.h>
#include <stddef.h>

#define MQTT_TOPIC 160u /* the longest topic, with its NUL */

struct device;
struct text;

enum topic_prefix { TOPIC_COMMAND, TOPIC_STATUS, TOPIC_TELEMETRY };

/* Whose commands a topic brings. */
enum topic_of { TOPIC_OF_NOBODY, TOPIC_OF_OWNER, TOPIC_OF_GROUP };

/* The parts, with their defaults. */
void topic_put_prefix(struct device *dev, unsigned prefix, struct text *out);
void topic_put_full(struct device *dev, struct text *out); /* tokens and all */
void topic_put_group(struct device *dev, unsigned index, struct text *out);
void topic_put_client(struct device *dev, struct text *out);

/* prefix/topic/, where name goes behind it: "stat/tasmota_A1B2C3/RESULT". */
void topic_put(struct device *dev, enum topic_prefix prefix, const char *name,
               struct text *out);
/* A command for the device with this topic. */
void topic_put_other(struct device *dev, const char *topic, const char *name,
                     struct text *out);
/* The same for commands to group number index, and to the client's id. False:
 * there is no such group, or FullTopic has no %topic% in it. */
bool topic_put_group_command(struct device *dev, unsigned index,
                             struct text *out);
bool topic_put_fallback(struct device *dev, struct text *out);

/* Whose topic is it? *skipped is the size of what stands before the command. */
enum topic_of topic_owner(struct device *dev, const char *topic, size_t size,
                          size_t *skipped);

#endif
