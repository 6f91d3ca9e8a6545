/* A console as Tasmota 6.6, 8.5 and 14 have it, for tests: a link to a model
 * written from tasmota.md A.0, A.5 and C.4. It keeps what it is told, joins a
 * network or says why not, and echoes passwords as the real one does. */
#ifndef TEST_TOOL_FAKE_TASMOTA_H
#define TEST_TOOL_FAKE_TASMOTA_H

#include <ctype.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "test/tool/fake_link.h"

#define FAKE_VALUES 24u
#define FAKE_LINE 2048u
#define FAKE_RESTART_MS 2000u
#define FAKE_TRY_MS 5000u /* between two tries to join */

struct fake_tasmota {
    struct fake_link fake;
    const char *version;
    size_t line_limit;    /* what is longer is dropped */
    bool is_mqtt_form;    /* answers are `MQT: stat/x/RESULT` */
    bool has_ms;          /* in the time */
    const char *ssid;     /* the network that is there */
    const char *password; /* its */
    const char *trouble;  /* instead of an address; NULL: none */
    bool is_mute;         /* no answers at all */
    unsigned lose_lines;  /* so many of its next lines get damaged */
    const char *forgets;  /* a name that it does not keep; NULL: none */
    struct ops_value {
        char name[24], value[640];
    } value[FAKE_VALUES];
    unsigned values;
    char line[FAKE_LINE];
    size_t size;
    uint64_t restart_at, try_at;
    bool is_joined, never_restarts;
    char joined[80]; /* the network that it is in */
    unsigned restarts, dropped, broker_count;
};

__attribute__((format(printf, 2, 3))) static inline void
tasmota_say(struct fake_tasmota *t, const char *format, ...)
{
    char text[FAKE_LINE];
    va_list args;
    va_start(args, format);
    int n = snprintf(text, sizeof(text), "00:00:%02u%s ",
                     (unsigned)(t->fake.now_ms / 1000 % 60),
                     t->has_ms ? ".123" : "");
    n += vsnprintf(text + n, sizeof(text) - (size_t)n - 3, format, args);
    va_end(args);
    if (t->lose_lines > 0) {
        t->lose_lines--;
        text[n / 2] = '\x15';
        text[n - 1] = '?';
    }
    memcpy(text + n, "\r\n", 2);
    fake_put(&t->fake, text, (size_t)n + 2);
}

static inline void tasmota_answer(struct fake_tasmota *t, const char *topic,
                                  const char *json)
{
    if (t->is_mqtt_form)
        tasmota_say(t, "MQT: stat/old/topic/%s = %s", topic, json);
    else
        tasmota_say(t, "RSL: %s = %s", topic, json);
}

static inline char *tasmota_value(struct fake_tasmota *t, const char *name)
{
    unsigned i = 0;
    while (i < t->values && strcasecmp(t->value[i].name, name) != 0)
        i++;
    if (i == t->values) {
        t->values++;
        snprintf(t->value[i].name, sizeof(t->value[i].name), "%s", name);
    }
    return t->value[i].value;
}

static inline const char *or_else(const char *text, const char *other)
{
    return text[0] ? text : other;
}

static inline void tasmota_status(struct fake_tasmota *t, unsigned n)
{
    char json[FAKE_LINE] = "";
    char topic[24] = "STATUS";
    size_t room = sizeof(json);
    if (n > 0)
        snprintf(topic, sizeof(topic), "STATUS%u", n);
    if (n == 0)
        snprintf(json, room,
                 "{\"Status\":{\"Module\":%s,\"FriendlyName\":[\"%s\"],"
                 "\"DeviceName\":\"%s\",\"Topic\":\"%s\"}}",
                 or_else(tasmota_value(t, "Module"), "1"),
                 tasmota_value(t, "FriendlyName1"),
                 tasmota_value(t, "DeviceName"), tasmota_value(t, "Topic"));
    if (n == 2)
        snprintf(json, room, "{\"StatusFWR\":{\"Version\":\"%s\"}}",
                 t->version);
    if (n == 3)
        snprintf(json, room, "{\"StatusLOG\":{\"SSId\":[\"%s\",\"\"]}}",
                 tasmota_value(t, "SSId1"));
    if (n == 5)
        snprintf(json, room,
                 "{\"StatusNET\":{\"IPAddress\":\"%s\",\"Mac\":"
                 "\"5C:CF:7F:A1:B2:C3\"}}",
                 t->is_joined ? "10.0.0.9" : "0.0.0.0");
    if (n == 6)
        snprintf(json, room,
                 "{\"StatusMQT\":{\"MqttHost\":\"%s\",\"MqttPort\":%s,"
                 "\"MqttUser\":\"%s\",\"MqttCount\":%u}}",
                 tasmota_value(t, "MqttHost"),
                 or_else(tasmota_value(t, "MqttPort"), "1883"),
                 tasmota_value(t, "MqttUser"), t->broker_count);
    if (n == 7)
        snprintf(json, room, "{\"StatusTIM\":{\"Timezone\":\"%s\"}}",
                 or_else(tasmota_value(t, "Timezone"), "+00:00"));
    if (n == 11)
        snprintf(json, room,
                 "{\"StatusSTS\":{\"MqttCount\":%u,\"Wifi\":{\"SSId\":"
                 "\"%s\"}}}",
                 t->broker_count, t->joined);
    if (json[0])
        tasmota_answer(t, topic, json);
}

static inline bool tasmota_restarts_by(const char *name)
{
    static const char *const names[] = {"SSId1",    "Password1",    "Topic",
                                        "MqttHost", "MqttUser",     "MqttPort",
                                        "Module",   "MqttPassword", "Hostname"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (strcasecmp(names[i], name) == 0)
            return true;
    }
    return false;
}

static inline void tasmota_run(struct fake_tasmota *t, const char *command)
{
    char name[24] = "", json[FAKE_LINE];
    command += strspn(command, " ");
    size_t n = strcspn(command, " ");
    snprintf(name, sizeof(name), "%.*s", (int)n, command);
    const char *payload = command + n + (command[n] == ' ');
    if (strcasecmp(name, "Status") == 0 && payload[0] == '0') {
        for (unsigned i = 0; i <= 11; i++)
            tasmota_status(t, i);
        return;
    }
    if (strcasecmp(name, "Status") == 0) {
        tasmota_status(t, (unsigned)atoi(payload));
        return;
    }
    if (payload[0] && !(t->forgets && strcasecmp(t->forgets, name) == 0))
        snprintf(tasmota_value(t, name), 640, "%s",
                 strcmp(payload, "\"") == 0 ? "" : payload);
    if (payload[0] && tasmota_restarts_by(name))
        t->restart_at = t->fake.now_ms + FAKE_RESTART_MS;
    if (strcasecmp(name, "Template") == 0)
        snprintf(json, sizeof(json), "%s", tasmota_value(t, name));
    else
        snprintf(json, sizeof(json), "{\"%s\":\"%s\"}", name, payload);
    tasmota_answer(t, "RESULT", json);
}

/* A line that came: at once, or a Backlog's parts. */
static inline void tasmota_line(struct fake_tasmota *t)
{
    char *at = t->line;
    t->line[t->size] = '\0';
    if (t->size > t->line_limit) {
        t->dropped++;
        return;
    }
    if (t->size == 0 || t->is_mute)
        return;
    tasmota_say(t, "CMD: %s", t->line);
    if (strncasecmp(at, "Backlog", 7) != 0) {
        tasmota_run(t, at);
        return;
    }
    at += strcspn(at, " ");
    for (char *end = at; *at; at = end) {
        unsigned depth = 0;
        for (; *end && (*end != ';' || depth > 0); end++)
            depth += *end == '{' ? 1u : *end == '}' && depth ? -1u : 0u;
        if (*end)
            *end++ = '\0';
        tasmota_run(t, at);
    }
}

static inline void tasmota_try(struct fake_tasmota *t)
{
    const char *ssid = tasmota_value(t, "SSId1");
    const char *password = tasmota_value(t, "Password1");
    t->try_at = t->fake.now_ms + FAKE_TRY_MS;
    if (!ssid[0] || t->is_joined)
        return;
    if (!t->ssid || strcmp(ssid, t->ssid) != 0)
        tasmota_say(t, "WIF: Connect failed as AP cannot be reached");
    else if (strcmp(password, t->password) != 0)
        tasmota_say(t, "WIF: Connect failed (wrong password) %s", password);
    else if (t->trouble)
        tasmota_say(t, "%s", t->trouble);
    else
        t->is_joined = true;
    if (t->is_joined)
        snprintf(t->joined, sizeof(t->joined), "%s", ssid);
}

static inline void tasmota_time(struct fake_link *fake)
{
    struct fake_tasmota *t = (struct fake_tasmota *)fake;
    if (!t->never_restarts && t->restart_at && fake->now_ms >= t->restart_at) {
        t->restart_at = 0;
        t->restarts++;
        t->is_joined = false;
        t->try_at = fake->now_ms + FAKE_TRY_MS;
        tasmota_say(t, "APP: Restarting");
    }
    if (!t->is_mute && fake->now_ms >= t->try_at)
        tasmota_try(t);
}

static inline enum err tasmota_write(struct link *link, const uint8_t *data,
                                     size_t size)
{
    struct fake_tasmota *t = (struct fake_tasmota *)fake_of(link);
    if (t->fake.gone_at_ms && t->fake.now_ms >= t->fake.gone_at_ms)
        return ERR_PORT_GONE;
    for (size_t i = 0; i < size; i++) {
        if (data[i] == '\n') {
            tasmota_line(t);
            t->size = 0;
        } else if (t->size + 1 < sizeof(t->line)) {
            t->line[t->size++] = (char)data[i];
        }
    }
    return ERR_NONE;
}

static inline void tasmota_init(struct fake_tasmota *t, const char *version)
{
    static struct link_ops ops;
    memset(t, 0, sizeof(*t));
    fake_init(&t->fake);
    ops = fake_ops;
    ops.write = tasmota_write;
    t->fake.link.ops = &ops;
    t->fake.on_time = tasmota_time;
    t->version = version;
    bool is_old = atoi(version) < 9;
    t->line_limit = is_old ? 519 : 799;
    t->has_ms = !is_old;
    t->ssid = "home";
    t->password = "correct horse";
}

#endif
