/* Requests to a device's web server. */
#include "tool/ota_talk.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "tool/json_text.h"
#include "tool/os.h"

#define PATH 1024u
#define URL (PATH + OTA_PLACE + 8u)

static const char scheme[] = "http://";

bool ota_talk_begin(struct ota_talk *talk, const char *place)
{
    size_t begin = sizeof(scheme) - 1;
    memset(talk, 0, sizeof(*talk));
    talk->ask = os_web_do;
    talk->now_ms = os_now_ms;
    talk->sleep_ms = os_sleep_ms;
    snprintf(talk->user, sizeof(talk->user), "admin");
    if (strncasecmp(place, scheme, begin) == 0)
        place += begin;
    size_t size = strcspn(place, "/");
    if (size == 0 || size >= OTA_PLACE ||
        strspn(place + size, "/") != strlen(place + size))
        return false;
    for (size_t i = 0; i < size; i++) {
        if (!isalnum((unsigned char)place[i]) && !strchr(".-_:", place[i]))
            return false;
    }
    memcpy(talk->place, place, size);
    /* As the header Host says it: a Referer that differs is another site's. */
    if (size > 3 && strcmp(talk->place + size - 3, ":80") == 0)
        talk->place[size - 3] = '\0';
    return true;
}

/* Append text as it may stand in a query (RFC 3986, 2.1). */
static void put_escaped(char *out, size_t room, const char *text)
{
    size_t at = strlen(out);
    for (; *text && at + 4 < room; text++) {
        unsigned char c = (unsigned char)*text;
        if (isalnum(c) || strchr("-_.~", c))
            at += (size_t)snprintf(out + at, room - at, "%c", c);
        else
            at += (size_t)snprintf(out + at, room - at, "%%%02X", c);
    }
}

/* One request with the device's user and password, and with its own page as
 * where it comes from: SetOption128 0 asks for that. */
static enum err ask(struct ota_talk *talk, const char *path)
{
    char url[URL], referer[OTA_PLACE + 16];
    struct os_web *web = &talk->web;
    snprintf(url, sizeof(url), "%s%s%s", scheme, talk->place, path);
    snprintf(referer, sizeof(referer), "%s%s/", scheme, talk->place);
    web->url = url;
    web->referer = referer;
    web->user = talk->has_password ? talk->user : NULL;
    web->password = talk->password;
    enum err e = talk->ask(web);
    web->url = web->referer = web->user = web->password = NULL;
    memset(url, 0, sizeof(url));
    return e;
}

enum err ota_talk_get(struct ota_talk *talk, const char *path)
{
    talk->web.bytes = NULL;
    talk->web.wait_ms = OTA_ANSWER_MS;
    return ask(talk, path);
}

/* Before 2020 Tasmota said it with status 200 (tasmota.md F.2). */
static bool is_login(const struct os_web *web)
{
    return web->status == 401 || web->status == 429 ||
           strstr(web->body, "Need user=<username>") != NULL;
}

static enum err judge(const struct os_web *web)
{
    if (is_login(web))
        return ERR_WEB_PASSWORD;
    return web->status == 403 ? ERR_WEB_UNOWNED : ERR_NONE;
}

/* Tasmota 6 reads the password from the query alone; newer ones, and Pogo, from
 * the header too, which is looked at first. */
enum err ota_talk_command(struct ota_talk *talk, const char *command)
{
    char path[PATH] = "/cm?";
    if (talk->has_password) {
        strcat(path, "user=");
        put_escaped(path, sizeof(path), talk->user);
        strcat(path, "&password=");
        put_escaped(path, sizeof(path), talk->password);
        strcat(path, "&");
    }
    strcat(path, "cmnd=");
    put_escaped(path, sizeof(path), command);
    enum err e = ota_talk_get(talk, path);
    memset(path, 0, sizeof(path));
    if (e == ERR_NONE)
        e = judge(&talk->web);
    if (e == ERR_NONE &&
        (talk->web.status != 200 || !json_text_is_whole(talk->web.body)))
        e = ERR_FORMAT;
    return e;
}

enum err ota_talk_upload(struct ota_talk *talk, const char *path,
                         const uint8_t *bytes, size_t size, const char *name,
                         void (*progress)(void *ctx, uint32_t done,
                                          uint32_t total),
                         void *ctx)
{
    struct os_web *web = &talk->web;
    web->bytes = bytes;
    web->size = size;
    web->name = name;
    web->progress = progress;
    web->ctx = ctx;
    web->wait_ms = OTA_UPLOAD_MS;
    enum err e = ask(talk, path);
    web->bytes = NULL;
    web->progress = NULL;
    return e == ERR_NONE ? judge(web) : e;
}

void ota_talk_plain(const char *page, char *out, size_t room)
{
    size_t n = 0;
    for (bool is_tag = false; *page && n + 1 < room; page++) {
        bool is_blank = isspace((unsigned char)*page) || *page == '<';
        if (is_blank && n > 0 && out[n - 1] != ' ')
            out[n++] = ' ';
        is_tag = *page == '<' || (is_tag && *page != '>');
        if (!is_tag && !is_blank && *page != '>')
            out[n++] = *page;
    }
    out[n > 0 && out[n - 1] == ' ' ? n - 1 : n] = '\0';
}
