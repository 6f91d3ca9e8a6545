/* pogo doctor asks a program that runs what its board is. Only questions:
 * nothing is changed by them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tool/console_line.h"
#include "tool/doctor.h"
#include "tool/doctor_template.h"
#include "tool/doctor_watch.h"
#include "tool/json_text.h"

#define ANSWER_MS 2000u
#define TRIES 2u /* a log line may come into the middle of an answer */
#define TEMPLATE_MODULE 0u
#define GENERIC_MODULE 18u /* all of its pins are the user's */

/* The JSON that answers, in the console's text; NULL: none came in time. The
 * answer is known by its first member. */
static const char *ask_once(struct console_line *console, const char *command,
                            const char *member)
{
    struct link *link = console->link;
    uint64_t end = link->ops->now_ms(link) + ANSWER_MS;
    char topic[CONSOLE_TOPIC];
    const char *json;
    if (console_line_send(console, command) != ERR_NONE)
        return NULL;
    while (console_line_read(console, end) == ERR_NONE) {
        if (console_line_answer(console->text, topic, &json) &&
            json_text_is_whole(json) && json[0] == '{' &&
            strncmp(json + 1, member, strlen(member)) == 0)
            return json;
    }
    return NULL;
}

static const char *ask(struct console_line *console, const char *command,
                       const char *member)
{
    const char *json = NULL;
    for (unsigned i = 0; i < TRIES && !json; i++)
        json = ask_once(console, command, member);
    return json;
}

static void read_board(struct console_line *console,
                       struct doctor_findings *out)
{
    char number[16] = "", name[DOCTOR_DETAIL / 2] = "Generic";
    bool has_user = true;
    const char *json = ask(console, "Status", "\"Status\"");
    if (!json || !json_text_find(json, "Status.Module", number, sizeof(number)))
        return;
    unsigned long module = strtoul(number, NULL, 10);
    if (module == TEMPLATE_MODULE) {
        json = ask(console, "Template", "\"NAME\"");
        if (!json || !doctor_template_is_empty(json, &has_user))
            return;
        (void)json_text_find(json, "NAME", name, sizeof(name));
    } else if (module != GENERIC_MODULE) {
        return;
    }
    if (has_user) {
        json = ask(console, "Gpio", "\"GPIO");
        if (!json || doctor_template_user_has_part(json))
            return;
    }
    doctor_add(out, DOCTOR_TEMPLATE, "module %lu, %s", module, name);
}

static bool is_worth_asking(const struct doctor *d)
{
    static const enum doctor_id busy[] = {DOCTOR_POWER, DOCTOR_EXCEPTION,
                                          DOCTOR_LOOP, DOCTOR_SAFE_MODE};
    for (size_t i = 0; i < sizeof(busy) / sizeof(busy[0]); i++) {
        if (d->findings.has[busy[i]])
            return false;
    }
    return strstr(d->start.text, " Project ") != NULL;
}

enum err doctor_ask(struct doctor *d, struct link *link)
{
    static struct console_line console; /* large */
    if (!is_worth_asking(d))
        return ERR_NONE;
    enum err e = link->ops->set_baud(link, DOCTOR_PROGRAM_BAUD);
    memset(&console, 0, sizeof(console));
    console.link = link;
    if (e == ERR_NONE)
        read_board(&console, &d->findings);
    return e;
}
