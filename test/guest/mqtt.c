/* A TCP client of an MQTT broker: finds broker.local by name, connects,
 * subscribes to guest/ask and answers each message on guest/answer with its
 * text in upper case. Packets are made by hand (MQTT 3.1.1, QoS 0). */
#include "test/guest/net.h"

static esp_tcp tcp;
static struct espconn conn;
static uint8 out[128];
static bool is_sending;

static const uint8 hello[] =
    "\x10\x11\x00\x04MQTT\x04\x02\x00\x3C\x00\x05guest";
static const uint8 subscribe[] = "\x82\x0E\x00\x01\x00\x09guest/ask\x00";

static void send(const uint8 *packet, unsigned size)
{
    if (is_sending) {
        ets_printf("busy: an answer is left out\n");
        return;
    }
    net_copy(out, packet, size);
    is_sending = espconn_send(&conn, out, (uint16)size) == ESPCONN_OK;
}

static void sent(void *arg)
{
    (void)arg;
    is_sending = false;
}

/* PUBLISH guest/answer */
static void answer(const uint8 *text, unsigned size)
{
    static uint8 packet[128] = "\x30\x00\x00\x0Cguest/answer";
    size = size < 80 ? size : 80;
    packet[1] = (uint8)(14 + size);
    for (unsigned i = 0; i < size; i++) {
        bool is_small = text[i] >= 'a' && text[i] <= 'z';
        packet[16 + i] = (uint8)(is_small ? text[i] - 32 : text[i]);
    }
    send(packet, 16 + size);
}

/* One packet; each comes in a segment of its own here. */
static void received(void *arg, char *data, unsigned short size)
{
    const uint8 *packet = (const uint8 *)data;
    (void)arg;
    if (packet[0] == 0x20) {
        ets_printf("broker says %d\n", packet[3]);
        send(subscribe, sizeof(subscribe) - 1);
    } else if (packet[0] == 0x90) {
        ets_printf("subscribed\n");
    } else if (packet[0] == 0x30 && size >= 13) {
        ets_printf("asked %d bytes\n", size - 13);
        answer(packet + 13, size - 13u);
    }
}

static void connected(void *arg)
{
    (void)arg;
    ets_printf("connected to " NET_TEXT "\n", NET_PARTS(tcp.remote_ip));
    send(hello, sizeof(hello) - 1);
}

static void ended(void *arg)
{
    (void)arg;
    ets_printf("the broker has left\n");
}

static void failed(void *arg, sint8 error)
{
    (void)arg;
    ets_printf("failed %d\n", error);
}

static void found(const char *name, ip_addr_t *ip, void *arg)
{
    (void)arg;
    if (!ip) {
        ets_printf("%s is unknown\n", name);
        return;
    }
    net_copy(tcp.remote_ip, ip, 4);
    ets_printf("connect %d\n", espconn_connect(&conn));
}

static void up(void *argument)
{
    static ip_addr_t ip;
    (void)argument;
    conn.type = ESPCONN_TCP;
    conn.proto.tcp = &tcp;
    tcp.local_port = (int)espconn_port();
    (void)espconn_regist_connectcb(&conn, connected);
    (void)espconn_regist_disconcb(&conn, ended);
    (void)espconn_regist_reconcb(&conn, failed);
    (void)espconn_regist_recvcb(&conn, received);
    (void)espconn_regist_sentcb(&conn, sent);
    ets_printf("ask %d\n",
               espconn_gethostbyname(&conn, "broker.local", &ip, found));
}

void user_init(void)
{
    tcp.remote_port = 1883;
    net_join(up);
}
