#include "firmware/core/component.h"

#include "firmware/core/button.h"
#include "firmware/core/led.h"
#include "firmware/core/relay.h"
#include "firmware/core/switch.h"

enum use { NOTHING, INPUT, OUTPUT };

/* Every old number from 0 on: how many follow each other, how far apart today's
 * numbers are, today's number of the first (tasmota.md appendix 1). */
/* clang-format off */
static const struct {
    uint8_t count, step;
    uint16_t now;
} runs[] = {
    {1, 1, 0}, {3, 32, 1184}, {1, 1, 1312}, {2, 32, 608}, {1, 1, 1376},
    {1, 1, 1056}, {8, 1, 160}, {4, 1, 32}, {8, 1, 224}, {8, 1, 256},
    {5, 1, 416}, {4, 1, 352}, {5, 1, 448}, {1, 1, 1088}, {4, 1, 288},
    {4, 1, 320}, {4, 32, 1408}, {2, 32, 1600}, {2, 32, 768}, {1, 1, 992},
    {1, 1, 1696}, {12, 32, 1760}, {8, 1, 192}, {4, 1, 64}, {4, 1, 384},
    {2, 32, 1536}, {1, 1, 2144}, {1, 1, 1728}, {3, 32, 2176}, {2, 32, 1120},
    {4, 32, 2272}, {5, 32, 832}, {6, 32, 2400}, {4, 1, 96}, {4, 1, 128},
    {18, 32, 2592}, {4, 32, 3200}, {2, 32, 3265}, {3, 32, 3392}, {2, 32, 544},
    {1, 1, 3168}, {2, 32, 480}, {1, 1, 1024}, {10, 32, 3488}, {3, 1, 3808},
    {16, 32, 3904}, {1, 1, 1344}, {1, 1, 1280}, {9, 32, 4416}, {1, 1, 1664},
    {3, 32, 4928}, {10, 32, 5056},
};
/* clang-format on */

uint16_t component_from_old(unsigned old)
{
    unsigned first = 0;
    for (size_t i = 0; i < sizeof(runs) / sizeof(runs[0]); i++) {
        if (old < first + runs[i].count)
            return (uint16_t)(runs[i].now + runs[i].step * (old - first));
        first += runs[i].count;
    }
    return COMPONENT_USER;
}

uint16_t component_from_old_adc(unsigned flag)
{
    static const struct {
        uint8_t flag;
        uint16_t component;
    } rows[] = {{1, 4704}, {2, 4736}, {3, 4768}, {4, 4800},
                {5, 4832}, {6, 4864}, {7, 4896}, {15, COMPONENT_USER}};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (rows[i].flag == (flag & 15u))
            return rows[i].component;
    }
    return COMPONENT_NONE;
}

/* Those with a name: what the device does something with, and what templates of
 * such boards hold besides. */
/* clang-format off */
static const struct {
    uint8_t function;
    uint8_t count; /* how many it has; 0: one, whose name has no number */
    uint8_t use;
    const char *name;
} named[] = {
    {FUNCTION_BUTTON, BUTTONS, INPUT, "Button"},
    {FUNCTION_BUTTON_N, BUTTONS, INPUT, "Button_n"},
    {FUNCTION_BUTTON_I, BUTTONS, INPUT, "Button_i"},
    {FUNCTION_BUTTON_IN, BUTTONS, INPUT, "Button_in"},
    {FUNCTION_SWITCH, SWITCHES, INPUT, "Switch"},
    {FUNCTION_SWITCH_N, SWITCHES, INPUT, "Switch_n"},
    {FUNCTION_RELAY, RELAYS, OUTPUT, "Relay"},
    {FUNCTION_RELAY_I, RELAYS, OUTPUT, "Relay_i"},
    {FUNCTION_LED, LEDS, OUTPUT, "Led"},
    {FUNCTION_LED_I, LEDS, OUTPUT, "Led_i"},
    {FUNCTION_LED_LINK, 0, OUTPUT, "LedLink"},
    {FUNCTION_LED_LINK_I, 0, OUTPUT, "LedLink_i"},
    {FUNCTION_OUTPUT_HIGH, 0, OUTPUT, "Output Hi"},
    {FUNCTION_OUTPUT_LOW, 0, OUTPUT, "Output Lo"},
    {11, 4, NOTHING, "Counter"}, {12, 4, NOTHING, "Counter_n"},
    {13, 5, NOTHING, "PWM"}, {14, 5, NOTHING, "PWM_i"},
    {15, 0, NOTHING, "Buzzer"}, {16, 0, NOTHING, "Buzzer_i"},
    {37, 0, NOTHING, "DHT11"}, {38, 0, NOTHING, "AM2301"},
    {39, 0, NOTHING, "SI7021"}, {41, 0, NOTHING, "DS18x20"},
    {81, 0, NOTHING, "HLWBL SEL"}, {82, 0, NOTHING, "HLWBL SEL_i"},
    {83, 0, NOTHING, "HLWBL CF1"}, {84, 0, NOTHING, "HLW8012 CF"},
    {85, 0, NOTHING, "BL0937 CF"},
    {96, 0, NOTHING, "CSE7766 Tx"}, {97, 0, NOTHING, "CSE7766 Rx"},
    {100, 0, NOTHING, "Serial Tx"}, {101, 0, NOTHING, "Serial Rx"},
    {FUNCTION_ANALOG, 0, INPUT, "ADC Input"}, {148, 0, NOTHING, "ADC Temp"},
    {149, 0, NOTHING, "ADC Light"}, {150, 0, NOTHING, "ADC Button"},
    {151, 0, NOTHING, "ADC Button_i"}, {152, 0, NOTHING, "ADC Range"},
    {153, 0, NOTHING, "ADC CT Power"},
};
/* clang-format on */
#define NAMED (sizeof(named) / sizeof(named[0]))

static size_t row_of(unsigned component)
{
    size_t row = 0;
    while (row < NAMED && named[row].function != component >> 5)
        row++;
    return row;
}

/* What the device does with it. */
static enum use use_of(unsigned component)
{
    size_t row = row_of(component);
    if (row == NAMED)
        return NOTHING;
    unsigned count = named[row].count ? named[row].count : 1;
    return COMPONENT_INDEX(component) < count ? named[row].use : NOTHING;
}

bool component_is_served(unsigned component)
{
    return component <= COMPONENT_USER || use_of(component) != NOTHING;
}

bool component_is_output(unsigned component)
{
    return use_of(component) == OUTPUT;
}

void component_name(unsigned component, struct text *out)
{
    size_t row = row_of(component);
    if (component <= COMPONENT_USER) {
        text_add(out, component == COMPONENT_NONE ? "None" : "User");
    } else if (row == NAMED) {
        text_format(out, "Other %u", component);
    } else {
        text_add(out, named[row].name);
        if (named[row].count)
            text_format(out, "%u", COMPONENT_INDEX(component) + 1);
    }
}

void component_list(bool with_unserved, struct text *out)
{
    text_add(out, "{\"0\":\"None\"");
    for (size_t i = 0; i < NAMED; i++) {
        if (with_unserved || named[i].use != NOTHING)
            text_format(out, ",\"%u\":\"%s\"", (unsigned)named[i].function * 32,
                        named[i].name);
    }
    text_add(out, "}");
}
