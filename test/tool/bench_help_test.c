/* What `pogo bench` says to people, read from files in the place of stdout and
 * stderr. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "format/control.h"
#include "format/err.h"
#include "tool/bench_help.h"
#include "tool/cmd.h"

#define ROOM 16384
#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* Everything written to a file so far; the file goes. */
static void take(FILE *file, char text[ROOM])
{
    rewind(file);
    text[fread(text, 1, ROOM - 1, file)] = 0;
    fclose(file);
}

/* Run `pogo bench WORDS` with a script on stdin; *out and *err are what it
 * says. Returns its exit code. */
static int run(const char *words, const char *script, char out[ROOM],
               char err[ROOM])
{
    char line[256], *argv[16];
    int argc = 0, saved[3], code;
    FILE *file[3] = {tmpfile(), tmpfile(), tmpfile()};
    snprintf(line, sizeof(line), "bench %s", words);
    for (char *w = strtok(line, " "); w; w = strtok(NULL, " ")) {
        argv[argc++] = w;
    }
    argv[argc] = NULL;
    fputs(script, file[0]);
    rewind(file[0]);
    fflush(NULL);
    for (int i = 0; i < 3; i++) {
        saved[i] = dup(i);
        dup2(fileno(file[i]), i);
    }
    code = cmd_bench(argc, argv);
    fflush(NULL);
    for (int i = 0; i < 3; i++) {
        dup2(saved[i], i);
        close(saved[i]);
    }
    fclose(file[0]);
    take(file[1], out);
    take(file[2], err);
    return code;
}

static void fits_80_columns(const char *text)
{
    assert_int_not_equal(text[0], 0);
    for (const char *at = text; *at;) {
        size_t size = strcspn(at, "\n");
        if (size > 80) {
            fail_msg("%zu columns: %.*s", size, (int)size, at);
        }
        at += size + (at[size] == '\n');
    }
}

static bool has_word(const char *text, const char *word)
{
    size_t size = strlen(word);
    for (const char *at = text; (at = strstr(at, word)); at += size) {
        bool begins = at == text || strchr(" \n|,", at[-1]) != NULL;
        if (begins && strchr(" \n|,", at[size])) {
            return true;
        }
    }
    return false;
}

static void help_has_every_control_line(void **state)
{
    (void)state;
    char text[ROOM];
    FILE *file = tmpfile();
    size_t n = 0;
    bench_help_lines(file);
    take(file, text);
    fits_80_columns(text);
    for (const char *word; (word = control_word(n)); n++) {
        if (!has_word(text, word)) {
            fail_msg("help has no line for: %s", word);
        }
    }
    assert_true(n >= 14);
}

static void greetings_fit_80_columns(void **state)
{
    (void)state;
    char text[ROOM];
    for (size_t i = 0; i < board_count; i++) {
        FILE *file = tmpfile();
        bench_help_greet(&boards[i], 65535, file);
        take(file, text);
        fits_80_columns(text);
        assert_non_null(strstr(text, boards[i].title));
        assert_non_null(strstr(text, "rfc2217://127.0.0.1:65535"));
        assert_non_null(strstr(text, "Button GPIO0"));
    }
}

static void how_to_speak_to_one_of_many_fits_80_columns(void **state)
{
    (void)state;
    char text[ROOM];
    FILE *file = tmpfile();
    bench_help_greet_many(1000, file);
    bench_help_try_address(1000, "press 0 100", file);
    bench_help_try_address(1000, "", file);
    take(file, text);
    fits_80_columns(text);
    assert_non_null(strstr(text, "1000 devices: "));
    assert_non_null(strstr(text, "  try: 1 press 0 100     or: all press"));
    assert_non_null(strstr(text, "  try: 1 to 1000, or all\n"));
}

static void the_options_fit_80_columns(void **state)
{
    (void)state;
    char out[ROOM], err[ROOM];
    assert_int_equal(run("--help", "", out, err), EXIT_DONE);
    fits_80_columns(out);
    for (size_t i = 0; i < board_count; i++) {
        assert_non_null(strstr(out, boards[i].title));
    }
}

static void a_wrong_line_says_how_it_is_meant(void **state)
{
    (void)state;
    static const struct {
        const char *board, *line, *want;
    } rows[] = {
        {"mini", "press 4", "  try: press N [MS], release N   (N here: 0)\n"},
        {"t1-3", "  at 5 release 4",
         "  try: press N [MS], release N   (N here: 0,9,10)\n"},
        {"mini", "s2 closed",
         "  try: s2 open|close, switch N open|close   (here on GPIO4)\n"},
        {"s20", "s2 close",
         "  try: s2 open|close, switch N open|close   (this board has none)\n"},
        {"mini", "console", "  try: console TEXT\n"},
        {"mini", "at x show", "  try: sleep MS, at MS LINE\n"},
        {"mini", "wait",
         "  try: wait WORDS [MS]\n       wait console TEXT [MS]\n"},
        {"mini", "fly", "  try: help\n"},
        {"mini", "powers on", "  try: help\n"},
        {"mini", "pow", "  try: help\n"},
        {"mini", "", "  try: help\n"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        char text[ROOM];
        FILE *file = tmpfile();
        bench_help_try(board_find(rows[i].board), rows[i].line, file);
        take(file, text);
        fits_80_columns(text);
        assert_string_equal(text, rows[i].want);
    }
}

static void a_wrong_board_lists_them(void **state)
{
    (void)state;
    static const char *const words[] = {"fridge", ""};
    for (size_t i = 0; i < COUNT(words); i++) {
        char out[ROOM], err[ROOM];
        assert_int_equal(run(words[i], "", out, err), EXIT_USAGE);
        fits_80_columns(err);
        for (size_t k = 0; k < board_count; k++) {
            assert_true(has_word(err, boards[k].name));
        }
        assert_true(i > 0 || has_word(err, "fridge"));
    }
}

static void a_seed_is_a_number_of_32_bits(void **state)
{
    (void)state;
    static const struct {
        const char *value;
        int code;
    } rows[] = {
        {"0", EXIT_DONE},           {"4294967295", EXIT_DONE},
        {"0xFFFFffff", EXIT_DONE},  {"010", EXIT_DONE},
        {"4294967296", EXIT_USAGE}, {"0x100000000", EXIT_USAGE},
        {"-1", EXIT_USAGE},         {"0x", EXIT_USAGE},
        {"12ab", EXIT_USAGE},       {"x", EXIT_USAGE},
        {"0x0x5", EXIT_USAGE},      {"99999999999999999999", EXIT_USAGE},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        char words[64], out[ROOM], err[ROOM];
        snprintf(words, sizeof(words), "mini --off --script - --seed %s",
                 rows[i].value);
        assert_int_equal(run(words, "", out, err), rows[i].code);
        assert_int_equal(has_word(err, rows[i].value),
                         rows[i].code == EXIT_USAGE);
    }
}

static void a_port_that_is_taken_is_named(void **state)
{
    (void)state;
    char words[64], number[16], out[ROOM], err[ROOM];
    struct sockaddr_in a = {.sin_family = AF_INET,
                            .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof(a);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&a, size), 0);
    assert_int_equal(listen(fd, 1), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&a, &size), 0);
    snprintf(number, sizeof(number), "%u", ntohs(a.sin_port));
    snprintf(words, sizeof(words), "mini --port %s", number);
    assert_int_equal(run(words, "", out, err), EXIT_NO_DEVICE);
    assert_true(has_word(err, number));
    assert_string_equal(out, "");
    close(fd);
}

/* The ready line has long scrolled away when somebody needs it. */
static void show_repeats_the_addresses(void **state)
{
    (void)state;
    char out[ROOM], err[ROOM];
    assert_int_equal(run("mini --off --virtual --script -", "show\n", out, err),
                     EXIT_DONE);
    char *first = strstr(out, "rfc2217://127.0.0.1:");
    char *again = strstr(out, "show ports rfc2217://127.0.0.1:");
    assert_non_null(first);
    assert_non_null(again);
    again += strlen("show ports ");
    assert_int_equal(strcspn(first, "\n"), strcspn(again, "\n"));
    assert_memory_equal(first, again, strcspn(first, "\n"));
    assert_non_null(strstr(again, " pty /dev/pts/"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(help_has_every_control_line),
        cmocka_unit_test(greetings_fit_80_columns),
        cmocka_unit_test(how_to_speak_to_one_of_many_fits_80_columns),
        cmocka_unit_test(the_options_fit_80_columns),
        cmocka_unit_test(a_wrong_line_says_how_it_is_meant),
        cmocka_unit_test(a_wrong_board_lists_them),
        cmocka_unit_test(a_seed_is_a_number_of_32_bits),
        cmocka_unit_test(a_port_that_is_taken_is_named),
        cmocka_unit_test(show_repeats_the_addresses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
