/* Decides how an image gets onto a device with Tasmota. */
#include "tool/ota_plan.h"

#include <string.h>

bool ota_plan_is_minimal(const struct ota_device *device)
{
    return strstr(device->version, "minimal") != NULL;
}

static void set_step(const struct ota_device *device,
                     const struct ota_file *file, bool is_raw,
                     struct ota_step *out)
{
    uint32_t version = ota_version_number(device->version);
    bool is_packed = !is_raw && version >= OTA_TAKES_GZIP;
    *out = (struct ota_step){.bytes = is_packed ? file->packed : file->bytes,
                             .size = is_packed ? file->packed_size : file->size,
                             .name = is_packed ? "image.bin.gz" : "image.bin",
                             .wants_option = !is_packed &&
                                             version >= OTA_CHECKS_MARKER &&
                                             file->kind != FIRMWARE_TASMOTA};
}

static bool has_room(const struct ota_device *device,
                     const struct ota_step *step)
{
    return device->free_kb == 0 ||
           step->size + OTA_SPARE <= (size_t)device->free_kb * 1024u;
}

enum err ota_plan_step(const struct ota_device *device,
                       const struct ota_file *file,
                       const struct ota_file *minimal, bool is_raw,
                       struct ota_step *out)
{
    set_step(device, file, is_raw, out);
    if (has_room(device, out))
        return ERR_NONE;
    if (!minimal || ota_plan_is_minimal(device))
        return ERR_WEB_FULL;
    set_step(device, minimal, false, out);
    out->is_minimal = true;
    return has_room(device, out) ? ERR_NONE : ERR_WEB_FULL;
}
