/* An open soft AP. Port 80 tells who asks whom and hangs up; UDP port 7 echoes;
 * UDP port 1900 answers an M-SEARCH to SSDP's multicast group. */
#include "test/guest/net.h"

static os_event_t queue[8];

/* ---- port 80 ---- */

static void hang_up(os_event_t *event)
{
    (void)espconn_disconnect((struct espconn *)event->par);
}

static void sent(void *arg)
{
    (void)system_os_post(1, 0, (ETSParam)(uintptr_t)arg);
}

static unsigned put_text(uint8 *to, const char *text)
{
    unsigned n = 0;
    while (text[n]) {
        to[n] = (uint8)text[n];
        n++;
    }
    return n;
}

/* Up to 255. */
static unsigned put_number(uint8 *to, unsigned number)
{
    unsigned n = 0;
    if (number >= 100)
        to[n++] = (uint8)('0' + number / 100);
    if (number >= 10)
        to[n++] = (uint8)('0' + number / 10 % 10);
    to[n++] = (uint8)('0' + number % 10);
    return n;
}

static unsigned put_ip(uint8 *to, const uint8 *ip)
{
    unsigned n = 0;
    for (unsigned i = 0; i < 4; i++) {
        n += put_number(to + n, ip[i]);
        to[n++] = i < 3 ? '.' : '\n';
    }
    return n;
}

static void asked(void *arg, char *data, unsigned short size)
{
    static uint8 answer[128];
    struct espconn *conn = arg;
    (void)data;
    (void)size;
    unsigned n = put_text(answer, "HTTP/1.0 200 OK\r\n\r\nyou are ");
    n += put_ip(answer + n, conn->proto.tcp->remote_ip);
    n += put_text(answer + n, "I am ");
    n += put_ip(answer + n, conn->proto.tcp->local_ip);
    (void)espconn_send(conn, answer, (uint16)n);
}

static void connected(void *arg)
{
    (void)espconn_regist_recvcb(arg, asked);
    (void)espconn_regist_sentcb(arg, sent);
}

/* ---- UDP ---- */

/* Back to the sender: who that is says espconn_get_connection_info. */
static void reply(struct espconn *conn, uint8 *data, uint16 size)
{
    remot_info *from = NULL;
    if (espconn_get_connection_info(conn, &from, 0) != ESPCONN_OK)
        return;
    net_copy(conn->proto.udp->remote_ip, from->remote_ip, 4);
    conn->proto.udp->remote_port = from->remote_port;
    ets_printf("reply to " NET_TEXT ": %d\n", NET_PARTS(from->remote_ip),
               espconn_sendto(conn, data, size));
}

static void echo(void *arg, char *data, unsigned short size)
{
    reply(arg, (uint8 *)data, size);
}

static void search(void *arg, char *data, unsigned short size)
{
    static uint8 found[] = "HTTP/1.1 200 OK\r\nST: guest\r\n\r\n";
    if (size > 8 && data[0] == 'M' && data[2] == 'S')
        reply(arg, found, sizeof(found) - 1);
}

static void start(void *argument)
{
    struct ip_info own;
    ip_addr_t group;
    (void)argument;
    (void)wifi_get_ip_info(SOFTAP_IF, &own);
    net_set_ip((uint8 *)&group, 239, 255, 255, 250);
    (void)net_server(80, connected);
    (void)net_udp(7, echo);
    (void)net_udp(1900, search);
    ets_printf("join %d\n", espconn_igmp_join(&own.ip, &group));
}

void user_init(void)
{
    static struct softap_config config = {.ssid = "guest-setup",
                                          .channel = 6,
                                          .max_connection = 4,
                                          .beacon_interval = 100};
    (void)system_os_task(hang_up, 1, queue, 8);
    wifi_set_event_handler_cb(guest_wifi_event);
    (void)wifi_set_opmode_current(SOFTAP_MODE);
    ets_printf("set %d\n", (int)wifi_softap_set_config_current(&config));
    guest_later(100, start);
}
