/* Templates of boards: as text on the command line, in a file, or in a folder
 * with one file each as the public template site keeps them (a header of
 * `title:`, `model:`, `template:` and `template9:` lines, the values in
 * quotes). */
#ifndef TOOL_TEMPLATE_FILE_H
#define TOOL_TEMPLATE_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "format/err.h"

#define TEMPLATE_TEXT 512u
#define TEMPLATE_TITLE 96u

enum template_kind {
    TEMPLATE_BAD,
    TEMPLATE_OLD, /* 13 numbers, none above 255: every Tasmota takes it */
    TEMPLATE_NEW  /* Tasmota 9 and later, and Pogo */
};

struct template_file {
    char title[TEMPLATE_TITLE];
    char model[TEMPLATE_TITLE];
    char old_text[TEMPLATE_TEXT]; /* ""; or TEMPLATE_OLD */
    char new_text[TEMPLATE_TEXT]; /* ""; or TEMPLATE_NEW */
};

enum template_kind template_kind(const char *text);

/* From what a file holds. False: there is no template in it. */
bool template_parse(const char *content, struct template_file *out);

/* From a template's text (it begins with `{`) or the name of a file with one.
 * ERR_FORMAT: it holds none; errors of os_read_file. */
MUST_USE enum err template_read(const char *what, struct template_file *out);

/* Call found with each file of a folder whose name, title or model holds all of
 * word, upper and lower case alike; in no order. *count of them. ERR_FILE_OPEN:
 * there is no such folder. */
MUST_USE enum err template_search(const char *folder, const char *word,
                                  void (*found)(void *ctx, const char *name,
                                                const struct template_file *t),
                                  void *ctx, unsigned *count);

#endif
