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

static bool take_range(const char *address, const char *size, struct wanted *w)
{
    if (!args_number(address, &w->address))
        return false;
    if (strcasecmp(size, "all") == 0)
        return true;
    return args_number(size, &w->size) && w->size > 0;
}

/* `FILE`, `FILE ADDR SIZE`, and esptool's `ADDR SIZE FILE`. */
static bool parse(const struct args *args, struct wanted *w)
{
    uint32_t number;
    const char *const *word = args->word;
    *w = (struct wanted){0};
    if (args->word_count == 1) {
        w->path = word[0];
        return true;
    }
    if (args->word_count != 3)
        return false;
    bool is_esptool = args_number(word[0], &number);
    w->path = is_esptool ? word[2] : word[0];
    return is_esptool ? take_range(word[0], word[1], w)
                      : take_range(word[1], word[2], w);
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
    if (!parse(args, &wanted))
        return message_usage("read", "FILE, or FILE ADDRESS SIZE is meant");
    int code = session_open(&s, args);
    if (code != EXIT_DONE)
        return code;
    return session_close(&s, read_to_file(&s.flasher, &wanted));
}
