/* A device in a network with a broker that a test plays: what the device sends
 * becomes lines to compare, what the broker says is given as text. */
#ifndef TEST_FIRMWARE_CORE_MQTT_FIXTURE_H
#define TEST_FIRMWARE_CORE_MQTT_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/core/command.h"
#include "format/version.h"
#include "test/firmware/fake_hal.h"
#include "test/firmware/fake_net.h"

/* One line per packet: `CONNECT …`, `SUBSCRIBE topic`, `PUBLISH topic = text`,
 * `RETAIN topic = text`, `PUBACK id`, `PING`, `DISCONNECT`. */
static char said[65536];

static size_t get_size(const uint8_t **at)
{
    size_t size = 0;
    unsigned shift = 0;
    uint8_t byte;
    do {
        byte = *(*at)++;
        size |= (size_t)(byte & 0x7F) << shift;
        shift += 7;
    } while (byte & 0x80);
    return size;
}

/* A text with its size before it. */
static const uint8_t *put_field(const uint8_t *at, const char *before)
{
    size_t size = (size_t)at[0] << 8 | at[1], have = strlen(said);
    snprintf(said + have, sizeof(said) - have, "%s%.*s", before, (int)size,
             (const char *)at + 2);
    return at + 2 + size;
}

static void put_said(const char *text)
{
    strncat(said, text, sizeof(said) - strlen(said) - 1);
}

static void put_connect(const uint8_t *at)
{
    char line[64];
    uint8_t flags = at[7];
    assert_memory_equal(at, "\0\4MQTT\4", 7);
    snprintf(line, sizeof(line), "CONNECT flags %02x, keep %u", flags,
             (unsigned)at[8] << 8 | at[9]);
    put_said(line);
    at = put_field(at + 10, ", client ");
    if (flags & 0x04) {
        at = put_field(at, ", will ");
        at = put_field(at, " = ");
    }
    if (flags & 0x80)
        at = put_field(at, ", user ");
    if (flags & 0x40)
        put_field(at, ", password ");
}

static void put_packet(uint8_t first, const uint8_t *at, size_t size)
{
    const uint8_t *end = at + size;
    char line[32];
    if (first == 0x10) {
        put_connect(at);
    } else if ((first & 0xFE) == 0x30) {
        at = put_field(at, first & 1 ? "RETAIN " : "PUBLISH ");
        put_said(" = ");
        strncat(said, (const char *)at, (size_t)(end - at));
    } else if (first == 0x82) {
        put_field(at + 2, "SUBSCRIBE ");
        assert_int_equal(end[-1], 1);
    } else if (first == 0x40) {
        snprintf(line, sizeof(line), "PUBACK %u", (unsigned)at[0] << 8 | at[1]);
        put_said(line);
    } else {
        assert_true(first == 0xC0 || first == 0xE0);
        put_said(first == 0xC0 ? "PING" : "DISCONNECT");
    }
    put_said("\n");
}

/* Everything that was sent on the session's socket since the last call. */
static const char *heard(void)
{
    struct fake_tcp *tcp = &fake_net.tcp[fd.device.mqtt.socket];
    const uint8_t *at = (const uint8_t *)tcp->sent, *end = at + tcp->size;
    said[0] = 0;
    while (at < end) {
        uint8_t first = *at++;
        size_t size = get_size(&at);
        assert_true(at + size <= end);
        put_packet(first, at, size);
        at += size;
    }
    fake_net_forget(fd.device.mqtt.socket);
    tcp->queued = 0;
    return said;
}

static inline bool has_heard(const char *line)
{
    return strstr(heard(), line) != NULL;
}

/* ---- the broker ---- */

static void broker_says(const void *bytes, size_t size)
{
    fake_receive(&fd, fd.device.mqtt.socket, bytes, size);
}

static size_t make_publish(const char *topic, const char *payload,
                           unsigned flags, uint8_t *out)
{
    size_t n = strlen(topic), p = strlen(payload), id = flags & 2 ? 2 : 0;
    size_t size = 2 + n + id + p;
    uint8_t *at = out;
    *at++ = (uint8_t)(0x30 | flags);
    for (; size > 0x7F; size >>= 7)
        *at++ = (uint8_t)(size & 0x7F) | 0x80;
    *at++ = (uint8_t)size;
    *at++ = (uint8_t)(n >> 8);
    *at++ = (uint8_t)n;
    memcpy(at, topic, n);
    at += n;
    if (id) {
        *at++ = 0x12;
        *at++ = 0x34;
    }
    memcpy(at, payload, p);
    return (size_t)(at - out) + p;
}

/* flags: 1 retained, 2 QoS 1 with the identifier 0x1234. */
static inline void broker_publishes(const char *topic, const char *payload,
                                    unsigned flags)
{
    static uint8_t bytes[8192];
    fake_forget();
    broker_says(bytes, make_publish(topic, payload, flags, bytes));
}

static void broker_answers(uint8_t code)
{
    const uint8_t connack[] = {0x20, 2, 0, code};
    broker_says(connack, sizeof(connack));
}

/* ---- the way there ---- */

static const uint8_t broker_ip[4] = {127, 0, 0, 9};

/* Into the network. */
static void join(void)
{
    const struct hal_wifi_event news = {.change = HAL_WIFI_GOT_IP,
                                        .ip = {192, 168, 1, 50}};
    fake_wifi(&fd, &news);
}

/* From the network to CONNECT. */
static void reach(void)
{
    fake_run(&fd, 20);
    if (fd.device.mqtt.state == MQTT_WAITING) { /* for an old question */
        fake_resolved(&fd, NULL);
        fake_run(&fd, 20);
    }
    assert_int_equal(fd.device.mqtt.state, MQTT_RESOLVING);
    fake_resolved(&fd, broker_ip);
    assert_int_equal(fd.device.mqtt.state, MQTT_CONNECTING);
    fake_connected(&fd, fd.device.mqtt.socket);
    assert_int_equal(fd.device.mqtt.state, MQTT_GREETING);
}

static int setup_joined(void **state)
{
    fake_basic(state);
    sntp_off(&fd.device); /* it asks for names, too */
    fake_run(&fd, 100);
    fake_type(&fd, "Backlog0 SSId1 home;Password1 password;MqttHost broker");
    fake_run(&fd, 3000);
    join();
    return 0;
}

/* A session, all it has said forgotten. */
static inline int setup_up(void **state)
{
    setup_joined(state);
    reach();
    broker_answers(0);
    assert_int_equal(fd.device.mqtt.state, MQTT_UP);
    heard();
    return 0;
}

#endif
