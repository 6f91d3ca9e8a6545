#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "emulator/boards.h"
#include "emulator/chip.h"

#define MODE(m) (1u << (m))

static unsigned part_count(const struct board *board)
{
    unsigned n = 0;
    while (n < BOARD_PARTS && board->parts[n].kind != PART_NONE) {
        n++;
    }
    return n;
}

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
        unsigned n = part_count(b);
        for (unsigned k = 0; k < n; k++) {
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
    assert_int_equal(part_count(mini), 4);
    for (unsigned i = 0; i < 4; i++) {
        assert_int_equal(mini->parts[i].kind, want[i].kind);
        assert_int_equal(mini->parts[i].number, want[i].number);
        assert_int_equal(mini->parts[i].gpio, want[i].gpio);
        assert_int_equal(mini->parts[i].is_active_low, want[i].is_active_low);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_is_whole),
        cmocka_unit_test(every_part_has_its_own_pin_and_number),
        cmocka_unit_test(the_mini_is_wired_as_the_issue_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
