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
#include "firmware/hal/boot.h"
#include "firmware/port/posix/radio.h"
#include "format/control.h"

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

/* How much of the device's time its events took of this computer's. */
struct world_load {
    uint64_t since_ms, busy_ns;
    uint8_t percent; /* of the last whole span */
};

struct world {
    const struct board *board;
    struct world_sink sink;
    uint32_t seed; /* makes the MAC, as the bench's does */
    struct device device;
    struct flash flash;
    struct part part[BOARD_PARTS];
    struct radio radio; /* the HAL hands the core's wishes to it */
    uint64_t now_ms;
    bool has_power, is_running, wants_restart;
    enum start restart;  /* why, when it wants to */
    uint64_t due_ms;     /* of the next tick */
    bool has_power_back; /* power cycle: on again at power_back_ms */
    uint64_t power_back_ms;
    struct world_load load;
    struct hal_boot boot; /* how the device was started last */
    char line[1024];      /* console text since the last newline */
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
/* What the network brings. */
void world_net(struct world *world, const struct hal_net_event *news);
/* One millisecond. */
void world_step(struct world *world);
/* The device does nothing more until power goes off and on. */
void world_sleep(struct world *world);
/* When the device or a contact wants its next step at the latest; a moment that
 * has passed: at once. The radio and the network may be late. */
uint64_t world_due(const struct world *world);

/* What the HAL tells the world: a pin may have changed; a byte was written; or
 * it sets restart and wants_restart. */
void world_look(struct world *world);
void world_say(struct world *world, uint8_t byte);

/* What the world asks of the HAL inside it: hal.c, or a test's. */

/* Keep the world by pointer and set its flash; file as world_open has it. */
MUST_USE enum err world_hal_open(struct world *world, const char *file);
void world_hal_close(void);
/* All pins are inputs again; is_power: retained words are noise, too. */
void world_hal_reset(bool is_power);
/* A contact to ground on a pin. */
void world_hal_contact(unsigned pin, bool is_closed);
/* The voltage at A0, up to 3300. */
void world_hal_analog(unsigned mv);
/* Flash words that were programmed twice without an erase, so far. */
unsigned world_hal_rewrites(void);
/* True when the pin is an output; then *level is what it drives. */
bool world_hal_drives(unsigned pin, bool *level);

#endif
