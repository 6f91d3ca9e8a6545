/* A file on its way to the flash: loaded, checked, and its header fitted to
 * the chip. Used by flash, verify and merge. */
#ifndef TOOL_FIRMWARE_FILE_H
#define TOOL_FIRMWARE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "format/image.h"
#include "tool/args.h"
#include "tool/flasher.h"
#include "tool/recognize.h"

#define FIRMWARE_LIMIT 0x1000000u /* the largest flash: 16 MB */

struct firmware_file {
    const char *path;
    uint32_t address;
    uint8_t *bytes; /* freed by firmware_free */
    size_t size;
    bool is_image; /* it stands at 0 and image is read from it */
    bool is_part;  /* the same, elsewhere; not for verify and merge */
    struct image image;
    struct recognized what; /* not for verify and merge */
};

struct firmware_set {
    struct firmware_file file[ARGS_FILES];
    unsigned count;
    char names[4096];
};

/* Load all files of the command line and check what does not need a chip:
 * images at 0 are whole (not for verify), none is for another chip, no two
 * files share a sector. Elsewhere an image that is not whole is warned of: any
 * bytes may stand there. Returns the exit code after its message. */
int firmware_load(const struct args *args, struct firmware_set *out);
void firmware_free(struct firmware_set *set);

/* What needs the chip: bench images only to the bench, sizes, flash modes.
 * Changes header bytes as asked for, and says so; also that Pogo's own image,
 * where it is one for a real chip, has never run on one. */
MUST_USE enum err firmware_fit(struct firmware_set *set,
                               const struct args *args, struct flasher *f);

/* The header's mode byte as an ESP8285 needs it; true when it was changed. */
bool firmware_set_dout(struct firmware_file *file);
/* 1MB in the header of Pogo's own image; true when it was changed. */
bool firmware_set_pogo_size(struct firmware_file *file);
/* The install word of Pogo's own image as its first start sets it
 * (docs/flash.md); true when it was changed. */
bool firmware_set_installed(struct firmware_file *file);
/* The chip's size in the header of a foreign image that names less; true when
 * it was changed. */
bool firmware_set_chip_size(struct firmware_file *file,
                            const struct flasher *f);
/* The header bytes that the line asks for in an image for 0, as esptool sets
 * them. */
void firmware_apply_header(struct firmware_set *set, const struct args *args);

/* The last sectors of a flash as large as a foreign image's header says: RF
 * calibration (Arduino: a program's settings), PHY data, SDK parameters. The
 * NonOS SDK and Arduino's core for ESP8266 place them so. */
#define FIRMWARE_KEPT 0x5000u
/* Where settings begin that an image must not reach; 0: unknown. */
uint32_t firmware_settings(const struct firmware_file *file);

#endif
