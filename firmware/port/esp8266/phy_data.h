/* The 128 bytes of the PHY sector, which tell the radio's start code about the
 * board. For a real chip they come from the SDK's bin/ folder at build. */
#ifndef FIRMWARE_PORT_ESP8266_PHY_DATA_H
#define FIRMWARE_PORT_ESP8266_PHY_DATA_H

#include <stdint.h>

#define PHY_DATA_SIZE 128u
#define PHY_DATA_FIRST 0x05u /* the first byte of a good one */

extern const uint32_t phy_data[PHY_DATA_SIZE / 4];

#endif
