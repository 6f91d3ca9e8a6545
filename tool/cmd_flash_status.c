/* pogo flash-status: what the flash chip says of itself, on stdout. */
#include <stdio.h>
#include <string.h>

#include "tool/cmd.h"
#include "tool/flash_status.h"
#include "tool/session.h"

static void print_text(const struct flash_status *s)
{
    printf("status    %02x %02x %02x (commands 05, 35, 15)\n", s->reg[0],
           s->reg[1], s->reg[2]);
    for (unsigned i = 0; flash_status_bit(s, i); i++)
        printf("bit       %s\n", flash_status_bit(s, i));
    printf("protected %s\n",
           flash_status_is_protected(s) ? "yes: see the bits above" : "no");
    if (!flash_status_has_sfdp(s)) {
        printf("SFDP      none\n");
        return;
    }
    printf("SFDP      revision %u.%u", s->sfdp[5], s->sfdp[4]);
    if (flash_status_size(s) > 0)
        printf(", %u KB", (unsigned)(flash_status_size(s) / 1024));
    printf("\n");
}

static void print_json(const struct flash_status *s)
{
    const char *comma = "";
    printf("{\"status\":[%u,%u,%u],\"bits\":[", s->reg[0], s->reg[1],
           s->reg[2]);
    for (unsigned i = 0; flash_status_bit(s, i); i++) {
        const char *bit = flash_status_bit(s, i);
        printf("%s\"%.*s\"", comma, (int)strcspn(bit, ":"), bit);
        comma = ",";
    }
    printf("],\"is_protected\":%s,\"sfdp\":",
           flash_status_is_protected(s) ? "true" : "false");
    if (flash_status_has_sfdp(s))
        printf("{\"major\":%u,\"minor\":%u,\"flash_bytes\":%u}}\n", s->sfdp[5],
               s->sfdp[4], (unsigned)flash_status_size(s));
    else
        printf("null}\n");
}

int cmd_flash_status(const struct args *args)
{
    static struct session s;
    struct flash_status status;
    if (args->word_count > 0)
        return message_usage("flash-status", "it takes options only");
    int code = session_open(&s, args);
    if (code != EXIT_DONE)
        return code;
    code = session_close(&s, flash_status_read(&s.flasher, &status));
    if (code == EXIT_DONE && args->is_json)
        print_json(&status);
    else if (code == EXIT_DONE)
        print_text(&status);
    return code;
}
