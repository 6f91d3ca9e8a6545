/* Commands: one row each. Console, buttons, switches, timers and the backlog
 * all come here, and later MQTT and HTTP (tasmota.md A.0). */
#ifndef FIRMWARE_CORE_COMMAND_H
#define FIRMWARE_CORE_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "firmware/core/relay.h"
#include "firmware/core/text.h"

struct device;
struct command;

/* One command being carried out. */
struct command_call {
    struct device *dev;
    const struct command *row;
    const char *line; /* all of it, for errors */
    size_t line_size;
    unsigned index; /* the digits after the name; 1 when there are none */
    bool has_index;
    const char *payload; /* not NUL-terminated */
    size_t size;
    bool is_query; /* no payload, or "?" */
    bool has_number;
    int32_t number; /* of the payload; state words are numbers too */
    struct text reply;
};

struct command {
    const char *name;
    void (*run)(struct command_call *call);
    uint8_t key;      /* the setting that it moves, whose row has indexes and
                         bounds; or 0 */
    uint16_t indexes; /* how many there are: Power1..8; 0: takes no index; and
                         OWNER_ONLY, ONLY_TELLS, ALWAYS_ACTS */
    int32_t min, max; /* of the payload, where it is a number */
    const char *help; /* one line: parameters and effect */
};

/* Not from an MQTT group topic: what takes the device from its owner. Those
 * that move settings of Wi-Fi or MQTT, secrets or OtaUrl, need no mark: their
 * settings' rows say so. A question is always answered. */
#define OWNER_ONLY 0x100u
/* Changes nothing, whatever it is given; else only a question does not. */
#define ONLY_TELLS 0x200u
/* Does something when it is given nothing, too. */
#define ALWAYS_ACTS 0x400u
#define COMMAND_INDEXES 0xFFu /* the number of indexes among those */

extern const struct command commands[];
extern const size_t command_count;

/* Run one line: name, index, payload. Unknown ones are answered. */
void command_run(struct device *dev, const char *line, size_t size);
/* Would the line only tell something? Unknown commands tell that they are. */
bool command_only_tells(struct device *dev, const char *line, size_t size);
/* `Power<number> <state>`, as inputs and timers say it. */
void command_power(struct device *dev, unsigned number, enum state state);

/* How much of a line may be shown: all, or up to what follows the name of a
 * secret setting (Password), wherever it is: also in a backlog. */
size_t command_shown(const char *line, size_t size);
/* Stands for what may not be shown. */
#define COMMAND_HIDDEN " ****"

/* For handlers. */

/* {"Command":"Error","Input":"…"} instead of whatever the reply holds. */
void command_fail(struct command_call *call);
/* {"Name":"Refused"}: not from a group topic. */
void command_refuse(struct command_call *call);
/* Send what the reply holds under this topic and empty it. */
void command_send(struct command_call *call, const char *topic);
/* has_number and within the limits of the row or its setting? */
bool command_in_range(const struct command_call *call);
/* A number, or a state word: Tasmota's or the owner's (StateText). */
bool command_number(const struct device *dev, const char *text, size_t size,
                    int32_t *out);
/* How many indexes a command has; 0: it takes none. */
unsigned command_indexes(const struct command *row);
/* The setting that the command moves was changed. */
void command_changed(struct command_call *call);
/* {"Name":  or {"Name3":  */
void command_open(struct command_call *call, bool with_index);

#endif
