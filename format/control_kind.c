/* What a control line is about, so that who carries lines out decides by kind
 * and names only the verbs of its own. */
#include "format/control.h"

enum control_kind control_kind(enum control_verb verb)
{
    switch (verb) {
    case CONTROL_NOTHING:
    case CONTROL_SLEEP:
    case CONTROL_EXPECT:
    case CONTROL_REFUTE:
    case CONTROL_QUIT:
        return CONTROL_OF_SCRIPT;
    case CONTROL_POWER_ON:
    case CONTROL_POWER_OFF:
    case CONTROL_POWER_CYCLE:
    case CONTROL_PRESS:
    case CONTROL_RELEASE:
    case CONTROL_SWITCH:
    case CONTROL_ANALOG:
    case CONTROL_CONSOLE:
    case CONTROL_SHOW:
        return CONTROL_OF_BOARD;
    case CONTROL_DTR:
    case CONTROL_RTS:
        return CONTROL_OF_LINES;
    case CONTROL_CUT:
    case CONTROL_BROWNOUT:
    case CONTROL_STUCK:
    case CONTROL_WORN:
    case CONTROL_WEAK:
    case CONTROL_FLASH:
    case CONTROL_SOFTAP:
    case CONTROL_TIE:
    case CONTROL_STRICT:
    case CONTROL_NOISE:
    case CONTROL_UNPLUG:
    case CONTROL_PLUG:
        return CONTROL_OF_FAULTS;
    case CONTROL_PHONE:
    case CONTROL_AIR:
        return CONTROL_OF_AIR;
    }
    return CONTROL_OF_SCRIPT;
}
