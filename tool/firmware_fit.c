/* Fits firmware files to the chip at hand: header bytes, and what is refused.
 */
#include "format/bytes.h"
#include "format/flash_map.h"
#include "tool/firmware_file.h"

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

bool firmware_set_chip_size(struct firmware_file *file, const struct flasher *f)
{
    uint8_t nibble;
    if (!file->is_image || file->image.has_mark ||
        file->bytes[0] != IMAGE_MAGIC ||
        image_size_bytes(file->bytes[3] >> 4) >= f->chip.flash_size ||
        !image_size_nibble(f->chip.flash_size, &nibble))
        return false;
    file->bytes[3] = (uint8_t)((unsigned)nibble << 4 | (file->bytes[3] & 0xFu));
    return true;
}

void firmware_apply_header(struct firmware_set *set, const struct args *args)
{
    for (unsigned i = 0; i < set->count; i++) {
        uint8_t *header = set->file[i].bytes;
        if (!set->file[i].is_image || header[0] != IMAGE_MAGIC ||
            set->file[i].address != 0)
            continue;
        if (args->flash_mode >= 0)
            header[2] = (uint8_t)args->flash_mode;
        if (args->flash_size >= 0)
            header[3] =
                (uint8_t)((unsigned)args->flash_size << 4 | (header[3] & 0xFu));
        if (args->flash_freq >= 0)
            header[3] = (uint8_t)((header[3] & 0xF0) | args->flash_freq);
    }
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
    uint8_t old = file->bytes[3] >> 4;
    if (args->flash_size == ARGS_NOT_GIVEN && firmware_set_chip_size(file, f))
        flasher_say(f, "%s says flash size %s; the chip has %s: set so.",
                    file->path, image_size_name(old),
                    image_size_name(file->bytes[3] >> 4));
    if (firmware_set_pogo_size(file))
        flasher_say(f, "Pogo's own image keeps its flash size, 1MB, on every "
                       "chip: set so.");
    return check_size(file, args, f);
}

uint32_t firmware_settings(const struct firmware_file *file)
{
    if (file->image.has_mark)
        return MAP_SETTINGS;
    uint32_t flash = image_size_bytes(file->bytes[3] >> 4);
    return flash > FIRMWARE_KEPT ? flash - FIRMWARE_KEPT : 0;
}

/* A file as large as the flash is a backup, settings and all; what begins
 * behind their start is meant for there. */
static enum err check_settings(const struct firmware_file *file,
                               uint32_t settings, const struct args *args,
                               struct flasher *f)
{
    size_t end = file->address + file->size;
    if (settings == 0 || end <= settings || file->address >= settings ||
        file->size == f->chip.flash_size || args->is_force)
        return ERR_NONE;
    return flasher_fail(f, ERR_IMAGE_SETTINGS,
                        "%s ends at 0x%05zx, settings begin at 0x%05x",
                        file->path, end, (unsigned)settings);
}

/* An image that does not stand at 0: its header is as it was built, so the
 * chip says where the flash ends. */
static enum err fit_part(const struct firmware_file *file,
                         const struct args *args, struct flasher *f)
{
    uint32_t flash = f->chip.flash_size;
    uint32_t settings = flash > FIRMWARE_KEPT ? flash - FIRMWARE_KEPT : 0;
    if (file->image.has_mark)
        settings = MAP_SETTINGS;
    return check_settings(file, settings, args, f);
}

/* Said once, before anything is written. */
static void warn_untried(const struct firmware_set *set, struct flasher *f)
{
    for (unsigned i = 0; i < set->count; i++) {
        const struct firmware_file *file = &set->file[i];
        if (!file->is_image || !file->image.has_mark ||
            file->image.mark.target == 'B' || f->chip.is_bench)
            continue;
        flasher_say(f, "Pogo's own firmware has never been run on hardware: it "
                       "is for a board that you can do without.");
        return;
    }
}

enum err firmware_fit(struct firmware_set *set, const struct args *args,
                      struct flasher *f)
{
    enum err e = ERR_NONE;
    for (unsigned i = 0; i < set->count && e == ERR_NONE; i++)
        e = check_place(&set->file[i], f);
    for (unsigned i = 0; i < set->count && e == ERR_NONE; i++) {
        struct firmware_file *file = &set->file[i];
        if (file->is_part)
            e = fit_part(file, args, f);
        if (!file->is_image || file->bytes[0] != IMAGE_MAGIC)
            continue;
        e = fit_mode(file, args, f);
        if (e == ERR_NONE)
            e = fit_size(file, args, f);
        if (e == ERR_NONE)
            e = check_settings(file, firmware_settings(file), args, f);
    }
    if (e == ERR_NONE)
        warn_untried(set, f);
    return e;
}
