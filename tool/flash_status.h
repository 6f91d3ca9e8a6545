/* What a flash chip says of itself: three status registers, whose bits can
 * protect it from being written, and SFDP (JEDEC JESD216). The bits are named
 * as Winbond, GigaDevice and Puya name them. */
#ifndef TOOL_FLASH_STATUS_H
#define TOOL_FLASH_STATUS_H

#include <stdbool.h>
#include <stdint.h>

#include "tool/flasher.h"

#define FLASH_STATUS_REGISTERS 3u
#define FLASH_STATUS_SFDP 192u

struct flash_status {
    uint8_t reg[FLASH_STATUS_REGISTERS]; /* of commands 05, 35, 15 */
    uint8_t sfdp[FLASH_STATUS_SFDP];     /* from its address 0 on */
};

/* In one round trip where the stub runs. */
MUST_USE enum err flash_status_read(struct flasher *f,
                                    struct flash_status *out);
/* The n-th bit that is set, "BP0: what it means"; NULL: no more are. */
const char *flash_status_bit(const struct flash_status *s, unsigned n);
/* Is any bit set that keeps something from being written? */
bool flash_status_is_protected(const struct flash_status *s);
bool flash_status_has_sfdp(const struct flash_status *s);
/* Bytes of the flash by SFDP's basic table; 0: it does not say. */
uint32_t flash_status_size(const struct flash_status *s);

#endif
