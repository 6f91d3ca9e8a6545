/* The serial link on a pty, whose other end is the test's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <asm/ioctls.h>
#include <asm/termbits.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "tool/link.h"

static int master;
static char name[64], detail[256];

static void make_pty(void)
{
    master = posix_openpt(O_RDWR | O_NOCTTY);
    assert_true(master >= 0);
    assert_int_equal(grantpt(master), 0);
    assert_int_equal(unlockpt(master), 0);
    assert_int_equal(ptsname_r(master, name, sizeof(name)), 0);
}

static enum err open_pty(struct link **link)
{
    make_pty();
    detail[0] = '\0';
    return link_open(name, 115200, link, detail, sizeof(detail));
}

static unsigned rate(void)
{
    struct termios2 t;
    assert_int_equal(ioctl(master, TCGETS2, &t), 0);
    return t.c_ospeed;
}

static void a_pty_has_no_lines_and_any_rate(void **state)
{
    (void)state;
    static const unsigned rates[] = {74880, 115200, 460800, 921600, 1500000};
    struct link *link;
    assert_int_equal(open_pty(&link), ERR_NONE);
    assert_false(link->has_lines);
    for (size_t i = 0; i < sizeof(rates) / sizeof(rates[0]); i++) {
        assert_int_equal(link->ops->set_baud(link, rates[i]), ERR_NONE);
        assert_int_equal(rate(), rates[i]);
    }
    link_close(link);
    close(master);
}

static void every_byte_passes_as_it_is(void **state)
{
    (void)state;
    struct link *link;
    uint8_t all[256], back[256];
    size_t got, have = 0;
    for (unsigned i = 0; i < 256; i++)
        all[i] = (uint8_t)i;
    assert_int_equal(open_pty(&link), ERR_NONE);
    assert_int_equal(link->ops->write(link, all, 256), ERR_NONE);
    while (have < 256) {
        ssize_t n = read(master, back + have, 256 - have);
        assert_true(n > 0);
        have += (size_t)n;
    }
    assert_memory_equal(all, back, 256);
    assert_int_equal(write(master, all, 256), 256);
    for (have = 0; have < 256; have += got) {
        assert_int_equal(
            link->ops->read(link, back + have, 256 - have, 1000, &got),
            ERR_NONE);
        assert_true(got > 0);
    }
    assert_memory_equal(all, back, 256);
    assert_int_equal(link->ops->read(link, back, 1, 10, &got), ERR_NONE);
    assert_int_equal(got, 0);
    link_close(link);
    close(master);
}

static void input_can_be_thrown_away(void **state)
{
    (void)state;
    struct link *link;
    uint8_t byte;
    size_t got;
    assert_int_equal(open_pty(&link), ERR_NONE);
    assert_int_equal(write(master, "noise", 5), 5);
    link->ops->sleep(link, 20);
    link->ops->discard_input(link);
    assert_int_equal(link->ops->read(link, &byte, 1, 10, &got), ERR_NONE);
    assert_int_equal(got, 0);
    link_close(link);
    close(master);
}

static void an_unplugged_port_is_gone(void **state)
{
    (void)state;
    struct link *link;
    uint8_t byte;
    size_t got;
    assert_int_equal(open_pty(&link), ERR_NONE);
    close(master);
    assert_int_equal(link->ops->read(link, &byte, 1, 1000, &got),
                     ERR_PORT_GONE);
    assert_int_equal(link->ops->write(link, &byte, 1), ERR_PORT_GONE);
    link_close(link);
}

static void a_port_in_use_is_busy_until_it_is_left(void **state)
{
    (void)state;
    struct link *first, *second;
    assert_int_equal(open_pty(&first), ERR_NONE);
    /* Another program, as flock sees it: its own open file. */
    assert_int_equal(link_open(name, 115200, &second, detail, sizeof(detail)),
                     ERR_PORT_BUSY);
    assert_string_equal(detail, name);
    link_close(first);
    assert_int_equal(link_open(name, 115200, &second, detail, sizeof(detail)),
                     ERR_NONE);
    link_close(second);
    close(master);
}

static void a_port_that_may_not_be_used_names_its_group(void **state)
{
    (void)state;
    struct link *link;
    if (geteuid() != 0)
        skip();
    make_pty();
    assert_int_equal(chmod(name, 0660), 0);
    assert_int_equal(chown(name, 0, 20), 0); /* Debian's dialout */
    assert_int_equal(seteuid(65534), 0);
    enum err e = link_open(name, 115200, &link, detail, sizeof(detail));
    assert_int_equal(seteuid(0), 0);
    assert_int_equal(e, ERR_PORT_DENIED);
    assert_non_null(strstr(detail, "dialout"));
    close(master);
}

static void what_is_no_port_is_missing(void **state)
{
    (void)state;
    struct link *link;
    static const char *const names[] = {"/dev/ttyNONE", "/dev/null", "/tmp",
                                        "/etc/passwd/x"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        enum err e = link_open(names[i], 115200, &link, detail, sizeof(detail));
        print_message("# %s: %s\n", names[i], detail);
        assert_int_not_equal(e, ERR_NONE);
        assert_non_null(strstr(detail, names[i]));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_pty_has_no_lines_and_any_rate),
        cmocka_unit_test(every_byte_passes_as_it_is),
        cmocka_unit_test(input_can_be_thrown_away),
        cmocka_unit_test(an_unplugged_port_is_gone),
        cmocka_unit_test(a_port_in_use_is_busy_until_it_is_left),
        cmocka_unit_test(a_port_that_may_not_be_used_names_its_group),
        cmocka_unit_test(what_is_no_port_is_missing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
