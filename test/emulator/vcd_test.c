#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "emulator/vcd.h"

static char path[64];
static char text[4096];

static struct vcd *start(void)
{
    struct vcd *vcd;
    strcpy(path, "/tmp/vcd_test.XXXXXX");
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    close(fd);
    assert_int_equal(vcd_open(path, &vcd), ERR_NONE);
    return vcd;
}

static void end(struct vcd *vcd)
{
    assert_int_equal(vcd_close(vcd), ERR_NONE);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    text[fread(text, 1, sizeof(text) - 1, file)] = 0;
    fclose(file);
    unlink(path);
}

/* What is in the file after its head. */
static const char *changes(void)
{
    static const char head[] = "$enddefinitions $end\n";
    const char *at = strstr(text, head);
    assert_non_null(at);
    return at + strlen(head);
}

static void the_head_names_every_bit(void **state)
{
    (void)state;
    struct vcd *vcd = start();
    assert_int_equal(vcd_add(vcd, "chip", "en", 1), 0);
    assert_int_equal(vcd_add(vcd, "flash", "work", 2), 1);
    assert_int_equal(vcd_add(vcd, "flash", "busy", 1), 2);
    vcd_begin(vcd, "mini", "what it means", 0);
    end(vcd);
    assert_string_equal(text, "$version pogo bench $end\n"
                              "$comment what it means $end\n"
                              "$timescale 100 ps $end\n"
                              "$scope module mini $end\n"
                              "$scope module chip $end\n"
                              "$var wire 1 ! en $end\n"
                              "$upscope $end\n"
                              "$scope module flash $end\n"
                              "$var wire 1 # work [1] $end\n"
                              "$var wire 1 \" work [0] $end\n"
                              "$var wire 1 $ busy $end\n"
                              "$upscope $end\n"
                              "$upscope $end\n"
                              "$enddefinitions $end\n"
                              "#0\n$dumpvars\nx!\nx\"\nx#\nx$\n$end\n");
}

static void only_changes_are_written_each_in_its_cycle(void **state)
{
    (void)state;
    struct vcd *vcd = start();
    unsigned a = vcd_add(vcd, "s", "a", 1), n = vcd_add(vcd, "s", "n", 3);
    vcd_set(vcd, n, 5);
    vcd_begin(vcd, "t", "", 8);
    vcd_set(vcd, a, 0); /* still in the first cycle */
    vcd_time(vcd, 9);
    vcd_set(vcd, a, 1);
    vcd_set(vcd, a, 0); /* nothing, in the end */
    vcd_time(vcd, 10);
    vcd_set(vcd, a, 1);
    vcd_set(vcd, n, 4);
    vcd_time(vcd, 11);
    vcd_set(vcd, n, 4);
    vcd_time(vcd, 80000000);
    vcd_set(vcd, n, VCD_Z);
    vcd_set(vcd, a, VCD_X);
    vcd_time(vcd, 80000001);
    end(vcd);
    assert_string_equal(changes(), "#1000\n$dumpvars\n0!\n1\"\n0#\n1$\n$end\n"
                                   "#1250\n1!\n0\"\n"
                                   "#10000000000\nx!\nz\"\nz#\nz$\n"
                                   "#10000000125\n");
}

static void what_is_announced_comes_in_order(void **state)
{
    (void)state;
    struct vcd *vcd = start();
    unsigned a = vcd_add(vcd, "s", "a", 1), b = vcd_add(vcd, "s", "b", 1);
    vcd_set(vcd, a, 0);
    vcd_set(vcd, b, 0);
    vcd_begin(vcd, "t", "", 0);
    vcd_set_at(vcd, b, 30, 1);
    vcd_set_at(vcd, a, 20, 1);
    vcd_set_at(vcd, a, 40, 0);
    vcd_set_at(vcd, b, 50, 0);
    vcd_time(vcd, 20);
    vcd_set(vcd, b, 1); /* earlier than it was announced */
    vcd_time(vcd, 35);
    vcd_forget(vcd, a);
    vcd_time(vcd, 60);
    vcd_set_at(vcd, a, 70, 0); /* never comes */
    end(vcd);
    assert_string_equal(changes(), "#0\n$dumpvars\n0!\n0\"\n$end\n"
                                   "#2500\n1!\n1\"\n"
                                   "#6250\n0\"\n"
                                   "#7500\n");
}

static void a_file_that_can_not_be_made_or_filled_is_told(void **state)
{
    (void)state;
    struct vcd *vcd;
    assert_int_equal(vcd_open("/nowhere/at/all.vcd", &vcd), ERR_FILE_OPEN);
    assert_null(vcd);
    assert_int_equal(vcd_open("/dev/full", &vcd), ERR_NONE);
    (void)vcd_add(vcd, "s", "a", 1);
    vcd_begin(vcd, "t", "", 0);
    for (unsigned i = 0; i < 200000; i++) { /* more than any buffer */
        vcd_time(vcd, i);
        vcd_set(vcd, 0, i % 2);
    }
    assert_int_equal(vcd_close(vcd), ERR_DISK_FULL);
    /* The same when all of it fits the buffer. */
    assert_int_equal(vcd_open("/dev/full", &vcd), ERR_NONE);
    vcd_begin(vcd, "t", "", 0);
    assert_int_equal(vcd_close(vcd), ERR_DISK_FULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_head_names_every_bit),
        cmocka_unit_test(only_changes_are_written_each_in_its_cycle),
        cmocka_unit_test(what_is_announced_comes_in_order),
        cmocka_unit_test(a_file_that_can_not_be_made_or_filled_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
