/* What the bench's Tasmota says: log lines on its serial line, in its web log,
 * and as answers to /cm (tasmota.md A.0, F.2, F.3). */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "tool/bench_tasmota.h"

/* What stands in the braces, for /cm: outer ones off, commas between. */
static void collect(struct tasmota *t, const char *line)
{
    const char *at = t->heard ? strchr(line, '{') : NULL;
    size_t n = at ? strlen(at) : 0;
    if (n < 2 || t->heard_size + n + 2 > TASMOTA_ANSWER)
        return;
    if (t->heard_size > 1)
        t->heard[t->heard_size++] = ',';
    memcpy(t->heard + t->heard_size, at + 1, n - 2);
    t->heard_size += n - 2;
    t->heard[t->heard_size] = '\0';
}

/* For /cs; the oldest lines go. */
static void keep(struct tasmota *t, const char *line, size_t size)
{
    while (t->log_size + size + 1 > sizeof(t->log)) {
        const char *end = memchr(t->log, '\n', t->log_size);
        size_t n = (size_t)(end - t->log) + 1;
        t->log_size -= n;
        memmove(t->log, t->log + n, t->log_size);
    }
    memcpy(t->log + t->log_size, line, size);
    t->log_size += size;
    t->log[t->log_size++] = '\n';
    t->log_count++;
}

void tasmota_log(struct tasmota *t, const char *format, ...)
{
    char text[TASMOTA_LINE];
    uint64_t ms = t->now_ms - t->boot_ms;
    unsigned s = (unsigned)(ms / 1000);
    va_list args;
    int n = snprintf(text, sizeof(text), "%02u:%02u:%02u", s / 3600 % 24,
                     s / 60 % 60, s % 60);
    if (t->version->has_ms)
        n += snprintf(text + n, sizeof(text) - (size_t)n, ".%03u",
                      (unsigned)(ms % 1000));
    text[n++] = ' ';
    va_start(args, format);
    n += vsnprintf(text + n, sizeof(text) - (size_t)n - 2, format, args);
    va_end(args);
    if ((size_t)n > sizeof(text) - 3)
        n = (int)sizeof(text) - 3;
    collect(t, text);
    keep(t, text, (size_t)n);
    text[n] = '\r';
    text[n + 1] = '\n';
    if (strcmp(tasmota_get(t, "SerialLog"), "0") != 0)
        t->host->serial(t->host->ctx, text, (size_t)n + 2);
}

/* While a broker is there, the old ones tell what they publish. */
void tasmota_answer(struct tasmota *t, const char *topic, const char *json)
{
    bool is_published = t->broker_count > 0 && t->version->major < 9;
    if (t->is_mqtt_form || is_published)
        tasmota_log(t, "MQT: stat/%s/%s = %s", tasmota_get(t, "Topic"), topic,
                    json);
    else
        tasmota_log(t, "RSL: %s = %s", topic, json);
}

size_t tasmota_log_since(const struct tasmota *t, unsigned seen, char *out,
                         size_t room)
{
    size_t from = t->log_size;
    unsigned left = t->log_count - seen;
    /* Before a line stands the end of the one before it. */
    while (from > 0 && left > 0) {
        from--;
        while (from > 0 && t->log[from - 1] != '\n')
            from--;
        left--;
    }
    int n = snprintf(out, room, "%u}11}1%.*s}1", t->log_count,
                     (int)(t->log_size - from), t->log + from);
    return (size_t)n;
}
