/* A file that the device fetches itself, from a web server here. */
#include <stdio.h>
#include <string.h>

#include "tool/json_text.h"
#include "tool/os_diy.h"
#include "tool/ota_send_private.h"

#define STEP_MS 500u
#define ASK_MS 30000u   /* for its first request to our server */
#define QUIET_MS 12000u /* it asked, and then answered nobody: it restarts */
#define ALL_MS 300000u  /* for all of it */

struct fetch {
    struct ota_job *job;
    struct os_serve *serve;
    const char *url;   /* the server's */
    uint64_t since_ms; /* of Upgrade 1 */
    uint64_t heard_ms; /* when the device last answered */
};

/* ---- what became of it --------------------------------------------------- */

/* True when it has started again since. */
static bool has_restarted(const struct fetch *f)
{
    struct ota_device now = f->job->device;
    return ota_device_look(f->job->talk, &now) == ERR_NONE && now.has_uptime &&
           (uint64_t)now.uptime_s * 1000u <
               f->job->talk->now_ms() - f->since_ms;
}

/* One look. *is_over: with what is returned. */
static enum err look(struct fetch *f, bool *is_over)
{
    struct ota_job *job = f->job;
    uint64_t now = job->talk->now_ms();
    bool has_asked = os_serve_look(f->serve).requests > 0;
    enum err e = ota_talk_get(job->talk, "/cs?c2=0");
    *is_over = false;
    os_serve_tell(f->serve);
    if (e == ERR_NONE) {
        f->heard_ms = now;
        e = ota_send_judge_log(job->talk->web.body, f->url, is_over, job->said);
        if (*is_over)
            return e;
        *is_over = has_asked && has_restarted(f);
    } else {
        *is_over = has_asked && now - f->heard_ms >= QUIET_MS;
    }
    if (*is_over)
        return ERR_NONE;
    *is_over = !has_asked && now - f->since_ms >= ASK_MS;
    if (*is_over)
        return ERR_DIY_FIREWALL;
    *is_over = now - f->since_ms >= ALL_MS;
    return *is_over ? ERR_WEB_BROKEN : ERR_NONE;
}

static enum err await(struct fetch *f)
{
    bool is_over = false;
    enum err e = ERR_NONE;
    while (!is_over) {
        f->job->talk->sleep_ms(STEP_MS);
        e = look(f, &is_over);
    }
    return e;
}

/* ---- its beginning ------------------------------------------------------- */

static void keep_old_url(struct ota_job *job)
{
    if (job->has_old_url || ota_talk_command(job->talk, "OtaUrl") != ERR_NONE)
        return;
    job->has_old_url = json_text_find(job->talk->web.body, "OtaUrl",
                                      job->old_url, sizeof(job->old_url));
}

static enum err begin(struct fetch *f)
{
    char command[OS_SERVE_URL + 8];
    struct ota_talk *talk = f->job->talk;
    snprintf(command, sizeof(command), "OtaUrl %s", f->url);
    enum err e = ota_talk_command(talk, command);
    if (e == ERR_NONE)
        e = ota_talk_command(talk, "Upgrade 1");
    f->since_ms = f->heard_ms = talk->now_ms();
    return e;
}

static bool read_address(const char *text, uint8_t out[4])
{
    unsigned a, b, c, d;
    if (sscanf(text, "%3u.%3u.%3u.%3u", &a, &b, &c, &d) != 4)
        return false;
    const uint8_t ip[4] = {(uint8_t)a, (uint8_t)b, (uint8_t)c, (uint8_t)d};
    memcpy(out, ip, sizeof(ip));
    return true;
}

enum err ota_send_url(struct ota_job *job, const struct ota_step *step)
{
    struct fetch f = {.job = job};
    const struct os_web *web = &job->talk->web;
    struct os_serve_file file = {
        .bytes = step->bytes, .size = step->size, .port = job->port};
    file.name = job->device.kind == OTA_POGO ? "pogo.ota" : step->name;
    keep_old_url(job); /* which tells both addresses, too */
    if (!read_address(web->here, file.here) ||
        !read_address(web->peer, file.device))
        return ERR_DIY_FIREWALL;
    /* The path is new each time, so that the log tells of this time. */
    enum err e = os_serve_open(&file, &f.serve);
    if (e != ERR_NONE)
        return e;
    f.url = os_serve_url(f.serve);
    message_talk("The device fetches it from %s.", f.url);
    e = begin(&f);
    if (e == ERR_NONE)
        e = await(&f);
    os_serve_close(f.serve);
    job->taken_ms = f.since_ms; /* it may have started again by now */
    if (e == ERR_TIMEOUT || e == ERR_FORMAT)
        return ERR_WEB_BROKEN;
    return e;
}

void ota_send_tidy(struct ota_job *job)
{
    char command[sizeof(job->old_url) + 8];
    if (!job->has_old_url)
        return;
    job->has_old_url = false;
    snprintf(command, sizeof(command), "OtaUrl %s",
             job->old_url[0] ? job->old_url : "1");
    (void)!ota_talk_command(job->talk, command);
}
