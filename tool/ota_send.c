/* Uploads to a device's page, and what the device says to them. */
#include "tool/ota_send.h"

#include <stdio.h>
#include <string.h>

#include "tool/ota_send_private.h"

/* ---- words --------------------------------------------------------------- */

/* The error whose text the words begin with. */
static enum err find_error(const char *words)
{
    for (int e = 1; e < ERR_COUNT; e++) {
        const char *text = err_text((enum err)e);
        size_t n = strlen(text);
        if (strncmp(words, text, n) == 0 &&
            (words[n] == '\0' || words[n] == '\n' || words[n] == '"'))
            return (enum err)e;
    }
    return ERR_WEB_REFUSED;
}

static void keep(const char *words, size_t size, char said[OTA_SAID])
{
    snprintf(said, OTA_SAID, "%.*s", (int)size, words);
}

enum err ota_send_judge_pogo(const char *body, char said[OTA_SAID])
{
    static const char failed[] = "Failed: ";
    said[0] = '\0';
    if (strncmp(body, "Successful", 10) == 0)
        return ERR_NONE;
    if (strncmp(body, failed, sizeof(failed) - 1) != 0)
        return ERR_WEB_REFUSED;
    body += sizeof(failed) - 1;
    keep(body, strcspn(body, "\n"), said);
    return find_error(body);
}

/* What stands behind "Failed" on its page (tasmota.md F.6). */
static enum err find_reason(const char *words)
{
    static const struct {
        const char *words;
        enum err e;
    } rows[] = {{"Not enough space", ERR_WEB_FULL},
                {"not enough space", ERR_WEB_FULL},
                {"Not compatible", ERR_WEB_MARKER},
                {"not compatible", ERR_WEB_MARKER}};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (strstr(words, rows[i].words))
            return rows[i].e;
    }
    return ERR_WEB_REFUSED;
}

enum err ota_send_judge_page(const char *body, char said[OTA_SAID])
{
    char plain[4096];
    ota_talk_plain(body, plain, sizeof(plain));
    const char *at = strstr(plain, "Failed");
    said[0] = '\0';
    if (!at || strstr(plain, "Successful"))
        return ERR_NONE;
    at += strlen("Failed");
    at += strspn(at, " :");
    size_t size = strcspn(at, "!");
    keep(at, size < 80 ? size : 80, said);
    return find_reason(said);
}

enum err ota_send_judge_log(const char *log, const char *url, bool *is_over,
                            char said[OTA_SAID])
{
    static const char failed[] = "\"Upgrade\":\"Failed ";
    const char *at = NULL;
    *is_over = false;
    said[0] = '\0';
    for (const char *p = log; (p = strstr(p, url)) != NULL; p++)
        at = p;
    if (!at)
        return ERR_NONE;
    *is_over = strstr(at, "\"Upgrade\":\"Successful") != NULL;
    at = strstr(at, failed);
    if (!at || *is_over)
        return ERR_NONE;
    *is_over = true;
    at += sizeof(failed) - 1;
    keep(at, strcspn(at, "\""), said);
    enum err e = find_error(at);
    return e == ERR_WEB_REFUSED ? find_reason(said) : e;
}

/* ---- an upload ----------------------------------------------------------- */

static void show(void *ctx, uint32_t done, uint32_t total)
{
    message_progress(ctx, "upload", done, total);
}

/* Tasmota's page /up says that firmware is meant; its form gives the size, for
 * versions that want to know it. */
static enum err upload(struct ota_job *job, const struct ota_step *step)
{
    char path[32] = "/u2";
    bool is_pogo = job->device.kind == OTA_POGO;
    if (!is_pogo) {
        enum err e = ota_talk_get(job->talk, "/up");
        if (e != ERR_NONE)
            return e;
        snprintf(path, sizeof(path), "/u2?fsz=%zu", step->size);
    }
    enum err e = ota_talk_upload(job->talk, path, step->bytes, step->size,
                                 step->name, show, &job->progress);
    job->taken_ms = job->talk->now_ms();
    if (e != ERR_NONE)
        return e == ERR_TIMEOUT || e == ERR_FORMAT ? ERR_WEB_BROKEN : e;
    return is_pogo ? ota_send_judge_pogo(job->talk->web.body, job->said)
                   : ota_send_judge_page(job->talk->web.body, job->said);
}

/* ---- either way ---------------------------------------------------------- */

static enum err set_option(struct ota_job *job, const char *value)
{
    char command[24];
    snprintf(command, sizeof(command), "SetOption78 %s", value);
    enum err e = ota_talk_command(job->talk, command);
    return e == ERR_FORMAT ? ERR_NONE : e; /* commands are off: it may do */
}

enum err ota_send(struct ota_job *job, const struct ota_step *step)
{
    enum err e = ERR_NONE;
    bool has_option = step->wants_option;
    job->said[0] = '\0';
    job->taken_ms = 0;
    if (has_option)
        e = set_option(job, "1");
    if (e == ERR_NONE)
        e = job->by_url ? ota_send_url(job, step) : upload(job, step);
    if (e == ERR_WEB_MARKER && !has_option) {
        message_talk("It refuses images without Tasmota's mark: SetOption78 1 "
                     "allows it; once more.");
        has_option = true;
        e = set_option(job, "1");
        if (e == ERR_NONE)
            e = job->by_url ? ota_send_url(job, step) : upload(job, step);
    }
    if (e != ERR_NONE && has_option)
        (void)!set_option(job, "0");
    return e;
}
