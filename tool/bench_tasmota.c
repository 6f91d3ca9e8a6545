/* The bench's Tasmota: its time, its serial line, its network. Boot lines and
 * the words of its log: tasmota.md C.4; lines and Backlog: A.0. */
#include "tool/bench_tasmota.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define BACKLOG_MS 200u /* SetOption34 */
#define BROKER_MS 10000u
#define LOW_PORT 1u

/* clang-format off */
const struct tasmota_version tasmota_versions[] = {
    {"6.6.0", "sonoff", "Project sonoff Sonoff", "2_3_0", "",
     6, 519, 518, 350, false, false, false, false, false, false, 5},
    {"8.5.1", "tasmota", "Project tasmota Tasmota", "2_7_4_1", "",
     8, 519, 592, 385, false, true, true, true, false, false, 5},
    {"14", "release-tasmota", "Project tasmota - Tasmota", "2_7_8",
     "(2025-01-14T09:00:00)",
     14, 799, 638, 395, true, true, false, true, true, true, 2},
};
/* clang-format on */
const size_t tasmota_version_count =
    sizeof(tasmota_versions) / sizeof(tasmota_versions[0]);

const struct tasmota_version *tasmota_version_find(const char *name,
                                                   bool *is_minimal)
{
    size_t n = strcspn(name, "-");
    *is_minimal = strcmp(name + n, "-minimal") == 0;
    if (name[n] && !*is_minimal)
        return NULL;
    for (size_t i = 0; i < tasmota_version_count; i++) {
        if (strlen(tasmota_versions[i].name) == n &&
            strncmp(tasmota_versions[i].name, name, n) == 0)
            return &tasmota_versions[i];
    }
    return NULL;
}

void tasmota_name(const struct tasmota *t, char *text, size_t room)
{
    const char *release = t->version->major == 14 ? "14.4.1" : t->version->name;
    snprintf(text, room, "%s(%s)", release,
             t->is_minimal ? "minimal" : t->version->image);
}

/* ---- settings ---- */

static unsigned find(const struct tasmota *t, const char *name)
{
    unsigned i = 0;
    while (i < t->values && strcasecmp(t->value[i].name, name) != 0)
        i++;
    return i;
}

const char *tasmota_get(const struct tasmota *t, const char *name)
{
    unsigned i = find(t, name);
    return i < t->values ? t->value[i].text : "";
}

void tasmota_set(struct tasmota *t, const char *name, const char *text)
{
    unsigned i = find(t, name);
    if (i == TASMOTA_VALUES || (t->forgets && !strcasecmp(t->forgets, name)))
        return;
    if (i == t->values)
        snprintf(t->value[t->values++].name, TASMOTA_NAME, "%s", name);
    snprintf(t->value[i].text, TASMOTA_VALUE, "%s", text);
    if (!t->is_minimal || !t->version->keeps_nothing)
        tasmota_save(t);
}

void tasmota_save(struct tasmota *t)
{
    memcpy(t->saved, t->value, sizeof(t->saved));
    t->saved_values = t->values;
}

static void load(struct tasmota *t)
{
    memcpy(t->value, t->saved, sizeof(t->value));
    t->values = t->saved_values;
}

bool tasmota_option(const struct tasmota *t, unsigned number)
{
    return number < 160 && (t->option[number / 32] >> number % 32 & 1u);
}

/* ---- start and end ---- */

void tasmota_init(struct tasmota *t, const struct tasmota_version *version,
                  bool is_minimal, const struct tasmota_host *host)
{
    static const uint8_t mac[6] = {0x5C, 0xCF, 0x7F, 0xA1, 0xB2, 0xC3};
    memset(t, 0, sizeof(*t));
    t->version = version;
    t->is_minimal = is_minimal;
    t->host = host;
    memcpy(t->mac, mac, sizeof(mac));
    snprintf(t->address, sizeof(t->address), "10.0.0.9");
    t->program_size =
        1024u * (is_minimal ? version->minimal_kb : version->program_kb);
    tasmota_defaults(t);
    tasmota_save(t);
}

void tasmota_boot(struct tasmota *t, uint64_t now_ms)
{
    char name[48];
    load(t);
    t->is_up = true;
    t->now_ms = t->boot_ms = now_ms;
    t->size = t->queued = 0;
    t->restart_ms = 0;
    t->is_joined = t->is_too_long = t->wants_upgrade = false;
    t->try_ms = now_ms + TASMOTA_FIRST_TRY_MS;
    t->broker_ms = 0;
    t->broker_count = 0;
    t->joined[0] = '\0';
    if (t->is_mute)
        return;
    tasmota_name(t, name, sizeof(name));
    char topics[96] = "";
    if (t->version->major == 6)
        snprintf(topics, sizeof(topics), " (Topic %.40s, GroupTopic sonoffs)",
                 tasmota_get(t, "Topic"));
    tasmota_log(t, "%s%s Version %s-%s%s", t->version->project, topics, name,
                t->version->core, t->version->built);
    const char *ssid = tasmota_get(t, "SSId1");
    const char *host = tasmota_get(t, "Hostname");
    if (ssid[0]) {
        tasmota_log(t, "WIF: Connecting to AP1 %s in mode 11N as %s...", ssid,
                    host);
    } else {
        tasmota_log(t, "WIF: WifiManager active for 3 minutes");
        tasmota_log(t,
                    "HTP: Web server active on %s with IP address 192.168.4.1",
                    host);
    }
}

void tasmota_power_off(struct tasmota *t)
{
    t->is_up = t->is_joined = false;
    /* Both are in RTC memory. */
    t->stage.is_ready = t->wants_minimal = false;
}

void tasmota_restart_soon(struct tasmota *t)
{
    t->restart_ms = t->now_ms + TASMOTA_RESTART_MS;
}

static void restart(struct tasmota *t)
{
    tasmota_log(t, "APP: Restarting");
    t->restarts++;
    t->restart_ms = 0;
    t->is_joined = t->is_up = false;
    if (!t->host->restart || t->host->restart(t->host->ctx))
        tasmota_boot(t, t->now_ms);
}

/* ---- network ---- */

static void try_to_join(struct tasmota *t)
{
    static const char *const why[] = {
        [TASMOTA_NOT_FOUND] = "WIF: Connect failed as AP cannot be reached",
        [TASMOTA_PASSWORD] = "WIF: Connect failed (wrong password)",
        [TASMOTA_NO_ADDRESS] = "WIF: Connect failed as no IP address received",
        [TASMOTA_TIMEOUT] = "WIF: Connect failed with AP timeout",
    };
    const char *ssid = tasmota_get(t, "SSId1");
    t->try_ms = t->now_ms + TASMOTA_TRY_MS;
    if (!ssid[0] || t->is_joined)
        return;
    enum tasmota_join join = t->host->join(
        t->host->ctx, ssid, tasmota_get(t, "Password1"), tasmota_option(t, 56));
    if (join != TASMOTA_JOINED && join != TASMOTA_SILENT)
        tasmota_log(t, "%s", why[join]);
    if (join != TASMOTA_JOINED)
        return;
    t->is_joined = true;
    snprintf(t->joined, sizeof(t->joined), "%s", ssid);
    tasmota_log(t, "WIF: Connected");
    tasmota_log(t, "HTP: Web server active on %s with IP address %s",
                tasmota_get(t, "Hostname"), t->address);
    t->broker_ms = t->now_ms + 1000;
    /* It was started only to fetch the image that did not fit. */
    t->wants_upgrade = t->wants_upgrade || (t->is_minimal && t->wants_minimal);
    t->wants_minimal = t->wants_minimal && !t->is_minimal;
}

static void try_broker(struct tasmota *t)
{
    const char *host = tasmota_get(t, "MqttHost");
    unsigned port = (unsigned)atoi(tasmota_get(t, "MqttPort"));
    t->broker_ms = t->now_ms + BROKER_MS;
    if (!host[0] || t->broker_count > 0 || t->is_minimal)
        return;
    tasmota_log(t, "MQT: Attempting connection...");
    int code = t->host->broker(
        t->host->ctx, host, port < LOW_PORT ? 1883 : port,
        tasmota_get(t, "MqttUser"), tasmota_get(t, "MqttPassword"));
    if (code == 0)
        t->broker_count++;
    if (code == 0)
        tasmota_log(t, "MQT: Connected");
    else
        tasmota_log(t, "MQT: Connect failed to %s:%u, rc %d. Retry in 10 sec",
                    host, port, code);
}

/* ---- commands on the line ---- */

/* `;` parts them, but not inside of braces. */
static void queue(struct tasmota *t, char *at)
{
    for (char *end = at; *at; at = end) {
        unsigned depth = 0;
        for (; *end && (*end != ';' || depth > 0); end++)
            depth += *end == '{' ? 1u : *end == '}' && depth ? -1u : 0u;
        if (*end)
            *end++ = '\0';
        at += strspn(at, " ");
        bool is_dropped = strncasecmp(at, "Backlog", 7) == 0 ||
                          strncasecmp(at, "Reset", 5) == 0;
        if (*at && !is_dropped && t->queued < TASMOTA_BACKLOG)
            snprintf(t->backlog[t->queued++], sizeof(t->backlog[0]), "%s", at);
    }
    t->backlog_ms = t->now_ms;
}

static void run_queued(struct tasmota *t)
{
    while (t->queued > 0 && t->now_ms >= t->backlog_ms) {
        char command[sizeof(t->backlog[0])];
        memcpy(command, t->backlog[0], sizeof(command));
        t->queued--;
        memmove(t->backlog[0], t->backlog[1],
                t->queued * sizeof(t->backlog[0]));
        if (!t->is_hurried)
            t->backlog_ms = t->now_ms + BACKLOG_MS;
        tasmota_run(t, command);
    }
}

static void run_line(struct tasmota *t, const char *line)
{
    char text[TASMOTA_LINE];
    line += strspn(line, " ");
    if (strncasecmp(line, "Backlog", 7) != 0) {
        tasmota_run(t, line);
        return;
    }
    /* Before version 9 there is no Backlog0. */
    t->is_hurried = line[7] == '0' && t->version->major > 8;
    snprintf(text, sizeof(text), "%s", line + strcspn(line, " "));
    queue(t, text);
}

static void end_line(struct tasmota *t)
{
    t->line[t->size] = '\0';
    size_t size = t->size;
    t->size = 0;
    if (t->is_too_long || size > t->version->line) {
        t->is_too_long = false;
        t->dropped++;
        return;
    }
    if (size == 0 || t->is_mute)
        return;
    tasmota_log(t, "CMD: %s", t->line);
    run_line(t, t->line);
}

void tasmota_serial(struct tasmota *t, const uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i < size && t->is_up; i++) {
        if (bytes[i] == '\n') {
            end_line(t);
        } else if (bytes[i] > 127) {
            t->size = 0; /* what is not ASCII drops the line so far */
        } else if (bytes[i] >= ' ') {
            if (t->size + 1 < sizeof(t->line))
                t->line[t->size++] = (char)bytes[i];
            else
                t->is_too_long = true;
        }
    }
}

void tasmota_web(struct tasmota *t, const char *command,
                 char answer[TASMOTA_ANSWER])
{
    memcpy(answer, "{", 2);
    t->heard = answer;
    t->heard_size = 1;
    run_line(t, command);
    t->heard = NULL;
    if (t->heard_size == 1 && t->version->major < 9)
        snprintf(answer, TASMOTA_ANSWER,
                 "{\"WARNING\":\"Enable weblog 2 if response expected\"");
    strcat(answer, "}");
}

/* ---- time ---- */

void tasmota_tick(struct tasmota *t, uint64_t now_ms)
{
    t->now_ms = now_ms;
    if (!t->is_up)
        return;
    run_queued(t);
    if (t->restart_ms && t->queued == 0 && now_ms >= t->restart_ms &&
        !t->never_restarts) {
        restart(t);
        return;
    }
    if (t->is_mute)
        return;
    if (now_ms >= t->try_ms && !t->restart_ms)
        try_to_join(t);
    if (t->is_joined && t->broker_ms && now_ms >= t->broker_ms)
        try_broker(t);
}
