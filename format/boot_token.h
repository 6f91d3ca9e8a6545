/* What the boot sector tells the image that it starts: one word in RTC memory,
 * which the image takes away at its start. An image that does not find it was
 * started by somebody else (Arduino's eboot jumps straight to flash 0x1000
 * after it has copied an update there) and restarts, into the boot sector. */
#ifndef FORMAT_BOOT_TOKEN_H
#define FORMAT_BOOT_TOKEN_H

/* The last of the 192 words that the SDK counts from 0x60001100 on; eboot's
 * orders lie in words 64 to 95, the firmware's own from 64 on. */
#define BOOT_TOKEN_ADDRESS 0x600013FCu
#define BOOT_TOKEN_WORD 191u

/* By which row of the boot table (enum boot_row), and which slot. */
#define BOOT_TOKEN(row, slot)                                                  \
    (0x504F0000u | (uint32_t)(row) << 8 | (uint32_t)(slot))
#define BOOT_TOKEN_IS(word) (((word) >> 16) == 0x504Fu)

#endif
