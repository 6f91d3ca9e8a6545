/* Broker, web server and web client of the virtual device, in virtual time. */
#include "test/virtual/home.h"

#include <stdio.h>
#include <string.h>

#define TEXT 32768u
#define BOUNDARY "pogo-home"
#define HOST "Host: 127.80.0.1\r\n"

enum { CONNECT = 1, PUBLISH = 3, SUBSCRIBE = 8, PINGREQ = 12 };

static struct {
    struct peer peer;
    struct machine *machine;
    struct peer_link *broker; /* the device's connection to it */
    enum home_broker broker_is;
    unsigned connects;
    struct home_file file;
    size_t size;
    char text[TEXT + 1];
} home;

/* ---- the broker ---- */

static void say(const char *bytes, size_t size)
{
    if (size > TEXT / 2)
        return;
    if (home.size + size > TEXT) {
        home.size -= TEXT / 2;
        memmove(home.text, home.text + TEXT / 2, home.size);
    }
    memcpy(home.text + home.size, bytes, size);
    home.size += size;
    home.text[home.size] = 0;
}

/* The fixed header's length field (MQTT 3.1.1, 2.2.3). 0: not whole yet. */
static size_t read_length(const uint8_t *bytes, size_t size, size_t *length)
{
    *length = 0;
    for (size_t i = 1; i < size && i < 5; i++) {
        *length |= (size_t)(bytes[i] & 0x7Fu) << 7 * (i - 1);
        if (bytes[i] < 0x80)
            return i + 1;
    }
    return 0;
}

static void take_publish(const uint8_t *bytes, size_t size)
{
    size_t topic = (size_t)bytes[0] << 8 | bytes[1];
    say((const char *)bytes + 2, topic);
    say(" ", 1);
    say((const char *)bytes + 2 + topic, size - 2 - topic);
    say("\n", 1);
}

static void take_packet(struct peer *peer, struct peer_link *link,
                        unsigned type, const uint8_t *bytes, size_t size)
{
    static const uint8_t accepted[] = {0x20, 2, 0, 0}, pong[] = {0xD0, 0};
    const uint8_t subscribed[] = {0x90, 3, bytes[0], bytes[1], 1};
    if (type == CONNECT) {
        home.broker = link;
        home.connects++;
        peer_send(peer, link, accepted, sizeof(accepted));
    } else if (type == SUBSCRIBE) {
        peer_send(peer, link, subscribed, sizeof(subscribed));
    } else if (type == PINGREQ) {
        peer_send(peer, link, pong, sizeof(pong));
    } else if (type == PUBLISH) {
        take_publish(bytes, size);
    }
}

static void serve_broker(struct peer *peer, struct peer_link *link)
{
    if (home.broker_is != HOME_BROKER_THERE)
        peer_take(link, link->size);
    for (;;) {
        size_t length;
        const uint8_t *bytes = (const uint8_t *)link->heard;
        size_t head = read_length(bytes, link->size, &length);
        if (head == 0 || link->size < head + length)
            return;
        take_packet(peer, link, bytes[0] >> 4, bytes + head, length);
        peer_take(link, head + length);
    }
}

bool home_packet(const void *bytes, size_t size)
{
    if (!home.broker || !home.broker->is_used || !home.broker->is_open)
        return false;
    peer_send(&home.peer, home.broker, bytes, size);
    return true;
}

bool home_publish(const char *name, const char *payload)
{
    uint8_t packet[600];
    char topic[100];
    snprintf(topic, sizeof(topic), "cmnd/" HOME_TOPIC "/%s", name);
    size_t n = strlen(topic), size = 2 + n + strlen(payload), at = 0;
    if (size > sizeof(packet) - 3)
        return false;
    packet[at++] = PUBLISH << 4;
    if (size > 127)
        packet[at++] = (uint8_t)(size & 0x7F) | 0x80u;
    packet[at++] = (uint8_t)(size > 127 ? size >> 7 : size);
    packet[at++] = 0;
    packet[at++] = (uint8_t)n;
    memcpy(packet + at, topic, n);
    memcpy(packet + at + n, payload, strlen(payload));
    return home_packet(packet, at - 2 + size);
}

const char *home_published(void)
{
    return home.text;
}

void home_forget(void)
{
    home.size = 0;
    home.text[0] = 0;
}

bool home_wait(const char *words, unsigned ms)
{
    for (unsigned i = 0; i < ms; i += 2) {
        if (strstr(home.text, words))
            return true;
        if (!machine_run(home.machine, 2))
            return false;
    }
    return false;
}

void home_broker(enum home_broker state)
{
    static const enum peer_door doors[] = {[HOME_BROKER_THERE] = PEER_OPEN,
                                           [HOME_BROKER_HANGS] = PEER_OPEN,
                                           [HOME_BROKER_GONE] = PEER_REFUSES,
                                           [HOME_BROKER_UNPLUGGED] =
                                               PEER_SILENT};
    home.broker_is = state;
    peer_door(&home.peer, HOME_BROKER, doors[state]);
    if (state == HOME_BROKER_GONE && home.broker)
        peer_drop(&home.peer, home.broker);
    if (state == HOME_BROKER_GONE)
        home.broker = NULL;
}

enum home_broker home_broker_state(void)
{
    return home.broker_is;
}

unsigned home_tries(void)
{
    return peer_tries(&home.peer, HOME_BROKER);
}

unsigned home_connects(void)
{
    return home.connects;
}

/* ---- the web server ---- */

static void serve_file(struct peer *peer, struct peer_link *link)
{
    char head[200];
    if (!strstr(link->heard, "\r\n\r\n"))
        return;
    peer_take(link, link->size);
    int size = snprintf(head, sizeof(head),
                        "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n",
                        home.file.said);
    peer_send(peer, link, head, (size_t)size);
    peer_send(peer, link, home.file.bytes, home.file.size);
    if (!home.file.is_stalled)
        peer_finish(peer, link);
}

void home_offer(const struct home_file *file)
{
    home.file = *file;
}

/* ---- the client ---- */

struct peer_link *home_request(const char *target)
{
    char head[600];
    int size =
        snprintf(head, sizeof(head), "GET %s HTTP/1.1\r\n" HOST "\r\n", target);
    struct peer_link *link = peer_connect(&home.peer, HOME_WEB);
    if (link)
        peer_send(&home.peer, link, head, (size_t)size);
    return link;
}

struct peer_link *home_upload(const struct home_file *file)
{
    static const char before[] =
        "--" BOUNDARY "\r\nContent-Disposition: form-data; name=\"u2\"; "
        "filename=\"next.ota\"\r\n\r\n";
    static const char after[] = "\r\n--" BOUNDARY "--\r\n";
    size_t most = sizeof(before) - 1 + file->said + sizeof(after) - 1;
    char head[300];
    int size = snprintf(head, sizeof(head),
                        "POST /u2 HTTP/1.1\r\n" HOST
                        "Content-Type: multipart/form-data; boundary=" BOUNDARY
                        "\r\nContent-Length: %zu\r\n\r\n%s",
                        most, before);
    struct peer_link *link = peer_connect(&home.peer, HOME_WEB);
    if (!link)
        return NULL;
    peer_send(&home.peer, link, head, (size_t)size);
    peer_send(&home.peer, link, file->bytes, file->size);
    if (file->size == file->said)
        peer_send(&home.peer, link, after, sizeof(after) - 1);
    else if (!file->is_stalled)
        peer_finish(&home.peer, link);
    return link;
}

const char *home_answer(struct peer_link *link, unsigned ms)
{
    static char answer[PEER_HEARD + 1];
    answer[0] = 0;
    if (!link)
        return answer;
    (void)peer_wait_end(&home.peer, link, ms);
    memcpy(answer, link->heard, link->size + 1);
    peer_drop(&home.peer, link);
    return answer;
}

const char *home_get(const char *target)
{
    return home_answer(home_request(target), 5000);
}

struct peer *home_peer(void)
{
    return &home.peer;
}

/* ---- life ---- */

void home_open(struct machine *m, bool is_puya, uint32_t seed)
{
    home_forget();
    home.broker = NULL;
    home.broker_is = HOME_BROKER_THERE;
    home.connects = 0;
    home.machine = m;
    peer_open(&home.peer, m, is_puya, seed);
    peer_serve(&home.peer, HOME_BROKER, serve_broker);
    peer_serve(&home.peer, HOME_FILES, serve_file);
}

void home_close(void)
{
    peer_close(&home.peer);
}

bool home_is_back(unsigned ms)
{
    unsigned before = home.connects;
    for (unsigned i = 0; i < ms && home.connects == before; i += 2) {
        if (!machine_run(home.machine, 2))
            return false;
    }
    return home.connects > before && machine_run(home.machine, 1000);
}

bool home_set_up(void)
{
    static const char line[] =
        "Backlog0 SetOption13 1; WebPassword 0; FriendlyName1 hall; "
        "PowerOnState 1; Topic " HOME_TOPIC "; SSId1 home; "
        "Password1 correct horse; MqttHost broker.local; OtaUrl " HOME_URL;
    struct machine *m = home.machine;
    machine_flash(m, 0, "pogo-bench.bin");
    machine_on(m);
    bool is_ready = machine_wait(m, "Module: ", 4000) &&
                    machine_ask(m, line, "OtaUrl", NULL, 0) &&
                    home_is_back(30000) && machine_run(m, 15000);
    if (!is_ready)
        fprintf(stderr, "the device is not set up; it said: %s\n", m->text);
    return is_ready;
}
