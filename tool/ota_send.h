/* One file onto one device over the network: uploaded to its page, or fetched
 * by the device from a web server that stands here meanwhile. */
#ifndef TOOL_OTA_SEND_H
#define TOOL_OTA_SEND_H

#include "tool/message.h"
#include "tool/ota_device.h"
#include "tool/ota_plan.h"

#define OTA_SAID 160u

struct ota_job {
    struct ota_talk *talk;
    struct ota_device device; /* as it was asked */
    bool by_url;              /* the device fetches it */
    uint16_t port;            /* of our web server; 0: any */
    struct message_progress progress;

    char said[OTA_SAID]; /* the device's own words of a refusal; "" */
    uint64_t taken_ms;   /* since then it may start again */
    char old_url[128];   /* its OtaUrl before by_url; "": it had none */
    bool has_old_url;
};

/* Send it, and hear what the device says. ERR_NONE: the device took it, or did
 * not say so clearly: ota_watch.h tells. Pogo's own errors (ERR_OTA_...), and
 * for Tasmota ERR_WEB_REFUSED, ERR_WEB_FULL, ERR_WEB_MARKER; ERR_WEB_BROKEN,
 * ERR_DIY_FIREWALL (it never asked our server), ERR_WEB_PASSWORD,
 * ERR_WEB_UNOWNED, ERR_PORT_BUSY. */
MUST_USE enum err ota_send(struct ota_job *job, const struct ota_step *step);

/* What its OtaUrl was is so again; where it answers. */
void ota_send_tidy(struct ota_job *job);

/* ---- for tests: what pages and logs say ---- */

/* Of Pogo's answer to an upload: ERR_NONE for success. said: its words. */
enum err ota_send_judge_pogo(const char *body, char said[OTA_SAID]);
/* Of Tasmota's page, in English; other languages say nothing clear. */
enum err ota_send_judge_page(const char *body, char said[OTA_SAID]);
/* Of a console log, behind the last place where url stands. *is_over: it says
 * how the update ended. */
enum err ota_send_judge_log(const char *log, const char *url, bool *is_over,
                            char said[OTA_SAID]);

#endif
