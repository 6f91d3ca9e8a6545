/* A small web server on port 80: `/` is a page, `/big` a long body that is sent
 * as fast as the reader takes it, `/slow` says a line every 200 ms. */
#include "test/guest/net.h"

#define BIG 300000u
#define CHUNK 2920u

struct request {
    struct espconn *conn; /* NULL: free */
    uint32 left;          /* of the big body */
    uint32 done;
    bool is_slow;
};

static struct request requests[8];
static os_event_t queue[8];
static uint8 chunk[CHUNK];
static os_timer_t tick;

static const char page[] =
    "HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n"
    "<!DOCTYPE html><title>Guest</title>"
    "<p id=a>waiting<script>document.getElementById('a').textContent ="
    "'scripts ran: ' + 6 * 7</script>\n";
static const char big[] = "HTTP/1.0 200 OK\r\nContent-Length: 300000\r\n\r\n";
static const char slow[] = "HTTP/1.0 200 OK\r\nContent-Length: 100000\r\n\r\n";

static struct request *find(struct espconn *conn)
{
    for (unsigned i = 0; i < 8; i++)
        if (requests[i].conn == conn)
            return &requests[i];
    return NULL;
}

static void send_text(struct espconn *conn, const char *text, uint16 size)
{
    static char out[sizeof(page)];
    net_copy(out, text, size);
    sint8 result = espconn_send(conn, (uint8 *)out, size);
    if (result != ESPCONN_OK)
        ets_printf("send failed: %d\n", result);
}

/* espconn_disconnect belongs into a task. */
static void hang_up(os_event_t *event)
{
    (void)espconn_disconnect((struct espconn *)event->par);
}

static void send_big(struct request *r)
{
    uint32 size = r->left < CHUNK ? r->left : CHUNK;
    for (uint32 i = 0; i < size; i++)
        chunk[i] = (uint8)('a' + (r->done + i) % 26);
    r->left -= size;
    r->done += size;
    (void)espconn_send(r->conn, chunk, (uint16)size);
}

static void sent(void *arg)
{
    struct request *r = find(arg);
    if (!r || r->is_slow)
        return;
    if (r->left > 0)
        send_big(r);
    else
        (void)system_os_post(1, 0, (ETSParam)(uintptr_t)arg);
}

static void say_slowly(void *arg)
{
    (void)arg;
    for (unsigned i = 0; i < 8; i++)
        if (requests[i].conn && requests[i].is_slow)
            send_text(requests[i].conn, "still here\n", 11);
}

static bool starts(const char *data, unsigned size, const char *with)
{
    for (unsigned i = 0; with[i]; i++)
        if (i >= size || data[i] != with[i])
            return false;
    return true;
}

static void received(void *arg, char *data, unsigned short size)
{
    struct request *r = find(arg);
    if (!r)
        return;
    if (starts(data, size, "GET /big")) {
        r->left = BIG;
        send_text(arg, big, sizeof(big) - 1);
    } else if (starts(data, size, "GET /slow")) {
        r->is_slow = true;
        send_text(arg, slow, sizeof(slow) - 1);
    } else {
        send_text(arg, page, sizeof(page) - 1);
    }
}

static void forget(void *arg, const char *how, int error)
{
    struct espconn *server = arg; /* with the fields of the connection */
    struct request *r = server->reverse;
    ets_printf("%s " NET_TEXT " %d after %u bytes\n", how,
               NET_PARTS(server->proto.tcp->remote_ip), error, r ? r->done : 0);
    if (r)
        r->conn = NULL;
}

static void disconnected(void *arg)
{
    forget(arg, "disconnected", 0);
}

static void failed(void *arg, sint8 error)
{
    forget(arg, "failed", error);
}

static void connected(void *arg)
{
    struct espconn *conn = arg;
    struct request *r = find(NULL);
    ets_printf("connected " NET_TEXT "\n",
               NET_PARTS(conn->proto.tcp->remote_ip));
    if (!r)
        return;
    *r = (struct request){.conn = conn};
    conn->reverse = r;
    (void)espconn_regist_recvcb(conn, received);
    (void)espconn_regist_sentcb(conn, sent);
}

static void up(void *argument)
{
    (void)argument;
    struct espconn *server = net_server(80, connected);
    (void)espconn_regist_disconcb(server, disconnected);
    (void)espconn_regist_reconcb(server, failed);
    os_timer_disarm(&tick);
    os_timer_setfn(&tick, say_slowly, NULL);
    os_timer_arm(&tick, 200, true);
    ets_printf("serving\n");
}

void user_init(void)
{
    (void)system_os_task(hang_up, 1, queue, 8);
    net_join(up);
}
