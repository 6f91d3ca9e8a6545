#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/core/component.h"
#include "firmware/core/module.h"
#include "firmware/core/template.h"

/* tasmota.md appendix 1: all 217, in order. */
static void old_numbers_become_todays(void **state)
{
    /* clang-format off */
    static const uint16_t now[] = {
        0, 1184, 1216, 1248, 1312, 608, 640, 1376, 1056, 160, 161, 162, 163,
        164, 165, 166, 167, 32, 33, 34, 35, 224, 225, 226, 227, 228, 229, 230,
        231, 256, 257, 258, 259, 260, 261, 262, 263, 416, 417, 418, 419, 420,
        352, 353, 354, 355, 448, 449, 450, 451, 452, 1088, 288, 289, 290, 291,
        320, 321, 322, 323, 1408, 1440, 1472, 1504, 1600, 1632, 768, 800, 992,
        1696, 1760, 1792, 1824, 1856, 1888, 1920, 1952, 1984, 2016, 2048, 2080,
        2112, 192, 193, 194, 195, 196, 197, 198, 199, 64, 65, 66, 67, 384, 385,
        386, 387, 1536, 1568, 2144, 1728, 2176, 2208, 2240, 1120, 1152, 2272,
        2304, 2336, 2368, 832, 864, 896, 928, 960, 2400, 2432, 2464, 2496,
        2528, 2560, 96, 97, 98, 99, 128, 129, 130, 131, 2592, 2624, 2656, 2688,
        2720, 2752, 2784, 2816, 2848, 2880, 2912, 2944, 2976, 3008, 3040, 3072,
        3104, 3136, 3200, 3232, 3264, 3296, 3265, 3297, 3392, 3424, 3456, 544,
        576, 3168, 480, 512, 1024, 3488, 3520, 3552, 3584, 3616, 3648, 3680,
        3712, 3744, 3776, 3808, 3809, 3810, 3904, 3936, 3968, 4000, 4032, 4064,
        4096, 4128, 4160, 4192, 4224, 4256, 4288, 4320, 4352, 4384, 1344, 1280,
        4416, 4448, 4480, 4512, 4544, 4576, 4608, 4640, 4672, 1664, 4928, 4960,
        4992, 5056, 5088, 5120, 5152, 5184, 5216, 5248, 5280, 5312, 5344,
    };
    /* clang-format on */
    (void)state;
    assert_int_equal(sizeof(now) / sizeof(now[0]), 217);
    for (unsigned old = 0; old < 217; old++)
        assert_int_equal(component_from_old(old), now[old]);
    for (unsigned old = 217; old < 300; old++)
        assert_int_equal(component_from_old(old), COMPONENT_USER);
}

static const char *print(const struct template *template)
{
    static char buffer[400];
    struct text text;
    text_init(&text, buffer, sizeof(buffer));
    template_print(template, &text);
    return buffer;
}

static void templates_are_read_in_both_formats(void **state)
{
    /* clang-format off */
    static const struct { const char *json, *shown; } rows[] = {
        {"{\"NAME\":\"Sonoff Mini\",\"GPIO\":[17,0,0,0,9,0,0,0,21,56,0,0,255],\"FLAG\":0,\"BASE\":1}",
         "{\"NAME\":\"Sonoff Mini\",\"GPIO\":[32,0,0,0,160,0,0,0,224,320,0,0,1,0],\"FLAG\":0,\"BASE\":1}"},
        {"{\"NAME\":\"Sonoff Mini\",\"GPIO\":[32,0,0,0,160,0,0,0,224,320,0,0,1,0],\"FLAG\":0,\"BASE\":1}",
         "{\"NAME\":\"Sonoff Mini\",\"GPIO\":[32,0,0,0,160,0,0,0,224,320,0,0,1,0],\"FLAG\":0,\"BASE\":1}"},
        /* the old flag says what A0 is */
        {"{\"GPIO\":[0,0,0,0,0,0,0,0,0,0,0,0,0],\"FLAG\":4}",
         "{\"NAME\":\"\",\"GPIO\":[0,0,0,0,0,0,0,0,0,0,0,0,0,4800],\"FLAG\":0,\"BASE\":1}"},
        /* 13 numbers above 255, or 14 small ones, are new ones */
        {"{\"GPIO\":[17,0,0,0,0,0,0,0,256,0,0,0,0]}",
         "{\"NAME\":\"\",\"GPIO\":[17,0,0,0,0,0,0,0,256,0,0,0,0,0],\"FLAG\":0,\"BASE\":1}"},
        {"{\"GPIO\":[17,0,0,0,0,0,0,0,0,0,0,0,0,0]}",
         "{\"NAME\":\"\",\"GPIO\":[17,0,0,0,0,0,0,0,0,0,0,0,0,0],\"FLAG\":0,\"BASE\":1}"},
        {"{\"GPIO\":[9999]}",
         "{\"NAME\":\"\",\"GPIO\":[1,0,0,0,0,0,0,0,0,0,0,0,0,0],\"FLAG\":0,\"BASE\":1}"},
        {"{\"BASE\":76}",
         "{\"NAME\":\"\",\"GPIO\":[0,0,0,0,0,0,0,0,0,0,0,0,0,0],\"FLAG\":0,\"BASE\":18}"},
        {" { \"Name\" : \"a\\\"b\" , \"other\":{\"GPIO\":[1]}, \"CMND\":\"x\" } ",
         "{\"NAME\":\"a\\\"b\",\"GPIO\":[0,0,0,0,0,0,0,0,0,0,0,0,0,0],\"FLAG\":0,\"BASE\":1}"},
    };
    /* clang-format on */
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct template template = {.base = 1};
        struct json_item command;
        assert_true(template_parse(&template, rows[i].json,
                                   strlen(rows[i].json), &command));
        assert_string_equal(print(&template), rows[i].shown);
    }
}

static void wrong_templates_change_nothing(void **state)
{
    static const char *const rows[] = {
        "",
        "[]",
        "\"x\"",
        "{\"NAME\":5}",
        "{\"GPIO\":5}",
        "{\"NAME\":\"x\",\"GPIO\":[1,2",
        "{\"NAME\":\"x\",\"GPIO\":[1,-2]}",
        "{\"NAME\":\"x\",\"GPIO\":[1,\"2\"]}",
        "{\"NAME\":\"x\",\"GPIO\":[1,2]} x",
        "{\"NAME\":\"x\",\"GPIO\":[0,0,0,0,0,0,0,0,0,0,0,0,0,0,0]}",
        "{\"NAME\":\"x\",\"BASE\":\"1\"}",
        "{\"NAME\":\"x\",\"CMND\":1}",
    };
    const struct template before = {.name = "before", .pin = {32}, .base = 7};
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct template template = before;
        struct json_item command = {.text = rows[0]};
        assert_false(
            template_parse(&template, rows[i], strlen(rows[i]), &command));
        assert_ptr_equal(command.text, rows[0]);
        assert_memory_equal(&template, &before, sizeof(before));
    }
}

static void a_long_name_is_cut_at_60(void **state)
{
    char json[120] = "{\"NAME\":\"";
    struct template template = {.base = 1};
    struct json_item command;
    (void)state;
    memset(json + 9, 'n', 80);
    strcpy(json + 89, "\"}");
    assert_true(template_parse(&template, json, strlen(json), &command));
    assert_null(command.text);
    assert_int_equal(strlen(template.name), TEMPLATE_NAME);
}

/* As people wrote it: tasmota.md appendix 3's words, in old numbers. */
static unsigned old_number(const char *word)
{
    static const struct {
        const char *name;
        unsigned first;
    } rows[] = {{"K#", 17},    {"K#n", 90},   {"R#", 21},    {"R#i", 29},
                {"L#", 52},    {"L#i", 56},   {"S#", 9},     {"S#n", 82},
                {"PWM#", 37},  {"-", 0},      {"U", 255},    {"SEL", 130},
                {"SELi", 131}, {"CF#", 132},  {"HLW", 133},  {"HJL", 134},
                {"CSET", 145}, {"CSER", 146}, {"MCPT", 135}, {"MCPR", 136},
                {"MCPX", 137}, {"LINKi", 158}};
    char name[16];
    unsigned n = 1, at = 0;
    for (; word[at]; at++) {
        bool is_number = word[at] >= '0' && word[at] <= '9';
        n = is_number ? (unsigned)(word[at] - '0') : n;
        name[at] = is_number ? '#' : word[at];
    }
    name[at] = 0;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (strcmp(rows[i].name, name) == 0)
            return rows[i].first + n - 1;
    }
    fail_msg("what is %s?", word);
    return 0;
}

/* tasmota.md D.3 for those that are there, else appendix 3. */
static void modules_are_wired_as_their_makers_did(void **state)
{
    /* clang-format off */
    static const struct { unsigned module; const char *pins; } rows[] = {
        {1, "K1 U U U U - - - R1 L1i U - - -"}, {2, "K1 U U U U - - - R1 L1i U - - -"},
        {3, "K1 U - U U U - - R1 L1i U - - U"}, {4, "K1 U U U U - - - R1 L1i U - - -"},
        {6, "K1 - - - - SEL - - R1 CF1 HLW L1 - -"}, {7, "K1 U U U R3 R2 K2 K3 R1 L1i K4 R4 - -"},
        {8, "K1 U U U U - - - R1 L1i U - - -"}, {9, "K1 U U U U - - - R1 L1i U - - -"},
        {10, "K1 U U U - - - - R1 L1i - - - -"}, {12, "K1 U U U U - - - R1 L1i U - - -"},
        {14, "K1 U U U U - - - R1 L1i U - - -"}, {15, "K2 U K1 U U U - - R2 R1 U U L1 U"},
        {18, "U U U U U U - - U U U U U U"}, {23, "K1 U U U R3 R2 K2 K3 R1 L1i K4 R4 - -"},
        {28, "K1 U U U - - - - R1 L1i - - - -"}, {29, "K1 U U U - R2 K2 - R1 L1i - - - -"},
        {30, "K1 U U U R3 R2 K2 K3 R1 L1i - - - -"}, {39, "U U - U - R2 U K1 R1 L1i - - - -"},
        {41, "K1 CSET - CSER - - - - R1 L1i - - - -"}, {43, "K1 CSET - CSER - - - - R1 L1i - - - -"},
        {45, "L1i U LINKi U - HJL - - SELi K1 CF1 R1 - -"}, {46, "- - - - R1 S1n - - - - - - - -"},
        {47, "- MCPT - MCPR R1 R2 - - S1 - S2 MCPX - -"}, {49, "- - - - L1i - - - R1 K1 - - - -"},
        {50, "K2 U R3i U K1 R2i - - R4i K4 K3 L1 R1i -"}, {51, "U U - U L1 R1 - - L3 U K1 - U U"},
        {52, "- K1 - L1i HJL CF1 - - SELi LINKi R1 - - -"}, {55, "- LINKi - K1 HJL CF1 - - SELi L1i R1 - - -"},
        {59, "L1i - LINKi - R1 HJL - - SELi K1 CF1 - - -"}, {60, "- - - K1 R2 R1 - - R3 R4 U - U -"},
        {61, "- - - - R1 K1 - - LINKi L1 - - - -"}, {63, "K1 - - - HJL CF1 - - SELi L1 R2 R1 K2n -"},
        {64, "- LINKi - K1 HJL CF1 - - SELi L1 R1 - - -"}, {67, "- PWM1 - K1 HJL CF1 - - SELi L1 R1 - - -"},
        {68, "L1i - - SELi - HJL - - R1 K1 CF1 LINKi - -"},
    };
    /* clang-format on */
    unsigned known = 0;
    (void)state;
    for (unsigned m = 1; m <= MODULE_LAST; m++) {
        assert_true(strlen(module_name(m)) > 2);
        known += module_is_known(m);
    }
    assert_int_equal(known, sizeof(rows) / sizeof(rows[0]));
    for (size_t i = 0; i < known; i++) {
        char pins[80], *word = strtok(strcpy(pins, rows[i].pins), " ");
        for (unsigned k = 0; k < TEMPLATE_PINS; k++) {
            assert_non_null(word);
            assert_int_equal(module_pin(rows[i].module, k),
                             component_from_old(old_number(word)));
            word = strtok(NULL, " ");
        }
        assert_null(word);
    }
}

static void modules_have_their_names(void **state)
{
    (void)state;
    assert_string_equal(module_name(1), "Sonoff Basic");
    assert_string_equal(module_name(8), "Sonoff S2X");
    assert_string_equal(module_name(30), "Sonoff T1 3CH");
    assert_string_equal(module_name(46), "Shelly 1");
    assert_string_equal(module_name(75), "Sonoff ZbBridge");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(old_numbers_become_todays),
        cmocka_unit_test(templates_are_read_in_both_formats),
        cmocka_unit_test(wrong_templates_change_nothing),
        cmocka_unit_test(a_long_name_is_cut_at_60),
        cmocka_unit_test(modules_are_wired_as_their_makers_did),
        cmocka_unit_test(modules_have_their_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
