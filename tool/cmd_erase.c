/* pogo erase: the whole flash, or some sectors. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "format/flash_map.h"
#include "tool/cmd.h"
#include "tool/session.h"

/* The ROM would need many minutes to look at all of it again; there the flash
 * chip's own status is the proof. */
static enum err check_blank(struct flasher *f, uint32_t address, uint32_t size)
{
    if (!flasher_has_stub(f))
        return ERR_NONE;
    uint8_t *blank = malloc(size);
    if (!blank)
        return ERR_MEMORY;
    memset(blank, 0xFF, size);
    /* A second look at the same bytes is no work of its own in the last line.
     */
    const struct flasher_config config = f->config;
    f->config.progress = NULL;
    enum err e = flasher_verify(f, address, blank, size);
    f->config.progress = config.progress;
    free(blank);
    return e;
}

/* What of it was there to erase. */
static void say_erased(struct flasher *f, bool is_all, uint32_t address,
                       uint32_t size)
{
    char before[48] = "";
    if (f->same_sectors == f->sectors)
        snprintf(before, sizeof(before), ": %s blank before",
                 f->sectors == 1 ? "it was" : "all was");
    else if (f->same_sectors > 0)
        snprintf(before, sizeof(before), "; %u KB of it were blank before",
                 f->same_sectors * FLASH_SECTOR_SIZE / 1024);
    flasher_say(f, "%u KB%s from 0x%05x on are erased%s",
                (unsigned)(size / 1024), is_all ? ", the whole flash," : "",
                (unsigned)address, before);
}

static enum err erase(struct flasher *f, bool is_all, uint32_t address,
                      uint32_t size)
{
    /* From the first erase on the session knows better. */
    message_interrupted("nothing is erased yet", "run the same command again");
    if (is_all)
        size = f->chip.flash_size;
    enum err e =
        is_all ? flasher_erase_chip(f) : flasher_erase(f, address, size);
    if (e == ERR_NONE)
        e = check_blank(f, address, size);
    if (e == ERR_NONE)
        say_erased(f, is_all, address, size);
    return e;
}

static bool parse(const struct args *args, uint32_t *address, uint32_t *size,
                  char *problem, size_t room)
{
    const char *const *word = args->word;
    unsigned count = args->word_count;
    const char *wrong = NULL;
    if (count != 2)
        wrong = count == 1 ? word[0] : word[2];
    else if (!args_number(word[0], address))
        wrong = word[0];
    else if (!args_number(word[1], size) || *size == 0)
        wrong = word[1];
    if (wrong)
        snprintf(problem, room, "%s: nothing, or ADDRESS SIZE is meant", wrong);
    return wrong == NULL;
}

int cmd_erase(const struct args *args)
{
    static struct session s;
    uint32_t address = 0;
    uint32_t size = 0;
    bool is_all = args->word_count == 0;
    char problem[256];
    if (!is_all && !parse(args, &address, &size, problem, sizeof(problem)))
        return message_usage("erase", problem);
    int code = session_open(&s, args);
    if (code != EXIT_DONE)
        return code;
    code = session_close(&s, erase(&s.flasher, is_all, address, size));
    if (code == EXIT_DONE && args->is_json)
        printf("{\"address\":%u,\"size\":%u,\"is_blank\":true}\n",
               (unsigned)address,
               (unsigned)(is_all ? s.flasher.chip.flash_size : size));
    return code;
}
