/* The air file from a disk. */
#include "tool/air_file.h"

#include <stdio.h>
#include <stdlib.h>

#define TEXT_MAX 65536u /* more lines than an air has room for */

static enum err read_text(const char *path, char *text, size_t *size)
{
    FILE *file = fopen(path, "r");
    if (!file) {
        return ERR_FILE_OPEN;
    }
    *size = fread(text, 1, TEXT_MAX, file);
    enum err e = ferror(file) ? ERR_IO : ERR_NONE;
    if (e == ERR_NONE && *size == TEXT_MAX) {
        e = ERR_NO_ROOM;
    }
    fclose(file);
    return e;
}

static enum err parse(const char *path, const char *text, size_t size,
                      struct air *out, char *wrong, size_t room)
{
    struct air_error why;
    enum err e = air_parse(text, size, out, &why);
    if (e != ERR_NONE) {
        snprintf(wrong, room, "%s:%u: %s%s%s\n  try: %s", path, why.line,
                 why.what, why.word[0] ? ": " : "", why.word, why.hint);
    }
    return e;
}

enum err air_file_read(const char *path, struct air **out, char *wrong,
                       size_t room)
{
    char *text = malloc(TEXT_MAX);
    struct air *air = malloc(sizeof(*air));
    size_t size = 0;
    wrong[0] = 0;
    *out = NULL;
    enum err e = text && air ? read_text(path, text, &size) : ERR_MEMORY;
    if (e == ERR_NONE) {
        e = parse(path, text, size, air, wrong, room);
    }
    free(text);
    if (e == ERR_NONE) {
        *out = air;
    } else {
        free(air);
    }
    return e;
}
