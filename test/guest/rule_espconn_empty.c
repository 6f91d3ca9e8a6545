/* Breaks espconn-empty: sends nothing. */
#include "test/guest/net.h"

static void up(void *argument)
{
    (void)argument;
    static uint8 data[4] = "one";
    struct espconn *conn = net_udp(7, NULL);
    net_set_ip(conn->proto.udp->remote_ip, 127, 0, 0, 1);
    conn->proto.udp->remote_port = 9;
    ets_printf("sent %d\n", espconn_sendto(conn, data, 3));
    (void)espconn_sendto(conn, data, 0);
    ets_printf("not reached\n");
}

void user_init(void)
{
    net_join(up);
}
