/* A chip with a fake host behind its network, which writes down what it is told
 * to do, and a fake way to the device. */
#ifndef TEST_EMULATOR_NET_FIXTURE_H
#define TEST_EMULATOR_NET_FIXTURE_H

#include <stdio.h>

#include "test/emulator/chip_fixture.h"

#define OWN_IP 0x7F500001u
#define PEER_IP 0x7F000001u
#define AP_IP 0xC0A80401u
#define PHONE_IP 0xC0A80402u

struct fake_net {
    char log[2000]; /* one word and its numbers per call, each after a space */
    char event[300];
    bool is_station_up, is_phone_joined;
};

static struct fake_net fake;
static struct net_host fake_host;

__attribute__((format(printf, 1, 2))) static inline void
note(const char *format, ...)
{
    size_t used = strlen(fake.log);
    va_list args;
    va_start(args, format);
    vsnprintf(fake.log + used, sizeof(fake.log) - used, format, args);
    va_end(args);
}

/* What was noted since the last look. */
static inline const char *noted(void)
{
    static char text[sizeof(fake.log)];
    memcpy(text, fake.log, sizeof(text));
    fake.log[0] = 0;
    return text;
}

static inline void fake_listen(void *ctx, unsigned slot, uint16_t port)
{
    (void)ctx;
    note(" listen %u %u", slot, port);
}

static inline void fake_connect(void *ctx, unsigned slot, uint32_t ip,
                                uint16_t port, uint16_t local_port)
{
    (void)ctx;
    note(" connect %u %08x:%u from %u", slot, ip, port, local_port);
}

static inline void fake_udp(void *ctx, unsigned slot, uint16_t port)
{
    (void)ctx;
    note(" udp %u %u", slot, port);
}

static inline void fake_group(void *ctx, uint32_t group, bool is_joined)
{
    (void)ctx;
    note(" %s %08x", is_joined ? "join" : "leave", group);
}

static inline void fake_send(void *ctx, unsigned slot, const uint8_t *bytes,
                             size_t size)
{
    (void)ctx;
    note(" send %u %zu %.*s", slot, size, size < 8 ? (int)size : 8,
         (const char *)bytes);
}

static inline void fake_send_to(void *ctx, unsigned slot, uint32_t ip,
                                uint16_t port, const uint8_t *bytes,
                                size_t size)
{
    (void)ctx;
    note(" send_to %u %08x:%u %zu %.*s", slot, ip, port, size,
         size < 8 ? (int)size : 8, (const char *)bytes);
}

static inline void fake_pause(void *ctx, unsigned slot, bool is_paused)
{
    (void)ctx;
    note(" %s %u", is_paused ? "pause" : "resume", slot);
}

static inline void fake_close(void *ctx, unsigned slot, bool is_reset)
{
    (void)ctx;
    note(" %s %u", is_reset ? "reset" : "close", slot);
}

static inline uint16_t fake_port(void *ctx, unsigned slot)
{
    (void)ctx;
    (void)slot;
    return 0;
}

static inline bool fake_station(const struct chip *chip, uint32_t *ip)
{
    (void)chip;
    if (ip)
        *ip = OWN_IP;
    return fake.is_station_up;
}

static inline bool fake_phone(const struct chip *chip, uint32_t *ap_ip,
                              uint32_t *phone_ip)
{
    (void)chip;
    if (ap_ip && fake.is_phone_joined)
        *ap_ip = AP_IP;
    if (phone_ip && fake.is_phone_joined)
        *phone_ip = PHONE_IP;
    return fake.is_phone_joined;
}

static inline bool fake_look_up(const struct chip *chip, const char *name,
                                uint32_t *ip)
{
    (void)chip;
    *ip = PEER_IP;
    return strcmp(name, "broker.lan") == 0;
}

static inline void fake_event(void *ctx, const char *line)
{
    (void)ctx;
    snprintf(fake.event, sizeof(fake.event), "%s", line);
}

/* The station is up. */
static inline struct chip *net_chip(void)
{
    struct chip_config config = plain_config();
    fake = (struct fake_net){.is_station_up = true};
    fake_host = (struct net_host){
        fake_listen,  fake_connect, fake_udp,   fake_group, fake_send,
        fake_send_to, fake_pause,   fake_close, fake_port,  NULL};
    config.net = &fake_host;
    config.address = OWN_IP;
    struct chip *chip = chip_with(&config);
    chip->net.way = (struct net_way){fake_station, fake_phone, fake_look_up};
    chip->events.event = fake_event;
    return chip;
}

static inline void set_station(struct chip *chip, bool is_up)
{
    fake.is_station_up = is_up;
    net_link_changed(chip);
}

#endif
