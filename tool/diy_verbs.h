/* What `pogo diy` does: a row for each verb. Called by cmd_diy.c, which reads
 * the command line. */
#ifndef TOOL_DIY_VERBS_H
#define TOOL_DIY_VERBS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tool/diy_find.h"

struct diy_line {
    struct diy_want want;
    bool is_json, is_yes, is_help;
    const char *sha256;
    const char *password_file; /* "-": stdin */
    uint16_t port;
    char *word[4]; /* after the verb */
    int words;
};

struct diy_verb {
    const char *name;
    int least, most; /* words */
    /* Returns the exit code, and has said why. */
    int (*run)(struct diy_line *line);
    const char *usage, *help;
};
extern const struct diy_verb diy_verbs[];
extern const size_t diy_verb_count;

#endif
