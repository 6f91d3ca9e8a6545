/* The list of serial ports, from a folder that stands for /dev and /sys. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "tool/ports.h"

static char root[64];
static struct os_port ports[OS_PORTS];

static void run(const char *format, ...) __attribute__((format(printf, 1, 2)));

static void run(const char *format, ...)
{
    char command[1024];
    va_list args;
    va_start(args, format);
    vsnprintf(command, sizeof(command), format, args);
    va_end(args);
    assert_int_equal(system(command), 0);
}

/* As Linux shows them: ttyUSB hangs below an interface below the device, ttyACM
 * is the interface's own. */
static void make_usb(const char *tty, const char *below, const char *ids[4])
{
    static const char *const names[] = {"idVendor", "idProduct", "manufacturer",
                                        "product"};
    run("cd %s && mkdir -p sys/devices/usb1/%s/1:1.0%s sys/class/tty/%s dev",
        root, tty, below, tty);
    run("ln -s %s/sys/devices/usb1/%s/1:1.0%s %s/sys/class/tty/%s/device", root,
        tty, below, root, tty);
    for (int i = 0; i < 4 && ids[i]; i++)
        run("echo '%s' > %s/sys/devices/usb1/%s/%s", ids[i], root, tty,
            names[i]);
}

static int setup(void **state)
{
    (void)state;
    strcpy(root, "/tmp/pogo-ports-XXXXXX");
    if (!mkdtemp(root))
        return 1;
    run("mkdir %s/dev %s/sys", root, root);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    run("rm -r %s", root);
    return 0;
}

static void nothing_plugged_in_is_no_port(void **state)
{
    (void)state;
    assert_int_equal(os_list_ports(root, ports, OS_PORTS), 0);
}

static void each_port_has_its_usb_ids_and_names(void **state)
{
    (void)state;
    const char *ch340[] = {"1a86", "7523", NULL, NULL};
    const char *esp32[] = {"303a", "1001", "Espressif", "USB JTAG"};
    make_usb("ttyUSB0", "/ttyUSB0", ch340);
    run("echo 'USB Serial' > %s/sys/devices/usb1/ttyUSB0/product", root);
    make_usb("ttyACM3", "", esp32);
    run("touch %s/dev/ttyUSB0 %s/dev/ttyACM3 %s/dev/ttyAMA0 %s/dev/ttyS0", root,
        root, root, root);
    assert_int_equal(os_list_ports(root, ports, OS_PORTS), 3);
    assert_string_equal(ports[0].name, "/dev/ttyUSB0");
    assert_int_equal(ports[0].vendor, 0x1A86);
    assert_int_equal(ports[0].product, 0x7523);
    assert_string_equal(ports[0].description, "USB Serial");
    assert_true(ports[0].may_use);
    assert_int_equal(ports[0].pid, 0);
    assert_string_equal(ports[1].name, "/dev/ttyACM3");
    assert_int_equal(ports[1].vendor, 0x303A);
    assert_string_equal(ports[1].description, "Espressif USB JTAG");
    assert_string_equal(ports[2].name, "/dev/ttyAMA0");
    assert_int_equal(ports[2].vendor, 0);
    assert_int_equal(os_list_ports(root, ports, 1), 1);
}

static void a_port_in_use_names_its_user(void **state)
{
    (void)state;
    char name[64], comm[32] = "";
    int master = posix_openpt(O_RDWR | O_NOCTTY);
    assert_true(master >= 0);
    assert_int_equal(grantpt(master), 0);
    assert_int_equal(unlockpt(master), 0);
    assert_int_equal(ptsname_r(master, name, sizeof(name)), 0);
    run("ln -s %s %s/dev/ttyUSB0", name, root);
    assert_int_equal(os_list_ports(root, ports, OS_PORTS), 1);
    assert_int_equal(ports[0].pid, 0);
    int slave = open(name, O_RDWR | O_NOCTTY);
    assert_int_equal(os_list_ports(root, ports, OS_PORTS), 1);
    assert_int_equal(ports[0].pid, getpid());
    FILE *file = fopen("/proc/self/comm", "r");
    assert_non_null(file);
    assert_non_null(fgets(comm, sizeof(comm), file));
    fclose(file);
    comm[strcspn(comm, "\n")] = '\0';
    assert_string_equal(ports[0].user, comm);
    close(slave);
    close(master);
}

static void a_port_without_permission_says_so(void **state)
{
    (void)state;
    if (geteuid() != 0)
        skip();
    run("chmod 755 %s; touch %s/dev/ttyUSB0; chgrp 20 %s/dev/ttyUSB0", root,
        root, root);
    run("chmod 660 %s/dev/ttyUSB0", root);
    assert_int_equal(os_list_ports(root, ports, OS_PORTS), 1);
    assert_true(ports[0].may_use);
    assert_string_equal(ports[0].group, "dialout");
    assert_int_equal(seteuid(65534), 0);
    unsigned count = os_list_ports(root, ports, OS_PORTS);
    assert_int_equal(seteuid(0), 0);
    assert_int_equal(count, 1);
    assert_false(ports[0].may_use);
}

/* ---- in words ---- */

/* What ports_print says of the first `count`. */
static void print(unsigned count, bool is_json, char *out, size_t room)
{
    char path[128];
    snprintf(path, sizeof(path), "%s/out", root);
    fflush(stdout);
    int old = dup(1);
    int file = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
    assert_true(old >= 0 && file >= 0);
    assert_int_equal(dup2(file, 1), 1);
    ports_print(ports, count, is_json);
    fflush(stdout);
    assert_int_equal(dup2(old, 1), 1);
    ssize_t n = pread(file, out, room - 1, 0);
    assert_true(n >= 0);
    out[n] = '\0';
    close(file);
    close(old);
}

static void three_ports(void)
{
    memset(ports, 0, sizeof(ports));
    ports[0] =
        (struct os_port){"/dev/ttyUSB0", 0x1A86,    0x7523, "USB \"Serial\"",
                         true,           "dialout", 0,      ""};
    ports[1] = (struct os_port){"/dev/ttyACM1", 0x303A,    0x1001, "Espressif",
                                false,          "dialout", 1234,   "minicom"};
    ports[2] = (struct os_port){"/dev/ttyAMA0", 0, 0, "", true, "tty", 0, ""};
}

static void people_read_which_one_is_the_adapter(void **state)
{
    (void)state;
    char out[2048];
    three_ports();
    print(3, false, out, sizeof(out));
    assert_string_equal(
        out, "/dev/ttyUSB0  1a86:7523  USB \"Serial\"\n"
             "    likely the adapter: WCH CH340; free\n"
             "/dev/ttyACM1  303a:1001  Espressif\n"
             "    the USB of an ESP32, no adapter; used by minicom "
             "(process 1234)\n"
             "    no permission: sudo usermod -aG dialout $USER, then log in "
             "again\n"
             "/dev/ttyAMA0  not USB\n"
             "    free\n");
}

static void machines_read_json(void **state)
{
    (void)state;
    char out[2048];
    three_ports();
    print(2, true, out, sizeof(out));
    assert_string_equal(
        out,
        "[{\"port\":\"/dev/ttyUSB0\",\"usb\":\"1a86:7523\","
        "\"description\":\"USB \\\"Serial\\\"\",\"known_as\":\"WCH CH340\","
        "\"is_likely_adapter\":true,\"may_use\":true,"
        "\"group\":\"dialout\",\"used_by\":\"\",\"process\":0},"
        "{\"port\":\"/dev/ttyACM1\",\"usb\":\"303a:1001\","
        "\"description\":\"Espressif\","
        "\"known_as\":\"the USB of an ESP32, no adapter\","
        "\"is_likely_adapter\":false,\"may_use\":false,"
        "\"group\":\"dialout\",\"used_by\":\"minicom\",\"process\":1234}]"
        "\n");
    print(0, true, out, sizeof(out));
    assert_string_equal(out, "[]\n");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(nothing_plugged_in_is_no_port),
        TEST(each_port_has_its_usb_ids_and_names),
        TEST(a_port_in_use_names_its_user),
        TEST(a_port_without_permission_says_so),
        TEST(people_read_which_one_is_the_adapter),
        TEST(machines_read_json),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
