/* TCP and UDP of one chip on a host's sockets: endpoints by slot, addresses,
 * and the link that comes and goes. */
#include "emulator/net.h"

#include <stdlib.h>
#include <string.h>

#include "emulator/net_private.h"
#include "emulator/wifi.h"

#define LOOPBACK 0x7F000001u
#define LOOPBACK_BROADCAST 0x7FFFFFFFu

#define IP_TEXT "%u.%u.%u.%u"
#define IP_PARTS(ip) (ip) >> 24, (ip) >> 16 & 255, (ip) >> 8 & 255, (ip)&255

/* ---- slots ---- */

unsigned net_take_slot(struct chip *chip, enum net_kind kind)
{
    for (unsigned i = 0; i < NET_SLOTS; i++) {
        struct net_endpoint *e = net_at(chip, i);
        if (e->kind == NET_FREE) {
            e->kind = kind;
            return i;
        }
    }
    return NET_NONE;
}

static void free_slot(struct chip *chip, unsigned slot)
{
    struct net_endpoint *e = net_at(chip, slot);
    uint8_t generation = (uint8_t)(e->generation + 1);
    clock_cancel(&chip->clock, &e->tries);
    free(e->input);
    *e = (struct net_endpoint){.generation = generation};
}

static const struct net_host *host(const struct chip *chip)
{
    return chip->config.net;
}

static bool has_socket(struct chip *chip, const struct net_endpoint *e)
{
    return host(chip) && chip->net.is_up && !e->is_lost;
}

/* ---- addresses as the guest sees them ---- */

static bool in_the_air(const struct chip *chip, const char *name, uint32_t *ip)
{
    return air_host(wifi_air(chip), name, ip);
}

bool net_is_up(const struct chip *chip)
{
    return chip->net.way.station(chip, NULL) ||
           chip->net.way.phone(chip, NULL, NULL);
}

uint32_t net_local_ip(const struct chip *chip)
{
    uint32_t ip = 0;
    if (!chip->net.way.phone(chip, &ip, NULL))
        (void)chip->net.way.station(chip, &ip);
    return ip;
}

uint32_t net_seen(struct chip *chip, uint32_t ip)
{
    uint32_t phone = 0;
    if (!chip->net.way.phone(chip, NULL, &phone))
        return ip;
    chip->net.phone = ip;
    return phone;
}

static bool is_broadcast(struct chip *chip, uint32_t ip)
{
    uint32_t own = 0;
    if (ip == 0xFFFFFFFFu)
        return true;
    return chip->net.way.phone(chip, &own, NULL) && ip == (own | 0xFFu);
}

/* Where to on the host; 0: nowhere. */
static uint32_t real(struct chip *chip, uint32_t ip)
{
    uint32_t phone = 0;
    if (is_broadcast(chip, ip))
        return LOOPBACK_BROADCAST;
    if (chip->net.way.phone(chip, NULL, &phone) && ip == phone)
        return chip->net.phone ? chip->net.phone : LOOPBACK;
    if (ip >> 24 == 127 || ip >> 28 == 14)
        return ip;
    chip_event(chip, "net " IP_TEXT " is not in 127.0.0.0/8: unreachable",
               IP_PARTS(ip));
    return 0;
}

void net_end_slot(struct chip *chip, unsigned slot, enum net_end how)
{
    if (how != NET_END_CLOSED) {
        if (has_socket(chip, net_at(chip, slot)))
            host(chip)->close(host(chip)->ctx, slot, true);
        free_slot(chip, slot);
    }
    chip->net.user->ended(chip, slot, how);
}

/* ---- connections that nobody answers ---- */

static void on_tries_over(void *ctx)
{
    struct net_endpoint *e = ctx;
    struct chip *chip = e->chip;
    unsigned slot = (unsigned)(e - chip->net.slot);
    /* The way is there again: the real peer has forgotten us and says so. */
    bool is_answered = e->is_lost && !e->is_void && chip->net.is_up;
    net_end_slot(chip, slot, is_answered ? NET_END_RESET : NET_END_TIMEOUT);
}

static void try_for(struct chip *chip, struct net_endpoint *e, uint64_t time)
{
    e->tries.fn = on_tries_over;
    e->tries.ctx = e;
    e->tries.is_patient = true;
    e->chip = chip;
    clock_in(&chip->clock, &e->tries, time);
}

/* Bytes have gone into the void. */
static void try_lost(struct chip *chip, struct net_endpoint *e)
{
    if (chip->net.is_up)
        try_for(chip, e, 2 * NET_LATENCY);
    else if (!e->tries.is_pending)
        try_for(chip, e, NET_PATIENCE);
}

static void lose(struct chip *chip, unsigned slot)
{
    struct net_endpoint *e = net_at(chip, slot);
    e->is_lost = true;
    e->coming = 0;
    /* What is on its way when the link goes is tried again. */
    if (e->kind == NET_CONNECTION && e->tries.is_pending)
        try_for(chip, e, NET_PATIENCE);
}

/* ---- the link ---- */

static void open_on_host(struct chip *chip, unsigned slot)
{
    const struct net_endpoint *e = net_at(chip, slot);
    const struct net_host *h = host(chip);
    if (!h || !chip->net.is_up)
        return;
    if (e->kind == NET_LISTENER)
        h->listen(h->ctx, slot, e->local_port);
    else if (e->kind == NET_UDP)
        h->udp_open(h->ctx, slot, e->local_port);
}

static void groups_on_host(struct chip *chip, bool is_joined)
{
    const struct net_host *h = host(chip);
    for (unsigned i = 0; h && i < NET_GROUPS; i++)
        if (chip->net.group[i])
            h->group(h->ctx, chip->net.group[i], is_joined);
}

static void close_all_on_host(struct chip *chip)
{
    for (unsigned i = 0; i < NET_SLOTS; i++) {
        const struct net_endpoint *e = net_at(chip, i);
        if (e->kind != NET_FREE && has_socket(chip, e))
            host(chip)->close(host(chip)->ctx, i, true);
    }
    if (chip->net.is_up)
        groups_on_host(chip, false);
}

static void link_down(struct chip *chip)
{
    close_all_on_host(chip);
    chip->net.is_up = false;
    for (unsigned i = 0; i < NET_SLOTS; i++)
        if (net_at(chip, i)->kind == NET_CONNECTION)
            lose(chip, i);
    chip->net.user->lost(chip);
}

static void link_up(struct chip *chip)
{
    chip->net.is_up = true;
    groups_on_host(chip, true);
    for (unsigned i = 0; i < NET_SLOTS; i++) {
        struct net_endpoint *e = net_at(chip, i);
        if (e->kind != NET_CONNECTION)
            open_on_host(chip, i);
        else if (e->is_lost && !e->is_void && e->tries.is_pending)
            try_lost(chip, e);
    }
}

void net_link_changed(struct chip *chip)
{
    bool is_up = net_is_up(chip);
    if (is_up && !chip->net.is_up)
        link_up(chip);
    else if (!is_up && chip->net.is_up)
        link_down(chip);
}

/* ---- life ---- */

void net_init(struct chip *chip, const struct net_user *user)
{
    struct net *net = &chip->net;
    net->user = user;
    net->way =
        (struct net_way){wifi_station_is_up, wifi_phone_is_joined, in_the_air};
    net_news_init(chip);
}

void net_reset(struct chip *chip)
{
    struct net *net = &chip->net;
    close_all_on_host(chip);
    for (unsigned i = 0; i < NET_SLOTS; i++)
        if (net->slot[i].kind != NET_FREE)
            free_slot(chip, i);
    net_news_forget(chip);
    memset(net->group, 0, sizeof(net->group));
    net->phone = 0;
    net->is_up = false;
    net->user->reset(chip);
}

void net_free(struct chip *chip)
{
    if (chip->net.user)
        net_reset(chip);
}

/* ---- for the user ---- */

unsigned net_listen(struct chip *chip, uint16_t port)
{
    net_link_changed(chip);
    unsigned slot = net_take_slot(chip, NET_LISTENER);
    if (slot != NET_NONE) {
        net_at(chip, slot)->local_port = port;
        open_on_host(chip, slot);
    }
    return slot;
}

unsigned net_udp(struct chip *chip, uint16_t port)
{
    net_link_changed(chip);
    unsigned slot = net_take_slot(chip, NET_UDP);
    if (slot != NET_NONE) {
        net_at(chip, slot)->local_port = port;
        open_on_host(chip, slot);
    }
    return slot;
}

unsigned net_connect(struct chip *chip, uint32_t ip, uint16_t port,
                     uint16_t local_port)
{
    net_link_changed(chip);
    unsigned slot = net_take_slot(chip, NET_CONNECTION);
    if (slot == NET_NONE)
        return slot;
    struct net_endpoint *e = net_at(chip, slot);
    uint32_t to = real(chip, ip);
    e->remote_ip = ip;
    e->remote_port = port;
    e->local_port = local_port;
    try_for(chip, e, NET_PATIENCE);
    e->is_void = !to || !host(chip) || !chip->net.is_up;
    e->is_lost = e->is_void;
    if (!e->is_lost)
        host(chip)->connect(host(chip)->ctx, slot, to, port, local_port);
    return slot;
}

bool net_look_up(struct chip *chip, const char *name, uint32_t *ip)
{
    if (strcmp(name, "localhost") == 0) {
        *ip = LOOPBACK;
        return true;
    }
    return chip->net.way.look_up && chip->net.way.look_up(chip, name, ip);
}

bool net_join(struct chip *chip, uint32_t group)
{
    uint32_t *place = NULL;
    for (unsigned i = 0; i < NET_GROUPS; i++) {
        if (chip->net.group[i] == group)
            return true;
        if (!place && chip->net.group[i] == 0)
            place = &chip->net.group[i];
    }
    if (!place)
        return false;
    *place = group;
    if (host(chip) && chip->net.is_up)
        host(chip)->group(host(chip)->ctx, group, true);
    return true;
}

void net_leave(struct chip *chip, uint32_t group)
{
    for (unsigned i = 0; i < NET_GROUPS; i++) {
        if (chip->net.group[i] != group)
            continue;
        chip->net.group[i] = 0;
        if (host(chip) && chip->net.is_up)
            host(chip)->group(host(chip)->ctx, group, false);
    }
}

void net_send(struct chip *chip, unsigned slot, const uint8_t *bytes,
              size_t size)
{
    struct net_endpoint *e = net_at(chip, slot);
    if (has_socket(chip, e))
        host(chip)->send(host(chip)->ctx, slot, bytes, size);
    else
        try_lost(chip, e);
}

void net_send_to(struct chip *chip, unsigned slot, uint32_t ip, uint16_t port,
                 const uint8_t *bytes, size_t size)
{
    uint32_t to = real(chip, ip);
    if (to && has_socket(chip, net_at(chip, slot)))
        host(chip)->send_to(host(chip)->ctx, slot, to, port, bytes, size);
}

/* The peer may send while what is on its way and not taken fits the window. */
void net_set_pause(struct chip *chip, unsigned slot, bool is_paused)
{
    struct net_endpoint *e = net_at(chip, slot);
    if (is_paused == e->is_paused)
        return;
    e->is_paused = is_paused;
    if (has_socket(chip, e))
        host(chip)->pause(host(chip)->ctx, slot, is_paused);
}

size_t net_host_room(struct chip *chip, unsigned slot)
{
    const struct net_endpoint *e = net_at(chip, slot);
    size_t used = e->coming + e->input_size + e->held;
    size_t room = used < NET_WINDOW ? NET_WINDOW - used : 0;
    return room < NET_SEGMENT ? room : NET_SEGMENT;
}

void net_unhold(struct chip *chip, unsigned slot)
{
    net_at(chip, slot)->held = 0;
    net_set_pause(chip, slot, net_host_room(chip, slot) == 0);
}

size_t net_take(struct chip *chip, unsigned slot, uint8_t *to, size_t room,
                bool is_held)
{
    struct net_endpoint *e = net_at(chip, slot);
    size_t n = e->input_size < room ? e->input_size : room;
    n = n < NET_SEGMENT ? n : NET_SEGMENT;
    if (n == 0)
        return 0;
    memcpy(to, e->input, n);
    memmove(e->input, e->input + n, e->input_size - n);
    e->input_size -= n;
    if (is_held)
        e->held += n;
    else
        net_unhold(chip, slot);
    return n;
}

void net_close(struct chip *chip, unsigned slot, bool is_reset)
{
    if (has_socket(chip, net_at(chip, slot)))
        host(chip)->close(host(chip)->ctx, slot, is_reset);
    free_slot(chip, slot);
}
