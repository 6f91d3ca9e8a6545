/* Whole command lines run in this process, in a folder with image files of all
 * kinds. What a line says goes to files that are looked at. */
#ifndef TEST_TOOL_CMD_LINE_H
#define TEST_TOOL_CMD_LINE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "format/image.h"
#include "tool/args.h"
#include "tool/cmd.h"
#include "tool/message.h"

#define BENCH "-p bench:mini,flash=flash.bin "
#define POSING "-p bench:mini,posing-as-hardware "

static char folder[] = "/tmp/pogo_cmd_XXXXXX";

static inline void put_file(const char *name, const void *bytes, size_t size)
{
    FILE *file = fopen(name, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    fclose(file);
}

static inline size_t get_file(const char *name, uint8_t *bytes, size_t room)
{
    FILE *file = fopen(name, "rb");
    if (!file)
        return 0;
    size_t n = fread(bytes, 1, room, file);
    fclose(file);
    return n;
}

/* An image; with a mark when target is given. */
static inline size_t make_image(uint8_t *file, size_t room, uint8_t mode,
                                char target)
{
    static uint8_t data[3000];
    const struct image_part part = {0x40100000, data, sizeof(data)};
    for (unsigned i = 0; i < sizeof(data); i++)
        data[i] = (uint8_t)(i * 3);
    if (target) {
        memset(data, 0, 32);
        memcpy(data,
               "POGO\x01?\0\0"
               "0.1.0",
               13);
        data[5] = (uint8_t)target;
    }
    assert_int_equal(image_build(mode, 0x20, 0x40100000, &part, 1, file, room),
                     ERR_NONE);
    return image_built_size(&part, 1);
}

static inline int make_files(void **state)
{
    (void)state;
    static uint8_t file[0x3000], large[0x100001];
    if (!mkdtemp(folder) || chdir(folder) != 0)
        return -1;
    size_t size = make_image(file, sizeof(file), IMAGE_QIO, 0);
    put_file("qio.bin", file, size);
    put_file("short.bin", file, size - 1);
    file[100] ^= 1;
    put_file("spoilt.bin", file, size);
    put_file("dout.bin", file, make_image(file, sizeof(file), IMAGE_DOUT, 0));
    memset(file, 0xFF, sizeof(file));
    (void)make_image(file, 0x1000, IMAGE_DOUT, 'B');
    size = 0x1000 + make_image(file + 0x1000, 0x1000, IMAGE_DOUT, 0);
    put_file("bench.bin", file, size);
    file[3] = 0x40;
    put_file("pogo4.bin", file, size); /* Pogo's, its size patched to 4MB */
    size = make_image(file, sizeof(file), IMAGE_DOUT, 0);
    file[3] = 0x40;
    put_file("four.bin", file, size);
    put_file("text.bin", "hello, world", 12);
    put_file("empty.bin", "", 0);
    size_t image_size = make_image(large, sizeof(large), IMAGE_DOUT, 0);
    large[image_size + 900000 - 1] = 1;
    put_file("more.bin", large, image_size + 900000);
    put_file("large.bin", large, sizeof(large));
    return 0;
}

static inline int drop_files(void **state)
{
    (void)state;
    char line[128];
    snprintf(line, sizeof(line), "rm -r %s", folder);
    return chdir("/") != 0 || system(line) != 0;
}

/* Run a line; what it said on stderr is put into said. */
static inline int run(const char *line, char *said, size_t room)
{
    char text[512], problem[128];
    char *argv[32], *save = NULL;
    int argc = 0;
    struct args args;
    snprintf(text, sizeof(text), "pogo %s", line);
    for (char *w = strtok_r(text, " ", &save); w;
         w = strtok_r(NULL, " ", &save))
        argv[argc++] = w;
    assert_int_equal(args_parse(argc, argv, 1, &args, problem, sizeof(problem)),
                     ERR_NONE);
    fflush(NULL);
    int old[2] = {dup(1), dup(2)};
    assert_non_null(freopen("stdout.txt", "w", stdout));
    assert_non_null(freopen("stderr.txt", "w", stderr));
    message_json_errors(args.is_json);
    int code = command_find(args.command)->run(&args);
    fflush(NULL);
    dup2(old[0], 1);
    dup2(old[1], 2);
    close(old[0]);
    close(old[1]);
    size_t n = get_file("stderr.txt", (uint8_t *)said, room - 1);
    said[n] = '\0';
    return code;
}

#endif
