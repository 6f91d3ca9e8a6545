/* What command lines print on stdout: objects with --json, and what pogo image
 * remarks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "test/tool/cmd_line.h"

static void image_remarks_on_what_was_hardly_meant(void **state)
{
    (void)state;
    static const struct {
        const char *line, *note; /* NULL: none */
    } notes[] = {
        {"image dout.bin", NULL},
        {"image bench.bin", NULL},
        {"image qio.bin", "does not start on an ESP8285"},
        {"image more.bin",
         "900000 bytes follow the image's end; its checksum leaves"},
        {"image large.bin", "larger than the flash its header names, 1MB"},
        {"image --json more.bin", "\"trailing\":900000,"},
    };
    for (size_t i = 0; i < sizeof(notes) / sizeof(notes[0]); i++) {
        static char said[4096];
        char out[4096] = "";
        print_message("# %s\n", notes[i].line);
        assert_int_equal(run(notes[i].line, said, sizeof(said)), EXIT_DONE);
        (void)get_file("stdout.txt", (uint8_t *)out, sizeof(out) - 1);
        if (notes[i].note)
            assert_non_null(strstr(out, notes[i].note));
        else
            assert_null(strstr(out, "note "));
    }
}

static const struct {
    const char *line;
    int code;
    const char *out[4]; /* parts of stdout */
} json_rows[] = {
    {"-p bench:mini,mac=5C:CF:7F:0A:0B:0C info --json",
     EXIT_DONE,
     {"{\"chip\":\"ESP8285\"", "\"mac\":\"5C:CF:7F:0A:0B:0C\"",
      "\"flash_bytes\":1048576"}},
    {"image --json bench.bin",
     EXIT_DONE,
     {"{\"file\":\"bench.bin\"", "\"target\":\"B\"", "\"state\":\"ok\""}},
    {"image --json short.bin",
     EXIT_REFUSED,
     {"{\"file\":\"short.bin\"", "\"state\":\"ERR_IMAGE_TRUNCATED\"",
      "\"error\":\"the image is cut short: short.bin\"", "\"code\":5}"}},
    {"image --json none.bin",
     EXIT_FAILED,
     {"{\"error\":\"file can't be opened: none.bin\",\"try\":\"check its name",
      "\"code\":1}"}},
    {BENCH "flash --json dout.bin text.bin@0x5000",
     EXIT_DONE,
     {"{\"chip\":\"ESP8285\",\"files\":[{\"file\":\"dout.bin\",\"address\":0,",
      "\"md5\":\"e4d7f1b4ed2e42d15898f4b27b019da4\",\"seconds\":",
      "},{\"file\":\"text.bin\",\"address\":20480,\"size\":12,"}},
    {BENCH "flash --json four.bin",
     EXIT_REFUSED,
     {"{\"error\":\"the image is made for a larger flash: four.bin: 4MB",
      "\"try\":\"-fs detect", "\"code\":5}"}},
    {"-p rfc2217://127.0.0.1:1 flash --json dout.bin",
     EXIT_NO_DEVICE,
     {"{\"error\":\"no such port: rfc2217://127.0.0.1:1",
      "\"try\":\"is the server", "\"code\":3}"}},
    {"flash --json",
     EXIT_USAGE,
     {"{\"error\":\"wrong command line", "\"code\":2}"}},
};

/* One object on the last line, whatever happens; before it, events. */
static void json_is_an_object_on_stdout(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(json_rows) / sizeof(json_rows[0]); i++) {
        static char said[4096];
        char out[4096] = "";
        int code = run(json_rows[i].line, said, sizeof(said));
        (void)get_file("stdout.txt", (uint8_t *)out, sizeof(out) - 1);
        print_message("# %s: %s", json_rows[i].line, out);
        assert_int_equal(code, json_rows[i].code);
        const char *last = out;
        while (strncmp(last, "{\"event\":", 9) == 0)
            last = strchr(last, '\n') + 1;
        for (unsigned k = 0; k < 4 && json_rows[i].out[k]; k++)
            assert_non_null(strstr(last, json_rows[i].out[k]));
        assert_int_equal(last[0], '{');
        assert_string_equal(strchr(last, '\n') - 1, "}\n");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(image_remarks_on_what_was_hardly_meant),
        cmocka_unit_test(json_is_an_object_on_stdout),
    };
    return cmocka_run_group_tests(tests, make_files, drop_files);
}
