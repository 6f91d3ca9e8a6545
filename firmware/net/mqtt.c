/* MQTT packets to and from bytes. */
#include "firmware/net/mqtt.h"

#include "firmware/net/utf8.h"

/* First bytes of what a client sends (2.2). */
#define CONNECT 0x10u
#define PUBLISH 0x30u
#define PUBACK 0x40u
#define SUBSCRIBE 0x82u
#define PINGREQ 0xC0u
#define DISCONNECT 0xE0u

#define RETAIN 0x01u
#define LONGEST_SIZE 268435455u /* four bytes of 7 bits (2.2.3) */

/* Connect flags (3.1.2.3). */
#define CLEAN_SESSION 0x02u
#define WILL 0x04u
#define WILL_QOS_1 0x08u
#define WILL_RETAIN 0x20u
#define HAS_PASSWORD 0x40u
#define HAS_USER 0x80u

/* ---- reading ------------------------------------------------------------- */

static uint16_t get_u16(const uint8_t *p)
{
    return (uint16_t)((unsigned)p[0] << 8 | p[1]);
}

void mqtt_reader_start(struct mqtt_reader *reader)
{
    reader->head = 0;
    reader->is_broken = false;
}

/* The fixed header's next byte; false when it can't be one. */
static bool take_head(struct mqtt_reader *reader, uint8_t byte)
{
    if (reader->head++ == 0) {
        reader->first = byte;
        reader->size = reader->have = 0;
        return true;
    }
    unsigned shift = 7u * (reader->head - 2u);
    reader->size |= (uint32_t)(byte & 0x7Fu) << shift;
    if (byte & 0x80u)
        return reader->head < MQTT_HEAD;
    reader->head = MQTT_HEAD;
    return true;
}

/* A topic name: 1 to 65535 bytes of UTF-8 without NUL and wildcards (4.7). */
static bool is_topic(const uint8_t *text, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (text[i] == 0 || text[i] == '#' || text[i] == '+')
            return false;
    }
    return size > 0 && utf8_is_valid((const char *)text, size);
}

static bool read_publish(const struct mqtt_reader *reader,
                         struct mqtt_packet *packet)
{
    const uint8_t *at = reader->bytes, *end = at + reader->have;
    packet->qos = (reader->first >> 1) & 3u;
    packet->is_retained = reader->first & RETAIN;
    if (packet->qos > 1 || end - at < 2)
        return false;
    packet->topic_size = get_u16(at);
    at += 2;
    if ((size_t)(end - at) < packet->topic_size ||
        !is_topic(at, packet->topic_size))
        return false;
    packet->topic = (const char *)at;
    at += packet->topic_size;
    if (packet->qos > 0) {
        if (end - at < 2)
            return false;
        packet->id = get_u16(at);
        at += 2;
        if (packet->id == 0)
            return false;
    }
    packet->payload = (const char *)at;
    packet->payload_size = (size_t)(end - at);
    return true;
}

/* The topic went by, but who sent it waits for the identifier. */
static bool read_long_publish(const struct mqtt_reader *reader,
                              struct mqtt_packet *packet)
{
    packet->qos = (reader->first >> 1) & 3u;
    if (packet->qos != 1)
        return packet->qos == 0;
    packet->id = get_u16(reader->bytes + 2);
    return packet->id != 0 && reader->size >= 4u + get_u16(reader->bytes);
}

static bool read_connack(const struct mqtt_reader *reader,
                         struct mqtt_packet *packet)
{
    const uint8_t *bytes = reader->bytes;
    packet->code = bytes[1];
    /* A clean session can't be present (3.2.2.2). */
    return reader->have == 2 && bytes[0] == 0 && bytes[1] <= MQTT_NOT_ALLOWED;
}

static bool read_puback(const struct mqtt_reader *reader,
                        struct mqtt_packet *packet)
{
    packet->id = get_u16(reader->bytes);
    return reader->have == 2 && packet->id != 0;
}

static bool read_suback(const struct mqtt_reader *reader,
                        struct mqtt_packet *packet)
{
    packet->id = get_u16(reader->bytes);
    packet->code = reader->bytes[2];
    return reader->have == 3 && packet->id != 0 &&
           (packet->code <= 2 || packet->code == 0x80);
}

static bool read_pingresp(const struct mqtt_reader *reader,
                          struct mqtt_packet *packet)
{
    (void)packet;
    return reader->have == 0;
}

/* clang-format off */
static const struct {
    enum mqtt_type type;
    uint8_t flags; /* that its first byte may have besides the type */
    bool (*read)(const struct mqtt_reader *reader, struct mqtt_packet *packet);
} types[] = {
    {MQTT_CONNACK, 0x0, read_connack},
    {MQTT_PUBLISH, 0xF, read_publish},
    {MQTT_PUBACK, 0x0, read_puback},
    {MQTT_SUBACK, 0x0, read_suback},
    {MQTT_PINGRESP, 0x0, read_pingresp},
};
/* clang-format on */

static bool read_packet(const struct mqtt_reader *reader,
                        struct mqtt_packet *packet)
{
    *packet = (struct mqtt_packet){.type = MQTT_TOO_LONG};
    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        if ((enum mqtt_type)(reader->first >> 4) != types[i].type)
            continue;
        if (reader->first & 0xFu & ~(unsigned)types[i].flags)
            return false;
        if (reader->size > MQTT_PACKET)
            return types[i].type != MQTT_PUBLISH ||
                   read_long_publish(reader, packet);
        packet->type = types[i].type;
        return types[i].read(reader, packet);
    }
    return false; /* nothing that a broker may send to us */
}

/* Of a packet that is too long: its topic's size, and what is behind the topic,
 * one after the other. */
static void keep_long(struct mqtt_reader *reader, uint32_t at, uint8_t byte)
{
    if (at < 2) {
        reader->bytes[at] = byte;
        return;
    }
    uint32_t id = 2u + get_u16(reader->bytes);
    if (at == id || at == id + 1)
        reader->bytes[2 + at - id] = byte;
}

static size_t take_body(struct mqtt_reader *reader, const uint8_t *bytes,
                        size_t size)
{
    size_t n = reader->size - reader->have;
    n = n < size ? n : size;
    for (size_t i = 0; i < n; i++) {
        if (reader->size <= MQTT_PACKET)
            reader->bytes[reader->have + i] = bytes[i];
        else
            keep_long(reader, (uint32_t)(reader->have + i), bytes[i]);
    }
    reader->have += (uint32_t)n;
    return n;
}

size_t mqtt_reader_take(struct mqtt_reader *reader, const uint8_t *bytes,
                        size_t size, struct mqtt_packet *packet,
                        bool *has_packet)
{
    size_t at = 0;
    *has_packet = false;
    while (at < size && !reader->is_broken && reader->head < MQTT_HEAD)
        reader->is_broken = !take_head(reader, bytes[at++]);
    if (reader->is_broken)
        return size;
    if (reader->head < MQTT_HEAD)
        return at;
    at += take_body(reader, bytes + at, size - at);
    if (reader->have < reader->size)
        return at;
    reader->is_broken = !read_packet(reader, packet);
    *has_packet = !reader->is_broken;
    reader->head = 0;
    return reader->is_broken ? size : at;
}

/* ---- writing ------------------------------------------------------------- */

struct out {
    uint8_t *at;
    size_t left;
    bool is_full;
};

static void put(struct out *out, unsigned byte)
{
    if (out->left == 0) {
        out->is_full = true;
        return;
    }
    *out->at++ = (uint8_t)byte;
    out->left--;
}

static void put_u16(struct out *out, size_t value)
{
    put(out, (unsigned)(value >> 8) & 0xFFu);
    put(out, (unsigned)value & 0xFFu);
}

static size_t length(const char *text)
{
    size_t n = 0;
    while (text[n])
        n++;
    return n;
}

static void put_bytes(struct out *out, const char *bytes, size_t size)
{
    for (size_t i = 0; i < size && !out->is_full; i++)
        put(out, (uint8_t)bytes[i]);
}

static void put_text(struct out *out, const char *text)
{
    size_t size = length(text);
    if (size > 0xFFFF)
        out->is_full = true;
    put_u16(out, size);
    put_bytes(out, text, size);
}

static size_t text_size(const char *text)
{
    return text ? 2 + length(text) : 0;
}

static void put_head(struct out *out, unsigned first, size_t size)
{
    if (size > LONGEST_SIZE)
        out->is_full = true;
    put(out, first);
    for (; size > 0x7F; size >>= 7)
        put(out, ((unsigned)size & 0x7Fu) | 0x80u);
    put(out, (unsigned)size);
}

static size_t end(const struct out *out, const uint8_t *begin)
{
    return out->is_full ? 0 : (size_t)(out->at - begin);
}

static unsigned connect_flags(const struct mqtt_connect *connect)
{
    unsigned flags = CLEAN_SESSION;
    if (connect->will_topic)
        flags |= WILL | WILL_QOS_1 | WILL_RETAIN;
    if (connect->user)
        flags |= HAS_USER | (connect->password ? HAS_PASSWORD : 0u);
    return flags;
}

size_t mqtt_write_connect(const struct mqtt_connect *connect, uint8_t *out,
                          size_t room)
{
    struct out to = {out, room, false};
    const char *password = connect->user ? connect->password : NULL;
    const char *will_text = connect->will_topic ? connect->will_text : NULL;
    put_head(&to, CONNECT,
             10 + text_size(connect->client_id) +
                 text_size(connect->will_topic) + text_size(will_text) +
                 text_size(connect->user) + text_size(password));
    put_text(&to, "MQTT");
    put(&to, 4); /* 3.1.1 */
    put(&to, connect_flags(connect));
    put_u16(&to, connect->keep_alive_s);
    put_text(&to, connect->client_id);
    if (connect->will_topic) {
        put_text(&to, connect->will_topic);
        put_text(&to, will_text);
    }
    if (connect->user)
        put_text(&to, connect->user);
    if (password)
        put_text(&to, password);
    return end(&to, out);
}

static void put_publish(struct out *to, const char *topic, size_t payload_size,
                        bool is_retained)
{
    put_head(to, PUBLISH | (is_retained ? RETAIN : 0u),
             text_size(topic) + payload_size);
    put_text(to, topic);
}

size_t mqtt_write_publish_head(const char *topic, size_t payload_size,
                               bool is_retained, uint8_t *out, size_t room)
{
    struct out to = {out, room, false};
    put_publish(&to, topic, payload_size, is_retained);
    return end(&to, out);
}

size_t mqtt_write_publish(const char *topic, const char *payload,
                          size_t payload_size, bool is_retained, uint8_t *out,
                          size_t room)
{
    struct out to = {out, room, false};
    put_publish(&to, topic, payload_size, is_retained);
    put_bytes(&to, payload, payload_size);
    return end(&to, out);
}

size_t mqtt_write_subscribe(uint16_t id, const char *filter, uint8_t *out,
                            size_t room)
{
    struct out to = {out, room, false};
    put_head(&to, SUBSCRIBE, 2 + text_size(filter) + 1);
    put_u16(&to, id);
    put_text(&to, filter);
    put(&to, 1); /* QoS */
    return end(&to, out);
}

size_t mqtt_write_puback(uint16_t id, uint8_t *out, size_t room)
{
    struct out to = {out, room, false};
    put_head(&to, PUBACK, 2);
    put_u16(&to, id);
    return end(&to, out);
}

size_t mqtt_write_ping(uint8_t *out, size_t room)
{
    struct out to = {out, room, false};
    put_head(&to, PINGREQ, 0);
    return end(&to, out);
}

size_t mqtt_write_disconnect(uint8_t *out, size_t room)
{
    struct out to = {out, room, false};
    put_head(&to, DISCONNECT, 0);
    return end(&to, out);
}
