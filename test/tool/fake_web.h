/* A device's web server for tests of `pogo ota`: rows of what it answers, and a
 * time that goes on only while somebody waits. */
#ifndef TEST_TOOL_FAKE_WEB_H
#define TEST_TOOL_FAKE_WEB_H

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "tool/ota_talk.h"

struct fake_row {
    uint64_t from_ms;   /* from this time on; later rows come first */
    const char *url;    /* what the address ends with */
    unsigned status;    /* 0: nobody answers */
    const char *server; /* NULL: no header. With 401: the realm, too */
    const char *body;
};

static struct {
    const struct fake_row *row;
    size_t rows;
    uint64_t now_ms;
    char asked[2048]; /* every address, a line each */
    char login[128];  /* user:password of the last request */
    bool has_login;   /* any request had one, in its header or address */
    char referer[128];
    size_t uploaded;
} fake;

static uint64_t fake_now_ms(void)
{
    return fake.now_ms;
}

static void fake_sleep_ms(unsigned ms)
{
    fake.now_ms += ms;
}

static bool fake_ends(const char *text, const char *end)
{
    size_t n = strlen(text), k = strlen(end);
    return n >= k && strcmp(text + n - k, end) == 0;
}

static enum err fake_ask(struct os_web *web)
{
    size_t at = strlen(fake.asked);
    snprintf(fake.asked + at, sizeof(fake.asked) - at, "%s\n", web->url);
    snprintf(fake.login, sizeof(fake.login), "%s:%s",
             web->user ? web->user : "", web->user ? web->password : "");
    fake.has_login |= web->user || strstr(web->url, "password=");
    snprintf(fake.referer, sizeof(fake.referer), "%s",
             web->referer ? web->referer : "");
    fake.uploaded = web->bytes ? web->size : fake.uploaded;
    web->status = 0;
    web->server[0] = web->body[0] = web->why[0] = '\0';
    snprintf(web->peer, sizeof(web->peer), "127.0.0.1");
    for (size_t i = fake.rows; i-- > 0;) {
        const struct fake_row *row = &fake.row[i];
        if (row->from_ms > fake.now_ms || !fake_ends(web->url, row->url))
            continue;
        web->status = row->status;
        snprintf(web->server, sizeof(web->server), "%s",
                 row->server ? row->server : "");
        snprintf(web->body, sizeof(web->body), "%s", row->body);
        snprintf(web->realm, sizeof(web->realm), "%s",
                 row->status != 401 ? ""
                 : row->server      ? row->server
                                    : "Login Required");
        break;
    }
    return web->status == 0 ? ERR_TIMEOUT : ERR_NONE;
}

static void fake_begin(struct ota_talk *talk, const struct fake_row *row,
                       size_t rows)
{
    memset(&fake, 0, sizeof(fake));
    fake.row = row;
    fake.rows = rows;
    (void)ota_talk_begin(talk, "lamp.local");
    talk->ask = fake_ask;
    talk->now_ms = fake_now_ms;
    talk->sleep_ms = fake_sleep_ms;
}

#define FAKE_BEGIN(talk, row)                                                  \
    fake_begin(talk, row, sizeof(row) / sizeof((row)[0]))

#endif
