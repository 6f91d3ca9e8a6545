/* Reads what a device says of itself over HTTP. */
#include "tool/ota_device.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tool/json_text.h"

#define CHIP_HOST 0x1FFFu /* of the chip's id, in its default name */

uint32_t ota_version_number(const char *version)
{
    unsigned a = 0, b = 0, c = 0;
    if (sscanf(version, "%3u.%3u.%3u", &a, &b, &c) != 3 || a > 255 || b > 255 ||
        c > 255)
        return 0;
    return a << 16 | b << 8 | c;
}

/* ---- its answers --------------------------------------------------------- */

static unsigned find_number(const char *json, const char *path)
{
    char text[16];
    return json_text_find(json, path, text, sizeof(text))
               ? (unsigned)strtoul(text, NULL, 10)
               : 0;
}

static bool read_version(const char *json, struct ota_device *d)
{
    char text[8];
    if (!json_text_find(json, "StatusFWR.Version", d->version,
                        sizeof(d->version)))
        return false;
    d->kind = strstr(d->version, "(pogo)") ? OTA_POGO : OTA_TASMOTA;
    (void)json_text_find(json, "StatusFWR.Hardware", d->hardware,
                         sizeof(d->hardware));
    d->slot = 0;
    if (json_text_find(json, "StatusFWR.Slot", text, sizeof(text)))
        d->slot = text[0];
    d->is_confirmed =
        json_text_find(json, "StatusFWR.Confirmed", text, sizeof(text)) &&
        strcmp(text, "ON") == 0;
    (void)json_text_find(json, "StatusFWR.Left", d->left, sizeof(d->left));
    d->is_bench = find_number(json, "StatusFWR.PogoBench") == 1;
    return true;
}

/* "1T02:03:04": days, hours, minutes, seconds. */
static void read_uptime(const char *json, struct ota_device *d)
{
    char text[24];
    unsigned day, hour, minute, second;
    d->has_uptime =
        json_text_find(json, "StatusPRM.Uptime", text, sizeof(text)) &&
        sscanf(text, "%5uT%2u:%2u:%2u", &day, &hour, &minute, &second) == 4;
    if (d->has_uptime)
        d->uptime_s = ((day * 24 + hour) * 60 + minute) * 60 + second;
}

enum err ota_device_look(struct ota_talk *talk, struct ota_device *out)
{
    enum err e = ota_talk_command(talk, "Status 2");
    if (e == ERR_NONE && !read_version(talk->web.body, out))
        e = ERR_FORMAT;
    if (e != ERR_NONE)
        return e;
    out->has_commands = true;
    out->has_uptime = false;
    if (ota_talk_command(talk, "Status 1") == ERR_NONE)
        read_uptime(talk->web.body, out);
    return ERR_NONE;
}

/* ---- where commands are off: the page ------------------------------------ */

/* "Tasmota/14.4.1 (ESP8285N08)", "Sonoff-Tasmota/6.6.0 (...)", and Pogo's own
 * "Tasmota/0.1.0 (Pogo)". */
static void read_server(const char *server, struct ota_device *d)
{
    const char *at = strstr(server, "Tasmota/");
    if (!at)
        return;
    at += strlen("Tasmota/");
    d->kind = strstr(server, "(Pogo)") ? OTA_POGO : OTA_TASMOTA;
    snprintf(d->version, sizeof(d->version), "%.*s",
             (int)(strspn(at, "0123456789.")), at);
}

/* The foot of Tasmota's pages names version and author; Pogo's page is packed,
 * and known by its header. */
static void read_page(const char *page, struct ota_device *d)
{
    const char *at = strstr(page, "Tasmota ");
    if (!at)
        return;
    d->kind = OTA_TASMOTA;
    at += strlen("Tasmota ");
    if (ota_version_number(at) != 0)
        snprintf(d->version, sizeof(d->version), "%.*s",
                 (int)(strspn(at, "0123456789.")), at);
}

/* ---- all of it ----------------------------------------------------------- */

/* What helps but need not be there. */
static void ask_more(struct ota_talk *talk, struct ota_device *d)
{
    if (ota_talk_command(talk, "Status 4") == ERR_NONE) {
        d->free_kb = find_number(talk->web.body, "StatusMEM.Free");
        d->flash_kb = find_number(talk->web.body, "StatusMEM.FlashSize");
    }
    if (ota_talk_command(talk, "Status 5") != ERR_NONE)
        return;
    (void)json_text_find(talk->web.body, "StatusNET.Mac", d->mac,
                         sizeof(d->mac));
    (void)json_text_find(talk->web.body, "StatusNET.Hostname", d->host,
                         sizeof(d->host));
}

/* The realms of Tasmota (its web library's, tasmota.md F) and of Pogo. */
static bool is_device_login(const struct os_web *web)
{
    return web->status == 401 && (strcmp(web->realm, "Login Required") == 0 ||
                                  strcmp(web->realm, "Pogo") == 0);
}

static enum err read_first(struct ota_talk *talk, struct ota_device *out)
{
    enum err e = ota_talk_get(talk, "/");
    if (e != ERR_NONE)
        return e == ERR_FORMAT ? ERR_WEB_OTHER : e;
    read_server(talk->web.server, out);
    if (out->kind == OTA_OTHER)
        read_page(talk->web.body, out);
    return ERR_NONE;
}

/* Whoever answers at that address does not get the password for that: the
 * first questions are without, until it looks like a device. */
enum err ota_device_ask(struct ota_talk *talk, struct ota_device *out)
{
    bool has_password = talk->has_password;
    *out = (struct ota_device){.kind = OTA_OTHER};
    talk->has_password = false;
    enum err e = read_first(talk, out);
    bool is_login = e == ERR_NONE && is_device_login(&talk->web);
    if (e == ERR_NONE && out->kind == OTA_OTHER && !is_login)
        e = ota_device_look(talk, out);
    bool is_known = out->kind != OTA_OTHER || is_login;
    talk->has_password = has_password;
    if (e == ERR_NONE && is_login && out->kind == OTA_OTHER && has_password)
        e = read_first(talk, out);
    if (e == ERR_NONE && is_known)
        e = ota_device_look(talk, out);
    if (e == ERR_NONE)
        ask_more(talk, out);
    /* No JSON, or refused (SetOption128 0, WebServer 1): the page has told. */
    if (e == ERR_FORMAT || e == ERR_WEB_UNOWNED)
        e = out->kind == OTA_OTHER ? ERR_WEB_OTHER : ERR_NONE;
    return e;
}

/* ---- for people ---------------------------------------------------------- */

bool ota_device_access_point(const struct ota_device *device, char *out,
                             size_t room)
{
    unsigned a, b, c;
    if (sscanf(device->mac, "%*2x:%*2x:%*2x:%2x:%2x:%2x", &a, &b, &c) != 3)
        return false;
    unsigned chip = a << 16 | b << 8 | c;
    snprintf(out, room, "tasmota-%06X-%04u", chip, chip & CHIP_HOST);
    return true;
}

void ota_device_name(const struct ota_device *d, char *out, size_t room)
{
    if (d->kind == OTA_POGO)
        snprintf(out, room, "Pogo %.*s", (int)strcspn(d->version, "("),
                 d->version);
    else
        snprintf(out, room, "%s%s%s",
                 d->kind == OTA_TASMOTA ? "Tasmota" : "an unknown firmware",
                 d->version[0] ? " " : "", d->version);
}
