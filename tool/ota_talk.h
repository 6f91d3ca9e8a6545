/* Talking with a device's web server for `pogo ota`: its pages, its commands,
 * its user and password. Never prints, never shows a password. */
#ifndef TOOL_OTA_TALK_H
#define TOOL_OTA_TALK_H

#include <stdbool.h>

#include "tool/os_web.h"

#define OTA_PLACE 80u  /* "192.168.1.50", "lamp.local:8080" */
#define OTA_SECRET 68u /* a web password; Tasmota's has up to 32 bytes */
#define OTA_ANSWER_MS 8000u
#define OTA_UPLOAD_MS 20000u /* without a byte; a device gives up then, too */

struct ota_talk {
    char place[OTA_PLACE];
    char user[34];
    char password[OTA_SECRET];
    bool has_password;
    /* os_web_do, os_now_ms and os_sleep_ms; tests put their own there. */
    enum err (*ask)(struct os_web *web);
    uint64_t (*now_ms)(void);
    void (*sleep_ms)(unsigned ms);
    struct os_web web; /* the last request and its answer */
};

/* Ready to talk with that device. place may begin with http:// and end with a
 * slash. False: it is no place. */
bool ota_talk_begin(struct ota_talk *talk, const char *place);

/* GET of a path that begins with a slash. Errors of os_web_do. */
MUST_USE enum err ota_talk_get(struct ota_talk *talk, const char *path);

/* A command over /cm; its answer is in web.body. ERR_WEB_PASSWORD: user or
 * password are missing or wrong (all versions' ways of saying so);
 * ERR_WEB_UNOWNED: nothing may be changed from here; ERR_FORMAT: what came is
 * no JSON; errors of os_web_do. */
MUST_USE enum err ota_talk_command(struct ota_talk *talk, const char *command);

/* POST a file to that path. ERR_WEB_PASSWORD and ERR_WEB_UNOWNED as above,
 * errors of os_web_do. */
MUST_USE enum err
ota_talk_upload(struct ota_talk *talk, const char *path, const uint8_t *bytes,
                size_t size, const char *name,
                void (*progress)(void *ctx, uint32_t done, uint32_t total),
                void *ctx);

/* What stands between <...> left out, and blanks made one each; cut where out
 * ends. For pages, to look for words in them. */
void ota_talk_plain(const char *page, char *out, size_t room);

#endif
