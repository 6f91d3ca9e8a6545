#include "firmware/core/component.h"

#include "firmware/core/button.h"
#include "firmware/core/led.h"
#include "firmware/core/relay.h"
#include "firmware/core/switch.h"

/* Old number, how many in a row, today's number of the first (tasmota.md
 * appendix 1). */
/* clang-format off */
const struct component_run component_runs[] = {
    {0, 1, 0}, {1, 1, 1184}, {2, 1, 1216}, {3, 1, 1248}, {4, 1, 1312},
    {5, 1, 608}, {6, 1, 640}, {7, 1, 1376}, {8, 1, 1056}, {9, 8, 160},
    {17, 4, 32}, {21, 8, 224}, {29, 8, 256}, {37, 5, 416}, {42, 4, 352},
    {46, 5, 448}, {51, 1, 1088}, {52, 4, 288}, {56, 4, 320}, {60, 1, 1408},
    {61, 1, 1440}, {62, 1, 1472}, {63, 1, 1504}, {64, 1, 1600}, {65, 1, 1632},
    {66, 1, 768}, {67, 1, 800}, {68, 1, 992}, {69, 1, 1696}, {70, 1, 1760},
    {71, 1, 1792}, {72, 1, 1824}, {73, 1, 1856}, {74, 1, 1888}, {75, 1, 1920},
    {76, 1, 1952}, {77, 1, 1984}, {78, 1, 2016}, {79, 1, 2048}, {80, 1, 2080},
    {81, 1, 2112}, {82, 8, 192}, {90, 4, 64}, {94, 4, 384}, {98, 1, 1536},
    {99, 1, 1568}, {100, 1, 2144}, {101, 1, 1728}, {102, 1, 2176},
    {103, 1, 2208}, {104, 1, 2240}, {105, 1, 1120}, {106, 1, 1152},
    {107, 1, 2272}, {108, 1, 2304}, {109, 1, 2336}, {110, 1, 2368},
    {111, 1, 832}, {112, 1, 864}, {113, 1, 896}, {114, 1, 928}, {115, 1, 960},
    {116, 1, 2400}, {117, 1, 2432}, {118, 1, 2464}, {119, 1, 2496},
    {120, 1, 2528}, {121, 1, 2560}, {122, 4, 96}, {126, 4, 128},
    {130, 1, 2592}, {131, 1, 2624}, {132, 1, 2656}, {133, 1, 2688},
    {134, 1, 2720}, {135, 1, 2752}, {136, 1, 2784}, {137, 1, 2816},
    {138, 1, 2848}, {139, 1, 2880}, {140, 1, 2912}, {141, 1, 2944},
    {142, 1, 2976}, {143, 1, 3008}, {144, 1, 3040}, {145, 1, 3072},
    {146, 1, 3104}, {147, 1, 3136}, {148, 1, 3200}, {149, 1, 3232},
    {150, 1, 3264}, {151, 1, 3296}, {152, 1, 3265}, {153, 1, 3297},
    {154, 1, 3392}, {155, 1, 3424}, {156, 1, 3456}, {157, 1, 544},
    {158, 1, 576}, {159, 1, 3168}, {160, 1, 480}, {161, 1, 512},
    {162, 1, 1024}, {163, 1, 3488}, {164, 1, 3520}, {165, 1, 3552},
    {166, 1, 3584}, {167, 1, 3616}, {168, 1, 3648}, {169, 1, 3680},
    {170, 1, 3712}, {171, 1, 3744}, {172, 1, 3776}, {173, 3, 3808},
    {176, 1, 3904}, {177, 1, 3936}, {178, 1, 3968}, {179, 1, 4000},
    {180, 1, 4032}, {181, 1, 4064}, {182, 1, 4096}, {183, 1, 4128},
    {184, 1, 4160}, {185, 1, 4192}, {186, 1, 4224}, {187, 1, 4256},
    {188, 1, 4288}, {189, 1, 4320}, {190, 1, 4352}, {191, 1, 4384},
    {192, 1, 1344}, {193, 1, 1280}, {194, 1, 4416}, {195, 1, 4448},
    {196, 1, 4480}, {197, 1, 4512}, {198, 1, 4544}, {199, 1, 4576},
    {200, 1, 4608}, {201, 1, 4640}, {202, 1, 4672}, {203, 1, 1664},
    {204, 1, 4928}, {205, 1, 4960}, {206, 1, 4992}, {207, 1, 5056},
    {208, 1, 5088}, {209, 1, 5120}, {210, 1, 5152}, {211, 1, 5184},
    {212, 1, 5216}, {213, 1, 5248}, {214, 1, 5280}, {215, 1, 5312},
    {216, 1, 5344},
};
/* clang-format on */
const size_t component_run_count =
    sizeof(component_runs) / sizeof(component_runs[0]);

uint16_t component_from_old(unsigned old)
{
    for (size_t i = 0; i < component_run_count; i++) {
        const struct component_run *run = &component_runs[i];
        if (old >= run->old && old < (unsigned)run->old + run->count)
            return (uint16_t)(run->now + old - run->old);
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

/* What the device does something with. */
/* clang-format off */
static const struct {
    uint8_t function;
    uint8_t count; /* how many it has; 0: one, whose name has no number */
    const char *name;
} served[] = {
    {FUNCTION_BUTTON, BUTTONS, "Button"},
    {FUNCTION_BUTTON_N, BUTTONS, "Button_n"},
    {FUNCTION_BUTTON_I, BUTTONS, "Button_i"},
    {FUNCTION_BUTTON_IN, BUTTONS, "Button_in"},
    {FUNCTION_SWITCH, SWITCHES, "Switch"},
    {FUNCTION_SWITCH_N, SWITCHES, "Switch_n"},
    {FUNCTION_RELAY, RELAYS, "Relay"},
    {FUNCTION_RELAY_I, RELAYS, "Relay_i"},
    {FUNCTION_LED, LEDS, "Led"},
    {FUNCTION_LED_I, LEDS, "Led_i"},
    {FUNCTION_LED_LINK, 0, "LedLink"},
    {FUNCTION_LED_LINK_I, 0, "LedLink_i"},
    {FUNCTION_OUTPUT_HIGH, 0, "Output Hi"},
    {FUNCTION_OUTPUT_LOW, 0, "Output Lo"},
};
/* clang-format on */
#define SERVED (sizeof(served) / sizeof(served[0]))

static size_t row_of(unsigned component)
{
    size_t row = 0;
    while (row < SERVED && served[row].function != component >> 5)
        row++;
    return row;
}

bool component_is_served(unsigned component)
{
    size_t row = row_of(component);
    if (row == SERVED)
        return component <= COMPONENT_USER;
    unsigned count = served[row].count ? served[row].count : 1;
    return COMPONENT_INDEX(component) < count;
}

void component_name(unsigned component, struct text *out)
{
    size_t row = row_of(component);
    if (component <= COMPONENT_USER) {
        text_add(out, component == COMPONENT_NONE ? "None" : "User");
    } else if (row == SERVED) {
        text_format(out, "Other %u", component);
    } else {
        text_add(out, served[row].name);
        if (served[row].count)
            text_format(out, "%u", COMPONENT_INDEX(component) + 1);
    }
}
