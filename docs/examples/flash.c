/* Pogo's flasher as a library: writes a file to a device and says what it did.
 * Knows tool/flasher.h and the C library, nothing else.
 *
 *     build/docs/examples/flash bench:mini build/pogo-bench.bin */
#include <stdio.h>
#include <stdlib.h>

#include "tool/flasher.h"

#define FILE_MAX 0x400000u

/* Whatever the caller wants to find again in its callbacks. */
struct program {
    unsigned percent;
};

static void say(void *ctx, const char *line)
{
    (void)ctx;
    printf("device: %s\n", line);
}

static void progress(void *ctx, const char *what, uint32_t done, uint32_t total)
{
    struct program *program = ctx;
    unsigned percent = (unsigned)((uint64_t)done * 100 / total);
    if (percent != program->percent)
        printf("%s: %u %%\n", what, percent);
    program->percent = percent;
}

static size_t read_file(const char *path, uint8_t *bytes)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        return 0;
    size_t size = fread(bytes, 1, FILE_MAX, file);
    fclose(file);
    return size;
}

static enum err flash(const struct flasher_config *config, const uint8_t *bytes,
                      uint32_t size)
{
    static struct flasher f;
    enum err e = flasher_open(&f, config);
    if (e == ERR_NONE) {
        printf("%s, %u KB of flash\n", f.chip.is_8285 ? "ESP8285" : "ESP8266",
               (unsigned)(f.chip.flash_size / 1024));
        e = flasher_write(&f, 0, bytes, size);
        flasher_close(&f, e);
    }
    if (e == ERR_NONE)
        printf("written and read back: %u bytes, %u of %u sectors were there\n",
               (unsigned)size, f.same_sectors, f.sectors);
    else
        printf("failed: %s: %s\ntry: %s\n", err_text(e), f.detail, err_hint(e));
    return e;
}

int main(int argc, char **argv)
{
    static uint8_t bytes[FILE_MAX];
    struct program program = {0};
    if (argc != 3) {
        printf("usage: flash PORT FILE\n");
        return EXIT_USAGE;
    }
    const struct flasher_config config = {
        .port = argv[1], .say = say, .progress = progress, .ctx = &program};
    size_t size = read_file(argv[2], bytes);
    if (size == 0) {
        printf("nothing to read in %s\n", argv[2]);
        return EXIT_FAILED;
    }
    return (int)err_exit_code(flash(&config, bytes, (uint32_t)size));
}
