/* pogo flash: write files, each read back as a digest before it counts. */
#include <stdio.h>

#include "tool/cmd.h"
#include "tool/firmware_file.h"
#include "tool/os.h"
#include "tool/session.h"

/* What --json tells of it. */
struct written {
    char md5[33];
    uint64_t ms;
};

static void say_written(struct flasher *f, const struct firmware_file *file,
                        struct written *out)
{
    uint8_t md5[16];
    flasher_md5(file->bytes, file->size, md5);
    for (size_t i = 0; i < 16; i++)
        snprintf(out->md5 + 2 * i, 3, "%02x", md5[i]);
    flasher_say(f, "%s: %zu bytes at 0x%05x", file->path, file->size,
                (unsigned)file->address);
    flasher_say(f, "  read back, MD5 %s", out->md5);
}

static void print_json(const struct chip_info *chip,
                       const struct firmware_set *set,
                       const struct written *written)
{
    printf("{\"chip\":\"%s\",\"files\":[",
           chip->is_8285 ? "ESP8285" : "ESP8266");
    for (unsigned i = 0; i < set->count; i++) {
        const struct firmware_file *file = &set->file[i];
        printf("%s{\"file\":", i > 0 ? "," : "");
        message_json(file->path);
        printf(",\"address\":%u,\"size\":%zu,\"md5\":\"%s\",\"seconds\":%.1f}",
               (unsigned)file->address, file->size, written[i].md5,
               (double)written[i].ms / 1000.0);
    }
    printf("]}\n");
}

static enum err write_files(struct session *s, const struct firmware_set *set,
                            bool is_erase_all, struct written *written)
{
    struct flasher *f = &s->flasher;
    session_writing(s, set->file[0].path);
    enum err e = is_erase_all ? flasher_erase_chip(f) : ERR_NONE;
    for (unsigned i = 0; i < set->count && e == ERR_NONE; i++) {
        const struct firmware_file *file = &set->file[i];
        session_writing(s, file->path);
        uint64_t start = os_now_ms();
        e = flasher_write(f, file->address, file->bytes, (uint32_t)file->size);
        written[i].ms = os_now_ms() - start;
        if (e == ERR_NONE)
            say_written(f, file, &written[i]);
    }
    return e;
}

int cmd_flash(const struct args *args)
{
    static struct session s; /* large; one per program */
    static struct firmware_set set;
    static struct written written[ARGS_FILES];
    int code = firmware_load(args, &set);
    if (code == EXIT_DONE)
        code = session_open(&s, args);
    if (code == EXIT_DONE) {
        enum err e = firmware_fit(&set, args, &s.flasher);
        if (e == ERR_NONE)
            e = write_files(&s, &set, args->is_erase_all, written);
        code = session_close(&s, e);
        if (code == EXIT_DONE && args->is_json)
            print_json(&s.flasher.chip, &set, written);
    }
    firmware_free(&set);
    return code;
}
