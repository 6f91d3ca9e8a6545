#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tool/args.h"
#include "tool/cmd.h"

#define WORDS 24

/* Cut a line into argv, as a shell would; returns argc. */
static int cut(const char *line, char *text, size_t room, char **argv)
{
    int argc = 0;
    char *save = NULL;
    assert_true(strlen(line) < room);
    memcpy(text, line, strlen(line) + 1);
    for (char *w = strtok_r(text, " ", &save); w;
         w = strtok_r(NULL, " ", &save))
        argv[argc++] = w;
    argv[argc] = NULL;
    return argc;
}

static enum err parse(const char *line, struct args *args, char *problem,
                      size_t room)
{
    static char text[512];
    static char *argv[WORDS];
    int argc = cut(line, text, sizeof(text), argv);
    return args_parse(argc, argv, args_skip_program(argc, argv), args, problem,
                      room);
}

struct row {
    const char *line;
    const char *command;
    const char *port;
    unsigned baud;
    int mode, size, freq;
    const char *words; /* joined by spaces */
};

#define NG ARGS_NOT_GIVEN

/* clang-format off */
static const struct row rows[] = {
    {"pogo flash a.bin", "flash", NULL, 0, NG, NG, NG, "a.bin"},
    {"pogo flash -p /dev/ttyUSB0 -b 115200 a.bin@0x1000", "flash",
     "/dev/ttyUSB0", 115200, NG, NG, NG, "a.bin@0x1000"},
    {"pogo write_flash -fm dout 0x0 a.bin", "flash", NULL, 0, 3, NG, NG, "0x0 a.bin"},
    {"pogo write-flash --flash-mode dio 0 a.bin", "flash", NULL, 0, 2, NG, NG, "0 a.bin"},
    {"pogo --port X --baud 921600 write_flash -fs 1MB -ff 40m 0 a.bin", "flash",
     "X", 921600, NG, 2, 0, "0 a.bin"},
    {"pogo esptool.py --chip esp8266 -p X write_flash --flash_mode dout --flash_size detect 0x0 a.bin",
     "flash", "X", 0, 3, ARGS_DETECT, NG, "0x0 a.bin"},
    {"pogo esptool --chip auto --port=X --baud=74880 write-flash -z 0 a.bin", "flash",
     "X", 74880, NG, NG, NG, "0 a.bin"},
    {"pogo python3 -m esptool -pX -b460800 write_flash -u -e 0 a.bin", "flash", "X",
     460800, NG, NG, NG, "0 a.bin"},
    {"pogo /usr/bin/esptool.py write_flash --flash_freq keep 0 a", "flash", NULL, 0,
     NG, NG, ARGS_KEEP, "0 a"},
    {"pogo read_flash 0 0x100000 b.bin", "read", NULL, 0, NG, NG, NG, "0 0x100000 b.bin"},
    {"pogo erase_flash", "erase", NULL, 0, NG, NG, NG, ""},
    {"pogo erase_region 0x1000 0x2000", "erase", NULL, 0, NG, NG, NG, "0x1000 0x2000"},
    {"pogo verify_flash 0 a.bin", "verify", NULL, 0, NG, NG, NG, "0 a.bin"},
    {"pogo flash_id", "info", NULL, 0, NG, NG, NG, ""},
    {"pogo read-mac", "info", NULL, 0, NG, NG, NG, ""},
    {"pogo chip_id", "info", NULL, 0, NG, NG, NG, ""},
    {"pogo image_info a.bin", "image", NULL, 0, NG, NG, NG, "a.bin"},
    {"pogo merge_bin -o m.bin -fm dout 0 a.bin", "merge", NULL, 0, 3, NG, NG, "0 a.bin"},
    {"pogo read_flash_status --bytes 2", "flash-status", NULL, 0, NG, NG, NG, ""},
    {"pogo read-flash-sfdp", "flash-status", NULL, 0, NG, NG, NG, ""},
    {"pogo backup b.bin", "backup", NULL, 0, NG, NG, NG, "b.bin"},
    {"pogo restore b.bin", "restore", NULL, 0, NG, NG, NG, "b.bin"},
    {"pogo run", "run", NULL, 0, NG, NG, NG, ""},
    {"pogo frob", NULL, NULL, 0, NG, NG, NG, ""},
};
/* clang-format on */

static void lines_that_people_paste_are_understood(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct args a;
        char problem[128] = "", words[256] = "";
        print_message("# %s\n", rows[i].line);
        assert_int_equal(parse(rows[i].line, &a, problem, sizeof(problem)),
                         ERR_NONE);
        if (rows[i].command)
            assert_string_equal(a.command, rows[i].command);
        else
            assert_null(a.command);
        if (rows[i].port)
            assert_string_equal(a.port, rows[i].port);
        else
            assert_null(a.port);
        assert_int_equal(a.baud, rows[i].baud);
        assert_int_equal(a.flash_mode, rows[i].mode);
        assert_int_equal(a.flash_size, rows[i].size);
        assert_int_equal(a.flash_freq, rows[i].freq);
        for (unsigned k = 0; k < a.word_count; k++) {
            strcat(words, k ? " " : "");
            strcat(words, a.word[k]);
        }
        assert_string_equal(words, rows[i].words);
    }
}

static void one_slip_from_a_command_is_seen(void **state)
{
    static const char *const slips[][2] = {
        {"isntall", "install"},
        {"instal", "install"},
        {"installl", "install"},
        {"imstall", "install"},
        {"nstall", "install"},
        {"isntal", NULL},
        {"frob", NULL},
        {"", NULL},
        {"x", NULL},
        {"doctro", "doctor"},
        {"ot", "ota"},
        {"ke", "key"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(slips) / sizeof(slips[0]); i++) {
        const struct command *near = command_near(slips[i][0]);
        print_message("# %s\n", slips[i][0]);
        assert_int_equal(near != NULL, slips[i][1] != NULL);
        if (near)
            assert_string_equal(near->name, slips[i][1]);
    }
}

static void words_that_pogo_lacks_have_advice(void **state)
{
    (void)state;
    static const char *const lacks[] = {"elf2image", "make_image", "load_ram",
                                        "read-mem", "dump_mem"};
    for (size_t i = 0; i < sizeof(lacks) / sizeof(lacks[0]); i++) {
        print_message("# %s\n", lacks[i]);
        assert_null(args_command_name(lacks[i]));
        assert_non_null(args_instead_of(lacks[i]));
    }
    assert_null(args_instead_of("frob"));
    for (size_t i = 0; i < command_count; i++)
        assert_null(args_instead_of(commands[i].name));
}

static const struct {
    const char *line;
    const char *problem;
} wrong[] = {
    {"pogo flash --nope a", "unknown option --nope"},
    {"pogo flash -b", "-b needs a value"},
    {"pogo flash -b fast a", "--baud can't be fast"},
    {"pogo flash -fm quio a", "--flash-mode can't be quio"},
    {"pogo --chip esp32 flash a", "--chip can't be esp32"},
    {"pogo flash --before usb_reset a", "--before can't be usb_reset"},
    {"pogo info -e", "pogo info has no option -e"},
    {"pogo read -e b", "pogo read has no option -e"},
    {"pogo -e read b", "pogo read has no option -e"},
    {"pogo image -p X a", "pogo image has no option -p"},
    {"pogo image -pX a", "pogo image has no option -pX"},
    {"pogo read --monitor b", "pogo read has no option --monitor"},
    {"pogo flash --erase some a", "--erase can't be some"},
    {"pogo flash --monitor-time 0 a", "--monitor-time can't be 0"},
    {"pogo merge -f uf2 a", "--format can't be uf2"},
    {"pogo erase --force", "pogo erase has no option --force"},
    {"pogo verify --erase-all a", "pogo verify has no option --erase-all"},
    {"pogo run -fm dout", "pogo run has no option -fm"},
    {"pogo --wait long info", "--wait can't be long"},
    {"pogo --reset-sequence D2 info", "--reset-sequence can't be D2"},
    {"pogo ports -p X", "pogo ports has no option -p"},
};

static void a_wrong_word_is_named(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        struct args a;
        char problem[128] = "";
        assert_int_equal(parse(wrong[i].line, &a, problem, sizeof(problem)),
                         ERR_USAGE);
        assert_string_equal(problem, wrong[i].problem);
    }
}

static void the_other_options_are_taken(void **state)
{
    (void)state;
    struct args a;
    char problem[128];
    assert_int_equal(
        parse("pogo --before no_reset --after=no-reset-stub --no-stub --wait 5 "
              "flash --json --force --erase-all --verify a --help -V",
              &a, problem, sizeof(problem)),
        ERR_NONE);
    assert_int_equal(a.before, BEFORE_NO_RESET);
    assert_int_equal(a.after, AFTER_NO_RESET);
    assert_int_equal(a.wait_s, 5);
    assert_true(a.is_rom_only && a.is_json && a.is_force && a.is_erase_all &&
                a.is_help && a.is_version);
}

/* esptool takes these before any command. */
static void global_options_are_taken_by_all_chip_commands(void **state)
{
    (void)state;
    for (size_t i = 0; i < command_count; i++) {
        struct args a;
        char line[256], problem[128];
        if (!commands[i].run || strcmp(commands[i].name, "image") == 0 ||
            strcmp(commands[i].name, "key") == 0 ||
            strcmp(commands[i].name, "ports") == 0 ||
            strcmp(commands[i].name, "merge") == 0 ||
            strcmp(commands[i].name, "console") == 0 || /* not by the loader */
            strcmp(commands[i].name, "update") == 0)
            continue;
        snprintf(line, sizeof(line),
                 "pogo --chip esp8266 --port X --baud 115200 --before "
                 "no_reset --after no_reset --no-stub --trace "
                 "--connect-attempts 3 %s",
                 commands[i].name);
        print_message("# %s\n", line);
        assert_int_equal(parse(line, &a, problem, sizeof(problem)), ERR_NONE);
        assert_string_equal(a.port, "X");
    }
}

static const struct {
    const char *text;
    bool is_number;
    uint32_t value;
} numbers[] = {
    {"0", true, 0},
    {"0x1000", true, 0x1000},
    {"0100", true, 100},
    {"4096", true, 4096},
    {"4K", true, 4096},
    {"16kB", true, 16384},
    {"1MB", true, 0x100000},
    {"0xFFFFFFFF", true, 0xFFFFFFFF},
    {"0x100000000", false, 0},
    {"4096M", false, 0},
    {"", false, 0},
    {"-1", false, 0},
    {"12x", false, 0},
    {"a.bin", false, 0},
    {"1MBx", false, 0},
};

static void numbers_are_hex_decimal_or_with_a_unit(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        uint32_t n = 0;
        print_message("# %s\n", numbers[i].text);
        assert_int_equal(args_number(numbers[i].text, &n),
                         numbers[i].is_number);
        assert_int_equal(n, numbers[i].value);
    }
}

static const struct {
    const char *line;
    unsigned count;
    struct args_file file[2];
} files[] = {
    {"pogo flash a.bin", 1, {{"a.bin", 0}}},
    {"pogo flash a.bin@0x1000 b@4K", 2, {{"a.bin", 0x1000}, {"b", 4096}}},
    {"pogo flash 0x0 a.bin 0x2000 b.bin", 2, {{"a.bin", 0}, {"b.bin", 0x2000}}},
    {"pogo flash me@home.bin", 1, {{"me@home.bin", 0}}},
    {"pogo flash 0 a b@0x1000", 2, {{"a", 0}, {"b", 0x1000}}},
    {"pogo flash", 0, {{NULL, 0}}},
    {"pogo flash a.bin 0x1000", 0, {{NULL, 0}}},
};

static void files_have_addresses_in_both_manners(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        struct args a;
        struct args_file out[ARGS_FILES];
        char problem[128], text[256];
        unsigned count;
        assert_int_equal(parse(files[i].line, &a, problem, sizeof(problem)),
                         ERR_NONE);
        enum err e = args_files(&a, out, &count, text, sizeof(text), problem,
                                sizeof(problem));
        print_message("# %s\n", files[i].line);
        assert_int_equal(e, files[i].count ? ERR_NONE : ERR_USAGE);
        for (unsigned k = 0; k < files[i].count; k++) {
            assert_string_equal(out[k].path, files[i].file[k].path);
            assert_int_equal(out[k].address, files[i].file[k].address);
        }
    }
}

/* ---- the tables ---- */

static unsigned widest_line(const char *text)
{
    unsigned widest = 0;
    while (*text) {
        unsigned n = (unsigned)strcspn(text, "\n");
        widest = n > widest ? n : widest;
        text += n + (text[n] == '\n');
    }
    return widest;
}

static void the_subcommand_rows_are_complete(void **state)
{
    (void)state;
    for (size_t i = 0; i < command_count; i++) {
        const struct command *c = &commands[i];
        print_message("# %s\n", c->name);
        assert_ptr_equal(command_find(c->name), c); /* unique */
        assert_string_equal(args_command_name(c->name), c->name);
        assert_true((c->run != NULL) != (c->run_raw != NULL));
        assert_true(strlen(c->summary) > 5 && strlen(c->summary) < 60);
        assert_true(strlen(c->usage) > 0);
        if (c->run) {
            assert_true(strlen(c->help) > 20);
            assert_true(widest_line(c->help) <= 80);
        }
    }
    assert_null(command_find("frob"));
    assert_null(command_find(NULL));
}

static void the_option_rows_are_unique_and_narrow(void **state)
{
    (void)state;
    for (unsigned i = 0; args_option_name(i); i++) {
        bool is_known = false;
        for (size_t c = 0; c < command_count; c++) {
            const char *help = args_option_help(i, commands[c].name);
            assert_true(widest_line(help) <= 80);
            is_known = is_known || help[0] != '\0';
        }
        /* Esptool's words without an effect are not listed. */
        assert_true(is_known || i >= 15);
        for (unsigned k = 0; k < i; k++)
            assert_string_not_equal(args_option_name(i), args_option_name(k));
    }
}

static void help_lists_what_is_taken(void **state)
{
    (void)state;
    static const struct {
        const char *command, *option;
        bool is_listed;
    } listed[] = {
        {"flash", "--erase-all", true}, {"read", "--erase-all", false},
        {"info", "--json", true},       {"read", "--monitor", false},
        {"read", "--port", true},       {"image", "--port", false},
        {"run", "--wait", true},        {"run", "--flash-mode", false},
    };
    for (size_t i = 0; i < sizeof(listed) / sizeof(listed[0]); i++) {
        bool is_found = false;
        print_message("# %s %s\n", listed[i].command, listed[i].option);
        for (unsigned k = 0; args_option_name(k); k++) {
            const char *help = args_option_help(k, listed[i].command);
            is_found = is_found || strstr(help, listed[i].option) != NULL;
        }
        assert_int_equal(is_found, listed[i].is_listed);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_that_people_paste_are_understood),
        cmocka_unit_test(one_slip_from_a_command_is_seen),
        cmocka_unit_test(words_that_pogo_lacks_have_advice),
        cmocka_unit_test(a_wrong_word_is_named),
        cmocka_unit_test(the_other_options_are_taken),
        cmocka_unit_test(global_options_are_taken_by_all_chip_commands),
        cmocka_unit_test(help_lists_what_is_taken),
        cmocka_unit_test(numbers_are_hex_decimal_or_with_a_unit),
        cmocka_unit_test(files_have_addresses_in_both_manners),
        cmocka_unit_test(the_subcommand_rows_are_complete),
        cmocka_unit_test(the_option_rows_are_unique_and_narrow),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
