/* espconn's callbacks: queued for the SDK's task (sdk_call.h), made with the
 * espconn as it is then, left out when its connection is gone. */
#include <stdlib.h>
#include <string.h>

#include "emulator/sdk_espconn_private.h"

struct sdk_datagram {
    uint32_t ip;
    uint16_t port;
    size_t size;
    uint8_t bytes[];
};

static struct sdk_link *link_of(struct chip *chip, const struct sdk_call *call)
{
    struct sdk_link *link = &chip->sdk.espconn.link[call->subject & 0xFFu];
    return link->generation == call->subject >> 8 ? link : NULL;
}

/* Its callback is about to run: NULL when it must not. */
static struct sdk_link *enter(struct chip *chip, const struct sdk_call *call)
{
    struct sdk_link *link = link_of(chip, call);
    if (!link || !espconn_check(chip, link))
        return NULL;
    chip->sdk.espconn.running = 1 + (unsigned)(link - chip->sdk.espconn.link);
    return link;
}

static struct sdk_link *leave(struct chip *chip, const struct sdk_call *call)
{
    chip->sdk.espconn.running = 0;
    return link_of(chip, call);
}

static void after_any(struct chip *chip, const struct sdk_call *call)
{
    (void)leave(chip, call);
}

static void later(struct chip *chip, struct sdk_link *link,
                  const struct sdk_call *row)
{
    struct sdk_call call = *row;
    unsigned index = (unsigned)(link - chip->sdk.espconn.link);
    call.subject = index | (uint32_t)link->generation << 8;
    if (!call.after)
        call.after = after_any;
    (void)sdk_call_later(chip, &call);
}

static void set_state(struct chip *chip, const struct sdk_link *link,
                      enum espconn_state state)
{
    sdk_put(chip, link->conn + CONN_STATE, state);
}

/* ---- connect, sent, written ---- */

/* The listener's espconn shows its newest client; not before, for a callback
 * may be reading there whose connection has ended. */
static void show_client(struct chip *chip, const struct sdk_link *link)
{
    const struct sdk_link *server =
        espconn_link_find_server(chip, link->server);
    if (!server)
        return;
    espconn_put_remote(chip, server->proto, link);
    sdk_put(chip, server->conn + CONN_STATE, ESPCONN_CONNECT);
}

static bool before_connect(struct chip *chip, struct sdk_call *call)
{
    struct sdk_link *link = enter(chip, call);
    if (!link || link->slot == NET_NONE)
        return false;
    show_client(chip, link);
    call->fn = sdk_get(chip, link->proto + PROTO_CONNECT);
    call->argument[0] = link->conn;
    return true;
}

void espconn_call_connect(struct chip *chip, struct sdk_link *link)
{
    later(chip, link,
          &(struct sdk_call){.name = "espconn connect",
                             .before = before_connect});
}

static bool before_sent(struct chip *chip, struct sdk_call *call)
{
    struct sdk_link *link = enter(chip, call);
    if (!link || link->slot == NET_NONE)
        return false;
    if (!(link->options & ESPCONN_COPY) || link->kind == LINK_UDP)
        link->may_send = true;
    if (link->kind == LINK_TCP)
        set_state(chip, link, ESPCONN_CONNECT);
    call->fn = sdk_get(chip, link->conn + CONN_SENT);
    call->argument[0] = link->conn;
    return true;
}

void espconn_call_sent(struct chip *chip, struct sdk_link *link)
{
    later(chip, link,
          &(struct sdk_call){.name = "espconn sent", .before = before_sent});
}

static bool before_write_finish(struct chip *chip, struct sdk_call *call)
{
    struct sdk_link *link = enter(chip, call);
    if (!link || link->slot == NET_NONE)
        return false;
    link->may_send = true;
    call->fn = sdk_get(chip, link->proto + PROTO_WRITE_FINISH);
    call->argument[0] = link->conn;
    return true;
}

void espconn_call_write_finish(struct chip *chip, struct sdk_link *link)
{
    later(chip, link,
          &(struct sdk_call){.name = "espconn write finish",
                             .before = before_write_finish});
}

/* ---- the end: the server's callback, with its own espconn, in which the
 * connection's fields are then ---- */

static uint32_t whose(struct chip *chip, const struct sdk_link *link)
{
    const struct sdk_link *server =
        espconn_link_find_server(chip, link->server);
    if (!link->server)
        return link->conn;
    if (!server || !espconn_check(chip, server))
        return 0;
    espconn_copy(chip, server->conn, link->conn);
    return server->conn;
}

static bool before_end(struct chip *chip, struct sdk_call *call, uint32_t field)
{
    struct sdk_link *link = enter(chip, call);
    if (!link)
        return false;
    uint32_t conn = whose(chip, link);
    if (conn)
        call->fn = sdk_get(chip, sdk_get(chip, conn + CONN_PROTO) + field);
    call->argument[0] = conn;
    call->argument[1] = (uint32_t)link->error;
    return true;
}

static bool before_disconnect(struct chip *chip, struct sdk_call *call)
{
    return before_end(chip, call, PROTO_DISCONNECT);
}

static bool before_reconnect(struct chip *chip, struct sdk_call *call)
{
    return before_end(chip, call, PROTO_RECONNECT);
}

static void after_end(struct chip *chip, const struct sdk_call *call)
{
    struct sdk_link *link = leave(chip, call);
    if (!link)
        return;
    if (link->server)
        espconn_drop(chip, link);
    espconn_link_free(chip, link);
}

void espconn_call_disconnect(struct chip *chip, struct sdk_link *link)
{
    later(chip, link,
          &(struct sdk_call){.name = "espconn disconnect",
                             .before = before_disconnect,
                             .after = after_end});
}

void espconn_call_reconnect(struct chip *chip, struct sdk_link *link)
{
    later(chip, link,
          &(struct sdk_call){.name = "espconn reconnect",
                             .before = before_reconnect,
                             .after = after_end});
}

/* ---- receive: the SDK gives its own copy, with a 0 behind it, and takes it
 * back when the callback has returned ---- */

static bool lend(struct chip *chip, struct sdk_link *link,
                 struct sdk_call *call, const uint8_t *bytes, size_t size)
{
    static const uint8_t zero;
    uint32_t data = sdk_heap_alloc(chip, (uint32_t)size + 1);
    if (!data) {
        chip_stop(
            chip,
            "the heap has no room for %zu bytes that came: the chip would "
            "crash here",
            size);
        return false;
    }
    (void)bus_copy_in(chip->bus, data, bytes, size);
    (void)bus_copy_in(chip->bus, data + (uint32_t)size, &zero, 1);
    link->data = data;
    call->fn = sdk_get(chip, link->conn + CONN_RECV);
    call->argument[0] = link->conn;
    call->argument[1] = data;
    call->argument[2] = (uint32_t)size;
    return true;
}

static void take_back(struct chip *chip, struct sdk_link *link)
{
    sdk_heap_free(chip, link->data);
    link->data = 0;
}

static bool before_receive(struct chip *chip, struct sdk_call *call)
{
    uint8_t bytes[NET_SEGMENT];
    struct sdk_link *link = enter(chip, call);
    if (!link || link->slot == NET_NONE)
        return false;
    size_t size =
        net_take(chip, link->slot, bytes, sizeof(bytes), link->is_held);
    set_state(chip, link, ESPCONN_READ);
    return lend(chip, link, call, bytes, size);
}

static void after_receive(struct chip *chip, const struct sdk_call *call)
{
    struct sdk_link *link = leave(chip, call);
    if (!link)
        return;
    take_back(chip, link);
    link->is_receiving = false;
    if (link->slot == NET_NONE)
        return;
    set_state(chip, link, ESPCONN_CONNECT);
    espconn_call_receive(chip, link);
}

void espconn_call_receive(struct chip *chip, struct sdk_link *link)
{
    if (link->slot == NET_NONE || link->is_receiving)
        return;
    bool is_wanted = sdk_get(chip, link->conn + CONN_RECV) != 0;
    if (is_wanted && chip->net.slot[link->slot].input_size > 0) {
        link->is_receiving = true;
        later(chip, link,
              &(struct sdk_call){.name = "espconn recv",
                                 .before = before_receive,
                                 .after = after_receive});
    } else if (link->has_fin) {
        espconn_link_close(chip, link, false);
    }
}

/* ---- datagrams ---- */

static bool before_datagram(struct chip *chip, struct sdk_call *call)
{
    struct sdk_link *link = enter(chip, call);
    if (!link || link->slot == NET_NONE || link->datagrams == 0)
        return false;
    struct sdk_datagram *first = link->datagram[0];
    link->remote_ip = first->ip;
    link->remote_port = first->port;
    espconn_put_ip(chip, link->proto + PROTO_LOCAL_IP, net_local_ip(chip));
    link->datagrams--;
    for (unsigned i = 0; i < link->datagrams; i++)
        link->datagram[i] = link->datagram[i + 1];
    bool is_lent = lend(chip, link, call, first->bytes, first->size);
    free(first);
    return is_lent;
}

static void after_datagram(struct chip *chip, const struct sdk_call *call)
{
    struct sdk_link *link = leave(chip, call);
    if (link)
        take_back(chip, link);
}

bool espconn_call_datagram(struct chip *chip, struct sdk_link *link,
                           uint32_t ip, uint16_t port, const uint8_t *bytes,
                           size_t size)
{
    struct sdk_datagram *row = NULL;
    if (link->datagrams < SDK_LINK_DATAGRAMS)
        row = malloc(sizeof(*row) + size);
    if (!row)
        return false;
    *row = (struct sdk_datagram){.ip = ip, .port = port, .size = size};
    memcpy(row->bytes, bytes, size);
    link->datagram[link->datagrams++] = row;
    later(chip, link,
          &(struct sdk_call){.name = "espconn recv (UDP)",
                             .before = before_datagram,
                             .after = after_datagram});
    return true;
}

void espconn_call_forget(struct sdk_link *link)
{
    while (link->datagrams > 0)
        free(link->datagram[--link->datagrams]);
}
