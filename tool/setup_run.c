/* The steps of a device's set-up, over its console. */
#include "tool/setup_run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tool/json_text.h"
#include "tool/loader.h"
#include "tool/setup_log.h"

#define ASKS 6u
#define ASK_MS 1500u
#define SYNC_MS 300u
#define SETTLE_MS 4000u /* a restart comes 2 s after the last command */
#define PAUSE_MS 250u   /* of a Backlog before Backlog0 */
#define SHORT_MS 500u   /* of what restarts nothing */
#define POLL_MS 1000u
#define ANSWER_MS 3000u /* to Status 0 */
#define LOOKS 4u
#define BROKER_MS 30000u
#define ENOUGH 2u /* the same trouble so often: it will not go by itself */

/* ---- secrets ------------------------------------------------------------- */

static void hide_one(char *text, const char *secret)
{
    size_t n = secret ? strlen(secret) : 0;
    for (char *at = text; n > 0 && (at = strstr(at, secret)) != NULL; at++) {
        size_t tail = strlen(at + n);
        size_t shown = n < 4 ? n : 4;
        memset(at, '*', shown);
        memmove(at + shown, at + n, tail + 1);
        at += shown - 1;
    }
}

void setup_hide(const struct setup_run *run, char *text)
{
    for (unsigned i = 0; i < SETUP_SECRETS; i++)
        hide_one(text, run->secret[i]);
    for (; *text; text++) {
        if ((unsigned char)*text < 0x20 || *text == 0x7F)
            *text = '.';
    }
}

/* ---- what it says -------------------------------------------------------- */

/* The line from its first tag of a log on: what stands before is the time, and
 * noise of a start. */
static void keep_told(const struct setup_run *run, const char *tag, char *out,
                      size_t room)
{
    const char *at = strstr(run->console.text, tag);
    snprintf(out, room, "%s", at ? at : "");
    setup_hide(run, out);
}

static void note_log(struct setup_run *run)
{
    enum err e = setup_log_wifi(run->console.text);
    if (e != ERR_NONE) {
        run->troubles = e == run->trouble ? run->troubles + 1 : 1;
        run->trouble = e;
        keep_told(run, "WIF: ", run->told, sizeof(run->told));
    }
    e = setup_log_broker(run->console.text);
    if (e != ERR_NONE) {
        run->broker_trouble = e;
        keep_told(run, "MQT: ", run->broker_told, sizeof(run->broker_told));
    }
}

/* A value that is not there leaves what was known. */
static void keep_value(const char *json, const char *path, char *out,
                       size_t room)
{
    char value[SETUP_VALUE];
    if (json_text_find(json, path, value, sizeof(value)) &&
        strlen(value) < room)
        memcpy(out, value, strlen(value) + 1);
}

/* What of an answer is always kept. */
static void note_answer(struct setup_run *run, const char *json)
{
    char count[16] = "";
    if (!json_text_is_whole(json))
        return; /* damaged on its way */
    keep_value(json, "StatusFWR.Version", run->version, sizeof(run->version));
    keep_value(json, "StatusNET.Mac", run->mac, sizeof(run->mac));
    keep_value(json, "StatusNET.IPAddress", run->address, sizeof(run->address));
    keep_value(json, "StatusSTS.Wifi.SSId", run->ssid, sizeof(run->ssid));
    keep_value(json, "StatusMQT.MqttCount", count, sizeof(count));
    keep_value(json, "StatusSTS.MqttCount", count, sizeof(count));
    if (count[0])
        run->broker_count = (unsigned)strtoul(count, NULL, 10);
}

/* Tasmota's word is Error; Pogo says why. */
static void note_refusal(struct setup_run *run, const char *json)
{
    const char *at = strstr(json, "\"Refused: ");
    if (!at)
        at = strstr(json, "\"Error\"");
    if (!at || run->refused[0])
        return;
    snprintf(run->refused, sizeof(run->refused), "%.*s",
             (int)strcspn(at + 1, "\""), at + 1);
    setup_hide(run, run->refused);
}

/* One line; *json is what it answers, or NULL, and topic to what. */
static enum err hear(struct setup_run *run, uint64_t end_ms, char *topic,
                     const char **json)
{
    enum err e = console_line_read(&run->console, end_ms);
    *json = NULL;
    if (e != ERR_NONE)
        return e;
    note_log(run);
    if (console_line_answer(run->console.text, topic, json)) {
        note_answer(run, *json);
        if (run->is_telling)
            note_refusal(run, *json);
    }
    return ERR_NONE;
}

static uint64_t now(const struct setup_run *run)
{
    struct link *link = run->console.link;
    return link->ops->now_ms(link);
}

/* ERR_NONE when the time is over, or this was answered (NULL: nothing is waited
 * for). */
static enum err listen(struct setup_run *run, unsigned ms, const char *wanted)
{
    uint64_t end = now(run) + ms;
    enum err e = ERR_NONE;
    char topic[CONSOLE_TOPIC];
    const char *json;
    while (e == ERR_NONE) {
        e = hear(run, end, topic, &json);
        if (e == ERR_NONE && wanted && json && strcmp(topic, wanted) == 0)
            break;
    }
    return e == ERR_TIMEOUT ? ERR_NONE : e;
}

enum err setup_hear_answers(struct setup_run *run, unsigned ms,
                            bool (*take)(void *ctx, const char *topic,
                                         const char *value),
                            void *ctx)
{
    uint64_t end = now(run) + ms;
    enum err e = ERR_NONE;
    char topic[CONSOLE_TOPIC];
    const char *value;
    while (e == ERR_NONE) {
        e = hear(run, end, topic, &value);
        if (e == ERR_NONE && value && take(ctx, topic, value))
            return ERR_NONE;
    }
    return e;
}

/* ---- who is there -------------------------------------------------------- */

static enum err nobody(struct setup_run *run)
{
    static struct loader loader; /* large; one per program */
    loader_init(&loader, run->console.link);
    for (unsigned i = 0; i < ASKS; i++) {
        if (loader_sync(&loader, SYNC_MS) == ERR_NONE)
            return ERR_DOWNLOAD_MODE;
    }
    return run->console.heard > 0 ? ERR_NOT_TASMOTA : ERR_NO_ANSWER;
}

/* A device whose log is off answers nothing; the last asks turn it on. That is
 * a setting, so it is said. */
static enum err ask(struct setup_run *run, unsigned nth)
{
    if (nth < ASKS - 2)
        return console_line_send(&run->console, "Status 2");
    if (nth == ASKS - 2 && run->say)
        run->say(run->ctx, "No answer yet: perhaps its serial log is off. "
                           "SerialLog 2 is sent, which turns it on.");
    enum err e = console_line_send(&run->console, "SerialLog 2");
    return e == ERR_NONE ? console_line_send(&run->console, "Status 2") : e;
}

/* It has still to be started, perhaps by hand. */
static enum err await_start(struct setup_run *run)
{
    uint64_t end = now(run) + run->wait_ms;
    enum err e = ERR_NONE;
    while (run->is_fresh && e == ERR_NONE && !run->version[0] &&
           now(run) < end) {
        e = console_line_send(&run->console, "Status 2");
        if (e == ERR_NONE)
            e = listen(run, ASK_MS, "STATUS2");
    }
    return e;
}

enum err setup_meet(struct setup_run *run)
{
    run->version[0] = '\0';
    enum err e = await_start(run);
    for (unsigned i = 0; i < ASKS && e == ERR_NONE && !run->version[0]; i++) {
        e = ask(run, i);
        if (e == ERR_NONE)
            e = listen(run, ASK_MS, "STATUS2");
    }
    if (e == ERR_NONE && !run->version[0])
        e = nobody(run);
    for (unsigned i = 0; i < ASKS && e == ERR_NONE && !run->mac[0]; i++) {
        e = console_line_send(&run->console, "Status 5");
        if (e == ERR_NONE)
            e = listen(run, ASK_MS, "STATUS5");
    }
    return e;
}

/* ---- what it is told ----------------------------------------------------- */

enum err setup_send(struct setup_run *run, const struct setup_plan *plan)
{
    char line[SETUP_LINE + 1];
    enum err e = ERR_NONE;
    run->refused[0] = '\0';
    run->is_telling = true;
    for (unsigned at = 0; e == ERR_NONE && setup_plan_line(plan, &at, line);) {
        e = console_line_send(&run->console, line);
        if (e == ERR_NONE)
            e = listen(run, 100, NULL);
    }
    memset(line, 0, sizeof(line));
    if (e != ERR_NONE)
        return e;
    unsigned pauses =
        plan->firmware->has_backlog0 ? 0 : plan->commands * PAUSE_MS;
    e = listen(run, (plan->has_restart ? SETTLE_MS : SHORT_MS) + pauses, NULL);
    run->is_telling = false;
    /* What was told of before is about what was set before. */
    run->trouble = run->broker_trouble = ERR_NONE;
    run->troubles = 0;
    run->address[0] = run->ssid[0] = '\0';
    return e;
}

/* ---- the network --------------------------------------------------------- */

static bool is_address(const char *text)
{
    return text[0] && strcmp(text, "0.0.0.0") != 0 &&
           strcmp(text, "(IP unset)") != 0;
}

static bool is_in(const struct setup_run *run, const char *ssid)
{
    return is_address(run->address) && strcmp(run->ssid, ssid) == 0;
}

static enum err poll(struct setup_run *run)
{
    enum err e = console_line_send(&run->console, "Status 11");
    if (e == ERR_NONE)
        e = console_line_send(&run->console, "Status 5");
    return e == ERR_NONE ? listen(run, POLL_MS, "STATUS5") : e;
}

enum err setup_wait_joined(struct setup_run *run, const char *ssid)
{
    uint64_t end = now(run) + run->wait_ms;
    while (now(run) < end) {
        enum err e = poll(run);
        if (e != ERR_NONE)
            return e;
        if (is_in(run, ssid))
            return ERR_NONE;
        if (run->troubles >= ENOUGH)
            break;
        e = listen(run, POLL_MS, NULL);
        if (e != ERR_NONE)
            return e;
    }
    snprintf(run->detail, sizeof(run->detail), "network %s%s", ssid,
             run->trouble != ERR_NONE ? "; the device's own words: " : "");
    size_t n = strlen(run->detail);
    if (run->trouble != ERR_NONE)
        snprintf(run->detail + n, sizeof(run->detail) - n, "%s", run->told);
    return run->trouble != ERR_NONE ? run->trouble : ERR_JOIN_SILENT;
}

enum err setup_wait_broker(struct setup_run *run)
{
    uint64_t end = now(run) + BROKER_MS;
    while (run->broker_count == 0 && now(run) < end) {
        enum err e = poll(run);
        if (e != ERR_NONE)
            return e;
        /* It does not change its mind about a password. */
        if (run->broker_trouble == ERR_BROKER_LOGIN)
            break;
        if (run->broker_count == 0)
            e = listen(run, POLL_MS, NULL);
        if (e != ERR_NONE)
            return e;
    }
    if (run->broker_count > 0)
        return ERR_NONE;
    bool is_told = run->broker_trouble != ERR_NONE;
    snprintf(run->detail, sizeof(run->detail), "%s%s",
             is_told ? "the device's own words: "
                     : "the device does not say why",
             is_told ? run->broker_told : "");
    return is_told ? run->broker_trouble : ERR_BROKER;
}

/* ---- looking back -------------------------------------------------------- */

static enum err look_once(struct setup_run *run, struct setup_plan *plan)
{
    char topic[CONSOLE_TOPIC];
    const char *json;
    enum err e = ERR_NONE;
    if (plan->has_template)
        e = console_line_send(&run->console, "Template");
    if (e == ERR_NONE)
        e = console_line_send(&run->console, "Status 0");
    uint64_t end = now(run) + ANSWER_MS;
    while (e == ERR_NONE) {
        e = hear(run, end, topic, &json);
        if (e == ERR_NONE && json)
            setup_plan_look(plan, json);
        if (e == ERR_NONE && json && strcmp(topic, "STATUS11") == 0)
            return ERR_NONE;
    }
    return e == ERR_TIMEOUT ? ERR_NONE : e;
}

enum err setup_look_back(struct setup_run *run, struct setup_plan *plan)
{
    const struct setup_check *c = NULL;
    enum err e = ERR_NONE;
    setup_plan_forget(plan);
    for (unsigned i = 0; i < LOOKS && e == ERR_NONE; i++) {
        e = look_once(run, plan);
        c = setup_plan_wrong(plan);
        if (!c || c->has_got)
            break; /* what is missing may have been lost on the line */
    }
    if (e != ERR_NONE || !c)
        return e;
    if (c->has_got)
        snprintf(run->detail, sizeof(run->detail), "%s is %.160s, not %.160s",
                 c->name, c->got, c->want);
    else
        snprintf(run->detail, sizeof(run->detail), "%s is not told", c->name);
    size_t n = strlen(run->detail);
    if (run->refused[0])
        snprintf(run->detail + n, sizeof(run->detail) - n,
                 "; the device says: %s", run->refused);
    setup_hide(run, run->detail);
    return ERR_SETUP_DIFFERS;
}
