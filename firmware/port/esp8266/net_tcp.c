/* Connections on espconn. It knows an accepted one by a struct of its own, but
 * tells of its end with the listener's, in which the other side's address and
 * port are then. */
#include <string.h>

#include "firmware/port/esp8266/net_private.h"
#include "mem.h"

#define LAST_WORDS_S 20u /* for what is left to be sent after a close */
#define NO_MEMORY_S 1u

static struct net_link *first;

/* ---- links --------------------------------------------------------------- */

struct net_link *net_link_of(uint8_t number)
{
    struct net_link *link = first;
    while (link && link->number != number)
        link = link->next;
    return link;
}

static struct net_link *find(const struct espconn *conn)
{
    struct net_link *link = first;
    while (link && link->conn != conn)
        link = link->next;
    return link;
}

static bool is_of(const struct net_link *link, const esp_tcp *tcp)
{
    return !link->is_own && link->conn && link->port == tcp->remote_port &&
           link->local_port == tcp->local_port &&
           memcmp(link->ip, tcp->remote_ip, sizeof(link->ip)) == 0;
}

/* Whose end it is. */
static struct net_link *find_ended(const struct espconn *conn)
{
    struct net_link *link = find(conn);
    for (struct net_link *at = first; !link && at; at = at->next)
        if (is_of(at, conn->proto.tcp))
            link = at;
    return link;
}

static uint8_t free_number(void)
{
    uint8_t number = 0;
    while (number < HAL_SOCKETS && net_link_of(number))
        number++;
    return number;
}

static struct net_link *make_link(uint8_t number)
{
    struct net_link *link = os_zalloc(sizeof(*link));
    if (!link)
        return NULL;
    link->number = number;
    link->next = first;
    first = link;
    return link;
}

static void drop_link(struct net_link *link)
{
    struct net_link **at = &first;
    while (*at != link)
        at = &(*at)->next;
    *at = link->next;
    net_drop_blocks(link);
    if (link->is_own && link->conn)
        os_free(link->conn);
    os_free(link);
}

static void tell(const struct net_link *link, enum hal_net_change change,
                 const void *bytes, size_t size)
{
    struct hal_net_event event = {.change = change,
                                  .socket = link->number,
                                  .local_port = link->local_port,
                                  .port = link->port,
                                  .bytes = bytes,
                                  .size = size};
    memcpy(event.ip, link->ip, sizeof(event.ip));
    if (link->number != NET_NO_NUMBER)
        net_tell(&event);
}

/* ---- espconn's callbacks ------------------------------------------------- */

static void on_receive(void *conn, char *data, unsigned short size)
{
    const struct net_link *link = find(conn);
    if (link)
        tell(link, HAL_NET_RECEIVED, data, size);
}

static void on_sent(void *conn)
{
    struct net_link *link = find(conn);
    if (!link)
        return;
    net_sent(link);
    if (link->number == NET_NO_NUMBER)
        net_work_soon();
    else if (!link->flying)
        tell(link, HAL_NET_SENT, NULL, 0);
}

/* The core may begin anew with the number while it hears this. An own espconn
 * is freed when its callback is over. */
static void end(struct net_link *link)
{
    struct net_link last = *link;
    net_drop_blocks(link);
    link->number = NET_NO_NUMBER;
    if (link->is_own) {
        link->is_ending = link->is_over = true;
        net_work_soon();
    } else {
        drop_link(link);
    }
    tell(&last, HAL_NET_CLOSED, NULL, 0);
}

static void on_end(void *conn)
{
    struct net_link *link = conn ? find_ended(conn) : NULL;
    if (link)
        end(link);
}

static void on_failure(void *conn, sint8 why)
{
    (void)why;
    on_end(conn);
}

static void begin(struct net_link *link)
{
    link->is_connected = true;
    /* Its memory is free when it has ended; what is sent goes at once, for we
     * collect it ourselves. */
    (void)espconn_set_opt(link->conn, ESPCONN_REUSEADDR | ESPCONN_NODELAY);
}

static void register_callbacks(struct espconn *conn)
{
    (void)espconn_regist_recvcb(conn, on_receive);
    (void)espconn_regist_sentcb(conn, on_sent);
    (void)espconn_regist_disconcb(conn, on_end);
    (void)espconn_regist_reconcb(conn, on_failure);
}

/* ---- accepting ----------------------------------------------------------- */

static unsigned count(uint16_t local_port)
{
    unsigned n = 0;
    for (const struct net_link *link = first; link; link = link->next)
        n += link->number != NET_NO_NUMBER && link->local_port == local_port;
    return n;
}

void net_accept(struct espconn *conn)
{
    const esp_tcp *tcp = conn->proto.tcp;
    const struct net_listener *row = net_listener((uint16_t)tcp->local_port);
    bool is_welcome = row && count(row->port) < row->most;
    uint8_t number = is_welcome ? free_number() : NET_NO_NUMBER;
    struct net_link *link = make_link(number);
    register_callbacks(conn);
    if (!link) {
        (void)espconn_regist_time(conn, NO_MEMORY_S, 1);
        return;
    }
    link->conn = conn;
    link->port = (uint16_t)tcp->remote_port;
    link->local_port = (uint16_t)tcp->local_port;
    memcpy(link->ip, tcp->remote_ip, sizeof(link->ip));
    link->is_refused = number == NET_NO_NUMBER;
    begin(link);
    if (link->is_refused)
        net_work_soon();
    else
        tell(link, HAL_NET_ACCEPTED, NULL, 0);
}

/* ---- connecting ---------------------------------------------------------- */

static void on_connected(void *conn)
{
    struct net_link *link = find(conn);
    if (!link)
        return;
    begin(link);
    if (link->number == NET_NO_NUMBER)
        net_work_soon();
    else
        tell(link, HAL_NET_CONNECTED, NULL, 0);
}

/* espconn's struct and its esp_tcp are one block. */
static bool start_connecting(struct net_link *link)
{
    struct espconn *conn = os_zalloc(sizeof(*conn) + sizeof(esp_tcp));
    if (!conn)
        return false;
    link->conn = conn;
    conn->type = ESPCONN_TCP;
    conn->proto.tcp = (esp_tcp *)(void *)(conn + 1);
    conn->proto.tcp->local_port = (int)espconn_port();
    conn->proto.tcp->remote_port = link->port;
    memcpy(conn->proto.tcp->remote_ip, link->ip, sizeof(link->ip));
    (void)espconn_regist_connectcb(conn, on_connected);
    register_callbacks(conn);
    return espconn_connect(conn) == ESPCONN_OK;
}

bool hal_tcp_connect(const uint8_t ip[4], uint16_t port, uint8_t *socket)
{
    uint8_t number = free_number();
    struct net_link *link = number < HAL_SOCKETS ? make_link(number) : NULL;
    if (!link)
        return false;
    *socket = number;
    link->is_own = true;
    link->port = port;
    memcpy(link->ip, ip, sizeof(link->ip));
    if (!net_is_started() || !start_connecting(link)) {
        link->is_over = true;
        net_work_soon();
    }
    return true;
}

/* ---- ending -------------------------------------------------------------- */

void hal_tcp_close(uint8_t socket)
{
    struct net_link *link = net_link_of(socket);
    if (!link)
        return;
    link->number = NET_NO_NUMBER;
    net_work_soon();
}

void hal_tcp_hold(uint8_t socket, bool is_held)
{
    const struct net_link *link = net_link_of(socket);
    if (!link || !link->is_connected)
        return;
    if (is_held)
        (void)espconn_recv_hold(link->conn);
    else
        (void)espconn_recv_unhold(link->conn);
}

/* It has no number any more: is it to be ended now? */
static bool is_done(const struct net_link *link)
{
    if (link->is_refused || link->age_s >= LAST_WORDS_S)
        return true;
    return link->is_connected && !link->flying && !link->waiting;
}

static void end_soon(struct net_link *link)
{
    if (link->is_over) {
        drop_link(link);
    } else if (!link->is_ending && is_done(link)) {
        bool is_clean = link->is_connected && !link->flying && !link->waiting;
        link->is_ending = true;
        if (is_clean && !link->is_refused)
            (void)espconn_disconnect(link->conn);
        else
            (void)espconn_abort(link->conn);
    }
}

/* The core may do anything while it hears this, so the list is begun anew. */
static bool tell_failed(void)
{
    struct net_link *link = first;
    while (link && !(link->is_over && link->number != NET_NO_NUMBER))
        link = link->next;
    if (!link)
        return false;
    struct net_link last = *link;
    drop_link(link);
    tell(&last, HAL_NET_CLOSED, NULL, 0);
    return true;
}

/* Has it something left that only time brings on? */
static bool is_watched(const struct net_link *link)
{
    bool is_closed = link->number == NET_NO_NUMBER && !link->is_ending;
    return is_closed || (link->waiting && !link->flying);
}

bool net_tcp_work(void)
{
    bool is_wanted = false;
    while (tell_failed())
        continue;
    for (struct net_link *link = first, *next; link; link = next) {
        next = link->next;
        net_flush(link);
        is_wanted = is_wanted || is_watched(link);
        if (link->number == NET_NO_NUMBER)
            end_soon(link);
    }
    return is_wanted;
}

void net_tcp_second(void)
{
    for (struct net_link *link = first; link; link = link->next)
        if (link->number == NET_NO_NUMBER && link->age_s < LAST_WORDS_S)
            link->age_s++;
}
