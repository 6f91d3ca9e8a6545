/* The log of a jig: a CSV file with a line for each board, that spreadsheets
 * open. Lines are added to a file that is there; each is on the disk before the
 * next board begins. */
#ifndef TOOL_JIG_LOG_H
#define TOOL_JIG_LOG_H

#include <stdio.h>

#include "tool/jig.h"

/* Columns: time (UTC), number, MAC, chip, image, result, seconds, reason. NULL:
 * the file can't be opened. */
FILE *jig_log_open(const char *path);
/* False: it could not be written. */
bool jig_log_put(FILE *log, const struct jig_board *board, const char *image);
/* Of a result: "PASS", "FAIL", "SILENT". */
const char *jig_result_name(enum jig_result result);
/* "5C:CF:7F:01:02:03"; "" when it is not known. */
void jig_mac(const struct jig_board *board, char out[18]);

#endif
