/* What of a device's log may stand in a public issue. Nothing of a line is kept
 * but the words of a table here, and numbers where that table has them: names
 * of networks, brokers and devices, addresses and passwords can stand anywhere
 * in a line, so all that is not known is left out. No input or output here. */
#ifndef TOOL_REPORT_MASK_H
#define TOOL_REPORT_MASK_H

#include <stdbool.h>
#include <stddef.h>

#define REPORT_LINE 96u

/* The line as it may be shown; "..." stands where something was left out.
 * False: the line is of no known kind, out is "". */
bool report_mask(const char *line, char out[REPORT_LINE]);

#endif
