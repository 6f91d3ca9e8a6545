/* What to try, where the port says more than the error alone. */
#ifndef TOOL_HINT_H
#define TOOL_HINT_H

#include "format/err.h"
#include "tool/flasher.h"

/* For what failed on this port; port NULL: none was given or found. */
const char *hint_for(enum err e, const char *port);
/* For what failed in this flasher's work, on its port. */
const char *hint_after(const struct flasher *f, enum err e);

#endif
