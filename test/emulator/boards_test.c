#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "emulator/boards.h"
#include "emulator/chip.h"

#define MODE(m) (1u << (m))

static void every_row_is_whole(void **state)
{
    (void)state;
    assert_true(board_count > 0);
    for (size_t i = 0; i < board_count; i++) {
        const struct board *b = &boards[i];
        assert_true(strlen(b->name) > 0 && strlen(b->title) > 0);
        assert_true(strlen(b->note) > 20);
        assert_null(strpbrk(b->name, " /ABCDEFGHIJKLMNOPQRSTUVWXYZ"));
        assert_ptr_equal(board_find(b->name), b);
        assert_int_equal(b->flash_size, 1u << (b->flash_jedec >> 16));
        assert_true(b->flash_modes & MODE(MODE_DOUT));
        /* The chip inside decides: an ESP8285's flash has two data lines. */
        assert_int_equal(b->is_8285, !(b->flash_modes & MODE(MODE_QIO)));
        assert_int_equal(b->is_8285, !(b->flash_modes & MODE(MODE_QOUT)));
    }
    assert_null(board_find("toaster"));
    assert_null(board_find(""));
}

static void every_part_has_its_own_pin_and_number(void **state)
{
    (void)state;
    for (size_t i = 0; i < board_count; i++) {
        const struct board *b = &boards[i];
        unsigned seen[PART_LED + 1] = {0}, pins = 0;
        size_t n = board_part_count(b);
        for (size_t k = 0; k < n; k++) {
            const struct board_part *part = &b->parts[k];
            assert_int_equal(part->number, ++seen[part->kind]);
            assert_true(part->gpio < CHIP_GPIOS);
            assert_false(pins & 1u << part->gpio);
            pins |= 1u << part->gpio;
            /* GPIO6 to 8 and 11 are the flash's on every chip, 9 and 10 where
             * it has four data lines; 1 and 3 the console's. */
            assert_false(part->gpio >= 6 && part->gpio <= 8);
            assert_int_not_equal(part->gpio, 11);
            assert_true(b->is_8285 || (part->gpio != 9 && part->gpio != 10));
            assert_true(part->gpio != 1 && part->gpio != 3);
            bool is_contact =
                part->kind == PART_BUTTON || part->kind == PART_SWITCH;
            assert_true(!is_contact || part->is_active_low);
        }
        /* What one must hold to flash it, and what one sees. */
        assert_int_equal(b->parts[0].kind, PART_BUTTON);
        assert_int_equal(b->parts[0].gpio, 0);
        assert_true(seen[PART_RELAY] >= 1 && seen[PART_LED] >= 1);
    }
}

static void the_mini_is_wired_as_the_issue_says(void **state)
{
    (void)state;
    const struct board *mini = board_find("mini");
    static const struct board_part want[] = {{PART_BUTTON, 1, 0, true},
                                             {PART_SWITCH, 1, 4, true},
                                             {PART_RELAY, 1, 12, false},
                                             {PART_LED, 1, 13, true}};
    assert_true(mini->is_8285);
    assert_int_equal(mini->flash_modes, MODE(MODE_DOUT) | MODE(MODE_DIO));
    assert_int_equal(board_part_count(mini), 4);
    for (unsigned i = 0; i < 4; i++) {
        assert_int_equal(mini->parts[i].kind, want[i].kind);
        assert_int_equal(mini->parts[i].number, want[i].number);
        assert_int_equal(mini->parts[i].gpio, want[i].gpio);
        assert_int_equal(mini->parts[i].is_active_low, want[i].is_active_low);
    }
}

static void control_lines_find_their_part(void **state)
{
    static const struct {
        const char *board, *line;
        bool is_there;
        size_t index;
    } rows[] = {
        {"mini", "press 0 100", true, 0},   {"mini", "s2 close", true, 1},
        {"mini", "switch 1 open", true, 1}, {"mini", "switch 2 open", false, 0},
        {"mini", "press 4", false, 0},      {"mini", "press 12", false, 0},
        {"s20", "s2 close", false, 0},      {"t1-3", "release 10", true, 2},
        {"t1-3", "press 9", true, 1},       {"t1-3", "press 2", false, 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct control control;
        size_t index = 0;
        assert_int_equal(control_parse(rows[i].line, &control), ERR_NONE);
        assert_int_equal(
            board_part_for(board_find(rows[i].board), &control, &index),
            rows[i].is_there);
        assert_int_equal(index, rows[i].index);
    }
}

static void a_part_is_told_in_the_words_of_events(void **state)
{
    static const char *const want[2][7] = {
        {"button 0 up", "button 9 up", "button 10 up", "relay 1 off",
         "relay 2 off", "relay 3 off", "led 1 off"},
        {"button 0 down", "button 9 down", "button 10 down", "relay 1 on",
         "relay 2 on", "relay 3 on", "led 1 on"}};
    const struct board_part open = {PART_SWITCH, 2, 14, true};
    char text[32];
    (void)state;
    for (unsigned i = 0; i < 14; i++) {
        board_part_text(&board_find("t1-3")->parts[i % 7], i >= 7, text,
                        sizeof(text));
        assert_string_equal(text, want[i / 7][i % 7]);
    }
    board_part_text(&open, false, text, sizeof(text));
    assert_string_equal(text, "switch 2 open");
    board_part_text(&open, true, text, sizeof(text));
    assert_string_equal(text, "switch 2 closed");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_is_whole),
        cmocka_unit_test(every_part_has_its_own_pin_and_number),
        cmocka_unit_test(the_mini_is_wired_as_the_issue_says),
        cmocka_unit_test(control_lines_find_their_part),
        cmocka_unit_test(a_part_is_told_in_the_words_of_events),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
