/* A log that spreadsheets read (RFC 4180): a head, then a line for each thing
 * done. Written to the disk line by line, so that Ctrl-C loses none. */
#ifndef TOOL_CSV_LOG_H
#define TOOL_CSV_LOG_H

#include <stdio.h>

/* To go on with it, or to begin it with its head. NULL: it can't be opened. */
FILE *csv_log_open(const char *path, const char *head);
/* The first field: the time now in UTC, "2026-11-21T16:20:00Z". */
void csv_log_time(FILE *log);
/* A comma and a text, quoted and on one line, whatever is in it. */
void csv_log_text(FILE *log, const char *text);

#endif
