/* Fuzz: what a broker sends. Pieces of any size read the same; texts lie inside
 * of the reader and keep what the header promises; after what breaks the
 * standard nothing is read any more.
 *
 * Input: the pieces' size less one, the bytes. */
#include <string.h>

#include "firmware/net/mqtt.h"
#include "firmware/net/utf8.h"
#include "test/fuzz/fuzz.h"

enum { MESSAGES, ANSWERS, TOO_LONG, BROKEN };
struct fuzz_way fuzz_ways[] = {{"messages", 0},
                               {"answers", 0},
                               {"longer than the buffer", 0},
                               {"what breaks the standard", 0},
                               {NULL, 0}};

struct result {
    unsigned packets;
    uint32_t sum; /* over all that was said */
    bool is_broken;
};

static void add(struct result *result, const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        result->sum = result->sum * 31u + (uint8_t)text[i] + 1u;
    }
}

static void check(const struct mqtt_reader *reader,
                  const struct mqtt_packet *packet)
{
    const char *begin = (const char *)reader->bytes;
    const char *end = begin + MQTT_PACKET;
    if (packet->type == MQTT_TOO_LONG) {
        FUZZ_CHECK(packet->qos <= 1 && (packet->qos == 1) == (packet->id != 0));
    }
    if (packet->type == MQTT_PUBLISH) {
        FUZZ_CHECK(packet->topic >= begin &&
                   packet->topic + packet->topic_size <= end);
        FUZZ_CHECK(packet->payload >= packet->topic + packet->topic_size &&
                   packet->payload + packet->payload_size <= end);
        FUZZ_CHECK(packet->topic_size > 0 && packet->qos <= 1);
        FUZZ_CHECK(utf8_is_valid(packet->topic, packet->topic_size));
        FUZZ_CHECK(!memchr(packet->topic, 0, packet->topic_size) &&
                   !memchr(packet->topic, '#', packet->topic_size) &&
                   !memchr(packet->topic, '+', packet->topic_size));
        FUZZ_CHECK((packet->qos == 1) == (packet->id != 0));
    }
}

static struct result read_all(const uint8_t *bytes, size_t size, size_t piece)
{
    static struct mqtt_reader reader;
    struct result result = {0, 0, false};
    mqtt_reader_start(&reader);
    while (size > 0) {
        struct mqtt_packet packet;
        bool has_packet;
        size_t n = piece < size ? piece : size;
        size_t took = mqtt_reader_take(&reader, bytes, n, &packet, &has_packet);
        FUZZ_CHECK(took > 0 && took <= n);
        if (has_packet) {
            FUZZ_CHECK(!reader.is_broken);
            check(&reader, &packet);
            result.packets++;
            result.sum += (uint32_t)packet.type << 16 | packet.id;
            add(&result, packet.topic, packet.topic_size);
            add(&result, packet.payload, packet.payload_size);
            fuzz_ways[packet.type == MQTT_PUBLISH    ? MESSAGES
                      : packet.type == MQTT_TOO_LONG ? TOO_LONG
                                                     : ANSWERS]
                .count++;
        }
        bytes += took;
        size -= took;
    }
    result.is_broken = reader.is_broken;
    return result;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1) {
        return 0;
    }
    struct result whole = read_all(data + 1, size - 1, size);
    struct result pieces = read_all(data + 1, size - 1, data[0] + 1u);
    FUZZ_CHECK(whole.packets == pieces.packets && whole.sum == pieces.sum &&
               whole.is_broken == pieces.is_broken);
    fuzz_ways[BROKEN].count += whole.is_broken;
    return 0;
}

size_t fuzz_seed(unsigned n, uint8_t *out, size_t room)
{
    static const char answers[] = "\x06\x20\x02\x00\x00\x90\x03\x00\x01\x01"
                                  "\xD0\x00\x40\x02\x00\x07";
    static const char messages[] = "\x02\x30\x12\x00\x0Bstat/t/LED1ON\x31\x08"
                                   "\x00\x06"
                                   "cmnd/a\x32\x0A\x00\x03"
                                   "a/b\x12\x34\xC3\xBC!";
    if (n == 0) {
        memcpy(out, answers, sizeof(answers) - 1);
        return sizeof(answers) - 1;
    }
    if (n == 1) {
        memcpy(out, messages, sizeof(messages) - 1);
        return sizeof(messages) - 1;
    }
    if (n == 2 && room >= 1400) {
        memset(out, 'x', 1400); /* one byte more than the buffer */
        memcpy(out, "\xFF\x30\xB1\x09\x00\x03", 6);
        memcpy(out + 4 + MQTT_PACKET + 1, "\xD0\x00", 2);
        return 4 + MQTT_PACKET + 3;
    }
    return 0;
}
