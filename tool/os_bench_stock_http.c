/* The web server of the bench's stock device: one request at a time, as it
 * takes them. */
#include <stdlib.h>
#include <string.h>

#include "tool/bench_model_http.h"
#include "tool/bench_stock.h"

#define BODY_ROOM 2048u

struct body {
    char text[BODY_ROOM];
    size_t size;
    bool is_too_long;
};

static enum MHD_Result say(struct MHD_Connection *connection, char *text)
{
    struct MHD_Response *response = MHD_create_response_from_buffer(
        strlen(text), text, MHD_RESPMEM_MUST_FREE);
    if (!response)
        return MHD_NO;
    (void)MHD_add_response_header(response, "Content-Type", "application/json");
    (void)MHD_add_response_header(response, "Connection", "close");
    enum MHD_Result result = MHD_queue_response(connection, 200, response);
    MHD_destroy_response(response);
    return result;
}

static enum MHD_Result on_request(void *ctx, struct MHD_Connection *connection,
                                  const char *url, const char *method,
                                  const char *version, const char *data,
                                  size_t *size, void **state)
{
    struct body *body = *state;
    (void)method;
    (void)version;
    if (!body) {
        *state = calloc(1, sizeof(*body));
        return *state ? MHD_YES : MHD_NO;
    }
    if (*size > 0) {
        size_t room = BODY_ROOM - body->size;
        body->is_too_long = body->is_too_long || *size > room;
        size_t n = *size < room ? *size : room;
        memcpy(body->text + body->size, data, n);
        body->size += n;
        *size = 0;
        return MHD_YES;
    }
    char *answer =
        stock_answer(ctx, url, body->text, body->is_too_long ? 0 : body->size);
    return answer ? say(connection, answer) : MHD_NO;
}

static void on_end(void *ctx, struct MHD_Connection *connection, void **state,
                   enum MHD_RequestTerminationCode code)
{
    (void)ctx;
    (void)connection;
    (void)code;
    free(*state);
    *state = NULL;
}

enum err stock_http_open(struct stock *s)
{
    s->port = DIY_PORT;
    s->daemon = model_http_open(s->ip, &s->port, on_request, on_end, s);
    return s->daemon ? ERR_NONE : ERR_PORT_BUSY;
}

void stock_http_close(struct stock *s)
{
    if (s->daemon)
        MHD_stop_daemon(s->daemon);
    s->daemon = NULL;
}
