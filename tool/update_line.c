/* What a device says over its console, while an update is sent: lines. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tool/update_send_private.h"

#define VERSION "commands, Version "
#define ROM_START "rst cause:"
#define BEFORE "\"Upgrade\":\"Version "
#define LEFT "UPD: left version "
#define TRIAL "UPD: this version is on trial"
#define PROVED "UPD: this version has proved itself"

static bool copy_after(const char *line, const char *words, char *out,
                       size_t room, const char *end)
{
    const char *at = strstr(line, words);
    if (!at)
        return false;
    at += strlen(words);
    snprintf(out, room, "%.*s", (int)strcspn(at, end), at);
    return true;
}

/* What the device says of itself, whatever is waited for. */
static void note_line(struct update_send *send)
{
    const char *line = send->console.text;
    char *version = send->stage == UPDATE_ASKING ? send->before : send->version;
    size_t room = sizeof(send->version);
    bool is_greeting = copy_after(line, VERSION, version, room, " ");
    if (is_greeting || strstr(line, ROM_START))
        send->has_restarted = true;
    if (send->stage == UPDATE_ASKING)
        (void)copy_after(line, BEFORE, send->before, room, " ");
    if (strstr(line, TRIAL))
        send->verdict = VERDICT_TRIAL;
    if (copy_after(line, LEFT, send->left, sizeof(send->left), ""))
        send->verdict = VERDICT_LEFT;
    if (strstr(line, PROVED))
        send->has_proved = true;
}

enum err update_read_line(struct update_send *send, uint64_t end_ms)
{
    send->console.link = send->link;
    enum err e = console_line_read(&send->console, end_ms);
    if (e == ERR_NONE)
        note_line(send);
    return e;
}

enum update_word update_word_of(const struct update_send *send, size_t *taken)
{
    const char *line = send->console.text;
    char *end;
    if (line[0] == '-')
        return WORD_REFUSED;
    if (line[0] != '+')
        return WORD_OTHER;
    if (strcmp(line, "+done") == 0)
        return WORD_DONE;
    *taken = strtoul(line + 1, &end, 10);
    return end > line + 1 && *end == 0 ? WORD_TAKEN : WORD_OTHER;
}

enum err update_refusal(struct update_send *send)
{
    snprintf(send->said, sizeof(send->said), "%s", send->console.text + 1);
    for (int e = ERR_NONE + 1; e < ERR_COUNT; e++) {
        if (strcmp(err_text((enum err)e), send->said) == 0)
            return (enum err)e;
    }
    return ERR_CHIP_REFUSED;
}
