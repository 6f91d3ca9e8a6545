/* What the bench's devices without a chip have in common (bench_stock.h,
 * bench_tasmota.h): time, event lines, control lines, a web server, and the
 * flash that they leave to the bench's chip. */
#ifndef TOOL_BENCH_MODEL_H
#define TOOL_BENCH_MODEL_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "format/err.h"

#define MODEL_FLASH 0x100000u
#define MODEL_LINE 512u

enum model_end {
    MODEL_RUNS,
    MODEL_QUIT,    /* the bench is over */
    MODEL_FLASHED, /* another firmware is complete, and starts */
    MODEL_BRICKED, /* power was cut when it must not be */
    MODEL_LOADER   /* GPIO0 was low at the start: the chip waits for it */
};

/* Of the host, monotonic. */
uint64_t model_now_ms(void);
/* From now on event lines are objects: bench_event.h. */
void model_say_json(bool is_wanted);
/* An event line on stdout: `WHO …`. */
__attribute__((format(printf, 2, 0))) void
model_say(const char *who, const char *format, va_list args);

/* Control lines from a descriptor, a byte at a time: what follows is for the
 * bench that comes after. Begins as {.in = FD}; in gets -1 at the end. */
struct model_lines {
    int in;
    char line[MODEL_LINE]; /* cut if it is longer */
    size_t used;
};
/* There is something to read. True: line is a whole one. */
bool model_lines_take(struct model_lines *lines);

/* The file that the flash goes to (NULL: memory). Made first, so that a wrong
 * name is known before the work. ERR_FILE_OPEN, ERR_FLASH_FILE: there is
 * something in it; *detail is its name. */
MUST_USE enum err model_flash_open(const char *name, int *fd,
                                   const char **detail);
/* MODEL_FLASH bytes: another firmware and its settings, to us noise. */
void model_flash_noise(uint8_t *flash);
/* MODEL_FLASH bytes to the file. ERR_DISK_FULL. */
MUST_USE enum err model_flash_write(int fd, const uint8_t *flash);

#endif
