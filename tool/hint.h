/* What to try, where the port says more than the error alone. */
#ifndef TOOL_HINT_H
#define TOOL_HINT_H

#include "format/err.h"

/* For what failed on this port; port NULL: none was given or found. */
const char *hint_for(enum err e, const char *port);

#endif
