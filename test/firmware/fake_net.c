#include "test/firmware/fake_net.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

struct fake_net fake_net;

void fake_net_reset(void)
{
    memset(&fake_net, 0, sizeof(fake_net));
}

void fake_net_forget(uint8_t socket)
{
    fake_net.tcp[socket].size = 0;
    fake_net.tcp[socket].sent[0] = 0;
}

/* ---- TCP, as the core sees it ---- */

bool hal_tcp_listen(uint16_t port, unsigned most)
{
    struct fake_listener *row = NULL;
    for (unsigned i = 0; i < HAL_LISTENERS; i++) {
        if (fake_net.listener[i].port == port)
            return false;
        if (!row && fake_net.listener[i].port == 0)
            row = &fake_net.listener[i];
    }
    if (row)
        *row = (struct fake_listener){port, most};
    return row != NULL;
}

static bool take(uint8_t *socket)
{
    for (uint8_t i = 0; i < HAL_SOCKETS; i++) {
        struct fake_tcp *tcp = &fake_net.tcp[i];
        if (tcp->is_used)
            continue;
        unsigned closes = tcp->closes;
        memset(tcp, 0, sizeof(*tcp));
        tcp->is_used = true;
        tcp->closes = closes;
        *socket = i;
        return true;
    }
    return false;
}

bool hal_tcp_connect(const uint8_t ip[4], uint16_t port, uint8_t *socket)
{
    if (!take(socket))
        return false;
    memcpy(fake_net.tcp[*socket].ip, ip, 4);
    fake_net.tcp[*socket].port = port;
    fake_net.connects++;
    return true;
}

size_t hal_tcp_room(uint8_t socket)
{
    const struct fake_tcp *tcp = &fake_net.tcp[socket];
    return tcp->is_connected ? HAL_NET_QUEUE - tcp->queued : 0;
}

bool hal_tcp_send(uint8_t socket, const void *bytes, size_t size)
{
    struct fake_tcp *tcp = &fake_net.tcp[socket];
    if (size == 0 || size > hal_tcp_room(socket))
        return false;
    assert(tcp->size + size < FAKE_SENT);
    memcpy(tcp->sent + tcp->size, bytes, size);
    tcp->size += size;
    tcp->sent[tcp->size] = 0;
    tcp->queued += size;
    return true;
}

/* What was sent stays there for the test to read. */
void hal_tcp_close(uint8_t socket)
{
    struct fake_tcp *tcp = &fake_net.tcp[socket];
    tcp->closes += tcp->is_used;
    tcp->is_used = tcp->is_connected = false;
}

void hal_tcp_hold(uint8_t socket, bool is_held)
{
    fake_net.tcp[socket].is_held = is_held;
}

/* ---- UDP and names, as the core sees them ---- */

bool hal_udp_open(uint16_t port, const uint8_t *group, uint8_t *handle)
{
    uint8_t free = HAL_UDP;
    for (uint8_t i = 0; i < HAL_UDP; i++) {
        if (!fake_net.udp[i].is_used)
            free = free == HAL_UDP ? i : free;
        else if (port != 0 && fake_net.udp[i].port == port)
            return false;
    }
    if (free == HAL_UDP)
        return false;
    struct fake_udp *udp = &fake_net.udp[free];
    *udp = (struct fake_udp){.is_used = true, .port = port};
    udp->has_group = group != NULL;
    if (group)
        memcpy(udp->group, group, 4);
    *handle = free;
    return true;
}

bool hal_udp_send(uint8_t handle, const uint8_t ip[4], uint16_t port,
                  const void *bytes, size_t size)
{
    struct fake_udp *udp = &fake_net.udp[handle];
    if (!udp->is_used || fake_net.is_down || size == 0 ||
        size > sizeof(udp->sent))
        return false;
    memcpy(udp->ip, ip, 4);
    udp->to = port;
    memcpy(udp->sent, bytes, size);
    udp->size = size;
    udp->count++;
    return true;
}

void hal_udp_close(uint8_t handle)
{
    fake_net.udp[handle].is_used = false;
}

bool hal_net_resolve(const char *name)
{
    if (fake_net.name[0])
        return false;
    snprintf(fake_net.name, sizeof(fake_net.name), "%s", name);
    fake_net.names++;
    return true;
}

uint32_t hal_net_random(void)
{
    return fake_net.random++;
}

/* ---- news ---- */

void fake_net_event(struct fake_device *device,
                    const struct hal_net_event *event)
{
    const struct event news = {
        .kind = EVENT_NET, .now_ms = device->now_ms, .net = event};
    device_handle(&device->device, &news);
}

/* An event about a socket, with the other side's address. */
static struct hal_net_event about(uint8_t socket, enum hal_net_change change)
{
    const struct fake_tcp *tcp = &fake_net.tcp[socket];
    struct hal_net_event event = {.change = change,
                                  .socket = socket,
                                  .local_port = tcp->local_port,
                                  .port = tcp->port};
    memcpy(event.ip, tcp->ip, 4);
    return event;
}

static void tell(struct fake_device *device, uint8_t socket,
                 enum hal_net_change change)
{
    struct hal_net_event event = about(socket, change);
    fake_net_event(device, &event);
}

static unsigned count(uint16_t local_port)
{
    unsigned n = 0;
    for (unsigned i = 0; i < HAL_SOCKETS; i++)
        n +=
            fake_net.tcp[i].is_used && fake_net.tcp[i].local_port == local_port;
    return n;
}

static bool has_room(uint16_t local_port)
{
    for (unsigned i = 0; i < HAL_LISTENERS; i++)
        if (fake_net.listener[i].port == local_port)
            return count(local_port) < fake_net.listener[i].most;
    return false;
}

bool fake_accept(struct fake_device *device, uint16_t local_port,
                 const uint8_t ip[4], uint8_t *socket)
{
    if (!has_room(local_port) || !take(socket))
        return false;
    struct fake_tcp *tcp = &fake_net.tcp[*socket];
    memcpy(tcp->ip, ip, 4);
    tcp->port = (uint16_t)(50000 + *socket);
    tcp->local_port = local_port;
    tcp->is_connected = true;
    tell(device, *socket, HAL_NET_ACCEPTED);
    return true;
}

void fake_connected(struct fake_device *device, uint8_t socket)
{
    fake_net.tcp[socket].is_connected = true;
    tell(device, socket, HAL_NET_CONNECTED);
}

void fake_receive(struct fake_device *device, uint8_t socket, const void *bytes,
                  size_t size)
{
    struct hal_net_event event = about(socket, HAL_NET_RECEIVED);
    event.bytes = bytes;
    event.size = size;
    fake_net_event(device, &event);
}

void fake_arrived(struct fake_device *device, uint8_t socket)
{
    fake_net.tcp[socket].queued = 0;
    tell(device, socket, HAL_NET_SENT);
}

void fake_closed(struct fake_device *device, uint8_t socket)
{
    struct hal_net_event event = about(socket, HAL_NET_CLOSED);
    fake_net.tcp[socket].is_used = fake_net.tcp[socket].is_connected = false;
    fake_net_event(device, &event);
}

void fake_resolved(struct fake_device *device, const uint8_t *ip)
{
    struct hal_net_event event = {.change = HAL_NET_RESOLVED};
    if (ip)
        memcpy(event.ip, ip, 4);
    fake_net.name[0] = 0;
    fake_net_event(device, &event);
}

void fake_datagram(struct fake_device *device, uint8_t handle,
                   const uint8_t ip[4], uint16_t port, const void *bytes,
                   size_t size)
{
    struct hal_net_event event = {.change = HAL_NET_DATAGRAM,
                                  .socket = handle,
                                  .local_port = fake_net.udp[handle].port,
                                  .port = port,
                                  .bytes = bytes,
                                  .size = size};
    memcpy(event.ip, ip, 4);
    fake_net_event(device, &event);
}
