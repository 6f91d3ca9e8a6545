/* HTTP to a device, by libcurl; and which of this computer's addresses a device
 * sees. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <curl/curl.h>

#include "tool/os_diy.h"

#define CONNECT_MS 5000L

static size_t take(char *bytes, size_t one, size_t count, void *ctx)
{
    struct os_http *http = ctx;
    size_t size = one * count;
    if (size >= OS_HTTP_ANSWER - http->size)
        return 0;
    memcpy(http->answer + http->size, bytes, size);
    http->size += size;
    http->answer[http->size] = '\0';
    return size;
}

static int on_progress(void *ctx, curl_off_t down, curl_off_t down_now,
                       curl_off_t up, curl_off_t up_now)
{
    const struct os_http *http = ctx;
    (void)down;
    (void)down_now;
    (void)up;
    (void)up_now;
    return !http->on_wait(http->ctx);
}

static void prepare(CURL *curl, struct os_http *http,
                    struct curl_slist *headers)
{
    curl_easy_setopt(curl, CURLOPT_URL, http->url);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http");
    curl_easy_setopt(curl, CURLOPT_PROXY, ""); /* whatever http_proxy says */
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, http->body);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, CONNECT_MS);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)http->wait_ms);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, http);
    if (!http->on_wait)
        return;
    curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, on_progress);
    curl_easy_setopt(curl, CURLOPT_XFERINFODATA, http);
}

static enum err err_of(CURLcode code)
{
    if (code == CURLE_OK)
        return ERR_NONE;
    if (code == CURLE_OUT_OF_MEMORY || code == CURLE_FAILED_INIT)
        return ERR_MEMORY;
    if (code == CURLE_UNSUPPORTED_PROTOCOL || code == CURLE_WRITE_ERROR ||
        code == CURLE_WEIRD_SERVER_REPLY)
        return ERR_FORMAT;
    return ERR_TIMEOUT;
}

enum err os_http_post(struct os_http *http)
{
    http->size = 0;
    http->answer[0] = http->why[0] = '\0';
    CURL *curl = curl_easy_init();
    struct curl_slist *headers =
        curl_slist_append(NULL, "Content-Type: application/json");
    CURLcode code = CURLE_FAILED_INIT;
    if (curl && headers) {
        prepare(curl, http, headers);
        code = curl_easy_perform(curl);
    }
    snprintf(http->why, sizeof(http->why), "%s", curl_easy_strerror(code));
    curl_slist_free_all(headers);
    curl_easy_cleanup(curl);
    return err_of(code);
}

/* A UDP socket that is connected has sent nothing yet, but knows its way. */
bool os_address_toward(const uint8_t ip[4], uint8_t out[4])
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(9)};
    struct sockaddr_in here = {0};
    socklen_t size = sizeof(here);
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return false;
    memcpy(&to.sin_addr, ip, 4);
    bool is_there = connect(fd, (struct sockaddr *)&to, sizeof(to)) == 0 &&
                    getsockname(fd, (struct sockaddr *)&here, &size) == 0;
    close(fd);
    memcpy(out, &here.sin_addr, 4);
    return is_there;
}
