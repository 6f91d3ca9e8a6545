/* The control lines of the bench's Tasmota. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tool/bench_tasmota_device.h"

static const char help[] =
    "power on|off|cycle, press 0, release 0, console TEXT, saved NAME TEXT, "
    "cut upload BYTES, cut copy SECTORS, program KB, show, quit";

static void show(const struct tasmota_device *d)
{
    char name[48];
    tasmota_name(&d->t, name, sizeof(name));
    tasmota_say(
        "show version %s, power %s, relay %s, %s%s, program %u KB, free "
        "%u KB, http port %u",
        name, d->has_power ? "on" : "off", d->t.has_power ? "on" : "off",
        d->t.is_joined ? "is in " : "no network",
        d->t.is_joined ? d->t.joined : "", d->t.program_size / 1024,
        tasmota_free_kb(&d->t), d->port);
}

static bool do_cut(struct tasmota_device *d, const char *what, unsigned n)
{
    if (strcmp(what, "upload") == 0)
        d->cut_upload = n;
    else if (strcmp(what, "copy") == 0)
        d->cut_copy = n;
    else
        return false;
    return true;
}

static const char *word_after(const char *line)
{
    line += strcspn(line, " ");
    return line + strspn(line, " ");
}

/* False: no such line. Locked. */
static bool do_other(struct tasmota_device *d, const char *line,
                     const char *verb, const char *word, unsigned n)
{
    if (strcmp(verb, "quit") == 0)
        d->end = MODEL_QUIT;
    else if (strcmp(verb, "show") == 0)
        show(d);
    else if (strcmp(verb, "press") == 0)
        d->is_holding_button = true;
    else if (strcmp(verb, "release") == 0)
        d->is_holding_button = false;
    else if (strcmp(verb, "program") == 0)
        d->t.program_size = 1024u * (unsigned)strtoul(word, NULL, 10);
    else if (strcmp(verb, "cut") == 0)
        return do_cut(d, word, n);
    else if (strcmp(verb, "saved") == 0) {
        tasmota_set(&d->t, word, word_after(word_after(line)));
        tasmota_save(&d->t);
    } else if (strcmp(verb, "console") == 0) {
        const char *text = word_after(line);
        tasmota_serial(&d->t, (const uint8_t *)text, strlen(text));
        tasmota_serial(&d->t, (const uint8_t *)"\n", 1);
    } else
        return false;
    return true;
}

void tasmota_do_line(struct tasmota_device *d, const char *line)
{
    char verb[16] = "", word[16] = "";
    unsigned n = 0;
    (void)sscanf(line, "%15s %15s %u", verb, word, &n);
    bool is_known = true;
    if (verb[0] == '\0' || verb[0] == '#')
        return;
    if (strcmp(verb, "power") == 0) {
        if (d->has_power && strcmp(word, "on") != 0)
            tasmota_supply_off(d);
        if (!d->has_power && strcmp(word, "off") != 0)
            tasmota_supply_on(d);
    } else {
        pthread_mutex_lock(&d->lock);
        is_known = do_other(d, line, verb, word, n);
        pthread_mutex_unlock(&d->lock);
    }
    if (is_known)
        tasmota_say("ok %s", line);
    else
        tasmota_say("error: %s: it knows: %s", line, help);
}
