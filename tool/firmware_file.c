/* Loads firmware files and checks what needs no chip. */
#include "tool/firmware_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "format/flash_map.h"
#include "tool/image_ota.h"
#include "tool/message.h"
#include "tool/os.h"
#include "tool/unpack.h"

static int refuse(const struct firmware_file *file, enum err e)
{
    if (image_ota_is(file->bytes, file->size))
        return message_fail(ERR_OTA_FILE, "%s", file->path);
    if (recognize_other_chip(file->bytes, file->size))
        return message_fail(ERR_IMAGE_CHIP, "%s is %s", file->path,
                            file->what.text);
    if (strcmp(file->what.text, err_text(e)) == 0)
        return message_fail(e, "%s", file->path);
    return message_fail(e, "%s seems to be %s", file->path, file->what.text);
}

static void tell(const struct firmware_file *file)
{
    size_t more = image_trailing(file->bytes, file->size, &file->image);
    message_talk("%s is %s.", file->path, file->what.text);
    if (more > 0)
        message_talk("%s: %zu bytes follow its image; they are written, too.",
                     file->path, more);
    if (file->what.warning)
        message_talk("WARNING: %s.", file->what.warning);
}

/* What is to stand at 0 of a flash that has to start. */
static int check_image(struct firmware_file *file, const struct args *args)
{
    enum err e = image_check(file->bytes, file->size, &file->image);
    recognize(file->bytes, file->size, &file->image, &file->what);
    /* Another chip's can read as one of ours to its end, by chance. */
    if (e == ERR_NONE && recognize_other_chip(file->bytes, file->size))
        e = ERR_IMAGE_CHIP;
    file->is_image = e == ERR_NONE;
    if (e == ERR_NONE) {
        tell(file);
        return EXIT_DONE;
    }
    if (!args->is_force || image_ota_is(file->bytes, file->size))
        return refuse(file, e);
    message_talk("%s: %s, but it is forced", file->path, err_text(e));
    return EXIT_DONE;
}

/* Elsewhere any bytes may stand, and what starts is not known from here. */
static int check_part(struct firmware_file *file, const struct args *args)
{
    enum err e = image_read(file->bytes, file->size, &file->image);
    recognize(file->bytes, file->size, &file->image, &file->what);
    bool is_other = recognize_other_chip(file->bytes, file->size) != NULL;
    if (is_other && !args->is_force)
        return refuse(file, ERR_IMAGE_CHIP);
    file->is_part = e == ERR_NONE;
    if (is_other)
        message_talk("WARNING: %s is %s, but it is forced.", file->path,
                     file->what.text);
    else if (e == ERR_NONE)
        message_talk("%s at 0x%05x is %s.", file->path, (unsigned)file->address,
                     file->what.text);
    else if (e != ERR_IMAGE_MAGIC)
        message_talk("WARNING: %s at 0x%05x: %s.", file->path,
                     (unsigned)file->address, err_text(e));
    return EXIT_DONE;
}

/* Any bytes can be compared or merged. For merge the first image counts alone:
 * the second may be a file of its own. */
static void look_at(struct firmware_file *file, bool is_merge)
{
    enum err e = is_merge ? image_read(file->bytes, file->size, &file->image)
                          : image_check(file->bytes, file->size, &file->image);
    file->is_image = e == ERR_NONE;
}

/* FILE@zz is a good name for a file; where there is none, zz was meant. */
static int no_address(const char *path, const char *command)
{
    char problem[256];
    snprintf(problem, sizeof(problem), "%s: %s is not an address", path,
             strrchr(path, '@') + 1);
    return message_usage(command, problem);
}

/* What stands at 0 is packed or no image; elsewhere the name has to say it. */
static int unpack(struct firmware_file *file)
{
    size_t n = strlen(file->path);
    bool is_named = n > 3 && strcmp(file->path + n - 3, ".gz") == 0;
    if (!unpack_is_gzip(file->bytes, file->size) ||
        (file->address != 0 && !is_named))
        return EXIT_DONE;
    enum err e = unpack_gzip(&file->bytes, &file->size, FIRMWARE_LIMIT);
    if (e == ERR_NONE && file->size == 0)
        e = ERR_PACKED;
    if (e != ERR_NONE)
        return message_fail(e, "%s", file->path);
    message_talk("%s: unpacked, %zu bytes", file->path, file->size);
    return EXIT_DONE;
}

static int load_one(struct firmware_file *file, const struct args *args)
{
    enum err e =
        os_read_file(file->path, FIRMWARE_LIMIT, &file->bytes, &file->size);
    if (e == ERR_FILE_OPEN && strchr(file->path, '@'))
        return no_address(file->path, args->command);
    if (e == ERR_NO_ROOM)
        return message_fail(ERR_IMAGE_TOO_LARGE, "%s", file->path);
    if (e != ERR_NONE)
        return message_fail(e, "%s", file->path);
    if (file->size == 0)
        return message_fail(ERR_IMAGE_TRUNCATED, "%s is empty", file->path);
    if (strcmp(args->command, "merge") == 0) {
        look_at(file, true);
        return EXIT_DONE;
    }
    int code = unpack(file);
    if (code != EXIT_DONE)
        return code;
    if (strcmp(args->command, "verify") != 0)
        return file->address == 0 ? check_image(file, args)
                                  : check_part(file, args);
    if (file->address == 0)
        look_at(file, false);
    return EXIT_DONE;
}

static uint64_t sector_end(const struct firmware_file *file)
{
    uint64_t end = (uint64_t)file->address + file->size;
    return (end + FLASH_SECTOR_SIZE - 1) / FLASH_SECTOR_SIZE *
           FLASH_SECTOR_SIZE;
}

static int check_overlap(const struct firmware_set *set,
                         const struct args *args)
{
    char problem[256];
    for (unsigned i = 0; i < set->count; i++) {
        for (unsigned k = 0; k < i; k++) {
            const struct firmware_file *a = &set->file[i];
            const struct firmware_file *b = &set->file[k];
            if (a->address >= sector_end(b) || b->address >= sector_end(a))
                continue;
            snprintf(problem, sizeof(problem), "%s and %s share flash sectors",
                     b->path, a->path);
            return message_usage(args->command, problem);
        }
    }
    return EXIT_DONE;
}

int firmware_load(const struct args *args, struct firmware_set *out)
{
    struct args_file files[ARGS_FILES];
    char problem[256];
    memset(out, 0, sizeof(*out));
    enum err e = args_files(args, files, &out->count, out->names,
                            sizeof(out->names), problem, sizeof(problem));
    if (e != ERR_NONE)
        return message_usage(args->command, problem);
    for (unsigned i = 0; i < out->count; i++) {
        out->file[i].path = files[i].path;
        out->file[i].address = files[i].address;
        int code = load_one(&out->file[i], args);
        if (code != EXIT_DONE)
            return code;
    }
    return check_overlap(out, args);
}

void firmware_free(struct firmware_set *set)
{
    for (unsigned i = 0; i < set->count; i++)
        free(set->file[i].bytes);
    set->count = 0;
}
