/* The boards: one row each. */
#include "tool/boards.h"

#include <string.h>

const char known_board_warning[] =
    "Never with mains connected: every part of these boards is at mains\n"
    "potential when plugged in, the serial pads and S1/S2 too. Adapter at 3.3 "
    "V,\n"
    "never 5 V. Trust the labels on your board more than any picture.\n";

#define LOOK                                                                   \
    "The order of its pads is not known here: look for the labels 3V3 (or\n"   \
    "VCC), RX, TX and GND on the board. Without labels: don't guess.\n"
#define BUTTON "its only button is GPIO0"
#define KEY "its touch keys can't be held while power comes"
/* Tasmota's docs, page Sonoff T1. */
#define T1_PADS                                                                \
    "Take the touch board off the relay board first: only the touch board "    \
    "is\n"                                                                     \
    "flashed. The order of its pads changes with the board: go by the "        \
    "labels\n"                                                                 \
    "VCC (3V3), RXD, TXD and GND. LOG stays free.\n"                           \
    "To get into download mode, by the version printed on the touch board:\n"  \
    "  1.0: with the 3.3 V connected, hold touch key 1 and press the small\n"  \
    "       reset button, or press that twice\n"                               \
    "  1.1: GPIO0 (at resistor R19) to GND while the 3.3 V comes\n"            \
    "  2.0: pad TP1 (KEY0) to GND while the 3.3 V comes\n"

#define NEW(name, gpio, base)                                                  \
    "{\"NAME\":\"" name "\",\"GPIO\":[" gpio "],\"FLAG\":0,\"BASE\":" base "}"
/* Modules 1, 4 and 8 have one table since Tasmota 8.4 (tasmota.md D.3). */
#define ONE_RELAY "32,1,1,1,1,0,0,0,224,320,1,0,0,0"
#define ONE_RELAY_OLD "17,255,255,255,255,0,0,0,21,56,255,0,0"

/* clang-format off */
const struct known_board known_boards[] = {
    {"basic", "Sonoff Basic (first version)", "ESP8266", BUTTON, true,
     "A row of holes in the middle of the board, in line with the button. The\n"
     "version of November 2018 and later (label \"Sonoff RF R2 POWER\", or R3) is\n"
     "laid out otherwise: there only the labels count.\n",
     "  [button]\n"
     "  [ 3V3 ]   square pad, next to the button   adapter 3.3 V\n"
     "  ( RX  )                                    adapter TX\n"
     "  ( TX  )                                    adapter RX\n"
     "  ( GND )                                    adapter GND\n"
     "  ( IO14)   not on all boards                leave it free\n",
     "Tasmota's docs, page Sonoff Basic; ESPurna's wiki",
     "docs/boards/basic.md",
     1, NEW("Sonoff Basic", ONE_RELAY, "1"),
     NEW("Sonoff Basic", ONE_RELAY_OLD, "1")},
    {"mini", "Sonoff Mini", "ESP8285", BUTTON, true,
     "Small flat pads on the underside, the side with the chip; the button is on\n"
     "the other side. This is the board that says \"Mini V1.2 2019.06.25\". Yours\n"
     "says something else: only its labels count.\n",
     "  -------------- edge of the board, away from the screws --------------\n"
     "            ( GND )   at the edge                    adapter GND\n"
     "            ( 3V3 )                                  adapter 3.3 V\n"
     "  [ chip ]  ( TX  )   labelled T                     adapter RX\n"
     "            ( RX  )   the fourth, beside the chip    adapter TX\n"
     "   ( 5V )   ( IO2 ) ( IO0 )   farther down           leave them free\n"
     "      screws, seen from this side: S2  S1  Lout  Lin  N  N\n",
     "Tasmota's docs, page Pinouts",
     "docs/boards/mini.md", 0,
     NEW("Sonoff Mini", "32,0,0,0,160,0,0,0,224,320,0,0,1,0", "1"),
     NEW("Sonoff Mini", "17,0,0,0,9,0,0,0,21,56,0,0,255", "1")},
    {"s20", "Sonoff S20", "ESP8266", BUTTON, true,
     "Four holes with labels on the front of the board.\n",
     "  ( VCC )   adapter 3.3 V     in this order; the label VCC, or 3V3,\n"
     "  ( RX  )   adapter TX        tells at which end it begins\n"
     "  ( TX  )   adapter RX\n"
     "  ( GND )   adapter GND\n",
     "Tasmota's docs, page Sonoff S20", NULL, 8,
     NEW("Sonoff S2X", ONE_RELAY, "8"), NEW("Sonoff S2X", ONE_RELAY_OLD, "8")},
    {"s26", "Sonoff S26", "ESP8266", BUTTON, true,
     "Small pads, not in one row. First version, by owners' reports: J1 of the main\n"
     "board is 3V3, J2 is GND; ERX and ETX are on the small upright board. S26R2:\n"
     "V, TX and RX at the upright board, GND on its other side. Without labels:\n"
     "don't guess.\n", NULL, NULL, NULL, 8,
     NEW("Sonoff S2X", ONE_RELAY, "8"), NEW("Sonoff S2X", ONE_RELAY_OLD, "8")},
    {"s55", "Sonoff S55", "ESP8266", BUTTON, true,
     "Four holes with labels, filled with solder, on a board that three screws hold\n"
     "in the case. Their order has no source here: go by the labels 3.3V, RX, TX\n"
     "and GND. Without labels: don't guess.\n", NULL, NULL,
     "docs/boards/s55.md", 8,
     NEW("Sonoff S2X", ONE_RELAY, "8"), NEW("Sonoff S2X", ONE_RELAY_OLD, "8")},
    {"th", "Sonoff TH10/TH16", "ESP8266", BUTTON, true, LOOK, NULL, NULL, NULL, 4,
     NEW("Sonoff TH", ONE_RELAY, "4"), NEW("Sonoff TH", ONE_RELAY_OLD, "4")},
    {"t1-1", "Sonoff T1, one gang", "ESP8285", KEY, false, T1_PADS, NULL, NULL, NULL, 28,
     NEW("Sonoff T1 1CH", "32,1,1,1,0,0,0,0,224,320,0,0,0,0", "28"),
     NEW("Sonoff T1 1CH", "17,255,255,255,0,0,0,0,21,56,0,0,0", "28")},
    {"t1-2", "Sonoff T1, two gangs", "ESP8285", KEY, false, T1_PADS, NULL, NULL, NULL, 29,
     NEW("Sonoff T1 2CH", "32,1,1,1,0,225,33,0,224,320,0,0,0,0", "29"),
     NEW("Sonoff T1 2CH", "17,255,255,255,0,22,18,0,21,56,0,0,0", "29")},
    {"t1-3", "Sonoff T1, three gangs", "ESP8285", KEY, false, T1_PADS, NULL, NULL, NULL, 30,
     NEW("Sonoff T1 3CH", "32,1,1,1,226,225,33,34,224,320,0,0,0,0", "30"),
     NEW("Sonoff T1 3CH", "17,255,255,255,23,22,18,19,21,56,0,0,0", "30")},
};
/* clang-format on */

const size_t known_board_count = sizeof(known_boards) / sizeof(known_boards[0]);

const struct known_board *known_board_find(const char *name)
{
    for (size_t i = 0; i < known_board_count; i++) {
        if (strcmp(known_boards[i].name, name) == 0)
            return &known_boards[i];
    }
    return NULL;
}
