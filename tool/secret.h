/* Passwords in lines of commands: where they stand, so that they are neither
 * shown nor written to a file. Tasmota's commands (tasmota.md A.1) and Pogo's:
 * Password, MqttPassword, WebPassword, ApPassword, WifiTest; one command or a
 * Backlog of several. */
#ifndef TOOL_SECRET_H
#define TOOL_SECRET_H

#include <stdbool.h>
#include <stddef.h>

/* The next one in line[*at..size): its first byte and the one behind it. Moves
 * *at behind it. False: no more. */
bool secret_next(const char *line, size_t size, size_t *at, size_t *start,
                 size_t *end);

/* The line with **** for each, whatever its length. Cut where out ends. */
void secret_hide(const char *line, char *out, size_t room);

#endif
