/* A web server for one file, by libmicrohttpd: the device downloads its new
 * firmware from here, and nobody else does. */
#include <arpa/inet.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include <microhttpd.h>

#include "tool/diy_range.h"
#include "tool/message.h"
#include "tool/os_diy.h"

#define CONNECTIONS 8u
#define SILENCE_S 60u

struct os_serve {
    const uint8_t *bytes;
    size_t size;
    uint8_t device[4];
    char path[OS_SERVE_PATH];
    char url[OS_SERVE_URL];
    struct MHD_Daemon *daemon;
    bool has_told;
    pthread_mutex_t lock; /* of served, which the server's thread counts */
    struct os_served served;
};

static enum MHD_Result say(struct MHD_Connection *connection, unsigned status,
                           struct MHD_Response *response)
{
    enum MHD_Result result =
        response ? MHD_queue_response(connection, status, response) : MHD_NO;
    if (response)
        MHD_destroy_response(response);
    return result;
}

/* The response borrows the bytes: the library's parameter only lost its const.
 */
static struct MHD_Response *part_of(const uint8_t *bytes, size_t size)
{
    union {
        const uint8_t *in;
        void *out;
    } borrowed = {.in = bytes};
    return MHD_create_response_from_buffer(size, borrowed.out,
                                           MHD_RESPMEM_PERSISTENT);
}

static void count(struct os_serve *s, bool is_range, size_t reached)
{
    pthread_mutex_lock(&s->lock);
    s->served.requests++;
    s->served.ranges += is_range;
    if (reached > s->served.reached)
        s->served.reached = reached;
    pthread_mutex_unlock(&s->lock);
}

/* Its port is any: only the address is compared. */
static bool is_device(struct os_serve *s, struct MHD_Connection *c)
{
    struct sockaddr_in peer = {0};
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(c, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    if (info && info->client_addr->sa_family == AF_INET)
        memcpy(&peer, info->client_addr, sizeof(peer));
    if (memcmp(&peer.sin_addr, s->device, sizeof(s->device)) == 0)
        return true;
    pthread_mutex_lock(&s->lock);
    if (s->served.strangers++ == 0)
        memcpy(s->served.stranger, &peer.sin_addr, sizeof(s->served.stranger));
    pthread_mutex_unlock(&s->lock);
    return false;
}

static enum MHD_Result give(struct os_serve *s, struct MHD_Connection *c,
                            bool is_head)
{
    char where[80];
    size_t first = 0, size = s->size;
    const char *wanted =
        MHD_lookup_connection_value(c, MHD_HEADER_KIND, "Range");
    enum diy_range_is is = diy_range_read(wanted, s->size, &first, &size);
    if (is == RANGE_OUTSIDE)
        return say(c, MHD_HTTP_RANGE_NOT_SATISFIABLE, part_of(s->bytes, 0));
    if (is == RANGE_NONE) {
        first = 0;
        size = s->size;
    }
    struct MHD_Response *response = part_of(s->bytes + first, size);
    if (response && is == RANGE_PART) {
        snprintf(where, sizeof(where), "bytes %zu-%zu/%zu", first,
                 first + size - 1, s->size);
        (void)MHD_add_response_header(response, "Content-Range", where);
    }
    if (response) {
        (void)MHD_add_response_header(response, "Accept-Ranges", "bytes");
        (void)MHD_add_response_header(response, "Content-Type",
                                      "application/octet-stream");
    }
    count(s, is == RANGE_PART, is_head ? 0 : first + size);
    return say(c, is == RANGE_PART ? MHD_HTTP_PARTIAL_CONTENT : MHD_HTTP_OK,
               response);
}

static enum MHD_Result on_request(void *ctx, struct MHD_Connection *c,
                                  const char *url, const char *method,
                                  const char *version, const char *data,
                                  size_t *size, void **state)
{
    struct os_serve *s = ctx;
    static int begun;
    (void)version;
    (void)data;
    if (!*state) { /* the headers are there, the rest is not */
        *state = &begun;
        return MHD_YES;
    }
    if (*size > 0) { /* a body: nobody reads it */
        *size = 0;
        return MHD_YES;
    }
    bool is_head = strcmp(method, "HEAD") == 0;
    if (!is_device(s, c))
        return say(c, MHD_HTTP_NOT_FOUND, part_of(s->bytes, 0));
    if (strcmp(method, "GET") != 0 && !is_head)
        return say(c, MHD_HTTP_METHOD_NOT_ALLOWED, part_of(s->bytes, 0));
    if (strcmp(url, s->path) != 0)
        return say(c, MHD_HTTP_NOT_FOUND, part_of(s->bytes, 0));
    return give(s, c, is_head);
}

static enum err start(struct os_serve *s, const struct os_serve_file *file,
                      uint16_t *port)
{
    struct sockaddr_in here = {.sin_family = AF_INET,
                               .sin_port = htons(file->port)};
    memcpy(&here.sin_addr, file->here, 4);
    s->daemon = MHD_start_daemon(
        MHD_USE_INTERNAL_POLLING_THREAD, file->port, NULL, NULL, on_request, s,
        MHD_OPTION_SOCK_ADDR, (struct sockaddr *)&here,
        MHD_OPTION_CONNECTION_LIMIT, CONNECTIONS, MHD_OPTION_CONNECTION_TIMEOUT,
        SILENCE_S, MHD_OPTION_END);
    const union MHD_DaemonInfo *info =
        s->daemon ? MHD_get_daemon_info(s->daemon, MHD_DAEMON_INFO_BIND_PORT)
                  : NULL;
    if (!info)
        return ERR_PORT_BUSY;
    *port = info->port;
    return ERR_NONE;
}

/* The path stands before the server does: its thread reads it. */
static void set_path(struct os_serve *s, const char *name, uint64_t number)
{
    snprintf(s->path, sizeof(s->path), "/%016" PRIx64 "/%s", number, name);
}

enum err os_serve_open(const struct os_serve_file *file, struct os_serve **out)
{
    uint64_t number;
    uint16_t port;
    const uint8_t *ip = file->here;
    struct os_serve *s = calloc(1, sizeof(*s));
    *out = NULL;
    if (!s)
        return ERR_MEMORY;
    s->bytes = file->bytes;
    s->size = file->size;
    memcpy(s->device, file->device, sizeof(s->device));
    pthread_mutex_init(&s->lock, NULL);
    enum err e = ERR_IO;
    if (getrandom(&number, sizeof(number), 0) == (ssize_t)sizeof(number)) {
        set_path(s, file->name, number);
        e = start(s, file, &port);
    }
    if (e != ERR_NONE) {
        os_serve_close(s);
        return e;
    }
    snprintf(s->url, sizeof(s->url), "http://%u.%u.%u.%u:%u%s", ip[0], ip[1],
             ip[2], ip[3], port, s->path);
    *out = s;
    return ERR_NONE;
}

const char *os_serve_url(const struct os_serve *s)
{
    return s->url;
}

void os_serve_tell(struct os_serve *s)
{
    const uint8_t *who, *device = s->device;
    struct os_served served = os_serve_look(s);
    if (s->has_told || served.strangers == 0)
        return;
    s->has_told = true;
    who = served.stranger;
    message_talk("%u.%u.%u.%u asks here, too, and gets nothing: the file is "
                 "for %u.%u.%u.%u alone.",
                 who[0], who[1], who[2], who[3], device[0], device[1],
                 device[2], device[3]);
}

struct os_served os_serve_look(struct os_serve *s)
{
    pthread_mutex_lock(&s->lock);
    struct os_served served = s->served;
    pthread_mutex_unlock(&s->lock);
    return served;
}

struct os_served os_serve_begin(struct os_serve *s)
{
    pthread_mutex_lock(&s->lock);
    s->served.reached = 0;
    struct os_served served = s->served;
    pthread_mutex_unlock(&s->lock);
    return served;
}

void os_serve_close(struct os_serve *s)
{
    if (!s)
        return;
    if (s->daemon)
        MHD_stop_daemon(s->daemon);
    pthread_mutex_destroy(&s->lock);
    free(s);
}
