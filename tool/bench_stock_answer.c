/* What the bench's stock device answers to requests, by the protocol documents.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "tool/bench_stock.h"

#define RESTART_MS 500u

/* ---- what it says of itself ---- */

static json_t *state_of(const struct stock *s, bool is_info)
{
    json_t *all =
        json_pack("{s:s,s:s,s:s,s:i}", "switch", s->is_on ? "on" : "off",
                  "startup", s->startup, "pulse", s->is_pulse ? "on" : "off",
                  "pulseWidth", (int)s->pulse_ms);
    json_object_set_new(all, "otaUnlock", json_boolean(s->is_unlocked));
    if (!is_info)
        json_object_set_new(all, "rssi", json_integer(-61));
    if (!s->is_old)
        json_object_set_new(all, "ssid", json_string(s->ssid));
    if (!s->is_old && is_info) {
        json_object_set_new(all, "fwVersion", json_string(s->version));
        json_object_set_new(all, "deviceid", json_string(s->id));
        json_object_set_new(all, "bssid", json_string("02:00:00:00:00:01"));
    }
    /* No device of the vendor's says this. */
    if (is_info)
        json_object_set_new(all, "pogoBench", json_true());
    return all;
}

char *stock_state_json(const struct stock *s, bool is_info)
{
    json_t *all = state_of(s, is_info);
    char *text = json_dumps(all, JSON_COMPACT);
    json_decref(all);
    return text;
}

/* ---- requests: each returns the error's number, locked ---- */

struct call {
    struct stock *stock;
    const json_t *data;
    json_t *out; /* of the answer; NULL: {} */
};

static const char *text_of(const json_t *data, const char *key)
{
    const char *text = json_string_value(json_object_get(data, key));
    return text ? text : "";
}

static bool on_of(const json_t *data, const char *key, bool *is_on)
{
    *is_on = strcmp(text_of(data, key), "on") == 0;
    return *is_on || strcmp(text_of(data, key), "off") == 0;
}

static int do_switch(struct call *c)
{
    bool is_on;
    if (!on_of(c->data, "switch", &is_on))
        return 422;
    stock_switch(c->stock, is_on);
    return 0;
}

static int do_startup(struct call *c)
{
    const char *text = text_of(c->data, "startup");
    if (strcmp(text, "on") != 0 && strcmp(text, "off") != 0 &&
        strcmp(text, "stay") != 0)
        return 422;
    snprintf(c->stock->startup, sizeof(c->stock->startup), "%s", text);
    stock_changed(c->stock);
    return 0;
}

static int do_pulse(struct call *c)
{
    bool is_on;
    const json_t *width = json_object_get(c->data, "pulseWidth");
    json_int_t ms = json_integer_value(width);
    if (!on_of(c->data, "pulse", &is_on) ||
        (width && !json_is_integer(width)) ||
        (width &&
         (ms < DIY_PULSE_MIN || ms > DIY_PULSE_MAX || ms % DIY_PULSE_MIN != 0)))
        return 422;
    c->stock->is_pulse = is_on;
    if (width)
        c->stock->pulse_ms = (unsigned)ms;
    stock_changed(c->stock);
    return 0;
}

static int do_wifi(struct call *c)
{
    const char *ssid = text_of(c->data, "ssid");
    size_t password = strlen(text_of(c->data, "password"));
    if (ssid[0] == '\0' || strlen(ssid) > 32 || (password > 0 && password < 8))
        return 422;
    snprintf(c->stock->ssid, sizeof(c->stock->ssid), "%s", ssid);
    stock_say("joins %s", c->stock->ssid);
    stock_changed(c->stock);
    return 0;
}

static int do_signal(struct call *c)
{
    c->out = json_pack("{s:i}", "signalStrength", -61);
    return 0;
}

static int do_info(struct call *c)
{
    c->out = state_of(c->stock, true);
    return 0;
}

static int do_unlock(struct call *c)
{
    if (c->stock->faults.internet != INTERNET_ON)
        return c->stock->faults.internet == INTERNET_OFF ? 503 : 500;
    c->stock->is_unlocked = true;
    stock_changed(c->stock);
    return 0;
}

/* The download takes its time, without the lock. */
static int do_flash(struct call *c)
{
    struct stock *s = c->stock;
    const char *url = text_of(c->data, "downloadUrl");
    const char *sha256 = text_of(c->data, "sha256sum");
    if (!s->is_unlocked)
        return 403;
    if (url[0] == '\0' || strlen(sha256) != 64)
        return 422;
    pthread_mutex_unlock(&s->lock);
    int number = stock_fetch(s, url, sha256);
    pthread_mutex_lock(&s->lock);
    stock_say("ota_flash %d", number);
    if (number == 471)
        s->is_spoilt = true;
    if (number == 0) {
        s->is_spoilt = false;
        s->end = MODEL_FLASHED;
        s->end_ms = model_now_ms() + RESTART_MS;
    }
    return number;
}

static const struct {
    const char *name;
    int (*run)(struct call *c);
} rows[] = {{"switch", do_switch},
            {"startup", do_startup},
            {"signal_strength", do_signal},
            {"pulse", do_pulse},
            {"wifi", do_wifi},
            {"info", do_info},
            {"ota_unlock", do_unlock},
            {"ota_flash", do_flash}};

/* ---- an answer ---- */

static int run(struct call *c, const char *url, const json_t *all)
{
    const char *id = text_of(all, "deviceid");
    c->data = json_object_get(all, "data");
    if (!json_is_object(all) || !json_is_object(c->data))
        return 400;
    if (c->stock->faults.is_encrypted)
        return 401;
    if (id[0] != '\0' && strcmp(id, c->stock->id) != 0)
        return 404;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (strncmp(url, "/zeroconf/", 10) == 0 &&
            strcmp(url + 10, rows[i].name) == 0)
            return rows[i].run(c);
    }
    return 404;
}

/* False: it does not listen now. */
static bool is_listening(struct stock *s)
{
    uint64_t now = model_now_ms();
    uint64_t since = now - s->last_ms;
    bool is_hurried = s->last_ms != 0 && since < DIY_PAUSE_MS;
    if (is_hurried)
        stock_say("hurried: %u ms after the last request", (unsigned)since);
    s->last_ms = now;
    return s->has_power && !is_hurried && now >= s->away_until_ms;
}

char *stock_answer(struct stock *s, const char *url, const char *body,
                   size_t size)
{
    struct call call = {.stock = s};
    char *text = NULL;
    pthread_mutex_lock(&s->lock);
    if (is_listening(s)) {
        json_t *in = json_loadb(body, size, 0, NULL);
        int number = run(&call, url, in);
        json_decref(in);
        s->last_ms = model_now_ms();
        json_t *out = number < 0
                          ? NULL
                          : json_pack("{s:i,s:i,s:o}", "seq", (int)++s->seq,
                                      "error", number, "data",
                                      call.out ? call.out : json_object());
        text = out ? json_dumps(out, JSON_COMPACT) : NULL;
        json_decref(out);
    }
    pthread_mutex_unlock(&s->lock);
    return text;
}
