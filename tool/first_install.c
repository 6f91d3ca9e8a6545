/* Erases what another firmware's SDK has left, before a first install. */
#include "tool/first_install.h"

#include <stdlib.h>
#include <string.h>

#include "format/bytes.h"
#include "format/crc32.h"
#include "format/flash_map.h"
#include "format/mark.h"
#include "tool/flasher_private.h"

#define SAME_SECTORS 8u
#define HEAD (MARK_OFFSET + MARK_SIZE)
#define SECOND 0x1000u   /* where eboot's program begins */
#define SEGMENT_SIZE 12u /* of an image's first segment, in the header */
#define SEGMENT_ADDRESS 8u
#define EBOOT_ADDRESS 0x4010F000u /* where Arduino's boot loader is linked */
#define WORDS_ROOM 0x10000u /* strings end the mapped part, .rodata follows */

enum before_it { BEFORE_BLANK, BEFORE_SAME, BEFORE_OTHER, BEFORE_UNKNOWN };

static bool is_blank(const uint8_t *bytes, size_t size)
{
    while (size > 0 && bytes[size - 1] == 0xFF)
        size--;
    return size == 0;
}

/* How many sectors behind the first are compared. */
static uint32_t same_room(const struct firmware_file *file)
{
    size_t count = file->size / FLASH_SECTOR_SIZE;
    if (count < 2)
        return 0;
    return count - 1 < SAME_SECTORS ? (uint32_t)count - 1 : SAME_SECTORS;
}

/* Does one of them hold already what it will? crc: of those on the flash. */
static bool has_same(const struct firmware_file *file, const uint32_t *crc)
{
    for (uint32_t i = 0; i < same_room(file); i++) {
        const uint8_t *sector =
            file->bytes + (size_t)(i + 1) * FLASH_SECTOR_SIZE;
        if (!is_blank(sector, FLASH_SECTOR_SIZE) &&
            crc32_update(0, sector, FLASH_SECTOR_SIZE) == crc[i])
            return true;
    }
    return false;
}

static enum err find_same(struct flasher *f, const struct firmware_file *file,
                          bool *is_same)
{
    uint32_t crc[SAME_SECTORS] = {0};
    *is_same = false;
    if (same_room(file) == 0 || !flasher_has_stub(f))
        return ERR_NONE;
    enum err e = f->path->digests(f, FLASH_SECTOR_SIZE,
                                  same_room(file) * FLASH_SECTOR_SIZE, crc);
    *is_same = e == ERR_NONE && has_same(file, crc);
    return e;
}

static bool is_eboot(const uint8_t *header)
{
    return header[0] == IMAGE_MAGIC &&
           get_u32le(header + SEGMENT_ADDRESS) == EBOOT_ADDRESS;
}

/* No update of an Arduino program finds another boot loader, or behind its own
 * what Espressif's boot loader starts, as in a vendor's flash (chip.md A10).
 * Where eboot stands before no image at all an update was cut off: not known.
 */
static bool is_other_shape(const struct firmware_file *file,
                           const uint8_t *first, const uint8_t *second)
{
    return is_eboot(file->bytes) &&
           (!is_eboot(first) || second[0] == IMAGE_MAGIC_V2);
}

/* The words of Arduino's program, which end its first segment. header: its
 * first bytes. */
static enum err read_words(struct flasher *f, const uint8_t *header,
                           enum firmware_kind *kind)
{
    *kind = FIRMWARE_UNKNOWN;
    if (!flasher_has_stub(f))
        return ERR_NONE; /* it would take minutes */
    enum err e = ERR_NONE;
    uint32_t end = SECOND + get_u32le(header + SEGMENT_SIZE) + WORDS_ROOM / 2;
    uint32_t at = end > SECOND + WORDS_ROOM ? (end - WORDS_ROOM) & ~3u : SECOND;
    if (header[0] != IMAGE_MAGIC || end > f->chip.flash_size || end < SECOND)
        return e;
    uint8_t *words = malloc(WORDS_ROOM);
    if (!words)
        return ERR_MEMORY;
    e = flasher_read(f, at, words, WORDS_ROOM);
    if (e == ERR_NONE)
        *kind = recognize_words(words, WORDS_ROOM);
    free(words);
    return e;
}

static enum before_it compare(enum firmware_kind old, enum firmware_kind new)
{
    bool is_known = old != FIRMWARE_UNKNOWN && old != FIRMWARE_ARDUINO &&
                    new != FIRMWARE_UNKNOWN &&new != FIRMWARE_ARDUINO;
    if (!is_known)
        return BEFORE_UNKNOWN;
    return old == new ? BEFORE_SAME : BEFORE_OTHER;
}

/* From a copy of the whole flash. */
static enum before_it look_at_copy(const struct flasher *f,
                                   const struct firmware_file *file,
                                   const uint8_t *flash)
{
    struct image image;
    struct recognized old;
    uint32_t crc[SAME_SECTORS];
    if (is_blank(flash, FLASH_SECTOR_SIZE))
        return BEFORE_BLANK;
    for (uint32_t i = 0; i < same_room(file); i++)
        crc[i] = crc32_update(0, flash + (size_t)(i + 1) * FLASH_SECTOR_SIZE,
                              FLASH_SECTOR_SIZE);
    if (has_same(file, crc))
        return BEFORE_SAME;
    (void)!image_check(flash, f->chip.flash_size, &image);
    recognize(flash, f->chip.flash_size, &image, &old);
    if (old.kind == FIRMWARE_POGO ||
        is_other_shape(file, flash, flash + SECOND))
        return BEFORE_OTHER;
    return compare(old.kind, file->what.kind);
}

/* What is neither blank nor Pogo's. first: the flash's first bytes. */
static enum err look_closer(struct flasher *f, const struct firmware_file *file,
                            const uint8_t *first, enum before_it *out)
{
    uint8_t header[16];
    bool is_same = false;
    enum firmware_kind kind = FIRMWARE_UNKNOWN;
    enum err e = find_same(f, file, &is_same);
    *out = BEFORE_SAME;
    if (e != ERR_NONE || is_same)
        return e;
    e = flasher_read(f, SECOND, header, sizeof(header));
    *out = BEFORE_OTHER;
    if (e != ERR_NONE || is_other_shape(file, first, header))
        return e;
    e = read_words(f, header, &kind);
    *out = compare(kind, file->what.kind);
    return e;
}

static enum err look_at_flash(struct flasher *f,
                              const struct firmware_file *file,
                              enum before_it *out)
{
    static uint8_t first[FLASH_SECTOR_SIZE];
    struct mark mark;
    enum err e = flasher_read(f, 0, first, HEAD);
    bool may_be_blank = is_blank(first, HEAD);
    if (e == ERR_NONE && may_be_blank)
        e = flasher_read(f, 0, first, sizeof(first));
    if (e != ERR_NONE)
        return e;
    *out = BEFORE_OTHER;
    if (may_be_blank && is_blank(first, sizeof(first)))
        *out = BEFORE_BLANK;
    else if (mark_read(first, HEAD, &mark))
        *out = BEFORE_OTHER;
    else
        e = look_closer(f, file, first, out);
    return e;
}

static enum err act(struct flasher *f, enum before_it before, uint32_t at)
{
    static const char *const why[] = {
        [BEFORE_BLANK] = "nothing was installed before",
        [BEFORE_SAME] = "an update of what is there",
        [BEFORE_OTHER] = "another firmware was there before",
        [BEFORE_UNKNOWN] = "what was there before is not known; --erase all "
                           "makes it blank",
    };
    bool is_kept = before == BEFORE_SAME || before == BEFORE_UNKNOWN;
    enum err e = is_kept ? ERR_NONE : flasher_erase(f, at, FIRMWARE_KEPT);
    if (e == ERR_NONE)
        flasher_say(f,
                    "RF calibration and SDK settings (0x%05x to 0x%05x) %s: "
                    "%s.",
                    (unsigned)at, (unsigned)(at + FIRMWARE_KEPT - 1),
                    is_kept ? "kept" : "erased", why[before]);
    return e;
}

/* Pogo's boot sector erases them by itself (docs/flash.md). */
static enum err leave_to_pogo(struct flasher *f)
{
    uint8_t first[HEAD];
    struct mark mark;
    void (*progress)(void *, const char *, uint32_t, uint32_t) =
        f->config.progress;
    f->config.progress = NULL; /* no work that a summary would count */
    enum err e = flasher_read(f, 0, first, sizeof(first));
    f->config.progress = progress;
    if (e == ERR_NONE && !is_blank(first, sizeof(first)) &&
        !mark_read(first, sizeof(first), &mark))
        flasher_say(f, "RF calibration and SDK settings of what was there "
                       "before: Pogo erases them at its first start.");
    return e;
}

enum err first_install_clear(struct flasher *f,
                             const struct firmware_file *file,
                             const uint8_t *backup)
{
    enum before_it before = BEFORE_UNKNOWN;
    enum err e = ERR_NONE;
    uint32_t at = file->is_image ? firmware_settings(file) : 0;
    if (at == 0 || file->size > at || at + FIRMWARE_KEPT > f->chip.flash_size)
        return ERR_NONE;
    if (file->image.has_mark)
        return leave_to_pogo(f);
    if (backup)
        before = look_at_copy(f, file, backup);
    else
        e = look_at_flash(f, file, &before);
    return e == ERR_NONE ? act(f, before, at) : e;
}
