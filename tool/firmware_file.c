#include "tool/firmware_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "format/bytes.h"
#include "format/flash_map.h"
#include "tool/image_ota.h"
#include "tool/message.h"
#include "tool/os.h"

/* Any bytes can be compared: verify takes them as they are. */
static int check_image(struct firmware_file *file, const struct args *args)
{
    bool is_verify = strcmp(args->command, "verify") == 0;
    char text[64];
    enum err e = image_check(file->bytes, file->size, &file->image);
    file->is_image = e == ERR_NONE;
    if (e == ERR_NONE) {
        size_t more = image_trailing(file->bytes, file->size, &file->image);
        if (more > 0 && !is_verify)
            message_talk("%s: %zu bytes follow its image; they count, too.",
                         file->path, more);
        return EXIT_DONE;
    }
    if (is_verify)
        return EXIT_DONE;
    image_describe(file->bytes, file->size, &file->image, text, sizeof(text));
    if (image_ota_is(file->bytes, file->size))
        return message_fail(ERR_OTA_FILE, "%s", file->path);
    if (args->is_force) {
        message_talk("%s: %s, but it is forced", file->path, err_text(e));
        return EXIT_DONE;
    }
    if (strcmp(text, err_text(e)) == 0)
        return message_fail(e, "%s", file->path);
    return message_fail(e, "%s seems to be %s", file->path, text);
}

/* FILE@zz is a good name for a file; where there is none, zz was meant. */
static int no_address(const char *path, const char *command)
{
    char problem[256];
    snprintf(problem, sizeof(problem), "%s: %s is not an address", path,
             strrchr(path, '@') + 1);
    return message_usage(command, problem);
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
    return file->address == 0 ? check_image(file, args) : EXIT_DONE;
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

/* ---- with the chip at hand ---- */

static enum err check_place(const struct firmware_file *file, struct flasher *f)
{
    uint32_t flash = f->chip.flash_size;
    if (file->address > flash || file->size > flash - file->address)
        return flasher_fail(f, ERR_IMAGE_TOO_LARGE,
                            "%s: %zu bytes at 0x%05x; the flash ends at 0x%05x",
                            file->path, file->size, (unsigned)file->address,
                            (unsigned)flash);
    if (file->address % FLASH_SECTOR_SIZE != 0)
        return flasher_fail(f, ERR_NOT_ALIGNED, "%s at 0x%05x", file->path,
                            (unsigned)file->address);
    if (file->is_image && file->image.has_mark &&
        file->image.mark.target == 'B' && !f->chip.is_bench)
        return flasher_fail(f, ERR_IMAGE_BENCH_ONLY, "%s to %s", file->path,
                            f->config.port);
    return ERR_NONE;
}

static bool is_quad(unsigned mode)
{
    return mode == IMAGE_QIO || mode == IMAGE_QOUT;
}

bool firmware_set_dout(struct firmware_file *file)
{
    if (!file->is_image || file->bytes[2] == IMAGE_DOUT)
        return false;
    file->bytes[2] = IMAGE_DOUT;
    return true;
}

static enum err fit_mode(struct firmware_file *file, const struct args *args,
                         struct flasher *f)
{
    uint8_t old = file->bytes[2];
    uint8_t mode = args->flash_mode >= 0 ? (uint8_t)args->flash_mode : old;
    if (!f->chip.is_8285) {
        file->bytes[2] = mode;
        return ERR_NONE;
    }
    if (args->flash_mode == ARGS_NOT_GIVEN) {
        if (firmware_set_dout(file))
            flasher_say(f,
                        "%s says flash mode %s; this is an ESP8285, which "
                        "needs DOUT: set so.",
                        file->path, image_mode_name(old));
        return ERR_NONE;
    }
    if (is_quad(mode) && !args->is_force)
        return flasher_fail(f, ERR_IMAGE_MODE, "%s with %s", file->path,
                            image_mode_name(mode));
    if (is_quad(mode))
        flasher_say(f,
                    "WARNING: an ESP8285 does not start an image with flash "
                    "mode %s.",
                    image_mode_name(mode));
    file->bytes[2] = mode;
    return ERR_NONE;
}

bool firmware_set_pogo_size(struct firmware_file *file)
{
    if (!file->is_image || !file->image.has_mark ||
        file->bytes[3] >> 4 == IMAGE_1MB)
        return false;
    file->bytes[3] = (uint8_t)(IMAGE_1MB << 4 | (file->bytes[3] & 0xFu));
    return true;
}

bool firmware_set_installed(struct firmware_file *file)
{
    if (!file->is_image || !file->image.has_mark ||
        file->size < MAP_BOOT_SIZE ||
        get_u32le(file->bytes + MAP_INSTALL_WORD) != INSTALL_BLANK)
        return false;
    put_u32le(file->bytes + MAP_INSTALL_WORD, INSTALL_DONE);
    return true;
}

/* The SDK takes the header's word for the size, and looks for its settings at
 * the end of a flash that is not there. */
static enum err check_size(const struct firmware_file *file,
                           const struct args *args, struct flasher *f)
{
    unsigned nibble = file->bytes[3] >> 4;
    if (image_size_bytes(nibble) <= f->chip.flash_size)
        return ERR_NONE;
    if (!args->is_force)
        return flasher_fail(
            f, file->image.has_mark ? ERR_IMAGE_TOO_LARGE : ERR_IMAGE_SIZE,
            "%s: %s, the chip has %u KB", file->path, image_size_name(nibble),
            (unsigned)(f->chip.flash_size / 1024));
    flasher_say(f, "WARNING: %s names %s of flash; the chip has %u KB.",
                file->path, image_size_name(nibble),
                (unsigned)(f->chip.flash_size / 1024));
    return ERR_NONE;
}

static enum err fit_size(struct firmware_file *file, const struct args *args,
                         struct flasher *f)
{
    uint8_t nibble = file->bytes[3] >> 4;
    uint8_t freq = file->bytes[3] & 0xFu;
    if (args->flash_freq >= 0)
        freq = (uint8_t)args->flash_freq;
    if (args->flash_size >= 0)
        nibble = (uint8_t)args->flash_size;
    else if (args->flash_size == ARGS_DETECT)
        (void)image_size_nibble(f->chip.flash_size, &nibble);
    file->bytes[3] = (uint8_t)(nibble << 4 | freq);
    if (firmware_set_pogo_size(file))
        flasher_say(f, "Pogo's own image keeps its flash size, 1MB, on every "
                       "chip: set so.");
    return check_size(file, args, f);
}

enum err firmware_fit(struct firmware_set *set, const struct args *args,
                      struct flasher *f)
{
    enum err e = ERR_NONE;
    for (unsigned i = 0; i < set->count && e == ERR_NONE; i++)
        e = check_place(&set->file[i], f);
    for (unsigned i = 0; i < set->count && e == ERR_NONE; i++) {
        struct firmware_file *file = &set->file[i];
        if (!file->is_image || file->bytes[0] != IMAGE_MAGIC)
            continue;
        e = fit_mode(file, args, f);
        if (e == ERR_NONE)
            e = fit_size(file, args, f);
    }
    return e;
}
