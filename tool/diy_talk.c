/* Requests to one device in DIY mode. */
#include "tool/diy_talk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tool/message.h"
#include "tool/os.h"

void diy_place(const struct diy_device *d, char out[DIY_PLACE])
{
    snprintf(out, DIY_PLACE, "%u.%u.%u.%u:%u", d->ip[0], d->ip[1], d->ip[2],
             d->ip[3], d->port);
}

/* Before the first request, too: a script's last one may be just over. */
static void pause(const struct diy_talk *talk)
{
    uint64_t since = os_now_ms() - talk->last_ms;
    if (talk->last_ms == 0)
        os_sleep_ms(DIY_PAUSE_MS);
    else if (since < DIY_PAUSE_MS)
        os_sleep_ms((unsigned)(DIY_PAUSE_MS - since));
}

enum err diy_ask_once(struct diy_talk *talk, const struct diy_request *request,
                      bool (*on_wait)(void *ctx), void *ctx,
                      struct diy_answer *out)
{
    char url[128], place[DIY_PLACE];
    char *body = diy_body(request, talk->device.id);
    struct os_http http = {
        .url = url,
        .body = body,
        .on_wait = on_wait,
        .ctx = ctx,
        .wait_ms = request->what == DIY_UNLOCK ? DIY_UNLOCK_MS : DIY_ANSWER_MS};
    memset(out, 0, sizeof(*out));
    if (!body)
        return ERR_FORMAT;
    if (on_wait)
        http.wait_ms = 0;
    diy_place(&talk->device, place);
    snprintf(url, sizeof(url), "http://%s/zeroconf/%s", place,
             diy_path(request->what));
    pause(talk);
    enum err e = os_http_post(&http);
    talk->last_ms = os_now_ms();
    free(body);
    memcpy(talk->why, e == ERR_NONE ? "" : http.why,
           e == ERR_NONE ? 1 : sizeof(http.why));
    if (e == ERR_TIMEOUT)
        return ERR_DIY_SILENT;
    if (e == ERR_FORMAT)
        return ERR_DIY_ANSWER;
    return e != ERR_NONE ? e : diy_answer_read(http.answer, http.size, out);
}

enum err diy_ask(struct diy_talk *talk, const struct diy_request *request,
                 struct diy_answer *out)
{
    enum err e = diy_ask_once(talk, request, NULL, NULL, out);
    if (e == ERR_DIY_SILENT) {
        os_sleep_ms(2 * DIY_PAUSE_MS);
        e = diy_ask_once(talk, request, NULL, NULL, out);
    }
    return e;
}

int diy_fail(enum err e, const struct diy_talk *talk, const char *what)
{
    char place[DIY_PLACE];
    diy_place(&talk->device, place);
    const char *id = talk->device.id;
    return message_fail(e, "%s at %s%s%s%s%s", what, place,
                        id[0] != '\0' ? ", id " : "", id,
                        talk->why[0] != '\0' ? ": " : "", talk->why);
}
