/* What the host tells about sockets, on its way to the guest: NET_LATENCY later
 * each becomes a call of the user, in the order of its coming. */
#include <stdlib.h>
#include <string.h>

#include "emulator/net_private.h"

#define INPUT_ROOM (NET_WINDOW + NET_SEGMENT)

enum news_kind {
    NEWS_ACCEPTED,
    NEWS_CONNECTED,
    NEWS_RECEIVED,
    NEWS_SENT,
    NEWS_ENDED,
    NEWS_DATAGRAM
};

struct net_news {
    struct net_news *next;
    uint64_t when;
    enum news_kind kind;
    unsigned slot, listener;
    uint8_t generation;
    enum net_end end;
    uint32_t ip;
    uint16_t port;
    size_t size;
    uint8_t bytes[];
};

static void next_arrival(struct chip *chip)
{
    struct net *net = &chip->net;
    if (net->first)
        clock_at(&chip->clock, &net->arrival, net->first->when);
    else
        clock_cancel(&chip->clock, &net->arrival);
}

/* All take the same time, so they stay in order. Without memory the news is
 * lost, as a frame in the air may be. */
static void tell(struct chip *chip, const struct net_news *row,
                 const uint8_t *bytes)
{
    struct net *net = &chip->net;
    struct net_news *news = malloc(sizeof(*news) + (bytes ? row->size : 0));
    if (!news)
        return;
    *news = *row;
    news->when = chip->clock.now + NET_LATENCY;
    news->generation = net_at(chip, row->slot)->generation;
    if (bytes)
        memcpy(news->bytes, bytes, row->size);
    *net->last = news;
    net->last = &news->next;
    next_arrival(chip);
}

void net_news_forget(struct chip *chip)
{
    struct net *net = &chip->net;
    while (net->first) {
        struct net_news *news = net->first;
        net->first = news->next;
        free(news);
    }
    net->last = &net->first;
    next_arrival(chip);
}

/* ---- news arrive ---- */

static void received(struct chip *chip, const struct net_news *news)
{
    struct net_endpoint *e = net_at(chip, news->slot);
    e->coming -= news->size;
    if (!e->input)
        e->input = malloc(INPUT_ROOM);
    if (!e->input || news->size > INPUT_ROOM - e->input_size)
        return;
    memcpy(e->input + e->input_size, news->bytes, news->size);
    e->input_size += news->size;
    chip->net.user->received(chip, news->slot);
}

static void arrive(struct chip *chip, const struct net_news *news)
{
    const struct net_user *user = chip->net.user;
    unsigned slot = news->slot;
    switch (news->kind) {
    case NEWS_ACCEPTED:
        if (!user->accepted(chip, news->listener, slot))
            net_close(chip, slot, true);
        return;
    case NEWS_CONNECTED:
        clock_cancel(&chip->clock, &net_at(chip, slot)->tries);
        user->connected(chip, slot);
        return;
    case NEWS_RECEIVED:
        received(chip, news);
        return;
    case NEWS_SENT:
        user->sent(chip, slot, news->size);
        return;
    case NEWS_ENDED:
        net_end_slot(chip, slot, news->end);
        return;
    case NEWS_DATAGRAM:
        user->datagram(chip, slot, news->ip, news->port, news->bytes,
                       news->size);
        return;
    }
}

static void on_arrival(void *ctx)
{
    struct chip *chip = ctx;
    struct net *net = &chip->net;
    while (net->first && net->first->when <= chip->clock.now) {
        struct net_news *news = net->first;
        net->first = news->next;
        if (!net->first)
            net->last = &net->first;
        struct net_endpoint *e = net_at(chip, news->slot);
        if (news->generation == e->generation && !e->is_lost)
            arrive(chip, news);
        free(news);
    }
    next_arrival(chip);
}

void net_news_init(struct chip *chip)
{
    struct net *net = &chip->net;
    net->last = &net->first;
    net->arrival = (struct clock_event){.fn = on_arrival, .ctx = chip};
}

/* ---- for the host ---- */

unsigned net_host_accepted(struct chip *chip, unsigned listener, uint32_t ip,
                           uint16_t port)
{
    unsigned slot = net_take_slot(chip, NET_CONNECTION);
    if (slot == NET_NONE)
        return slot;
    struct net_endpoint *e = net_at(chip, slot);
    e->remote_ip = net_seen(chip, ip);
    e->remote_port = port;
    e->local_port = net_at(chip, listener)->local_port;
    tell(chip,
         &(struct net_news){
             .kind = NEWS_ACCEPTED, .slot = slot, .listener = listener},
         NULL);
    return slot;
}

void net_host_connected(struct chip *chip, unsigned slot)
{
    tell(chip, &(struct net_news){.kind = NEWS_CONNECTED, .slot = slot}, NULL);
}

void net_host_received(struct chip *chip, unsigned slot, const uint8_t *bytes,
                       size_t size)
{
    struct net_endpoint *e = net_at(chip, slot);
    e->coming += size;
    if (net_host_room(chip, slot) == 0)
        net_set_pause(chip, slot, true);
    tell(chip,
         &(struct net_news){.kind = NEWS_RECEIVED, .slot = slot, .size = size},
         bytes);
}

void net_host_sent(struct chip *chip, unsigned slot, size_t size)
{
    struct net_news news = {.kind = NEWS_SENT, .slot = slot, .size = size};
    tell(chip, &news, NULL);
}

void net_host_ended(struct chip *chip, unsigned slot, enum net_end end)
{
    tell(chip, &(struct net_news){.kind = NEWS_ENDED, .slot = slot, .end = end},
         NULL);
}

void net_host_datagram(struct chip *chip, unsigned slot, uint32_t ip,
                       uint16_t port, const uint8_t *bytes, size_t size)
{
    struct net_news news = {.kind = NEWS_DATAGRAM,
                            .slot = slot,
                            .ip = net_seen(chip, ip),
                            .port = port,
                            .size = size};
    tell(chip, &news, bytes);
}
