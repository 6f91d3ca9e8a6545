/* Templates with and without a part, of today's numbers and of those
 * before 9.1, and what Gpio answers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tool/doctor_template.h"

#define OLD(pins) "{\"NAME\":\"x\",\"GPIO\":[" pins "],\"FLAG\":0,\"BASE\":1}"

static const struct {
    const char *json;
    bool is_empty, has_user;
} templates[] = {
    {OLD("17,0,0,0,9,0,0,0,21,56,0,0,0"), false, false}, /* a Mini's */
    {OLD("17,0,0,0,9,0,0,0,0,56,0,0,0"), true, false},
    {OLD("17,0,0,0,9,0,0,0,29,56,0,0,0"), false, false}, /* inverted relay */
    {OLD("0,0,0,0,0,0,0,0,0,0,0,0,0"), true, false},
    {OLD("90,0,255,0,82,0,0,122,157,52,0,0,0"), true, true},
    {OLD("0,0,0,0,0,0,0,0,37,0,0,0,0"), false, false}, /* a light */
    {OLD("0,0,0,0,1,0,0,0,0,0,0,0,0"), false, false},  /* DHT11 */
    {OLD("32,0,0,0,160,0,0,0,224,320,0,0,0,0"), false, false},
    {OLD("32,0,0,0,160,0,0,0,0,320,0,0,0,0"), true, false},
    {OLD("64,1,96,0,192,0,0,128,288,544,576,0,0,0"), true, true},
    {OLD("0,0,0,0,0,0,0,0,256,0,0,0,0,0"), false, false},
    {OLD("0,0,0,0,0,0,0,0,0,0,0,0,0,4704"), false, false},
    {OLD("1,1,1"), false, false}, /* no template */
    {"", false, false},
    {"{\"GPIO\":7}", false, false},
};

static void a_template_without_a_part_is_empty(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(templates) / sizeof(templates[0]); i++) {
        bool has_user = true;
        bool is_empty = doctor_template_is_empty(templates[i].json, &has_user);
        if (is_empty != templates[i].is_empty ||
            (is_empty && has_user != templates[i].has_user))
            fail_msg("row %zu: %d %d", i, is_empty, has_user);
    }
}

static const struct {
    const char *json;
    bool has_part;
} answers[] = {
    {"{\"GPIO1\":{\"0\":\"None\"},\"GPIO4\":{\"224\":\"Relay1\"}}", true},
    {"{\"GPIO1\":{\"0\":\"None\"},\"GPIO4\":{\"1\":\"User\"}}", false},
    {"{\"GPIO1\":\"0 (None)\",\"GPIO14\":\"9 (Switch1)\"}", false},
    {"{\"GPIO1\":\"0 (None)\",\"GPIO14\":\"21 (Relay1)\"}", true},
    {"{\"GPIO2\":{\"320\":\"Led_i1\"},\"GPIO0\":{\"32\":\"Button1\"}}", false},
    {"{\"GPIO2\":{\"544\":\"LedLink\"}}", false},
    {"{\"GPIO14\":{\"1184\":\"DHT11\"}}", true},
    {"{}", false},
};

static void what_the_user_said_counts(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
        if (doctor_template_user_has_part(answers[i].json) !=
            answers[i].has_part)
            fail_msg("row %zu", i);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_template_without_a_part_is_empty),
        cmocka_unit_test(what_the_user_said_counts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
