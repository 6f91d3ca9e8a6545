/* Starts as text: the boot ROM's words, crashes and logs, and what the doctor
 * makes of each. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tool/doctor_elf.h"
#include "tool/doctor_start.h"

#define BANNER(cause, mode)                                                    \
    "\n ets Jan  8 2013,rst cause:" cause ", boot mode:(" mode ",6)\n\n"
#define LOAD                                                                   \
    "load 0x40100000, len 4, room 16 \ntail 4\nchksum 0x2d\ncsum 0x2d\n"
#define PROJECT                                                                \
    "00:00:00 Project sonoff Sonoff (Topic sonoff) Version 6.6.0(sonoff)\n"
#define JOINED "00:00:04 WIF: Connected\n"
#define STARTING "00:00:00.050 WIF: Connecting to AP1 home as x\n"
#define FATAL                                                                  \
    "Fatal exception 28(LoadProhibitedCause):\nepc1=0x40201234, "              \
    "epc2=0x00000000, epc3=0x00000000, excvaddr=0x0000000c, depc=0x0\n"

#define HEALTHY DOCTOR_IDS

/* The one finding of each text. */
static const struct {
    const char *text;
    enum doctor_id id;
    const char *seen;
} rows[] = {
    {"", DOCTOR_SILENT, "0 bytes"},
    {"fjoi3jf0293jf039jf093jf0293jf09", DOCTOR_NOISE, "31 bytes"},
    {BANNER("1", "3") LOAD PROJECT JOINED, HEALTHY, ""},
    {BANNER("1", "1"), DOCTOR_DOWNLOAD, "boot mode 1"},
    {BANNER("1", "5") "waiting for host\n", DOCTOR_STRAP, "boot mode 5"},
    {BANNER("1", "2") "Fatal exception (28): \nepc1=0x40100000, \n",
     DOCTOR_STRAP, "boot mode 2"},
    {BANNER("1", "3") "ets_main.c 181 \n", DOCTOR_NO_IMAGE, "181"},
    {BANNER("1", "3") LOAD "csum err\n", DOCTOR_CHECKSUM, "csum err"},
    {BANNER("1", "3") "flash read err, 1\n", DOCTOR_UNREADABLE, "read err"},
    {BANNER("2", "3") LOAD "rf_cal[0] !=0x05,is 0xFF\n", DOCTOR_PHY, "0xFF"},
    {BANNER("1", "3") BANNER("1", "3") BANNER("1", "3"), DOCTOR_POWER,
     "3 times"},
    {BANNER("4", "3") BANNER("4", "3") BANNER("4", "3"), DOCTOR_LOOP,
     "the watchdog"},
    {BANNER("1", "3") BANNER("4", "3") BANNER("1", "3") BANNER("4", "3"),
     DOCTOR_LOOP, "the power went, too"},
    {PROJECT JOINED PROJECT JOINED PROJECT JOINED, DOCTOR_LOOP, "by itself"},
    {PROJECT JOINED PROJECT JOINED, HEALTHY, ""},
    /* By the clock alone: the boot ROM's words were lost. */
    {STARTING STARTING STARTING, DOCTOR_LOOP, "3 starts"},
    {STARTING JOINED STARTING JOINED STARTING JOINED, DOCTOR_LOOP, "3 starts"},
    {STARTING JOINED STARTING JOINED, HEALTHY, ""},
    {BANNER("2", "3") LOAD PROJECT JOINED FATAL, DOCTOR_EXCEPTION,
     "exception 28 at 0x40201234, it touched 0x0000000c"},
    {BANNER("1", "3") "pogo: no program to start: slot A is damaged\n",
     DOCTOR_SLOTS, "slot A"},
    {PROJECT JOINED "00:00:00 APP: Safe mode after crashes: user pins\n",
     DOCTOR_SAFE_MODE, "Safe mode"},
    {PROJECT JOINED "00:01:00 CFG: the settings could not be written to\n",
     DOCTOR_SETTINGS, "CFG"},
    {PROJECT JOINED "00:00:00 CFG: some settings on flash are damaged; using\n",
     DOCTOR_SETTINGS, "damaged"},
    {"00:00:00 Project sonoff Sonoff Version 6.6.0(minimal)\n" JOINED,
     DOCTOR_MINIMAL, "minimal"},
    {BANNER("1", "3") LOAD "l\n", DOCTOR_MUTE, ""},
    {BANNER("1", "3") LOAD
     "l\n00:00:02.000 Web password, until you set one: user "
     "admin, password x\n",
     DOCTOR_MUTE, ""},
    {BANNER("1", "3") LOAD "l\nhello, I am a program of mine\n", HEALTHY, ""},
    {PROJECT "00:00:01 WIF: The set-up access point can't be opened\n",
     DOCTOR_NO_AP, "can't be opened"},
    {PROJECT "00:00:01 CFG: Use defaults\n", DOCTOR_NO_AP, "nothing of Wi-Fi"},
    {PROJECT "00:00:07 WIF: Connect failed as AP cannot be reached\n",
     DOCTOR_WIFI_NOT_FOUND, "cannot be reached"},
    {PROJECT "00:00:07 WIF: Connect failed: home refused the password: is\n",
     DOCTOR_WIFI_PASSWORD, "home refused"},
    {PROJECT "00:00:07 WIF: Connect failed as no IP address received\n",
     DOCTOR_WIFI_ADDRESS, "no IP"},
    {PROJECT "00:00:07 WIF: Connect failed with AP timeout\n", DOCTOR_WIFI_JOIN,
     "timeout"},
    {PROJECT "00:00:07 WIF: Connect failed with AP timeout\n" JOINED, HEALTHY,
     ""},
    {PROJECT JOINED "00:00:09 MQT: Connect failed to 1.2.3.4:1883, rc -2.\n",
     DOCTOR_BROKER, "rc -2"},
    {PROJECT JOINED "00:00:09 MQT: Connect failed to 1.2.3.4:1883, rc 5.\n",
     DOCTOR_BROKER_LOGIN, "rc 5"},
};

static struct doctor_start start;
static struct doctor_findings found;

static void read_text(const char *text)
{
    memset(&start, 0, sizeof(start));
    memset(&found, 0, sizeof(found));
    start.is_a_look = true;
    start.bytes = start.size = start.run = strlen(text);
    snprintf(start.text, sizeof(start.text), "%s", text);
    doctor_start_read(&start, &found);
}

static void each_start_has_its_finding(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        read_text(rows[i].text);
        unsigned count = doctor_count(&found);
        if (count != (rows[i].id != HEALTHY))
            fail_msg("row %zu: %u findings", i, count);
        if (count == 0)
            continue;
        if (!found.has[rows[i].id])
            fail_msg("row %zu: not %s", i, doctor_rows[rows[i].id].name);
        if (!strstr(found.detail[rows[i].id], rows[i].seen))
            fail_msg("row %zu: %s", i, found.detail[rows[i].id]);
    }
}

static void it_is_up_when_nothing_restarted_it_since(void **state)
{
    static const struct {
        const char *text;
        bool is_up;
    } starts[] = {
        {"", false},
        {BANNER("1", "3") LOAD PROJECT, false},
        {BANNER("1", "3") LOAD PROJECT JOINED, true},
        {BANNER("1", "3") LOAD PROJECT JOINED BANNER("2", "3"), false},
        {BANNER("1", "3") LOAD PROJECT JOINED FATAL, false},
        {FATAL BANNER("2", "3") LOAD PROJECT JOINED, true},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++) {
        snprintf(start.text, sizeof(start.text), "%s", starts[i].text);
        assert_int_equal(doctor_start_is_up(&start), starts[i].is_up);
    }
}

static void a_crash_loop_names_both(void **state)
{
    (void)state;
    read_text(PROJECT JOINED FATAL PROJECT JOINED FATAL PROJECT JOINED FATAL);
    assert_true(found.has[DOCTOR_EXCEPTION]);
    assert_non_null(strstr(found.detail[DOCTOR_LOOP], "crashes"));
}

static void a_loop_with_good_power_is_not_about_the_supply(void **state)
{
    (void)state;
    read_text(BANNER("1", "3") BANNER("4", "3") BANNER("4", "3"));
    assert_true(found.has[DOCTOR_LOOP]);
    assert_null(strstr(found.detail[DOCTOR_LOOP], "supply"));
    assert_null(strstr(doctor_rows[DOCTOR_LOOP].fix, "supply"));
    assert_non_null(strstr(doctor_rows[DOCTOR_LOOP].fix, "pogo restore "));
}

/* What is left of a boot loop and of silence beside another finding. */
static void an_image_explains_a_loop_and_silence(void **state)
{
    static const struct {
        enum doctor_id id;
        bool explains;
    } beside[] = {
        {DOCTOR_NO_IMAGE, true},   {DOCTOR_DIY_DEAD, true},
        {DOCTOR_PARTIAL, true},    {DOCTOR_MODE, true},
        {DOCTOR_SIZE, true},       {DOCTOR_CHECKSUM, true},
        {DOCTOR_SLOTS, true},      {DOCTOR_PHY, false},
        {DOCTOR_PROTECTED, false}, {DOCTOR_EXCEPTION, false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(beside) / sizeof(beside[0]); i++) {
        memset(&found, 0, sizeof(found));
        doctor_add(&found, DOCTOR_LOOP, "%s", "");
        doctor_add(&found, DOCTOR_MUTE, "%s", "");
        doctor_add(&found, beside[i].id, "%s", "");
        doctor_drop_effects(&found);
        assert_int_equal(found.has[DOCTOR_LOOP], !beside[i].explains);
        assert_int_equal(found.has[DOCTOR_MUTE], !beside[i].explains);
        assert_true(found.has[beside[i].id]);
    }
    read_text(PROJECT JOINED FATAL PROJECT JOINED FATAL PROJECT JOINED FATAL);
    doctor_add(&found, DOCTOR_SIZE, "%s", "");
    doctor_drop_effects(&found); /* a program that crashes is one that runs */
    assert_true(found.has[DOCTOR_LOOP]);
}

static void the_owner_sees_no_access_point(void **state)
{
    (void)state;
    memset(&found, 0, sizeof(found));
    start.has_no_ap = true;
    doctor_start_read(&start, &found);
    assert_true(found.has[DOCTOR_NO_AP]);
}

/* ---- ELF ---- */

#define NAMES "\0start\0crash"
static uint8_t elf[52 + 3 * 40 + 2 * 16 + sizeof(NAMES)];

static void put32(size_t at, uint32_t value)
{
    for (unsigned i = 0; i < 4; i++)
        elf[at + i] = (uint8_t)(value >> (8 * i));
}

static void make_elf(void)
{
    size_t symbols = 52 + 3 * 40, names = symbols + 2 * 16;
    memset(elf, 0, sizeof(elf));
    memcpy(elf, "\177ELF\1\1", 6);
    put32(32, 52);
    elf[48] = 3;
    put32(52 + 40 + 4, 2);
    put32(52 + 40 + 16, (uint32_t)symbols);
    put32(52 + 40 + 20, 2 * 16);
    put32(52 + 40 + 24, 2);
    put32(52 + 80 + 16, (uint32_t)names);
    put32(52 + 80 + 20, sizeof(NAMES));
    for (unsigned i = 0; i < 2; i++) {
        put32(symbols + 16 * i, i ? 7 : 1);
        put32(symbols + 16 * i + 4, i ? 0x40201200 : 0x40201000);
        put32(symbols + 16 * i + 8, 0x100);
        elf[symbols + 16 * i + 12] = 2;
    }
    memcpy(elf + names, NAMES, sizeof(NAMES));
}

static void a_crash_has_a_function(void **state)
{
    (void)state;
    char place[64];
    make_elf();
    assert_true(doctor_elf_place(elf, sizeof(elf), 0x40201234, place, 64));
    assert_string_equal(place, "crash+0x34");
    assert_true(doctor_elf_place(elf, sizeof(elf), 0x40201000, place, 64));
    assert_string_equal(place, "start+0x0");
    assert_false(doctor_elf_place(elf, sizeof(elf), 0x40201100, place, 64));
    read_text(PROJECT JOINED FATAL);
    memset(&found, 0, sizeof(found));
    start.elf = elf;
    start.elf_size = sizeof(elf);
    doctor_start_read(&start, &found);
    assert_non_null(strstr(found.detail[DOCTOR_EXCEPTION], "crash+0x34"));
}

/* Every length and every changed byte, in a block of exactly that size: the
 * sanitizers see what lies beyond. */
static void a_damaged_elf_file_is_safe(void **state)
{
    (void)state;
    char place[64];
    make_elf();
    for (size_t size = 0; size <= sizeof(elf); size++) {
        uint8_t *copy = malloc(size ? size : 1);
        assert_non_null(copy);
        memcpy(copy, elf, size);
        bool is_whole = size == sizeof(elf);
        assert_int_equal(doctor_elf_is(copy, size), is_whole);
        (void)doctor_elf_place(copy, size, 0x40201234, place, 64);
        free(copy);
    }
    for (size_t i = 0; i < sizeof(elf); i++) {
        uint8_t was = elf[i];
        elf[i] = 0xFF;
        (void)doctor_elf_place(elf, sizeof(elf), 0x40201234, place, 64);
        elf[i] = was;
    }
}

static void every_row_is_complete(void **state)
{
    (void)state;
    for (size_t i = 0; i < DOCTOR_IDS; i++) {
        const struct doctor_row *r = &doctor_rows[i];
        assert_true(r->name && r->seen && r->wrong && r->fix && r->source &&
                    r->shown);
        /* What makes people touch wires or run the flasher warns first. */
        if (strstr(r->fix, "3V3") || strstr(r->fix, "pogo "))
            assert_true(strncmp(r->fix, "Never with mains", 16) == 0);
        for (size_t k = 0; k < i; k++)
            assert_string_not_equal(r->name, doctor_rows[k].name);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_start_has_its_finding),
        cmocka_unit_test(it_is_up_when_nothing_restarted_it_since),
        cmocka_unit_test(a_crash_loop_names_both),
        cmocka_unit_test(a_loop_with_good_power_is_not_about_the_supply),
        cmocka_unit_test(an_image_explains_a_loop_and_silence),
        cmocka_unit_test(the_owner_sees_no_access_point),
        cmocka_unit_test(a_crash_has_a_function),
        cmocka_unit_test(a_damaged_elf_file_is_safe),
        cmocka_unit_test(every_row_is_complete),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
