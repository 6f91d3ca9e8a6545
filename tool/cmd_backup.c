/* pogo backup: the whole flash into a file. */
#include <stdio.h>
#include <stdlib.h>

#include "tool/backup.h"
#include "tool/cmd.h"
#include "tool/session.h"

int cmd_backup(const struct args *args)
{
    static struct session s;
    char name[64];
    struct backup b = {.path = args->word[0]};
    if (args->word_count > 1)
        return message_usage("backup", "one file is meant, or none");
    enum err e = b.path ? backup_check_name(b.path) : ERR_NONE;
    if (e != ERR_NONE)
        return message_fail(e, "%s", b.path);
    int code = session_open(&s, args);
    if (code != EXIT_DONE)
        return code;
    if (!b.path) {
        backup_name(&s.flasher, name, sizeof(name));
        b.path = name;
    }
    code = session_close(&s, backup_make(&s.flasher, &b));
    free(b.bytes);
    if (code == EXIT_DONE && args->is_json) {
        printf("{");
        backup_json(&b);
        printf("}\n");
    }
    return code;
}
