/* A stand-in for the bench, which has no radio: only the first byte means
 * anything. Never linked into an image for a real chip. */
#include "firmware/boot/phy_data.h"

const uint32_t phy_data[PHY_DATA_SIZE / 4] = {PHY_DATA_FIRST};
