/* pogo update: an update file to a device that runs Pogo, over its console. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "format/flash_map.h"
#include "tool/cmd.h"
#include "tool/hint.h"
#include "tool/image_ota.h"
#include "tool/ota_key.h"
#include "tool/os.h"
#include "tool/session.h"
#include "tool/update_send.h"

#define BAUD 115200u
#define FILE_LIMIT 0x100000u

struct update_file {
    const char *path;
    uint8_t *bytes;
    size_t size;
    struct ota_header header;
};

/* ---- the file, before the device is asked -------------------------------- */

static int load(const struct args *args, struct update_file *file)
{
    struct ota_key key = {.pkey = NULL};
    if (args->word_count != 1)
        return message_usage("update", args->word_count == 0
                                           ? "no file given"
                                           : "it takes one file");
    file->path = args->word[0];
    enum err e =
        os_read_file(file->path, FILE_LIMIT, &file->bytes, &file->size);
    if (e == ERR_NONE && file->size < OTA_HEADER_SIZE)
        e = image_ota_is(file->bytes, file->size) ? ERR_OTA_TRUNCATED
                                                  : ERR_OTA_MAGIC;
    if (e == ERR_NONE && args->key) {
        enum err wrong = ota_key_read(args->key, &key);
        if (wrong != ERR_NONE)
            return message_fail(wrong, "%s", args->key);
    }
    enum err checked =
        e == ERR_NONE ? image_ota_check(file->bytes, file->size,
                                        args->key ? &key : NULL, &file->header)
                      : e;
    if (args->key)
        ota_key_free(&key);
    if (!args->is_force)
        e = checked; /* else it was read for the version only */
    if (e == ERR_OTA_KEY)
        return message_fail(ERR_KEY_OTHER, "%s, %s (nothing was sent)",
                            args->key, file->path);
    return e == ERR_NONE
               ? EXIT_DONE
               : message_fail_hint(e, image_ota_hint(e), "%s", file->path);
}

static void version_of(const struct update_file *file, char *out, size_t room)
{
    uint32_t version = file->header.version;
    snprintf(out, room, "%u.%u.%u", version >> 24, version >> 16 & 0xFF,
             version & 0xFFFF);
}

/* ---- the device ---------------------------------------------------------- */

static void show(void *ctx, uint32_t done, uint32_t total)
{
    message_progress(ctx, "update", done, total);
}

/* The hints of the table are for chips that are to be flashed. */
static const char *hint_of(enum err e, const char *port)
{
    if (e == ERR_NO_ANSWER)
        return "never with mains connected: check 3.3 V, and that RX and TX "
               "cross; Pogo must be on it already. Silent since an update? "
               "Take the power away three times, 10 s each time, and the "
               "version before runs again";
    if (e == ERR_PORT_GONE)
        return "never with mains connected: check the cable; then run the same "
               "command again, in half a minute";
    if (e == ERR_CHIP_REFUSED)
        return "what it says is all that is known; is pogo older than the "
               "device?";
    return hint_for(e, port);
}

/* What the device has of it now. */
static const char *left_by(const struct update_send *send)
{
    switch (send->stage) {
    case UPDATE_ASKING:
        return "";
    case UPDATE_SENDING:
        return " (the update is not installed; what ran still runs)";
    case UPDATE_PROVING:
        return " (was it installed? Upgrade on its console says what runs)";
    case UPDATE_STARTING:
        return " (the update is installed)";
    }
    return "";
}

/* Once it took bytes, the half of the flash that does not run is written over:
 * that is no refusal that changed nothing. */
static int refused(enum err e, const struct update_send *send, const char *port,
                   const char *path)
{
    bool is_changed = send->taken > 0;
    enum exit_code code = is_changed ? EXIT_FAILED : err_exit_code(e);
    if (e == ERR_CHIP_REFUSED)
        return message_fail_code(e, code, hint_of(e, port), "%s: %s", port,
                                 send->said);
    return message_fail_code(e, code, err_hint(e),
                             "%s: refused by the device on %s%s", path, port,
                             is_changed ? "; what ran still runs" : "");
}

/* pogo has looked at the whole file before it sent it: what the device then
 * finds wrong with it has gone wrong on the way. */
static enum err on_the_way(enum err e)
{
    static const enum err damages[] = {ERR_OTA_MAGIC,  ERR_OTA_FORMAT,
                                       ERR_OTA_HEADER, ERR_OTA_TRUNCATED,
                                       ERR_OTA_LENGTH, ERR_OTA_DAMAGED};
    for (size_t i = 0; i < sizeof(damages) / sizeof(damages[0]); i++) {
        if (e == damages[i])
            return ERR_BYTES_LOST;
    }
    return e;
}

static int fail(enum err e, const struct update_send *send, const char *port,
                const char *path)
{
    if (send->said[0] != '\0' && e != ERR_BYTES_LOST)
        return refused(e, send, port, path);
    return message_fail_hint(e, hint_of(e, port), "%s%s", port, left_by(send));
}

static void tell_json(const struct update_file *file,
                      const struct update_send *send, uint64_t ms)
{
    printf("{\"file\":");
    message_json(file->path);
    printf(",\"size\":%zu,\"seconds\":%.1f,\"before\":", file->size,
           (double)ms / 1000.0);
    message_json(send->before);
    printf(",\"runs\":");
    message_json(send->version);
    printf("}\n");
}

static void tell(const struct args *args, const struct update_file *file,
                 const struct update_send *send, uint64_t ms)
{
    char before[64] = "the version before";
    if (send->before[0] != '\0')
        snprintf(before, sizeof(before), "version %s", send->before);
    if (args->is_json) {
        tell_json(file, send, ms);
        return;
    }
    if (send->version[0] != '\0')
        message_talk("The device runs version %s.", send->version);
    else
        message_talk("The new version answers; its log is off.");
    message_talk("It is on trial until it has been up for 10 seconds with its "
                 "network: Upgrade on its console tells. If it does not last, "
                 "%s comes back.",
                 before);
    if (send->before[0] != '\0' && strcmp(send->before, send->version) == 0)
        message_talk("Note: the same version ran before; it was installed "
                     "again.");
}

/* What became of it, in the device's own words where it has some. */
static int judge(const struct update_file *file, const struct update_send *send,
                 const char *port)
{
    char version[32];
    version_of(file, version, sizeof(version));
    if (send->verdict == VERDICT_TRIAL)
        return EXIT_DONE;
    if (!send->has_done)
        return message_fail(ERR_DEVICE_RESTARTED,
                            "%s (the update is not installed; what ran still "
                            "runs)",
                            port);
    if (send->verdict == VERDICT_LEFT && send->left[0] != '\0')
        return message_fail(ERR_UPDATE_LEFT, "%s: left version %s", port,
                            send->left);
    if (send->verdict == VERDICT_LEFT || strcmp(send->version, version) != 0)
        return message_fail(ERR_UPDATE_LEFT, "%s: left version %s", port,
                            version);
    return EXIT_DONE;
}

static int update(const struct args *args, const struct update_file *file,
                  struct link *link, const char *port)
{
    static struct update_send send; /* large; one per program */
    static struct message_progress progress;
    send = (struct update_send){
        .link = link, .progress = show, .say = message_say, .ctx = &progress};
    /* Both off is neutral, however the lines are wired. */
    enum err e = link->ops->set_lines(link, false, false);
    uint64_t start = link->ops->now_ms(link);
    message_interrupted("the update is not installed; what ran still runs",
                        "run the same command again in half a minute");
    if (e == ERR_NONE)
        e = update_send(&send, file->bytes, file->size);
    message_interrupted("", "");
    if (e == ERR_NONE)
        e = update_watch(&send);
    if (e != ERR_NONE)
        return fail(args->is_force ? e : on_the_way(e), &send, port,
                    file->path);
    int code = judge(file, &send, port);
    if (code == EXIT_DONE)
        tell(args, file, &send, link->ops->now_ms(link) - start);
    return code;
}

int cmd_update(const struct args *args)
{
    static char port[512];
    char detail[512] = "";
    struct update_file file = {0};
    struct link *link = NULL;
    int code = load(args, &file);
    if (code == EXIT_DONE)
        code = session_port(args, port, sizeof(port));
    if (code == EXIT_DONE) {
        enum err e = link_open(port, BAUD, &link, detail, sizeof(detail));
        if (e != ERR_NONE)
            code = message_fail_hint(e, hint_for(e, port), "%s", detail);
    }
    if (code == EXIT_DONE)
        code = update(args, &file, link, port);
    link_close(link);
    free(file.bytes);
    return code;
}
