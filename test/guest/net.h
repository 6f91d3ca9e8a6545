/* What guest programs with a network share: joining the air's network, and
 * printing addresses. Included by one file per program. */
#ifndef TEST_GUEST_NET_H
#define TEST_GUEST_NET_H

#include "espconn.h"
#include "mem.h"
#include "test/guest/wifi.h"

#define NET_TEXT "%d.%d.%d.%d"
#define NET_PARTS(ip) (ip)[0], (ip)[1], (ip)[2], (ip)[3]

static os_timer_func_t *net_up;

static inline void net_event(System_Event_t *event)
{
    guest_wifi_event(event);
    if (event->event == EVENT_STAMODE_GOT_IP && net_up) {
        os_timer_func_t *up = net_up;
        net_up = NULL;
        up(NULL);
    }
}

/* Join the hidden network of test/air/home.air; up(NULL) once it is there. */
static inline void net_join(os_timer_func_t *up)
{
    net_up = up;
    guest_wifi_join("cellar", "battery staple");
    wifi_set_event_handler_cb(net_event);
}

static inline void net_copy(void *to, const void *from, unsigned size)
{
    uint8 *t = to;
    const uint8 *f = from;
    while (size--)
        *t++ = *f++;
}

static inline void net_set_ip(uint8 *ip, uint8 a, uint8 b, uint8 c, uint8 d)
{
    ip[0] = a;
    ip[1] = b;
    ip[2] = c;
    ip[3] = d;
}

/* A TCP server's struct, listening. Never freed. */
static inline struct espconn *net_server(int port,
                                         espconn_connect_callback connected)
{
    struct espconn *server = os_zalloc(sizeof(*server));
    server->type = ESPCONN_TCP;
    server->proto.tcp = os_zalloc(sizeof(esp_tcp));
    server->proto.tcp->local_port = port;
    (void)espconn_regist_connectcb(server, connected);
    sint8 result = espconn_accept(server);
    if (result != ESPCONN_OK)
        ets_printf("accept failed: %d\n", result);
    return server;
}

/* A UDP endpoint. Never freed. */
static inline struct espconn *net_udp(int port, espconn_recv_callback received)
{
    struct espconn *conn = os_zalloc(sizeof(*conn));
    conn->type = ESPCONN_UDP;
    conn->proto.udp = os_zalloc(sizeof(esp_udp));
    conn->proto.udp->local_port = port;
    (void)espconn_regist_recvcb(conn, received);
    sint8 result = espconn_create(conn);
    if (result != ESPCONN_OK)
        ets_printf("create failed: %d\n", result);
    return conn;
}

#endif
