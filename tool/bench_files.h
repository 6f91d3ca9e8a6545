/* The files that `pogo bench` reads and writes besides its flash: script, ELF
 * file, waveform dump, air. */
#ifndef TOOL_BENCH_FILES_H
#define TOOL_BENCH_FILES_H

#include "format/err.h"
#include "tool/bench_server.h"

/* NULL: not named. */
struct bench_file_names {
    const char *script; /* "-": stdin */
    const char *elf, *trace, *air;
};

/* Open, or read; begins as {.script = NULL}. */
struct bench_files {
    char *script;
    struct elf_image *elf;
    struct trace *trace;
    struct air *air;
    char wrong[256]; /* what is wrong in the air file; empty: nothing */
};

/* Open them and put them into the server's configuration. On failure *detail is
 * the one's name; bench_files_close is needed either way. */
MUST_USE enum err bench_files_open(const struct bench_file_names *names,
                                   struct bench_server_config *server,
                                   struct bench_files *files,
                                   const char **detail);
/* e is what went wrong before; an error of the trace, with *detail its name, is
 * returned unless there is another. */
MUST_USE enum err bench_files_close(const struct bench_file_names *names,
                                    struct bench_files *files, enum err e,
                                    const char **detail);

#endif
