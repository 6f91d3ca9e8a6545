/* Brings a file onto one device and tells what becomes of it. */
#include "tool/ota_run.h"

#include <stdio.h>
#include <string.h>

#include "tool/message.h"
#include "tool/os.h"
#include "tool/ota_watch.h"

#define PROOF_MS 60000u /* Pogo proves itself 10 s after its start */

static struct ota_talk talk; /* large; one device at a time */

/* ---- looking ------------------------------------------------------------- */

static void use_password(const struct ota_wish *wish)
{
    snprintf(talk.user, sizeof(talk.user), "%s", wish->user);
    snprintf(talk.password, sizeof(talk.password), "%s", wish->password);
    talk.has_password = wish->has_password;
}

/* Ask, and where it wants a password that nobody gave, who sits here. */
static enum err find_out(struct ota_wish *wish, struct ota_device *device)
{
    char question[OTA_PLACE + 40];
    use_password(wish);
    enum err e = ota_device_ask(&talk, device);
    if (e != ERR_WEB_PASSWORD || wish->has_password)
        return e;
    snprintf(question, sizeof(question),
             "Web password of %s (is not shown): ", talk.place);
    if (!os_ask_secret(question, wish->password, sizeof(wish->password)))
        return e;
    wish->has_password = true;
    use_password(wish);
    return ota_device_ask(&talk, device);
}

static int fail_look(enum err e, const char *place)
{
    if (e == ERR_TIMEOUT)
        return message_fail(ERR_WEB_SILENT, "%s: %s", place, talk.web.why);
    return message_fail(e, "%s", place);
}

static int fail_fit(enum err e, const struct ota_wish *wish,
                    const struct ota_one *one)
{
    if (e == ERR_OTA_OLDER)
        return message_fail(e, "%s; %s runs %s (nothing was sent)",
                            wish->file.path, one->place, one->before);
    if (e == ERR_IMAGE_SIZE)
        return message_fail_hint(e,
                                 "pogo merge -fs 1MB -o new.bin FILE@0 makes "
                                 "one for 1 MB",
                                 "%s to %s", wish->file.path, one->place);
    return message_fail(e, "%s to %s, which runs %s", wish->file.path,
                        one->place, one->before);
}

static int fail_full(const struct ota_wish *wish, const struct ota_one *one)
{
    const struct ota_device *d = &one->device;
    if (ota_plan_is_minimal(d))
        return message_fail_hint(ERR_WEB_FULL, "take a smaller image",
                                 "%s at %s: %u KB are free, beside a minimal "
                                 "image",
                                 wish->file.path, one->place, d->free_kb);
    return message_fail(ERR_WEB_FULL, "%s at %s: %u KB are free",
                        wish->file.path, one->place, d->free_kb);
}

static void tell_pogo(const struct ota_one *one)
{
    if (one->device.slot)
        message_talk("%s: %s in slot %c.", one->place, one->before,
                     one->device.slot);
    else
        message_talk("%s: %s.", one->place, one->before);
}

static void tell_step(const struct ota_one *one, const struct ota_step *step)
{
    char room[24] = "";
    if (one->device.free_kb != 0)
        snprintf(room, sizeof(room), ", %u KB free", one->device.free_kb);
    message_talk("%s: %s%s. %s: %s, %u KB.", one->place, one->before, room,
                 step->is_minimal ? "Two steps, the minimal image first"
                                  : "In one step",
                 strstr(step->name, ".gz") ? "packed" : "as it is",
                 (unsigned)(step->size + 1023) / 1024);
}

int ota_run_look(struct ota_wish *wish, const char *place, struct ota_one *one)
{
    struct ota_step step;
    *one = (struct ota_one){.place = place};
    if (!ota_talk_begin(&talk, place))
        return message_usage("ota", "no address of a device");
    enum err e = find_out(wish, &one->device);
    if (e != ERR_NONE)
        return fail_look(e, place);
    ota_device_name(&one->device, one->before, sizeof(one->before));
    e = ota_file_fits(&wish->file, &one->device, talk.web.peer);
    if (e != ERR_NONE)
        return fail_fit(e, wish, one);
    if (wish->by_url && !one->device.has_commands)
        return message_fail_code(ERR_WEB_REFUSED, EXIT_REFUSED,
                                 "leave --url away: pogo then uploads it",
                                 "%s answers no commands (/cm)", place);
    one->is_there = !wish->again && ota_file_runs(&wish->file, &one->device);
    if (one->device.kind == OTA_POGO) {
        tell_pogo(one);
        return EXIT_DONE;
    }
    if (one->is_there)
        return EXIT_DONE;
    e = ota_plan_step(&one->device, &wish->file,
                      wish->minimal.path ? &wish->minimal : NULL, wish->is_raw,
                      &step);
    if (e != ERR_NONE)
        return fail_full(wish, one);
    tell_step(one, &step);
    return EXIT_DONE;
}

/* ---- what went wrong ----------------------------------------------------- */

/* Pogo looks at these before it writes anything. */
static bool is_early(enum err e)
{
    return e == ERR_OTA_BOARD || e == ERR_OTA_OLDER || e == ERR_OTA_MAGIC ||
           e == ERR_OTA_FORMAT || e == ERR_OTA_HEADER || e == ERR_UPDATE_BUSY ||
           e == ERR_UPDATE_UNCONFIRMED || e == ERR_UPDATE_BACKLOG ||
           e == ERR_WEB_PASSWORD || e == ERR_WEB_UNOWNED || e == ERR_URL ||
           e == ERR_PORT_BUSY;
}

static const char *still(const struct ota_job *job)
{
    return job->device.kind == OTA_POGO
               ? "the update is not installed, what ran still runs"
               : "nothing was copied yet, Tasmota should still run";
}

static int fail_send(enum err e, const struct ota_job *job, const char *path)
{
    const char *place = talk.place;
    if (e == ERR_TIMEOUT)
        e = ERR_WEB_BROKEN;
    if (is_early(e) || e == ERR_WEB_FULL || e == ERR_WEB_MARKER)
        return message_fail(e, "%s to %s", path, place);
    if (e == ERR_WEB_BROKEN)
        return message_fail(e, "%s%s%s (%s)", place,
                            talk.web.why[0] ? ": " : "", talk.web.why,
                            still(job));
    if (e == ERR_DIY_FIREWALL)
        return message_fail_hint(
            e,
            "allow incoming TCP in this computer's firewall (--port N chooses "
            "which), or leave --url away",
            "%s (%s)", place, still(job));
    return message_fail_code(e, EXIT_FAILED, err_hint(e), "%s to %s%s%s (%s)",
                             path, place, job->said[0] ? ": " : "", job->said,
                             still(job));
}

static int fail_watch(enum err e, const struct ota_watch *w)
{
    const char *place = talk.place;
    if (e == ERR_UPDATE_LEFT)
        return message_fail_hint(e, "the file may be bad; its log tells more",
                                 "%s: left %s", place, w->after.left);
    if (e == ERR_UPDATE_UNCONFIRMED)
        return message_fail_hint(
            e, "it may need longer to be in its network: --wait 300",
            "%s runs it; the version before comes back by itself if it fails",
            place);
    if (e == ERR_WEB_LOST && w->before.kind == OTA_POGO)
        return message_fail_hint(
            e,
            "is it in the network under another address? If not, take its "
            "power away three times, 10 s each time: then the version before "
            "runs again",
            "%s: the update is installed", place);
    if (e == ERR_WEB_LOST)
        return message_fail(e, "%s: what is on it is not known", place);
    return message_fail(e, "%s", place);
}

/* ---- updating ------------------------------------------------------------ */

static void warn_interrupted(const struct ota_job *job, bool is_taken)
{
    if (!is_taken)
        message_interrupted(still(job), "run the same command again in half a "
                                        "minute");
    else if (job->device.kind == OTA_POGO)
        message_interrupted("the update is installed; pogo has not seen it "
                            "start",
                            "look at its page in half a minute");
    else
        message_interrupted("the device copies its new image: KEEP ITS POWER "
                            "ON for two minutes",
                            "then look for it in the network, and for its own "
                            "access point");
}

/* One step: sent, and seen to run. *after: what runs then. */
static int do_step(struct ota_wish *wish, struct ota_job *job,
                   const struct ota_step *step, struct ota_device *after)
{
    bool becomes_pogo = job->device.kind == OTA_TASMOTA && !step->is_minimal &&
                        wish->file.kind == FIRMWARE_POGO;
    warn_interrupted(job, false);
    enum err e = ota_send(job, step);
    if (e != ERR_NONE) {
        ota_send_tidy(job);
        return fail_send(e, job, wish->file.path);
    }
    warn_interrupted(job, true);
    message_talk(job->device.kind == OTA_POGO
                     ? "It restarts; waiting until it has proved itself."
                     : "It restarts and copies. KEEP ITS POWER ON. This takes "
                       "about a minute.");
    struct ota_watch w = {.talk = &talk,
                          .before = job->device,
                          .since_ms = job->taken_ms,
                          .wait_ms = wish->wait_s * 1000u,
                          .leave_ms = OTA_LEAVE_MS < wish->wait_s * 1000u / 2
                                          ? OTA_LEAVE_MS
                                          : wish->wait_s * 1000u / 2,
                          .waiting = message_seconds,
                          .becomes_pogo = becomes_pogo,
                          .version =
                              step->is_minimal ? "" : wish->file.version};
    e = ota_watch(&w);
    if (!becomes_pogo)
        ota_send_tidy(job);
    if (e == ERR_NONE && step->is_minimal && !ota_plan_is_minimal(&w.after))
        e = ERR_WEB_SAME;
    if (e != ERR_NONE)
        return fail_watch(e, &w);
    *after = w.after;
    return EXIT_DONE;
}

/* The minimal image runs: how much room is there now? */
static int do_second(struct ota_wish *wish, struct ota_one *one,
                     struct ota_job *job, struct ota_device *after)
{
    struct ota_step step;
    message_talk("%s runs the minimal image; now the second step.", one->place);
    enum err e = ota_device_ask(&talk, &job->device);
    if (e != ERR_NONE)
        return fail_look(e, one->place);
    e = ota_plan_step(&job->device, &wish->file, NULL, wish->is_raw, &step);
    if (e != ERR_NONE)
        return fail_full(wish, one);
    return do_step(wish, job, &step, after);
}

static void tell_gone(struct ota_one *one)
{
    bool is_known = ota_device_access_point(&one->device, one->access_point,
                                            sizeof(one->access_point));
    one->is_gone = true;
    message_talk("%s has left the network, as it should: Pogo starts without "
                 "Tasmota's settings. More of it can't be seen from here.",
                 one->place);
    message_talk("Next: with a phone, join its own Wi-Fi network %s (no "
                 "password). The page opens by itself, or at "
                 "http://192.168.4.1/; give it your Wi-Fi there. No such "
                 "network after five minutes? docs/ota.md.",
                 is_known ? one->access_point : "tasmota-...");
}

static int finish(struct ota_wish *wish, struct ota_one *one,
                  const struct ota_device *after)
{
    if (after->kind == OTA_OTHER) {
        tell_gone(one);
        return EXIT_DONE;
    }
    ota_device_name(after, one->runs, sizeof(one->runs));
    if (after->kind == OTA_TASMOTA && ota_plan_is_minimal(after) &&
        !strstr(wish->file.version, "minimal"))
        return message_fail_hint(ERR_WEB_SAME,
                                 "run the same command again: it has room now",
                                 "%s runs a minimal image", one->place);
    message_talk("%s runs %s.", one->place, one->runs);
    return EXIT_DONE;
}

int ota_run_update(struct ota_wish *wish, struct ota_one *one)
{
    static struct ota_job job;
    struct ota_step step = {
        .bytes = wish->file.bytes, .size = wish->file.size, .name = "pogo.ota"};
    struct ota_device after = {.kind = OTA_OTHER};
    enum err e = ERR_NONE;
    job = (struct ota_job){.talk = &talk,
                           .device = one->device,
                           .by_url = wish->by_url,
                           .port = wish->port};
    if (one->is_there) {
        message_talk("%s runs that already: nothing to do (--again sends it).",
                     one->place);
        snprintf(one->runs, sizeof(one->runs), "%s", one->before);
        return EXIT_DONE;
    }
    (void)ota_talk_begin(&talk, one->place);
    use_password(wish);
    if (job.device.kind == OTA_POGO && job.device.has_commands)
        e = ota_watch_proof(&talk, &job.device, PROOF_MS);
    else if (job.device.kind == OTA_TASMOTA)
        e = ota_plan_step(&job.device, &wish->file,
                          wish->minimal.path ? &wish->minimal : NULL,
                          wish->is_raw, &step);
    if (e != ERR_NONE)
        return fail_send(e, &job, wish->file.path);
    int code = do_step(wish, &job, &step, &after);
    if (code == EXIT_DONE && step.is_minimal)
        code = do_second(wish, one, &job, &after);
    message_interrupted("", "");
    return code == EXIT_DONE ? finish(wish, one, &after) : code;
}
