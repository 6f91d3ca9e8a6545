/* What `pogo bench` says to people: the greeting, the control lines in a few
 * words, and what to try after a wrong one. Everything fits 80 columns. */
#ifndef TOOL_BENCH_HELP_H
#define TOOL_BENCH_HELP_H

#include <stdio.h>

#include "emulator/boards.h"

void bench_help_greet(const struct board *board, unsigned port, FILE *to);
/* The same when there are several: how one is spoken to. */
void bench_help_greet_many(unsigned count, FILE *to);
/* `help`: one line per control line. */
void bench_help_lines(FILE *to);
/* One line: title and note of a board. */
void bench_help_board(const struct board *board, FILE *to);
/* The boards' names, for a sentence's end. */
void bench_help_boards(FILE *to);
/* The rules of the SDK: name, text and advice of each. */
void bench_help_rules(FILE *to);
/* The same as an object each, on stdout. */
void bench_help_rules_json(void);
/* After an error: `  try: …`, how that control line is meant. */
void bench_help_try(const struct board *board, const char *line, FILE *to);
/* After a line that is for no device; line "": it names one that is not there.
 */
void bench_help_try_address(unsigned count, const char *line, FILE *to);

#endif
