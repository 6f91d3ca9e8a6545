/* Options by a table of the subcommand's own. */
#include "tool/raw_args.h"

#include <stdio.h>
#include <string.h>

#include "tool/args.h"

const struct raw_option *raw_args_find(const struct raw_option *rows,
                                       size_t count, const char *name,
                                       size_t size)
{
    for (size_t i = 0; i < count; i++) {
        if (strlen(rows[i].name) == size &&
            strncmp(rows[i].name, name, size) == 0)
            return &rows[i];
    }
    return NULL;
}

static const struct raw_option *find_word(const struct raw_option *rows,
                                          size_t count, const char *word,
                                          const char **attached)
{
    const char *equals = strchr(word, '=');
    *attached = NULL;
    for (size_t i = 0; i < count; i++) {
        if (rows[i].letter && strcmp(rows[i].letter, word) == 0)
            return &rows[i];
    }
    if (strncmp(word, "--", 2) != 0)
        return NULL;
    word += 2;
    *attached = equals ? equals + 1 : NULL;
    return raw_args_find(rows, count, word,
                         equals ? (size_t)(equals - word) : strlen(word));
}

/* What is wrong is named without its value: that may be a password. */
static enum err wrong(const char *what, const char *word, char *problem,
                      size_t room)
{
    snprintf(problem, room, "%s%.*s", what, (int)strcspn(word, "="), word);
    return ERR_USAGE;
}

enum err raw_args_parse(const struct raw_option *rows, size_t count, int argc,
                        char **argv, const char **value, const char **word,
                        unsigned *words, char *problem, size_t room)
{
    bool has_ended = false;
    *words = 0;
    for (int i = 1; i < argc; i++) {
        const char *attached;
        if (!has_ended && strcmp(argv[i], "--") == 0) {
            has_ended = true;
            continue;
        }
        if (has_ended || argv[i][0] != '-' || argv[i][1] == '\0') {
            if (*words == RAW_WORDS)
                return wrong("too many words", "", problem, room);
            word[(*words)++] = argv[i];
            continue;
        }
        const struct raw_option *row =
            find_word(rows, count, argv[i], &attached);
        if (!row)
            return wrong("unknown option: ", argv[i], problem, room);
        if (!row->takes_value && attached)
            return wrong("takes no value: ", argv[i], problem, room);
        if (row->takes_value && !attached && i + 1 == argc)
            return wrong("no value behind ", argv[i], problem, room);
        value[row - rows] = attached           ? attached
                            : row->takes_value ? argv[++i]
                                               : "";
    }
    return ERR_NONE;
}

unsigned raw_args_all(const struct raw_option *rows, size_t count, size_t at,
                      int argc, char **argv, const char **out, unsigned room)
{
    unsigned n = 0;
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
        const char *attached = NULL;
        const struct raw_option *row =
            argv[i][0] == '-' ? find_word(rows, count, argv[i], &attached)
                              : NULL;
        if (row && row->takes_value && !attached && i + 1 < argc)
            attached = argv[++i];
        if (row == &rows[at] && attached && n < room)
            out[n++] = attached;
    }
    return n;
}

bool raw_args_seconds(const char *value, uint32_t *out)
{
    return !value || (args_number(value, out) && *out > 0 && *out <= 86400);
}
