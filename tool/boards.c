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
#define KEY "touch key 1 is GPIO0"

#define NEW(name, gpio, base)                                                  \
    "{\"NAME\":\"" name "\",\"GPIO\":[" gpio "],\"FLAG\":0,\"BASE\":" base "}"
/* Modules 1, 4 and 8 have one table since Tasmota 8.4 (tasmota.md D.3). */
#define ONE_RELAY "32,1,1,1,1,0,0,0,224,320,1,0,0,0"
#define ONE_RELAY_OLD "17,255,255,255,255,0,0,0,21,56,255,0,0"

/* clang-format off */
const struct known_board known_boards[] = {
    {"basic", "Sonoff Basic (first version)", "ESP8266", BUTTON,
     "A row of holes in the middle of the board, beside the button. The version\n"
     "of November 2018 and later (R2, label \"Sonoff RF R2 POWER\") is laid out\n"
     "otherwise: there only the labels count.\n",
     "  [button]\n"
     "  [ 3V3 ]   square pad, next to the button   adapter 3.3 V\n"
     "  ( RX  )                                    adapter TX\n"
     "  ( TX  )                                    adapter RX\n"
     "  ( GND )                                    adapter GND\n"
     "  ( IO14)   not on all boards                leave it free\n",
     "Tasmota's wiki, page Sonoff Basic",
     1, NEW("Sonoff Basic", ONE_RELAY, "1"),
     NEW("Sonoff Basic", ONE_RELAY_OLD, "1")},
    {"mini", "Sonoff Mini", "ESP8285", BUTTON, LOOK, NULL, NULL, 0,
     NEW("Sonoff Mini", "32,0,0,0,160,0,0,0,224,320,0,0,1,0", "1"),
     NEW("Sonoff Mini", "17,0,0,0,9,0,0,0,21,56,0,0,255", "1")},
    {"s20", "Sonoff S20", "ESP8266", BUTTON, LOOK, NULL, NULL, 8,
     NEW("Sonoff S2X", ONE_RELAY, "8"), NEW("Sonoff S2X", ONE_RELAY_OLD, "8")},
    {"s26", "Sonoff S26", "ESP8266", BUTTON, LOOK, NULL, NULL, 8,
     NEW("Sonoff S2X", ONE_RELAY, "8"), NEW("Sonoff S2X", ONE_RELAY_OLD, "8")},
    {"s55", "Sonoff S55", "ESP8266", BUTTON, LOOK, NULL, NULL, 8,
     NEW("Sonoff S2X", ONE_RELAY, "8"), NEW("Sonoff S2X", ONE_RELAY_OLD, "8")},
    {"th", "Sonoff TH10/TH16", "ESP8266", BUTTON, LOOK, NULL, NULL, 4,
     NEW("Sonoff TH", ONE_RELAY, "4"), NEW("Sonoff TH", ONE_RELAY_OLD, "4")},
    {"t1-1", "Sonoff T1, one gang", "ESP8285", KEY, LOOK, NULL, NULL, 28,
     NEW("Sonoff T1 1CH", "32,1,1,1,0,0,0,0,224,320,0,0,0,0", "28"),
     NEW("Sonoff T1 1CH", "17,255,255,255,0,0,0,0,21,56,0,0,0", "28")},
    {"t1-2", "Sonoff T1, two gangs", "ESP8285", KEY, LOOK, NULL, NULL, 29,
     NEW("Sonoff T1 2CH", "32,1,1,1,0,225,33,0,224,320,0,0,0,0", "29"),
     NEW("Sonoff T1 2CH", "17,255,255,255,0,22,18,0,21,56,0,0,0", "29")},
    {"t1-3", "Sonoff T1, three gangs", "ESP8285", KEY, LOOK, NULL, NULL, 30,
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
