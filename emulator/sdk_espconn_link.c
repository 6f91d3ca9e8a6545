/* Links: what espconn knows of each listener, connection and UDP endpoint, and
 * what the network tells about them. */
#include "emulator/sdk_espconn_private.h"

/* lwIP's defaults for keep-alive. */
#define KEEP_IDLE 7200u
#define KEEP_INTERVAL 75u
#define KEEP_COUNT 9u

static struct sdk_link *rows(struct chip *chip)
{
    return chip->sdk.espconn.link;
}

struct sdk_link *espconn_link_new(struct chip *chip, enum sdk_link_kind kind,
                                  uint32_t conn)
{
    for (unsigned i = 0; i < SDK_LINKS; i++) {
        struct sdk_link *link = &rows(chip)[i];
        if (link->kind != LINK_FREE)
            continue;
        *link =
            (struct sdk_link){.kind = kind,
                              .generation = link->generation,
                              .slot = NET_NONE,
                              .conn = conn,
                              .proto = sdk_get(chip, conn + CONN_PROTO),
                              .may_send = true,
                              .keep = {KEEP_IDLE, KEEP_INTERVAL, KEEP_COUNT},
                              .chip = chip};
        return link;
    }
    return NULL;
}

void espconn_link_free(struct chip *chip, struct sdk_link *link)
{
    uint8_t generation = (uint8_t)(link->generation + 1);
    clock_cancel(&chip->clock, &link->idle);
    clock_cancel(&chip->clock, &link->dead);
    espconn_call_forget(link);
    *link = (struct sdk_link){.generation = generation};
}

static bool is_endpoint(const struct sdk_link *link)
{
    return link->kind == LINK_TCP || link->kind == LINK_UDP;
}

static struct sdk_link *find_remote(struct chip *chip, uint32_t server)
{
    uint32_t proto = sdk_get(chip, server + CONN_PROTO);
    uint32_t ip = espconn_get_ip(chip, proto + PROTO_REMOTE_IP);
    uint32_t port = sdk_get(chip, proto + PROTO_REMOTE_PORT);
    for (unsigned i = 0; i < SDK_LINKS; i++) {
        struct sdk_link *link = &rows(chip)[i];
        if (link->kind == LINK_TCP && link->remote_ip == ip &&
            link->remote_port == port)
            return link;
    }
    return NULL;
}

struct sdk_link *espconn_link_find(struct chip *chip, uint32_t conn)
{
    for (unsigned i = 0; i < SDK_LINKS; i++)
        if (is_endpoint(&rows(chip)[i]) && rows(chip)[i].conn == conn)
            return &rows(chip)[i];
    return espconn_link_find_server(chip, conn) ? find_remote(chip, conn)
                                                : NULL;
}

struct sdk_link *espconn_link_find_server(struct chip *chip, uint32_t conn)
{
    for (unsigned i = 0; i < SDK_LINKS; i++)
        if (rows(chip)[i].kind == LINK_SERVER && rows(chip)[i].conn == conn)
            return &rows(chip)[i];
    return NULL;
}

static struct sdk_link *find_slot(struct chip *chip, unsigned slot)
{
    for (unsigned i = 0; i < SDK_LINKS; i++)
        if (rows(chip)[i].kind != LINK_FREE && rows(chip)[i].slot == slot)
            return &rows(chip)[i];
    return NULL;
}

unsigned espconn_link_count(const struct chip *chip, uint32_t server)
{
    unsigned count = 0;
    for (unsigned i = 0; i < SDK_LINKS; i++) {
        const struct sdk_link *link = &chip->sdk.espconn.link[i];
        if (link->kind == LINK_TCP && (!server || link->server == server))
            count++;
    }
    return count;
}

/* ---- its end ---- */

static void leave_slot(struct chip *chip, struct sdk_link *link)
{
    link->slot = NET_NONE;
    clock_cancel(&chip->clock, &link->idle);
    clock_cancel(&chip->clock, &link->dead);
    sdk_put(chip, link->conn + CONN_STATE, ESPCONN_CLOSE);
}

void espconn_link_close(struct chip *chip, struct sdk_link *link, bool is_reset)
{
    net_close(chip, link->slot, is_reset);
    leave_slot(chip, link);
    espconn_call_disconnect(chip, link);
}

void espconn_link_fail(struct chip *chip, struct sdk_link *link, int error)
{
    link->error = (int8_t)error;
    leave_slot(chip, link);
    espconn_call_reconnect(chip, link);
}

/* ---- times ---- */

static void on_idle(void *ctx)
{
    struct sdk_link *link = ctx;
    espconn_link_close(link->chip, link, false);
}

/* Nobody has answered the keep-alive probes. */
static void on_dead(void *ctx)
{
    struct sdk_link *link = ctx;
    net_close(link->chip, link->slot, true);
    espconn_link_fail(link->chip, link, ESPCONN_ABRT);
}

static void arm(struct chip *chip, struct clock_event *event,
                void (*fn)(void *), struct sdk_link *link, uint64_t seconds)
{
    event->fn = fn;
    event->ctx = link;
    event->is_patient = true;
    clock_in(&chip->clock, event, seconds * CYCLES_PER_S);
}

void espconn_link_alive(struct chip *chip, struct sdk_link *link)
{
    const struct sdk_link *server =
        espconn_link_find_server(chip, link->server);
    uint32_t timeout = link->timeout ? link->timeout
                       : server      ? server->timeout
                                     : 0;
    if (timeout && link->slot != NET_NONE)
        arm(chip, &link->idle, on_idle, link, timeout);
    else
        clock_cancel(&chip->clock, &link->idle);
}

/* The host's TCP answers probes, so only a link that went away is found out by
 * them. */
static void watch_lost(struct chip *chip)
{
    for (unsigned i = 0; i < SDK_LINKS; i++) {
        struct sdk_link *link = &rows(chip)[i];
        uint64_t seconds =
            link->keep[0] + (uint64_t)link->keep[1] * link->keep[2];
        if (link->kind == LINK_TCP && link->slot != NET_NONE &&
            link->is_connected && link->options & ESPCONN_KEEPALIVE)
            arm(chip, &link->dead, on_dead, link, seconds);
    }
}

/* ---- what the network tells ---- */

static bool is_full(struct chip *chip, const struct sdk_link *server)
{
    unsigned most = chip->sdk.espconn.most;
    return espconn_link_count(chip, 0) >= (most ? most : TCP_MOST_DEFAULT) ||
           espconn_link_count(chip, server->conn) >= server->most;
}

static bool accepted(struct chip *chip, unsigned listener, unsigned slot)
{
    const struct net_endpoint *e = &chip->net.slot[slot];
    struct sdk_link *server = find_slot(chip, listener);
    if (!server || is_full(chip, server) || !espconn_check(chip, server))
        return false;
    struct sdk_link *link = espconn_link_new(chip, LINK_TCP, server->conn);
    if (!link || !espconn_make(chip, link)) {
        if (link)
            espconn_link_free(chip, link);
        return false;
    }
    link->slot = slot;
    link->server = server->conn;
    link->remote_ip = e->remote_ip;
    link->remote_port = e->remote_port;
    link->local_port = e->local_port;
    link->is_connected = true;
    espconn_copy(chip, link->conn, server->conn);
    espconn_put_remote(chip, link->proto, link);
    sdk_put(chip, link->conn + CONN_STATE, ESPCONN_CONNECT);
    espconn_link_alive(chip, link);
    espconn_call_connect(chip, link);
    return true;
}

static void connected(struct chip *chip, unsigned slot)
{
    struct sdk_link *link = find_slot(chip, slot);
    if (!link || !espconn_check(chip, link))
        return;
    link->is_connected = true;
    sdk_put(chip, link->conn + CONN_STATE, ESPCONN_CONNECT);
    espconn_put_ip(chip, link->proto + PROTO_LOCAL_IP, net_local_ip(chip));
    espconn_call_connect(chip, link);
}

static void received(struct chip *chip, unsigned slot)
{
    struct sdk_link *link = find_slot(chip, slot);
    if (link) {
        espconn_link_alive(chip, link);
        espconn_call_receive(chip, link);
    }
}

static void sent(struct chip *chip, unsigned slot, size_t size)
{
    struct sdk_link *link = find_slot(chip, slot);
    if (link) {
        espconn_link_alive(chip, link);
        espconn_send_acked(chip, link, size);
    }
}

static void ended(struct chip *chip, unsigned slot, enum net_end end)
{
    struct sdk_link *link = find_slot(chip, slot);
    if (!link)
        return;
    if (end == NET_END_CLOSED) {
        link->has_fin = true;
        espconn_call_receive(chip, link);
        return;
    }
    espconn_link_fail(chip, link,
                      end == NET_END_RESET ? ESPCONN_RST
                      : link->is_connected ? ESPCONN_TIMEOUT
                                           : ESPCONN_CONN);
}

static void datagram(struct chip *chip, unsigned slot, uint32_t ip,
                     uint16_t port, const uint8_t *bytes, size_t size)
{
    struct sdk_link *link = find_slot(chip, slot);
    if (link && !espconn_call_datagram(chip, link, ip, port, bytes, size))
        chip_event(chip, "net datagram lost: %u wait already",
                   SDK_LINK_DATAGRAMS);
}

static void reset(struct chip *chip)
{
    for (unsigned i = 0; i < SDK_LINKS; i++)
        if (rows(chip)[i].kind != LINK_FREE)
            espconn_link_free(chip, &rows(chip)[i]);
    sdk_dns_reset(chip);
}

const struct net_user sdk_espconn_user = {
    accepted, connected, received, sent, ended, datagram, watch_lost, reset};
