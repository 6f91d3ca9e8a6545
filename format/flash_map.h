/* Pogo's flash map: the same on every chip size. docs/flash.md says why. */
#ifndef FORMAT_FLASH_MAP_H
#define FORMAT_FLASH_MAP_H

#define FLASH_SECTOR_SIZE 0x1000u
#define FLASH_BLOCK_SIZE 0x10000u
#define FLASH_PAGE_SIZE 0x100u

#define MAP_BOOT 0x00000u
#define MAP_BOOT_SIZE 0x1000u
/* The install word's two places, at the end of the boot sector and in a page of
 * their own: behind the image that the boot ROM sums up, which must be right
 * whatever is half written here. The boot sector programs the first to
 * INSTALL_DONE when the first start is through, and the second when the first
 * was torn. Blank in both: just flashed. */
#define MAP_INSTALL_PAGE 0x00F00u
#define MAP_INSTALL_WORD 0x00FF8u
#define INSTALL_BLANK 0xFFFFFFFFu
#define INSTALL_DONE 0u
#define MAP_SLOT_A 0x01000u
#define MAP_SLOT_SIZE 0x7A000u
#define MAP_SLOT_A_RECORD 0x7B000u
#define MAP_SLOT_B 0x7C000u
#define MAP_SLOT_B_RECORD 0xF6000u
#define MAP_SETTINGS 0xF7000u
#define MAP_SETTINGS_SIZE 0x4000u
#define MAP_RF_CAL 0xFB000u
#define MAP_PHY_DATA 0xFC000u
#define MAP_SDK_PARAMS 0xFD000u
#define MAP_SDK_PARAMS_SIZE 0x3000u
#define MAP_END 0x100000u

/* Where the CPU sees flash offset 0 once the cache is on. */
#define MAP_IROM_BASE 0x40200000u

#endif
