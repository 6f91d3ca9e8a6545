/* Waits for a device to come back after an update. */
#include "tool/ota_watch.h"

#include <string.h>

#define STEP_MS 1000u

enum verdict { WAIT, WELL, LEFT, SAME };

/* Has it started since it had the image? Its clock may be a second off. */
static bool has_restarted(const struct ota_watch *w, uint64_t now)
{
    return w->after.has_uptime &&
           (uint64_t)w->after.uptime_s * 1000u <= now - w->since_ms;
}

static enum verdict judge_pogo(const struct ota_watch *w, bool is_new_start)
{
    bool is_other = w->before.slot != 0
                        ? w->after.slot != w->before.slot
                        : strcmp(w->after.version, w->before.version) != 0;
    if (is_other)
        return w->after.is_confirmed ? WELL : WAIT;
    if (!is_new_start)
        return WAIT;
    return w->after.left[0] ? LEFT : SAME;
}

/* An image whose version is known has to show it; where commands are off the
 * page must say another version. */
static enum verdict judge_tasmota(const struct ota_watch *w, bool is_new_start)
{
    size_t n = strlen(w->version);
    bool is_it = n > 0 && strncmp(w->after.version, w->version, n) == 0;
    bool is_other = strcmp(w->after.version, w->before.version) != 0;
    if (is_other)
        return WELL;
    if (!is_new_start)
        return WAIT;
    return n == 0 || is_it ? WELL : SAME;
}

static enum verdict judge(const struct ota_watch *w, uint64_t now)
{
    bool is_new_start = has_restarted(w, now);
    if (w->becomes_pogo) {
        if (w->after.kind == OTA_POGO)
            return WELL;
        return is_new_start ? SAME : WAIT;
    }
    return w->after.kind == OTA_POGO ? judge_pogo(w, is_new_start)
                                     : judge_tasmota(w, is_new_start);
}

/* Commands, or where these are off the page. */
static enum err look(struct ota_watch *w, struct ota_device *now)
{
    if (w->before.has_commands)
        return ota_device_look(w->talk, now);
    return ota_device_ask(w->talk, now);
}

static enum err err_of(enum verdict verdict)
{
    if (verdict == LEFT)
        return ERR_UPDATE_LEFT;
    return verdict == SAME ? ERR_WEB_SAME : ERR_NONE;
}

enum err ota_watch(struct ota_watch *w)
{
    struct ota_talk *talk = w->talk;
    uint64_t heard_ms = w->since_ms;
    bool is_seen = false;
    w->after = (struct ota_device){.kind = OTA_OTHER};
    for (;;) {
        struct ota_device now_is = w->before;
        talk->sleep_ms(STEP_MS);
        enum err e = look(w, &now_is);
        uint64_t now = talk->now_ms();
        if (w->waiting)
            w->waiting((unsigned)((now - w->since_ms) / 1000u));
        if (e == ERR_NONE) {
            w->after = now_is;
            is_seen = true;
            heard_ms = now;
            enum verdict verdict = judge(w, now);
            if (verdict != WAIT)
                return err_of(verdict);
        } else if (w->becomes_pogo && now - heard_ms >= w->leave_ms) {
            w->after = (struct ota_device){.kind = OTA_OTHER};
            return ERR_NONE;
        }
        if (now - w->since_ms < w->wait_ms)
            continue;
        bool is_other = is_seen && w->after.slot != w->before.slot;
        return is_other ? ERR_UPDATE_UNCONFIRMED : ERR_WEB_LOST;
    }
}

enum err ota_watch_proof(struct ota_talk *talk, struct ota_device *device,
                         unsigned wait_ms)
{
    uint64_t begin = talk->now_ms();
    while (!device->is_confirmed) {
        if (talk->now_ms() - begin >= wait_ms)
            return ERR_UPDATE_UNCONFIRMED;
        talk->sleep_ms(STEP_MS);
        enum err e = ota_device_look(talk, device);
        if (e != ERR_NONE)
            return e;
    }
    return ERR_NONE;
}
