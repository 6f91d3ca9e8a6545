/* pogo read: flash content into a file. */
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#include "tool/backup.h"
#include "tool/cmd.h"
#include "tool/session.h"

/* Which word is wrong, and how; false, for short. */
static bool wrong(char *problem, size_t room, const char *word, const char *how)
{
    snprintf(problem, room, "%s %s; FILE, or FILE ADDRESS SIZE is meant", word,
             how);
    return false;
}

static bool take_range(const char *const *word, struct backup *w, char *problem,
                       size_t room)
{
    if (!args_number(word[0], &w->address))
        return wrong(problem, room, word[0], "is not an address");
    if (strcasecmp(word[1], "all") == 0)
        return true;
    if (!args_number(word[1], &w->size) || w->size == 0)
        return wrong(problem, room, word[1], "is not a size");
    return true;
}

/* `FILE`, `FILE ADDR SIZE`, and esptool's `ADDR SIZE FILE`. */
static bool parse(const struct args *args, struct backup *w, char *problem,
                  size_t room)
{
    uint32_t number;
    const char *const *word = args->word;
    unsigned count = args->word_count;
    *w = (struct backup){.path = word[0]};
    if (count == 0)
        return wrong(problem, room, "no file", "given");
    if (count == 1)
        return true;
    if (count == 2)
        return wrong(problem, room, word[1], "stands alone");
    if (count > 3)
        return wrong(problem, room, word[3], "is one too many");
    if (!args_number(word[0], &number))
        return take_range(word + 1, w, problem, room);
    w->path = word[2];
    return take_range(word, w, problem, room);
}

int cmd_read(const struct args *args)
{
    static struct session s;
    struct backup wanted;
    char problem[256];
    if (!parse(args, &wanted, problem, sizeof(problem)))
        return message_usage("read", problem);
    if (backup_check_name(wanted.path) != ERR_NONE)
        return message_fail_hint(ERR_BACKUP_THERE,
                                 "give another name, or remove that file", "%s",
                                 wanted.path);
    int code = session_open(&s, args);
    if (code != EXIT_DONE)
        return code;
    code = session_close(&s, backup_make(&s.flasher, &wanted));
    free(wanted.bytes);
    if (code == EXIT_DONE && args->is_json) {
        printf("{");
        backup_json(&wanted);
        printf("}\n");
    }
    return code;
}
