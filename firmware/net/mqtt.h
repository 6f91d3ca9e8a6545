/* MQTT 3.1.1 packets (OASIS standard, October 2014), the client's side: bytes
 * from a broker become packets, and what a client says becomes bytes. Called by
 * the core's MQTT session, which knows about topics and time. No sockets, no
 * clock, no topic names in here. Reading any bytes is safe: what breaks the
 * standard is an error, after which the connection must be closed (4.8). */
#ifndef FIRMWARE_NET_MQTT_H
#define FIRMWARE_NET_MQTT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "format/err.h"

#define MQTT_PACKET 1200u /* largest that is read; tasmota.md A.0 */
#define MQTT_HEAD 5u      /* bytes of the longest fixed header */

enum mqtt_type {
    MQTT_CONNACK = 2,
    MQTT_PUBLISH = 3,
    MQTT_PUBACK = 4,
    MQTT_SUBACK = 9,
    MQTT_PINGRESP = 13,
    /* Not a type of the standard: a packet longer than MQTT_PACKET went by. */
    MQTT_TOO_LONG = 16
};

/* Return codes of CONNACK (3.2.2.3). */
enum mqtt_code {
    MQTT_ACCEPTED,
    MQTT_BAD_PROTOCOL,
    MQTT_BAD_CLIENT_ID,
    MQTT_UNAVAILABLE,
    MQTT_BAD_PASSWORD,
    MQTT_NOT_ALLOWED
};

/* One packet from the broker. Texts point into the reader and are gone with
 * the next byte; they have no NUL behind them. */
struct mqtt_packet {
    enum mqtt_type type;
    uint8_t code;      /* of CONNACK; of SUBACK the first return code */
    uint16_t id;       /* of PUBACK, SUBACK, with QoS 1 */
    const char *topic; /* of PUBLISH: UTF-8, no NUL, no wildcards */
    size_t topic_size;
    const char *payload; /* of PUBLISH: any bytes */
    size_t payload_size;
    /* Of PUBLISH, also a too long one: 0 or 1, for a broker may not send 2 to
     * who asked for 1. With 1 it waits for a PUBACK, and stops sending after
     * some. */
    uint8_t qos;
    bool is_retained;
};

/* The fields are the reader's own. */
struct mqtt_reader {
    uint8_t bytes[MQTT_PACKET]; /* the packet without its fixed header */
    uint8_t first;              /* its first byte */
    uint8_t head;               /* bytes of the fixed header so far */
    uint32_t size, have;        /* of the packet without it */
    bool is_broken;
};

void mqtt_reader_start(struct mqtt_reader *reader);
/* Take bytes up to the end of the next packet. Returns how many were taken;
 * *has_packet says that *packet is filled in. Call again with the rest. After
 * bytes that break the standard is_broken is set, and nothing is taken any
 * more: returns size, *has_packet is false. */
size_t mqtt_reader_take(struct mqtt_reader *reader, const uint8_t *bytes,
                        size_t size, struct mqtt_packet *packet,
                        bool *has_packet);

/* ---- what a client says ----
 * Each writes one packet to out and returns its size, or 0 when it does not fit
 * into room (nothing that counts is then in out). */

struct mqtt_connect {
    const char *client_id;
    const char *user, *password; /* NULL: none; a password needs a user */
    const char *will_topic;      /* NULL: none; QoS 1, retained */
    const char *will_text;
    uint16_t keep_alive_s;
};

/* A clean session. */
size_t mqtt_write_connect(const struct mqtt_connect *connect, uint8_t *out,
                          size_t room);
/* QoS 0. */
size_t mqtt_write_publish(const char *topic, const char *payload,
                          size_t payload_size, bool is_retained, uint8_t *out,
                          size_t room);
/* Of the same packet what stands before the payload, for who sends that
 * himself.
 */
size_t mqtt_write_publish_head(const char *topic, size_t payload_size,
                               bool is_retained, uint8_t *out, size_t room);
/* One topic filter at QoS 1; id is not 0. */
size_t mqtt_write_subscribe(uint16_t id, const char *filter, uint8_t *out,
                            size_t room);
size_t mqtt_write_puback(uint16_t id, uint8_t *out, size_t room);
size_t mqtt_write_ping(uint8_t *out, size_t room);
size_t mqtt_write_disconnect(uint8_t *out, size_t room);

#endif
