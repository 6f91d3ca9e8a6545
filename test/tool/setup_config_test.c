/* pogo.conf and CSV files of many devices. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "tool/setup_keys.h"

#define MAC "5C:CF:7F:A1:B2:C3"

static char folder[] = "/tmp/pogo_config_XXXXXX";
static struct setup_wish wish;
static bool is_found;
static char problem[256];

static int start(void **state)
{
    (void)state;
    return mkdtemp(folder) && chdir(folder) == 0 ? 0 : -1;
}

static int end(void **state)
{
    (void)state;
    unlink("pogo.conf");
    unlink("list.csv");
    return chdir("/") == 0 ? rmdir(folder) : -1;
}

static enum err read_text(const char *path, const char *text, const char *mac,
                          const char *name)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
    memset(&wish, 0, sizeof(wish));
    return setup_config_read(path, mac, name, &wish, &is_found, problem,
                             sizeof(problem));
}

static void expect(unsigned key, const char *text)
{
    assert_int_equal(wish.has[key], text != NULL);
    assert_string_equal(wish.text[key], text ? text : "");
}

static const char conf[] = "# the house\n"
                           "ssid = my home\n"
                           "password = \"two  blanks\"\r\n"
                           "mqtt=10.0.0.2\n"
                           "\n"
                           "[5c-cf-7f-a1-b2-c3]\n"
                           "name = Lamp = light\n"
                           "hidden = yes\n"
                           "[cellar]\n"
                           "ssid = cellar\n"
                           "hidden = no\n"
                           "[*]\n"
                           "timezone = +1";

static void a_section_is_found_by_mac_or_name(void **state)
{
    (void)state;
    assert_int_equal(read_text("pogo.conf", conf, MAC, ""), ERR_NONE);
    assert_true(is_found);
    expect(SETUP_NAME, "Lamp = light");
    expect(SETUP_SSID, "my home");
    expect(SETUP_PASSWORD, "two  blanks");
    expect(SETUP_HIDDEN, "yes");
    expect(SETUP_TIMEZONE, "+1");
    assert_int_equal(read_text("pogo.conf", conf, MAC, "cellar"), ERR_NONE);
    assert_true(is_found);
    expect(SETUP_NAME, NULL);
    expect(SETUP_SSID, "cellar");
    expect(SETUP_MQTT, "10.0.0.2");
    expect(SETUP_HIDDEN, NULL);
    assert_int_equal(read_text("pogo.conf", conf, "5C:CF:7F:A1:B2:C4", ""),
                     ERR_NONE);
    assert_false(is_found);
}

static void a_file_without_sections_is_about_any_device(void **state)
{
    (void)state;
    static const char text[] = "name = Lamp\n[*]\ntimezone = 1\n";
    assert_int_equal(read_text("pogo.conf", text, MAC, ""), ERR_NONE);
    assert_true(is_found);
    expect(SETUP_NAME, "Lamp");
    assert_int_equal(read_text("pogo.conf", text, "", "hall"), ERR_NONE);
    assert_false(is_found);
}

static void what_was_said_before_is_kept(void **state)
{
    (void)state;
    assert_int_equal(read_text("pogo.conf", conf, "", ""), ERR_NONE);
    memset(&wish, 0, sizeof(wish));
    assert_true(setup_wish_keep(&wish, SETUP_SSID, "mine"));
    assert_int_equal(setup_config_read("pogo.conf", MAC, "", &wish, &is_found,
                                       problem, sizeof(problem)),
                     ERR_NONE);
    expect(SETUP_SSID, "mine");
    expect(SETUP_MQTT, "10.0.0.2");
}

static void a_row_of_a_csv_is_a_device(void **state)
{
    (void)state;
    static const char csv[] =
        "device,mac,ssid,password,name\r\n"
        "hall,5CCF7FA1B2C3,\"my, \"\"home\"\"\",secret;1,\"two, parts\"\r\n"
        "\n"
        "cellar,5C:CF:7F:A1:B2:C4,open,,\n";
    assert_int_equal(read_text("list.csv", csv, MAC, ""), ERR_NONE);
    assert_true(is_found);
    expect(SETUP_SSID, "my, \"home\"");
    expect(SETUP_PASSWORD, "secret;1");
    expect(SETUP_NAME, "two, parts");
    assert_int_equal(read_text("list.csv", csv, "", "cellar"), ERR_NONE);
    assert_true(is_found);
    expect(SETUP_SSID, "open");
    expect(SETUP_PASSWORD, ""); /* an open network */
    expect(SETUP_NAME, NULL);
    assert_int_equal(read_text("list.csv", csv, "", "attic"), ERR_NONE);
    assert_false(is_found);
}

static void mistakes_are_told_with_their_line_and_no_value(void **state)
{
    (void)state;
    static const struct {
        const char *path, *text, *why;
    } rows[] = {
        {"pogo.conf", "ssid = a\nsid = hidden1\n",
         "pogo.conf:2: not a key: sid"},
        {"pogo.conf", "\n[x\n", "pogo.conf:2: a section ends with ]"},
        {"pogo.conf", "hidden1\n", "pogo.conf:1: KEY = VALUE"},
        {"pogo.conf", "hidden = hidden1\n", "pogo.conf:1: yes or no"},
        {"pogo.conf", "[other]\npasword = hidden1\n", "pogo.conf:2: not a key"},
        {"pogo.conf", "port = hidden1\n", "not a key: port"},
        /* Quotes keep blanks, which the firmware does not take. */
        {"pogo.conf", "ssid = a\npassword = \" hidden1 \"\n",
         "pogo.conf:2: blanks at its beginning or end"},
        {"pogo.conf", "password = hidden\n[a]\nboard = hidden1\n",
         "pogo.conf:1: it has 8 to 63"},
        {"pogo.conf", "[other]\nboard = hidden1\n",
         "pogo.conf:2: no such board"},
        {"list.csv", "mac,module\n1,hidden1\n", "list.csv:2: it is a number"},
        {"list.csv", "mac,name\n1,\"hidden1\ntwo lines\"\n",
         "it has control characters"},
        {"list.csv", "mac,sid\n1,hidden1\n", "list.csv:2: not a key: sid"},
        {"list.csv", "mac,ssid\n1,a,hidden1\n", "list.csv:2: as many fields"},
        {"list.csv", "mac,ssid\n1,a\n2\n", "list.csv:3: as many fields"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        print_message("# %s\n", rows[i].why);
        assert_int_equal(read_text(rows[i].path, rows[i].text, MAC, ""),
                         ERR_FORMAT);
        assert_non_null(strstr(problem, rows[i].why));
        assert_null(strstr(problem, "hidden1"));
    }
    assert_int_equal(setup_config_read("none.conf", MAC, "", &wish, &is_found,
                                       problem, sizeof(problem)),
                     ERR_FILE_OPEN);
}

static void find_row(const char *mac, unsigned after, unsigned want, bool own)
{
    unsigned row, rows;
    bool is_own;
    assert_int_equal(setup_config_find_row("list.csv", mac, after, &row,
                                           &is_own, &rows, problem,
                                           sizeof(problem)),
                     ERR_NONE);
    assert_int_equal(row, want);
    assert_int_equal(rows, 4);
    assert_int_equal(is_own, own);
}

static void a_row_without_a_mac_is_anybodys(void **state)
{
    (void)state;
    static const char csv[] = "mac,device,name\n"
                              "11:22:33:44:55:66,a,Other\n"
                              ",b,First\n"
                              "5c-cf-7f-a1-b2-c3,c,Mine\n"
                              ",,Second\n";
    (void)read_text("list.csv", csv, "", "");
    find_row(MAC, 0, 3, true);
    find_row("00:00:00:00:00:01", 0, 2, false);
    find_row("00:00:00:00:00:01", 2, 4, false);
    find_row("", 4, 0, false);
    memset(&wish, 0, sizeof(wish));
    assert_int_equal(
        setup_config_row("list.csv", 4, &wish, problem, sizeof(problem)),
        ERR_NONE);
    expect(SETUP_NAME, "Second");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_section_is_found_by_mac_or_name),
        cmocka_unit_test(a_file_without_sections_is_about_any_device),
        cmocka_unit_test(what_was_said_before_is_kept),
        cmocka_unit_test(a_row_of_a_csv_is_a_device),
        cmocka_unit_test(a_row_without_a_mac_is_anybodys),
        cmocka_unit_test(mistakes_are_told_with_their_line_and_no_value),
    };
    return cmocka_run_group_tests(tests, start, end);
}
