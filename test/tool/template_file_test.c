/* Templates as text and in files, and the boards' own rows beside the wiring
 * that the bench has of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "emulator/boards.h"
#include "tool/boards.h"
#include "tool/json_text.h"
#include "tool/template_file.h"

#define OLD_MINI                                                               \
    "{\"NAME\":\"Sonoff Mini\",\"GPIO\":[17,0,0,0,9,0,0,0,21,56,0,0,255],"     \
    "\"FLAG\":0,\"BASE\":1}"
#define NEW_MINI                                                               \
    "{\"NAME\":\"It's\",\"GPIO\":[32,0,0,0,160,0,0,0,224,320,0,0,1,0],"        \
    "\"FLAG\":0,\"BASE\":1}"

static void a_template_is_old_or_new_or_none(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum template_kind kind;
    } rows[] = {
        {OLD_MINI, TEMPLATE_OLD},
        {NEW_MINI, TEMPLATE_NEW},
        {"{\"GPIO\":[0,0,0,0,0,0,0,0,0,0,0,0,255]}", TEMPLATE_OLD},
        {"{\"GPIO\":[0,0,0,0,0,0,0,0,0,0,0,0,256]}", TEMPLATE_NEW},
        {"{\"GPIO\":[0,0,0,0,0,0,0,0,0,0,0,0]}", TEMPLATE_BAD},
        {"{\"GPIO\":[0,0,0,0,0,0,0,0,0,0,0,0,0,0,0]}", TEMPLATE_BAD},
        {"{\"GPIO\":[0,0,0,0,0,0,0,0,0,0,0,0,\"x\"]}", TEMPLATE_BAD},
        {"{\"GPIO\":[0,0,0,0,0,0,0,0,0,0,0,0,-1]}", TEMPLATE_BAD},
        {"{\"GPIO\":[17,0,0,0,9,0,0,0,21,56,0,0,255]", TEMPLATE_BAD},
        {"{\"NAME\":\"x\"}", TEMPLATE_BAD},
        {"hello", TEMPLATE_BAD},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        print_message("# %s\n", rows[i].text);
        assert_int_equal(template_kind(rows[i].text), rows[i].kind);
    }
}

static void the_sites_files_are_read(void **state)
{
    (void)state;
    struct template_file t;
    assert_true(template_parse("---\ndate_added: 2019-08-21\r\n"
                               "title: Sonoff Mini  \r\nmodel: 'MINI'\n"
                               "image: /template: x\n"
                               "template: '" OLD_MINI "' \n"
                               "template9: '{\"NAME\":\"It''s\",\"GPIO\":[32,0,"
                               "0,0,160,0,0,0,224,320,0,0,1,0],\"FLAG\":0,"
                               "\"BASE\":1}'\nlink: https://x\n---\nText\n",
                               &t));
    assert_string_equal(t.title, "Sonoff Mini");
    assert_string_equal(t.model, "MINI");
    assert_string_equal(t.old_text, OLD_MINI);
    assert_string_equal(t.new_text, NEW_MINI);
    assert_false(template_parse("title: x\ntemplate: broken\n", &t));
    assert_false(template_parse("", &t));
}

static void text_and_plain_files_are_templates_too(void **state)
{
    (void)state;
    struct template_file t;
    char folder[] = "/tmp/pogo_template_XXXXXX", path[64], missing[80];
    assert_non_null(mkdtemp(folder));
    assert_int_equal(template_read("  " OLD_MINI, &t), ERR_NONE);
    assert_string_equal(t.old_text, OLD_MINI);
    assert_string_equal(t.title, "Sonoff Mini");
    snprintf(path, sizeof(path), "%s/t.json", folder);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs("\n" NEW_MINI "\n", file);
    fclose(file);
    assert_int_equal(template_read(path, &t), ERR_NONE);
    assert_string_equal(t.new_text, NEW_MINI);
    assert_string_equal(t.old_text, "");
    assert_int_equal(template_read("{\"GPIO\":[1]}", &t), ERR_FORMAT);
    snprintf(missing, sizeof(missing), "%s/none", folder);
    assert_int_equal(template_read(missing, &t), ERR_FILE_OPEN);
    remove(path);
    remove(folder);
}

/* ---- the boards' rows ---------------------------------------------------- */

/* Tasmota's numbers (tasmota.md D.2) and order of pins (D.1). */
static unsigned number_of(const struct board_part *part, bool is_new)
{
    static const unsigned numbers[][2] = {[PART_BUTTON] = {17, 32},
                                          [PART_SWITCH] = {9, 160},
                                          [PART_RELAY] = {21, 224},
                                          [PART_LED] = {56, 320}};
    return numbers[part->kind][is_new] + part->number - 1;
}

static unsigned place_of(unsigned gpio)
{
    static const unsigned pins[] = {0,  1,  2,  3,  4,  5, 9,
                                    10, 12, 13, 14, 15, 16};
    unsigned i = 0;
    while (pins[i] != gpio)
        i++;
    return i;
}

static void expect_part(const char *text, const struct board_part *part,
                        bool is_new)
{
    char path[16], number[16];
    snprintf(path, sizeof(path), "GPIO.%u", place_of(part->gpio));
    assert_true(json_text_find(text, path, number, sizeof(number)));
    unsigned n = (unsigned)strtoul(number, NULL, 10);
    /* A contact that an owner solders on is his to set: User. */
    if (part->kind == PART_SWITCH && n == (is_new ? 1u : 255u))
        return;
    assert_int_equal(n, number_of(part, is_new));
}

static void each_board_of_the_bench_is_known_with_its_wiring(void **state)
{
    (void)state;
    for (size_t i = 0; i < board_count; i++) {
        const struct known_board *known = known_board_find(boards[i].name);
        print_message("# %s\n", boards[i].name);
        assert_non_null(known);
        assert_int_equal(strcmp(known->chip, "ESP8285") == 0,
                         boards[i].is_8285);
        for (size_t k = 0; k < board_part_count(&boards[i]); k++) {
            expect_part(known->template_new, &boards[i].parts[k], true);
            expect_part(known->template_old, &boards[i].parts[k], false);
        }
    }
    assert_null(known_board_find("toaster"));
}

static void the_rows_are_whole(void **state)
{
    (void)state;
    for (size_t i = 0; i < known_board_count; i++) {
        const struct known_board *b = &known_boards[i];
        print_message("# %s\n", b->name);
        assert_ptr_equal(known_board_find(b->name), b); /* unique */
        assert_int_equal(template_kind(b->template_new), TEMPLATE_NEW);
        assert_int_equal(template_kind(b->template_old), TEMPLATE_OLD);
        assert_true(strlen(b->title) <= 30 && strlen(b->button) > 5);
        assert_true(strlen(b->pads) > 20);
        assert_true((b->picture != NULL) == (b->source != NULL));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_template_is_old_or_new_or_none),
        cmocka_unit_test(the_sites_files_are_read),
        cmocka_unit_test(text_and_plain_files_are_templates_too),
        cmocka_unit_test(each_board_of_the_bench_is_known_with_its_wiring),
        cmocka_unit_test(the_rows_are_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
