/* The files that `pogo bench` reads and writes besides its flash. */
#include "tool/bench_files.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emulator/elf_image.h"
#include "emulator/trace.h"
#include "tool/air_file.h"

/* A script is read whole; scenarios are a few kilobytes. */
#define SCRIPT_MAX (1u << 20)

/* The whole file as text; the caller frees it. */
static enum err read_script(const char *path, char **out)
{
    bool is_stdin = strcmp(path, "-") == 0;
    FILE *file = is_stdin ? stdin : fopen(path, "r");
    if (!file) {
        return ERR_FILE_OPEN;
    }
    char *text = malloc(SCRIPT_MAX + 1);
    size_t size = text ? fread(text, 1, SCRIPT_MAX + 1, file) : 0;
    enum err e = !text               ? ERR_MEMORY
                 : ferror(file)      ? ERR_IO
                 : size > SCRIPT_MAX ? ERR_NO_ROOM
                                     : ERR_NONE;
    if (!is_stdin) {
        fclose(file);
    }
    if (e != ERR_NONE) {
        free(text);
        return e;
    }
    text[size] = 0;
    *out = text;
    return ERR_NONE;
}

enum err bench_files_open(const struct bench_file_names *names,
                          struct bench_server_config *server,
                          struct bench_files *files, const char **detail)
{
    enum err e = ERR_NONE;
    if (names->script) {
        *detail = names->script;
        e = read_script(names->script, &files->script);
        server->text = files->script;
        server->in = -1;
    }
    if (e == ERR_NONE && names->elf) {
        *detail = names->elf;
        e = elf_image_open(names->elf, &files->elf);
        server->bench.elf = files->elf;
    }
    if (e == ERR_NONE && names->trace) {
        *detail = names->trace;
        e = trace_open(names->trace, &files->trace);
        server->bench.trace = files->trace;
    }
    if (e == ERR_NONE && names->air) {
        *detail = names->air;
        e = air_file_read(names->air, &files->air, files->wrong,
                          sizeof(files->wrong));
        server->bench.air = files->air;
    }
    return e;
}

enum err bench_files_close(const struct bench_file_names *names,
                           struct bench_files *files, enum err e,
                           const char **detail)
{
    enum err closed = files->trace ? trace_close(files->trace) : ERR_NONE;
    free(files->script);
    elf_image_close(files->elf);
    free(files->air);
    if (e == ERR_NONE && closed != ERR_NONE) {
        *detail = names->trace;
        return closed;
    }
    return e;
}
