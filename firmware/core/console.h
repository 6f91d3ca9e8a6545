/* The serial console's way in: bytes to lines. A line is a command. */
#ifndef FIRMWARE_CORE_CONSOLE_H
#define FIRMWARE_CORE_CONSOLE_H

#include <stdbool.h>
#include <stddef.h>

#define CONSOLE_LINE 800u

struct device;

struct console {
    char line[CONSOLE_LINE + 1];
    size_t size;
    bool is_too_long; /* the rest of this line is dropped */
};

/* Run each line that the bytes complete; one that is too long is answered with
 * an error and not run. */
void console_bytes(struct device *dev, const char *bytes, size_t size);

/* One line, which ends with NUL and stays as it is: log it without its secrets,
 * and run it. */
void console_run(struct device *dev, char *line, size_t size);

#endif
