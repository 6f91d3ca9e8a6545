/* Starts over good and bad lines: which damage is seen, and what is none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "emulator/line_noise.h"
#include "tool/doctor_damage.h"

#define BANNER "\n ets Jan  8 2013,rst cause:1, boot mode:(3,6)\n\n"
#define LOAD                                                                   \
    "load 0x40100000, len 2592, room 16 \ntail 0\nchksum 0x5b\n"               \
    "load 0x3ffe8000, len 12, room 8 \ntail 4\nchksum 0x2d\ncsum 0x2d\n"
#define LOG                                                                    \
    "00:00:00.000 Project pogo, a switch firmware with Tasmota's commands, "   \
    "Version 0.1.0\n"                                                          \
    "00:00:00.001 Module: Sonoff Mini\n00:00:00.005 CFG: no settings yet\n"    \
    "00:00:01.020 WIF: access point pogo-1A2B3C, address 192.168.4.1\n"        \
    "00:00:01.100 HTP: listening on port 80\n"                                 \
    "00:00:01.101 Web password, until you set one: user admin\n"

static const struct {
    const char *line;
    unsigned lines, damaged;
} rows[] = {
    {" ets Jan  8 2013,rst cause:4, boot mode:(1,7)", 1, 0},
    {" ets Jann  8 2013,rst cause:4, boot mode:(1,7)", 1, 1},
    {" ets Jan  8 2013,rt cause:4, boot mode:(1,7)", 1, 1},
    {" ets Jan  8 2013,rst cauce:4, boot mode:(1,7)", 1, 1},
    {" ets Jan  8 2013,rst cause:4, boot mode:(", 0, 0}, /* cut */
    {"an  8 2013,rst cause:4, boot mode:(1,7)", 0, 0},
    {"load 0x4010f000, len 3460, room 16 ", 1, 0},
    {"load 0xffffffff, len -1, room 8 ", 1, 0}, /* of blank flash */
    {"load 0x4010f000, len 3460, rom 16 ", 1, 1},
    {"load 0x4010f000, lenn 3460, room 16 ", 1, 1},
    {"chksum 0x2d", 1, 0},
    {"chkksum 0x2d", 1, 1},
    {"csum 0x2d", 1, 0},
    {"csum 0x", 0, 0},
    {"l00:00:01 WIF: Connected", 1, 0}, /* the change of speed */
    {"00:00:01 WIF: Connected", 1, 0},
    {"23:59:59.999 WIF: Connected", 1, 0},
    {"00:000:01 WIF: Connected", 1, 1},
    {"0:00:01 WIF: Connected", 1, 1},
    {"00:00:00.000 Project pogo, a switch firmware with Tasmota's commands, "
     "Version 0.12.0",
     1, 0},
    {"00:00:00.000 Project pogo, q switch firmware with Tasmota's commands, "
     "Version 0.12.0",
     1, 1},
    {"tail 4", 0, 0},
    {"[I][logger:214]: Log initialized", 0, 0},
    {"mode : sta(5c:cf:7f:1a:2b:3c)", 0, 0},
    {"SDK ver: 1.5.4(baaeaebb)", 0, 0},
    {"", 0, 0},
};

static void each_line_is_judged_as_its_row_says(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct doctor_damage d = doctor_damage_of(rows[i].line);
        if (d.lines != rows[i].lines || d.damaged != rows[i].damaged)
            fail_msg("'%s': %u lines, %u damaged", rows[i].line, d.lines,
                     d.damaged);
    }
}

static void a_cut_at_each_start_is_no_noise(void **state)
{
    (void)state;
    struct doctor_damage d =
        doctor_damage_of(BANNER LOAD "00:0:00 x\n" BANNER LOAD BANNER
                                     "load 0x40100000, l\n" BANNER LOAD LOG);
    assert_int_equal(d.starts, 4);
    assert_false(doctor_damage_is_noise(&d));
}

/* How many of the seeds' noisy starts are told. */
static unsigned told(enum noise_kind kind, uint32_t share)
{
    static const char text[] = BANNER LOAD LOG LOG;
    unsigned count = 0;
    for (uint32_t seed = 0; seed < 100; seed++) {
        struct line_noise noise;
        char out[2 * sizeof(text)];
        size_t size = 0;
        line_noise_init(&noise, seed);
        noise.share[NOISE_FROM][kind] = share;
        for (size_t i = 0; i + 1 < sizeof(text); i++) {
            uint8_t got[2];
            unsigned n =
                line_noise_pass(&noise, NOISE_FROM, (uint8_t)text[i], got);
            for (unsigned k = 0; k < n; k++) {
                if (got[k] == '\n' || (got[k] >= ' ' && got[k] < 0x7F))
                    out[size++] = (char)got[k];
            }
        }
        out[size] = '\0';
        struct doctor_damage d = doctor_damage_of(out);
        count += doctor_damage_is_noise(&d);
    }
    return count;
}

static void noise_is_told_by_its_share(void **state)
{
    (void)state;
    for (unsigned kind = 0; kind < NOISE_KINDS; kind++) {
        assert_int_equal(told((enum noise_kind)kind, 0), 0);
        assert_in_range(told((enum noise_kind)kind, 5000), 98, 100);
        assert_in_range(told((enum noise_kind)kind, 2000), 80, 100);
        assert_in_range(told((enum noise_kind)kind, 10), 0, 5);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_line_is_judged_as_its_row_says),
        cmocka_unit_test(a_cut_at_each_start_is_no_noise),
        cmocka_unit_test(noise_is_told_by_its_share),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
