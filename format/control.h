/* clang-format off */
/* The control lines: how a person, a script or a test moves the world around a
 * device, and the words in which the device's world answers. The bench
 * (emulator) and the posix device read the same lines, so one scenario text
 * runs on both. docs/bench-control.md lists them for people.
 *
 *   power on|off|cycle       the board's supply: the adapter's 3.3 V or, in a
 *                            wall, mains
 *   press N [MS]             button on GPIO N down, up again after MS (default:
 *                            stays down until release)
 *   release N
 *   s2 open|close            the S1/S2 contact (switch 1); `switch N open|close`
 *   analog MV                the voltage at the chip's analogue input A0
 *   dtr on|off, rts on|off   adapter lines, through the two-transistor circuit
 *   console TEXT             TEXT and a newline to the serial console
 *   sleep MS                 let MS pass
 *   at MS COMMAND            let time pass until MS after the start, then COMMAND
 *   wait WORDS… [MS]         until an event line begins with WORDS; default 5000;
 *                            `wait relay 1 on 500`; `wait console TEXT 500` until
 *                            the console has printed TEXT; `within MS` at the
 *                            end is understood too
 *   expect WORDS… within MS  the same, as scenarios say it
 *   refute WORDS… within MS  that it does not happen
 *   cut at|in MS             power goes when the bench's clock shows MS, or MS
 *                            from now, and stays off until `power on` or `cycle`
 *   cut cycle N              the same, by cycles of the 80 MHz clock
 *   cut after N flash [torn|before|after]
 *                            at the N-th program or erase of the flash from now:
 *                            in its middle, before or after it; default torn
 *   cut off                  forget a cut that has not come yet
 *   brownout N ON_MS OFF_MS  N times off and on again, each time about that long
 *   stuck SECTOR [off]       the sector of 4 KB does not change any more
 *   worn SECTOR [off]        it keeps wrong bits of what is programmed
 *   weak SECTOR [off]        some of its bits read differently each time, until
 *                            it is erased
 *   flash dead|protected|sound
 *                            the flash chip does not answer; its status bits
 *                            keep all of it from being written, and are locked
 *                            until power goes; neither
 *   softap off|on            the radio can't open the device's access point; can
 *   tie N low|high|off       a wire from GPIO N to GND or 3.3 V
 *   strict on|off            say when a flash word is programmed twice
 *   noise lose|double|flip PERCENT [to|from|both]
 *                            on the serial line, to or from the chip; 1, 0.25
 *                            or 0.001 percent
 *   noise off
 *   unplug [MS]              the serial adapter, back after MS or at `plug`
 *   plug
 *   phone join [NAME [PASSWORD]]
 *                            a phone joins the device's own access point; words
 *                            as in the air file (air.h)
 *   phone leave
 *   air CHANGE               what the air file says after `at MS`, now:
 *                            `air down "home"`, `air rssi "home" -80`
 *   show                     one line per part, its state now
 *   quit
 *   # …                      a comment
 *
 * A wait, expect or refute that fails prints `failed LINE` and makes the exit
 * code 1. Events: `relay 1 on`, `led 1 off`, `power on`, `boot …`, `uart TEXT`
 * (one console line), `reset …`, `stop …`. An event that came before the wait
 * was read counts if it came after the last acting line (press, s2, console …);
 * each event fulfils one wait.
 */
/* clang-format on */
#ifndef FORMAT_CONTROL_H
#define FORMAT_CONTROL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "format/err.h"

#define CONTROL_TEXT 256
#define CONTROL_PERCENT_ALL 100000u /* noise on every byte */
#define CONTROL_ANALOG_MV 3300u     /* more is not on the board */

enum control_verb {
    CONTROL_NOTHING, /* empty line or comment */
    CONTROL_POWER_ON,
    CONTROL_POWER_OFF,
    CONTROL_POWER_CYCLE,
    CONTROL_PRESS,
    CONTROL_RELEASE,
    CONTROL_SWITCH, /* number, is_on = closed */
    CONTROL_ANALOG, /* number in mV, up to CONTROL_ANALOG_MV */
    CONTROL_DTR,
    CONTROL_RTS,
    CONTROL_CONSOLE,
    CONTROL_CUT,      /* cut, ms or cycle or number, outcome */
    CONTROL_BROWNOUT, /* number, ms on, off_ms off */
    CONTROL_STUCK,    /* number, is_on */
    CONTROL_WORN,     /* number, is_on */
    CONTROL_WEAK,     /* number, is_on */
    CONTROL_FLASH,    /* choice: enum control_flash */
    CONTROL_SOFTAP,   /* is_on */
    CONTROL_TIE,      /* number, choice: enum control_tie */
    CONTROL_STRICT,   /* is_on */
    CONTROL_NOISE,    /* noise, number, is_to, is_from */
    CONTROL_UNPLUG,   /* ms */
    CONTROL_PLUG,
    CONTROL_PHONE, /* is_on: join, text: NAME PASSWORD as they stood */
    CONTROL_AIR,   /* text */
    CONTROL_SLEEP,
    CONTROL_EXPECT,
    CONTROL_REFUTE,
    CONTROL_SHOW,
    CONTROL_QUIT
};

enum control_cut { CUT_OFF, CUT_AT, CUT_IN, CUT_CYCLE, CUT_FLASH };
enum control_outcome { CUT_TORN, CUT_BEFORE, CUT_AFTER };
enum control_flash { FLASH_SOUND, FLASH_DEAD, FLASH_PROTECTED };
enum control_tie { TIE_OFF, TIE_LOW, TIE_HIGH };
enum control_noise { LINE_QUIET, LINE_LOSE, LINE_DOUBLE, LINE_FLIP };

struct control {
    enum control_verb verb;
    bool has_at; /* `at MS` stood before it */
    uint32_t at_ms;
    uint32_t number; /* GPIO of press/release/tie, number of the switch, mV,
                        sector, noise in 1/1000 percent of the bytes */
    uint32_t ms;     /* press length (0: until release), sleep, time-out */
    uint32_t off_ms;
    uint64_t cycle;
    unsigned choice;
    enum control_cut cut;
    enum control_outcome outcome;
    enum control_noise noise;
    bool is_to, is_from; /* the chip */
    bool is_on;
    bool is_console;         /* expect/refute: text is console output */
    char text[CONTROL_TEXT]; /* console text, or the event's words */
};

/* Parse one line (no newline needed at its end). ERR_UNKNOWN for an unknown
 * verb, ERR_FORMAT for bad arguments, ERR_NO_ROOM when too long. */
MUST_USE enum err control_parse(const char *line, struct control *out);

enum control_kind {
    CONTROL_OF_SCRIPT, /* nothing, sleep, expect, refute, quit: script.c's */
    CONTROL_OF_BOARD,  /* power, press, release, switch, console, show */
    CONTROL_OF_LINES,  /* dtr, rts */
    CONTROL_OF_FAULTS, /* cut to plug */
    CONTROL_OF_AIR     /* phone, air */
};

enum control_kind control_kind(enum control_verb verb);

/* The words with which lines begin, one by one; NULL after the last. */
const char *control_word(size_t i);

/* The line as errors may say it again, on one line and cut to `room`: what may
 * be a password, and all behind it, is `...`. Of an unknown verb only the verb
 * stays, of phone and air what they are about, of console nothing. A device's
 * number or `all` may stand before the line. */
void control_echo(const char *line, char *out, size_t room);

/* Does an event line fulfil an expect? True when it begins with the words and
 * the words end there or at a space. */
bool control_matches(const struct control *expect, const char *event);

#endif
