/* From wishes to commands and checks. Limits: tasmota.md A.0, A.1; the 520
 * bytes of a line before version 9 and that a byte above 127 drops the line are
 * in Tasmota's published sources. */
#include "tool/setup_plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tool/boards.h"
#include "tool/json_text.h"
#include "tool/template_file.h"

#define BACKLOG_MOST 20u /* commands; 30 is the limit, and the 6.x are slow */

/* The first that fits. */
static const struct setup_firmware firmwares[] = {
    {"pogo", 0, 790, false, true, true, false},
    {"tasmota", 9, 790, true, true, true, true},
    {"tasmota", 0, 510, true, false, false, true},
};

const struct setup_firmware *setup_firmware_of(const char *version)
{
    unsigned major = (unsigned)strtoul(version, NULL, 10);
    const struct setup_firmware *f = firmwares;
    if (strstr(version, "(pogo)"))
        return f;
    f++;
    while (f->since > major)
        f++;
    return f;
}

/* ---- the table ----------------------------------------------------------- */

/* A wish that is one command and one value of Status 0. */
static const struct row {
    unsigned key;
    const char *command;
    const char *path;   /* NULL: it is never shown */
    size_t least, most; /* bytes */
    bool may_be_empty;
    bool is_new;  /* not before Tasmota 9 */
    bool is_word; /* no blanks, nothing of MQTT's own */
    bool restarts;
} rows[] = {
    /* What restarts nothing comes first: if it takes more than one line, the
     * device is still there for the second. */
    {SETUP_NAME, "FriendlyName1", "Status.FriendlyName.0", 1, 32, false, false,
     false, false},
    {SETUP_NAME, "DeviceName", "Status.DeviceName", 1, 32, false, true, false,
     false},
    {SETUP_TIMEZONE, "Timezone", "StatusTIM.Timezone", 1, 6, false, false, true,
     false},
    {SETUP_WEB_PASSWORD, "WebPassword", NULL, 1, 32, false, false, false,
     false},
    {SETUP_TOPIC, "Topic", "Status.Topic", 1, 32, false, false, true, true},
    {SETUP_MQTT, "MqttHost", "StatusMQT.MqttHost", 1, 64, true, false, true,
     true},
    {SETUP_MQTT_PORT, "MqttPort", "StatusMQT.MqttPort", 1, 5, false, false,
     true, true},
    {SETUP_MQTT_USER, "MqttUser", "StatusMQT.MqttUser", 1, 32, true, false,
     false, true},
    {SETUP_MQTT_PASSWORD, "MqttPassword", NULL, 1, 64, true, false, false,
     true},
    {SETUP_SSID, "SSId1", "StatusLOG.SSId.0", 1, 32, false, false, false, true},
    {SETUP_PASSWORD, "Password1", NULL, 8, 64, true, false, false, true},
};
#define ROWS (sizeof(rows) / sizeof(rows[0]))

struct maker {
    const struct setup_wish *wish;
    struct setup_plan *plan;
    char *problem;
    size_t room;
};

static enum err refuse(const struct maker *m, const char *what, const char *why)
{
    snprintf(m->problem, m->room, "%s: %s", what, why);
    return ERR_SETUP_VALUE;
}

static bool is_zone(const char *text)
{
    bool is_west = *text == '-';
    text += *text == '+' || *text == '-';
    size_t n = strspn(text, "0123456789");
    unsigned long hours = strtoul(text, NULL, 10);
    if (n == 0 || n > 2)
        return false;
    /* -13 to +14 hours; 99 says: by TimeStd and TimeDst. */
    if (hours == 99)
        return !is_west && text[n] == '\0';
    if (hours > (is_west ? 13 : 14))
        return false;
    text += n;
    return *text == '\0' || (*text == ':' && strlen(text) == 3 &&
                             strspn(text + 1, "0123456789") == 2);
}

/* Of those that are numbers. */
static const char *number_fault(const struct row *row, const char *text)
{
    if (row->key == SETUP_TIMEZONE && !is_zone(text))
        return "hours from UTC are meant (-13 to +14), as +01:00 or -5, or "
               "99";
    if (row->key == SETUP_MQTT_PORT && text[strspn(text, "0123456789")])
        return "it is a number";
    return NULL;
}

/* Why the firmware can't take a text; NULL: it can. */
static const char *fault_of(const struct row *row, const char *text,
                            bool is_ascii)
{
    size_t n = strlen(text);
    if (n == 0 && row->may_be_empty)
        return NULL;
    if (n == 0)
        return "it is empty";
    /* A WEP network's has 5 or 13. */
    if (n > row->most || (n < row->least && !(n == 5 && row->least == 8)))
        return row->least == 8 ? "it has 8 to 63 characters (bytes)"
                               : "it is too long";
    if (text[0] == ' ' || text[n - 1] == ' ')
        return "blanks at its beginning or end are dropped by the firmware";
    if (n == 1 && strchr("01\"?", text[0]) && row->key != SETUP_TIMEZONE &&
        row->key != SETUP_MQTT_PORT)
        return "0, 1, \" and ? alone mean something else to the firmware";
    for (const char *p = text; *p; p++) {
        unsigned char c = (unsigned char)*p;
        if (c < 0x20 || c == 0x7F)
            return "it has control characters in it";
        if (c > 127 && is_ascii)
            return "Tasmota takes only plain ASCII over the serial line; set "
                   "it on the device's own page";
        if (row->is_word && (c == ' ' || c == '"' || c == '#'))
            return "it has blanks or signs in it that can't be there";
    }
    return number_fault(row, text);
}

const char *setup_plan_fault(unsigned key, const char *text, bool is_ascii)
{
    const char *fault = NULL;
    for (size_t i = 0; i < ROWS && !fault; i++) {
        if (rows[i].key == key)
            fault = fault_of(&rows[i], text, is_ascii);
    }
    return fault;
}

static void add_check(struct setup_plan *plan, const char *name,
                      const char *path, const char *want)
{
    struct setup_check *c = &plan->check[plan->checks++];
    *c = (struct setup_check){.name = name, .path = path};
    snprintf(c->want, sizeof(c->want), "%s", want);
    c->is_zone = strcmp(name, "Timezone") == 0;
    c->is_list = strcmp(name, "Template pins") == 0;
}

/* In a Backlog `;` parts commands, but not inside of braces; a brace that is
 * not closed would hide the next one. */
static void add_command(struct setup_plan *plan, const char *command,
                        const char *value)
{
    unsigned n = plan->commands++;
    snprintf(plan->command[n].text, SETUP_COMMAND, "%s %s", command,
             value[0] ? value : "\"");
    plan->command[n].is_alone = strpbrk(value, ";{}") != NULL;
}

static enum err add_row(struct maker *m, const struct row *row)
{
    struct setup_plan *plan = m->plan;
    const char *text = m->wish->text[row->key];
    if (!m->wish->has[row->key] ||
        (row->is_new && !plan->firmware->has_new_parts))
        return ERR_NONE;
    const char *fault = fault_of(row, text, plan->firmware->is_ascii);
    if (fault)
        return refuse(m, row->command, fault);
    plan->has_restart |= row->restarts;
    /* `"` alone clears; MqttHost and MqttUser then show "". */
    add_command(plan, row->command, text);
    if (row->path)
        add_check(plan, row->command, row->path, text);
    return ERR_NONE;
}

/* ---- what the board is --------------------------------------------------- */

static enum err add_module(struct maker *m, unsigned number)
{
    char text[16];
    snprintf(text, sizeof(text), "%u", number);
    m->plan->has_restart = true;
    add_command(m->plan, "Module", text);
    add_check(m->plan, "Module", "Status.Module", text);
    return ERR_NONE;
}

static enum err add_template(struct maker *m, const char *old_text,
                             const char *new_text)
{
    char list[SETUP_VALUE];
    bool is_new = m->plan->firmware->has_new_parts;
    const char *text = is_new && new_text[0] ? new_text : old_text;
    if (text[0] == '\0')
        return refuse(
            m, "Template",
            "it is one with 14 numbers, for Tasmota 9 and later; this "
            "firmware takes the old form with 13");
    add_command(m->plan, "Template", text);
    /* A template's own braces are no reason: they are balanced. */
    m->plan->command[m->plan->commands - 1].is_alone =
        strchr(text, ';') != NULL;
    m->plan->has_template = true;
    if (json_text_find(text, "NAME", list, sizeof(list)))
        add_check(m->plan, "Template", "NAME", list);
    /* Where the firmware turns old numbers into new ones it shows those. */
    if ((is_new == (text == new_text)) &&
        json_text_find(text, "GPIO", list, sizeof(list)))
        add_check(m->plan, "Template pins", "GPIO", list);
    return add_module(m, 0);
}

static enum err add_kind(struct maker *m)
{
    const struct setup_wish *w = m->wish;
    static struct template_file t;
    if (w->has[SETUP_MODULE]) {
        unsigned long n = strtoul(w->text[SETUP_MODULE], NULL, 10);
        if (w->text[SETUP_MODULE]
                   [strspn(w->text[SETUP_MODULE], "0123456789")] ||
            n > 75)
            return refuse(m, "Module", "it is a number, 0 to 75");
        return add_module(m, (unsigned)n);
    }
    if (w->has[SETUP_TEMPLATE]) {
        snprintf(m->problem, m->room, "%.80s", w->text[SETUP_TEMPLATE]);
        enum err e = template_read(w->text[SETUP_TEMPLATE], &t);
        return e == ERR_NONE ? add_template(m, t.old_text, t.new_text) : e;
    }
    if (!w->has[SETUP_BOARD])
        return ERR_NONE;
    const struct known_board *b = known_board_find(w->text[SETUP_BOARD]);
    snprintf(m->problem, m->room, "no board %.80s", w->text[SETUP_BOARD]);
    if (!b)
        return ERR_UNKNOWN;
    return b->module ? add_module(m, b->module)
                     : add_template(m, b->template_old, b->template_new);
}

const char *setup_value_fault(unsigned key, const char *value)
{
    static struct template_file found; /* large */
    unsigned long module = strtoul(value, NULL, 10);
    if (key == SETUP_BOARD && !known_board_find(value))
        return "no such board; pogo boards lists them";
    if (key == SETUP_TEMPLATE && template_read(value, &found) != ERR_NONE)
        return "no template, and no file with one";
    if (key == SETUP_MODULE &&
        (!value[0] || value[strspn(value, "0123456789")] || module > 75))
        return "it is a number, 0 to 75";
    return setup_plan_fault(key, value, false);
}

/* ---- all of it ----------------------------------------------------------- */

enum err setup_plan_make(const struct setup_wish *wish,
                         const struct setup_firmware *firmware,
                         struct setup_plan *plan, char *problem, size_t room)
{
    struct maker m = {wish, plan, problem, room};
    *plan = (struct setup_plan){.firmware = firmware};
    problem[0] = '\0';
    if (wish->has[SETUP_BOARD] + wish->has[SETUP_TEMPLATE] +
            wish->has[SETUP_MODULE] >
        1)
        return refuse(&m, "board, template, module", "one of them is meant");
    if (wish->has[SETUP_PASSWORD] && !wish->has[SETUP_SSID])
        return refuse(&m, "the network's password", "of which network? --ssid");
    if (wish->has[SETUP_HIDDEN] && firmware->has_scan) {
        /* It would only try what a scan shows (tasmota.md C.3). */
        add_command(plan, "SetOption56", "0");
        add_command(plan, "SetOption57", "0");
    }
    enum err e = ERR_NONE;
    for (size_t i = 0; i < ROWS && e == ERR_NONE; i++) {
        if (rows[i].key == SETUP_TOPIC)
            e = add_kind(&m);
        if (e == ERR_NONE)
            e = add_row(&m, &rows[i]);
    }
    return e;
}

bool setup_plan_line(const struct setup_plan *plan, unsigned *at,
                     char line[SETUP_LINE + 1])
{
    unsigned from = *at;
    if (from == plan->commands)
        return false;
    const char *word = plan->firmware->has_backlog0 ? "Backlog0" : "Backlog";
    size_t size = (size_t)snprintf(line, SETUP_LINE + 1, "%s", word);
    while (*at < plan->commands && !plan->command[*at].is_alone &&
           *at - from < BACKLOG_MOST) {
        const char *text = plan->command[*at].text;
        if (size + strlen(text) + 2 > plan->firmware->line)
            break;
        size += (size_t)snprintf(line + size, SETUP_LINE + 1 - size, "%s%s",
                                 *at == from ? " " : "; ", text);
        ++*at;
    }
    /* Alone, or too long to have company. */
    if (*at == from)
        snprintf(line, SETUP_LINE + 1, "%s", plan->command[(*at)++].text);
    return true;
}

/* ---- looking back -------------------------------------------------------- */

/* Minutes: "+01:00", "1", "-5", "+5:30"; 99 stays what it is. */
static long zone_of(const char *text)
{
    char *end;
    bool is_west = text[0] == '-';
    long hours = labs(strtol(text, &end, 10));
    long minutes = *end == ':' ? strtol(end + 1, NULL, 10) : 0;
    long all = hours * 60 + minutes;
    return is_west ? -all : all;
}

/* Blanks between the numbers of a list are nobody's business. */
static bool same_list(const char *a, const char *b)
{
    for (;; a++, b++) {
        a += strspn(a, " ");
        b += strspn(b, " ");
        if (*a != *b || !*a)
            return *a == *b;
    }
}

static bool is_right(const struct setup_check *c)
{
    if (!c->has_got)
        return false;
    if (c->is_zone)
        return zone_of(c->want) == zone_of(c->got);
    return c->is_list ? same_list(c->want, c->got)
                      : strcmp(c->want, c->got) == 0;
}

void setup_plan_look(struct setup_plan *plan, const char *json)
{
    char value[SETUP_VALUE];
    if (!json_text_is_whole(json))
        return; /* damaged on its way */
    for (unsigned i = 0; i < plan->checks; i++) {
        struct setup_check *c = &plan->check[i];
        if (!json_text_find(json, c->path, value, sizeof(value)))
            continue;
        snprintf(c->got, sizeof(c->got), "%s", value);
        c->has_got = true;
    }
}

const struct setup_check *setup_plan_wrong(const struct setup_plan *plan)
{
    for (unsigned i = 0; i < plan->checks; i++) {
        if (!is_right(&plan->check[i]))
            return &plan->check[i];
    }
    return NULL;
}

void setup_plan_forget(struct setup_plan *plan)
{
    for (unsigned i = 0; i < plan->checks; i++)
        plan->check[i].has_got = false;
}
