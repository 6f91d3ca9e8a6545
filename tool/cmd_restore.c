/* pogo restore: a backup of the whole flash back onto it, byte for byte. */
#include <stdio.h>
#include <stdlib.h>

#include "tool/backup.h"
#include "tool/cmd.h"
#include "tool/firmware_file.h"
#include "tool/os.h"
#include "tool/recognize.h"
#include "tool/session.h"
#include "tool/unpack.h"

struct restored {
    const char *path;
    uint8_t *bytes;
    size_t size;
    char what[96];
    char owner[18]; /* another device's MAC by the file's name; "" */
};

static int load(struct restored *r)
{
    struct image image;
    struct recognized what;
    enum err e = os_read_file(r->path, FIRMWARE_LIMIT, &r->bytes, &r->size);
    if (e == ERR_NONE && unpack_is_gzip(r->bytes, r->size))
        e = unpack_gzip(&r->bytes, &r->size, FIRMWARE_LIMIT);
    if (e != ERR_NONE)
        return message_fail(e, "%s", r->path);
    enum err state = image_check(r->bytes, r->size, &image);
    recognize(r->bytes, r->size, &image, &what);
    snprintf(r->what, sizeof(r->what), "%s", what.text);
    message_talk("%s is %s%s", r->path, what.text,
                 state == ERR_NONE ? "" : "; it does not begin as a firmware");
    return EXIT_DONE;
}

static enum err restore(struct session *s, const struct args *args,
                        const struct restored *r)
{
    struct flasher *f = &s->flasher;
    if (r->size == 0 || (r->size != f->chip.flash_size && !args->is_force))
        return flasher_fail(f, ERR_BACKUP, "%s has %zu bytes, the flash %u",
                            r->path, r->size, (unsigned)f->chip.flash_size);
    if (r->owner[0] != '\0')
        flasher_say(f,
                    "WARNING: by its name %s is the backup of another device, "
                    "%s; its settings, passwords and Wi-Fi calibration come "
                    "with it.",
                    r->path, r->owner);
    session_writing(s, r->path);
    enum err e = flasher_write(f, 0, r->bytes, (uint32_t)r->size);
    if (e == ERR_NONE && args->is_verify_read)
        e = session_read_back(f, 0, r->bytes, (uint32_t)r->size);
    if (e == ERR_NONE)
        flasher_say(f,
                    "%s: %zu bytes are on the flash; %u of %u sectors held "
                    "them before",
                    r->path, r->size, f->same_sectors, f->sectors);
    return e;
}

int cmd_restore(const struct args *args)
{
    static struct session s;
    struct restored r = {.path = args->word[0]};
    if (args->word_count != 1)
        return message_usage("restore", "one file is meant");
    int code = load(&r);
    if (code == EXIT_DONE)
        code = session_open(&s, args);
    if (code == EXIT_DONE && !backup_is_other_s(&s.flasher, r.path, r.owner))
        r.owner[0] = '\0';
    if (code == EXIT_DONE)
        code = session_finish(&s, args, restore(&s, args, &r));
    if (code == EXIT_DONE && args->is_json) {
        char md5[33];
        backup_md5(r.bytes, r.size, md5);
        printf("{\"file\":");
        message_json(r.path);
        printf(",\"size\":%zu,\"md5\":\"%s\",\"sectors\":%u,"
               "\"same_sectors\":%u,\"other_device\":",
               r.size, md5, s.flasher.sectors, s.flasher.same_sectors);
        if (r.owner[0] != '\0')
            message_json(r.owner);
        printf("%s}\n", r.owner[0] != '\0' ? "" : "null");
    }
    free(r.bytes);
    return code;
}
