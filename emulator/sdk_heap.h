/* The SDK's heap: pvPortMalloc and its kin, and the same for other natives.
 *
 * It is what the linker leaves of user DRAM: from the end of the image's .bss
 * to 0x3FFFC000. First fit by address, blocks of multiples of 8 bytes with
 * 8 bytes of header, neighbours joined when freed, as in FreeRTOS's heap_4,
 * from which Espressif's heap has its names: so free size and fragmentation are
 * what the chip would have. Wi-Fi's own share is not taken from it: how much
 * that is was never measured.
 *
 * Stricter than the chip: a broken header, a byte written behind a block or
 * into freed memory stops the device (rules heap-*). */
#ifndef EMULATOR_SDK_HEAP_H
#define EMULATOR_SDK_HEAP_H

#include <stdbool.h>
#include <stdint.h>

struct chip;

#define SDK_HEAP_END 0x3FFFC000u
/* An image for the bench has no archives in it. What theirs takes of DRAM in an
 * image that calls all that Pogo needs (nonos-sdk.md, "Sizes", no TLS): .data
 * 944 + .rodata 6008 + .bss 25112 bytes; its heap span is 49856 of 81920. */
#define SDK_ARCHIVES_DRAM (944u + 6008u + 25112u)
#define SDK_HEAP_HEADER 8u
/* More are never made: a piece is then given whole. */
#define SDK_HEAP_BLOCKS 3200u

struct sdk_block {
    uint32_t address; /* of its header */
    uint32_t size;    /* with the header; to the next block's header */
    uint32_t asked;   /* bytes that its owner may use; 0: it is free */
    uint32_t caller;  /* who asked or freed; 0: the SDK itself */
};

struct sdk_heap {
    uint32_t start, total; /* total: free when nothing is taken */
    uint32_t free, lowest; /* bytes, headers included; lowest since the start */
    uint32_t failures;     /* times that there was no room */
    unsigned count;
    struct sdk_block block[SDK_HEAP_BLOCKS]; /* by address, without gaps */
};

/* No heap: until call_user_start, and when the image leaves no room. */
void sdk_heap_reset(struct chip *chip);
/* The heap begins at `start`, an address in DRAM. */
void sdk_heap_init(struct chip *chip, uint32_t start);
/* Guest memory for a native, its content left as it is; 0: no room (an event
 * says so). Freed by sdk_heap_free or by the guest. */
uint32_t sdk_heap_alloc(struct chip *chip, uint32_t size);
/* 0 is allowed. What was not allocated breaks a rule and stops the chip. */
void sdk_heap_free(struct chip *chip, uint32_t address);
/* Every header and guard byte is as it was left; false: a rule is broken, and
 * the chip was stopped. */
bool sdk_heap_check(struct chip *chip);
/* The largest piece that one call could get. */
uint32_t sdk_heap_largest(const struct chip *chip);

#endif
