/* UDP on espconn, and multicast groups. */
#include <string.h>

#include "firmware/port/esp8266/net_private.h"
#include "mem.h"
#include "user_interface.h"

#define DATAGRAM 1472u /* the largest that is not a fragment */

struct endpoint {
    bool is_used;
    uint16_t port;
    uint8_t group[4]; /* 0.0.0.0: none */
    struct espconn *conn;
};

static struct {
    struct endpoint row[HAL_UDP];
    const struct espconn *running; /* whose callback runs */
    struct espconn *ended;         /* and was closed in it */
} udp;

/* ---- what comes ---------------------------------------------------------- */

static uint8_t handle_of(const struct espconn *conn)
{
    uint8_t i = 0;
    while (i < HAL_UDP && !(udp.row[i].is_used && udp.row[i].conn == conn))
        i++;
    return i;
}

static void on_datagram(void *argument, char *data, unsigned short size)
{
    struct espconn *conn = argument;
    remot_info *from = NULL;
    uint8_t handle = handle_of(conn);
    if (handle == HAL_UDP ||
        espconn_get_connection_info(conn, &from, 0) != ESPCONN_OK)
        return;
    struct hal_net_event event = {.change = HAL_NET_DATAGRAM,
                                  .socket = handle,
                                  .local_port = udp.row[handle].port,
                                  .port = (uint16_t)from->remote_port,
                                  .bytes = (const uint8_t *)data,
                                  .size = size};
    memcpy(event.ip, from->remote_ip, sizeof(event.ip));
    udp.running = conn;
    net_tell(&event);
    udp.running = NULL;
    if (udp.ended)
        net_work_soon();
}

/* ---- groups -------------------------------------------------------------- */

/* The interface is named by its address. */
static bool own_address(ip_addr_t *own)
{
    struct ip_info info = {0};
    bool is_there = wifi_get_ip_info(STATION_IF, &info) && info.ip.addr;
    if (!is_there)
        is_there = wifi_get_ip_info(SOFTAP_IF, &info) && info.ip.addr;
    *own = info.ip;
    return is_there;
}

static bool has_group(const struct endpoint *row)
{
    static const uint8_t none[4];
    return memcmp(row->group, none, sizeof(none)) != 0;
}

static void join(const struct endpoint *row, bool is_joined)
{
    ip_addr_t own, group;
    if (!has_group(row) || !own_address(&own))
        return;
    memcpy(&group.addr, row->group, sizeof(group.addr));
    if (is_joined)
        (void)espconn_igmp_join(&own, &group);
    else
        (void)espconn_igmp_leave(&own, &group);
}

void net_joined(void)
{
    for (unsigned i = 0; i < HAL_UDP; i++)
        if (udp.row[i].is_used)
            join(&udp.row[i], true);
}

/* ---- the HAL ------------------------------------------------------------- */

static void destroy(struct espconn *conn)
{
    (void)espconn_delete(conn);
    os_free(conn);
}

void net_udp_work(void)
{
    if (udp.ended)
        destroy(udp.ended);
    udp.ended = NULL;
}

/* espconn's struct and its esp_udp are one block. */
static bool open(struct endpoint *row)
{
    struct espconn *conn = os_zalloc(sizeof(*conn) + sizeof(esp_udp));
    if (!conn)
        return false;
    conn->type = ESPCONN_UDP;
    conn->proto.udp = (esp_udp *)(void *)(conn + 1);
    conn->proto.udp->local_port = row->port ? row->port : (int)espconn_port();
    (void)espconn_regist_recvcb(conn, on_datagram);
    if (espconn_create(conn) != ESPCONN_OK) {
        os_free(conn);
        return false;
    }
    row->conn = conn;
    join(row, true);
    return true;
}

void net_udp_start(void)
{
    for (unsigned i = 0; i < HAL_UDP; i++)
        if (udp.row[i].is_used)
            (void)open(&udp.row[i]);
}

bool hal_udp_open(uint16_t port, const uint8_t *group, uint8_t *handle)
{
    uint8_t free = HAL_UDP;
    for (uint8_t i = 0; i < HAL_UDP; i++) {
        if (!udp.row[i].is_used)
            free = free == HAL_UDP ? i : free;
        else if (port != 0 && udp.row[i].port == port)
            return false;
    }
    if (free == HAL_UDP)
        return false;
    struct endpoint *row = &udp.row[free];
    *row = (struct endpoint){.port = port};
    if (group)
        memcpy(row->group, group, sizeof(row->group));
    row->is_used = !net_is_started() || open(row);
    *handle = free;
    return row->is_used;
}

bool hal_udp_send(uint8_t handle, const uint8_t ip[4], uint16_t port,
                  const void *bytes, size_t size)
{
    /* The SDK's prototype forgot const. */
    union {
        const void *from;
        uint8_t *to;
    } data = {bytes};
    struct espconn *conn = udp.row[handle].conn;
    if (!udp.row[handle].is_used || !conn || size == 0 || size > DATAGRAM)
        return false;
    conn->proto.udp->remote_port = port;
    memcpy(conn->proto.udp->remote_ip, ip, 4);
    return espconn_sendto(conn, data.to, (uint16)size) == ESPCONN_OK;
}

void hal_udp_close(uint8_t handle)
{
    struct endpoint *row = &udp.row[handle];
    if (!row->is_used)
        return;
    row->is_used = false;
    join(row, false);
    if (row->conn && row->conn == udp.running) {
        net_udp_work(); /* the one before, whose callback is over */
        udp.ended = row->conn;
    } else if (row->conn) {
        destroy(row->conn);
    }
    row->conn = NULL;
}
