/* The device as a Linux process: the core, a HAL made of memory, and the same
 * board around it as on the bench, moved by the same control lines
 * (format/control.h) and answering with the same events. One step is a
 * millisecond; whose millisecond is the caller's business. */
#ifndef FIRMWARE_PORT_POSIX_WORLD_H
#define FIRMWARE_PORT_POSIX_WORLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "emulator/boards.h"
#include "firmware/core/device.h"
#include "firmware/hal/retain.h"
#include "format/control.h"

#define WORLD_PINS 17u
#define WORLD_FLASH 0x100000u

struct pin {
    bool is_output, level, has_pull_up;
};

struct part {
    bool is_on;   /* pressed, closed, lit */
    bool is_held; /* a press that ends at release_ms */
    uint64_t release_ms;
};

struct world_sink {
    void (*event)(void *ctx, const char *line);
    void (*serial)(void *ctx, uint8_t byte);
    void *ctx;
};

struct world {
    const struct board *board;
    struct world_sink sink;
    struct device device;
    struct flash flash;
    uint8_t *content; /* WORLD_FLASH bytes */
    struct pin pin[WORLD_PINS];
    struct part part[BOARD_PARTS];
    uint32_t retained[HAL_RETAIN_WORDS];
    uint64_t now_ms;
    bool has_power, is_running, wants_restart;
    bool has_power_back; /* power cycle: on again at power_back_ms */
    uint64_t power_back_ms;
    char line[1024]; /* console text since the last newline */
    size_t line_size;
};

/* file: where the flash's content is kept, or NULL. There is one world per
 * process, because the HAL is bound at link time. Power is off. */
MUST_USE enum err world_open(struct world *world, const struct board *board,
                             const char *file, const struct world_sink *sink);
void world_close(struct world *world);

/* Acting lines and show; others do nothing. */
MUST_USE enum err world_do(struct world *world, const struct control *control);
/* Bytes on the console. */
void world_hear(struct world *world, const char *bytes, size_t size);
/* One millisecond. */
void world_step(struct world *world);

/* For hal.c: a pin may have changed; a byte was written. */
void world_look(struct world *world);
void world_say(struct world *world, uint8_t byte);
void hal_use(struct world *world);

#endif
