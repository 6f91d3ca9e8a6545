/* pogo flash writes files, all from backup to monitor in one session; each is
 * read back as a digest before it counts. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "format/flash_map.h"
#include "tool/backup.h"
#include "tool/cmd.h"
#include "tool/cmd_flash.h"
#include "tool/cmd_flash_loop.h"
#include "tool/firmware_file.h"
#include "tool/first_install.h"
#include "tool/os.h"
#include "tool/session.h"

/* What --json tells of it. */
struct written {
    char md5[33];
    uint64_t ms;
    unsigned sectors, same_sectors;
};

struct work {
    struct session session;
    struct firmware_set set;
    struct written written[ARGS_FILES];
    struct backup backup; /* path NULL: none */
    char backup_name[64];
    const struct flash_hooks *hooks; /* NULL: none */
};

static void say_written(struct flasher *f, const struct firmware_file *file,
                        struct written *out)
{
    backup_md5(file->bytes, file->size, out->md5);
    out->sectors = f->sectors;
    out->same_sectors = f->same_sectors;
    flasher_say(f, "%s: %zu bytes at 0x%05x", file->path, file->size,
                (unsigned)file->address);
    if (f->same_sectors == f->sectors)
        flasher_say(f, "  all %u sectors held it already", f->sectors);
    else if (f->same_sectors > 0)
        flasher_say(f, "  %u of %u sectors held it already", f->same_sectors,
                    f->sectors);
    flasher_say(f, "  read back, MD5 %s", out->md5);
}

static void print_json(const struct work *w)
{
    const struct chip_info *chip = &w->session.flasher.chip;
    message_result_begin();
    printf("{\"chip\":\"%s\",\"files\":[",
           chip->is_8285 ? "ESP8285" : "ESP8266");
    for (unsigned i = 0; i < w->set.count; i++) {
        const struct firmware_file *file = &w->set.file[i];
        const struct written *written = &w->written[i];
        printf("%s{\"file\":", i > 0 ? "," : "");
        message_json(file->path);
        printf(",\"address\":%u,\"size\":%zu,\"md5\":\"%s\",\"seconds\":%.1f,"
               "\"sectors\":%u,\"same_sectors\":%u}",
               (unsigned)file->address, file->size, written->md5,
               (double)written->ms / 1000.0, written->sectors,
               written->same_sectors);
    }
    printf("]");
    if (w->backup.path) {
        printf(",\"backup\":{");
        backup_json(&w->backup);
        printf("}");
    }
    printf("}");
    message_result_end();
}

static uint32_t file_end(const struct firmware_file *file)
{
    uint32_t end = file->address + (uint32_t)file->size;
    return (end + FLASH_SECTOR_SIZE - 1) & ~(FLASH_SECTOR_SIZE - 1);
}

/* Where the next file begins, at or behind at; the flash's end: none. */
static const struct firmware_file *next_file(const struct firmware_set *set,
                                             uint32_t at)
{
    const struct firmware_file *next = NULL;
    for (unsigned i = 0; i < set->count; i++) {
        const struct firmware_file *file = &set->file[i];
        if (file->address >= at && (!next || file->address < next->address))
            next = file;
    }
    return next;
}

/* --erase all: everything that will not be written. What is written is erased
 * by that where it has to be. */
static enum err erase_rest(struct flasher *f, const struct firmware_set *set)
{
    enum err e = ERR_NONE;
    uint32_t at = 0, erased = 0;
    while (at < f->chip.flash_size && e == ERR_NONE) {
        const struct firmware_file *file = next_file(set, at);
        uint32_t end = file ? file->address : f->chip.flash_size;
        if (end > at)
            e = flasher_erase(f, at, end - at);
        erased += end - at;
        at = file ? file_end(file) : end;
    }
    if (e == ERR_NONE && erased > 0)
        flasher_say(f, "The rest of the flash is blank: %u KB.",
                    (unsigned)(erased / 1024));
    return e;
}

static enum err make_room(struct work *w, const struct args *args)
{
    struct flasher *f = &w->session.flasher;
    enum err e = ERR_NONE;
    if (args->is_erase_all)
        return erase_rest(f, &w->set);
    for (unsigned i = 0; i < w->set.count && e == ERR_NONE; i++)
        e = first_install_clear(f, &w->set.file[i], w->backup.bytes);
    return e;
}

static enum err write_one(struct session *s, const struct firmware_file *file,
                          const struct args *args, struct written *out)
{
    struct flasher *f = &s->flasher;
    uint32_t size = (uint32_t)file->size;
    session_writing(s, file->path);
    uint64_t start = os_now_ms();
    enum err e = flasher_write(f, file->address, file->bytes, size);
    out->ms = os_now_ms() - start;
    if (e == ERR_NONE)
        say_written(f, file, out);
    if (e == ERR_NONE && args->is_verify_read)
        e = session_read_back(f, file->address, file->bytes, size);
    return e;
}

static bool is_name_picked(const struct args *args)
{
    return strcmp(args->backup, "-") == 0;
}

/* Before the chip is touched. */
static int check_backup(const struct args *args)
{
    enum err e = ERR_NONE;
    if (args->backup && !is_name_picked(args))
        e = backup_check_name(args->backup);
    return e == ERR_NONE ? EXIT_DONE : message_fail(e, "%s", args->backup);
}

/* A backup that was made before; says so. */
static bool has_backup(struct work *w)
{
    struct flasher *f = &w->session.flasher;
    const struct flash_hooks *hooks = w->hooks;
    const char *name =
        hooks ? hooks->find_backup(hooks->ctx, f->chip.mac) : NULL;
    if (name)
        flasher_say(f, "%s has what was on it; not read a second time.", name);
    return name != NULL;
}

static enum err back_up(struct work *w, const struct args *args)
{
    if (!args->backup || (is_name_picked(args) && has_backup(w)))
        return ERR_NONE;
    w->backup.path = args->backup;
    if (is_name_picked(args)) {
        backup_name(&w->session.flasher, w->backup_name,
                    sizeof(w->backup_name));
        w->backup.path = w->backup_name;
    }
    enum err e = backup_make(&w->session.flasher, &w->backup);
    w->session.has_backup = e == ERR_NONE && !is_name_picked(args);
    if (e == ERR_NONE && w->hooks)
        w->hooks->saved(w->hooks->ctx, w->session.flasher.chip.mac,
                        w->backup.path);
    return e;
}

/* All refusals come before the first erase, the backup too. */
static enum err run_steps(struct work *w, const struct args *args)
{
    enum err e = firmware_fit(&w->set, args, &w->session.flasher);
    if (e == ERR_NONE)
        e = back_up(w, args);
    if (e != ERR_NONE)
        return e;
    session_writing(&w->session, w->set.file[0].path);
    e = make_room(w, args);
    for (unsigned i = 0; i < w->set.count && e == ERR_NONE; i++)
        e = write_one(&w->session, &w->set.file[i], args, &w->written[i]);
    return e;
}

int flash_files(const struct args *args, const struct flash_hooks *hooks)
{
    static struct work w; /* large; one per program */
    memset(&w, 0, sizeof(w));
    w.hooks = hooks;
    int code = check_backup(args);
    if (code == EXIT_DONE)
        code = firmware_load(args, &w.set);
    if (code == EXIT_DONE)
        code = session_open(&w.session, args);
    if (code == EXIT_DONE) {
        code = session_finish(&w.session, args, run_steps(&w, args));
        if (code == EXIT_DONE && args->is_json)
            print_json(&w);
    }
    free(w.backup.bytes);
    firmware_free(&w.set);
    return code;
}

int cmd_flash(const struct args *args)
{
    return args->is_loop ? cmd_flash_loop(args) : flash_files(args, NULL);
}
