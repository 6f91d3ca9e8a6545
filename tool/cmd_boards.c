/* pogo boards: which boards are known, where the pads of one are, and templates
 * out of a folder of them. Needs no device. */
#include <stdio.h>
#include <string.h>

#include "tool/boards.h"
#include "tool/cmd.h"
#include "tool/message.h"
#include "tool/raw_args.h"
#include "tool/template_file.h"

enum { TEMPLATES, JSON, HELP, OPTIONS };

static const struct raw_option options[OPTIONS] = {
    [TEMPLATES] = {"templates", NULL, true,
                   "  --templates DIR  search this folder of templates"},
    [JSON] = {"json", NULL, false, "  --json           for machines"},
    [HELP] = {"help", "-h", false, "  -h, --help       this text"},
};

static int print_help(void)
{
    printf("pogo boards [options] [NAME]\n"
           "pogo boards --templates DIR WORD\n\n%s\n"
           "Without a NAME: the boards that pogo knows. With one: where its "
           "pads are, its\nbutton, and its template or module for pogo "
           "setup. docs/boards has drawings of\nsome, docs/download-mode.md "
           "how to get in, docs/inputs.md what S1/S2 bear.\n\n"
           "With --templates: which files of a folder are about WORD, and "
           "their templates.\nThe folder is one of the public template site "
           "(templates.blakadder.com, its\nrepository's _templates), or any "
           "with a file for each template.\n\n"
           "  pogo boards mini\n"
           "  pogo boards --templates ~/templates/_templates \"UP111\"\n"
           "  pogo setup --board mini        (or --template FILE)\n\n"
           "Options:\n",
           known_board_warning);
    for (size_t i = 0; i < OPTIONS; i++)
        printf("%s\n", options[i].help);
    return EXIT_DONE;
}

/* ---- boards -------------------------------------------------------------- */

static void print_json(const struct known_board *b)
{
    const char *const texts[][2] = {{"name", b->name},
                                    {"title", b->title},
                                    {"chip", b->chip},
                                    {"button", b->button},
                                    {"pads", b->pads},
                                    {"picture", b->picture},
                                    {"source", b->source},
                                    {"guide", b->guide},
                                    {"template", b->template_new},
                                    {"template_old", b->template_old}};
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        printf("%c\"%s\":", i ? ',' : '{', texts[i][0]);
        if (texts[i][1])
            message_json(texts[i][1]);
        else
            printf("null");
    }
    printf(",\"can_hold\":%s,\"module\":%u}", b->can_hold ? "true" : "false",
           b->module);
}

static void print_all(bool is_json)
{
    if (!is_json)
        printf("%s\n%-6s %-30s %-8s %s\n", known_board_warning, "name", "board",
               "chip", "pads");
    for (size_t i = 0; i < known_board_count; i++) {
        const struct known_board *b = &known_boards[i];
        if (is_json) {
            printf("%s", i ? ",\n" : "[");
            print_json(b);
        } else {
            printf("%-6s %-30s %-8s %s\n", b->name, b->title, b->chip,
                   b->picture ? "known" : "see the labels on it");
        }
    }
    printf("%s", is_json ? "]\n" : "\npogo boards NAME tells more of one.\n");
}

static void print_one(const struct known_board *b)
{
    printf("%s\n%s: %s, %s\n\n%s\n", known_board_warning, b->title, b->chip,
           b->button, b->pads);
    if (b->picture)
        printf("%s\n  (order of the pads: %s)\n\n", b->picture, b->source);
    printf("Adapter and board: GND to GND, 3V3 to 3V3, TX to RX, RX to TX.\n"
           "%s"
           "Step by step: %s%sdocs/download-mode.md\n\n"
           "pogo setup --board %s gives the device ",
           b->can_hold ? "Hold the button while you connect 3V3: then pogo "
                         "install works.\n"
                       : "",
           b->guide ? b->guide : "", b->guide ? ", " : "", b->name);
    if (b->module)
        printf("module %u, which as a template is", b->module);
    else
        printf("this template");
    printf("\n(with Pogo and Tasmota since version 9):\n  %s\n",
           b->template_new);
    printf("For Tasmota before version 9:\n  %s\n", b->template_old);
}

static int unknown(const char *name)
{
    char names[256] = "";
    for (size_t i = 0; i < known_board_count; i++) {
        size_t n = strlen(names);
        snprintf(names + n, sizeof(names) - n, " %s", known_boards[i].name);
    }
    return message_fail_hint(ERR_UNKNOWN,
                             "pogo boards lists them; any other board: pogo "
                             "boards --templates DIR WORD",
                             "no board %s; there are%s", name, names);
}

/* ---- templates ----------------------------------------------------------- */

struct listing {
    bool is_json;
    unsigned count;
};

static void found(void *ctx, const char *name, const struct template_file *t)
{
    struct listing *l = ctx;
    if (!l->is_json) {
        printf("%s  (%s)\n", t->title, name);
        if (t->new_text[0])
            printf("  %s\n", t->new_text);
        if (t->old_text[0])
            printf("  %s\n", t->old_text);
        return;
    }
    const char *const texts[][2] = {{"file", name},
                                    {"title", t->title},
                                    {"model", t->model},
                                    {"template", t->new_text},
                                    {"template_old", t->old_text}};
    printf("%s", l->count++ ? ",\n" : "[");
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        printf("%c\"%s\":", i ? ',' : '{', texts[i][0]);
        message_json(texts[i][1]);
    }
    printf("}");
}

static int search(const char *folder, const char *word, bool is_json)
{
    struct listing listing = {.is_json = is_json};
    unsigned count = 0;
    enum err e = template_search(folder, word, found, &listing, &count);
    if (e != ERR_NONE)
        return message_fail_hint(e, "give the folder that holds the files",
                                 "no folder that can be read: %s", folder);
    if (count > 0) {
        printf("%s", is_json ? "]\n" : "");
        return EXIT_DONE;
    }
    return message_fail_hint(ERR_UNKNOWN, "a shorter word, or part of it",
                             "no template in %s is about %s", folder, word);
}

int cmd_boards(int argc, char **argv)
{
    const char *value[OPTIONS] = {NULL}, *word[RAW_WORDS];
    char problem[256];
    unsigned words = 0;
    enum err e = raw_args_parse(options, OPTIONS, argc, argv, value, word,
                                &words, problem, sizeof(problem));
    bool is_json = value[JSON] != NULL;
    if (value[HELP])
        return print_help();
    message_json_errors(is_json);
    if (e != ERR_NONE)
        return message_usage("boards", problem);
    if (words > 1)
        return message_usage("boards", "one name is meant (in quotes, if it "
                                       "has blanks)");
    if (value[TEMPLATES] && words == 0)
        return message_usage("boards", "which word is to be searched for?");
    if (value[TEMPLATES])
        return search(value[TEMPLATES], word[0], is_json);
    const struct known_board *b = words ? known_board_find(word[0]) : NULL;
    if (words && !b)
        return unknown(word[0]);
    if (!b) {
        print_all(is_json);
    } else if (is_json) {
        print_json(b);
        printf("\n");
    } else {
        print_one(b);
    }
    return EXIT_DONE;
}
