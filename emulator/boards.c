#include "emulator/boards.h"

#include <stdio.h>
#include <string.h>

#include "emulator/flash_chip.h"

#define MODE(m) (1u << (m))
#define MODES_ALL                                                              \
    (MODE(MODE_QIO) | MODE(MODE_QOUT) | MODE(MODE_DIO) | MODE(MODE_DOUT))
/* The flash inside an ESP8285 has only its data lines 0 and 1 connected;
 * GPIO9 and GPIO10 are free for that (tasmota.md D.3). */
#define MODES_8285 (MODE(MODE_DIO) | MODE(MODE_DOUT))

#define FLASH_1M 0x100000u
#define WINBOND_1M 0x1440EFu
/* What ESP8285s answer most often (esptool prints 51, 4014). */
#define EMBEDDED_1M 0x144051u

#define ESP8266 false, FLASH_1M, WINBOND_1M, MODES_ALL
#define ESP8285 true, FLASH_1M, EMBEDDED_1M, MODES_8285

#define BUTTON(n, gpio)                                                        \
    {                                                                          \
        PART_BUTTON, n, gpio, true                                             \
    }
#define SWITCH(n, gpio)                                                        \
    {                                                                          \
        PART_SWITCH, n, gpio, true                                             \
    }
#define RELAY(n, gpio)                                                         \
    {                                                                          \
        PART_RELAY, n, gpio, false                                             \
    }
#define LED(n, gpio)                                                           \
    {                                                                          \
        PART_LED, n, gpio, true                                                \
    }

/* clang-format off */
const struct board boards[] = {
    {"basic", "Sonoff Basic", ESP8266,
     {BUTTON(1, 0), SWITCH(1, 14), RELAY(1, 12), LED(1, 13)},
     "ESP8266; s2 is a contact soldered to GPIO14"},
    {"mini", "Sonoff Mini", ESP8285,
     {BUTTON(1, 0), SWITCH(1, 4), RELAY(1, 12), LED(1, 13)},
     "ESP8285; its flash answers only DOUT and DIO"},
    {"s20", "Sonoff S20", ESP8266,
     {BUTTON(1, 0), RELAY(1, 12), LED(1, 13)},
     "ESP8266; a plug with a green LED"},
    {"s26", "Sonoff S26", ESP8266,
     {BUTTON(1, 0), RELAY(1, 12), LED(1, 13)},
     "ESP8266; a plug, wired as the S20"},
    {"s55", "Sonoff S55", ESP8266,
     {BUTTON(1, 0), RELAY(1, 12), LED(1, 13)},
     "ESP8266; a plug for outdoors"},
    {"th", "Sonoff TH10/TH16", ESP8266,
     {BUTTON(1, 0), RELAY(1, 12), LED(1, 13)},
     "ESP8266; nothing in the sensor socket"},
    {"t1-1", "Sonoff T1, one gang", ESP8285,
     {BUTTON(1, 0), RELAY(1, 12), LED(1, 13)},
     "ESP8285; in the wall, one touch key"},
    {"t1-2", "Sonoff T1, two gangs", ESP8285,
     {BUTTON(1, 0), BUTTON(2, 9), RELAY(1, 12), RELAY(2, 5), LED(1, 13)},
     "ESP8285; in the wall, two touch keys"},
    {"t1-3", "Sonoff T1, three gangs", ESP8285,
     {BUTTON(1, 0), BUTTON(2, 9), BUTTON(3, 10),
      RELAY(1, 12), RELAY(2, 5), RELAY(3, 4), LED(1, 13)},
     "ESP8285; in the wall, three touch keys"},
};
/* clang-format on */

const size_t board_count = sizeof(boards) / sizeof(boards[0]);

const struct board *board_find(const char *name)
{
    for (size_t i = 0; i < board_count; i++) {
        if (strcmp(boards[i].name, name) == 0) {
            return &boards[i];
        }
    }
    return NULL;
}

size_t board_part_count(const struct board *board)
{
    size_t n = 0;
    while (n < BOARD_PARTS && board->parts[n].kind != PART_NONE) {
        n++;
    }
    return n;
}

bool board_part_for(const struct board *board, const struct control *control,
                    size_t *index)
{
    bool is_switch = control->verb == CONTROL_SWITCH;
    for (size_t i = 0; i < board_part_count(board); i++) {
        const struct board_part *part = &board->parts[i];
        if (part->kind == (is_switch ? PART_SWITCH : PART_BUTTON) &&
            control->number == (is_switch ? part->number : part->gpio)) {
            *index = i;
            return true;
        }
    }
    return false;
}

void board_part_text(const struct board_part *part, bool is_on, char *text,
                     size_t room)
{
    static const struct {
        const char *name, *on, *off;
    } words[] = {
        [PART_NONE] = {"nothing", "", ""},
        [PART_BUTTON] = {"button", "down", "up"},
        [PART_SWITCH] = {"switch", "closed", "open"},
        [PART_RELAY] = {"relay", "on", "off"},
        [PART_LED] = {"led", "on", "off"},
    };
    snprintf(text, room, "%s %u %s", words[part->kind].name,
             part->kind == PART_BUTTON ? part->gpio : part->number,
             is_on ? words[part->kind].on : words[part->kind].off);
}
