/* TCP peers of the virtual device, in memory and in its own time. */
#include "test/virtual/peer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "format/air.h"

#define PEER_IP 0x7F000001u
#define FIRST_PORT 40000u

static const char air_text[] =
    "ap home password \"correct horse\" channel 6 rssi -55\n"
    "host broker.local 127.0.0.1\n"
    "host files.local 127.0.0.1\n";

static struct chip *chip_of(struct peer *peer)
{
    return bench_chip(peer->machine->bench);
}

static struct peer_link *link_at(struct peer *peer, unsigned slot)
{
    for (unsigned i = 0; i < PEER_LINKS; i++) {
        struct peer_link *link = &peer->link[i];
        if (link->is_used && link->is_open && link->slot == slot)
            return link;
    }
    return NULL;
}

static struct peer_link *link_new(struct peer *peer, unsigned slot,
                                  uint16_t port)
{
    for (unsigned i = 0; i < PEER_LINKS; i++) {
        struct peer_link *link = &peer->link[i];
        if (link->is_used)
            continue;
        free(link->out);
        *link = (struct peer_link){
            .is_used = true, .is_open = true, .slot = slot, .port = port};
        return link;
    }
    fprintf(stderr, "more than %u connections\n", PEER_LINKS);
    exit(1);
}

/* ---- what goes to the device ---- */

static void flush(struct peer *peer, struct peer_link *link)
{
    struct chip *chip = chip_of(peer);
    while (link->is_open && link->out_at < link->out_size) {
        size_t room = net_host_room(chip, link->slot);
        size_t left = link->out_size - link->out_at;
        size_t n = left < room ? left : room;
        if (n == 0)
            return;
        net_host_received(chip, link->slot, link->out + link->out_at, n);
        link->out_at += n;
    }
    if (link->is_open && link->is_ending) {
        link->is_ending = false;
        net_host_ended(chip, link->slot, NET_END_CLOSED);
    }
}

void peer_send(struct peer *peer, struct peer_link *link, const void *bytes,
               size_t size)
{
    size_t left = link->out_size - link->out_at;
    uint8_t *out = malloc(left + size);
    if (!out)
        exit(1);
    if (left > 0)
        memcpy(out, link->out + link->out_at, left);
    memcpy(out + left, bytes, size);
    free(link->out);
    link->out = out;
    link->out_at = 0;
    link->out_size = left + size;
    flush(peer, link);
}

void peer_finish(struct peer *peer, struct peer_link *link)
{
    link->is_ending = true;
    flush(peer, link);
}

/* ---- what the device does (struct net_host) ---- */

/* PEER_SERVERS: nothing is served there. */
static unsigned server_of(const struct peer *peer, uint16_t port)
{
    unsigned i = 0;
    while (i < PEER_SERVERS && (port == 0 || peer->server[i].port != port))
        i++;
    return i;
}

static enum peer_door door_of(const struct peer *peer, uint16_t port)
{
    unsigned i = server_of(peer, port);
    return i < PEER_SERVERS ? peer->server[i].door : PEER_REFUSES;
}

static void on_listen(void *ctx, unsigned slot, uint16_t port)
{
    struct peer *peer = ctx;
    peer->listener[slot] = port;
}

static void on_connect(void *ctx, unsigned slot, uint32_t ip, uint16_t port,
                       uint16_t local_port)
{
    struct peer *peer = ctx;
    (void)local_port;
    unsigned i = server_of(peer, port);
    bool is_served = ip == PEER_IP && i < PEER_SERVERS;
    enum peer_door door = is_served ? peer->server[i].door : PEER_REFUSES;
    if (is_served)
        peer->server[i].tries++;
    if (door == PEER_OPEN) {
        (void)link_new(peer, slot, port);
        net_host_connected(chip_of(peer), slot);
    }
    if (door == PEER_REFUSES)
        net_host_ended(chip_of(peer), slot, NET_END_RESET);
}

static void on_udp(void *ctx, unsigned slot, uint16_t port)
{
    (void)ctx;
    (void)slot;
    (void)port;
}

static void on_group(void *ctx, uint32_t group, bool is_joined)
{
    (void)ctx;
    (void)group;
    (void)is_joined;
}

static void on_send(void *ctx, unsigned slot, const uint8_t *bytes, size_t size)
{
    struct peer *peer = ctx;
    struct peer_link *link = link_at(peer, slot);
    if (!link)
        return;
    size_t room = PEER_HEARD - link->size;
    size_t n = size < room ? size : room;
    link->last = bench_now(peer->machine->bench);
    if (link->first == 0)
        link->first = link->last;
    memcpy(link->heard + link->size, bytes, n);
    link->size += n;
    link->heard[link->size] = 0;
    if (door_of(peer, link->port) != PEER_SILENT)
        net_host_sent(chip_of(peer), slot, size);
}

static void on_send_to(void *ctx, unsigned slot, uint32_t ip, uint16_t port,
                       const uint8_t *bytes, size_t size)
{
    (void)ctx;
    (void)slot;
    (void)ip;
    (void)port;
    (void)bytes;
    (void)size;
}

static void on_pause(void *ctx, unsigned slot, bool is_paused)
{
    (void)ctx;
    (void)slot;
    (void)is_paused; /* net_host_room says it too */
}

static void on_close(void *ctx, unsigned slot, bool is_reset)
{
    struct peer *peer = ctx;
    struct peer_link *link = link_at(peer, slot);
    peer->listener[slot] = 0;
    if (!link)
        return;
    link->is_open = false;
    link->is_reset = is_reset;
    link->is_used = server_of(peer, link->port) == PEER_SERVERS;
}

static uint16_t on_port(void *ctx, unsigned slot)
{
    const struct peer *peer = ctx;
    return peer->listener[slot];
}

/* ---- life ---- */

static void between(void *ctx)
{
    struct peer *peer = ctx;
    for (unsigned i = 0; i < PEER_LINKS; i++) {
        struct peer_link *link = &peer->link[i];
        if (!link->is_used)
            continue;
        for (unsigned k = 0; k < PEER_SERVERS && link->size > 0; k++) {
            if (peer->server[k].port && peer->server[k].port == link->port)
                peer->server[k].fn(peer, link);
        }
        flush(peer, link);
    }
}

static void forget(struct peer *peer)
{
    for (unsigned i = 0; i < PEER_LINKS; i++) {
        free(peer->link[i].out);
        peer->link[i].out = NULL;
    }
}

void peer_open(struct peer *peer, struct machine *machine, bool is_puya,
               uint32_t seed)
{
    static struct air air;
    struct air_error why;
    forget(peer); /* of the one before */
    memset(peer, 0, sizeof(*peer));
    if (air_parse(air_text, strlen(air_text), &air, &why) != ERR_NONE) {
        fprintf(stderr, "peer.c: line %u of the air: %s\n", why.line, why.what);
        exit(1);
    }
    peer->machine = machine;
    peer->host =
        (struct net_host){on_listen,  on_connect, on_udp,   on_group, on_send,
                          on_send_to, on_pause,   on_close, on_port,  peer};
    machine_open_in(machine, is_puya, seed, &air, &peer->host);
    machine->between = between;
    machine->ctx = peer;
}

void peer_close(struct peer *peer)
{
    machine_close(peer->machine);
    forget(peer);
}

void peer_serve(struct peer *peer, uint16_t port, peer_server *fn)
{
    for (unsigned i = 0; i < PEER_SERVERS; i++) {
        if (peer->server[i].port)
            continue;
        peer->server[i].port = port;
        peer->server[i].fn = fn;
        return;
    }
}

void peer_door(struct peer *peer, uint16_t port, enum peer_door door)
{
    unsigned i = server_of(peer, port);
    if (i < PEER_SERVERS)
        peer->server[i].door = door;
}

unsigned peer_tries(const struct peer *peer, uint16_t port)
{
    unsigned i = server_of(peer, port);
    return i < PEER_SERVERS ? peer->server[i].tries : 0;
}

struct peer_link *peer_connect(struct peer *peer, uint16_t port)
{
    static uint16_t from;
    for (unsigned i = 0; i < NET_SLOTS; i++) {
        if (peer->listener[i] != port)
            continue;
        uint16_t own = (uint16_t)(FIRST_PORT + from++ % 20000u);
        unsigned slot = net_host_accepted(chip_of(peer), i, PEER_IP, own);
        return slot == NET_NONE ? NULL : link_new(peer, slot, port);
    }
    return NULL;
}

void peer_take(struct peer_link *link, size_t size)
{
    link->size -= size;
    memmove(link->heard, link->heard + size, link->size + 1);
}

void peer_drop(struct peer *peer, struct peer_link *link)
{
    if (link->is_open)
        net_host_ended(chip_of(peer), link->slot, NET_END_RESET);
    link->is_open = false;
    link->is_used = false;
}

bool peer_wait_end(struct peer *peer, struct peer_link *link, unsigned ms)
{
    for (unsigned i = 0; i < ms && link->is_open; i++) {
        if (!machine_run(peer->machine, 1))
            return false;
    }
    return !link->is_open;
}
