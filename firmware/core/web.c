/* The web server's connections: from a client's first byte to the handler of
 * what it asks for. */
#include "firmware/core/web.h"

#include "firmware/core/web_access.h"
#include "firmware/core/web_file.h"
#include "firmware/core/web_private.h"

/* ---- clients and rooms --------------------------------------------------- */

static struct web_client *client_of(struct device *dev, uint8_t socket)
{
    for (unsigned i = 0; i < WEB_CLIENTS; i++) {
        struct web_client *client = &dev->web.client[i];
        if (client->state != WEB_FREE && client->socket == socket)
            return client;
    }
    return NULL;
}

static bool take_room(struct device *dev, struct web_client *client)
{
    for (uint8_t i = 0; i < WEB_ROOMS; i++) {
        struct web_room *room = &dev->web.room[i];
        if (room->is_used)
            continue;
        room->is_used = true;
        client->room = i;
        http_request_start(&room->request, room->as.text, WEB_ROOM);
        return true;
    }
    return false;
}

void web_release(struct device *dev, struct web_client *client)
{
    if (client->room < WEB_ROOMS)
        dev->web.room[client->room].is_used = false;
    client->room = WEB_ROOMS;
}

static void forget(struct device *dev, struct web_client *client)
{
    web_release(dev, client);
    client->state = WEB_FREE;
}

void web_close(struct device *dev, struct web_client *client)
{
    hal_tcp_close(client->socket);
    forget(dev, client);
}

static bool is_waiting(const struct web_client *client)
{
    return client->state == WEB_HEAD || client->state == WEB_BODY;
}

/* Who connects and says nothing must not keep others out. */
static struct web_client *make_place(struct device *dev)
{
    struct web_client *oldest = NULL;
    for (unsigned i = 0; i < WEB_CLIENTS; i++) {
        struct web_client *client = &dev->web.client[i];
        if (client->state == WEB_FREE)
            return client;
        uint32_t age = dev->now_ms - client->since_ms;
        if (is_waiting(client) && age >= WEB_IDLE_MS &&
            (!oldest || age > dev->now_ms - oldest->since_ms))
            oldest = client;
    }
    if (oldest)
        web_close(dev, oldest);
    return oldest;
}

static bool is_off(const struct device *dev, const uint8_t ip[4])
{
    return dev->settings.web_server == WEB_OFF && !web_is_set_up_guest(dev, ip);
}

static void accept(struct device *dev, const struct hal_net_event *event)
{
    struct web_client *client = is_off(dev, event->ip) ? NULL : make_place(dev);
    if (!client) {
        hal_tcp_close(event->socket);
        return;
    }
    *client = (struct web_client){.state = WEB_HEAD,
                                  .socket = event->socket,
                                  .room = WEB_ROOMS,
                                  .since_ms = dev->now_ms};
    for (unsigned i = 0; i < 4; i++)
        client->ip[i] = event->ip[i];
}

/* ---- what is refused ----------------------------------------------------- */

static void refuse(struct device *dev, struct web_client *client,
                   unsigned status, const char *text)
{
    web_say(dev, client, status, WEB_TEXT, "", text);
}

/* Tools that ask without a password first, as wget does, are asked for it. A
 * browser is not: it would send it by itself from then on, for other sites
 * too. */
static void refuse_stranger(struct device *dev, struct web_client *client,
                            unsigned status)
{
    const struct http_request *request = &dev->web.room[client->room].request;
    const char *challenge = status == 401 && !request->is_browser
                                ? "WWW-Authenticate: Basic realm=\"Pogo\"\r\n"
                                : "";
    web_say(dev, client, status, WEB_JSON, challenge,
            status == 401
                ? "{\"WARNING\":\"Need user=<username>&password=<password>\"}"
                : "{\"WARNING\":\"Too many wrong passwords, wait\"}");
}

void web_refuse_unowned(struct device *dev, struct web_client *client)
{
    web_say(dev, client, 403, WEB_JSON, "",
            "{\"WARNING\":\"Refused: this device still has the password that "
            "it made itself. Keep it, choose your own or remove it: on the "
            "page of the device's own Wi-Fi network (power off and on five "
            "times brings it back), or with WebPassword over serial or "
            "MQTT\"}");
}

/* A phone that looks for the internet finds the device's page. */
static void lead_home(struct device *dev, struct web_client *client)
{
    web_say(dev, client, 302, WEB_TEXT, "Location: http://192.168.4.1/\r\n",
            "");
}

/* ---- a request whose head is complete ------------------------------------ */

static void run_as(struct device *dev, struct web_client *client,
                   const char *form, void (*handler)(struct web_call *call))
{
    struct http_request *request = &dev->web.room[client->room].request;
    struct web_call call = {.dev = dev,
                            .client = client,
                            .request = request,
                            .query = request->query,
                            .form = form,
                            .may_change = !web_is_unowned(dev, client->ip)};
    handler(&call);
}

static void run(struct device *dev, struct web_client *client, const char *form)
{
    struct http_request *request = &dev->web.room[client->room].request;
    run_as(dev, client, form, web_route_find(request)->run);
}

/* User mode: not for them. */
static bool is_hidden(const struct device *dev, const struct web_client *client,
                      const struct web_route *route)
{
    return dev->settings.web_server == WEB_USER &&
           !web_is_set_up_guest(dev, client->ip) && route->need != WEB_OPEN &&
           route->run != web_run_state && route->run != web_run_toggle;
}

/* May it? Answers when not. */
static bool may(struct device *dev, struct web_client *client,
                const struct web_route *route)
{
    const struct http_request *request = &dev->web.room[client->room].request;
    if (route->need == WEB_OPEN)
        return true;
    if (route->need >= WEB_CHANGE && web_is_foreign(dev, request)) {
        refuse(dev, client, 403,
               "Refused: another site asks for this. Use the device's own "
               "page, or give user and password.\n");
        return false;
    }
    unsigned status = web_authorise(dev, client->ip, request);
    if (status != 200)
        refuse_stranger(dev, client, status);
    else if (route->need == WEB_CHANGE && web_is_unowned(dev, client->ip))
        web_refuse_unowned(dev, client);
    else
        return true;
    return false;
}

/* A form comes behind the texts of the head. */
static void begin_body(struct device *dev, struct web_client *client,
                       const struct web_route *route)
{
    struct web_room *room = &dev->web.room[client->room];
    struct http_request *request = &room->request;
    client->left = request->size;
    if (request->method != HTTP_POST) {
        run(dev, client, "");
        return;
    }
    if (route->takes_file) {
        web_file_begin(dev, client);
        return;
    }
    if (request->size >= WEB_ROOM - request->used) {
        refuse(dev, client, 413, "Too long.\n");
        return;
    }
    request->begin = request->used;
    client->state = WEB_BODY;
}

static void decide(struct device *dev, struct web_client *client)
{
    struct http_request *request = &dev->web.room[client->room].request;
    bool is_guest = web_is_set_up_guest(dev, client->ip);
    client->is_chunked = request->has_http_1_1;
    client->has_no_body = request->method == HTTP_HEAD;
    const struct web_route *route = web_route_find(request);
    if (is_guest && (!route || !web_is_own_host(dev, request)))
        lead_home(dev, client);
    else if (!web_is_own_host(dev, request))
        refuse(dev, client, 403,
               "Refused: this is not the device's name. Use its address.\n");
    else if (request->method == HTTP_OPTIONS)
        web_say(dev, client, 204, WEB_TEXT,
                dev->settings.cors[0]
                    ? "Access-Control-Allow-Methods: GET, POST\r\n"
                      "Access-Control-Allow-Headers: authorization\r\n"
                    : "Allow: GET, HEAD, POST\r\n",
                "");
    else if (request->method == HTTP_OTHER)
        refuse(dev, client, 405, "Only GET, HEAD and POST.\n");
    else if (!route)
        refuse(dev, client, 404, "There is no such page.\n");
    else if (is_hidden(dev, client, route))
        run_as(dev, client, "", web_run_page);
    else if (may(dev, client, route))
        begin_body(dev, client, route);
}

/* ---- bytes --------------------------------------------------------------- */

static size_t take_head(struct device *dev, struct web_client *client,
                        const char *bytes, size_t size)
{
    if (client->room == WEB_ROOMS && !take_room(dev, client)) {
        refuse(dev, client, 503, "Busy, try again.\n");
        return size;
    }
    struct http_request *request = &dev->web.room[client->room].request;
    size_t taken = http_request_take(request, bytes, size);
    if (request->state == HTTP_BODY)
        decide(dev, client);
    else if (request->state == HTTP_REFUSED)
        refuse(dev, client, request->status, "Not a request for me.\n");
    return taken;
}

static void take_body(struct device *dev, struct web_client *client,
                      const char *bytes, size_t size)
{
    struct web_room *room = &dev->web.room[client->room];
    struct http_request *request = &room->request;
    size = size < client->left ? size : client->left;
    for (size_t i = 0; i < size; i++)
        room->as.text[request->used++] = bytes[i];
    client->left -= (uint32_t)size;
}

/* A whole form, which may be empty. */
static void end_body(struct device *dev, struct web_client *client)
{
    struct web_room *room = &dev->web.room[client->room];
    room->as.text[room->request.used] = 0;
    run(dev, client, room->as.text + room->request.begin);
}

static void receive(struct device *dev, struct web_client *client,
                    const struct hal_net_event *event)
{
    const char *bytes = (const char *)event->bytes;
    size_t size = event->size;
    if (client->state == WEB_HEAD) {
        size_t taken = take_head(dev, client, bytes, size);
        bytes += taken;
        size -= taken;
    }
    if (client->state == WEB_BODY) {
        take_body(dev, client, bytes, size);
        if (client->left == 0)
            end_body(dev, client);
    } else if (client->state == WEB_FILE) {
        web_file_bytes(dev, client, (const uint8_t *)bytes, size);
    }
}

bool web_handle(struct device *dev, const struct hal_net_event *event)
{
    if (event->change == HAL_NET_ACCEPTED && event->local_port == WEB_PORT) {
        accept(dev, event);
        return true;
    }
    bool is_tcp = event->change == HAL_NET_RECEIVED ||
                  event->change == HAL_NET_SENT ||
                  event->change == HAL_NET_CLOSED;
    struct web_client *client = is_tcp ? client_of(dev, event->socket) : NULL;
    if (!client)
        return false;
    if (event->change == HAL_NET_RECEIVED) {
        receive(dev, client, event);
    } else if (event->change == HAL_NET_CLOSED) {
        web_file_lost(dev, client);
        forget(dev, client);
    } else if (client->state == WEB_SENDING) {
        web_go_on(dev, client);
    }
    return true;
}

/* ---- time ---------------------------------------------------------------- */

static void client_tick(struct device *dev, struct web_client *client)
{
    uint32_t ms = dev->now_ms - client->since_ms;
    if (client->state == WEB_PROVING || client->state == WEB_FILE)
        web_file_tick(dev, client);
    else if (is_waiting(client) && ms >= WEB_REQUEST_MS)
        web_close(dev, client);
    else if (client->state == WEB_SENDING && ms >= WEB_STALL_MS)
        web_close(dev, client);
}

void web_tick(struct device *dev)
{
    struct web *web = &dev->web;
    if (!web->is_listening) /* one more: to make place for */
        web->is_listening = hal_tcp_listen(WEB_PORT, WEB_CLIENTS + 1);
    for (unsigned i = 0; i < WEB_CLIENTS; i++) {
        if (web->client[i].state != WEB_FREE)
            client_tick(dev, &web->client[i]);
    }
    web_names_tick(dev);
}

bool web_is_restoring(const struct device *dev)
{
    return dev->web.is_restoring;
}
