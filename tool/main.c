/* pogo: finds the subcommand's row and hands over. */
#include <stdio.h>
#include <string.h>

#include "format/version.h"
#include "tool/args.h"
#include "tool/cmd.h"
#include "tool/message.h"
#include "tool/os.h"

static void print_options(const char *command)
{
    printf("\nOptions:\n");
    for (unsigned i = 0; args_option_help(i, command); i++) {
        if (args_option_help(i, command)[0] != '\0')
            printf("%s\n", args_option_help(i, command));
    }
}

/* What an owner needs, in the order he needs it; the rest is for experts. */
static const char *const everyday[] = {"install", "setup",  "console",
                                       "doctor",  "backup", "restore",
                                       "ota",     "report"};
#define EVERYDAY (sizeof(everyday) / sizeof(everyday[0]))

static bool is_everyday(const struct command *command)
{
    for (size_t i = 0; i < EVERYDAY; i++) {
        if (strcmp(everyday[i], command->name) == 0)
            return true;
    }
    return false;
}

static void print_row(const struct command *command)
{
    if (command)
        printf("  pogo %-12s %s\n", command->name, command->summary);
}

static int print_help(void)
{
    printf("pogo: put your own firmware on an ESP8266 switch, and keep it "
           "running\n\n");
    for (size_t i = 0; i < EVERYDAY; i++)
        print_row(command_find(everyday[i]));
    printf("\nFor experts:\n");
    for (size_t i = 0; i < command_count; i++) {
        if (!is_everyday(&commands[i]))
            print_row(&commands[i]);
    }
    printf("\n`pogo COMMAND --help` tells more. -p PORT is /dev/ttyUSB0, "
           "rfc2217://HOST:PORT\nor bench:mini, a virtual Sonoff Mini: a new "
           "and blank one for each command;\nbench:mini,flash=FILE keeps its "
           "flash. Words pasted from esptool are understood.\n");
    return EXIT_DONE;
}

static int print_command_help(const struct command *command)
{
    printf("pogo %s %s\n\n%s", command->name, command->usage, command->help);
    print_options(command->name);
    return EXIT_DONE;
}

static int unknown_command(const char *word)
{
    char problem[256];
    const char *hint = args_instead_of(word);
    const struct command *near = command_near(word);
    if (hint)
        return message_fail_hint(ERR_USAGE, hint, "pogo has no %s", word);
    if (near) {
        snprintf(problem, sizeof(problem), "did you mean pogo %s?", near->name);
        return message_fail_hint(ERR_USAGE, problem, "no such command: %s",
                                 word);
    }
    snprintf(problem, sizeof(problem), "no such command: %s", word);
    return message_usage(NULL, problem);
}

/* `pogo help flash`. */
static int help_on(const char *word)
{
    const struct command *command = command_find(args_command_name(word));
    char help[] = "--help";
    char name[32];
    char *argv[] = {name, help, NULL};
    snprintf(name, sizeof(name), "%s", word);
    if (command && command->run_raw)
        return command->run_raw(2, argv);
    if (command)
        return print_command_help(command);
    return unknown_command(word);
}

static int no_command(const struct args *args, const char *word)
{
    if (args->is_version) {
        printf("pogo %s\n", POGO_VERSION);
        return EXIT_DONE;
    }
    if (!word)
        return print_help();
    if (strcmp(word, "help") == 0)
        return args->word_count > 0 ? help_on(args->word[0]) : print_help();
    if (strcmp(word, "version") == 0) {
        printf("pogo %s\n", POGO_VERSION);
        return EXIT_DONE;
    }
    return unknown_command(word);
}

/* Before the line is parsed: it may be wrong. */
static bool has_word(int argc, char **argv, const char *word)
{
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], word) == 0)
            return true;
    }
    return false;
}

int main(int argc, char **argv)
{
    struct args args;
    char problem[256];
    os_hold_descriptors();
    int at = args_find_command(argc, argv);
    const char *word = at < argc ? argv[at] : NULL;
    const struct command *command =
        command_find(word ? args_command_name(word) : NULL);
    if (command && command->run_raw)
        return command->run_raw(argc - at, argv + at);
    message_json_errors(has_word(argc, argv, "--json"));
    enum err e = args_parse(argc, argv, args_skip_program(argc, argv), &args,
                            problem, sizeof(problem));
    if (command && args.is_help)
        return print_command_help(command);
    if (word && !command && (args_instead_of(word) || command_near(word)))
        return unknown_command(word); /* whatever its options are */
    if (e != ERR_NONE)
        return message_usage(command ? command->name : NULL, problem);
    if (!command)
        return no_command(&args, word);
    return command->run(&args);
}
