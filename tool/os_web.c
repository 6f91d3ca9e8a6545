/* Pages of a device's web server and uploads to it, by libcurl. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include <curl/curl.h>

#include "tool/os_web.h"

#define CONNECT_MS 5000L

static size_t take_body(char *bytes, size_t one, size_t count, void *ctx)
{
    struct os_web *web = ctx;
    size_t size = one * count, has = strlen(web->body);
    size_t n = size < OS_WEB_BODY - 1 - has ? size : OS_WEB_BODY - 1 - has;
    memcpy(web->body + has, bytes, n);
    web->body[has + n] = '\0';
    return size;
}

/* What stands behind name in a header's line, up to one of the ends. */
static void take_value(const char *bytes, size_t size, const char *name,
                       const char *ends, char *out, size_t room)
{
    size_t at = strlen(name), n = 0;
    if (size < at || strncasecmp(bytes, name, at) != 0)
        return;
    while (at < size && bytes[at] == ' ')
        at++;
    while (at + n < size && !strchr(ends, bytes[at + n]) && n + 1 < room)
        n++;
    memcpy(out, bytes + at, n);
    out[n] = '\0';
}

static size_t take_header(char *bytes, size_t one, size_t count, void *ctx)
{
    struct os_web *web = ctx;
    size_t size = one * count;
    take_value(bytes, size, "Server:", "\r\n", web->server,
               sizeof(web->server));
    take_value(bytes, size, "WWW-Authenticate: Basic realm=\"", "\"\r\n",
               web->realm, sizeof(web->realm));
    return size;
}

static int on_progress(void *ctx, curl_off_t down, curl_off_t down_now,
                       curl_off_t up, curl_off_t up_now)
{
    struct os_web *web = ctx;
    (void)down;
    (void)down_now;
    /* The form's other lines are no part of the file. */
    curl_off_t extra = up - (curl_off_t)web->size;
    if (up == 0 || up_now <= extra || (uint32_t)(up_now - extra) == web->shown)
        return 0;
    web->shown = (uint32_t)(up_now - extra);
    web->progress(web->ctx, web->shown, (uint32_t)web->size);
    return 0;
}

static void prepare(CURL *curl, struct os_web *web)
{
    curl_easy_setopt(curl, CURLOPT_URL, web->url);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http");
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_FORBID_REUSE, 1L);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, CONNECT_MS);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_body);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, web);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, take_header);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, web);
    if (web->referer)
        curl_easy_setopt(curl, CURLOPT_REFERER, web->referer);
    if (web->user) {
        curl_easy_setopt(curl, CURLOPT_HTTPAUTH, CURLAUTH_BASIC);
        curl_easy_setopt(curl, CURLOPT_USERNAME, web->user);
        curl_easy_setopt(curl, CURLOPT_PASSWORD,
                         web->password ? web->password : "");
    }
    if (!web->bytes) {
        curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)web->wait_ms);
        return;
    }
    curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
    curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME,
                     (long)(web->wait_ms + 999) / 1000);
    if (!web->progress)
        return;
    curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, on_progress);
    curl_easy_setopt(curl, CURLOPT_XFERINFODATA, web);
}

/* The file as a form; NULL: no memory. */
static curl_mime *form_of(CURL *curl, const struct os_web *web)
{
    curl_mime *form = curl_mime_init(curl);
    curl_mimepart *part = form ? curl_mime_addpart(form) : NULL;
    if (part && curl_mime_name(part, "u2") == CURLE_OK &&
        curl_mime_filename(part, web->name) == CURLE_OK &&
        curl_mime_type(part, "application/octet-stream") == CURLE_OK &&
        curl_mime_data(part, (const char *)web->bytes, web->size) == CURLE_OK)
        return form;
    curl_mime_free(form);
    return NULL;
}

static void look_at(CURL *curl, struct os_web *web)
{
    long status = 0;
    const char *peer = NULL, *here = NULL;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(curl, CURLINFO_PRIMARY_IP, &peer);
    curl_easy_getinfo(curl, CURLINFO_LOCAL_IP, &here);
    web->status = (unsigned)status;
    snprintf(web->peer, sizeof(web->peer), "%s", peer ? peer : "");
    snprintf(web->here, sizeof(web->here), "%s", here ? here : "");
}

/* A device that has read enough answers and hangs up: an answer counts, also
 * when not all of the file was sent. */
static enum err err_of(CURLcode code, const struct os_web *web)
{
    if (code == CURLE_OK || (web->status >= 400 && web->bytes))
        return ERR_NONE;
    if (code == CURLE_OUT_OF_MEMORY || code == CURLE_FAILED_INIT)
        return ERR_MEMORY;
    if (code == CURLE_UNSUPPORTED_PROTOCOL || code == CURLE_WEIRD_SERVER_REPLY)
        return ERR_FORMAT;
    return ERR_TIMEOUT;
}

enum err os_web_do(struct os_web *web)
{
    web->status = web->shown = 0;
    web->server[0] = web->body[0] = web->why[0] = '\0';
    web->realm[0] = '\0';
    web->peer[0] = web->here[0] = '\0';
    CURL *curl = curl_easy_init();
    curl_mime *form = NULL;
    /* Nobody asks beforehand whether the file may come (100-continue): such
     * small servers do not know that. */
    struct curl_slist *headers = curl_slist_append(NULL, "Expect:");
    CURLcode code = CURLE_FAILED_INIT;
    if (curl && web->bytes)
        form = form_of(curl, web);
    if (curl && headers && (form || !web->bytes)) {
        prepare(curl, web);
        curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
        if (form)
            curl_easy_setopt(curl, CURLOPT_MIMEPOST, form);
        code = curl_easy_perform(curl);
        look_at(curl, web);
    }
    if (code != CURLE_OK)
        snprintf(web->why, sizeof(web->why), "%s", curl_easy_strerror(code));
    curl_mime_free(form);
    curl_slist_free_all(headers);
    curl_easy_cleanup(curl);
    return err_of(code, web);
}
