/* The web server of the bench's Tasmota: its routes are tasmota.md F.1, F.2 and
 * F.4, who may do what as Tasmota's sources of those versions have it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include "tool/bench_model_http.h"
#include "tool/bench_tasmota_device.h"

#define PORT 80u
#define POST_BUFFER 4096u
#define PAGE 4096u

struct request {
    struct tasmota_device *device;
    struct MHD_PostProcessor *post; /* of an upload */
    bool is_refused, has_begun;
    size_t size;
};

/* ---- answers ---- */

static enum MHD_Result say(const struct tasmota_device *d,
                           struct MHD_Connection *connection, unsigned status,
                           const char *type, const char *text)
{
    char server[80];
    struct MHD_Response *response =
        MHD_create_response_from_buffer_with_free_callback(strlen(text),
                                                           strdup(text), free);
    if (!response)
        return MHD_NO;
    snprintf(server, sizeof(server), "Tasmota/%s (ESP8266EX)",
             d->t.version->name);
    (void)MHD_add_response_header(response, "Content-Type", type);
    (void)MHD_add_response_header(response, "Cache-Control",
                                  "no-cache, no-store, must-revalidate");
    (void)MHD_add_response_header(response, "Connection", "close");
    if (d->t.version->major > 6)
        (void)MHD_add_response_header(response, "Server", server);
    if (status == 401)
        (void)MHD_add_response_header(response, "WWW-Authenticate",
                                      "Basic realm=\"Login Required\"");
    enum MHD_Result result = MHD_queue_response(connection, status, response);
    MHD_destroy_response(response);
    return result;
}

static enum MHD_Result page(const struct tasmota_device *d,
                            struct MHD_Connection *connection, const char *body)
{
    char text[PAGE], name[48];
    tasmota_name(&d->t, name, sizeof(name));
    snprintf(text, sizeof(text),
             "<!DOCTYPE html><html><head><title>%s</title></head><body>"
             "<h3>%s</h3>%s<p>%s %s by Theo Arends: modelled by pogo bench</p>"
             "</body></html>",
             tasmota_get(&d->t, "FriendlyName1"),
             tasmota_get(&d->t, "FriendlyName1"), body,
             d->t.version->major > 6 ? "Tasmota" : "Sonoff-Tasmota", name);
    return say(d, connection, 200, "text/html", text);
}

/* ---- who may ---- */

static bool has_basic(const struct tasmota_device *d,
                      struct MHD_Connection *connection)
{
    char plain[128], code[192];
    const char *password = tasmota_get(&d->t, "WebPassword");
    const char *given = MHD_lookup_connection_value(connection, MHD_HEADER_KIND,
                                                    "Authorization");
    int n = snprintf(plain, sizeof(plain), "admin:%.64s", password);
    (void)EVP_EncodeBlock((unsigned char *)code, (unsigned char *)plain, n);
    return !password[0] || (given && strncmp(given, "Basic ", 6) == 0 &&
                            strcmp(given + 6, code) == 0);
}

static const char *argument(struct MHD_Connection *connection, const char *key)
{
    const char *text =
        MHD_lookup_connection_value(connection, MHD_GET_ARGUMENT_KIND, key);
    return text ? text : "";
}

static bool has_words(const struct tasmota_device *d,
                      struct MHD_Connection *connection)
{
    const char *password = tasmota_get(&d->t, "WebPassword");
    return !password[0] ||
           (strcmp(argument(connection, "user"), "admin") == 0 &&
            strcmp(argument(connection, "password"), password) == 0);
}

/* ---- routes; locked ---- */

static enum MHD_Result on_command(struct tasmota_device *d,
                                  struct MHD_Connection *connection)
{
    char answer[TASMOTA_ANSWER];
    const char *command = argument(connection, "cmnd");
    bool may = has_words(d, connection) ||
               (d->t.version->is_strict && has_basic(d, connection));
    if (!may)
        return say(
            d, connection, d->t.version->is_strict ? 401 : 200,
            "application/json",
            "{\"WARNING\":\"Need user=<username>&password=<password>\"}");
    if (!command[0])
        return say(d, connection, 200, "application/json",
                   "{\"WARNING\":\"Enter command cmnd=\"}");
    tasmota_web(&d->t, command, answer);
    return say(d, connection, 200, "application/json", answer);
}

/* The web console asks for what is new, and may bring a command. */
static enum MHD_Result on_console(struct tasmota_device *d,
                                  struct MHD_Connection *connection)
{
    char answer[TASMOTA_ANSWER], text[TASMOTA_WEB_LOG + 32];
    const char *command = argument(connection, "c1");
    if (command[0]) {
        tasmota_log(&d->t, "CMD: %s", command);
        tasmota_web(&d->t, command, answer);
    }
    unsigned seen = (unsigned)atoi(argument(connection, "c2"));
    (void)tasmota_log_since(&d->t, seen, text, sizeof(text));
    return say(d, connection, 200, "text/plain", text);
}

static enum MHD_Result on_url(struct tasmota_device *d,
                              struct MHD_Connection *connection)
{
    char answer[TASMOTA_ANSWER];
    const char *url = argument(connection, "o");
    if (url[0])
        tasmota_set(&d->t, "OtaUrl", url);
    tasmota_web(&d->t, "Upgrade 1", answer);
    return page(d, connection, "<b>Upgrade started ...</b>");
}

static enum MHD_Result on_uploaded(struct tasmota_device *d,
                                   struct MHD_Connection *connection,
                                   const struct request *r)
{
    char body[256];
    if (!r->has_begun)
        tasmota_stage_begin(&d->t);
    tasmota_stage_end(&d->t);
    unsigned error = d->t.stage.error;
    if (error == 0) {
        tasmota_log(&d->t, "UPL: Successful %zu bytes. Restarting", r->size);
        tasmota_restart_soon(&d->t);
        tasmota_say("upload taken, %zu bytes", r->size);
        return page(d, connection,
                    "<b>Upload <font color='#008000'>Successful</font></b>"
                    "<br>Device will restart in a few seconds");
    }
    tasmota_say("upload refused, %u: %s", error, tasmota_stage_text(error));
    snprintf(body, sizeof(body),
             "<b>Upload <font color='#ff0000'>Failed</font></b><br><br>%s",
             tasmota_stage_text(error));
    return page(d, connection, body);
}

static enum MHD_Result route(struct request *r,
                             struct MHD_Connection *connection, const char *url)
{
    struct tasmota_device *d = r->device;
    if (!d->t.is_up)
        return MHD_NO;
    if (strcmp(url, "/cm") == 0)
        return on_command(d, connection);
    if (!has_basic(d, connection))
        return say(d, connection, 401, "text/html", "401 Unauthorized");
    if (r->post)
        return on_uploaded(d, connection, r);
    if (strcmp(url, "/") == 0)
        return page(d, connection, "<a href='up'>Firmware Upgrade</a>");
    if (strcmp(url, "/up") == 0)
        return page(d, connection,
                    "<form method='get' action='u1'>OTA Url <input name='o'>"
                    "</form><form method='post' action='u2' enctype='multipart/"
                    "form-data'><input type='file' name='u2'></form>");
    if (strcmp(url, "/cs") == 0)
        return on_console(d, connection);
    if (strcmp(url, "/u1") == 0)
        return on_url(d, connection);
    return say(d, connection, 404, "text/plain", "File Not Found\n");
}

/* ---- an upload ---- */

static enum MHD_Result on_part(void *ctx, enum MHD_ValueKind kind,
                               const char *key, const char *file,
                               const char *type, const char *encoding,
                               const char *data, uint64_t offset, size_t size)
{
    struct request *r = ctx;
    struct tasmota_device *d = r->device;
    (void)kind;
    (void)key;
    (void)type;
    (void)encoding;
    (void)offset;
    if (!file || !file[0] || r->is_refused)
        return MHD_YES;
    pthread_mutex_lock(&d->lock);
    if (!r->has_begun) {
        tasmota_log(&d->t, "UPL: File %s ...", file);
        tasmota_stage_begin(&d->t);
    }
    r->has_begun = true;
    r->size += size;
    tasmota_stage_put(&d->t, data, size);
    bool is_cut = d->cut_upload > 0 && r->size >= d->cut_upload;
    if (is_cut) {
        d->cut_upload = 0;
        d->wants_power_off = true;
    }
    pthread_mutex_unlock(&d->lock);
    return is_cut ? MHD_NO : MHD_YES;
}

static enum MHD_Result begin(struct request *r,
                             struct MHD_Connection *connection, const char *url,
                             const char *method)
{
    if (strcmp(method, "POST") != 0 || strcmp(url, "/u2") != 0)
        return MHD_YES;
    pthread_mutex_lock(&r->device->lock);
    r->is_refused = !has_basic(r->device, connection);
    pthread_mutex_unlock(&r->device->lock);
    r->post = MHD_create_post_processor(connection, POST_BUFFER, on_part, r);
    return MHD_YES;
}

/* ---- the server ---- */

static enum MHD_Result on_request(void *ctx, struct MHD_Connection *connection,
                                  const char *url, const char *method,
                                  const char *version, const char *data,
                                  size_t *size, void **state)
{
    struct request *r = *state;
    (void)version;
    if (!r) {
        *state = r = calloc(1, sizeof(*r));
        if (!r)
            return MHD_NO;
        r->device = ctx;
        return begin(r, connection, url, method);
    }
    if (*size > 0) {
        enum MHD_Result result =
            r->post ? MHD_post_process(r->post, data, *size) : MHD_YES;
        *size = 0;
        return result;
    }
    pthread_mutex_lock(&r->device->lock);
    enum MHD_Result result = route(r, connection, url);
    pthread_mutex_unlock(&r->device->lock);
    return result;
}

static void on_end(void *ctx, struct MHD_Connection *connection, void **state,
                   enum MHD_RequestTerminationCode code)
{
    struct request *r = *state;
    (void)ctx;
    (void)connection;
    (void)code;
    if (r && r->post)
        (void)MHD_destroy_post_processor(r->post);
    free(r);
    *state = NULL;
}

bool tasmota_http_open(struct tasmota_device *d)
{
    d->port = PORT;
    d->daemon = model_http_open(d->ip, &d->port, on_request, on_end, d);
    return d->daemon;
}

void tasmota_http_close(struct tasmota_device *d)
{
    if (d->daemon)
        MHD_stop_daemon(d->daemon);
    d->daemon = NULL;
}
