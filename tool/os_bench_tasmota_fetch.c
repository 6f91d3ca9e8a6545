/* Upgrade 1 of the bench's Tasmota: it gets OtaUrl, and first its minimal image
 * when that does not fit (tasmota.md G.2). What a failure is called: the texts
 * of the Arduino core's HTTP updater. */
#include <stdio.h>
#include <string.h>

#include <curl/curl.h>

#include "tool/bench_tasmota_device.h"

#define TRIES 10u
#define PLAIN_TRIES 5u /* then with .gz */
#define REACH_MS 3000L
#define PAUSE_MS 200 /* the real one waits a second */
#define URL 512u

struct fetch {
    struct tasmota_device *device;
    bool (*wait)(struct tasmota_device *d, int ms);
    CURL *curl;
    size_t got;
    bool is_begun, is_too_large;
};

static bool begin(struct fetch *f)
{
    curl_off_t size = -1;
    struct tasmota_device *d = f->device;
    curl_easy_getinfo(f->curl, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &size);
    f->is_too_large = size > 0 && (size_t)size > tasmota_room(&d->t);
    f->is_begun = true;
    if (!f->is_too_large)
        tasmota_stage_begin(&d->t);
    return !f->is_too_large && size > 0;
}

static size_t take(char *bytes, size_t one, size_t count, void *ctx)
{
    struct fetch *f = ctx;
    struct tasmota_device *d = f->device;
    size_t size = one * count;
    pthread_mutex_lock(&d->lock);
    bool is_going = f->is_begun || begin(f);
    if (is_going) {
        tasmota_stage_put(&d->t, bytes, size);
        f->got += size;
        is_going = d->t.stage.error == 0;
    }
    if (d->cut_upload > 0 && f->got >= d->cut_upload) {
        d->cut_upload = 0;
        d->wants_power_off = true;
    }
    pthread_mutex_unlock(&d->lock);
    return is_going ? size : 0;
}

static int on_progress(void *ctx, curl_off_t a, curl_off_t b, curl_off_t c,
                       curl_off_t e)
{
    struct fetch *f = ctx;
    (void)a;
    (void)b;
    (void)c;
    (void)e;
    return !f->wait(f->device, 0);
}

static void prepare(struct fetch *f, const char *url)
{
    char here[16];
    const uint8_t *ip = f->device->ip;
    snprintf(here, sizeof(here), "%u.%u.%u.%u", ip[0], ip[1], ip[2], ip[3]);
    curl_easy_setopt(f->curl, CURLOPT_URL, url);
    curl_easy_setopt(f->curl, CURLOPT_PROTOCOLS_STR, "http");
    curl_easy_setopt(f->curl, CURLOPT_PROXY, "");
    curl_easy_setopt(f->curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(f->curl, CURLOPT_FAILONERROR, 1L);
    curl_easy_setopt(f->curl, CURLOPT_USERAGENT, "ESP8266-http-Update");
    curl_easy_setopt(f->curl, CURLOPT_INTERFACE, here);
    curl_easy_setopt(f->curl, CURLOPT_CONNECTTIMEOUT_MS, REACH_MS);
    curl_easy_setopt(f->curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
    curl_easy_setopt(f->curl, CURLOPT_LOW_SPEED_TIME, 5L);
    curl_easy_setopt(f->curl, CURLOPT_WRITEFUNCTION, take);
    curl_easy_setopt(f->curl, CURLOPT_WRITEDATA, f);
    curl_easy_setopt(f->curl, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(f->curl, CURLOPT_XFERINFOFUNCTION, on_progress);
    curl_easy_setopt(f->curl, CURLOPT_XFERINFODATA, f);
}

/* NULL, or what went wrong. */
static const char *get(struct fetch *f, const char *url)
{
    long status = 0;
    f->got = 0;
    f->is_begun = f->is_too_large = false;
    f->curl = curl_easy_init();
    if (!f->curl)
        return "Update error: ERROR[0]: No Error";
    prepare(f, url);
    tasmota_say("fetches %s", url);
    CURLcode code = curl_easy_perform(f->curl);
    curl_easy_getinfo(f->curl, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_cleanup(f->curl);
    if (f->is_too_large)
        return "Not Enough space";
    if (status == 404)
        return "File Not Found (404)";
    if (status == 403)
        return "Forbidden (403)";
    if (status != 0 && status != 200)
        return "Wrong HTTP Code";
    unsigned error = f->device->t.stage.error;
    if (f->is_begun && error == 3)
        return "Verify Bin Header Failed";
    if (f->is_begun && error == 4)
        return "New Binary Does Not Fit Flash Size";
    if (code == CURLE_OK)
        return f->is_begun ? NULL : "Server Did Not Report Size";
    return status == 0 ? "HTTP error: connection failed"
                       : "HTTP error: connection lost";
}

/* The next name to try. */
static void name_next(struct tasmota_device *d, unsigned nth, char url[URL])
{
    pthread_mutex_lock(&d->lock);
    const char *wanted = tasmota_get(&d->t, "OtaUrl");
    if (d->t.wants_minimal && !d->t.is_minimal)
        tasmota_minimal_url(wanted, url, URL);
    else
        snprintf(url, URL, "%s", wanted);
    size_t n = strlen(url);
    bool has_gz = n > 3 && strcmp(url + n - 3, ".gz") == 0;
    if (nth >= PLAIN_TRIES && d->t.version->has_gz && !has_gz)
        snprintf(url + n, URL - n, ".gz");
    pthread_mutex_unlock(&d->lock);
}

static void end(struct tasmota_device *d, const char *why)
{
    char json[160];
    pthread_mutex_lock(&d->lock);
    if (!why) {
        tasmota_stage_end(&d->t);
        if (d->t.stage.error)
            why = tasmota_stage_text(d->t.stage.error);
    }
    snprintf(json, sizeof(json), "{\"Upgrade\":\"%s%s\"}",
             why ? "Failed " : "Successful. Restarting", why ? why : "");
    tasmota_answer(&d->t, "UPGRADE", json);
    if (!why)
        tasmota_restart_soon(&d->t);
    pthread_mutex_unlock(&d->lock);
    tasmota_say("upgrade %s", why ? why : "taken");
}

void tasmota_fetch(struct tasmota_device *d,
                   bool (*wait)(struct tasmota_device *d, int ms))
{
    struct fetch f = {.device = d, .wait = wait};
    char url[URL];
    const char *why = "";
    for (unsigned i = 0; why && i < TRIES; i++) {
        name_next(d, i, url);
        why = get(&f, url);
        if (!wait(d, why ? PAUSE_MS : 0))
            return;
        if (f.is_too_large && !d->t.is_minimal)
            d->t.wants_minimal = true;
    }
    end(d, why);
}
