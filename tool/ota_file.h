/* The file that `pogo ota` puts on devices: an update for Pogo (.ota), or an
 * image for what Tasmota's updater replaces, as it is and packed. */
#ifndef TOOL_OTA_FILE_H
#define TOOL_OTA_FILE_H

#include "format/ota_file.h"
#include "tool/firmware_file.h"
#include "tool/ota_device.h"

struct ota_file {
    const char *path;
    bool is_update; /* for Pogo; else an image for Tasmota */
    bool is_bench;  /* it runs on the bench only */

    struct ota_header header; /* of an update */
    char version[48];         /* "0.2.0", "14.4.1(tasmota)"; "": unknown */

    struct firmware_set set; /* of an image: one file ... */
    enum firmware_kind kind; /* ... and whose it is */
    uint8_t *bytes;          /* of an update freed with it, of an image set's */
    size_t size;
    uint8_t *packed; /* the image as .gz, made here */
    size_t packed_size;
};

/* Load and check: an update as it was made; a whole image for address 0 that
 * starts alone, DOUT. Returns the exit code after its message; ota_file_free
 * either way. */
int ota_file_load(const char *path, struct ota_file *out);
void ota_file_free(struct ota_file *file);

/* May it go to this device? ERR_WEB_KIND (Pogo takes updates, Tasmota images of
 * Pogo and Tasmota), ERR_IMAGE_BENCH_ONLY (a bench says that it is one, at an
 * address that no real device has: a tunnel could hide one), ERR_OTA_OLDER,
 * ERR_IMAGE_SIZE. peer: its address. */
MUST_USE enum err ota_file_fits(const struct ota_file *file,
                                const struct ota_device *device,
                                const char *peer);
/* Does the device run it already? True only where that is sure. */
bool ota_file_runs(const struct ota_file *file,
                   const struct ota_device *device);

#endif
