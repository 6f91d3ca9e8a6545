/* The session with an MQTT broker: connect, will, subscriptions, keepalive, and
 * what is published (tasmota.md E.1, E.2). Packets are net/mqtt.h's, the
 * connection is hal/net.h's. Nothing waits: relays and buttons work as ever
 * while a broker is slow, wrong or away. Retries never give up; their pauses
 * grow, and no two devices come back at the same moment. */
#ifndef FIRMWARE_CORE_MQTT_SESSION_H
#define FIRMWARE_CORE_MQTT_SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "firmware/core/mqtt_topic.h"
#include "firmware/hal/net.h"
#include "firmware/net/mqtt.h"

#define MQTT_ATTEMPT_MS 10000u /* from asking for the name to CONNACK */
#define MQTT_PAUSE_MOST_S 120u /* pauses grow by MqttRetry up to this */
#define MQTT_HELD_MS 60000u    /* a session that held so long was good */
#define MQTT_ANSWER_MS 4000u   /* the shortest time to answer a ping */
#define MQTT_CHANGE_MS 2000u   /* from the last change to its effect */
#define MQTT_STOP_MS 500u      /* before a restart: to say goodbye */

struct device;
struct outlet_line;

enum mqtt_state {
    MQTT_OFF,
    MQTT_WAITING, /* until retry_ms */
    MQTT_RESOLVING,
    MQTT_CONNECTING,
    MQTT_GREETING, /* CONNECT was sent */
    MQTT_UP
};

/* The fields are the session's own; others may read state, count and is_group.
 */
struct mqtt_session {
    enum mqtt_state state;
    uint8_t socket; /* while has_socket */
    bool has_socket;
    uint8_t failures;   /* since a session that held */
    bool has_changes;   /* settings take effect at change_ms */
    bool is_pinging;    /* a ping was sent, nothing came since */
    bool has_told_long; /* in this session: a packet was too long, ... */
    bool has_told_full; /* ... a publication did not fit */
    bool has_greeted;   /* INFO was published since the start */
    bool is_group;      /* the command that runs came from a group */
    bool is_unwilled;   /* the last will was taken back */
    uint16_t count;     /* sessions since the start: MqttCount */
    uint16_t id;        /* of the last subscription */
    uint32_t since_ms;  /* of the attempt, of the session */
    uint32_t retry_ms, change_ms;
    uint32_t sent_ms, heard_ms; /* the last packet */
    uint32_t pinged_ms;
    struct mqtt_reader reader;
};

/* A broker is set up, and SetOption3 is on. */
bool mqtt_is_wanted(const struct device *dev);

void mqtt_tick(struct device *dev);
/* EVENT_NET. False: it is not about this session. */
bool mqtt_handle(struct device *dev, const struct hal_net_event *event);
/* A setting with APPLY_MQTT was changed: the session starts anew a little later
 * (others of them often follow). mqtt_before_change comes first: the old topics
 * are left without a last will, or with Offline (SetOption10). */
void mqtt_before_change(struct device *dev);
void mqtt_changed(struct device *dev);
/* A restart is near: say goodbye. */
void mqtt_stop(struct device *dev);

/* Publish at QoS 0. False: there is no session, or it has no room: then it is
 * lost, and that is told once a session. */
bool mqtt_publish(struct device *dev, const char *topic, const char *payload,
                  size_t size, bool is_retained);
/* To prefix/topic/name. */
bool mqtt_say(struct device *dev, enum topic_prefix prefix, const char *name,
              const char *text, bool is_retained);
/* For the outlet: a result, a log line. */
void mqtt_result(struct device *dev, const char *name, const char *text);
void mqtt_log(struct device *dev, const struct outlet_line *line);

#endif
