/* The backlog: commands waiting for their turn (tasmota.md A.0). */
#ifndef FIRMWARE_CORE_BACKLOG_H
#define FIRMWARE_CORE_BACKLOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "firmware/core/update.h"

#define BACKLOG_ROOM 1024u
#define BACKLOG_IN_UPDATE 256u /* while the update's work has the rest */
#define BACKLOG_COMMANDS 30u

struct device;

struct backlog {
    union {
        char text[BACKLOG_ROOM]; /* commands, each with who sent it, and NUL */
        struct {
            char text[BACKLOG_IN_UPDATE];
            struct update_work work;
        } in_update; /* update_is_working */
    };
    size_t size;
    /* Of those that are being added: */
    size_t room;
    char sender;
    unsigned count;
    bool is_silent, has_delay;
    bool skips_delay; /* NoDelay came: none after the next command */
    uint32_t next_ms; /* when the first one may run */
};

/* Append the commands of a line: ';' parts them, but not inside {}. Backlog and
 * Reset are dropped. False when they don't all fit; none is then taken. */
bool backlog_add(struct device *dev, const char *text, size_t size);
/* Append {"Power":1,"Template":{...}}: name and value of each member are a
 * command. False as above, and when it is no such object. */
bool backlog_add_json(struct device *dev, const char *text, size_t size);
/* Append one command, whatever is in it. False when it does not fit. */
bool backlog_add_one(struct device *dev, const char *text, size_t size);
void backlog_clear(struct device *dev);
/* The next one not before delay_ms from now. */
void backlog_delay(struct device *dev, uint32_t delay_ms);
void backlog_tick(struct device *dev);

#endif
