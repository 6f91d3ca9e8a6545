/* Power that goes at every flash operation of the settings log, also twice:
 * afterwards all keys of the last change are as before it or as after it, every
 * other key is as it was, the log knows of no damage, and takes the change. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "format/settings_log.h"
#include "test/format/sim_flash.h"

/* Keys that each change sets, and keys that only the first one does. */
#define KEY_AGE 10u
#define KEY_ALSO 11u
#define KEY_TEXT 12u
#define KEY_ODD 13u /* there in every second age */
#define KEY_STILL 20u
#define STILL 6u

static struct sim_flash sim;
static struct flash flash;
static struct settings_log log_;
static uint32_t words[512];
static unsigned cuts, opens;

/* ---- settings that tell their age ---------------------------------------- */

/* How much of each change is text: what makes the log move on sooner. */
static size_t text_size = 40;

static void make_text(unsigned age, char *text)
{
    size_t size = text_size + age % 7;
    memset(text, 'a' + (int)(age % 26), size);
    text[size] = 0;
}

static enum err save(unsigned age)
{
    struct settings_change change;
    char text[512];
    make_text(age, text);
    settings_change_begin(&change, &log_, words, sizeof(words));
    settings_put_number(&change, KEY_AGE, SETTING_U16, age);
    settings_put_string(&change, KEY_TEXT, text);
    settings_put_number(&change, KEY_ALSO, SETTING_I32, 0u - age);
    if (age % 2)
        settings_put_number(&change, KEY_ODD, SETTING_U8, age & 0xFF);
    else
        settings_remove(&change, KEY_ODD);
    for (unsigned i = 0; i < STILL; i++)
        settings_put_number(&change, (uint16_t)(KEY_STILL + i), SETTING_U32,
                            i * 0x11111111);
    return settings_log_commit(&change);
}

static uint32_t number(uint16_t key)
{
    uint32_t value = 0;
    assert_int_equal(settings_log_get_number(&log_, key, &value), ERR_NONE);
    return value;
}

/* After a start: the age of the settings, 0 for none, all of one age. */
static unsigned age_now(void)
{
    struct setting setting;
    char text[512], is[512];
    enum err e = settings_log_open(&log_, &flash, MAP_SETTINGS);
    opens++;
    if (e == ERR_FORMAT) {
        assert_int_equal(log_.count, 0);
        return 0;
    }
    assert_int_equal(e, ERR_NONE); /* a cut is no damage */
    unsigned age = number(KEY_AGE);
    assert_int_equal(number(KEY_ALSO), 0u - age);
    make_text(age, text);
    assert_int_equal(settings_log_get_string(&log_, KEY_TEXT, is, sizeof(is)),
                     ERR_NONE);
    assert_string_equal(is, text);
    if (age % 2)
        assert_int_equal(number(KEY_ODD), age & 0xFF);
    else
        assert_int_equal(settings_log_find(&log_, KEY_ODD, &setting),
                         ERR_UNKNOWN);
    for (unsigned i = 0; i < STILL; i++)
        assert_int_equal(number((uint16_t)(KEY_STILL + i)), i * 0x11111111);
    assert_int_equal(log_.count, 3 + age % 2 + STILL);
    return age;
}

/* ---- cuts ---------------------------------------------------------------- */

static void start(uint64_t seed, size_t text)
{
    text_size = text;
    sim_start(&sim, seed);
    sim_add(&sim, MAP_SETTINGS, SETTINGS_LOG_SECTORS);
    flash = sim_flash(&sim);
    assert_int_equal(age_now(), 0);
}

/* From age - 1 or age to age, cut at operation n. Whether the cut came; the
 * age that it left. */
static bool cut_save(unsigned age, unsigned n, enum sim_tear tear,
                     unsigned *left)
{
    unsigned before = age_now();
    sim_cut(&sim, n, tear);
    enum err e = save(age);
    bool is_cut = !sim.has_power;
    sim_power(&sim);
    cuts += is_cut;
    *left = age_now();
    assert_int_equal(sim.violations, 0);
    if (is_cut)
        assert_true(*left == before || *left == age);
    else
        assert_int_equal(e, ERR_NONE);
    if (!is_cut)
        assert_int_equal(*left, age);
    return is_cut;
}

/* Then life goes on. */
static void finish(unsigned age)
{
    unsigned left = 0;
    (void)cut_save(age, 0, SIM_BEFORE, &left);
    assert_int_equal(left, age);
}

/* Every cut of one save, from the flash as it is, and every second cut of the
 * save that makes it good. The flash is then as before. */
static void sweep_save(unsigned age, bool is_twice, unsigned seen[2])
{
    static struct sim_flash before, between;
    before = sim;
    for (unsigned t = 0; t < SIM_TEARS * (is_twice ? 2 : 1); t++) {
        enum sim_tear tear = (enum sim_tear)(t % SIM_TEARS);
        enum sim_tear then = (enum sim_tear)((5 * t / SIM_TEARS) % SIM_TEARS);
        bool is_cut = true;
        for (unsigned n = 1; is_cut; n++) {
            unsigned left = 0;
            sim = before;
            sim.random += n * SIM_TEARS + t;
            is_cut = cut_save(age, n, tear, &left);
            seen[left == age]++;
            between = sim;
            bool is_second = is_twice && is_cut && left != age;
            for (unsigned k = 1; is_second; k++) {
                sim = between;
                is_second = cut_save(age, k, then, &left);
                finish(age + 1);
            }
            if (!is_twice)
                finish(age + 1);
        }
    }
    sim = before;
    (void)age_now();
}

/* ---- tests --------------------------------------------------------------- */

static void any_cut_leaves_before_or_after(void **state)
{
    (void)state;
    unsigned seen[2] = {0, 0};
    cuts = opens = 0;
    start(1, 480);
    unsigned age = 1;
    for (; sim.erases[1] < 2; age++) { /* through the whole ring */
        sweep_save(age, false, seen);
        assert_int_equal(save(age), ERR_NONE);
    }
    print_message("# %u saves, %u cuts: %u before, %u after; %u starts\n",
                  age - 1, cuts, seen[0], seen[1], opens);
    assert_in_range(seen[0], 1000, 1000000);
    assert_in_range(seen[1], 100, 1000000);
}

/* The very first save; one that is appended; one that moves on. */
static void any_two_cuts_leave_before_or_after(void **state)
{
    (void)state;
    unsigned seen[2] = {0, 0}, age = 1;
    cuts = opens = 0;
    start(2, 4);
    sweep_save(1, true, seen);
    for (; sim.erases[0] == 0; age++)
        assert_int_equal(save(age), ERR_NONE);
    sweep_save(age, true, seen);
    static struct sim_flash before;
    for (; sim.erases[1] == 0; age++) {
        before = sim;
        assert_int_equal(save(age), ERR_NONE);
    }
    sim = before;
    sweep_save(age - 1, true, seen);
    print_message("# %u cuts, %u starts\n", cuts, opens);
    assert_in_range(cuts, 10000, 1000000);
}

/* Cuts on and on, one in nearly every save. */
static void a_bad_power_supply_loses_nothing(void **state)
{
    (void)state;
    unsigned saved = 0;
    cuts = 0;
    start(3, 30);
    for (unsigned i = 1; i < 3000; i++) {
        uint32_t n = sim_below(&sim.random, 60);
        enum sim_tear tear = (enum sim_tear)sim_below(&sim.random, SIM_TEARS);
        (void)cut_save(saved + 1, n, tear, &saved);
    }
    print_message("# %u cuts, %u saves; %u %u %u %u erases\n", cuts, saved,
                  sim.erases[0], sim.erases[1], sim.erases[2], sim.erases[3]);
    assert_in_range(cuts, 500, 2999);
    assert_in_range(saved, 500, 2999);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_cut_leaves_before_or_after),
        cmocka_unit_test(any_two_cuts_leave_before_or_after),
        cmocka_unit_test(a_bad_power_supply_loses_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
