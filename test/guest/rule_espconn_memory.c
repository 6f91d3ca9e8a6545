/* Breaks espconn-memory: the struct is on the stack. */
#include "test/guest/net.h"

static void up(void *argument)
{
    (void)argument;
    static esp_udp udp;
    struct espconn conn = {.type = ESPCONN_UDP, .proto.udp = &udp};
    udp.local_port = 7;
    ets_printf("good\n");
    ets_printf("not reached %d\n", espconn_create(&conn));
}

void user_init(void)
{
    net_join(up);
}
