/* What connections send. espconn takes one block at a time and wants it to stay
 * until its sent callback; what comes meanwhile is collected, so that it goes
 * in full segments. */
#include <string.h>

#include "firmware/port/esp8266/net_private.h"
#include "mem.h"

#define STEP 256u /* by which a block grows */

static size_t queued(const struct net_link *link)
{
    return (link->flying ? link->flying->size : 0u) +
           (link->waiting ? link->waiting->size : 0u);
}

size_t hal_tcp_room(uint8_t socket)
{
    const struct net_link *link = net_link_of(socket);
    bool is_open = link && link->is_connected && !link->is_over;
    return is_open ? HAL_NET_QUEUE - queued(link) : 0;
}

/* The waiting block with room for so many bytes more; false: no heap. */
static bool make_room(struct net_link *link, size_t size)
{
    struct net_block *block = link->waiting;
    size_t used = block ? block->size : 0;
    if (block && block->room - used >= size)
        return true;
    size_t room = used + size;
    if (block) /* there will be more */
        room = (room + STEP - 1) / STEP * STEP;
    room = room < HAL_NET_QUEUE ? room : HAL_NET_QUEUE;
    struct net_block *more = os_malloc(sizeof(*more) + room);
    if (!more)
        return false;
    more->room = (uint16_t)room;
    more->size = (uint16_t)used;
    if (block) {
        memcpy(more->bytes, block->bytes, used);
        os_free(block);
    }
    link->waiting = more;
    return true;
}

bool hal_tcp_send(uint8_t socket, const void *bytes, size_t size)
{
    struct net_link *link = net_link_of(socket);
    if (size == 0 || size > hal_tcp_room(socket) || !make_room(link, size))
        return false;
    memcpy(link->waiting->bytes + link->waiting->size, bytes, size);
    link->waiting->size = (uint16_t)(link->waiting->size + size);
    net_work_soon();
    return true;
}

void net_flush(struct net_link *link)
{
    struct net_block *block = link->waiting;
    if (!block || link->flying || link->is_ending || link->is_refused)
        return;
    /* A network that is away says so later, in the reconnect callback. */
    if (espconn_send(link->conn, block->bytes, block->size) != ESPCONN_OK)
        return;
    link->flying = block;
    link->waiting = NULL;
}

void net_sent(struct net_link *link)
{
    os_free(link->flying);
    link->flying = NULL;
    net_flush(link);
}

void net_drop_blocks(struct net_link *link)
{
    if (link->flying)
        os_free(link->flying);
    if (link->waiting)
        os_free(link->waiting);
    link->flying = link->waiting = NULL;
}
