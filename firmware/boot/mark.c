/* The mark that tools and benches look for: format/mark.h. Bytes only, so it
 * has no layout but its order. BOOT_TARGET comes from the build: "B" or "C". */
#include <stdint.h>

#include "format/version.h"

extern const struct boot_mark {
    char magic[4];
    uint8_t format;
    char target[1];
    uint8_t reserved[2];
    char version[16];
    uint8_t blank[8];
} boot_mark;

__attribute__((section(".mark"), used)) const struct boot_mark boot_mark = {
    .magic = {'P', 'O', 'G', 'O'},
    .format = 1,
    .target = BOOT_TARGET,
    .version = POGO_VERSION,
    .blank = {0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF},
};
