/* The download of the bench's stock device: pieces by Range, limits, the hash.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include <curl/curl.h>
#include <openssl/evp.h>

#include "tool/bench_stock.h"

#define PIECE 4096u
#define REACH_MS 5000L
#define PIECE_MS 5000L

struct fetch {
    struct stock *stock;
    CURL *curl;
    uint8_t piece[PIECE];
    size_t got;                 /* of the piece */
    size_t at, total;           /* total 0: not known yet */
    struct stock_faults faults; /* as they were at the start */
};

static size_t take(char *bytes, size_t one, size_t count, void *ctx)
{
    struct fetch *f = ctx;
    size_t size = one * count;
    if (size > PIECE - f->got)
        return 0; /* more than was asked for: no Range there */
    memcpy(f->piece + f->got, bytes, size);
    f->got += size;
    return size;
}

static size_t take_header(char *bytes, size_t one, size_t count, void *ctx)
{
    struct fetch *f = ctx;
    char line[128];
    unsigned first, last, total;
    size_t size = one * count;
    snprintf(line, sizeof(line), "%.*s", (int)size, bytes);
    if (strncasecmp(line, "Content-Range:", 14) == 0 &&
        sscanf(line + 14, " bytes %u-%u/%u", &first, &last, &total) == 3 &&
        first == f->at)
        f->total = total;
    return size;
}

static int on_progress(void *ctx, curl_off_t a, curl_off_t b, curl_off_t c,
                       curl_off_t d)
{
    struct fetch *f = ctx;
    (void)a;
    (void)b;
    (void)c;
    (void)d;
    pthread_mutex_lock(&f->stock->lock);
    bool is_over = !f->stock->has_power;
    pthread_mutex_unlock(&f->stock->lock);
    return is_over;
}

static void prepare(struct fetch *f, const char *url)
{
    char here[16];
    const uint8_t *ip = f->stock->ip;
    snprintf(here, sizeof(here), "%u.%u.%u.%u", ip[0], ip[1], ip[2], ip[3]);
    curl_easy_setopt(f->curl, CURLOPT_URL, url);
    curl_easy_setopt(f->curl, CURLOPT_PROTOCOLS_STR, "http");
    curl_easy_setopt(f->curl, CURLOPT_PROXY, "");
    curl_easy_setopt(f->curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(f->curl, CURLOPT_INTERFACE, here);
    curl_easy_setopt(f->curl, CURLOPT_CONNECTTIMEOUT_MS, REACH_MS);
    curl_easy_setopt(f->curl, CURLOPT_TIMEOUT_MS, PIECE_MS);
    curl_easy_setopt(f->curl, CURLOPT_WRITEFUNCTION, take);
    curl_easy_setopt(f->curl, CURLOPT_WRITEDATA, f);
    curl_easy_setopt(f->curl, CURLOPT_HEADERFUNCTION, take_header);
    curl_easy_setopt(f->curl, CURLOPT_HEADERDATA, f);
    curl_easy_setopt(f->curl, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(f->curl, CURLOPT_XFERINFOFUNCTION, on_progress);
    curl_easy_setopt(f->curl, CURLOPT_XFERINFODATA, f);
}

/* No piece comes in time from here on, once. */
static bool is_late(struct fetch *f)
{
    if (f->faults.late_bytes == 0 || f->at < f->faults.late_bytes)
        return false;
    pthread_mutex_lock(&f->stock->lock);
    f->stock->faults.late_bytes = 0;
    pthread_mutex_unlock(&f->stock->lock);
    return true;
}

/* The piece at f->at: 0, or the error's number. */
static int get_piece(struct fetch *f)
{
    char range[48];
    long status = 0;
    if (f->faults.slow_ms > 0) {
        struct timespec pause = {.tv_sec = f->faults.slow_ms / 1000,
                                 .tv_nsec = (long)(f->faults.slow_ms % 1000) *
                                            1000000};
        nanosleep(&pause, NULL);
    }
    if (is_late(f))
        return 408;
    snprintf(range, sizeof(range), "%zu-%zu", f->at, f->at + PIECE - 1);
    curl_easy_setopt(f->curl, CURLOPT_RANGE, range);
    f->got = 0;
    f->total = 0;
    CURLcode code = curl_easy_perform(f->curl);
    curl_easy_getinfo(f->curl, CURLINFO_RESPONSE_CODE, &status);
    if (code == CURLE_OPERATION_TIMEDOUT && f->at > 0)
        return 408;
    if (code == CURLE_ABORTED_BY_CALLBACK)
        return -1;
    return code == CURLE_OK && status == 206 && f->total > 0 && f->got > 0
               ? 0
               : 424;
}

/* The network goes away, as the control line said, once. */
static bool is_cut(struct fetch *f)
{
    struct stock *s = f->stock;
    if (f->faults.cut_ms == 0 || f->at < f->faults.cut_bytes)
        return false;
    pthread_mutex_lock(&s->lock);
    s->away_until_ms = model_now_ms() + s->faults.cut_ms;
    s->faults.cut_ms = 0;
    pthread_mutex_unlock(&s->lock);
    stock_say("network gone");
    return true;
}

static int get_all(struct fetch *f)
{
    struct stock *s = f->stock;
    do {
        int number = get_piece(f);
        if (number != 0)
            return number;
        if (f->total > DIY_IMAGE || f->at + f->got > DIY_IMAGE)
            return 413;
        memcpy(s->image + f->at, f->piece, f->got);
        if (f->at == 0)
            stock_say("fetch begins, %zu bytes", f->total);
        f->at += f->got;
        if (is_cut(f))
            return -1;
    } while (f->at < f->total);
    s->size = f->at;
    return 0;
}

static bool is_hash(const struct stock *s, const char *sha256)
{
    uint8_t digest[32];
    char text[65];
    if (!EVP_Digest(s->image, s->size, digest, NULL, EVP_sha256(), NULL))
        return false;
    for (size_t i = 0; i < sizeof(digest); i++)
        snprintf(text + 2 * i, 3, "%02x", digest[i]);
    return strcasecmp(text, sha256) == 0;
}

int stock_fetch(struct stock *s, const char *url, const char *sha256)
{
    struct fetch *f = calloc(1, sizeof(*f));
    int number = 424;
    if (!f)
        return number;
    f->stock = s;
    pthread_mutex_lock(&s->lock);
    f->faults = s->faults;
    pthread_mutex_unlock(&s->lock);
    f->curl = curl_easy_init();
    if (f->curl && !f->faults.is_walled) {
        prepare(f, url);
        number = get_all(f);
    }
    curl_easy_cleanup(f->curl);
    pthread_mutex_lock(&s->lock);
    if (number == 0 && s->faults.corrupt > 0) {
        s->faults.corrupt--;
        s->image[s->size / 2] ^= 1;
    }
    pthread_mutex_unlock(&s->lock);
    free(f);
    return number == 0 && !is_hash(s, sha256) ? 471 : number;
}
