/* The 128 bytes of the PHY sector, which tell the radio's start code about the
 * board. For a real chip they come from the SDK's bin/ folder at build. The SDK
 * restarts for ever when the first is not 0x05, so the boot sector looks at
 * each start. */
#ifndef FIRMWARE_BOOT_PHY_DATA_H
#define FIRMWARE_BOOT_PHY_DATA_H

#include <stdint.h>

#define PHY_DATA_SIZE 128u
#define PHY_DATA_FIRST 0x05u /* the first byte */

extern const uint32_t phy_data[PHY_DATA_SIZE / 4];

#endif
