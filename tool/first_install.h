/* The sectors that the SDK keeps at the end of the flash: what one firmware
 * left there can keep another from starting, or make its radio bad. Erased when
 * a foreign firmware takes the place of another, kept on its update. */
#ifndef TOOL_FIRST_INSTALL_H
#define TOOL_FIRST_INSTALL_H

#include "tool/firmware_file.h"

/* To be called before the file is written. Looks at what is on the flash (or in
 * backup, a copy of all of it; NULL: none), erases the sectors or not, and says
 * which. Of images of Pogo's, which erases them at its first start
 * (docs/flash.md), it only says so over a foreign firmware. Does nothing for
 * files that are as large as the flash. */
MUST_USE enum err first_install_clear(struct flasher *f,
                                      const struct firmware_file *file,
                                      const uint8_t *backup);

#endif
