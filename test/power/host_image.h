/* Images for the power-cut sweeps on the host: small, but real ones. E9, the
 * first segment mapped, with a trailer, and as an OTA file that an owner's key
 * has signed; each as it is in slot A and in slot B. They are never executed:
 * the sweeps run the core in their place. */
#ifndef TEST_POWER_HOST_IMAGE_H
#define TEST_POWER_HOST_IMAGE_H

#include <stddef.h>
#include <stdint.h>

#include "format/ota_file.h"
#include "tool/ota_key.h"

#define HOST_IMAGE_ROOM 8192u

/* What stands for which version. */
enum host_image_name {
    IMAGE_OLDER,   /* what slot B holds from the time before */
    IMAGE_FIRST,   /* what runs in slot A */
    IMAGE_NEXT,    /* an update */
    IMAGE_BROKEN,  /* an update that never confirms itself */
    IMAGE_FOREIGN, /* an update whose signature is wrong */
    HOST_IMAGES
};

struct host_image {
    uint32_t version;
    uint32_t length; /* of the image, in both slots */
    uint32_t crc[SLOT_COUNT];
    uint8_t bytes[SLOT_COUNT][HOST_IMAGE_ROOM];
    uint8_t file[HOST_IMAGE_ROOM]; /* the OTA file */
    size_t file_size;
};

/* The owner's key: that of RFC 6979, A.2.5, so that every run is the same. */
void host_key(struct ota_key *key);

/* Make it, for this board, signed with this key. */
void host_image_make(struct host_image *image, enum host_image_name name,
                     const struct ota_key *key);

/* Put the image and its trailer at out, as a build would for slot A. Returns
 * how many bytes that are. */
size_t host_image_put(const struct host_image *image, uint8_t *out);

#endif
