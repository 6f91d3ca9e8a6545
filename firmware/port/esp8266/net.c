#include "firmware/port/esp8266/net.h"

#include <string.h>

#include "firmware/port/esp8266/net_private.h"
#include "firmware/port/esp8266/registers.h"
#include "mem.h"
#include "osapi.h"
#include "user_interface.h"

#define PRIORITY 2u
#define QUEUE 2u
#define SECOND_MS 1000u
/* Connections that espconn has at a time: the core's, and some whose last bytes
 * are on their way. It takes up to 15 (API guide). */
#define CONNECTIONS (HAL_SOCKETS + 4u)

static struct {
    void (*hear)(const struct hal_net_event *event);
    os_event_t queue[QUEUE];
    os_timer_t second;
    struct net_listener listener[HAL_LISTENERS];
    struct espconn asker; /* espconn_gethostbyname wants one */
    ip_addr_t found;
    bool is_posted, has_second;
    bool is_asking, is_answered;
} net;

/* ---- the task ------------------------------------------------------------ */

bool net_is_started(void)
{
    return net.hear != NULL;
}

void net_tell(const struct hal_net_event *event)
{
    net.hear(event);
}

void net_work_soon(void)
{
    if (net.hear && !net.is_posted)
        net.is_posted = system_os_post(PRIORITY, 0, 0);
}

static void on_second(void *argument)
{
    (void)argument;
    net.has_second = false;
    net_tcp_second();
    net_work_soon();
}

static void answer(void)
{
    struct hal_net_event event = {.change = HAL_NET_RESOLVED};
    if (!net.is_answered)
        return;
    memcpy(event.ip, &net.found.addr, sizeof(event.ip));
    net.is_asking = net.is_answered = false;
    net_tell(&event);
}

static void on_post(os_event_t *post)
{
    (void)post;
    net.is_posted = false;
    answer();
    net_udp_work();
    if (!net_tcp_work() || net.has_second)
        return;
    net.has_second = true;
    os_timer_arm(&net.second, SECOND_MS, false);
}

/* ---- listeners ----------------------------------------------------------- */

const struct net_listener *net_listener(uint16_t port)
{
    for (unsigned i = 0; i < HAL_LISTENERS; i++)
        if (net.listener[i].port == port)
            return &net.listener[i];
    return NULL;
}

static void on_connect(void *conn)
{
    net_accept(conn);
}

/* Its struct and esp_tcp are one block, and stay. Who is too many is refused by
 * us (net_accept): espconn would count those that only say their last. */
static void listen(struct net_listener *row)
{
    struct espconn *conn = os_zalloc(sizeof(*conn) + sizeof(esp_tcp));
    if (!conn)
        return;
    conn->type = ESPCONN_TCP;
    conn->proto.tcp = (esp_tcp *)(void *)(conn + 1);
    conn->proto.tcp->local_port = row->port;
    row->conn = conn;
    (void)espconn_regist_connectcb(conn, on_connect);
    (void)espconn_accept(conn);
    (void)espconn_tcp_set_max_con_allow(conn, CONNECTIONS);
    /* Never for silence, which is the core's affair (AT instruction set,
     * CIPSTO, which is this). */
    (void)espconn_regist_time(conn, 0, 0);
}

bool hal_tcp_listen(uint16_t port, unsigned most)
{
    struct net_listener *row = NULL;
    for (unsigned i = 0; i < HAL_LISTENERS; i++) {
        if (net.listener[i].port == port)
            return false;
        if (!row && net.listener[i].port == 0)
            row = &net.listener[i];
    }
    if (!row)
        return false;
    row->port = port;
    row->most = (uint8_t)(most < HAL_SOCKETS ? most : HAL_SOCKETS);
    if (net.hear)
        listen(row);
    return true;
}

void net_start(void (*hear)(const struct hal_net_event *event))
{
    net.hear = hear;
    (void)system_os_task(on_post, PRIORITY, net.queue, QUEUE);
    os_timer_disarm(&net.second);
    os_timer_setfn(&net.second, on_second, NULL);
    (void)espconn_tcp_set_max_con(CONNECTIONS);
    for (unsigned i = 0; i < HAL_LISTENERS; i++)
        if (net.listener[i].port)
            listen(&net.listener[i]);
    net_udp_start();
    net_work_soon();
}

/* ---- names --------------------------------------------------------------- */

static void on_found(const char *name, ip_addr_t *ip, void *argument)
{
    (void)name;
    (void)argument;
    net.found.addr = ip ? ip->addr : 0;
    net.is_answered = true;
    net_work_soon();
}

/* What is known is answered at once by espconn, and later by us. */
bool hal_net_resolve(const char *name)
{
    if (net.is_asking)
        return false;
    net.is_asking = true;
    net.found.addr = 0;
    err_t result =
        net.hear ? espconn_gethostbyname(&net.asker, name, &net.found, on_found)
                 : ESPCONN_RTE;
    net.is_answered = result != ESPCONN_INPROGRESS;
    net_work_soon();
    return true;
}

uint32_t hal_net_random(void)
{
    return REG(RANDOM_NUMBER);
}
