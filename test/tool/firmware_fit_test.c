/* What is said of an image before it is written: that Pogo's own has never run
 * on hardware, once, and to nobody else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "format/flash_map.h"
#include "tool/args.h"
#include "tool/firmware_file.h"

static unsigned warnings;

static void count_warnings(void *ctx, const char *line)
{
    (void)ctx;
    warnings += strstr(line, "never been run on hardware") != NULL;
}

static void an_image_that_never_ran_on_hardware_is_told_once(void **state)
{
    static const struct {
        bool has_mark;
        char target;
        bool is_bench; /* the chip */
        enum err e;
        unsigned warnings;
    } rows[] = {
        {true, 'C', false, ERR_NONE, 1},
        {true, 'C', true, ERR_NONE, 0},
        {true, 'B', true, ERR_NONE, 0},
        {true, 'B', false, ERR_IMAGE_BENCH_ONLY, 0},
        {false, 0, false, ERR_NONE, 0}, /* somebody else's */
    };
    const struct args args = {.flash_mode = ARGS_NOT_GIVEN,
                              .flash_size = ARGS_NOT_GIVEN,
                              .flash_freq = ARGS_NOT_GIVEN};
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        static struct flasher f; /* large */
        static struct firmware_set set;
        uint8_t header[2][4];
        memset(&f, 0, sizeof(f));
        memset(&set, 0, sizeof(set));
        f.config.say = count_warnings;
        f.config.port = "port";
        f.chip.flash_size = 0x100000;
        f.chip.is_bench = rows[i].is_bench;
        set.count = 2;
        for (unsigned k = 0; k < set.count; k++) {
            struct firmware_file *file = &set.file[k];
            memcpy(header[k], "\xE9\x01\x03\x20", 4);
            file->bytes = header[k];
            file->size = sizeof(header[k]);
            file->path = "file";
            file->address = k * FLASH_SECTOR_SIZE;
            file->is_image = true;
            file->image.has_mark = rows[i].has_mark;
            file->image.mark.target = rows[i].target;
        }
        warnings = 0;
        print_message("# row %zu\n", i);
        assert_int_equal(firmware_fit(&set, &args, &f), rows[i].e);
        assert_int_equal(warnings, rows[i].warnings);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_image_that_never_ran_on_hardware_is_told_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
