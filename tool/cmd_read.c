/* pogo read: flash content into a file. */
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#include "tool/cmd.h"
#include "tool/os.h"
#include "tool/session.h"

struct wanted {
    const char *path;
    uint32_t address;
    uint32_t size; /* 0: to the end */
};

/* Which word is wrong, and how; false, for short. */
static bool wrong(char *problem, size_t room, const char *word, const char *how)
{
    snprintf(problem, room, "%s %s; FILE, or FILE ADDRESS SIZE is meant", word,
             how);
    return false;
}

static bool take_range(const char *const *word, struct wanted *w, char *problem,
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
static bool parse(const struct args *args, struct wanted *w, char *problem,
                  size_t room)
{
    uint32_t number;
    const char *const *word = args->word;
    unsigned count = args->word_count;
    *w = (struct wanted){.path = word[0]};
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

/* Through the stub a digest costs little; by the ROM it is the same read again,
 * for many minutes. */
static enum err read_checked(struct flasher *f, const struct wanted *w,
                             uint8_t *bytes)
{
    enum err e = flasher_read(f, w->address, bytes, w->size);
    if (e == ERR_NONE && f->path == &stub_path)
        e = flasher_verify(f, w->address, bytes, w->size);
    return e;
}

static enum err fail_file(struct flasher *f, enum err e, const char *path)
{
    return e == ERR_NONE ? e : flasher_fail(f, e, "%s", path);
}

static enum err read_to_file(struct flasher *f, struct wanted *w)
{
    struct os_output out;
    if (w->size == 0 && w->address < f->chip.flash_size)
        w->size = f->chip.flash_size - w->address;
    if (w->size == 0 || w->size > f->chip.flash_size)
        return flasher_fail(f, ERR_BAD_RANGE, "0x%05x; the flash has 0x%05x",
                            (unsigned)w->address, (unsigned)f->chip.flash_size);
    uint8_t *bytes = malloc(w->size);
    if (!bytes)
        return fail_file(f, ERR_MEMORY, w->path);
    message_interrupted("no file was made", "run the same command again");
    enum err e = fail_file(f, os_output_open(&out, w->path, w->size), w->path);
    if (e == ERR_NONE) {
        e = read_checked(f, w, bytes);
        if (e == ERR_NONE)
            e = fail_file(f, os_output_finish(&out, bytes, w->size), w->path);
        else
            os_output_drop(&out);
    }
    free(bytes);
    if (e == ERR_NONE)
        flasher_say(f, "%s: %u bytes from 0x%05x", w->path, (unsigned)w->size,
                    (unsigned)w->address);
    return e;
}

int cmd_read(const struct args *args)
{
    static struct session s;
    struct wanted wanted;
    char problem[256];
    if (!parse(args, &wanted, problem, sizeof(problem)))
        return message_usage("read", problem);
    int code = session_open(&s, args);
    if (code != EXIT_DONE)
        return code;
    return session_close(&s, read_to_file(&s.flasher, &wanted));
}
