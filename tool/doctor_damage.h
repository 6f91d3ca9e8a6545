/* How much of a start's text came damaged: lines whose form is known (the boot
 * ROM's words, chip.md A7, and the time that a log's lines begin with) are
 * compared with it. Text in, numbers out; no input or output here. */
#ifndef TOOL_DOCTOR_DAMAGE_H
#define TOOL_DOCTOR_DAMAGE_H

#include <stdbool.h>

struct doctor_damage {
    unsigned lines;   /* of a known form, whole or damaged */
    unsigned damaged; /* bytes changed, lost or doubled in them */
    unsigned starts;  /* of the boot ROM */
};

struct doctor_damage doctor_damage_of(const char *text);
/* More than the one line that each start may cut, where the speed changes or
 * power goes. One byte in fifty is nearly always told, one in ten thousand
 * hardly ever: such a line serves. */
bool doctor_damage_is_noise(const struct doctor_damage *damage);

#endif
