/* What the two halves of the command line share: the table of options (args.c)
 * and who reads the words (args_parse.c). */
#ifndef TOOL_ARGS_PRIVATE_H
#define TOOL_ARGS_PRIVATE_H

#include "tool/args.h"

#define ARGS_NAME 32u

struct option {
    const char *letters; /* "-p"; NULL: none */
    const char *name;    /* "--port" */
    bool takes_value;
    bool (*set)(struct args *args, const char *value);
    const char *commands; /* each with a space behind it */
    const char *help;     /* one or more whole lines */
};

extern const struct option args_options[];
extern const size_t args_option_count;

/* An option that is something else for one command. */
struct own_help {
    const char *name, *command;
    const char *help;
};
extern const struct own_help args_own_help[];
extern const size_t args_own_help_count;

/* With dashes: esptool took underscores until 5.0. */
void args_normalize(const char *in, char out[ARGS_NAME]);

#endif
