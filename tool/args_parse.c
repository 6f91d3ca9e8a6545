/* Reads the words of the command line into struct args, by the table of
 * options. */
#include <stdio.h>
#include <string.h>

#include "tool/args_private.h"

void args_normalize(const char *in, char out[ARGS_NAME])
{
    size_t i = 0;
    for (; i < ARGS_NAME - 1 && in[i]; i++)
        out[i] = in[i] == '_' ? '-' : in[i];
    out[i] = '\0';
}

static bool knows(const char *command, const struct option *o)
{
    size_t size = strlen(command);
    for (const char *p = o->commands; *p; p += strcspn(p, " ") + 1) {
        if (strncmp(p, command, size) == 0 && p[size] == ' ')
            return true;
    }
    return false;
}

const char *args_option_help(unsigned i, const char *command)
{
    if (i >= args_option_count)
        return NULL;
    const struct option *o = &args_options[i];
    for (size_t k = 0; k < args_own_help_count; k++) {
        if (strcmp(args_own_help[k].name, o->name) == 0 &&
            strcmp(args_own_help[k].command, command) == 0)
            return args_own_help[k].help;
    }
    return knows(command, o) ? o->help : "";
}

const char *args_option_name(unsigned i)
{
    return i < args_option_count ? args_options[i].name : NULL;
}

/* The row of one word; *value is what is attached to it (--baud=N, -p/dev/x).
 */
static const struct option *find_option(const char *word, const char **value)
{
    char name[ARGS_NAME];
    const char *equals = strchr(word, '=');
    size_t size = equals ? (size_t)(equals - word) : strlen(word);
    *value = NULL;
    for (size_t i = 0; i < args_option_count; i++) {
        const char *letters = args_options[i].letters;
        if (letters && strcmp(word, letters) == 0)
            return &args_options[i];
        args_normalize(word, name);
        if (size < ARGS_NAME)
            name[size] = '\0';
        if (strncmp(word, "--", 2) == 0 &&
            strcmp(name, args_options[i].name) == 0) {
            *value = equals ? equals + 1 : NULL;
            return &args_options[i];
        }
    }
    if ((word[1] == 'p' || word[1] == 'b') && word[2] != '\0') {
        *value = word + 2;
        return &args_options[word[1] == 'p' ? 0 : 1];
    }
    return NULL;
}

static bool is_option(const char *word)
{
    return word[0] == '-' && word[1] != '\0';
}

int args_find_command(int argc, char **argv)
{
    int i = args_skip_program(argc, argv);
    for (; i < argc && is_option(argv[i]); i++) {
        const char *value;
        const struct option *o = find_option(argv[i], &value);
        if (o && o->takes_value && !value)
            i++;
    }
    return i < argc ? i : argc;
}

/* One option at argv[*i]; moves *i over its value. */
static bool take_option(int argc, char **argv, int *i, struct args *out,
                        char *problem, size_t room)
{
    const char *word = argv[*i];
    const char *value;
    const struct option *o = find_option(word, &value);
    if (!o) {
        snprintf(problem, room, "unknown option %s", word);
        return false;
    }
    if (o->takes_value && !value) {
        if (*i + 1 >= argc) {
            snprintf(problem, room, "%s needs a value", word);
            return false;
        }
        value = argv[++*i];
    }
    if (out->command && !knows(out->command, o)) {
        snprintf(problem, room, "pogo %s has no option %s", out->command, word);
        return false;
    }
    if (o->set(out, value))
        return true;
    snprintf(problem, room, "%s can't be %s", o->name, value);
    return false;
}

enum err args_parse(int argc, char **argv, int first, struct args *out,
                    char *problem, size_t room)
{
    int command = args_find_command(argc, argv);
    *out = (struct args){.wait_s = ARGS_WAIT_S,
                         .flash_mode = ARGS_NOT_GIVEN,
                         .flash_size = ARGS_NOT_GIVEN,
                         .flash_freq = ARGS_NOT_GIVEN};
    if (command < argc)
        out->command = args_command_name(argv[command]);
    for (int i = first; i < argc; i++) {
        if (i == command) {
            continue;
        } else if (is_option(argv[i])) {
            if (!take_option(argc, argv, &i, out, problem, room))
                return ERR_USAGE;
        } else if (out->word_count == ARGS_WORDS) {
            snprintf(problem, room, "too many words");
            return ERR_USAGE;
        } else {
            out->word[out->word_count++] = argv[i];
        }
    }
    return ERR_NONE;
}
