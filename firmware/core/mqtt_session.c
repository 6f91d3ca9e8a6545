#include "firmware/core/mqtt_session.h"

#include "firmware/core/discovery.h"
#include "firmware/core/mqtt_private.h"
#include "firmware/core/telemetry.h"

#define LINE 160u
#define JITTER 4u /* a pause is longer by up to a quarter of it */

void mqtt_log_host(struct device *dev, const char *before, const char *after)
{
    const char *const parts[] = {"MQT: ", before, dev->settings.mqtt_host,
                                 after};
    device_log_parts(dev, parts, sizeof(parts) / sizeof(parts[0]));
}

/* ---- beginning and end --------------------------------------------------- */

bool mqtt_is_wanted(const struct device *dev)
{
    return dev->settings.mqtt_host[0] &&
           settings_option(&dev->settings, OPTION_MQTT);
}

static void begin(struct device *dev)
{
    struct mqtt_session *mqtt = &dev->mqtt;
    mqtt->since_ms = dev->now_ms;
    if (hal_net_resolve(dev->settings.mqtt_host)) {
        mqtt->state = MQTT_RESOLVING;
        return;
    }
    mqtt->state = MQTT_WAITING; /* somebody else is asking for a name */
    mqtt->retry_ms = dev->now_ms + DEVICE_TICK_MS;
}

static void hang_up(struct device *dev)
{
    if (dev->mqtt.has_socket)
        hal_tcp_close(dev->mqtt.socket);
    dev->mqtt.has_socket = false;
    dev->mqtt.state = MQTT_OFF;
}

static uint32_t next_pause_ms(struct device *dev)
{
    uint32_t retry = dev->settings.mqtt_retry;
    uint32_t most = retry > MQTT_PAUSE_MOST_S ? retry : MQTT_PAUSE_MOST_S;
    uint32_t s = retry * dev->mqtt.failures;
    s = s < most ? s : most;
    uint32_t ms = s * 1000u;
    return ms + hal_net_random() % (ms / JITTER + 1);
}

/* After an attempt, or a session. The connection is closed or not. */
void mqtt_fail(struct device *dev, const char *why)
{
    struct mqtt_session *mqtt = &dev->mqtt;
    char line[LINE];
    struct text text;
    bool was_up = mqtt->state == MQTT_UP;
    if (was_up && dev->now_ms - mqtt->since_ms >= MQTT_HELD_MS)
        mqtt->failures = 0;
    if (mqtt->failures < UINT8_MAX)
        mqtt->failures++;
    hang_up(dev);
    uint32_t pause_ms = next_pause_ms(dev);
    mqtt->state = MQTT_WAITING;
    mqtt->retry_ms = dev->now_ms + pause_ms;
    text_init(&text, line, sizeof(line));
    text_format(&text, "%s. Next try in %u s", why,
                (unsigned)(pause_ms / 1000));
    mqtt_log_host(dev, was_up ? "Connection lost: " : "Connect failed: ", line);
}

/* ---- connecting ---------------------------------------------------------- */

static void resolved(struct device *dev, const uint8_t ip[4])
{
    struct mqtt_session *mqtt = &dev->mqtt;
    if ((ip[0] | ip[1] | ip[2] | ip[3]) == 0)
        mqtt_fail(dev, " has no address: is the name right?");
    else if (!hal_tcp_connect(ip, dev->settings.mqtt_port, &mqtt->socket))
        mqtt_fail(dev, ": no connection is free");
    else
        mqtt->state = MQTT_CONNECTING;
    mqtt->has_socket = mqtt->state == MQTT_CONNECTING;
}

/* ---- what comes ---------------------------------------------------------- */

static const char *const codes[] = {
    [MQTT_BAD_PROTOCOL] = " does not speak MQTT 3.1.1",
    [MQTT_BAD_CLIENT_ID] = " refused the client's name: MqttClient",
    [MQTT_UNAVAILABLE] = " is not available",
    [MQTT_BAD_PASSWORD] = " refused user or password: MqttUser, MqttPassword",
    [MQTT_NOT_ALLOWED] = " does not let us in: MqttUser, MqttPassword",
};

static void acknowledge(struct device *dev, uint16_t id)
{
    uint8_t bytes[4];
    (void)mqtt_send(dev, bytes, mqtt_write_puback(id, bytes, sizeof(bytes)));
}

static void tell_long(struct device *dev)
{
    if (!dev->mqtt.has_told_long)
        device_log(dev, "MQT: a message of more than 1200 bytes was left out");
    dev->mqtt.has_told_long = true;
}

static void take_up(struct device *dev, const struct mqtt_packet *packet)
{
    if (packet->qos > 0)
        acknowledge(dev, packet->id);
    if (packet->type == MQTT_PUBLISH) {
        mqtt_take_publish(dev, packet);
    } else if (packet->type == MQTT_TOO_LONG) {
        tell_long(dev);
    } else if (packet->type == MQTT_SUBACK && packet->code >= 0x80) {
        device_log(dev, "MQT: the broker does not let us subscribe to a topic");
    } else if (packet->type == MQTT_CONNACK) {
        mqtt_fail(dev, " answered twice");
    }
}

static void take_packet(struct device *dev, const struct mqtt_packet *packet)
{
    if (dev->mqtt.state == MQTT_UP)
        take_up(dev, packet);
    else if (packet->type != MQTT_CONNACK)
        mqtt_fail(dev, " spoke before it answered");
    else if (packet->code != MQTT_ACCEPTED)
        mqtt_fail(dev, codes[packet->code]);
    else
        mqtt_come_up(dev);
}

/* A packet may end the session. */
static void take_bytes(struct device *dev, const uint8_t *bytes, size_t size)
{
    struct mqtt_session *mqtt = &dev->mqtt;
    struct mqtt_packet packet;
    mqtt->heard_ms = dev->now_ms;
    mqtt->is_pinging = false;
    while (size > 0 && mqtt->state >= MQTT_GREETING) {
        bool has_packet = false;
        size_t n =
            mqtt_reader_take(&mqtt->reader, bytes, size, &packet, &has_packet);
        bytes += n;
        size -= n;
        if (has_packet)
            take_packet(dev, &packet);
        else if (mqtt->reader.is_broken)
            mqtt_fail(dev, " sent what is no MQTT");
    }
}

static void closed(struct device *dev)
{
    enum mqtt_state state = dev->mqtt.state;
    dev->mqtt.has_socket = false;
    mqtt_fail(dev, state == MQTT_CONNECTING ? " can't be reached"
                                            : " closed the connection");
}

bool mqtt_handle(struct device *dev, const struct hal_net_event *event)
{
    struct mqtt_session *mqtt = &dev->mqtt;
    if (event->change == HAL_NET_RESOLVED) {
        if (mqtt->state != MQTT_RESOLVING)
            return false;
        resolved(dev, event->ip);
        return true;
    }
    if (!mqtt->has_socket || event->socket != mqtt->socket ||
        event->change == HAL_NET_DATAGRAM)
        return false;
    if (event->change == HAL_NET_CONNECTED)
        mqtt_greet(dev);
    else if (event->change == HAL_NET_RECEIVED)
        take_bytes(dev, event->bytes, event->size);
    else if (event->change == HAL_NET_CLOSED)
        closed(dev);
    return true;
}

/* ---- time ---------------------------------------------------------------- */

/* Half of the keepalive without a packet of ours, or of the broker's, and it is
 * asked; when it says nothing then, it is gone. */
static void keep_alive(struct device *dev)
{
    struct mqtt_session *mqtt = &dev->mqtt;
    uint32_t half_ms = dev->settings.mqtt_keep_alive * 500u;
    uint32_t answer_ms = half_ms > MQTT_ANSWER_MS ? half_ms : MQTT_ANSWER_MS;
    uint8_t bytes[2];
    if (mqtt->is_pinging && dev->now_ms - mqtt->pinged_ms >= answer_ms) {
        mqtt_fail(dev, " does not answer");
        return;
    }
    bool is_idle = dev->now_ms - mqtt->sent_ms >= half_ms ||
                   dev->now_ms - mqtt->heard_ms >= half_ms;
    if (mqtt->is_pinging ? dev->now_ms - mqtt->sent_ms < half_ms : !is_idle)
        return;
    if (!mqtt->is_pinging)
        mqtt->pinged_ms = dev->now_ms;
    mqtt->is_pinging = true;
    (void)mqtt_send(dev, bytes, mqtt_write_ping(bytes, sizeof(bytes)));
}

/* Offline by our own hand: a DISCONNECT takes the last will back (3.14). */
static void say_goodbye(struct device *dev)
{
    uint8_t bytes[2];
    if (dev->mqtt.state != MQTT_UP)
        return;
    if (!dev->mqtt.is_unwilled)
        mqtt_say(dev, TOPIC_TELEMETRY, "LWT", "Offline", true);
    (void)mqtt_send(dev, bytes, mqtt_write_disconnect(bytes, sizeof(bytes)));
}

void mqtt_stop(struct device *dev)
{
    say_goodbye(dev);
    hang_up(dev);
}

void mqtt_before_change(struct device *dev)
{
    if (dev->mqtt.state != MQTT_UP)
        return;
    bool is_told = settings_option(&dev->settings, OPTION_OLD_TOPIC);
    mqtt_say(dev, TOPIC_TELEMETRY, "LWT", is_told ? "Offline" : "", true);
    dev->mqtt.is_unwilled = true;
}

void mqtt_changed(struct device *dev)
{
    dev->mqtt.has_changes = true;
    dev->mqtt.change_ms = dev->now_ms + MQTT_CHANGE_MS;
}

static void start_anew(struct device *dev)
{
    mqtt_stop(dev);
    dev->mqtt.has_changes = false;
    dev->mqtt.failures = 0;
}

static bool may_run(const struct device *dev)
{
    bool is_leaving =
        dev->will_restart && device_is_due(dev, dev->restart_ms - MQTT_STOP_MS);
    return mqtt_is_wanted(dev) && dev->wifi.state == WIFI_JOINED && !is_leaving;
}

/* Not with settings that are still being changed, nor right before a restart:
 * it would connect twice. */
static bool may_begin(const struct device *dev)
{
    const struct mqtt_session *mqtt = &dev->mqtt;
    bool is_due = mqtt->state == MQTT_OFF || device_is_due(dev, mqtt->retry_ms);
    return is_due && !mqtt->has_changes && !dev->will_restart;
}

void mqtt_tick(struct device *dev)
{
    struct mqtt_session *mqtt = &dev->mqtt;
    if (mqtt->has_changes && device_is_due(dev, mqtt->change_ms))
        start_anew(dev);
    if (!may_run(dev)) {
        if (mqtt->state != MQTT_OFF)
            mqtt_stop(dev);
        return;
    }
    if (mqtt->state == MQTT_UP) {
        keep_alive(dev);
        if (mqtt->state != MQTT_UP || mqtt->has_changes)
            return; /* its topics are those of the next session already */
        telemetry_tick(dev);
        discovery_tick(dev);
    } else if (mqtt->state == MQTT_OFF || mqtt->state == MQTT_WAITING) {
        if (may_begin(dev))
            begin(dev);
    } else if (dev->now_ms - mqtt->since_ms >= MQTT_ATTEMPT_MS) {
        mqtt_fail(dev, " does not answer");
    }
}
