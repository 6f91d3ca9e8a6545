#include "format/script.h"

#include <stdio.h>
#include <string.h>

void script_init(struct script *script, const struct script_ops *ops,
                 uint64_t now_ms)
{
    memset(script, 0, sizeof(*script));
    script->ops = ops;
    script->start_ms = now_ms;
    script->due_ms = SCRIPT_NEVER;
}

static void answer(struct script *script, const char *text)
{
    script->ops->answer(script->ops->ctx, text);
}

/* The line in progress is done; word is "ok", "failed" or "error WHAT:". */
static void finish(struct script *script, const char *word)
{
    char text[SCRIPT_LINE + 128], line[SCRIPT_LINE + 4];
    script->is_waiting = false;
    script->is_at = false;
    script->due_ms = SCRIPT_NEVER;
    if (strcmp(word, "ok") == 0) {
        answer(script, "ok");
        return;
    }
    script->has_failed = true;
    control_echo(script->text, line, sizeof(line));
    snprintf(text, sizeof(text), "%s %s", word, line);
    answer(script, text);
}

static void finish_error(struct script *script, enum err e)
{
    char word[128];
    snprintf(word, sizeof(word), "error %s:", err_text(e));
    finish(script, word);
}

/* ---- what has happened since the last acting line ---- */

static void forget(struct script *script)
{
    script->events_size = 0;
    script->console_size = 0;
}

static void drop_event(struct script *script, size_t at)
{
    size_t size = strlen(script->events + at) + 1;
    memmove(script->events + at, script->events + at + size,
            script->events_size - at - size);
    script->events_size -= size;
}

static bool is_stop(const char *event)
{
    return strncmp(event, "stop ", 5) == 0;
}

static bool use_event(struct script *script)
{
    for (size_t at = 0; at < script->events_size;) {
        const char *event = script->events + at;
        if (control_matches(&script->line, event)) {
            if (is_stop(event)) {
                script->has_stop = false;
            }
            drop_event(script, at);
            return true;
        }
        at += strlen(event) + 1;
    }
    return false;
}

static bool use_console(struct script *script)
{
    size_t size = strlen(script->line.text);
    const char *found =
        memmem(script->console, script->console_size, script->line.text, size);
    if (!found) {
        return false;
    }
    size_t used = (size_t)(found - script->console) + size;
    memmove(script->console, script->console + used,
            script->console_size - used);
    script->console_size -= used;
    return true;
}

/* Has what the line in progress looks for happened? Then the line is done. */
static void look(struct script *script)
{
    bool is_expect = script->line.verb == CONTROL_EXPECT;
    if (!script->is_waiting || script->is_at ||
        (!is_expect && script->line.verb != CONTROL_REFUTE)) {
        return;
    }
    if (script->line.is_console ? use_console(script) : use_event(script)) {
        finish(script, is_expect ? "ok" : "failed");
    }
}

void script_event(struct script *script, const char *line)
{
    size_t size = strnlen(line, SCRIPT_LINE - 1);
    while (script->events_size + size + 1 > sizeof(script->events)) {
        drop_event(script, 0);
    }
    memcpy(script->events + script->events_size, line, size);
    script->events[script->events_size + size] = 0;
    script->events_size += size + 1;
    script->has_stop = script->has_stop || is_stop(line);
    look(script);
}

void script_console(struct script *script, uint8_t byte)
{
    if (script->console_size == sizeof(script->console)) {
        script->console_size /= 2;
        memmove(script->console, script->console + script->console_size,
                script->console_size);
    }
    script->console[script->console_size++] = (char)byte;
    look(script);
}

/* ---- lines ---- */

static void act(struct script *script)
{
    /* Before the act, so that what the act itself brings about counts; show
     * acts on nothing. */
    if (script->line.verb != CONTROL_SHOW) {
        forget(script);
    }
    enum err e = script->ops->act(script->ops->ctx, &script->line);
    if (e == ERR_NONE) {
        finish(script, "ok");
    } else {
        finish_error(script, e);
    }
}

/* The line's moment has come. */
static void begin(struct script *script, uint64_t now_ms)
{
    script->is_at = false;
    script->is_waiting = true;
    script->due_ms = now_ms + script->line.ms;
    enum control_verb verb = script->line.verb;
    if (control_kind(verb) != CONTROL_OF_SCRIPT) {
        act(script);
    } else if (verb == CONTROL_NOTHING) {
        script->is_waiting = false;
    } else if (verb == CONTROL_EXPECT || verb == CONTROL_REFUTE) {
        look(script);
    } else if (verb == CONTROL_QUIT) {
        script->has_quit = true;
        finish(script, "ok");
    }
}

void script_line(struct script *script, uint64_t now_ms, const char *line)
{
    size_t size = strcspn(line, "\r\n");
    if (size >= sizeof(script->text)) {
        size = sizeof(script->text) - 1;
    }
    memcpy(script->text, line, size);
    script->text[size] = 0;
    enum err e = control_parse(line, &script->line);
    if (e != ERR_NONE) {
        finish_error(script, e);
        return;
    }
    uint64_t at_ms = script->start_ms + script->line.at_ms;
    if (script->line.has_at && at_ms > now_ms) {
        script->is_waiting = true;
        script->is_at = true;
        script->due_ms = at_ms;
        return;
    }
    begin(script, now_ms);
}

void script_tick(struct script *script, uint64_t now_ms)
{
    if (!script->is_waiting || now_ms < script->due_ms) {
        return;
    }
    if (script->is_at) {
        begin(script, now_ms);
    } else {
        finish(script, script->line.verb == CONTROL_EXPECT ? "failed" : "ok");
    }
}

bool script_take(struct script *script, uint64_t now_ms, const char **text)
{
    script_tick(script, now_ms);
    while (!script->is_waiting && !script->has_quit && **text) {
        char line[SCRIPT_LINE];
        size_t size = strcspn(*text, "\n");
        size_t kept = size < sizeof(line) ? size : sizeof(line) - 1;
        memcpy(line, *text, kept);
        line[kept] = 0;
        *text += size + ((*text)[size] == '\n');
        script_line(script, now_ms, line);
    }
    return script->is_waiting;
}

uint64_t script_due(const struct script *script)
{
    return script->is_waiting ? script->due_ms : SCRIPT_NEVER;
}

bool script_is_waiting(const struct script *script)
{
    return script->is_waiting;
}

bool script_has_failed(const struct script *script)
{
    return script->has_failed;
}

bool script_has_stop(const struct script *script)
{
    return script->has_stop;
}

bool script_has_quit(const struct script *script)
{
    return script->has_quit;
}
