/* The air file: what it says, what is refused, and what holds when. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "format/air.h"
#include "format/word.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static struct air air;
static struct air_error error;

static enum err parse(const char *text)
{
    return air_parse(text, strlen(text), &air, &error);
}

static void must(const char *text)
{
    if (parse(text) != ERR_NONE)
        fail_msg("line %u: %s: %s", error.line, error.what, error.word);
}

static void an_access_point_has_defaults(void **state)
{
    (void)state;
    must("ap home password \"correct horse\"\nap open\nap far 5ghz\n");
    assert_int_equal(air.ap_count, 3);
    const struct air_ap *ap = &air.ap[0];
    assert_string_equal(ap->name, "home");
    assert_int_equal(ap->name_size, 4);
    assert_string_equal(ap->password, "correct horse");
    assert_int_equal(ap->security, AIR_WPA2);
    assert_int_equal(ap->channel, 1);
    assert_int_equal(ap->rssi, -50);
    assert_true(ap->has_dhcp);
    assert_int_equal(ap->dhcp_ms, 1000);
    assert_int_equal(ap->wrong_reason, 15);
    assert_false(ap->is_hidden || ap->is_5ghz || ap->is_pmf_required);
    assert_int_equal(air.ap[1].security, AIR_OPEN);
    assert_int_equal(air.ap[2].channel, 36);
    assert_memory_not_equal(air.ap[0].bssid, air.ap[1].bssid, 6);
    assert_int_equal(air.ap[0].bssid[0] & 3, 2);
}

static void every_option_is_read(void **state)
{
    (void)state;
    must("\xEF\xBB\xBF# air\n\n"
         "  ap \"a \\\"b\\\\ \\x01\xC3\xA4\" rssi -91 hidden channel 13 "
         "wpa/wpa2 "
         "password p4ssword bssid 5C:cf:7F:00:01:02 dhcp slow 7000 pmf "
         "wrong-password 2 # ü\r\n"
         "ap x dhcp off 5ghz channel 100 password 12345 wep\n");
    const struct air_ap *ap = &air.ap[0];
    static const uint8_t bssid[6] = {0x5C, 0xCF, 0x7F, 0, 1, 2};
    assert_string_equal(ap->name, "a \"b\\ \x01\xC3\xA4");
    assert_int_equal(ap->rssi, -91);
    assert_true(ap->is_hidden && ap->is_pmf_required);
    assert_int_equal(ap->channel, 13);
    assert_int_equal(ap->security, AIR_WPA_WPA2);
    assert_string_equal(ap->password, "p4ssword");
    assert_memory_equal(ap->bssid, bssid, 6);
    assert_int_equal(ap->dhcp_ms, 7000);
    assert_int_equal(ap->wrong_reason, 2);
    assert_false(air.ap[1].has_dhcp);
    assert_true(air.ap[1].is_5ghz);
    assert_int_equal(air.ap[1].channel, 100);
    assert_int_equal(air.ap[1].security, AIR_WEP);
}

#define HOME "ap home password correct-horse\n"
#define N32 "12345678901234567890123456789012"
#define N63 N32 "1234567890123456789012345678901"

/* In a terminal's line, behind `  try: `. */
static bool fits(const char *hint)
{
    return hint[0] && strlen(hint) <= 80 - strlen("  try: ");
}

static void bad_lines_are_refused_with_their_place(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        unsigned line;
        const char *what, *word;
    } rows[] = {
        {"network home\n", 1, "begins with", "network"},
        {"\n\nap\n", 3, "name", ""},
        {"ap \"\"\n", 1, "name", ""},
        {"ap \"" N32 "3\"\n", 1, "name", N32 "3"},
        {"ap \"open\n", 1, "name", "open"},
        {"ap a\\x00b \"c\\x00\"\n", 1, "not an option", "c"},
        {"ap \"a\\q\"\n", 1, "name", "a"},
        {"ap a colour red\n", 1, "not an option", "colour"},
        {"ap a hidden hidden\n", 1, "said twice", "hidden"},
        {"ap a wpa wpa2 password 12345678\n", 1, "said twice", "wpa2"},
        {"ap a channel 15\n", 1, "band", ""},
        {"ap a channel 0\n", 1, "number", "0"},
        {"ap a channel 6 5ghz\n", 1, "band", ""},
        {"ap a rssi 5\n", 1, "number", "5"},
        {"ap a rssi -\n", 1, "number", "-"},
        {"ap a bssid 5C:CF:7F:00:01\n", 1, "bssid", "5C:CF:7F:00:01"},
        {"ap a bssid 5C:CF:7F:00:01:0G\n", 1, "bssid", "5C:CF:7F:00:01:0G"},
        {"ap a dhcp maybe\n", 1, "DHCP", "maybe"},
        {"ap a wrong-password 3\n", 1, "wrong password", "3"},
        {"ap a password \"seven77\"\n", 1, "fit together", ""},
        {"ap a open password \"12345678\"\n", 1, "fit together", ""},
        {"ap a wep password \"123456\"\n", 1, "fit together", ""},
        {"ap a wpa3\n", 1, "fit together", ""},
        {"ap a password \"" N63 "4\"\n", 1, "password", ""},
        {HOME "at home down\n", 2, "number", "home"},
        {HOME "at 5 explode home\n", 2, "no such change", "explode"},
        {HOME "at 5 down garden\n", 2, "no access point", "garden"},
        {"at 5 down home\n" HOME, 1, "no access point", "home"},
        {HOME "at 5 down home now\n", 2, "one word too many", "now"},
        {HOME "at 4294967296 down home\n", 2, "number", "4294967296"},
        {HOME "at 18446744073709551617 down home\n", 2, "number",
         "18446744073709551617"},
        {HOME "at 5 password home short\n", 2, "too short", ""},
        {HOME "at 5 refuse home\n", 2, "how long", ""},
        {HOME "at 5 refuse home for ever\n", 2, "number", "ever"},
        {HOME "at 5 kick home 256\n", 2, "number", "256"},
        {"host a.local 127.0.0\n", 1, "address", "127.0.0"},
        {"host a.local 127.0.0.256\n", 1, "address", "127.0.0.256"},
        {"host a.local 127.0.0.1 x\n", 1, "one word too many", "x"},
        {"host\n", 1, "host", ""},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        enum err e = parse(rows[i].text);
        if (e != ERR_FORMAT || error.line != rows[i].line ||
            !strstr(error.what, rows[i].what) || !fits(error.hint) ||
            strcmp(error.word, rows[i].word) != 0)
            fail_msg("%s: %d, line %u, %s: '%s'", rows[i].text, (int)e,
                     error.line, e ? error.what : "", error.word);
    }
}

static void errors_never_show_a_password(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "ap a password \"secret-but-unclosed\n",
        "ap a open password \"secret-secret\"\n",
        "ap a password secret!\n",
        HOME "at 1 password home secret!\n",
        HOME "at 1 password home not-short secret\n",
        HOME "at 1 password secret-secret home\n",
        "ap a password \"not so\" secret\n",
        "ap a password my channel secret\n",
    };
    for (size_t i = 0; i < COUNT(texts); i++) {
        assert_int_equal(parse(texts[i]), ERR_FORMAT);
        assert_null(strstr(error.word, "secret"));
    }
}

static void a_password_in_two_words_wants_quotes(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "ap a password my secret pass\n",
        HOME "at 1 password home not-short secret\n",
        HOME "at 1 password home my secret pass\n",
    };
    for (size_t i = 0; i < COUNT(texts); i++) {
        assert_int_equal(parse(texts[i]), ERR_FORMAT);
        assert_string_equal(error.word, "");
        assert_non_null(strstr(error.hint, "in quotes"));
        assert_true(fits(error.hint));
    }
    assert_int_equal(parse("ap a password \"my pass\" hiden\n"), ERR_FORMAT);
    assert_non_null(strstr(error.hint, "hidden"));
}

/* As a control line it is not in a file, and no `at` stands before it. */
static void a_wrong_control_line_is_told_as_one(void **state)
{
    (void)state;
    must(HOME);
    assert_int_equal(air_add(&air, 0, "down garden", &error), ERR_FORMAT);
    assert_string_equal(error.word, "garden");
    assert_null(strstr(error.hint, "further up"));
    assert_int_equal(air_add(&air, 0, "refuse home", &error), ERR_FORMAT);
    assert_string_equal(error.hint, "air refuse NAME for MS");
    static const char *const lines[] = {"down garden",         "refuse home",
                                        "password home short", "kick",
                                        "kick home 0",         "down home now"};
    for (size_t i = 0; i < COUNT(lines); i++) {
        assert_int_equal(air_add(&air, 0, lines[i], &error), ERR_FORMAT);
        assert_true(strlen("air refused: : ; ") + strlen(error.what) +
                        strlen(error.word) + strlen(error.hint) <=
                    80);
    }
}

static void too_many_of_a_kind(void **state)
{
    (void)state;
    static const struct {
        const char *line;
        unsigned room;
    } rows[] = {{"ap a\n", AIR_APS},
                {"at 1 down home\n", AIR_EVENTS},
                {"host a 127.0.0.1\n", AIR_HOSTS}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        char text[4096] = "ap home\n";
        unsigned room = rows[i].room - (i == 0 ? 1 : 0);
        for (unsigned n = 0; n < room; n++)
            strcat(text, rows[i].line);
        must(text);
        strcat(text, rows[i].line);
        assert_int_equal(parse(text), ERR_NO_ROOM);
        assert_int_equal(error.line, room + 2);
        assert_non_null(error.hint);
    }
}

static struct air_state at(unsigned ap, uint64_t ms)
{
    struct air_state now;
    air_state(&air, ap, ms, &now);
    return now;
}

static void the_schedule_holds(void **state)
{
    (void)state;
    must("ap home password first-one rssi -60\nap other\n"
         "ap home password first-one rssi -80\n"
         "at 3000 up home\nat 1000 down home\nat 4000 rssi home -90\n"
         "at 5000 password home second-one\nat 6000 refuse home for 500\n"
         "at 7000 kick home\nat 8000 kick other 8\n");
    for (unsigned ap = 0; ap < 3; ap += 2) {
        assert_true(at(ap, 999).is_up);
        assert_false(at(ap, 1000).is_up);
        assert_false(at(ap, 2999).is_up);
        assert_true(at(ap, 3000).is_up);
        assert_int_equal(at(ap, 4000).rssi, -90);
        assert_string_equal(at(ap, 4999).password, "first-one");
        assert_string_equal(at(ap, 5000).password, "second-one");
        assert_false(at(ap, 5999).is_refusing);
        assert_true(at(ap, 6000).is_refusing);
        assert_true(at(ap, 6499).is_refusing);
        assert_false(at(ap, 6500).is_refusing);
        assert_int_equal(air_kicked(&air, ap, 0, 4999), 0);
        assert_int_equal(air_kicked(&air, ap, 4999, 5000), 3);
        assert_int_equal(air_kicked(&air, ap, 5000, 6999), 0);
        assert_int_equal(air_kicked(&air, ap, 6999, 8000), 3);
    }
    assert_int_equal(at(0, 3999).rssi, -60);
    assert_int_equal(at(2, 3999).rssi, -80);
    assert_true(at(1, 2000).is_up);
    assert_int_equal(air_kicked(&air, 1, 0, 9000), 8);
}

static void the_next_change_is_of_the_same_name(void **state)
{
    (void)state;
    must("ap home\nap other\nat 3000 up home\nat 1000 down home\n");
    assert_int_equal(air_next(&air, 0, 0), 1000);
    assert_int_equal(air_next(&air, 0, 1000), 3000);
    assert_true(air_next(&air, 0, 3000) == AIR_NEVER);
    assert_true(air_next(&air, 1, 0) == AIR_NEVER);
}

/* Of two with one name. */
static void a_bssid_is_one_of_them(void **state)
{
    struct air_state now;
    (void)state;
    must("ap \"a\" bssid 02:00:00:00:00:0A\nap \"a\"\n"
         "at 10 down 02:00:00:00:00:0a\nat 20 down \"a\"\n");
    air_state(&air, 0, 10, &now);
    assert_false(now.is_up);
    air_state(&air, 1, 10, &now);
    assert_true(now.is_up);
    assert_int_equal(air_next(&air, 1, 0), 20);
    air_state(&air, 1, 20, &now);
    assert_false(now.is_up);
}

static void of_equal_times_the_later_line_holds(void **state)
{
    (void)state;
    must("ap home\nat 5 down home\nat 5 up home\nat 9 up home\n"
         "at 9 down home\n");
    assert_true(at(0, 5).is_up);
    assert_false(at(0, 9).is_up);
}

static void a_change_can_come_later(void **state)
{
    (void)state;
    must("ap \"my home\"\nat 3000 up \"my home\"\n");
    assert_int_equal(air_add(&air, 1000, "down \"my home\"", &error), ERR_NONE);
    assert_false(at(0, 1000).is_up);
    assert_true(at(0, 3000).is_up);
    assert_int_equal(air_add(&air, 1, "down my home", &error), ERR_FORMAT);
    assert_string_equal(error.word, "my");
}

static void hosts_are_found(void **state)
{
    (void)state;
    uint32_t ip = 0;
    must("host Broker.local 127.0.0.9\nhost a 10.1.2.3\n");
    assert_true(air_host(&air, "broker.LOCAL", &ip));
    assert_int_equal(ip, 0x7F000009);
    assert_true(air_host(&air, "a", &ip));
    assert_int_equal(ip, 0x0A010203);
    assert_false(air_host(&air, "broker", &ip));
    assert_false(air_host(&air, "broker.local.", &ip));
}

static void the_sample_is_good(void **state)
{
    (void)state;
    static char text[4096];
    FILE *file = fopen("test/air/home.air", "r");
    if (!file)
        fail_msg("no test/air/home.air: tests run in the repository's folder");
    size_t size = fread(text, 1, sizeof(text) - 1, file);
    fclose(file);
    text[size] = 0;
    must(text);
    assert_int_equal(air.ap_count, 8);
}

static void names_are_quoted_for_people(void **state)
{
    (void)state;
    static const struct {
        const char *name, *text;
    } rows[] = {
        {"home", "\"home\""},
        {"a \"b\"\\", "\"a \\\"b\\\"\\\\\""},
        {"\x1B[2J\n", "\"\\x1b[2J\\x0a\""},
        {"k\xC3\xA4se", "\"k\xC3\xA4se\""},
        {"\xE2\x82\xAC \xF0\x9F\x98\x80", "\"\xE2\x82\xAC \xF0\x9F\x98\x80\""},
        {"\xFF\xC3", "\"\\xff\\xc3\""},
        {"\xE4o\xC0\x80", "\"\\xe4o\\xc0\\x80\""}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        char quoted[64], back[64];
        size_t size;
        word_quote(rows[i].name, strlen(rows[i].name), quoted, sizeof(quoted));
        assert_string_equal(quoted, rows[i].text);
        const char *from = quoted;
        assert_int_equal(word_take(&from, quoted + strlen(quoted), back,
                                   sizeof(back), &size),
                         WORD_QUOTED);
        assert_string_equal(back, rows[i].name);
    }
    char small[10];
    word_quote("a long name", 11, small, sizeof(small));
    assert_true(strlen(small) < sizeof(small));
}

/* Under SAN=1 this is what finds a read past the end. */
static void any_bytes_are_survived(void **state)
{
    (void)state;
    static const char *const pieces[] = {
        "ap ",       "at ",       "host ",  "home ",
        "\"home\" ", "password ", "\"",     "\\x",
        "\n",        "5 ",        "rssi ",  "-5 ",
        "kick ",     "down ",     "up ",    "refuse ",
        "for ",      "1.2.3.4 ",  "bssid ", "dhcp ",
        "slow ",     "5ghz ",     "wpa3 ",  "12345678 ",
        "channel ",  "#",         "\\",     "00:11:22:33:44:55 "};
    uint32_t seed = 1;
    for (unsigned round = 0; round < 20000; round++) {
        size_t size = 0;
        char *text = malloc(160);
        assert_non_null(text);
        while (size < 120) {
            seed = seed * 1664525u + 1013904223u;
            if (seed >> 28 == 0) {
                text[size++] = (char)(seed >> 16);
            } else {
                const char *piece = pieces[(seed >> 12) % COUNT(pieces)];
                memcpy(text + size, piece, strlen(piece));
                size += strlen(piece);
            }
        }
        /* Exactly as large as it is, so that reading on is seen. */
        text = realloc(text, size);
        if (air_parse(text, size, &air, &error) != ERR_NONE)
            assert_true(error.line > 0 && error.what && error.hint);
        free(text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_access_point_has_defaults),
        cmocka_unit_test(every_option_is_read),
        cmocka_unit_test(bad_lines_are_refused_with_their_place),
        cmocka_unit_test(errors_never_show_a_password),
        cmocka_unit_test(a_password_in_two_words_wants_quotes),
        cmocka_unit_test(a_wrong_control_line_is_told_as_one),
        cmocka_unit_test(too_many_of_a_kind),
        cmocka_unit_test(the_schedule_holds),
        cmocka_unit_test(the_next_change_is_of_the_same_name),
        cmocka_unit_test(a_bssid_is_one_of_them),
        cmocka_unit_test(of_equal_times_the_later_line_holds),
        cmocka_unit_test(a_change_can_come_later),
        cmocka_unit_test(hosts_are_found),
        cmocka_unit_test(the_sample_is_good),
        cmocka_unit_test(names_are_quoted_for_people),
        cmocka_unit_test(any_bytes_are_survived),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
