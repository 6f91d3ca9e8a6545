/* An update on its way from a web server: OtaUrl, `Upgrade 1`. */
#include "firmware/core/update_fetch.h"

#include "firmware/core/device.h"
#include "firmware/core/update_private.h"
#include "firmware/core/version.h"

#define HTTP_PORT 80u
#define REQUEST 288u /* path and host are of one url: SETTINGS_URL */

/* ---- the url ------------------------------------------------------------- */

/* http://host[:port]/path */
struct url {
    const char *host; /* with the port */
    size_t host_size;
    char name[HAL_NET_NAME + 1]; /* without it */
    uint16_t port;
    const char *path; /* "" is "/" */
};

/* Does text begin with what, in either case? */
static bool begins(const char *text, const char *what)
{
    size_t n = text_length(what);
    return text_length(text) >= n && text_same_size(text, n, what);
}

/* Is it a file with this ending? What follows a ? is no part of its name. */
static bool ends(const char *path, const char *ending)
{
    size_t n = text_length(ending), size = 0;
    while (path[size] && path[size] != '?')
        size++;
    return size >= n && text_same_size(path + size - n, n, ending);
}

static bool read_port(const char *text, size_t size, uint16_t *port)
{
    uint32_t number = 0;
    for (size_t i = 0; i < size; i++) {
        if (!text_is_digit(text[i]) || number > UINT16_MAX)
            return false;
        number = 10 * number + (uint32_t)(text[i] - '0');
    }
    *port = (uint16_t)number;
    return number > 0 && number <= UINT16_MAX;
}

static bool ends_name(char c)
{
    return c == ':' || c == '/' || c == '?' || c == '#' || c == '@';
}

/* Names with a user in them (user:password@host) are refused: what is shown
 * everywhere must hold no secret. */
static enum err read_url(const char *text, struct url *url)
{
    size_t name = 0, size = 0;
    if (begins(text, "https://"))
        return ERR_URL_TLS;
    if (!begins(text, "http://"))
        return ERR_URL;
    url->host = text + text_length("http://");
    while (url->host[name] && !ends_name(url->host[name]))
        name++;
    for (size = name; url->host[size] && url->host[size] != '/';)
        size++;
    url->host_size = size;
    url->path = url->host + size;
    url->port = HTTP_PORT;
    if (name == 0 || name > HAL_NET_NAME)
        return ERR_URL;
    if (name < size &&
        (url->host[name] != ':' ||
         !read_port(url->host + name + 1, size - name - 1, &url->port)))
        return ERR_URL;
    text_copy(url->name, sizeof(url->name), url->host, name);
    bool is_other = ends(url->path, ".bin") || ends(url->path, ".bin.gz");
    return is_other ? ERR_URL_IMAGE : ERR_NONE;
}

/* ---- ends ---------------------------------------------------------------- */

static void hang_up(struct device *dev)
{
    struct update_fetch *fetch = &dev->fetch;
    if (fetch->state >= FETCH_CONNECTING)
        hal_tcp_close(fetch->socket);
    fetch->state = FETCH_IDLE;
}

static void fail(struct device *dev, enum err why)
{
    hang_up(dev);
    update_cancel(dev, why);
}

/* All of the file has come. */
static void finish(struct device *dev)
{
    hang_up(dev);
    (void)!update_end(dev); /* it was told */
}

/* ---- the way to the server ----------------------------------------------- */

static void resolve(struct device *dev)
{
    struct url url;
    enum err e = read_url(dev->settings.ota_url, &url);
    if (e == ERR_NONE)
        dev->fetch.state =
            hal_net_resolve(url.name) ? FETCH_RESOLVING : FETCH_WAITING;
    else
        fail(dev, e);
}

/* The url first: what is wrong with it, waiting does not mend. */
void update_fetch_begin(struct device *dev)
{
    struct url url;
    enum err e = read_url(dev->settings.ota_url, &url);
    if (e == ERR_NONE && dev->wifi.state != WIFI_JOINED)
        e = ERR_FETCH_NETWORK;
    if (e != ERR_NONE) {
        update_tell_failure(dev, e);
    } else if (update_begin(dev) == ERR_NONE) {
        dev->fetch = (struct update_fetch){.since_ms = dev->now_ms};
        resolve(dev);
    }
}

static void resolved(struct device *dev, const uint8_t ip[4])
{
    struct update_fetch *fetch = &dev->fetch;
    struct url url;
    enum err e = read_url(dev->settings.ota_url, &url);
    if (e == ERR_NONE && (ip[0] | ip[1] | ip[2] | ip[3]) == 0)
        e = ERR_FETCH_NAME;
    if (e == ERR_NONE && !hal_tcp_connect(ip, url.port, &fetch->socket))
        e = ERR_FETCH_CONNECT;
    if (e == ERR_NONE)
        fetch->state = FETCH_CONNECTING;
    else
        fail(dev, e);
}

static void ask(struct device *dev)
{
    struct update_fetch *fetch = &dev->fetch;
    struct url url;
    char request[REQUEST];
    struct text text;
    enum err e = read_url(dev->settings.ota_url, &url);
    text_init(&text, request, sizeof(request));
    if (e == ERR_NONE) {
        text_format(&text,
                    "GET %s%s HTTP/1.1\r\nHost: ", url.path[0] ? "" : "/",
                    url.path);
        text_add_size(&text, url.host, url.host_size);
        text_format(&text,
                    "\r\nUser-Agent: Pogo/%s\r\nAccept-Encoding: identity\r\n"
                    "Connection: close\r\n\r\n",
                    version_text);
        if (text.is_cut || !hal_tcp_send(fetch->socket, request, text.size))
            e = ERR_FETCH_CONNECT;
    }
    if (e != ERR_NONE) {
        fail(dev, e);
        return;
    }
    fetch->state = FETCH_ASKED;
    fetch->since_ms = dev->now_ms;
    http_answer_start(&fetch->answer);
}

/* ---- the answer ---------------------------------------------------------- */

static void refuse(struct device *dev)
{
    char line[48];
    struct text text;
    text_init(&text, line, sizeof(line));
    if (dev->fetch.answer.status > 0) {
        text_format(&text, "UPD: the server answered %u",
                    (unsigned)dev->fetch.answer.status);
        device_log(dev, line);
    }
    fail(dev, (enum err)dev->fetch.answer.error);
}

static void take_file(struct device *dev, const uint8_t *bytes, size_t size)
{
    struct update_fetch *fetch = &dev->fetch;
    bool has_size = fetch->answer.has_size;
    if (has_size && size > fetch->left)
        size = fetch->left;
    fetch->left -= has_size ? (uint32_t)size : 0;
    if (size > 0 && update_feed(dev, bytes, size) != ERR_NONE)
        hang_up(dev); /* it was told */
    else if (has_size && fetch->left == 0)
        finish(dev);
}

static void take(struct device *dev, const uint8_t *bytes, size_t size)
{
    struct update_fetch *fetch = &dev->fetch;
    if (fetch->state == FETCH_ASKED) {
        size_t n = http_answer_take(&fetch->answer, bytes, size);
        bytes += n;
        size -= n;
        if (fetch->answer.state == HTTP_ANSWER_REFUSED)
            refuse(dev);
        if (fetch->answer.state != HTTP_ANSWER_BODY)
            return;
        fetch->state = FETCH_BODY;
        fetch->left = fetch->answer.size;
    }
    take_file(dev, bytes, size);
}

/* Without a size the file ends with the connection; update_end knows whether it
 * is whole. */
static void closed(struct device *dev)
{
    struct update_fetch *fetch = &dev->fetch;
    uint8_t state = fetch->state;
    fetch->state = FETCH_IDLE; /* the socket is free already */
    if (state == FETCH_CONNECTING)
        fail(dev, ERR_FETCH_CONNECT);
    else if (state == FETCH_ASKED)
        fail(dev, ERR_FETCH_HTTP);
    else if (fetch->answer.has_size)
        fail(dev, ERR_OTA_TRUNCATED);
    else
        finish(dev);
}

bool update_fetch_handle(struct device *dev, const struct hal_net_event *event)
{
    const struct update_fetch *fetch = &dev->fetch;
    if (event->change == HAL_NET_RESOLVED && fetch->state == FETCH_RESOLVING) {
        resolved(dev, event->ip);
        return true;
    }
    if (event->change == HAL_NET_RESOLVED ||
        event->change == HAL_NET_DATAGRAM || fetch->state < FETCH_CONNECTING ||
        event->socket != fetch->socket)
        return false;
    if (event->change == HAL_NET_CONNECTED)
        ask(dev);
    else if (event->change == HAL_NET_RECEIVED)
        take(dev, event->bytes, event->size);
    else if (event->change == HAL_NET_CLOSED)
        closed(dev);
    return true;
}

/* ---- time ---------------------------------------------------------------- */

void update_fetch_tick(struct device *dev)
{
    struct update_fetch *fetch = &dev->fetch;
    if (fetch->state == FETCH_IDLE)
        return;
    bool is_late = dev->now_ms - fetch->since_ms >= UPDATE_FETCH_MS;
    if (dev->update.state != UPDATE_RECEIVING)
        hang_up(dev); /* no more of it came, and that was told */
    else if (is_late && fetch->state == FETCH_ASKED)
        fail(dev, ERR_FETCH_SILENT);
    else if (is_late && fetch->state < FETCH_CONNECTING)
        fail(dev, ERR_FETCH_NAME);
    else if (is_late && fetch->state == FETCH_CONNECTING)
        fail(dev, ERR_FETCH_CONNECT);
    else if (fetch->state == FETCH_WAITING)
        resolve(dev);
}
