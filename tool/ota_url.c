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
    char url[96];
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
    char command[sizeof(f->url) + 8];
    struct ota_talk *talk = f->job->talk;
    snprintf(command, sizeof(command), "OtaUrl %s", f->url);
    enum err e = ota_talk_command(talk, command);
    if (e == ERR_NONE)
        e = ota_talk_command(talk, "Upgrade 1");
    f->since_ms = f->heard_ms = talk->now_ms();
    return e;
}

enum err ota_send_url(struct ota_job *job, const struct ota_step *step)
{
    struct fetch f = {.job = job};
    unsigned a, b, c, d;
    char path[48];
    bool is_pogo = job->device.kind == OTA_POGO;
    keep_old_url(job); /* which tells this computer's address, too */
    /* The path is new each time, so that the log tells of this time. */
    snprintf(path, sizeof(path), "/%04x/%s",
             (unsigned)(job->talk->now_ms() & 0xFFFFu),
             is_pogo ? "pogo.ota" : step->name);
    if (sscanf(job->talk->web.here, "%u.%u.%u.%u", &a, &b, &c, &d) != 4)
        return ERR_DIY_FIREWALL;
    const uint8_t here[4] = {(uint8_t)a, (uint8_t)b, (uint8_t)c, (uint8_t)d};
    uint16_t port = job->port;
    enum err e =
        os_serve_open(step->bytes, step->size, path, here, &port, &f.serve);
    if (e != ERR_NONE)
        return e;
    snprintf(f.url, sizeof(f.url), "http://%u.%u.%u.%u:%u%s", a, b, c, d, port,
             path);
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
