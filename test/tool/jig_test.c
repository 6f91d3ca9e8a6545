/* Boards in a jig, one after the other: twenty of them, three faulty, and what
 * hands do to them. Each is a bench of its own in virtual time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "test/tool/jig_link.h"
#include "tool/jig_log.h"

#define BOARDS 20u
#define IMAGE 20000u
#define SILENT_MS 20000u

static uint8_t image[IMAGE];
static struct jig_link hands;
static struct jig jig;
static struct jig_board seen[BOARDS];
static unsigned count;
static unsigned off_ms, on_ms; /* how the hands move after each board */
static FILE *log_file;

static enum err work(void *ctx, struct flasher *f, unsigned number)
{
    (void)ctx;
    (void)number;
    if (hands.rows[hands.next - 1].is_failing)
        hands.fails_ms = hands.now_ms + 100;
    return flasher_write(f, 0, image, sizeof(image));
}

static void ended(void *ctx, const struct jig_board *board)
{
    (void)ctx;
    char mac[18];
    jig_mac(board, mac);
    print_message("# %u %s %s %s: %s\n", board->number, mac,
                  jig_result_name(board->result), err_text(board->err),
                  board->detail);
    assert_true(count < BOARDS);
    seen[count++] = *board;
    if (log_file)
        assert_true(jig_log_put(log_file, board, "a \"b\", c.bin"));
    jig_swap(&hands, off_ms, on_ms);
}

static void run_rows(const struct jig_row *rows, unsigned n, unsigned results,
                     bool has_lines)
{
    count = 0;
    jig_init(&hands, rows, n, has_lines, 1500);
    jig = (struct jig){
        .config = {.port = "jig", .link = &hands.link, .wait_ms = SILENT_MS},
        .boards = results,
        .work = work,
        .ended = ended,
    };
    assert_int_equal(jig_run(&jig), ERR_NONE);
    jig_close(&hands.link);
    assert_int_equal(count, results);
}

/* ---- twenty ---- */

static char options[BOARDS][64];
static struct jig_row twenty[BOARDS];

static void make_twenty(bool has_lines)
{
    for (unsigned i = 0; i < BOARDS; i++) {
        snprintf(options[i], sizeof(options[i]), "mac=5C:CF:7F:00:00:%02X%s%s",
                 i + 1, has_lines ? "" : ",no-lines,hold-button",
                 i == 10 ? ",off" : "");
        twenty[i] = (struct jig_row){.options = options[i]};
    }
    twenty[4].fault = "stuck 2";
    twenty[15].fault = "noise flip 40 from";
}

static void check_twenty(void)
{
    static const struct {
        unsigned at;
        enum jig_result result;
        bool is_known;
    } faulty[] = {
        {4, JIG_FAIL, true}, {10, JIG_SILENT, false}, {15, JIG_FAIL, false}};
    for (unsigned i = 0, k = 0; i < BOARDS; i++) {
        const struct jig_board *b = &seen[i];
        bool is_faulty = k < 3 && faulty[k].at == i;
        assert_int_equal(b->number, i + 1);
        assert_int_equal(b->result, is_faulty ? faulty[k].result : JIG_PASS);
        assert_int_equal(b->is_known, !is_faulty || faulty[k].is_known);
        if (b->is_known)
            assert_int_equal(b->chip.mac[5], i + 1);
        if (b->result == JIG_PASS)
            assert_true(b->ms > 300 && b->ms < 15000);
        k += is_faulty;
    }
}

static void check_log(const char *path)
{
    char line[512], want[64];
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    assert_non_null(fgets(line, sizeof(line), file));
    assert_string_equal(line,
                        "time,number,mac,chip,image,result,seconds,reason\n");
    for (unsigned i = 0; i < BOARDS; i++) {
        assert_non_null(fgets(line, sizeof(line), file));
        char mac[18];
        jig_mac(&seen[i], mac);
        snprintf(want, sizeof(want), "Z,%u,%s,%s,\"a \"\"b\"\", c.bin\",%s,",
                 i + 1, mac, seen[i].is_known ? "ESP8285" : "",
                 jig_result_name(seen[i].result));
        assert_non_null(strstr(line, want));
        assert_true((seen[i].result == JIG_PASS) ==
                    (strstr(line, ",\n") != NULL));
    }
    assert_null(fgets(line, sizeof(line), file));
    fclose(file);
}

static void twenty_boards_of_which_three_are_faulty(void **state)
{
    (void)state;
    char path[] = "/tmp/pogo_jig_XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    close(fd);
    off_ms = 2000;
    on_ms = 3000;
    make_twenty(true);
    log_file = jig_log_open(path);
    assert_non_null(log_file);
    run_rows(twenty, BOARDS, BOARDS, true);
    fclose(log_file);
    log_file = NULL;
    check_twenty();
    check_log(path);
    unlink(path);
}

static void twenty_in_a_jig_that_holds_gpio0_low(void **state)
{
    (void)state;
    make_twenty(false);
    run_rows(twenty, BOARDS, BOARDS, false);
    check_twenty();
}

/* ---- hands ---- */

static const struct jig_row two[] = {
    {"mac=5C:CF:7F:00:00:01,no-lines,hold-button", NULL, false},
    {"mac=5C:CF:7F:00:00:02,no-lines,hold-button", NULL, false},
};

/* Faster than any silence could be noticed: the MAC tells. */
static void a_quick_hand_is_noticed_by_the_mac(void **state)
{
    (void)state;
    off_ms = 1000;
    on_ms = 1;
    run_rows(two, 2, 2, false);
    assert_int_equal(seen[1].result, JIG_PASS);
    assert_int_equal(seen[1].chip.mac[5], 2);
}

static void a_board_that_stays_is_flashed_once(void **state)
{
    (void)state;
    off_ms = 600000;
    on_ms = 3000;
    run_rows(two, 2, 2, false);
    assert_int_equal(seen[1].chip.mac[5], 2);
    assert_true(hands.now_ms > 600000);
}

/* Its contact was bad: it is put in again, and has its second line. */
static void a_board_that_lost_power_gets_another_chance(void **state)
{
    (void)state;
    static const struct jig_row rows[] = {
        {"mac=5C:CF:7F:00:00:07,no-lines,hold-button", NULL, true},
        {"mac=5C:CF:7F:00:00:07,no-lines,hold-button", NULL, false},
    };
    off_ms = 1000;
    on_ms = 4000;
    run_rows(rows, 2, 2, false);
    assert_int_equal(seen[0].result, JIG_FAIL);
    assert_true(seen[0].is_known);
    assert_int_equal(err_exit_code(seen[0].err), EXIT_NO_DEVICE);
    assert_int_equal(seen[1].result, JIG_PASS);
}

static void an_empty_jig_counts_once(void **state)
{
    (void)state;
    off_ms = 1000;
    on_ms = 200000; /* ten times SILENT_MS */
    run_rows(two, 2, 3, false);
    assert_int_equal(seen[0].result, JIG_PASS);
    assert_int_equal(seen[1].result, JIG_SILENT);
    assert_string_equal(seen[1].detail, "jig: nothing for 20 s");
    assert_int_equal(seen[2].result, JIG_PASS);
}

static int make_image(void **state)
{
    (void)state;
    uint32_t x = 1;
    for (unsigned i = 0; i < IMAGE; i++)
        image[i] = (uint8_t)((x = x * 1664525u + 1013904223u) >> 24);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(twenty_boards_of_which_three_are_faulty),
        cmocka_unit_test(twenty_in_a_jig_that_holds_gpio0_low),
        cmocka_unit_test(a_quick_hand_is_noticed_by_the_mac),
        cmocka_unit_test(a_board_that_stays_is_flashed_once),
        cmocka_unit_test(a_board_that_lost_power_gets_another_chance),
        cmocka_unit_test(an_empty_jig_counts_once),
    };
    return cmocka_run_group_tests(tests, make_image, NULL);
}
