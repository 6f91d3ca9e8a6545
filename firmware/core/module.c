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

/* Components by their old numbers: one byte each, and component.c knows
 * today's. */
#define U 255
#define S(n) (8 + (n))
#define K(n) (16 + (n))
#define R(n) (20 + (n))
#define RI(n) (28 + (n))
#define L(n) (51 + (n))
#define LI(n) (55 + (n))
#define SN(n) (81 + (n))
#define KN(n) (89 + (n))
enum {
    PWM1 = 37,
    SEL = 130, SEL_I, CF1, CF_HLW, CF_HJL,
    MCP_TX = 135, MCP_RX, MCP_RST,
    CSE_TX = 145, CSE_RX,
    LINK_I = 158
};

/* Where modules share one it is the first's name. */
enum layout {
    BASIC, SV, POW, CH4, TOUCH, ELECTRO_DRAGON, GENERIC, T1_2, T1_3, DUAL_R2,
    S31, BLITZWOLF, SHELLY_1, SHELLY_2, NEO_COOLCAM, ESP_SWITCH, OBI, TECKIN,
    GOSUND, TECKIN_US, MANZOKU, OBI_2, DIGOO, KA10, SP10, WAGA, LAYOUTS
};

static const uint8_t layouts[LAYOUTS][TEMPLATE_PINS] = {
    /* GPIO            0      1       2       3       4      5       9     10    12     13      14    15      16     A0 */
    [BASIC] =         {K(1),  U,      U,      U,      U,     0,      0,    0,    R(1),  LI(1),  U,    0,      0,     0},
    [SV] =            {K(1),  U,      0,      U,      U,     U,      0,    0,    R(1),  LI(1),  U,    0,      0,     U},
    [POW] =           {K(1),  0,      0,      0,      0,     SEL,    0,    0,    R(1),  CF1,    CF_HLW, L(1), 0,     0},
    [CH4] =           {K(1),  U,      U,      U,      R(3),  R(2),   K(2), K(3), R(1),  LI(1),  K(4), R(4),   0,     0},
    [TOUCH] =         {K(1),  U,      U,      U,      0,     0,      0,    0,    R(1),  LI(1),  0,    0,      0,     0},
    [ELECTRO_DRAGON] = {K(2), U,      K(1),   U,      U,     U,      0,    0,    R(2),  R(1),   U,    U,      L(1),  U},
    [GENERIC] =       {U,     U,      U,      U,      U,     U,      0,    0,    U,     U,      U,    U,      U,     U},
    [T1_2] =          {K(1),  U,      U,      U,      0,     R(2),   K(2), 0,    R(1),  LI(1),  0,    0,      0,     0},
    [T1_3] =          {K(1),  U,      U,      U,      R(3),  R(2),   K(2), K(3), R(1),  LI(1),  0,    0,      0,     0},
    [DUAL_R2] =       {U,     U,      0,      U,      0,     R(2),   U,    K(1), R(1),  LI(1),  0,    0,      0,     0},
    [S31] =           {K(1),  CSE_TX, 0,      CSE_RX, 0,     0,      0,    0,    R(1),  LI(1),  0,    0,      0,     0},
    [BLITZWOLF] =     {LI(1), U,      LINK_I, U,      0,     CF_HJL, 0,    0,    SEL_I, K(1),   CF1,  R(1),   0,     0},
    [SHELLY_1] =      {0,     0,      0,      0,      R(1),  SN(1),  0,    0,    0,     0,      0,    0,      0,     0},
    [SHELLY_2] =      {0,     MCP_TX, 0,      MCP_RX, R(1),  R(2),   0,    0,    S(1),  0,      S(2), MCP_RST, 0,    0},
    [NEO_COOLCAM] =   {0,     0,      0,      0,      LI(1), 0,      0,    0,    R(1),  K(1),   0,    0,      0,     0},
    [ESP_SWITCH] =    {K(2),  U,      RI(3),  U,      K(1),  RI(2),  0,    0,    RI(4), K(4),   K(3), L(1),   RI(1), 0},
    [OBI] =           {U,     U,      0,      U,      L(1),  R(1),   0,    0,    L(3),  U,      K(1), 0,      U,     U},
    [TECKIN] =        {0,     K(1),   0,      LI(1),  CF_HJL, CF1,   0,    0,    SEL_I, LINK_I, R(1), 0,      0,     0},
    [GOSUND] =        {0,     LINK_I, 0,      K(1),   CF_HJL, CF1,   0,    0,    SEL_I, LI(1),  R(1), 0,      0,     0},
    [TECKIN_US] =     {LI(1), 0,      LINK_I, 0,      R(1),  CF_HJL, 0,    0,    SEL_I, K(1),   CF1,  0,      0,     0},
    [MANZOKU] =       {0,     0,      0,      K(1),   R(2),  R(1),   0,    0,    R(3),  R(4),   U,    0,      U,     0},
    [OBI_2] =         {0,     0,      0,      0,      R(1),  K(1),   0,    0,    LINK_I, L(1),  0,    0,      0,     0},
    [DIGOO] =         {K(1),  0,      0,      0,      CF_HJL, CF1,   0,    0,    SEL_I, L(1),   R(2), R(1),   KN(2), 0},
    [KA10] =          {0,     LINK_I, 0,      K(1),   CF_HJL, CF1,   0,    0,    SEL_I, L(1),   R(1), 0,      0,     0},
    [SP10] =          {0,     PWM1,   0,      K(1),   CF_HJL, CF1,   0,    0,    SEL_I, L(1),   R(1), 0,      0,     0},
    [WAGA] =          {LI(1), 0,      0,      SEL_I,  0,     CF_HJL, 0,    0,    R(1),  K(1),   CF1,  LINK_I, 0,     0},
};

static const struct {
    uint8_t module, layout;
} wired[] = {
    {1, BASIC}, {2, BASIC}, {3, SV}, {4, BASIC}, {6, POW}, {7, CH4}, {8, BASIC},
    {9, BASIC}, {10, TOUCH}, {12, BASIC}, {14, BASIC}, {15, ELECTRO_DRAGON},
    {18, GENERIC}, {23, CH4}, {28, TOUCH}, {29, T1_2}, {30, T1_3},
    {39, DUAL_R2}, {41, S31}, {43, S31}, {45, BLITZWOLF}, {46, SHELLY_1},
    {47, SHELLY_2}, {49, NEO_COOLCAM}, {50, ESP_SWITCH}, {51, OBI},
    {52, TECKIN}, {55, GOSUND}, {59, TECKIN_US}, {60, MANZOKU}, {61, OBI_2},
    {63, DIGOO}, {64, KA10}, {67, SP10}, {68, WAGA},
};
/* clang-format on */

const char *module_name(unsigned module)
{
    return names[module - 1];
}

static const uint8_t *layout_of(unsigned module)
{
    for (size_t i = 0; i < sizeof(wired) / sizeof(wired[0]); i++) {
        if (wired[i].module == module)
            return layouts[wired[i].layout];
    }
    return NULL;
}

bool module_is_known(unsigned module)
{
    return layout_of(module) != NULL;
}

bool module_is_serial(unsigned module)
{
    return module == 5 || module == 13;
}

uint16_t module_pin(unsigned module, unsigned position)
{
    const uint8_t *layout = layout_of(module);
    return layout ? component_from_old(layout[position]) : COMPONENT_NONE;
}

bool module_template(unsigned module, struct template *out)
{
    if (!module_is_known(module))
        return false;
    const char *name = module_name(module);
    text_copy(out->name, sizeof(out->name), name, text_length(name));
    for (unsigned i = 0; i < TEMPLATE_PINS; i++)
        out->pin[i] = module_pin(module, i);
    out->base = (uint8_t)module;
    return true;
}

bool module_starts_on(unsigned module)
{
    return module == 14;
}

bool module_has_night_led(unsigned module)
{
    return module == 10 || (module >= 28 && module <= 30);
}

bool module_has_single_presses(unsigned module)
{
    return module == 5 || module == 7 || module == 39;
}

bool module_has_edge_buttons(unsigned module)
{
    return module == 23;
}
