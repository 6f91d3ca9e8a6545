/* A web server for one file, by libmicrohttpd: the device downloads its new
 * firmware from here. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <microhttpd.h>

#include "tool/diy_range.h"
#include "tool/os_diy.h"

#define CONNECTIONS 8u
#define SILENCE_S 60u

struct os_serve {
    const uint8_t *bytes;
    size_t size;
    const char *path;
    struct MHD_Daemon *daemon;
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
    if (strcmp(method, "GET") != 0 && !is_head)
        return say(c, MHD_HTTP_METHOD_NOT_ALLOWED, part_of(s->bytes, 0));
    if (strcmp(url, s->path) != 0)
        return say(c, MHD_HTTP_NOT_FOUND, part_of(s->bytes, 0));
    return give(s, c, is_head);
}

enum err os_serve_open(const uint8_t *bytes, size_t size, const char *path,
                       const uint8_t ip[4], uint16_t *port,
                       struct os_serve **out)
{
    struct os_serve *s = calloc(1, sizeof(*s));
    struct sockaddr_in here = {.sin_family = AF_INET, .sin_port = htons(*port)};
    *out = s;
    if (!s)
        return ERR_MEMORY;
    memcpy(&here.sin_addr, ip, 4);
    s->bytes = bytes;
    s->size = size;
    s->path = path;
    pthread_mutex_init(&s->lock, NULL);
    s->daemon = MHD_start_daemon(
        MHD_USE_INTERNAL_POLLING_THREAD, *port, NULL, NULL, on_request, s,
        MHD_OPTION_SOCK_ADDR, (struct sockaddr *)&here,
        MHD_OPTION_CONNECTION_LIMIT, CONNECTIONS, MHD_OPTION_CONNECTION_TIMEOUT,
        SILENCE_S, MHD_OPTION_END);
    const union MHD_DaemonInfo *info =
        s->daemon ? MHD_get_daemon_info(s->daemon, MHD_DAEMON_INFO_BIND_PORT)
                  : NULL;
    if (info) {
        *port = info->port;
        return ERR_NONE;
    }
    os_serve_close(s);
    *out = NULL;
    return ERR_PORT_BUSY;
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
