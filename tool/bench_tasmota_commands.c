/* The commands that the bench's Tasmota knows: a row each. Names, values and
 * answers: tasmota.md A.0, A.1, A.7, C.2. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "tool/bench_tasmota.h"

struct call {
    struct tasmota *t;
    const struct row *row;
    char key[TASMOTA_NAME]; /* SSId1; of one without an index its name */
    bool has_index;
    unsigned index;
    const char *payload; /* "" asks */
    char *json;
    size_t room;
};

struct row {
    const char *name;
    void (*run)(struct call *c);
    unsigned indices; /* 0: it has none */
    size_t most;      /* bytes of a text; the largest of a number */
    const char *initial;
    unsigned since;  /* version */
    bool is_secret;  /* asked for it is shown as **** */
    bool restarts;   /* 2 s after it was set */
    bool in_minimal; /* the minimal image has it, too */
};

/* ---- kinds ---- */

static void put_text(struct call *c, const char *text)
{
    char quoted[2 * TASMOTA_VALUE];
    tasmota_quote(text, quoted, sizeof(quoted));
    snprintf(c->json, c->room, "{\"%s\":\"%s\"}", c->key, quoted);
}

static void put_all(struct call *c)
{
    size_t n = 0;
    char quoted[2 * TASMOTA_VALUE];
    for (unsigned i = 1; i <= c->row->indices; i++) {
        char key[TASMOTA_NAME];
        snprintf(key, sizeof(key), "%.16s%u", c->row->name, i);
        tasmota_quote(c->row->is_secret ? "****" : tasmota_get(c->t, key),
                      quoted, sizeof(quoted));
        n += (size_t)snprintf(c->json + n, c->room - n, "%c\"%s\":\"%s\"",
                              i == 1 ? '{' : ',', key, quoted);
    }
    snprintf(c->json + n, c->room - n, "}");
}

/* `"` and 0 alone clear it, 1 is how it was delivered. */
static void run_text(struct call *c)
{
    const char *p = c->payload;
    bool is_set = p[0] && strlen(p) <= c->row->most;
    if (is_set) {
        bool is_clear = strcmp(p, "\"") == 0 || strcmp(p, "0") == 0;
        tasmota_set(c->t, c->key,
                    is_clear              ? ""
                    : strcmp(p, "1") == 0 ? c->row->initial
                                          : p);
    }
    if (is_set && c->row->restarts)
        tasmota_restart_soon(c->t);
    if (!is_set && c->row->indices > 0 && !c->has_index)
        put_all(c);
    else
        put_text(c, !is_set && c->row->is_secret ? "****"
                                                 : tasmota_get(c->t, c->key));
}

static void run_number(struct call *c)
{
    unsigned long n = strtoul(c->payload, NULL, 0);
    char text[24];
    if (c->payload[0] && n <= c->row->most) {
        snprintf(text, sizeof(text), "%lu", n);
        tasmota_set(c->t, c->key, text);
        if (c->row->restarts)
            tasmota_restart_soon(c->t);
    }
    snprintf(c->json, c->room, "{\"%s\":%s}", c->key,
             tasmota_get(c->t, c->key));
}

/* ---- single ones ---- */

static void run_status(struct call *c)
{
    unsigned first = (unsigned)atoi(c->payload), last = first;
    char topic[24] = "STATUS";
    if (!c->payload[0] || strcmp(c->payload, "?") == 0)
        first = last = 99;
    if (strcmp(c->payload, "0") == 0)
        last = 11;
    for (unsigned i = first; i <= last; i++) {
        unsigned n = i == 99 ? 0 : i;
        if (last > first && (n == 8 || n == 9))
            continue; /* 10 says the same; 9 is for meters */
        if (n > 0)
            snprintf(topic, sizeof(topic), "STATUS%u", n);
        if (tasmota_status(c->t, n, c->json, c->room))
            tasmota_answer(c->t, topic, c->json);
    }
    c->json[0] = '\0';
}

static void name_of(const struct tasmota *t, char *out, size_t room)
{
    static const struct {
        const char *number, *name;
    } rows[] = {{"1", "Sonoff Basic"},   {"4", "Sonoff TH"},
                {"7", "Sonoff 4CH"},     {"8", "Sonoff S2X"},
                {"28", "Sonoff T1 1CH"}, {"29", "Sonoff T1 2CH"},
                {"30", "Sonoff T1 3CH"}, {"18", "Generic"}};
    const char *module = tasmota_get(t, "Module");
    snprintf(out, room, "%s",
             strcmp(module, "0") == 0 ? tasmota_get(t, "TemplateName")
                                      : "Module");
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (strcmp(rows[i].number, module) == 0)
            snprintf(out, room, "%s", rows[i].name);
    }
}

static void run_module(struct call *c)
{
    unsigned long n = strtoul(c->payload, NULL, 10);
    char text[24], name[64], quoted[128];
    if (c->payload[0] && n <= 75) {
        snprintf(text, sizeof(text), "%lu", n);
        tasmota_set(c->t, "Module", text);
        tasmota_restart_soon(c->t);
    }
    name_of(c->t, name, sizeof(name));
    tasmota_quote(name, quoted, sizeof(quoted));
    snprintf(c->json, c->room,
             c->t->version->major < 9 ? "{\"Module\":\"%s (%s)\"}"
                                      : "{\"Module\":{\"%s\":\"%s\"}}",
             tasmota_get(c->t, "Module"), quoted);
}

static void run_template(struct call *c)
{
    char text[TASMOTA_VALUE];
    if (c->payload[0] == '{') {
        if (!tasmota_template(c->t, c->payload, text, sizeof(text))) {
            snprintf(c->json, c->room, "{\"Template\":\"Invalid JSON\"}");
            return;
        }
        tasmota_set(c->t, "Template", text);
        if (strcmp(tasmota_get(c->t, "Module"), "0") == 0)
            tasmota_restart_soon(c->t);
    }
    snprintf(c->json, c->room, "%s", tasmota_get(c->t, "Template"));
}

/* -13 to 14, or ±hh:mm, or 99. */
static void run_timezone(struct call *c)
{
    int hours = abs(atoi(c->payload)), minutes = 0;
    const char *colon = strchr(c->payload, ':');
    char text[24];
    if (colon)
        minutes = atoi(colon + 1);
    if (c->payload[0] && hours == 99)
        tasmota_set(c->t, "Timezone", "99");
    else if (c->payload[0] && hours <= 14 && minutes < 60) {
        snprintf(text, sizeof(text), "%c%02d:%02d",
                 c->payload[0] == '-' ? '-' : '+', hours, minutes);
        tasmota_set(c->t, "Timezone", text);
    }
    const char *zone = tasmota_get(c->t, "Timezone");
    bool is_rules = strcmp(zone, "99") == 0;
    snprintf(c->json, c->room,
             is_rules ? "{\"Timezone\":%s}" : "{\"Timezone\":\"%s\"}", zone);
}

static void run_option(struct call *c)
{
    /* Bits that a version does not have. */
    unsigned most = c->t->version->major < 7   ? 74
                    : c->t->version->major < 9 ? 113
                                               : 159;
    unsigned n = c->has_index ? c->index : 0;
    if (n > most) {
        snprintf(c->json, c->room, "{\"Command\":\"Error\"}");
        return;
    }
    uint32_t bit = 1u << n % 32, *word = &c->t->option[n / 32];
    if (c->payload[0] == '1' || strcasecmp(c->payload, "on") == 0)
        *word |= bit;
    else if (c->payload[0] == '0' || strcasecmp(c->payload, "off") == 0)
        *word &= ~bit;
    snprintf(c->json, c->room, "{\"SetOption%u\":\"%s\"}", n,
             *word & bit ? "ON" : "OFF");
}

static void run_power(struct call *c)
{
    const char *p = c->payload;
    if (strcasecmp(p, "on") == 0 || strcmp(p, "1") == 0)
        c->t->has_power = true;
    else if (strcasecmp(p, "off") == 0 || strcmp(p, "0") == 0)
        c->t->has_power = false;
    else if (strcasecmp(p, "toggle") == 0 || strcmp(p, "2") == 0)
        c->t->has_power = !c->t->has_power;
    snprintf(c->json, c->room, "{\"POWER\":\"%s\"}",
             c->t->has_power ? "ON" : "OFF");
}

static void run_wificonfig(struct call *c)
{
    static const char *const names[] = {
        "Restart", "WifiManager", "WifiManager", "WifiManager",
        "Retry",   "Wait",        "Serial",      "ManagerRst"};
    unsigned n = (unsigned)atoi(tasmota_get(c->t, "WifiConfig")) % 8;
    if (c->payload[0] >= '0' && c->payload[0] <= '7') {
        n = (unsigned)c->payload[0] - '0';
        tasmota_set(c->t, "WifiConfig", c->payload);
    }
    snprintf(c->json, c->room, "{\"WifiConfig\":{\"%u\":\"%s\"}}", n, names[n]);
}

static void run_upgrade(struct call *c)
{
    char name[48];
    tasmota_name(c->t, name, sizeof(name));
    *strchr(name, '(') = '\0';
    if (strcmp(c->payload, "1") != 0) {
        snprintf(c->json, c->room, "{\"Upgrade\":\"1 or >%s to upgrade\"}",
                 name);
        return;
    }
    c->t->wants_upgrade = true;
    snprintf(c->json, c->room, "{\"Upgrade\":\"Version %s from %s\"}", name,
             tasmota_get(c->t, "OtaUrl"));
}

static void run_restart(struct call *c)
{
    bool is_one = strcmp(c->payload, "1") == 0;
    if (is_one)
        tasmota_restart_soon(c->t);
    snprintf(c->json, c->room, "{\"Restart\":\"%s\"}",
             is_one ? "Restarting" : "1 to restart");
}

static void run_reset(struct call *c)
{
    bool is_one = strcmp(c->payload, "1") == 0;
    if (is_one) {
        tasmota_defaults(c->t);
        tasmota_restart_soon(c->t);
    }
    snprintf(c->json, c->room, "{\"Reset\":\"%s\"}",
             is_one ? "Reset and Restarting" : "1 to reset");
}

/* ---- the table ---- */

/* clang-format off */
static const struct row rows[] = {
    {"Status", run_status, 0, 0, NULL, 0, false, false, true},
    {"Power", run_power, 1, 0, NULL, 0, false, false, true},
    {"SSId", run_text, 2, 32, "", 0, false, true, true},
    {"Password", run_text, 2, 64, "", 0, true, true, true},
    {"Hostname", run_text, 0, 32, "%s-%04d", 0, false, true, true},
    {"WifiConfig", run_wificonfig, 0, 7, "4", 0, false, false, true},
    {"MqttHost", run_text, 0, 64, "", 0, false, true, false},
    {"MqttPort", run_number, 0, 65535, "1883", 0, false, true, false},
    {"MqttUser", run_text, 0, 64, "DVES_USER", 0, false, true, false},
    {"MqttPassword", run_text, 0, 64, "DVES_PASS", 0, true, true, false},
    {"Topic", run_text, 0, 64, "", 0, false, true, false},
    {"FriendlyName", run_text, 1, 32, "", 0, false, false, false},
    {"DeviceName", run_text, 0, 32, "Tasmota", 8, false, false, false},
    {"Module", run_module, 0, 75, "1", 0, false, true, false},
    {"Template", run_template, 0, 0, NULL, 0, false, false, false},
    {"Timezone", run_timezone, 0, 0, "+01:00", 0, false, false, false},
    {"SetOption", run_option, 160, 1, NULL, 0, false, false, true},
    {"SerialLog", run_number, 0, 4, "2", 0, false, false, true},
    {"WebLog", run_number, 0, 4, "2", 0, false, false, true},
    {"WebPassword", run_text, 0, 32, "", 0, true, false, false},
    {"TelePeriod", run_number, 0, 3600, "300", 0, false, false, false},
    {"OtaUrl", run_text, 0, 100, "http://ota.example/tasmota.bin", 0, false, false, true},
    {"Upgrade", run_upgrade, 0, 1, NULL, 0, false, false, true},
    {"Restart", run_restart, 0, 1, NULL, 0, false, false, true},
    {"Reset", run_reset, 0, 1, NULL, 0, false, false, true},
};
/* clang-format on */
#define ROWS (sizeof(rows) / sizeof(rows[0]))

static void set_names(struct tasmota *t)
{
    char topic[24] = "sonoff", host[40];
    unsigned id =
        (unsigned)t->mac[3] << 16 | (unsigned)t->mac[4] << 8 | t->mac[5];
    if (t->version->major > 6)
        snprintf(topic, sizeof(topic), "tasmota_%06X", id);
    snprintf(host, sizeof(host),
             t->version->major > 6 ? "tasmota-%06X-%04u" : "sonoff-%06X-%04u",
             id, id & 0x1FFFu);
    tasmota_set(t, "Topic", topic);
    tasmota_set(t, "Hostname", host);
    tasmota_set(t, "FriendlyName1",
                t->version->major > 6 ? "Tasmota" : "Sonoff");
}

void tasmota_defaults(struct tasmota *t)
{
    t->values = 0;
    memset(t->option, 0, sizeof(t->option));
    for (size_t i = 0; i < ROWS; i++) {
        if (!rows[i].initial || rows[i].since > t->version->major)
            continue;
        for (unsigned n = 1; n <= rows[i].indices; n++) {
            char key[TASMOTA_NAME];
            snprintf(key, sizeof(key), "%.16s%u", rows[i].name, n);
            tasmota_set(t, key, rows[i].initial);
        }
        if (rows[i].indices == 0)
            tasmota_set(t, rows[i].name, rows[i].initial);
    }
    set_names(t);
    tasmota_set(t, "TemplateName", "Generic");
    tasmota_set(t, "Template",
                t->version->major > 8
                    ? "{\"NAME\":\"Generic\",\"GPIO\":[1,1,1,1,1,1,1,1,1,1,1,1,"
                      "1,1],\"FLAG\":0,\"BASE\":18}"
                    : "{\"NAME\":\"Generic\",\"GPIO\":[255,255,255,255,255,255,"
                      "255,255,255,255,255,255,255],\"FLAG\":15,\"BASE\":18}");
}

static const struct row *find_row(const struct tasmota *t, const char *name)
{
    for (size_t i = 0; i < ROWS; i++) {
        if (strcasecmp(rows[i].name, name) == 0 &&
            rows[i].since <= t->version->major &&
            (rows[i].in_minimal || !t->is_minimal))
            return &rows[i];
    }
    return NULL;
}

static void unknown(struct call *c, const char *command)
{
    char input[2 * TASMOTA_VALUE];
    tasmota_quote(command, input, sizeof(input));
    if (c->t->version->has_long_words)
        snprintf(c->json, c->room,
                 "{\"Command\":\"Unknown\",\"Input\":\"%.200s\"}", input);
    else
        snprintf(c->json, c->room, "{\"Command\":\"Unknown\"}");
}

void tasmota_run(struct tasmota *t, const char *command)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                  "abcdefghijklmnopqrstuvwxyz_/";
    char name[TASMOTA_NAME], json[TASMOTA_LINE] = "";
    command += strspn(command, " ");
    size_t n = strspn(command, letters);
    size_t digits = strspn(command + n, "0123456789");
    struct call c = {.t = t, .json = json, .room = sizeof(json)};
    snprintf(name, sizeof(name), "%.*s", (int)n, command);
    c.has_index = digits > 0;
    c.index = c.has_index ? (unsigned)strtoul(command + n, NULL, 10) : 1;
    c.payload = command + n + digits;
    c.payload += strspn(c.payload, " ");
    if (strcmp(c.payload, "?") == 0)
        c.payload = "";
    c.row = find_row(t, name);
    if (c.row && c.row->indices > 0 && c.row->run != run_option &&
        (c.index == 0 || c.index > c.row->indices))
        c.index = 1;
    if (c.row)
        snprintf(c.key, sizeof(c.key), c.row->indices ? "%.16s%u" : "%.16s",
                 c.row->name, c.index);
    if (c.row)
        c.row->run(&c);
    else
        unknown(&c, command);
    if (json[0])
        tasmota_answer(
            t, strncasecmp(name, "Upgrade", 7) ? "RESULT" : "UPGRADE", json);
}
