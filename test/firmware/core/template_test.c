#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/core/component.h"
#include "firmware/core/module.h"
#include "firmware/core/template.h"

/* tasmota.md D.2: the numbers that people have in their old templates. */
static void old_numbers_become_todays(void **state)
{
    /* clang-format off */
    static const struct { unsigned old, now; } rows[] = {
        {0, 0}, {255, 1}, {17, 32}, {20, 35}, {90, 64}, {93, 67}, {122, 96},
        {125, 99}, {126, 128}, {129, 131}, {9, 160}, {16, 167}, {82, 192},
        {89, 199}, {21, 224}, {28, 231}, {29, 256}, {36, 263}, {37, 416},
        {41, 420}, {46, 448}, {50, 452}, {42, 352}, {45, 355}, {94, 384},
        {97, 387}, {52, 288}, {55, 291}, {56, 320}, {59, 323}, {157, 544},
        {158, 576}, {1, 1184}, {2, 1216}, {3, 1248}, {4, 1312}, {192, 1344},
        {193, 1280}, {5, 608}, {6, 640}, {160, 480}, {161, 512}, {148, 3200},
        {149, 3232}, {145, 3072}, {146, 3104}, {71, 1792}, {72, 1824},
        {130, 2592}, {131, 2624}, {132, 2656}, {133, 2688}, {134, 2720},
        {216, 5344}, {217, 1}, {254, 1},
    };
    /* clang-format on */
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        assert_int_equal(component_from_old(rows[i].old), rows[i].now);
}

static void all_217_old_numbers_are_known_once(void **state)
{
    unsigned next = 0;
    (void)state;
    for (size_t i = 0; i < component_run_count; i++) {
        assert_int_equal(component_runs[i].old, next);
        next += component_runs[i].count;
        assert_true(component_runs[i].now + component_runs[i].count - 1u <=
                    COMPONENT_LAST);
    }
    assert_int_equal(next, 217);
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
        assert_true(
            template_parse(&template, rows[i].json, strlen(rows[i].json)));
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
    };
    const struct template before = {.name = "before", .pin = {32}, .base = 7};
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct template template = before;
        assert_false(template_parse(&template, rows[i], strlen(rows[i])));
        assert_memory_equal(&template, &before, sizeof(before));
    }
}

static void a_long_name_is_cut_at_60(void **state)
{
    char json[120] = "{\"NAME\":\"";
    struct template template = {.base = 1};
    (void)state;
    memset(json + 9, 'n', 80);
    strcpy(json + 89, "\"}");
    assert_true(template_parse(&template, json, strlen(json)));
    assert_int_equal(strlen(template.name), TEMPLATE_NAME);
}

static void modules_have_names_and_wiring_of_known_parts(void **state)
{
    unsigned wired = 0;
    (void)state;
    for (unsigned m = 1; m <= MODULE_LAST; m++) {
        assert_true(strlen(module_name(m)) > 2);
        wired += module_pins(m) != NULL;
    }
    assert_int_equal(wired, 20);
    assert_string_equal(module_name(8), "Sonoff S2X");
    assert_string_equal(module_name(30), "Sonoff T1 3CH");
    assert_string_equal(module_name(75), "Sonoff ZbBridge");
    assert_int_equal(module_pins(1)[8], 224);
    assert_int_equal(module_pins(30)[4], 226);
    assert_int_equal(module_pins(46)[5], 192);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(old_numbers_become_todays),
        cmocka_unit_test(all_217_old_numbers_are_known_once),
        cmocka_unit_test(templates_are_read_in_both_formats),
        cmocka_unit_test(wrong_templates_change_nothing),
        cmocka_unit_test(a_long_name_is_cut_at_60),
        cmocka_unit_test(modules_have_names_and_wiring_of_known_parts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
