/* Breaks espconn-sent: sends again before the sent callback. */
#include "test/guest/net.h"

static void up(void *argument)
{
    (void)argument;
    static uint8 data[4] = "one";
    struct espconn *conn = net_udp(7, NULL);
    net_set_ip(conn->proto.udp->remote_ip, 127, 0, 0, 1);
    conn->proto.udp->remote_port = 9;
    (void)espconn_sendto(conn, data, 3);
    (void)espconn_sendto(conn, data, 3);
    ets_printf("sent %d\n", espconn_send(conn, data, 3));
    (void)espconn_send(conn, data, 3);
    ets_printf("not reached\n");
}

void user_init(void)
{
    net_join(up);
}
