/* Whole command lines: the exit code, what they say, what is left behind. */
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "test/tool/cmd_line.h"
#include "tool/hint.h"
#include "tool/os.h"

static const struct row {
    const char *line;
    int code;
    const char *said; /* part of it */
} rows[] = {
    {BENCH "flash dout.bin", EXIT_DONE, "read back, MD5"},
    {BENCH "verify dout.bin", EXIT_DONE, "are on the flash"},
    {"-p bench:mini verify dout.bin", EXIT_MISMATCH,
     "try: each bench:mini is a new, blank device"},
    {BENCH "verify qio.bin", EXIT_DONE, "DOUT"},
    {BENCH "verify text.bin", EXIT_MISMATCH, "write it again"},
    {BENCH "verify more.bin", EXIT_MISMATCH, "write it again"},
    {BENCH "--no-stub verify text.bin", EXIT_MISMATCH, "text.bin"},
    {BENCH "flash qio.bin", EXIT_DONE, "which needs DOUT: set so"},
    {BENCH "write_flash -fm dout 0x0 qio.bin", EXIT_DONE, "read back, MD5"},
    {BENCH "flash -fm qio dout.bin", EXIT_REFUSED, "does not start"},
    {BENCH "flash -fm keep qio.bin", EXIT_REFUSED, "does not start"},
    {BENCH "flash --force -fm qio dout.bin", EXIT_DONE, "WARNING"},
    {BENCH "flash bench.bin", EXIT_DONE, "read back, MD5"},
    {BENCH "flash -fs 4MB bench.bin", EXIT_DONE, "keeps its flash size"},
    {BENCH "flash pogo4.bin", EXIT_DONE, "keeps its flash size"},
    {BENCH "verify pogo4.bin", EXIT_DONE, "are on the flash"},
    {BENCH "verify bench.bin", EXIT_DONE, "are on the flash"},
    {BENCH "flash four.bin", EXIT_REFUSED, "4MB, the chip has 1024 KB"},
    {BENCH "flash -fs 4MB dout.bin", EXIT_REFUSED, "larger flash"},
    {BENCH "flash -fs 2MB-c1 dout.bin", EXIT_REFUSED, "try: -fs detect"},
    {BENCH "flash --force four.bin", EXIT_DONE, "WARNING"},
    {BENCH "verify -fs 4MB dout.bin", EXIT_DONE, "are on the flash"},
    {BENCH "flash -fs detect four.bin", EXIT_DONE, "read back, MD5"},
    {BENCH "verify -fs 1MB four.bin", EXIT_DONE, "are on the flash"},
    {"-p bench:mini,size=512KB flash bench.bin", EXIT_REFUSED,
     "try: use an image for this flash size"},
    {"-p bench:mini,size=4MB flash four.bin", EXIT_DONE, "read back, MD5"},
    {POSING "flash bench.bin", EXIT_REFUSED, "only on the bench"},
    {POSING "flash --force bench.bin", EXIT_REFUSED, "only on the bench"},
    {POSING "flash dout.bin", EXIT_DONE, "read back, MD5"},
    {BENCH "flash short.bin", EXIT_REFUSED, "cut short"},
    {BENCH "flash spoilt.bin", EXIT_REFUSED, "checksum"},
    {BENCH "flash text.bin", EXIT_REFUSED, "not an ESP8266 image"},
    {BENCH "flash text.bin", EXIT_REFUSED, "image: text.bin\n"},
    {BENCH "flash dout.bin@zz", EXIT_USAGE, "dout.bin@zz: zz is not an addr"},
    {BENCH "flash more.bin", EXIT_DONE,
     "900000 bytes follow its image; they are written, too."},
    {BENCH "flash empty.bin", EXIT_REFUSED, "is empty"},
    {BENCH "flash text.bin@0x5000", EXIT_DONE, "12 bytes at 0x05000"},
    {BENCH "flash large.bin", EXIT_REFUSED, "does not fit"},
    {BENCH "flash dout.bin text.bin", EXIT_REFUSED, "not an ESP8266 image"},
    {BENCH "flash dout.bin qio.bin", EXIT_USAGE, "share flash sectors"},
    {BENCH "flash dout.bin text.bin@0x5000", EXIT_DONE, "text.bin"},
    {BENCH "flash dout.bin@0x10000", EXIT_DONE,
     "dout.bin at 0x10000 is an ESP8266 image."},
    {BENCH "flash spoilt.bin@0x10000", EXIT_DONE, "WARNING: spoilt.bin at"},
    {BENCH "flash short.bin@0x10000", EXIT_DONE, "WARNING: short.bin at 0x10"},
    {BENCH "flash text.bin@0x5001", EXIT_USAGE, "text.bin at 0x05001"},
    {BENCH "flash none.bin", EXIT_FAILED, "none.bin"},
    {BENCH "flash", EXIT_USAGE, "no file"},
    {BENCH "read all.bin", EXIT_DONE, "1048576 bytes"},
    {BENCH "read part.bin 0x5000 12", EXIT_DONE, "12 bytes"},
    {BENCH "read part.bin 0x5000 12", EXIT_REFUSED, "try: give another name,"},
    {BENCH "read 0x5000 12 part.bin", EXIT_REFUSED, "part.bin"},
    {BENCH "read_flash 0x5000 0x1000 part2.bin", EXIT_DONE, "4096 bytes"},
    {BENCH "read /dev/full", EXIT_FAILED, "no space"},
    {BENCH "read no/such/folder.bin", EXIT_FAILED, "no/such"},
    {BENCH "read x.bin 0x100000 4", EXIT_USAGE, "outside"},
    {BENCH "read x.bin 0x100000 4", EXIT_USAGE, "try: pogo info says"},
    {BENCH "read x.bin 2 4", EXIT_USAGE, "not aligned"},
    {BENCH "read", EXIT_USAGE, "no file given; FILE"},
    {BENCH "read x.bin 0", EXIT_USAGE, "0 stands alone; FILE"},
    {BENCH "read x.bin 0 zz", EXIT_USAGE, "zz is not a size; FILE"},
    {BENCH "read x.bin yy 4", EXIT_USAGE, "yy is not an address; FILE"},
    {BENCH "read 0 zz x.bin", EXIT_USAGE, "zz is not a size; FILE"},
    {BENCH "read x.bin 0 4 5", EXIT_USAGE, "5 is one too many; FILE"},
    {BENCH "erase 0x5000 0x1000", EXIT_DONE, "4.0 KB, erased 4.0 KB."},
    {BENCH "erase_region 0x5000 0x1000", EXIT_DONE, "are erased: it was blank"},
    {BENCH "erase 0x5000 0x2000", EXIT_DONE, "; 4 KB of it were blank before"},
    {BENCH "erase 0x5000 0x2000", EXIT_DONE, ": compared 8.0 KB."},
    {BENCH "erase 0x5000 0x10", EXIT_USAGE, "not aligned"},
    {BENCH "erase 0x5000", EXIT_USAGE, "line: 0x5000: nothing, or"},
    {BENCH "erase zz 0x1000", EXIT_USAGE, "line: zz: nothing, or"},
    {BENCH "erase 0 1 2", EXIT_USAGE, "line: 2: nothing, or"},
    {BENCH "erase", EXIT_DONE, "are erased"},
    {BENCH "info", EXIT_DONE, "ESP8285"},
    {BENCH "info --json", EXIT_DONE, "ESP8285"},
    {BENCH "info --before no_reset_no_sync", EXIT_NO_DEVICE, "no loader answ"},
    {"-p bench:mini,foo=1 info", EXIT_USAGE, "no option foo=1, but these: fl"},
    {"-p bench:mini,size=3MB info", EXIT_USAGE, "size=512KB|1MB|2MB|4MB is m"},
    {BENCH "run", EXIT_DONE, "The chip was reset.\nIt starts what"},
    {"-p /dev/ttyNONE info", EXIT_NO_DEVICE, "/dev/ttyNONE"},
    {"-p /dev/null info", EXIT_NO_DEVICE, "not a serial port"},
    {"-p rfc2217://127.0.0.1:1 info", EXIT_NO_DEVICE, "127.0.0.1:1"},
    {"-p rfc2217://127.0.0.1:1 info", EXIT_NO_DEVICE, "is the server running"},
    {"-p COM3 info", EXIT_NO_DEVICE, "COM ports are Windows'"},
    {"-p rfc2217://nothing info", EXIT_USAGE, "rfc2217://HOST:PORT"},
    {"-p bench:toaster info", EXIT_USAGE, "boards are"},
    {"-p bench:mini,sauce info", EXIT_USAGE, "sauce"},
    {"--wait 0 -p bench:mini,off,no-lines info", EXIT_NO_DEVICE, "silence"},
    {"image qio.bin", EXIT_DONE, ""},
    {"image --json bench.bin", EXIT_DONE, ""},
    {"image short.bin", EXIT_REFUSED, "cut short"},
    {"image text.bin", EXIT_REFUSED, "text.bin"},
    {"image", EXIT_USAGE, "one file"},
};

/* Over this line, and those that go on with it, further in. */
static const char *over_line(const char *at, const char *indent)
{
    do {
        at = strchr(at, '\n');
        assert_non_null(at);
        at++;
    } while (strncmp(at, indent, strlen(indent)) == 0);
    return at;
}

/* The end of a failure: what failed, what to try, and that is all. */
static void is_two_lines(const char *said)
{
    const char *pogo = strstr(said, "pogo: ");
    assert_non_null(pogo);
    const char *next = over_line(pogo, "      ");
    assert_memory_equal(next, "  try: ", 7);
    assert_string_equal(over_line(next, "       "), "");
}

static void is_narrow(const char *said)
{
    for (; *said; said += strcspn(said, "\n") + 1)
        assert_true(strcspn(said, "\n") <= 80);
}

static void a_line_ends_with_its_code_and_two_lines(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        static char said[8192];
        int code = run(rows[i].line, said, sizeof(said));
        print_message("# %s\n", rows[i].line);
        if (code != rows[i].code || !strstr(said, rows[i].said))
            print_message("# %s\n", said);
        assert_int_equal(code, rows[i].code);
        assert_non_null(strstr(said, rows[i].said));
        assert_null(strstr(said, "runs.")); /* nobody has seen it run */
        is_narrow(said);
        if (code != EXIT_DONE)
            assert_null(strstr(said, "was reset"));
        if (code == EXIT_MISMATCH) /* as it is: nothing else to say of it */
            assert_true(!strstr(said, "forced") && !strstr(said, "follow"));
        if (code != EXIT_DONE)
            is_two_lines(said);
        else
            assert_null(strstr(said, "pogo: "));
    }
}

static void no_half_file_is_left(void **state)
{
    (void)state;
    static char said[4096];
    assert_int_equal(run("--wait 0 -p bench:mini,off,no-lines read gone.bin",
                         said, sizeof(said)),
                     EXIT_NO_DEVICE);
    assert_int_not_equal(access("gone.bin", F_OK), 0);
    assert_int_not_equal(access("gone.bin.part", F_OK), 0);
    assert_int_equal(run(BENCH "read big.bin 0x0 0x200000", said, sizeof(said)),
                     EXIT_USAGE);
    assert_int_not_equal(access("big.bin", F_OK), 0);
    assert_int_not_equal(access("big.bin.part", F_OK), 0);
}

/* A file may not grow beyond 64 KB here, as on a disk with no more room. */
static void a_full_disk_leaves_no_file(void **state)
{
    (void)state;
    static char said[4096];
    struct rlimit before, small;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    small = (struct rlimit){0x10000, before.rlim_max};
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    int code = run("-p bench:mini read kept.bin", said, sizeof(said));
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_int_equal(code, EXIT_FAILED);
    assert_non_null(strstr(said, "no space left to write the file: kept.bin"));
    is_two_lines(said);
    assert_int_not_equal(access("kept.bin", F_OK), 0);
    assert_int_not_equal(access("kept.bin.part", F_OK), 0);
}

static void what_is_there_is_left_alone(void **state)
{
    (void)state;
    static char said[4096];
    uint8_t bytes[16];
    put_file("old.bin", "old", 3);
    assert_int_equal(run(BENCH "read old.bin 0 16", said, sizeof(said)),
                     EXIT_REFUSED);
    is_two_lines(said);
    assert_int_equal(get_file("old.bin", bytes, sizeof(bytes)), 3);
}

/* A link that waits under the name of the unfinished file leads nowhere. */
static void what_is_read_is_its_owners_alone(void **state)
{
    (void)state;
    static const char *const lines[] = {BENCH "read secret.bin 0 16",
                                        BENCH "backup secret.bin"};
    static char said[4096];
    uint8_t bytes[16];
    struct stat st;
    mode_t mask = umask(0);
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        put_file("victim", "old", 3);
        assert_int_equal(symlink("victim", "secret.bin.part"), 0);
        assert_int_equal(run(lines[i], said, sizeof(said)), EXIT_DONE);
        assert_int_equal(get_file("victim", bytes, sizeof(bytes)), 3);
        assert_int_equal(lstat("secret.bin", &st), 0);
        assert_true(S_ISREG(st.st_mode));
        assert_int_equal(st.st_mode & 0777, 0600);
        assert_int_equal(unlink("secret.bin"), 0);
    }
    umask(mask);
}

/* A CRC of zeros, and a checksum that is right. */
static void which_sum_of_version_2_is_wrong_is_said(void **state)
{
    (void)state;
    static char said[4096];
    static uint8_t file[0x2000];
    memcpy(file, "\xEA\x04\x02\x20\x04\x00\x10\x40", 8);
    file[12] = 32; /* the irom segment's bytes */
    size_t size = 48 + make_image(file + 48, 0x1000, IMAGE_DOUT, 0) + 4;
    put_file("v2.bin", file, size);
    assert_int_equal(run("image v2.bin", said, sizeof(said)), EXIT_REFUSED);
    said[get_file("stdout.txt", (uint8_t *)said, sizeof(said) - 1)] = '\0';
    const char *sum = strstr(said, "checksum ");
    assert_non_null(sum);
    const char *crc = strstr(sum, "\nCRC ");
    assert_non_null(crc);
    assert_true(strstr(sum, ", right\n") < crc && strstr(sum, ", right\n"));
    assert_non_null(strstr(crc, "but 0x00000000 is in the file\n"));
}

/* The other end of a pty that nobody listens to; *name is its port. */
static int make_port(char *name, size_t room)
{
    int master = posix_openpt(O_RDWR | O_NOCTTY);
    assert_true(master >= 0);
    assert_int_equal(grantpt(master), 0);
    assert_int_equal(unlockpt(master), 0);
    assert_int_equal(ptsname_r(master, name, room), 0);
    return master;
}

static void a_port_of_others_names_the_group_to_join(void **state)
{
    (void)state;
    static char said[4096];
    char port[64], line[128];
    if (geteuid() != 0)
        skip();
    int master = make_port(port, sizeof(port));
    assert_int_equal(chmod(port, 0660), 0);
    assert_int_equal(chown(port, 0, 20), 0);  /* Debian's dialout */
    assert_int_equal(chmod(folder, 0777), 0); /* for what run writes */
    snprintf(line, sizeof(line), "-p %s info", port);
    unlink("stdout.txt");
    unlink("stderr.txt");
    assert_int_equal(seteuid(65534), 0);
    int code = run(line, said, sizeof(said));
    assert_int_equal(seteuid(0), 0);
    unlink("stdout.txt");
    unlink("stderr.txt");
    assert_int_equal(code, EXIT_NO_DEVICE);
    assert_non_null(strstr(said, "no permission to use the port"));
    assert_non_null(strstr(said, "dialout"));
    is_narrow(said);
    is_two_lines(said);
    close(master);
}

static void without_an_adapter_one_is_to_be_plugged_in(void **state)
{
    (void)state;
    static char said[4096];
    struct os_ports ports;
    os_find_ports(&ports);
    if (ports.count > 0)
        skip(); /* somebody's device: hands off */
    unsetenv("POGO_PORT");
    assert_int_equal(run("info", said, sizeof(said)), EXIT_NO_DEVICE);
    assert_non_null(strstr(
        said,
        "try: never with mains connected: plug the adapter in; -p bench:mini"));
    is_two_lines(said);
    is_narrow(said);
}

static void a_silent_wire_is_no_device(void **state)
{
    (void)state;
    static char said[4096];
    char port[64], line[128];
    int master = make_port(port, sizeof(port));
    snprintf(line, sizeof(line), "--wait 0 -p %s flash dout.bin", port);
    assert_int_equal(run(line, said, sizeof(said)), EXIT_NO_DEVICE);
    assert_non_null(strstr(said, "no answer from the chip"));
    assert_non_null(strstr(said, port));
    is_two_lines(said);
    close(master);
}

static void a_hint_fits_the_port(void **state)
{
    (void)state;
    static const struct {
        enum err err;
        const char *port, *hint; /* NULL: the error's own */
    } hints[] = {
        {ERR_PORT_MISSING, NULL, "plug the adapter in;"},
        {ERR_PORT_MISSING, "/dev/ttyUSB0", NULL},
        {ERR_PORT_MISSING, "COM3", "Windows"},
        {ERR_PORT_MISSING, "rfc2217://pi:2217", "server"},
        {ERR_TIMEOUT, "rfc2217://pi:2217", "RFC 2217"},
        {ERR_MISMATCH, "rfc2217://pi:2217", NULL},
        {ERR_MISMATCH, "/dev/ttyUSB0", NULL},
        {ERR_MISMATCH, "bench:mini", "blank device"},
        {ERR_MISMATCH, "bench:mini,flash=a", NULL},
        {ERR_NO_ANSWER, "bench:mini,off", NULL},
        {ERR_USAGE, "bench:nope", "new, blank device"},
        {ERR_USAGE, "/dev/ttyUSB0", NULL},
    };
    for (size_t i = 0; i < sizeof(hints) / sizeof(hints[0]); i++) {
        const char *hint = hint_for(hints[i].err, hints[i].port);
        print_message("# %s\n", hints[i].port ? hints[i].port : "no port");
        if (hints[i].hint)
            assert_non_null(strstr(hint, hints[i].hint));
        else
            assert_string_equal(hint, err_hint(hints[i].err));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_ends_with_its_code_and_two_lines),
        cmocka_unit_test(no_half_file_is_left),
        cmocka_unit_test(a_full_disk_leaves_no_file),
        cmocka_unit_test(what_is_there_is_left_alone),
        cmocka_unit_test(which_sum_of_version_2_is_wrong_is_said),
        cmocka_unit_test(what_is_read_is_its_owners_alone),
        cmocka_unit_test(a_port_of_others_names_the_group_to_join),
        cmocka_unit_test(without_an_adapter_one_is_to_be_plugged_in),
        cmocka_unit_test(a_silent_wire_is_no_device),
        cmocka_unit_test(a_hint_fits_the_port),
    };
    return cmocka_run_group_tests(tests, make_files, drop_files);
}
