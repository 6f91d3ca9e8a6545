/* pogo erase: the whole flash, or some sectors. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tool/cmd.h"
#include "tool/session.h"

/* The ROM would need many minutes to look at all of it again; there the flash
 * chip's own status is the proof. */
static enum err check_blank(struct flasher *f, uint32_t address, uint32_t size)
{
    if (f->path != &stub_path)
        return ERR_NONE;
    uint8_t *blank = malloc(size);
    if (!blank)
        return ERR_MEMORY;
    memset(blank, 0xFF, size);
    enum err e = flasher_verify(f, address, blank, size);
    free(blank);
    return e;
}

static enum err erase(struct flasher *f, bool is_all, uint32_t address,
                      uint32_t size)
{
    message_interrupted("the flash is erased in part",
                        "run the same command again");
    if (is_all)
        size = f->chip.flash_size;
    enum err e =
        is_all ? flasher_erase_chip(f) : flasher_erase(f, address, size);
    if (e == ERR_NONE)
        e = check_blank(f, address, size);
    if (e == ERR_NONE)
        flasher_say(f, "0x%05x bytes at 0x%05x are erased", (unsigned)size,
                    (unsigned)address);
    return e;
}

int cmd_erase(const struct args *args)
{
    static struct session s;
    uint32_t address = 0;
    uint32_t size = 0;
    bool is_all = args->word_count == 0;
    bool is_range = args->word_count == 2 &&
                    args_number(args->word[0], &address) &&
                    args_number(args->word[1], &size) && size > 0;
    if (!is_all && !is_range)
        return message_usage("erase", "nothing, or ADDRESS SIZE is meant");
    int code = session_open(&s, args);
    if (code != EXIT_DONE)
        return code;
    return session_close(&s, erase(&s.flasher, is_all, address, size));
}
