#include "firmware/core/module.h"

#include "firmware/core/component.h"

/* clang-format off */
static const char *const names[MODULE_LAST] = {
    "Sonoff Basic", "Sonoff RF", "Sonoff SV", "Sonoff TH", "Sonoff Dual",
    "Sonoff Pow", "Sonoff 4CH", "Sonoff S2X", "Slampher", "Sonoff Touch",
    "Sonoff LED", "1 Channel", "4 Channel", "Motor C/AC", "ElectroDragon",
    "EXS Relay(s)", "WiOn", "Generic", "Sonoff Dev", "H801", "Sonoff SC",
    "Sonoff BN-SZ", "Sonoff 4CH Pro", "Huafan SS", "Sonoff Bridge",
    "Sonoff B1", "AiLight", "Sonoff T1 1CH", "Sonoff T1 2CH",
    "Sonoff T1 3CH", "Supla Espablo", "Witty Cloud", "Yunshan Relay",
    "MagicHome", "Luani HVIO", "KMC 70011", "Arilux LC01", "Arilux LC11",
    "Sonoff Dual R2", "Arilux LC06", "Sonoff S31", "Zengge WF017",
    "Sonoff Pow R2", "Sonoff iFan02", "BlitzWolf SHP", "Shelly 1",
    "Shelly 2", "Xiaomi Philips", "Neo Coolcam", "ESP Switch", "OBI Socket",
    "Teckin", "AplicWDP303075", "Tuya MCU", "Gosund SP1 v23",
    "ARMTR Dimmer", "SK03 Outdoor", "PS-16-DZ", "Teckin US",
    "Manzoku strip", "OBI Socket 2", "YTF IR Bridge", "Digoo DG-SP202",
    "KA10", "Luminea ZX2820", "Mi Desk Lamp", "SP10", "WAGA CHCZ02MB",
    "SYF05", "Sonoff L1", "Sonoff iFan03", "EXS Dimmer", "PWM Dimmer",
    "Sonoff D1", "Sonoff ZbBridge",
};

#define U COMPONENT_USER
#define K(n) (FUNCTION_BUTTON * 32 + (n) - 1)
#define S_N(n) (FUNCTION_SWITCH_N * 32 + (n) - 1)
#define R(n) (FUNCTION_RELAY * 32 + (n) - 1)
#define L(n) (FUNCTION_LED * 32 + (n) - 1)
#define L_I(n) (FUNCTION_LED_I * 32 + (n) - 1)

enum layout {
    LAYOUT_BASIC, LAYOUT_SV, LAYOUT_POW, LAYOUT_4CH, LAYOUT_TOUCH,
    LAYOUT_GENERIC, LAYOUT_T1_2, LAYOUT_T1_3, LAYOUT_DUAL_R2, LAYOUT_S31,
    LAYOUT_SHELLY, LAYOUT_COUNT
};

/* GPIO        0     1     2  3     4     5     9     10    12    13    14   15   16 A0 */
static const uint16_t layouts[LAYOUT_COUNT][TEMPLATE_PINS] = {
    [LAYOUT_BASIC]   = {K(1), U,    U, U,    U,    0,    0,    0,    R(1), L_I(1), U, 0, 0, 0},
    [LAYOUT_SV]      = {K(1), U,    0, U,    U,    U,    0,    0,    R(1), L_I(1), U, 0, 0, U},
    [LAYOUT_POW]     = {K(1), 0,    0, 0,    0,    2592, 0,    0,    R(1), 2656, 2688, L(1), 0, 0},
    [LAYOUT_4CH]     = {K(1), U,    U, U,    R(3), R(2), K(2), K(3), R(1), L_I(1), K(4), R(4), 0, 0},
    [LAYOUT_TOUCH]   = {K(1), U,    U, U,    0,    0,    0,    0,    R(1), L_I(1), 0, 0, 0, 0},
    [LAYOUT_GENERIC] = {U,    U,    U, U,    U,    U,    0,    0,    U,    U,    U, U, U, U},
    [LAYOUT_T1_2]    = {K(1), U,    U, U,    0,    R(2), K(2), 0,    R(1), L_I(1), 0, 0, 0, 0},
    [LAYOUT_T1_3]    = {K(1), U,    U, U,    R(3), R(2), K(2), K(3), R(1), L_I(1), 0, 0, 0, 0},
    [LAYOUT_DUAL_R2] = {U,    U,    0, U,    0,    R(2), U,    K(1), R(1), L_I(1), 0, 0, 0, 0},
    [LAYOUT_S31]     = {K(1), 3072, 0, 3104, 0,    0,    0,    0,    R(1), L_I(1), 0, 0, 0, 0},
    [LAYOUT_SHELLY]  = {0,    0,    0, 0,    R(1), S_N(1), 0,  0,    0,    0,    0, 0, 0, 0},
};

static const struct {
    uint8_t module, layout;
} wired[] = {
    {1, LAYOUT_BASIC}, {2, LAYOUT_BASIC}, {3, LAYOUT_SV}, {4, LAYOUT_BASIC},
    {6, LAYOUT_POW}, {7, LAYOUT_4CH}, {8, LAYOUT_BASIC}, {9, LAYOUT_BASIC},
    {10, LAYOUT_TOUCH}, {12, LAYOUT_BASIC}, {14, LAYOUT_BASIC},
    {18, LAYOUT_GENERIC}, {23, LAYOUT_4CH}, {28, LAYOUT_TOUCH},
    {29, LAYOUT_T1_2}, {30, LAYOUT_T1_3}, {39, LAYOUT_DUAL_R2},
    {41, LAYOUT_S31}, {43, LAYOUT_S31}, {46, LAYOUT_SHELLY},
};
/* clang-format on */

const char *module_name(unsigned module)
{
    return names[module - 1];
}

const uint16_t *module_pins(unsigned module)
{
    for (size_t i = 0; i < sizeof(wired) / sizeof(wired[0]); i++) {
        if (wired[i].module == module)
            return layouts[wired[i].layout];
    }
    return NULL;
}

bool module_template(unsigned module, struct template *out)
{
    const uint16_t *pins = module_pins(module);
    if (!pins)
        return false;
    const char *name = module_name(module);
    text_copy(out->name, sizeof(out->name), name, text_length(name));
    for (unsigned i = 0; i < TEMPLATE_PINS; i++)
        out->pin[i] = pins[i];
    out->base = (uint8_t)module;
    return true;
}

bool module_has_night_led(unsigned module)
{
    return module == 10 || (module >= 28 && module <= 30);
}
