/* Reset by the adapter's lines, as the board's circuit takes it (chip.md A5).
 * The errors are set_lines' of the link. */
#ifndef TOOL_RESET_H
#define TOOL_RESET_H

#include "tool/flasher.h"
#include "tool/link.h"

enum reset_style {
    RESET_TIGHT,
    RESET_CLASSIC,
    RESET_TIGHT_SLOW,
    RESET_CLASSIC_SLOW,
    RESET_STYLES
};
/* Into the boot ROM's loader, with GPIO0 low. */
MUST_USE enum err reset_to_loader(struct link *link, enum reset_style style);
/* Into what is on the flash. */
MUST_USE enum err reset_to_program(struct link *link);
MUST_USE enum err reset_by(struct link *link,
                           const struct reset_sequence *sequence);

#endif
