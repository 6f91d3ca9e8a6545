/* Breaks espconn-callback: deletes the espconn whose callback runs. */
#include "test/guest/net.h"

static void sent(void *arg)
{
    ets_printf("in the callback\n");
    (void)espconn_delete(arg);
    ets_printf("not reached\n");
}

static void up(void *argument)
{
    (void)argument;
    static uint8 data[4] = "one";
    struct espconn *conn = net_udp(7, NULL);
    (void)espconn_regist_sentcb(conn, sent);
    net_set_ip(conn->proto.udp->remote_ip, 127, 0, 0, 1);
    conn->proto.udp->remote_port = 9;
    (void)espconn_send(conn, data, 3);
}

void user_init(void)
{
    net_join(up);
}
