/* The air file's parser: words, and the lines but for `ap`. */
#include "format/air_private.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

enum err air_refuse(struct air_reader *r, const char *what, const char *hint)
{
    const char *word = r->is_secret ? "" : r->word;
    size_t n = strlen(word), room = sizeof(r->error->word) - 1;
    r->error->what = what;
    r->error->hint = hint;
    memcpy(r->error->word, word, n < room ? n : room);
    r->error->word[n < room ? n : room] = 0;
    return ERR_FORMAT;
}

/* The same, with a secret as the last word. */
enum err air_refuse_secret(struct air_reader *r, const char *what,
                           const char *hint)
{
    r->word[0] = 0;
    return air_refuse(r, what, hint);
}

enum word air_next_word(struct air_reader *r)
{
    return word_take(&r->at, r->end, r->word, sizeof(r->word), &r->size);
}

bool air_is_word(const struct air_reader *r, const char *text)
{
    return strcmp(r->word, text) == 0;
}

static bool to_number(const char *text, int64_t *out)
{
    bool is_minus = text[0] == '-';
    const char *s = text + is_minus;
    int64_t value = 0;
    if (!*s)
        return false;
    for (; *s; s++) {
        if (*s < '0' || *s > '9' || value > UINT32_MAX)
            return false;
        value = value * 10 + (*s - '0');
    }
    *out = is_minus ? -value : value;
    return true;
}

enum err air_take_number(struct air_reader *r, int64_t least, int64_t most,
                         const char *hint, int64_t *out)
{
    if (air_next_word(r) != WORD_BARE || !to_number(r->word, out) ||
        *out < least || *out > most)
        return air_refuse(r, "not a number that fits here", hint);
    return ERR_NONE;
}

enum err air_take_ms(struct air_reader *r, int64_t *out)
{
    return air_take_number(r, 0, UINT32_MAX, "milliseconds, 0 to 4294967295",
                           out);
}

enum err air_take_rssi(struct air_reader *r, int64_t *out)
{
    return air_take_number(r, -100, 0, "dBm, from -100 to 0", out);
}

enum err air_take_reason(struct air_reader *r, int64_t *out)
{
    return air_take_number(r, 1, 255, "a reason code, 1 to 255", out);
}

enum err air_take_password(struct air_reader *r, char *out)
{
    enum word kind = air_next_word(r);
    r->is_secret = true;
    r->is_bare = kind == WORD_BARE;
    if ((kind != WORD_BARE && kind != WORD_QUOTED) || r->size == 0 ||
        r->size > AIR_PASSWORD)
        return air_refuse_secret(r, "not a password",
                                 "\"8 to 63 bytes in quotes\"; for an open one "
                                 "leave password away");
    memcpy(out, r->word, r->size + 1);
    return ERR_NONE;
}

enum err air_take_name(struct air_reader *r)
{
    enum word kind = air_next_word(r);
    if ((kind != WORD_BARE && kind != WORD_QUOTED) || r->size == 0 ||
        r->size > AIR_NAME)
        return air_refuse(r, "not a network's name",
                          "1 to 32 bytes, in quotes if with spaces");
    return ERR_NONE;
}

static enum err at_end(struct air_reader *r)
{
    return air_next_word(r) == WORD_NONE
               ? ERR_NONE
               : air_refuse(r, "one word too many",
                            r->is_bare ? AIR_QUOTES : "leave it away");
}

/* ---- at ------------------------------------------------------------------ */

static enum err no_more(struct air_reader *r, struct air_event *event)
{
    (void)r;
    (void)event;
    return ERR_NONE;
}

static enum err read_new_password(struct air_reader *r, struct air_event *event)
{
    enum err e = air_take_password(r, event->password);
    if (e == ERR_NONE && r->size < 8)
        e = air_refuse_secret(r, "the password is too short",
                              "8 to 63 bytes, with spaces in quotes");
    return e;
}

static enum err read_refuse(struct air_reader *r, struct air_event *event)
{
    (void)air_next_word(r);
    if (!air_is_word(r, "for"))
        return air_refuse(r, "for how long?",
                          r->is_line ? "air refuse NAME for MS"
                                     : "at 1000 refuse \"home\" for 5000");
    return air_take_ms(r, &event->number);
}

static enum err read_new_rssi(struct air_reader *r, struct air_event *event)
{
    return air_take_rssi(r, &event->number);
}

static enum err read_kick(struct air_reader *r, struct air_event *event)
{
    const char *at = r->at;
    event->number = AIR_REASON_LEAVING;
    if (air_next_word(r) == WORD_NONE)
        return ERR_NONE;
    r->at = at;
    return air_take_reason(r, &event->number);
}

/* In the order of enum air_change. */
static const struct {
    const char *word;
    enum err (*read)(struct air_reader *r, struct air_event *event);
} changes[] = {
    {"down", no_more},
    {"up", no_more},
    {"password", read_new_password},
    {"refuse", read_refuse},
    {"rssi", read_new_rssi},
    {"kick", read_kick},
};
#define CHANGES (sizeof(changes) / sizeof(changes[0]))

static bool has_bssid(const struct air_reader *r, const struct air_ap *ap)
{
    char text[18];
    const uint8_t *b = ap->bssid;
    snprintf(text, sizeof(text), "%02x:%02x:%02x:%02x:%02x:%02x", b[0], b[1],
             b[2], b[3], b[4], b[5]);
    return strcasecmp(r->word, text) == 0;
}

static enum err find_ap(struct air_reader *r, struct air_event *event)
{
    enum err e = air_take_name(r);
    if (e != ERR_NONE)
        return e;
    for (unsigned i = 0; i < r->air->ap_count; i++) {
        if (r->air->ap[i].name_size == r->size &&
            memcmp(r->air->ap[i].name, r->word, r->size) == 0) {
            event->ap = i;
            return ERR_NONE;
        }
    }
    for (unsigned i = 0; i < r->air->ap_count; i++) {
        if (has_bssid(r, &r->air->ap[i])) {
            event->ap = i;
            event->is_only = true;
            return ERR_NONE;
        }
    }
    return air_refuse(r, "no access point of that name",
                      r->is_line ? "names with spaces want quotes"
                                 : "its ap line stands further up");
}

/* By time; equal times in order of their lines. */
static void insert(struct air *air, const struct air_event *event)
{
    unsigned i = air->event_count++;
    for (; i > 0 && air->event[i - 1].ms > event->ms; i--)
        air->event[i] = air->event[i - 1];
    air->event[i] = *event;
}

static enum err read_change(struct air_reader *r, uint64_t ms)
{
    struct air_event event = {.ms = ms};
    unsigned i = 0;
    if (r->air->event_count == AIR_EVENTS) {
        (void)air_refuse(r, "too many changes", "at most 64");
        return ERR_NO_ROOM;
    }
    (void)air_next_word(r);
    while (i < CHANGES && !air_is_word(r, changes[i].word))
        i++;
    if (i == CHANGES)
        return air_refuse(r, "no such change",
                          "down, up, password, refuse, rssi or kick");
    event.change = (enum air_change)i;
    /* Also the name: the two may have changed places. */
    r->is_secret = event.change == AIR_NEW_PASSWORD;
    enum err e = find_ap(r, &event);
    if (e == ERR_NONE)
        e = changes[i].read(r, &event);
    if (e == ERR_NONE)
        e = at_end(r);
    if (e == ERR_NONE)
        insert(r->air, &event);
    return e;
}

static enum err read_at(struct air_reader *r)
{
    int64_t ms;
    enum err e = air_take_ms(r, &ms);
    return e == ERR_NONE ? read_change(r, (uint64_t)ms) : e;
}

/* ---- host ---------------------------------------------------------------- */

static bool to_ip(const char *text, uint32_t *out)
{
    uint32_t ip = 0;
    for (unsigned part = 0; part < 4; part++) {
        unsigned value = 0, digits = 0;
        for (; *text >= '0' && *text <= '9' && digits < 4; text++, digits++)
            value = value * 10 + (unsigned)(*text - '0');
        if (digits == 0 || value > 255 || *text++ != (part < 3 ? '.' : 0))
            return false;
        ip = ip << 8 | value;
    }
    *out = ip;
    return true;
}

static enum err read_host(struct air_reader *r)
{
    struct air_host *host = &r->air->host[r->air->host_count];
    if (r->air->host_count == AIR_HOSTS) {
        (void)air_refuse(r, "too many hosts", "at most 32");
        return ERR_NO_ROOM;
    }
    if (air_next_word(r) != WORD_BARE || r->size > AIR_HOST)
        return air_refuse(r, "not a host's name",
                          "host broker.local 127.0.0.1");
    memcpy(host->name, r->word, r->size + 1);
    if (air_next_word(r) != WORD_BARE || !to_ip(r->word, &host->ip))
        return air_refuse(r, "not an IPv4 address",
                          "host broker.local 127.0.0.1");
    enum err e = at_end(r);
    if (e == ERR_NONE)
        r->air->host_count++;
    return e;
}

/* ---- lines --------------------------------------------------------------- */

static enum err read_line(struct air_reader *r)
{
    if (air_next_word(r) == WORD_NONE)
        return ERR_NONE;
    if (air_is_word(r, "ap"))
        return air_read_ap(r);
    if (air_is_word(r, "at"))
        return read_at(r);
    if (air_is_word(r, "host"))
        return read_host(r);
    return air_refuse(r, "a line begins with ap, at or host",
                      "ap \"home\" password \"…\"; # begins a comment");
}

enum err air_parse(const char *text, size_t size, struct air *out,
                   struct air_error *error)
{
    const char *end = text + size;
    memset(out, 0, sizeof(*out));
    memset(error, 0, sizeof(*error));
    /* What some editors put in front of UTF-8. */
    if (size >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0)
        text += 3;
    while (text < end) {
        const char *line_end = memchr(text, '\n', (size_t)(end - text));
        struct air_reader r = {.air = out,
                               .at = text,
                               .end = line_end ? line_end : end,
                               .error = error};
        error->line++;
        enum err e = read_line(&r);
        if (e != ERR_NONE)
            return e;
        text = r.end + (line_end ? 1 : 0);
    }
    return ERR_NONE;
}

enum err air_add(struct air *air, uint64_t ms, const char *text,
                 struct air_error *error)
{
    struct air_reader r = {.air = air,
                           .at = text,
                           .end = text + strlen(text),
                           .error = error,
                           .is_line = true};
    memset(error, 0, sizeof(*error));
    error->line = 1;
    return read_change(&r, ms);
}
