/* How this image was started, as the boot sector told it. Bound at link time by
 * a port. */
#ifndef FIRMWARE_HAL_BOOT_H
#define FIRMWARE_HAL_BOOT_H

#include "format/ota_file.h"
#include "format/slot_record.h"

struct hal_boot {
    enum boot_row row; /* by which row of the boot table */
    enum slot slot;    /* where this image is */
    enum ota_board board;
};

void hal_boot_get(struct hal_boot *out);

#endif
