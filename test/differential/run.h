/* Runs one batch of groups in qemu-system-xtensa and in our CPU. */
#ifndef TEST_DIFFERENTIAL_RUN_H
#define TEST_DIFFERENTIAL_RUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define IMAGE_BASE 0x40200000u
#define GROUPS_BASE 0x40200400u /* driver.S: `groups` */
#define BATCH_GROUPS 2500u
#define RECORD_WORDS 20u /* driver.S: a0..a15, SAR, cause, address, sum */

struct record {
    uint32_t word[RECORD_WORDS];
};

struct results {
    struct record record[BATCH_GROUPS];
    unsigned count;
};

/* Write groups.bin into `folder` and build image.elf and text.bin there, from
 * the driver in `source`. */
bool image_build(const char *folder, const char *source, const uint8_t *groups,
                 size_t size);
bool run_qemu(const char *folder, struct results *out);
bool run_ours(const char *folder, struct results *out);

#endif
