/* What pogo setup sends to a device, worked out of what is wished and of which
 * firmware is there: commands, and the values that Status 0 must show
 * afterwards. Pure; no device, no files but a template's. */
#ifndef TOOL_SETUP_PLAN_H
#define TOOL_SETUP_PLAN_H

#include <stdbool.h>
#include <stddef.h>

#include "format/err.h"
#include "tool/setup_keys.h"

#define SETUP_COMMANDS 20u
#define SETUP_COMMAND 704u
#define SETUP_CHECKS 16u
#define SETUP_LINE 800u

/* Which firmware, as its version says. One row each in setup_plan.c. */
struct setup_firmware {
    const char *name;
    unsigned since;     /* major version of Tasmota; 0: any */
    size_t line;        /* bytes of one line that it takes, at most */
    bool is_ascii;      /* a byte above 127 drops the line */
    bool has_backlog0;  /* Backlog0: no pauses */
    bool has_new_parts; /* template with 14 numbers, DeviceName */
    bool has_scan; /* SetOption56, 57: by a scan hidden ones are not found */
};
/* Of `14.4.1(tasmota)`, `6.6.0(sonoff)`, `0.1.0(pogo)`. */
const struct setup_firmware *setup_firmware_of(const char *version);

struct setup_check {
    const char *name; /* as the command is called */
    const char *path; /* in an answer's JSON */
    bool is_zone, is_list;
    char want[SETUP_VALUE];
    char got[SETUP_VALUE];
    bool has_got;
};

struct setup_plan {
    const struct setup_firmware *firmware;
    struct {
        char text[SETUP_COMMAND];
        bool is_alone; /* can't stand in a Backlog */
    } command[SETUP_COMMANDS];
    unsigned commands;
    struct setup_check check[SETUP_CHECKS];
    unsigned checks;
    bool has_template; /* asked for by Template, too */
    bool has_restart;  /* the device restarts, or joins anew */
};

/* Why the firmware can't take this text for a key, without the text; NULL: it
 * can, or the key is none of those that are one command and one value. */
const char *setup_plan_fault(unsigned key, const char *text, bool is_ascii);

/* ERR_SETUP_VALUE with the reason in problem, without any password in it: the
 * firmware can't take a value; ERR_UNKNOWN, ERR_FORMAT: no such board, no
 * template; errors of os_read_file. */
MUST_USE enum err setup_plan_make(const struct setup_wish *wish,
                                  const struct setup_firmware *firmware,
                                  struct setup_plan *plan, char *problem,
                                  size_t room);

/* What no firmware takes of a key's value, for before the first device is
 * asked; NULL: nothing is wrong with it. Reads the file a template names. */
const char *setup_value_fault(unsigned key, const char *value);

/* The next line to send, from command *at on, which moves behind it: a Backlog
 * of as many as fit, or one that is alone. False: all were sent. */
bool setup_plan_line(const struct setup_plan *plan, unsigned *at,
                     char line[SETUP_LINE + 1]);

/* Look for each check's value in an answer. */
void setup_plan_look(struct setup_plan *plan, const char *json);
/* The first that is not as it should be; NULL: all are. */
const struct setup_check *setup_plan_wrong(const struct setup_plan *plan);
/* Begin to look anew. */
void setup_plan_forget(struct setup_plan *plan);

#endif
