/* The boot sector's part in the posix device: by which row the device starts
 * and where its image is, decided by the records in its flash. */
#ifndef FIRMWARE_PORT_POSIX_BOOT_H
#define FIRMWARE_PORT_POSIX_BOOT_H

#include "firmware/hal/boot.h"

/* As the boot sector does, a spent try included; no code is loaded: the process
 * is the program of either slot. Without any image it is as if it had been
 * confirmed in slot A. */
void boot_start(const struct flash *flash, struct hal_boot *out);

#endif
