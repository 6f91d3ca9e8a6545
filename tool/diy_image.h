/* An image on its way into a device in DIY mode: all that the device would
 * choke on is refused here, for a device that choked may not start again. */
#ifndef TOOL_DIY_IMAGE_H
#define TOOL_DIY_IMAGE_H

#include "tool/diy_device.h"
#include "tool/firmware_file.h"

#define DIY_SHA256 65u /* hex digits and NUL */

struct diy_image {
    struct firmware_set set; /* one file */
    const uint8_t *bytes;
    size_t size;
    char sha256[DIY_SHA256];
    bool is_bench_only;
};

/* Load and check: a whole ESP8266 image for address 0 and 1 MB of flash, DOUT,
 * at most 508 KB. sha256 (or NULL) is what somebody said it should be. Returns
 * the exit code after its message; diy_image_free either way. */
int diy_image_load(const char *path, const char *sha256, struct diy_image *out);
void diy_image_free(struct diy_image *image);

/* An image for the bench goes to the bench's stock device alone: one that says
 * so itself, at an address that no real device can have (127.0.0.0/8). */
bool diy_image_is_for(const struct diy_image *image,
                      const struct diy_device *device,
                      const struct diy_state *state);

#endif
