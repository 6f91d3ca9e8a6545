/* What the device says, on stdout: after the flash work, over the same link. */
#ifndef TOOL_MONITOR_H
#define TOOL_MONITOR_H

#include "tool/link.h"

/* Shows text at 115200 baud for so many seconds, 0: until Ctrl-C. Bytes that
 * would move a terminal's cursor are shown as dots. ERR_PORT_GONE. */
MUST_USE enum err monitor_run(struct link *link, unsigned seconds);

#endif
