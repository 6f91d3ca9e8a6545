/* Requests to and answers from the vendor's DIY mode, as JSON. */
#include "tool/diy_protocol.h"

#include <stdio.h>
#include <string.h>

#include <jansson.h>

/* ---- requests ---- */

const char *diy_path(enum diy_what what)
{
    static const char *const paths[] = {
        [DIY_INFO] = "info",         [DIY_SIGNAL] = "signal_strength",
        [DIY_SWITCH] = "switch",     [DIY_STARTUP] = "startup",
        [DIY_PULSE] = "pulse",       [DIY_WIFI] = "wifi",
        [DIY_UNLOCK] = "ota_unlock", [DIY_FLASH] = "ota_flash"};
    return paths[what];
}

static json_t *pack_data(const struct diy_request *r)
{
    const char *on = r->is_on ? "on" : "off";
    switch (r->what) {
    case DIY_SWITCH:
        return json_pack("{s:s}", "switch", on);
    case DIY_STARTUP:
        return json_pack("{s:s}", "startup", r->text);
    case DIY_PULSE:
        return json_pack("{s:s,s:i}", "pulse", on, "pulseWidth",
                         (int)r->pulse_ms);
    case DIY_WIFI:
        return json_pack("{s:s,s:s}", "ssid", r->text, "password", r->password);
    case DIY_FLASH:
        return json_pack("{s:s,s:s}", "downloadUrl", r->text, "sha256sum",
                         r->sha256);
    case DIY_INFO:
    case DIY_SIGNAL:
    case DIY_UNLOCK:
        break;
    }
    return json_object();
}

char *diy_body(const struct diy_request *request, const char *id)
{
    json_t *data = pack_data(request);
    json_t *all =
        data ? json_pack("{s:s,s:o}", "deviceid", id, "data", data) : NULL;
    char *text = all ? json_dumps(all, JSON_COMPACT) : NULL;
    json_decref(all);
    return text;
}

/* ---- what a device says ---- */

static void get_text(const json_t *object, const char *key, char *out,
                     size_t room)
{
    const json_t *value = json_object_get(object, key);
    if (json_is_string(value))
        diy_text(out, room, json_string_value(value),
                 json_string_length(value));
}

static bool get_on(const json_t *object, const char *key, bool *is_on)
{
    const char *text = json_string_value(json_object_get(object, key));
    *is_on = text && strcmp(text, "on") == 0;
    return *is_on || (text && strcmp(text, "off") == 0);
}

static bool get_number(const json_t *object, const char *key, long long low,
                       long long high, long long *out)
{
    const json_t *value = json_object_get(object, key);
    *out = json_integer_value(value);
    return json_is_integer(value) && *out >= low && *out <= high;
}

static void read_state(const json_t *data, struct diy_state *s)
{
    long long n;
    const json_t *unlock = json_object_get(data, "otaUnlock");
    s->has_switch = get_on(data, "switch", &s->is_on);
    s->has_pulse = get_on(data, "pulse", &s->is_pulse);
    if (get_number(data, "pulseWidth", 0, DIY_PULSE_MAX, &n))
        s->pulse_ms = (unsigned)n;
    s->has_signal = get_number(data, "signalStrength", -200, 100, &n) ||
                    get_number(data, "rssi", -200, 100, &n);
    s->signal_dbm = s->has_signal ? (int)n : 0;
    s->has_unlock = json_is_boolean(unlock);
    s->is_unlocked = json_is_true(unlock);
    s->is_bench = json_is_true(json_object_get(data, "pogoBench"));
    get_text(data, "startup", s->startup, sizeof(s->startup));
    get_text(data, "ssid", s->ssid, sizeof(s->ssid));
    get_text(data, "bssid", s->bssid, sizeof(s->bssid));
    get_text(data, "fwVersion", s->version, sizeof(s->version));
    get_text(data, "deviceid", s->id, sizeof(s->id));
}

bool diy_state_read(const char *text, size_t size, struct diy_state *out)
{
    json_t *data = json_loadb(text, size, 0, NULL);
    memset(out, 0, sizeof(*out));
    bool is_object = json_is_object(data);
    if (is_object)
        read_state(data, out);
    json_decref(data);
    return is_object;
}

/* Texts of 2019 have `data` as a text of JSON in places. */
static void read_data(const json_t *data, struct diy_state *out)
{
    memset(out, 0, sizeof(*out));
    if (json_is_object(data))
        read_state(data, out);
    else if (json_is_string(data))
        (void)diy_state_read(json_string_value(data), json_string_length(data),
                             out);
}

enum err diy_answer_read(const char *text, size_t size, struct diy_answer *out)
{
    json_t *all = json_loadb(text, size, 0, NULL);
    long long number = 0;
    bool is_one = get_number(all, "error", 0, 100000, &number);
    memset(out, 0, sizeof(*out));
    if (is_one)
        read_data(json_object_get(all, "data"), &out->state);
    json_decref(all);
    out->number = (int)number;
    return is_one ? diy_err(out->number) : ERR_DIY_ANSWER;
}

enum err diy_err(int number)
{
    static const struct {
        int number;
        enum err e;
    } rows[] = {{0, ERR_NONE},
                {400, ERR_DIY_PARAMETER},
                {401, ERR_DIY_ENCRYPTED},
                {403, ERR_DIY_LOCKED},
                {404, ERR_DIY_ID},
                {408, ERR_DIY_SLOW},
                {413, ERR_DIY_SIZE},
                {422, ERR_DIY_PARAMETER},
                {424, ERR_DIY_FETCH},
                {471, ERR_DIY_HASH},
                {500, ERR_DIY_UNLOCK},
                {503, ERR_DIY_VENDOR}};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (rows[i].number == number)
            return rows[i].e;
    }
    return ERR_DIY_PARAMETER;
}

void diy_state_text(const struct diy_state *s, char *out, size_t room)
{
    char part[5][64] = {"", "", "", "", ""};
    size_t used = 0;
    if (s->has_switch)
        snprintf(part[0], sizeof(part[0]), "switch %s",
                 s->is_on ? "on" : "off");
    if (s->startup[0] != '\0')
        snprintf(part[1], sizeof(part[1]), "startup %s", s->startup);
    if (s->has_pulse && s->is_pulse)
        snprintf(part[2], sizeof(part[2]), "pulse %u ms", s->pulse_ms);
    else if (s->has_pulse)
        snprintf(part[2], sizeof(part[2]), "pulse off");
    if (s->has_unlock)
        snprintf(part[3], sizeof(part[3]), "%s",
                 s->is_unlocked ? "unlocked" : "locked");
    if (s->has_signal)
        snprintf(part[4], sizeof(part[4]), "%d dBm", s->signal_dbm);
    out[0] = '\0';
    for (unsigned i = 0; i < 5; i++) {
        if (part[i][0] == '\0' || used >= room)
            continue;
        used += (size_t)snprintf(out + used, room - used, "%s%s",
                                 used > 0 ? ", " : "", part[i]);
    }
}
