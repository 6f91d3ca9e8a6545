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

#define SECRET_LINE 1024u /* longer lines of a device are cut there */

/* A device's line with **** for each password: in the commands that it echoes
 * (`CMD: Password1 ...`, or nothing before them) and in the values of JSON
 * (`{"Password1":"..."}`), as Tasmota 6.6 to 14 says them. An empty value stays
 * empty. */
void secret_hide_said(const char *line, char *out, size_t room);

/* The line with **** for the web password that Pogo made for itself and tells
 * at the start (firmware/core/password.c): for a file, not for the screen. */
void secret_hide_web(const char *line, char *out, size_t room);

#endif
