/* pogo flash: write files, each read back as a digest before it counts. */
#include <stdio.h>

#include "tool/cmd.h"
#include "tool/firmware_file.h"
#include "tool/session.h"

static void say_written(struct flasher *f, const struct firmware_file *file)
{
    uint8_t md5[16];
    char hex[33];
    flasher_md5(file->bytes, file->size, md5);
    for (size_t i = 0; i < 16; i++)
        snprintf(hex + 2 * i, 3, "%02x", md5[i]);
    flasher_say(f, "%s: %zu bytes at 0x%05x, read back, MD5 %s", file->path,
                file->size, (unsigned)file->address, hex);
}

static enum err write_files(struct session *s, const struct firmware_set *set,
                            bool is_erase_all)
{
    struct flasher *f = &s->flasher;
    session_writing(s, set->file[0].path);
    enum err e = is_erase_all ? flasher_erase_chip(f) : ERR_NONE;
    for (unsigned i = 0; i < set->count && e == ERR_NONE; i++) {
        const struct firmware_file *file = &set->file[i];
        session_writing(s, file->path);
        e = flasher_write(f, file->address, file->bytes, (uint32_t)file->size);
        if (e == ERR_NONE)
            say_written(f, file);
    }
    return e;
}

int cmd_flash(const struct args *args)
{
    static struct session s; /* large; one per program */
    static struct firmware_set set;
    int code = firmware_load(args, &set);
    if (code == EXIT_DONE)
        code = session_open(&s, args);
    if (code == EXIT_DONE) {
        enum err e = firmware_fit(&set, args, &s.flasher);
        if (e == ERR_NONE)
            e = write_files(&s, &set, args->is_erase_all);
        code = session_close(&s, e);
    }
    firmware_free(&set);
    return code;
}
