/* How much of the chip's memory an image uses, and that its stack is not
 * overrun: the report when the bench ends, and the rule `stack`.
 *
 * The stack is painted when the SDK starts. Looked at are the stack pointer in
 * every native, and the paint whenever a callback has returned. */
#ifndef EMULATOR_SDK_USAGE_H
#define EMULATOR_SDK_USAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct chip;

/* nonos-sdk.md: about 4 KB. Below it are 1104 bytes that nothing uses here,
 * then the ROM's data. */
#define SDK_STACK_SIZE 4096u
/* In user_pre_init: the archives' start code (app_main.o) has a frame of 5392
 * bytes, which the bench has not, so that the stack is used up. A little must
 * go, because the archives' own functions are called there. */
#define SDK_PRE_INIT_STACK 256u
/* What the archives' code takes of IRAM in an image that calls all that Pogo
 * needs (nonos-sdk.md, "Sizes", no TLS): counted for an image that has none. */
#define SDK_ARCHIVES_IRAM 25629u

/* The most of all runs since the chip was made; through resets. */
struct sdk_usage {
    bool is_known;  /* the SDK has started at least once */
    uint32_t stack; /* bytes */
    uint32_t heap_total, heap_lowest, heap_largest;
    uint32_t iram, dram; /* bytes, the archives' share included */
};

/* At the SDK's start, the heap made already. The image's entry is `entry`. */
void sdk_usage_start(struct chip *chip, uint32_t entry, bool has_archives);
/* For natives: a1 may have gone below what it was. False: too far, the chip was
 * stopped. */
bool sdk_usage_check_pointer(struct chip *chip);
/* For the loop: the callback has returned. False: as above. */
bool sdk_usage_check_paint(struct chip *chip);
/* "stack 812 of 4096 bytes, …"; false: the SDK has never started. */
bool sdk_usage_text(struct chip *chip, char *out, size_t room);
/* Before what is known of the run is forgotten by a reset. */
void sdk_usage_keep(struct chip *chip);

#endif
