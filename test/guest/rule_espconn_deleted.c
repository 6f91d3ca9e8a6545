/* Breaks espconn-deleted: sends on a connection whose end was told. The guest
 * is its own client. */
#include "test/guest/net.h"

#define PORT 24711

static struct espconn *accepted;
static esp_tcp tcp;
static struct espconn client;
static os_event_t queue[2];

static void hang_up(os_event_t *event)
{
    (void)event;
    (void)espconn_disconnect(&client);
}

static void disconnected(void *arg)
{
    (void)arg;
    ets_printf("disconnected\n");
}

static void send_late(void *argument)
{
    (void)argument;
    static uint8 data[4] = "one";
    ets_printf("late\n");
    (void)espconn_send(accepted, data, 3);
    ets_printf("not reached\n");
}

static void connected(void *arg)
{
    accepted = arg;
    ets_printf("accepted\n");
    (void)system_os_post(0, 0, 0);
    guest_later(3000, send_late);
}

static void up(void *argument)
{
    (void)argument;
    struct ip_info info;
    (void)espconn_regist_disconcb(net_server(PORT, connected), disconnected);
    (void)wifi_get_ip_info(STATION_IF, &info);
    client.type = ESPCONN_TCP;
    client.proto.tcp = &tcp;
    tcp.remote_port = PORT;
    net_copy(tcp.remote_ip, &info.ip, 4);
    ets_printf("connect %d\n", espconn_connect(&client));
}

void user_init(void)
{
    (void)system_os_task(hang_up, 0, queue, 2);
    net_join(up);
}
