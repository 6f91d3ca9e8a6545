/* pogo flash for those who do more than that: pogo install. */
#ifndef TOOL_CMD_FLASH_H
#define TOOL_CMD_FLASH_H

#include <stdint.h>

#include "tool/args.h"

/* Asked and told in the middle of it, about the backup that args.backup wants
 * under a name of pogo's own ("-"). */
struct flash_hooks {
    /* The name of one of this device that is good still; NULL: make one. */
    const char *(*find_backup)(void *ctx, const uint8_t mac[6]);
    /* One was made. */
    void (*saved)(void *ctx, const uint8_t mac[6], const char *name);
    void *ctx;
};

/* As cmd_flash. hooks may be NULL. */
int flash_files(const struct args *args, const struct flash_hooks *hooks);

#endif
